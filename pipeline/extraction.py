"""The pure function from a document's bytes to its records, and its two shapes: JSON contract and table rows."""

import dataclasses
import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean
from urllib.parse import urlsplit

from spacy.tokens import Doc

from extractors.docs import document_date
from extractors.domain.orthography import fold
from extractors.domain.records import Family, Json, Record, Sourced
from extractors.view import TextView
from pipeline.nlp import analyse, copies, facts_by_id, header_json, record_json, records_by_id
from pipeline.readers import read_bytes
from pipeline.store import (
    BlockRow,
    DocumentRow,
    DocumentRows,
    FoundRecord,
    PageRow,
    Row,
    pack_words,
    recipient_rows,
    record_row,
    signature_of,
    to_json,
)
from pipeline.text import DocumentText, PlacedWord, normalise

CLEAR_INK = 0.9  # OCR words read with at least this confidence are right nearly always


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """One document with all that was found in it."""

    document_id: str
    source: str
    content: DocumentText
    header: Json
    reference_date: date | None
    reference_source: str
    records: dict[Family, tuple[FoundRecord, ...]]
    facts: tuple[FoundRecord, ...]


def extract_document(
    data: bytes, source: str, *, reference_date: date | None = None, corrected: DocumentText | None = None
) -> Extraction:
    """Returns what is found in the bytes of one document; `source` is its path or name as given.

    `corrected` is its text as a person corrected it, which is read instead. The publication date that the file
    itself tells is the reference date where none is given.
    Raises `ReadError` where the bytes give no text.
    """
    content = corrected or normalise(read_bytes(data, source.rstrip("/").rsplit("/", 1)[-1]))
    content = content if content.publisher else replace(content, publisher=_site(source))
    reference, reference_source = _reference(reference_date, content.published)
    view = TextView(
        content.without_furniture,
        reference_date=reference,
        reference_source=reference_source,
        repeats=content.repeats,
    )
    document_id = hashlib.sha256(data).hexdigest()
    doc = analyse(view)
    issued = document_date(doc)
    return Extraction(
        document_id=document_id,
        source=source,
        content=content,
        header=header_json(
            view,
            document_id,
            source=source,
            title=_value(content.title),
            author=_value(content.author),
            publisher=_value(content.publisher),
            published=_value(content.published),
            issued=issued.edtf if issued else None,
        ),
        reference_date=reference,
        reference_source=reference_source,
        records=_found(doc, view, content, document_id),
        facts=_facts(view, content, document_id),
    )


def _site(source: str) -> Sourced | None:
    """The host of a page that came out of a web archive: its medium, where the page itself tells none."""
    url = source.partition("!/")[2]
    try:
        host = urlsplit(url).hostname if url.startswith(("http://", "https://")) else None
    except ValueError:  # an archive may hold any address
        host = None
    return Sourced(value=host.removeprefix("www."), evidence="address in the web archive") if host else None


def _value(item: Sourced | None) -> str | None:
    return item.value if item else None


def _reference(given: date | None, published: Sourced | None) -> tuple[date | None, str]:
    if given:
        return given, "given"
    if published:
        try:
            return date.fromisoformat(published.value[:10]), published.evidence
        except ValueError:
            return None, ""
    return None, ""


# --- records ----------------------------------------------------------------------------------------


def _found(doc: Doc, view: TextView, content: DocumentText, document_id: str) -> dict[Family, tuple[FoundRecord, ...]]:
    found: dict[Family, tuple[FoundRecord, ...]] = {}
    for family in Family:
        by_id = records_by_id(doc, family, document_id)
        pairs = copies(by_id, view)
        found[family] = tuple(
            FoundRecord(
                record=_weigh_ink(record, content),
                record_id=rid,
                page=_page_of(record, content),
                copy_of=pairs.get(rid),
            )
            for rid, record in by_id.items()
        )
    return found


def _facts(view: TextView, content: DocumentText, document_id: str) -> tuple[FoundRecord, ...]:
    return tuple(
        FoundRecord(record=_weigh_ink(fact, content), record_id=rid, page=_page_of(fact, content))
        for rid, fact in facts_by_id(view, document_id).items()
    )


def _page_of(record: Record, content: DocumentText) -> int | None:
    page = content.page_at(record.start)
    return page if any(known.number == page for known in content.pages) else None


