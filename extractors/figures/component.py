"""spaCy component of the figures family; the one file of the family that knows spaCy."""

from spacy.language import Language
from spacy.tokens import Doc

from extractors.docs import get, put, view_of
from extractors.domain.records import Family, ProvinceRecord
from extractors.figures.consistency import with_checks
from extractors.figures.rules import find


@Language.factory("sovang_figures", assigns=["doc.spans"])
class FigureFinder:
    """Finds figures outside the dates and writes `doc.spans["figures"]` and the typed records."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        view = view_of(doc)
        provinces = [record for record in get(doc, Family.PROVINCES) if isinstance(record, ProvinceRecord)]
        put(doc, Family.FIGURES, with_checks(view, find(view, get(doc, Family.DATES)), provinces))
        return doc
