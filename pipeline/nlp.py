"""From text to records through the spaCy `Language`, and to the JSON that every tool around reads."""

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import extractors.components as components
from extractors.docs import attach_view, document_date, get, view_of
from extractors.domain.orthography import nfc
from extractors.domain.records import AwardRecord, Family, Json, Record
from extractors.headers import HeaderFact, read_header
from extractors.layout import Span
from extractors.view import TextView
from pipeline.identity import FACTS, record_id


@cache
def load() -> Language:
    """Returns the ready `Language`: a blank Vietnamese pipeline with the four families, made once a process."""
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "sovang.ExactTokenizer.v1"}}})
    nlp.max_length = 100_000_000
    for name in components.COMPONENTS:
        nlp.add_pipe(name)
    return nlp


def analyse(view: TextView) -> Doc:
    """Returns the `Doc` of a prepared text with all records on it."""
    nlp = load()
    doc = nlp.make_doc(view.text)
    attach_view(doc, view)
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc


def records_by_id(doc: Doc, family: Family, document_id: str) -> dict[str, Record]:
    """Returns a family's records by their ids, in order; of two with one id the first."""
    found: dict[str, Record] = {}
    for record in get(doc, family):
        found.setdefault(record_id(document_id, family, record), record)
    return found


def facts_by_id(view: TextView, document_id: str) -> dict[str, HeaderFact]:
    """Returns kind and header of a document as facts by their ids, in order of the text."""
    return {record_id(document_id, FACTS, fact): fact for fact in read_header(view)}


def copies(by_id: dict[str, Record], view: TextView) -> dict[str, str]:
    """Maps the id of each record in a repeated paragraph or merged cell to that of the record it repeats.

    Records of equal quote and value are paired in order, first with first. Awards of a merged cell are none of them:
    each row has its own recipient.
    """
    ordered = sorted(by_id.items(), key=lambda item: item[1].start)
    starts = [record.start for _, record in ordered]

    def within(span: Span) -> list[tuple[str, Record]]:
        found = ordered[bisect_left(starts, span[0]) : bisect_left(starts, span[1])]
        return [(rid, record) for rid, record in found if record.end <= span[1]]

    pairs: dict[str, str] = {}
    is_award = any(isinstance(record, AwardRecord) for record in by_id.values())
    for first, again in (*_repeated_paragraphs(view), *(() if is_award else view.repeats)):
        firsts = defaultdict(list)
        for rid, record in within(first):
            firsts[record.text, record.value_key()].append(rid)
        for rid, record in within(again):
            if known := firsts[record.text, record.value_key()]:
                pairs[rid] = known.pop(0)
    return pairs


def _repeated_paragraphs(view: TextView) -> Iterator[tuple[Span, Span]]:
    for start, end in view.layout.copies:
        wanted = text_of(view, (start, end))
        lines = ((line.start, line.end) for line in view.layout.lines if line.end <= start)
        first = next((line for line in lines if text_of(view, line) == wanted), None)
        if first is not None:
            yield first, (start, end)


def record_json(rid: str, record: Record, page: int | None, copy_of: str | None) -> Json:
    """Returns a record in the form of the JSON contract."""
    return {"record_id": rid, **record.as_json(), "page": page, "copy_of": copy_of}


def records_json(doc: Doc, document_id: str) -> Json:
    """Returns the four lists of the JSON contract, each record with its `record_id`; a bare text has no pages."""
    lists: Json = {}
    for family in Family:
        by_id = records_by_id(doc, family, document_id)
        pairs = copies(by_id, view_of(doc))
        lists[family.value] = [record_json(rid, record, None, pairs.get(rid)) for rid, record in by_id.items()]
    return lists


def text_of(view: TextView, span: tuple[int, int] | None) -> str | None:
    """Returns the quote of a span in one line, None for None."""
    return " ".join(view.text[span[0] : span[1]].split()) if span else None


def extract(text: str, reference_date: str | date | None = None) -> Json:
    """Returns dates, provinces, figures and awards of a text in the JSON form of the README.

    The text is put into NFC first; all offsets are into the returned `"text"`. `reference_date` is
    the day that `hôm qua` counts from, a `date` or `YYYY-MM-DD`.
    """
    day = date.fromisoformat(reference_date) if isinstance(reference_date, str) else reference_date
    view = TextView(nfc(text), reference_date=day, reference_source="given" if day else "")
    document_id = hashlib.sha256(text.encode()).hexdigest()
    doc = analyse(view)
    issued = document_date(doc)
    return {
        "document": {
            **header_json(view, document_id, source=None, issued=issued.edtf if issued else None),
            "facts": [record_json(rid, fact, None, None) for rid, fact in facts_by_id(view, document_id).items()],
        },
        "text": view.text,
        **records_json(doc, document_id),
    }


def header_json(view: TextView, document_id: str, *, source: str | None, **known: str | None) -> Json:
    """Returns the `document` object: what the file told (`known`) before what the layout tells."""
    layout = view.layout
    return {
        "id": document_id,
        "source": source,
        "format": None,
        "kind": layout.kind.value,
        "title": text_of(view, layout.title),
        "author": None,
        "publisher": None,
        "published": None,
        "number": text_of(view, layout.number),
        "issued": None,
        "issuing_body": " ".join(view.text[a:b] for a, b in layout.issuing_parts) or None,
        "subject": text_of(view, layout.subject),
        "signer": text_of(view, layout.signer),
        "notes": [],
        **{name: value for name, value in known.items() if value is not None},
    }
