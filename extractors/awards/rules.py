"""Rules of the awards family."""

from extractors.domain.records import AwardRecord
from extractors.view import TextView


def find(view: TextView) -> list[AwardRecord]:
    """Returns the awards of the text in order."""
    return []
