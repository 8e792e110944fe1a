"""Proves that a database is whole: the file, its links, the originals, the quotes, the ids, the search index."""

import hashlib
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

from extractors.domain.errors import StoreError
from extractors.domain.orthography import fold
from extractors.domain.records import Family
from pipeline.decisions import faulty_links
from pipeline.identity import FACTS, record_id
from pipeline.review.replay import unlike_log
from pipeline.store import Row, SqlValue, Store, fact_of, facts_of, link_between, record_of, signature_of
from pipeline.stored import stored_text
from pipeline.version import extractor_version

_CHANGED = "its values are not those it was entered with"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it was written; `where` names the document, record or file."""

    where: str
    what: str


def verify(store: Store, tick: Callable[[str], None] = lambda name: None) -> Iterator[Fault]:
    """Yields every fault of the database, nothing for a whole one; calls `tick` after each document with its name.

    Where damage keeps the rest from being read, that is the last fault.
    """
    try:
        yield from _everything(store, tick)
    except StoreError as error:
        yield Fault(where=str(store.path), what=error.message)


def _everything(store: Store, tick: Callable[[str], None]) -> Iterator[Fault]:
    yield from _file(store)
    yield from _search_index(store)
    for row in store.rows("SELECT serial, source FROM documents ORDER BY serial"):
        yield from _document(store, int(str(row["serial"])))
        tick(str(row["source"]))
    yield from _failures(store)
    yield from (Fault(where=where, what=what) for where, what in faulty_links(store))


def _file(store: Store) -> Iterator[Fault]:
    for row in store.rows("PRAGMA integrity_check"):
        if row["integrity_check"] != "ok":
            yield Fault(where=str(store.path), what=f"SQLite: {row['integrity_check']!s}")
    for row in store.rows("PRAGMA foreign_key_check"):
        yield Fault(where=f"{row['table']!s} row {row['rowid']!s}", what=f"points to nothing in {row['parent']!s}")


def _search_index(store: Store) -> Iterator[Fault]:
    try:
        with store.db.atomic():
            store.db.execute("INSERT INTO document_search(document_search, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        yield Fault(where="document_search", what=f"the search index does not fit the texts ({error})")


def _document(store: Store, serial: int) -> Iterator[Fault]:
    [row] = store.rows("SELECT * FROM documents WHERE serial = ?", [serial])
    where = str(row["source"])
    yield from _original(store, row, where)
    if row["status"] == "failed" and not store.value("SELECT count(*) FROM failures WHERE document = ?", [serial]):
        yield Fault(where=where, what="is marked failed and nothing says why")
    if row["text"] is None:
        if row["status"] == "done":
            yield Fault(where=where, what="is marked done and has no text")
        return
    text = str(row["text"])
    if row["chars"] != len(text):
        yield Fault(where=where, what=f"has {len(text)} characters, not {row['chars']!s}")
    if row["folded"] != fold(text):
        yield Fault(where=where, what="has a folded text that is not its own")
    yield from _places(store, serial, where, len(text))
    yield from _links(store, serial, where, str(row["folded"]))
    for kind, decided, what in unlike_log(store, serial):
        yield Fault(where=f"{where}: {kind} {decided}", what=what)
    is_current = row["extractor"] == extractor_version()
    # what a change of the text left without a place keeps the quote that it had
    lost = {each["record_id"] for each in store.rows("SELECT record_id FROM lost_places WHERE document = ?", [serial])}
    recipients = defaultdict(list)
    for recipient in store.rows(
        "SELECT r.* FROM award_recipients r JOIN awards ON awards.record_id = r.award WHERE document = ? "
        "ORDER BY award, position",
        [serial],
    ):
        recipients[recipient["award"]].append(recipient)
    for family in Family:
        for record in store.rows(f"SELECT * FROM {family.value} WHERE document = ? ORDER BY start", [serial]):  # noqa: S608
            own_text = None if record["record_id"] in lost else text
            problem = _record(family, record, recipients[record["record_id"]], own_text)
            if not problem and is_current:
                problem = _identity(family, record, recipients[record["record_id"]], str(row["id"]))
            if problem:
                yield Fault(where=f"{where}: {family.value} {record['record_id']!s}", what=problem)
    for fact, problem in _facts(store, serial, text, str(row["id"]), lost, is_current=is_current):
        yield Fault(where=f"{where}: {FACTS} {fact['record_id']!s}", what=problem)


def _facts(
    store: Store, serial: int, text: str, document_id: str, lost: set[SqlValue], *, is_current: bool
) -> Iterator[tuple[Row, str]]:
    for row in facts_of(store, serial):
        if problem := _quote(row, None if row["record_id"] in lost else text):
            yield row, problem
            continue
        try:
            fact = fact_of(row)
        except (ValueError, TypeError, KeyError) as error:
            yield row, f"holds values that no record can have ({error})"
            continue
        if is_current and row["state"] == "machine" and record_id(document_id, FACTS, fact) != row["record_id"]:
            yield row, _CHANGED


def _places(store: Store, serial: int, where: str, chars: int) -> Iterator[Fault]:
    """Blocks and words stand in the text one after the other; words on a page that the document has."""
    try:
        content = stored_text(store, serial)
    except (StoreError, ValueError, zlib.error) as error:
        yield Fault(where=where, what=f"its pages or blocks cannot be read ({error})")
        return
    pages = {page.number for page in content.pages}
    for name, placed in (("block", content.blocks), ("word", content.words)):
        at = 0
        for each in placed:
            if not at <= each.start < each.end <= chars or (each.page is not None and each.page not in pages):
                yield Fault(where=where, what=f"the {name} at {each.start} to {each.end} is out of place")
                break
            at = each.end


def _links(store: Store, serial: int, where: str, folded: str) -> Iterator[Fault]:
    """Signature and links follow from the texts; what a run that was cut short has not compared yet is no fault."""
    signature = store.value("SELECT signature FROM document_signatures WHERE document = ? AND compared = 1", [serial])
    if signature is None:
        return
    if signature != signature_of(folded):
        yield Fault(where=where, what="has a signature that is not of its own text")
    for link in store.rows("SELECT * FROM document_links WHERE document = ? ORDER BY other", [serial]):
        if link_between(store, serial, cast(int, link["other"])) != (link["kind"], link["similarity"], link["copy"]):
            yield Fault(where=where, what=f"its link with document {link['other']!s} does not fit the two texts")


def _original(store: Store, row: Row, where: str) -> Iterator[Fault]:
    path = store.originals / str(row["original"])
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        yield Fault(where=where, what=f"its original {path} cannot be read ({error.strerror or error})")
        return
    if digest != row["id"]:
        yield Fault(where=where, what=f"its original {path} is not the file that was read")


def _record(family: Family, row: Row, recipients: list[Row], text: str | None) -> str | None:
    """What is wrong with the quote or the values of one record."""
    if problem := _quote(row, text):
        return problem
    try:
        record_of(family, row, recipients)
    except (ValueError, TypeError, KeyError) as error:
        return f"holds values that no record can have ({error})"
    return None


def _quote(row: Row, text: str | None) -> str | None:
    """What is wrong with the place of a quote; nothing where it has none, which `text` None tells."""
    if text is None:
        return None
    start, end = row["start"], row["end"]
    if not isinstance(start, int) or not isinstance(end, int) or text[start:end] != row["quote"]:
        quote = str(row["quote"])
        return f"its quote {quote!r} is not what stands at {start!s} to {end!s}"
    return None


def _identity(family: Family, row: Row, recipients: list[Row], document_id: str) -> str | None:
    """Tells a value changed behind the program's back: the id no longer follows from it.

    How ids are derived may differ from version to version, so only records of this version are held to it,
    and a person's change keeps the id of what it changed.
    """
    if (
        row["state"] != "machine"
        or record_id(document_id, family, record_of(family, row, recipients)) == row["record_id"]
    ):
        return None
    return _CHANGED


def _failures(store: Store) -> Iterator[Fault]:
    for row in store.rows(
        "SELECT f.source FROM failures f JOIN documents d ON d.serial = f.document "
        "WHERE d.status = 'begun' ORDER BY f.source"
    ):
        yield Fault(where=str(row["source"]), what="is both unfinished and failed")
