"""Figures in table cells whose unit stands in the head of their column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.domain.records import FigureRecord
from extractors.figures.lexicon import noun_at, unit_pattern, units
from extractors.layout import Line
from extractors.numbers import parse_digits
from extractors.view import TextView

_RULE = "figures.table_cell"
_NUMBER_CELL = re.compile(r"\s*(\d[\d.,]{0,20})(?:/(\d[\d.,]{0,20}))?\s*")
_IN_BRACKETS = re.compile(r"\((?:đvt|đơn vị(?: tính)?)?:?\s*([^()]{1,30})\)")
_UNIT_HEAD = re.compile(r"đvt|đơn vị tính|đ/v tính|đơn vị đo")
_UNREAD_HEAD = re.compile(
    r"(?:stt|tt|số tt|năm sinh|năm|ghi chú|số hiệu|mã|ngày|xếp|số (?:qđ|quyết|cmnd|cccd|điện|hiệu))"
)
_COUNT_HEAD = re.compile(r"(?:tổng )?số (?:lượng )?(?!tt|hiệu|quyết|cmnd|cccd|điện|thứ|qđ|báo|nhà|đt|vào)")
_SCALES = {"nghìn": 3, "ngàn": 3, "triệu": 6, "tỷ": 9, "tỉ": 9}


@dataclass(frozen=True, slots=True)
class _Head:
    """What the first row of a table says: units of columns, and the column that holds each row's unit."""

    units: dict[int, tuple[str, int]]  # by column: unit, power of ten
    unit_column: int | None
    unread: frozenset[int]  # columns of numbers that count nothing


def cell_figures(view: TextView) -> list[FigureRecord]:
    """Returns the figures of number-only cells whose unit stands in the head or in the row's unit column."""
    records: list[FigureRecord] = []
    head: _Head | None = None
    previous: Line | None = None
    for line in view.layout.lines:
        if not line.is_row:
            head = previous = None
            continue
        if previous is None or view.text.count("\n", previous.end, line.start) > 1:
            head = _head(view, line)
        elif head is not None and (head.units or head.unit_column is not None):
            records.extend(_row(view, line, head))
        previous = line
    return records


def _head(view: TextView, line: Line) -> _Head:
    found: dict[int, tuple[str, int]] = {}
    unit_column = None
    unread = set()
    for column, (start, end) in enumerate(line.cells):
        head = view.key[start:end].strip()
        if bracket := _IN_BRACKETS.search(head):
            if unit := _unit(bracket.group(1)):
                found[column] = unit
        elif _UNIT_HEAD.fullmatch(head):
            unit_column = column
        elif (count := _COUNT_HEAD.match(head)) and (noun := noun_at(head, count.end())):
            found[column] = noun[0], 0
        elif _UNREAD_HEAD.match(head):
            unread.add(column)
    return _Head(found, unit_column, frozenset(unread))


def _unit(written: str) -> tuple[str, int] | None:
    """Reads a unit that stands alone, with a scale before it: `triệu đồng`, `ha`, `người`."""
    scale, _, rest = written.strip().partition(" ")
    power = _SCALES.get(scale, 0)
    form = rest if power else written.strip()
    if unit := unit_pattern().fullmatch(form):
        return units()[unit.group(1)].symbol, power
    noun = noun_at(form, 0)
    return (noun[0], power) if noun and noun[1] == len(form) else None


def _row(view: TextView, line: Line, head: _Head) -> Iterator[FigureRecord]:
    own = None
    if head.unit_column is not None and head.unit_column < len(line.cells):
        start, end = line.cells[head.unit_column]
        own = _unit(view.key[start:end])
    for column, (start, end) in enumerate(line.cells):
        unit = head.units.get(column) or (own if column not in head.unread else None)
        if unit and (record := _cell(view, start, end, *unit)):
            yield record


def _cell(view: TextView, start: int, end: int, unit: str, power: int) -> FigureRecord | None:
    match = _NUMBER_CELL.fullmatch(view.key, start, end)
    value = parse_digits(match.group(1)) if match else None
    if match is None or value is None:
        return None
    whole = parse_digits(match.group(2)) if match.group(2) else None
    if match.group(2) and (whole is None or whole < value):
        return None
    first, last = match.start(1), match.end(2) if match.group(2) else match.end(1)
    return FigureRecord(
        start=first,
        end=last,
        text=view.text[first:last],
        rule=_RULE,
        evidence=("a number in a table cell", "unit from the head of the column"),
        value=value * 10**power,
        of=whole,
        unit=unit,
        noun=None,
    )
