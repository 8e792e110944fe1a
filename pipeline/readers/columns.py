"""Reading order of the rows of a page: where text stands side by side, the left column comes before the right.

Newspaper columns, letterheads (issuing body and motto) and signatures are the same thing here: consecutive
rows that share a gutter. Rows with three or more aligned cells and no ruled lines are a table.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.readers.page import PageWord, Row, rows_of

_LABEL = re.compile(r"[-–•*+o§]|\(?\d{1,3}[.)]?|[a-zđA-ZĐ][.)]|[IVX]{1,5}[.)]?|\d+(?:\.\d+)+\.?")
_SIGNING = 10.0  # line heights left for a signature between office and name
_Gap = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Rows in one column, to be read from top to bottom; `is_side` where another column stands beside it."""

    rows: tuple[Row, ...]
    is_side: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows of a table without rules, each a tuple of cells of words."""

    rows: tuple[tuple[tuple[PageWord, ...], ...], ...]


def in_order(rows: Sequence[Row], *, is_side: bool = False) -> Iterator[Column | Grid]:
    """Yields the columns and unruled tables of some rows in reading order."""
    at = start = 0
    while at < len(rows):
        stop, gutter = _band(rows, at)
        if gutter is None:
            at += 1
            continue
        if start < at:
            yield Column(rows=tuple(rows[start:at]), is_side=is_side)
        band = rows[at:stop]
        grid = _grid(band)
        if grid is not None:
            yield grid
        else:
            words = [word for row in band for word in row.words]
            middle = (gutter[0] + gutter[1]) / 2
            left = rows_of(word for word in words if word.box.x1 <= middle)
            right = rows_of(word for word in words if word.box.x1 > middle)
            yield from in_order(left, is_side=True)
            yield from in_order(right, is_side=True)
        at = start = stop
    if start < len(rows):
        yield Column(rows=tuple(rows[start:]), is_side=is_side)


def _gaps(row: Row, least: float) -> list[_Gap]:
    """Blank stretches of a row that are wide enough."""
    return [gap for gap in row.blanks if gap[1] - gap[0] >= least]


def _band(rows: Sequence[Row], at: int) -> tuple[int, _Gap | None]:
    """Returns end and gutter of the rows from `at` on that share a gutter, None where they do not.

    A row that has text on one side only belongs to the band where the next lines follow at the usual distance.
    """
    em = rows[at].height
    found: tuple[int, _Gap | None] = (at, None)
    for gap in _gaps(rows[at], 0.7 * em):
        stop, gutter, sides, both = at, gap, [0, 0], 0
        candidates: list[tuple[int, _Gap, int]] = []
        while stop < len(rows):
            row = rows[stop]
            step = row.level - rows[stop - 1].level if stop > at else 0.0
            if step > (_SIGNING if both == stop - at else 3.2) * max(em, row.height):
                break
            shared = _narrow(gutter, row, em)
            if shared is None:
                break
            gutter = shared
            left = any(word.box.x1 <= gutter[0] + 0.01 for word in row.words)
            right = any(word.box.x0 >= gutter[1] - 0.01 for word in row.words)
            sides[0] += left
            sides[1] += right
            both += left and right
            stop += 1
            if (left and right) or (candidates and left and row.level - rows[stop - 2].level < 1.9 * em):
                candidates.append((stop, gutter, both))
        # Chance may carry a gutter on through the spaces of the lines below; then fewer rows still prove it.
        for stop, gutter, both in reversed(candidates):
            if stop <= found[0]:
                break
            if _is_gutter(rows[at:stop], gutter, both, em):
                found = (stop, gutter)
                break
    return found


def _narrow(gutter: _Gap, row: Row, em: float) -> _Gap | None:
    """The part of the gutter that stays blank in one more row, None where less than a letter is left."""
    best: _Gap | None = None
    widest = 0.7 * em
    for low, high in row.blanks:
        if low >= gutter[1]:
            break
        if high <= gutter[0]:
            continue
        shared = (low if low > gutter[0] else gutter[0], high if high < gutter[1] else gutter[1])
        if shared[1] - shared[0] >= widest:
            best, widest = shared, shared[1] - shared[0]
    return best


def _is_gutter(rows: Sequence[Row], gutter: _Gap, both: int, em: float) -> bool:
    """Many rows prove a narrow gutter, one or two need a wide one; list labels are no column."""
    if gutter[0] == float("-inf") or gutter[1] == float("inf"):
        return False
    width = (gutter[1] - gutter[0]) / em
    if width < (3.0 if both < 2 else 1.3 if both < 5 else 0.7):
        return False
    middle = (gutter[0] + gutter[1]) / 2
    left = [" ".join(word.text for word in row.words if word.box.x1 <= middle) for row in rows]
    labels = [text for text in left if text]
    if all(_LABEL.fullmatch(text) for text in labels):
        return False
    return width * em > 1.8 * _space(rows, em)


def _space(rows: Sequence[Row], em: float) -> float:
    """The usual distance between two words; in typewriting it is wide. 0 where no two stand close."""
    inner = (b.box.x0 - a.box.x1 for row in rows for a, b in pairwise(row.words))
    spaces = [space for space in inner if space < em]
    return median(spaces) if spaces else 0.0


def _grid(rows: Sequence[Row]) -> Grid | None:
    """The cells of rows that form a table without rules: three columns or more that are not filled with prose."""
    if len(rows) < 3:
        return None
    em = median(row.height for row in rows)
    gutters = _shared_gaps(rows, em)
    if len(gutters) < 2:
        return None
    edges = [(low + high) / 2 for low, high in gutters]
    cells = [_split(row, edges) for row in rows]
    filled = sum(sum(map(bool, row)) for row in cells)
    if filled < 0.6 * len(cells) * (len(edges) + 1) or _is_prose(cells):
        return None
    return Grid(rows=tuple(cells))


def _is_prose(cells: list[tuple[tuple[PageWord, ...], ...]]) -> bool:
    """Columns of running text: most cells hold several words and fill the width of their column."""
    full = total = 0
    for column in zip(*cells, strict=True):
        boxes = [(cell[0].box.x0, cell[-1].box.x1, len(cell)) for cell in column if cell]
        if not boxes:
            continue
        left, right = min(box[0] for box in boxes), max(box[1] for box in boxes)
        full += sum(box[1] - box[0] > 0.85 * (right - left) and box[2] > 2 for box in boxes)
        total += len(boxes)
    return full > 0.6 * total


def _shared_gaps(rows: Sequence[Row], em: float) -> list[_Gap]:
    """Blank stretches inside the rows that all of them share, wider than the space between two words."""
    least = max(0.7 * em, 1.5 * _space(rows, em))
    shared = [gap for gap in _gaps(max(rows, key=lambda r: len(_gaps(r, em))), em) if abs(gap[0]) < 1e9 > abs(gap[1])]
    for row in rows:
        blank = row.blanks
        shared = [
            (max(low, b0), min(high, b1))
            for low, high in shared
            for b0, b1 in blank
            if min(high, b1) - max(low, b0) >= least
        ]
    return shared


def _split(row: Row, edges: list[float]) -> tuple[tuple[PageWord, ...], ...]:
    bounds = [float("-inf"), *edges, float("inf")]
    return tuple(
        tuple(word for word in row.words if low <= (word.box.x0 + word.box.x1) / 2 < high)
        for low, high in pairwise(bounds)
    )
