"""Rules of the figures family."""

from extractors.domain.records import FigureRecord
from extractors.view import TextView


def find(view: TextView) -> list[FigureRecord]:
    """Returns the figures of the text in order."""
    return []
