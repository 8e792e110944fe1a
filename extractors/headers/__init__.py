"""Kind and header of a document as facts that a person can review, one record for each field."""

from extractors.domain.records import DocumentKind
from extractors.headers.articles import article_facts
from extractors.headers.facts import HeaderFact
from extractors.headers.minutes import minutes_facts
from extractors.headers.official import official_facts
from extractors.view import TextView

__all__ = ["HeaderFact", "read_header"]


def read_header(view: TextView) -> tuple[HeaderFact, ...]:
    """Returns the facts of the head and foot of a document in order of the text; never raises on any text."""
    if not view.layout.lines:
        return ()
    if view.layout.kind is DocumentKind.ARTICLE:
        facts = article_facts(view)
    else:
        facts = official_facts(view)
        if view.layout.kind is DocumentKind.MINUTES:
            facts += minutes_facts(view)
    return tuple(sorted(facts, key=lambda f: (f.start, f.end, f.field)))
