"""spaCy component of the figures family; the one file of the family that knows spaCy."""

from spacy.language import Language
from spacy.tokens import Doc

from extractors.docs import get, put, view_of
from extractors.domain.records import Family
from extractors.figures.rules import find


@Language.factory("sovang_figures", assigns=["doc.spans"])
class FigureFinder:
    """Finds figures outside the dates and writes `doc.spans["figures"]` and the typed records."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        put(doc, Family.FIGURES, find(view_of(doc), get(doc, Family.DATES)))
        return doc
