"""spaCy component of the dates family; the one file of the family that knows spaCy."""

from spacy.language import Language
from spacy.tokens import Doc

from extractors.dates.rules import find_with_document_date
from extractors.docs import put, put_document_date, view_of
from extractors.domain.records import Family


@Language.factory("sovang_dates", assigns=["doc.spans"])
class DateFinder:
    """Finds dates and writes `doc.spans["dates"]` and the typed records."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        records, own = find_with_document_date(view_of(doc))
        put(doc, Family.DATES, records)
        put_document_date(doc, own)
        return doc
