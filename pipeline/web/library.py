"""What the pages ask of the database about documents, batches and failures; it only reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from extractors.domain.gazetteer import units
from extractors.domain.orthography import fold
from extractors.domain.records import DocumentKind
from pipeline.readers import READERS
from pipeline.review import KINDS, Gone
from pipeline.search import match_of
from pipeline.store import Row, SqlValue, Store

PAGE: Final = 50
_MOST: Final = 10_000  # matches are counted up to here
_SHOWN: Final = (
    "serial, id, source, status, format, kind, title, publisher, published, number, issued, issuing_body, subject, "
    "signer, pages, chars, ocr_confidence, reference_date, reference_source, original"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of a list of documents: rows, how many match in all (up to a limit), and whether more follow."""

    rows: list[Row]
    total: int
    is_counted: bool
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list of documents is narrowed to; empty fields narrow nothing."""

    words: str = ""
    kind: str = ""
    form: str = ""
    province: str = ""
    year: str = ""
    is_open: bool = False  # only with records that wait for a person
    offset: int = 0
    limit: int = PAGE

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """Returns what the parameters of an address ask for."""
        offset, limit = query.get("offset", ""), query.get("limit", "")
        return cls(
            words=query.get("q", "")[:400],
            kind=query.get("kind", ""),
            form=query.get("format", ""),
            province=query.get("province", ""),
            year=query.get("year", ""),
            is_open=query.get("open", "") not in {"", "0"},
            offset=min(int(offset), _MOST) if offset.isdecimal() else 0,
            limit=max(1, min(int(limit), 500)) if limit.isdecimal() else PAGE,
        )


def find_documents(store: Store, wanted: Wanted) -> Found:
    """Returns the documents that were asked for, the newest first."""
    conditions, values = _conditions(wanted)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = store.rows(
        f"SELECT {_SHOWN} FROM documents {where} ORDER BY serial DESC LIMIT ? OFFSET ?",  # noqa: S608
        [*values, wanted.limit + 1, wanted.offset],
    )
    counted = store.count(
        f"SELECT count(*) FROM (SELECT 1 FROM documents {where} LIMIT ?)",  # noqa: S608
        [*values, _MOST + 1],
    )
    for row in rows[: wanted.limit]:
        row.update(_counts(store, cast(int, row["serial"])))
    return Found(
        rows=rows[: wanted.limit],
        total=min(counted, _MOST),
        is_counted=counted <= _MOST,
        has_more=len(rows) > wanted.limit,
    )


def _conditions(wanted: Wanted) -> tuple[list[str], list[SqlValue]]:
    conditions: list[str] = []
    values: list[SqlValue] = []
    if match := match_of(wanted.words):
        conditions.append(
            "(serial IN (SELECT rowid FROM document_search WHERE document_search MATCH ?) OR source LIKE ? ESCAPE '\\')"
        )
        pattern = "%" + wanted.words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        values += [match, pattern]
    for column, value in (("kind", wanted.kind), ("format", wanted.form)):
        if value:
            conditions.append(f"{column} = ?")
            values.append(value)
    if wanted.province:
        conditions.append("serial IN (SELECT document FROM provinces WHERE id = ? AND state <> 'rejected')")
        values.append(wanted.province)
    if wanted.year:
        conditions.append("substr(coalesce(issued, published, reference_date), 1, 4) = ?")
        values.append(wanted.year[:4])
    if wanted.is_open:
        waiting = " OR ".join(
            f"EXISTS (SELECT 1 FROM {kind} WHERE document = serial AND state = 'machine' AND copy_of IS NULL)"  # noqa: S608
            for kind in KINDS
        )
        conditions.append(f"({waiting})")
    return conditions, values


def _counts(store: Store, serial: int) -> Row:
    """How many records a document has, and how many of them a person has settled."""
    total = settled = 0
    for kind in KINDS:
        row = store.rows(
            f"SELECT count(*) AS n, total(state <> 'machine') AS settled FROM {kind} "  # noqa: S608
            "WHERE document = ? AND copy_of IS NULL",
            [serial],
        )[0]
        total += int(cast(float, row["n"]))
        settled += int(cast(float, row["settled"]))
    return {"records": total, "settled": settled}


def document_row(store: Store, wanted: str) -> Row:
    """Returns a document without its text, by number or by id; raises `Gone` where there is none."""
    column = "id" if len(wanted) == 64 else "serial"
    if column == "serial" and not (wanted.isdecimal() and len(wanted) < 16):
        raise Gone(f"There is no document {wanted[:80]!r}", f"Không có văn bản {wanted[:80]!r}")
    rows = store.rows(f"SELECT {_SHOWN}, notes FROM documents WHERE {column} = ?", [wanted])  # noqa: S608
    if not rows:
        raise Gone(f"There is no document {wanted!r}", f"Không có văn bản {wanted!r}")
    return {**rows[0], **_counts(store, cast(int, rows[0]["serial"]))}


def document_text(store: Store, serial: int) -> str:
    """Returns the text of a document, empty where it has none."""
    return str(store.value("SELECT text FROM documents WHERE serial = ?", [serial]) or "")


def pages_of(store: Store, serial: int) -> list[Row]:
    """Returns number, size and unit of each page."""
    return store.rows(
        "SELECT number, width, height, unit, is_ocr FROM pages WHERE document = ? ORDER BY number", [serial]
    )


def turn_of(store: Store, serial: int, number: int) -> int:
    """Returns the quarters by which OCR turned a page upright, 0 where there is no such page."""
    return int(store.value("SELECT turned FROM pages WHERE document = ? AND number = ?", [serial, number]) or 0)


def next_open_document(store: Store, serial: int) -> int | None:
    """Returns the next document, by number, that has records waiting for a person, None where there is none."""
    found: list[int] = []
    for kind in KINDS:
        value = store.value(
            f"SELECT min(document) FROM {kind} WHERE document > ? AND state = 'machine' AND copy_of IS NULL",  # noqa: S608
            [serial],
        )
        if isinstance(value, int):
            found.append(value)
    return min(found, default=None)


def facets(store: Store) -> dict[str, list[tuple[str, str]]]:
    """Returns what the filters offer: kinds and formats of documents, units, and the years that there are."""
    years = store.rows(
        "SELECT DISTINCT substr(coalesce(issued, published, reference_date), 1, 4) AS year FROM documents "
        "WHERE year IS NOT NULL ORDER BY year DESC"
    )
    return {
        "kind": [(kind.value, kind.value) for kind in DocumentKind],
        "format": [(name, name) for name in READERS],
        "year": [(str(row["year"]), str(row["year"])) for row in years if str(row["year"]).isdecimal()],
        "province": unit_names(),
    }


def unit_names() -> list[tuple[str, str]]:
    """Returns id and name of every first-level unit, by name; those that share a name with the years."""
    return sorted(((unit.id, unit.name) for unit in units().values()), key=lambda pair: fold(pair[1]))


# --- the archivist's page ---------------------------------------------------------------------------


def came_in(store: Store, folder: str) -> list[Row]:
    """Returns what became of the files below `folder`: the documents they are, and what could not be read."""
    low, high = f"{folder}/", f"{folder}0"  # "0" is the character behind "/"
    documents = store.rows(
        "SELECT s.source AS file, d.serial, d.id, d.status, d.kind, d.title, d.source AS first, f.error, f.message, "
        "f.advice, f.id AS failure FROM document_sources s JOIN documents d ON d.serial = s.document "
        "LEFT JOIN failures f ON f.document = d.serial WHERE s.source >= ? AND s.source < ? ORDER BY s.source",
        [low, high],
    )
    failures = store.rows(
        "SELECT source AS file, error, message, advice, id AS failure FROM failures "
        "WHERE document IS NULL AND source >= ? AND source < ? ORDER BY source",
        [low, high],
    )
    for row in documents:
        row["copies"] = None
        links = store.rows(
            "SELECT other, kind, similarity FROM document_links WHERE document = ? ORDER BY similarity DESC LIMIT 1",
            [row["serial"]],
        )
        if links:
            row.update(copies=links[0]["other"], copy_kind=links[0]["kind"], similarity=links[0]["similarity"])
    return documents + failures


def lost_sources(store: Store, folder: str) -> set[str]:
    """Returns the files below `folder` that gave no document, or hold something that gave none."""
    rows = store.rows(
        "SELECT source FROM failures WHERE document IS NULL AND source >= ? AND source < ?",
        [f"{folder}/", f"{folder}0"],
    )
    return {str(row["source"]).split("!/", 1)[0] for row in rows}


def failures(store: Store, limit: int = 500) -> list[Row]:
    """Returns what could not be read, with why and what to do."""
    return store.rows(
        "SELECT f.id, f.source, f.document, f.error, f.message, f.advice, r.ended_at FROM failures f "
        "LEFT JOIN runs r ON r.id = f.run ORDER BY f.run DESC, f.source LIMIT ?",
        [limit],
    )
