"""A document's text with its pages, blocks and words, as it came from the reader, out of the database again."""

import json
from dataclasses import replace

from extractors.domain.errors import StoreError
from extractors.domain.records import BlockKind, Box, Page, Sourced
from pipeline.store import Row, SqlValue, Store, unpack_words
from pipeline.text import DocumentText, PlacedBlock, PlacedWord


def stored_text(store: Store, serial: int) -> DocumentText:
    """Returns the text of a document with the places of its words, so that `boxes` finds the ink of a record.

    Title, author and notes stay in the row of the document. Raises `StoreError` for a document without text.
    """
    documents = store.rows("SELECT text, format FROM documents WHERE serial = ? AND text IS NOT NULL", [serial])
    if not documents:
        raise StoreError(f"Document {serial} has no text", advice="See `sovang status` for what failed")
    pages = store.rows("SELECT * FROM pages WHERE document = ? ORDER BY number", [serial])
    blocks = store.rows("SELECT * FROM blocks WHERE document = ? ORDER BY position", [serial])
    return DocumentText(
        text=str(documents[0]["text"]),
        format=str(documents[0]["format"]),
        blocks=tuple(_block(row) for row in blocks),
        pages=tuple(_page(row) for row in pages),
        words=tuple(sorted((word for row in pages for word in _words(row)), key=lambda word: word.start)),
    )


def corrected_text(store: Store, serial: int) -> DocumentText | None:
    """Returns the text of a document as a person corrected it, to be read in place of the original; else None.

    Title, author and what else the file told come along, each with where it was taken from.
    """
    if not store.value("SELECT 1 FROM text_corrections WHERE document = ? AND cause = 'person'", [serial]):
        return None
    row = store.rows("SELECT * FROM documents WHERE serial = ?", [serial])[0]
    evidence: dict[str, str] = json.loads(str(row["metadata_evidence"] or "{}"))
    told = {name: Sourced(value=str(row[name]), evidence=why) for name, why in evidence.items() if row[name]}
    return replace(
        stored_text(store, serial),
        title=told.get("title"),
        author=told.get("author"),
        publisher=told.get("publisher"),
        published=told.get("published"),
        notes=tuple(json.loads(str(row["notes"] or "[]"))),
    )


def stored_words(store: Store, serial: int, start: int, end: int) -> DocumentText:
    """Returns only the blocks and words that stand in a span of a document, without its text: enough for `boxes`."""
    blocks = store.rows(
        'SELECT * FROM blocks WHERE document = ? AND start < ? AND "end" > ? ORDER BY position', [serial, end, start]
    )
    numbers = sorted({int(_number(row["page"])) for row in blocks if row["page"] is not None})
    pages = [
        row
        for number in numbers
        for row in store.rows("SELECT * FROM pages WHERE document = ? AND number = ?", [serial, number])
    ]
    words = (word for row in pages for word in _words(row) if word.start < end and word.end > start)
    return DocumentText(
        text="",
        format="",
        blocks=tuple(_block(row) for row in blocks),
        pages=tuple(_page(row) for row in pages),
        words=tuple(sorted(words, key=lambda word: word.start)),
    )


def _page(row: Row) -> Page:
    return Page(
        number=int(_number(row["number"])),
        width=_number(row["width"]),
        height=_number(row["height"]),
        unit=str(row["unit"]),
        is_ocr=bool(row["is_ocr"]),
        confidence=None if row["confidence"] is None else _number(row["confidence"]),
        turned=int(_number(row["turned"])),
    )


def _block(row: Row) -> PlacedBlock:
    box = None
    if row["x0"] is not None:
        box = Box(x0=_number(row["x0"]), y0=_number(row["y0"]), x1=_number(row["x1"]), y1=_number(row["y1"]))
    return PlacedBlock(
        start=int(_number(row["start"])),
        end=int(_number(row["end"])),
        kind=BlockKind(str(row["kind"])),
        page=None if row["page"] is None else int(_number(row["page"])),
        box=box,
    )


def _words(row: Row) -> list[PlacedWord]:
    packed = row["words"]
    return [
        PlacedWord(
            start=start,
            end=end,
            page=int(_number(row["number"])),
            box=Box(x0=x0, y0=y0, x1=x1, y1=y1),
            confidence=confidence,
        )
        for start, end, x0, y0, x1, y1, confidence in unpack_words(packed if isinstance(packed, bytes) else None)
    ]


def _number(value: SqlValue) -> float:
    if not isinstance(value, int | float):
        raise StoreError(f"{value!r} is no number", advice="See `sovang verify`")
    return value
