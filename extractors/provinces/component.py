"""spaCy component of the provinces family; the one file of the family that knows spaCy."""

from spacy.language import Language
from spacy.tokens import Doc

from extractors.docs import put, view_of
from extractors.domain.records import Family
from extractors.provinces.rules import find


@Language.factory("sovang_provinces", assigns=["doc.spans"])
class ProvinceFinder:
    """Finds provinces and writes `doc.spans["provinces"]` and the typed records."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        put(doc, Family.PROVINCES, find(view_of(doc)))
        return doc
