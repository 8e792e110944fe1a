"""Rules of the dates family."""

from extractors.domain.records import DateRecord
from extractors.view import TextView


def find(view: TextView) -> list[DateRecord]:
    """Returns the dates of the text in order."""
    return []