def _weigh_ink(record: Record, content: DocumentText) -> Record:
    """A record is no surer than the least certain word it was read from."""
    ink = content.ocr_confidence(record.start, record.end)
    if ink is None or ink >= CLEAR_INK:
        return record
    return dataclasses.replace(
        record,
        confidence=record.confidence * ink,
        evidence=(*record.evidence, f"the scan is hard to read here ({ink:.0%} sure)"),
    )


# --- the two shapes ---------------------------------------------------------------------------------


def as_json(extraction: Extraction) -> Json:
    """Returns the document in the form of the JSON contract."""
    return {
        "document": {
            **extraction.header,
            "format": extraction.content.format,
            "notes": list(extraction.content.notes),
            "facts": [record_json(f.record_id, f.record, f.page, f.copy_of) for f in extraction.facts],
        },
        "text": extraction.content.text,
        **{
            family.value: [record_json(f.record_id, f.record, f.page, f.copy_of) for f in found]
            for family, found in extraction.records.items()
        },
    }


def as_rows(extraction: Extraction) -> DocumentRows:
    """Returns the document as rows of the database."""
    row = _document_row(extraction)
    return DocumentRows(
        document=row,
        pages=_page_rows(extraction.content),
        blocks=_block_rows(extraction.content),
        records={family: tuple(_rows_in_order(found)) for family, found in extraction.records.items()},
        recipients=tuple(row for found in extraction.records[Family.AWARDS] for row in recipient_rows(found)),
        facts=tuple(_rows_in_order(extraction.facts)),
        signature=signature_of(row["folded"]),
    )


def _rows_in_order(found: tuple[FoundRecord, ...]) -> list[Row]:
    return [record_row(f) for f in sorted(found, key=lambda f: (f.record.start, f.record.end, f.record_id))]


def _document_row(extraction: Extraction) -> DocumentRow:
    content, header = extraction.content, extraction.header
    ocr = [page.confidence for page in content.pages if page.confidence is not None]

    def told(name: str) -> str | None:
        value = header[name]
        return None if value is None else str(value)

    known = {"title": content.title, "author": content.author, "publisher": content.publisher}
    known["published"] = content.published
    return {
        "format": content.format,
        "kind": str(header["kind"]),
        "title": told("title"),
        "author": told("author"),
        "publisher": told("publisher"),
        "published": told("published"),
        "number": told("number"),
        "issued": told("issued"),
        "issuing_body": told("issuing_body"),
        "subject": told("subject"),
        "signer": told("signer"),
        "chars": len(content.text),
        "pages": len(content.pages) or None,
        "ocr_confidence": round(fmean(ocr), 4) if ocr else None,
        "reference_date": extraction.reference_date.isoformat() if extraction.reference_date else None,
        "reference_source": extraction.reference_source or None,
        "notes": to_json(list(content.notes)),
        "metadata_evidence": to_json({name: item.evidence for name, item in known.items() if item}),
        "text": content.text,
        "folded": fold(content.text),
    }


def _page_rows(content: DocumentText) -> tuple[PageRow, ...]:
    words: dict[int, list[PlacedWord]] = defaultdict(list)
    for word in content.words:
        words[word.page].append(word)
    return tuple(
        {
            "number": page.number,
            "width": page.width,
            "height": page.height,
            "unit": page.unit,
            "is_ocr": int(page.is_ocr),
            "turned": page.turned,
            "confidence": None if page.confidence is None else round(page.confidence, 4),
            "words": pack_words(
                (w.start, w.end, w.box.x0, w.box.y0, w.box.x1, w.box.y1, w.confidence) for w in words[page.number]
            ),
        }
        for page in content.pages
    )


def _block_rows(content: DocumentText) -> tuple[BlockRow, ...]:
    known = {page.number for page in content.pages}
    return tuple(
        {
            "position": position,
            "start": block.start,
            "end": block.end,
            "kind": block.kind.value,
            "page": block.page if block.page in known else None,
            "x0": block.box.x0 if block.box else None,
            "y0": block.box.y0 if block.box else None,
            "x1": block.box.x1 if block.box else None,
            "y1": block.box.y1 if block.box else None,
        }
        for position, block in enumerate(content.blocks, 1)
    )
