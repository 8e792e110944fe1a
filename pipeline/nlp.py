"""From text to records through the spaCy `Language`, and to the JSON that every tool around reads."""

import hashlib
from datetime import date
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import extractors.components as components
from extractors.docs import attach_view, document_date, get
from extractors.domain.orthography import nfc
from extractors.domain.records import Family, Json, Record
from extractors.view import TextView


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


def record_id(document_id: str, family: str, record: Record) -> str:
    """Returns 16 hex digits derived from document, kind, span and value: equal input, equal id."""
    source = f"{document_id}|{family}|{record.start}|{record.end}|{record.value_key()}"
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def records_json(doc: Doc, document_id: str) -> Json:
    """Returns the four lists of the JSON contract, each record with its `record_id`."""
    return {
        family.value: [{"record_id": record_id(document_id, family, r), **r.as_json()} for r in get(doc, family)]
        for family in Family
    }


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
        "document": header_json(view, document_id, source=None, issued=issued.edtf if issued else None),
        "text": view.text,
        **records_json(doc, document_id),
    }


def header_json(view: TextView, document_id: str, *, source: str | None, **known: str | None) -> Json:
    """Returns the `document` object: what the file told (`known`) before what the layout tells."""
    layout = view.layout
    return {
        "id": document_id,
        "source": source,
        "kind": layout.kind.value,
        "title": text_of(view, layout.title),
        "author": None,
        "publisher": None,
        "published": None,
        "number": text_of(view, layout.number),
        "issued": None,
        "issuing_body": text_of(view, layout.issuing_body),
        "subject": text_of(view, layout.subject),
        "signer": text_of(view, layout.signer),
        **{name: value for name, value in known.items() if value is not None},
    }
