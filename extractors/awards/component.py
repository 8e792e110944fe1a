"""spaCy component of the awards family; the one file of the family that knows spaCy."""

from spacy.language import Language
from spacy.tokens import Doc

from extractors.awards.rules import find
from extractors.docs import put, view_of
from extractors.domain.records import Family


@Language.factory("sovang_awards", assigns=["doc.spans"])
class AwardFinder:
    """Finds awards and writes `doc.spans["awards"]` and the typed records."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        put(doc, Family.AWARDS, find(view_of(doc)))
        return doc
