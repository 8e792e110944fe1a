"""Search over documents and records, of the working database and of a published dataset alike; it only reads.

SQLite's index finds documents by words without marks, the best first. Which of them say what was asked for is
then told from the text itself: a word typed with marks stands for that word alone, one typed without for all.
Names of first-level units are also found in their other spellings; their old and new names are offered.
"""

import sqlite3
from collections.abc import Sequence

from extractors.domain.errors import UsageError
from pipeline.search.answers import Answer, Ask, Hit, Offer, Piece, RecordHit
from pipeline.search.places import AROUND, folded_places, pieces_of, places_in, snippet_of, window_of
from pipeline.search.queries import read_query
from pipeline.search.shelves import BEST, LOOKED_AT, Shelf, count_documents, match, ranked, record_rows, shelf_of

__all__ = [
    "Answer",
    "Ask",
    "Hit",
    "Offer",
    "Piece",
    "RecordHit",
    "folded_places",
    "match_of",
    "search_documents",
    "search_records",
]


def search_documents(connection: sqlite3.Connection, ask: Ask) -> Answer[Hit]:
    """Returns the documents that hold the words, those with the words side by side first, then by BM25.

    Raises `UsageError` for a query without words and for an unknown province.
    """
    query = read_query(ask)
    shelf = shelf_of(connection)
    hits: list[Hit] = []
    seen: set[int] = set()
    for is_together, terms in query.passes():
        for serial, score in ranked(connection, shelf, ask, terms, LOOKED_AT if is_together else BEST):
            if len(hits) >= ask.limit:
                break
            if serial in seen:
                continue
            row = connection.execute(shelf.document, [serial]).fetchone()
            text = str(row[5] or "")
            places = places_in(text, terms)
            if places is None:
                continue
            seen.add(serial)
            start, end, pieces = snippet_of(text, places)
            hits.append(
                Hit(
                    serial=serial, id=str(row[0]), source=str(row[1]), title=row[2], kind=row[3],
                    year=None if row[4] is None else str(row[4]), score=-score, is_together=is_together,
                    start=start, end=end, snippet=pieces,
                )
            )  # fmt: skip
    return Answer(
        hits=tuple(hits),
        candidates=count_documents(connection, shelf, ask, query.passes()[-1][1]),
        also=query.also,
        offers=query.offers,
    )


def match_of(words: str) -> str | None:
    """Returns what was typed as an expression for `document_search`, for lists in an order of their own.

    Read as `search_documents` reads it, each word wherever it stands, marks not held against the text. None
    where there is no word.
    """
    try:
        return match(read_query(Ask(words=words)).loose)
    except UsageError:
        return None


def search_records(connection: sqlite3.Connection, ask: Ask) -> Answer[RecordHit]:
    """Returns the records whose quotes hold the words, in the order of their documents' rank.

    A published dataset is asked through its own index of records, which holds their values too; of a working
    database the records of the best documents are looked through. Raises as `search_documents` does.
    """
    query = read_query(ask)
    shelf = shelf_of(connection)
    hits: dict[str, RecordHit] = {}
    for _, terms in query.passes():
        for row in record_rows(connection, shelf, ask, terms):
            if len(hits) >= ask.limit:
                break
            quote, value = str(row[3]), str(row[2])
            own = places_in(quote, terms)
            if own is None and not (shelf.is_published and places_in(f"{quote} · {value}", terms) is not None):
                continue
            if str(row[0]) not in hits:
                hits[str(row[0])] = _record_hit(connection, shelf, row, own or [])
    return Answer(hits=tuple(hits.values()), candidates=len(hits), also=query.also, offers=query.offers)


def _record_hit(
    connection: sqlite3.Connection, shelf: Shelf, row: Sequence[object], own: list[tuple[int, int]]
) -> RecordHit:
    start, end = int(str(row[6])), int(str(row[7]))
    document = connection.execute(shelf.document, [row[8]]).fetchone()
    text = str(document[5] or "")
    if text[start:end] != row[3]:  # a release without texts, or a quote that lost its place
        pieces = pieces_of(str(row[3]), 0, len(str(row[3])), own)
    else:
        shifted = [(start + a, start + b) for a, b in own]
        low, high = window_of(text, start, end, AROUND // 2)
        pieces = pieces_of(text, low, high, shifted)
    return RecordHit(
        record_id=str(row[0]), kind=str(row[1]), value=str(row[2]), quote=str(row[3]), confidence=float(str(row[4])),
        state=str(row[5]), document=str(document[0]), title=document[2], start=start, end=end, snippet=pieces,
    )  # fmt: skip
