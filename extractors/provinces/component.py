"""spaCy component of the provinces family; the one file of the family that knows spaCy."""

from spacy.language import Language
from spacy.tokens import Doc

from extractors.docs import document_date, get, put, view_of
from extractors.domain.records import DateRecord, DateRole, Family
from extractors.provinces.rules import find

_UNDATING = (DateRole.BIRTH, DateRole.DEATH, DateRole.LAW)


@Language.factory("sovang_provinces", assigns=["doc.spans"])
class ProvinceFinder:
    """Finds provinces and writes `doc.spans["provinces"]` and the typed records.

    Reads the document's date and the years that its dates name, where the dates component ran before.
    """

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        view = view_of(doc)
        own = document_date(doc)
        day = (own.latest or own.earliest) if own is not None else view.reference_date
        put(doc, Family.PROVINCES, find(view, day, _years(doc)))
        return doc


def _years(doc: Doc) -> list[int]:
    """The years of the days and months told as events: births, deaths and laws do not date a text."""
    records = [r for r in get(doc, Family.DATES) if isinstance(r, DateRecord) and r.role not in _UNDATING]
    return [r.latest.year for r in records if r.latest is not None and (r.latest - (r.earliest or r.latest)).days < 32]
