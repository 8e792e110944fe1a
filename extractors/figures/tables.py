"""Figures in table cells whose unit stands in the head of their column."""

import re

from extractors.confidence import confidence
from extractors.domain.records import FigureRecord
from extractors.figures.lexicon import noun_at, unit_pattern, units
from extractors.layout import Line
from extractors.numbers import parse_digits
from extractors.view import TextView

_RULE = "figures.table_cell"
_NUMBER_CELL = re.compile(r"\s*(\d[\d.,]{0,20})(?:/(\d[\d.,]{0,20}))?\s*")
_IN_BRACKETS = re.compile(r"\((?:đvt|đơn vị(?: tính)?)?:?\s*((?:nghìn |ngàn |triệu |tỷ |tỉ )?)([^()]{1,20})\)")
_COUNT_HEAD = re.compile(r"(?:tổng )?số (?:lượng )?(?!tt|hiệu|quyết|cmnd|cccd|điện|thứ|qđ|báo|nhà|đt|vào)")
_SCALES = {"nghìn": 3, "ngàn": 3, "triệu": 6, "tỷ": 9, "tỉ": 9}


def cell_figures(view: TextView) -> list[FigureRecord]:
    """Returns the figures of number-only cells under a head that names their unit."""
    records: list[FigureRecord] = []
    heads: dict[int, tuple[str, int]] = {}
    previous: Line | None = None
    for line in view.layout.lines:
        if not line.is_row:
            previous = None
            continue
        if previous is None or view.text.count("\n", previous.end, line.start) > 1:
            heads = {}
        previous = line
        if not heads:
            heads = _heads(view, line)
            if not heads:
                heads = {-1: ("", 0)}
            continue
        for column, (start, end) in enumerate(line.cells):
            if column in heads and (record := _cell(view, start, end, *heads[column])):
                records.append(record)
    return records


def _heads(view: TextView, line: Line) -> dict[int, tuple[str, int]]:
    """Returns unit and power of ten by column, from the first row of a table."""
    found: dict[int, tuple[str, int]] = {}
    for column, (start, end) in enumerate(line.cells):
        head = view.key[start:end].strip()
        if bracket := _IN_BRACKETS.search(head):
            unit = unit_pattern().fullmatch(bracket.group(2).strip())
            if unit:
                found[column] = units()[unit.group(1)].symbol, _SCALES.get(bracket.group(1).strip(), 0)
        elif (count := _COUNT_HEAD.match(head)) and (noun := noun_at(head, count.end())):
            found[column] = noun[0], 0
    return found


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
        confidence=confidence("figures", _RULE),
        evidence=("a number in a table cell", "unit from the head of the column"),
        value=value * 10**power,
        of=whole,
        unit=unit,
        noun=None,
    )
