"""Rules of the provinces family."""

from extractors.domain.records import ProvinceRecord
from extractors.view import TextView


def find(view: TextView) -> list[ProvinceRecord]:
    """Returns the provinces of the text in order."""
    return []
