"""Questions that the commands ask of the database; they read and never write."""

from dataclasses import dataclass

from extractors.domain.errors import UsageError
from extractors.domain.records import Family
from pipeline.store.database import Store
from pipeline.store.links import count_copies
from pipeline.store.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The state of a database in numbers."""

    documents: dict[str, int]  # by kind, of those done
    unfinished: int
    outdated: int
    copies: int  # documents that are copies or parts of others
    records: dict[str, int]  # by kind of record, each thing said counted once
    decided: int
    failures: tuple[Row, ...]
    provinces: tuple[tuple[str, int], ...]  # the most named, by number of documents
    last_run: Row | None


def overview(store: Store, extractor: str) -> Overview:
    """Returns how many of what the database holds; `extractor` is the version that counts as current."""
    kinds = store.rows("SELECT kind, count(*) AS n FROM documents WHERE status = 'done' GROUP BY kind ORDER BY n DESC")
    records = {
        family.value: store.count(f"SELECT count(*) FROM {family.value.removesuffix('s')}_facts")  # noqa: S608
        for family in Family
    }
    runs = store.rows("SELECT * FROM runs ORDER BY id DESC LIMIT 1")
    return Overview(
        documents={str(row["kind"]): int(str(row["n"])) for row in kinds},
        unfinished=store.count("SELECT count(*) FROM documents WHERE status = 'begun'"),
        outdated=store.count("SELECT count(*) FROM documents WHERE status = 'done' AND extractor <> ?", [extractor]),
        copies=count_copies(store),
        records=records,
        decided=store.count("SELECT count(DISTINCT record_id) FROM reviews"),
        failures=tuple(store.rows("SELECT source, error, message, advice FROM failures ORDER BY source")),
        provinces=top_provinces(store),
        last_run=runs[0] if runs else None,
    )


def top_provinces(store: Store, limit: int = 8) -> tuple[tuple[str, int], ...]:
    """Returns the first-level units named in most documents, with how many."""
    rows = store.rows(
        "SELECT units.name, count(DISTINCT document) AS n FROM province_facts JOIN units USING (id) "
        "GROUP BY units.id ORDER BY n DESC, units.id LIMIT ?",
        [limit],
    )
    return tuple((str(row["name"]), int(str(row["n"]))) for row in rows)


def find_one(store: Store, wanted: str) -> Row:
    """Returns the document whose id begins with `wanted`, or whose file name does.

    Raises `UsageError` where none or several fit; the message lists them.
    """
    pattern = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    by_id = "SELECT * FROM documents WHERE id LIKE ? ESCAPE '\\' ORDER BY serial LIMIT 11"
    by_name = (
        "SELECT * FROM documents WHERE serial IN (SELECT document FROM document_sources "
        "WHERE source = ? OR source LIKE ? ESCAPE '\\' AND source NOT LIKE ? ESCAPE '\\') ORDER BY serial LIMIT 11"
    )
    found = store.rows(by_id, [f"{pattern.lower()}%"]) if len(wanted) >= 4 else []
    found = found or store.rows(by_name, [wanted, f"%/{pattern}%", f"%/{pattern}%/%"])
    exact = [row for row in found if str(row["source"]).rsplit("/", 1)[-1] == wanted]
    if len(found) == 1 or len(exact) == 1:
        return (exact or found)[0]
    if not found:
        raise UsageError(
            f"No document is called {wanted!r}", advice="Give the start of its id or file name; see status"
        )
    names = ", ".join(str(row["source"]).rsplit("/", 1)[-1] for row in found[:10])
    more = " and more" if len(found) > 10 else ""
    raise UsageError(
        f"Several documents begin with {wanted!r}: {names}{more}", advice="Give more of the name or the id"
    )


def records_of(store: Store, serial: int) -> list[Row]:
    """Returns all records of a document from the view `records`, in order of the text."""
    return store.rows(
        'SELECT * FROM records WHERE document = ? ORDER BY start, "end" DESC, kind, record_id',
        [serial],
    )


def facts_of(store: Store, serial: int) -> list[Row]:
    """Returns kind and header of a document as its facts, in order of the text."""
    return store.rows(
        'SELECT * FROM document_facts WHERE document = ? ORDER BY start, "end", field, record_id', [serial]
    )


def sources_of(store: Store, serial: int) -> list[str]:
    """Returns all paths that the bytes of a document came under, the first one first."""
    rows = store.rows(
        "SELECT s.source FROM document_sources s JOIN documents d ON d.serial = s.document WHERE d.serial = ? "
        "ORDER BY s.source <> d.source, s.source",
        [serial],
    )
    return [str(row["source"]) for row in rows]
