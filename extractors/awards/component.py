"""spaCy component of the awards family; the one file of the family that knows spaCy."""

from spacy.language import Language
from spacy.tokens import Doc

from extractors.awards.rules import find
from extractors.docs import document_date, get, put, view_of
from extractors.domain.records import DateRecord, Family, ProvinceRecord


@Language.factory("sovang_awards", assigns=["doc.spans"])
class AwardFinder:
    """Finds awards and writes `doc.spans["awards"]` and the typed records; reads dates and provinces."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        dates = [r for r in get(doc, Family.DATES) if isinstance(r, DateRecord)]
        provinces = [r for r in get(doc, Family.PROVINCES) if isinstance(r, ProvinceRecord)]
        put(doc, Family.AWARDS, find(view_of(doc), dates, provinces, document_date(doc)))
        return doc
