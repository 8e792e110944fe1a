"""The statements for the two kinds of database: a working one and a published dataset."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from extractors.domain.errors import UsageError
from extractors.domain.gazetteer import candidates, units
from pipeline.search.answers import Ask
from pipeline.search.queries import Term, units_by_words, words_of

LOOKED_AT: Final = 1200  # documents whose text is read for one query, the best first
BEST: Final = 250  # the same where the words may be scattered, and where records have no index of their own


@dataclass(frozen=True, slots=True)
class Shelf:
    """The statements that differ between a working database and a published dataset."""

    is_published: bool
    document: str  # id, source, title, kind, year, text by serial
    year: str
    named: str  # serials of the documents that name a unit


_YEAR: Final = "substr(coalesce(d.issued, d.published, d.reference_date), 1, 4)"
_WORKING: Final = Shelf(
    is_published=False,
    document=f"SELECT d.id, d.source, d.title, d.kind, {_YEAR}, d.text FROM documents d WHERE d.serial = ?",  # noqa: S608
    year=_YEAR,
    named="SELECT document FROM provinces WHERE id IN ({}) AND state <> 'rejected'",
)
_PUBLISHED: Final = Shelf(
    is_published=True,
    document="SELECT d.document, d.source, d.title, d.kind, d.year, {} FROM documents d {} WHERE d.serial = ?",
    year="CAST(d.year AS TEXT)",
    named="SELECT o.serial FROM provinces p JOIN documents o USING (document) WHERE p.unit IN ({})",
)
_HEADINGS: Final = "coalesce(d.title, '') || ' · ' || coalesce(d.subject, '')"


def shelf_of(connection: sqlite3.Connection) -> Shelf:
    """Returns the statements for the database behind a connection."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "record_search" not in tables:
        return _WORKING
    where = ("t.text", "LEFT JOIN texts t USING (document)") if "texts" in tables else (_HEADINGS, "")
    return Shelf(True, _PUBLISHED.document.format(*where), _PUBLISHED.year, _PUBLISHED.named)


def match(terms: tuple[Term, ...]) -> str:
    """Returns the terms in the language of FTS5: of each term one phrase has to be there."""
    return "folded : (" + " AND ".join(f"({' OR '.join(phrase.match for phrase in term)})" for term in terms) + ")"


def _conditions(shelf: Shelf, ask: Ask) -> tuple[str, list[str]]:
    """The filters as SQL behind `WHERE ... `, with their values."""
    sql, values = "", []
    if ask.kind:
        sql += " AND d.kind = ?"
        values.append(ask.kind)
    if ask.year:
        sql += f" AND {shelf.year} = ?"
        values.append(ask.year)
    if ask.province:
        ids = (ask.province,) if ask.province in units() else candidates(ask.province)
        ids = ids or units_by_words().get(" ".join(word.folded for word in words_of(ask.province)), ())
        if not ids:
            raise UsageError(f"No first-level unit is called {ask.province!r}", advice="Give its name or id")
        sql += f" AND d.serial IN ({shelf.named.format(', '.join('?' * len(ids)))})"
        values += ids
    return sql, values


def ranked(
    connection: sqlite3.Connection, shelf: Shelf, ask: Ask, terms: tuple[Term, ...], limit: int
) -> Iterator[tuple[int, float]]:
    """Serial and BM25 (the lower the better) of the documents that hold the terms when folded, the best first."""
    sql, values = _conditions(shelf, ask)
    join = "JOIN documents d ON d.serial = s.rowid" if sql else ""
    yield from connection.execute(
        f"SELECT s.rowid, s.rank FROM document_search s {join} WHERE document_search MATCH ?{sql} "  # noqa: S608
        "ORDER BY s.rank LIMIT ?",
        [match(terms), *values, limit],
    )


def count_documents(connection: sqlite3.Connection, shelf: Shelf, ask: Ask, terms: tuple[Term, ...]) -> int:
    """Returns how many documents hold the terms when folded."""
    sql, values = _conditions(shelf, ask)
    join = "JOIN documents d ON d.serial = s.rowid" if sql else ""
    found = connection.execute(
        f"SELECT count(*) FROM document_search s {join} WHERE document_search MATCH ?{sql}",  # noqa: S608
        [match(terms), *values],
    )
    return int(found.fetchone()[0])


_RECORD: Final = 'r.record_id, r.kind, r.value, r.quote, r.confidence, r.state, r.start, r."end"'


def record_rows(
    connection: sqlite3.Connection, shelf: Shelf, ask: Ask, terms: tuple[Term, ...]
) -> Iterator[tuple[object, ...]]:
    """Yields the records that may hold the terms: of a dataset those of its index, else all of the best documents."""
    sql, values = _conditions(shelf, ask)
    if shelf.is_published:
        yield from connection.execute(
            f"SELECT {_RECORD}, d.serial FROM record_search s JOIN records r ON r.serial = s.rowid "  # noqa: S608
            f"JOIN documents d USING (document) WHERE record_search MATCH ?{sql} ORDER BY s.rank, s.rowid LIMIT ?",
            [match(terms), *values, LOOKED_AT],
        )
        return
    for serial, _ in ranked(connection, shelf, ask, terms, BEST):
        yield from connection.execute(
            f"SELECT {_RECORD}, r.document FROM records r WHERE r.document = ? AND r.state <> 'rejected' "  # noqa: S608
            "ORDER BY r.start, r.record_id",
            [serial],
        )
