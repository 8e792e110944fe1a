"""Rules of the figures family: their names, and the pass that applies them.

At each numeral, in the order of the text, the first of these that fits is taken: code or time of day
(nothing), a unit with its decimals behind it, ratio, range, change, list with a shared unit, single number.
"""

from collections.abc import Sequence

from extractors.domain.records import FigureRecord
from extractors.figures.scan import Scan
from extractors.figures.tables import cell_figures
from extractors.matching import HasSpan, SpanIndex
from extractors.view import TextView

RULES = frozenset(
    {
        "percent",
        "money",
        "money_sign_before",
        "money_without_currency",
        "measure",
        "measure_compound",
        "duration",
        "age",
    }
    | {"age_before", "times", "ratio", "counted_noun_digits", "counted_noun_words", "shared_unit", "table_cell"}
    | {"noun_behind_share"}
    | {"range_percent", "range_money", "range_measure", "range_duration", "range_age", "range_times"}
    | {"range_counted_noun"}
)
"""The names of all rules of the family, without `figures.`"""


def find(view: TextView, taken: Sequence[HasSpan] = ()) -> list[FigureRecord]:
    """Returns the figures of the text in order; no number of theirs lies in a span of `taken` (the dates)."""
    dates = SpanIndex(taken)
    records = Scan(view, dates).run()
    found = SpanIndex(records)
    cells = [
        cell
        for cell in cell_figures(view)
        if not found.touches(cell.start, cell.end) and not dates.touches(cell.start, cell.end)
    ]
    return sorted([*records, *cells], key=lambda record: record.start) if cells else records
