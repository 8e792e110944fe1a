"""Reading a CSV table of this folder so that every complaint names file and line."""

import calendar
import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources

from extractors.domain.errors import DomainDataError

FOLDER = resources.files("extractors.domain")
_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days on which something was valid, both ends included; None is open."""

    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Tells whether `day` lies inside."""
        return self.first <= day and (self.last is None or day <= self.last)


class Row:
    """A row of a table that knows where it stands, so that every complaint names file and line."""

    def __init__(self, table: str, line: int, cells: Mapping[str, str | None]) -> None:
        self.table = table
        self.line = line
        self._cells = cells

    def wrong(self, what: str) -> DomainDataError:
        """Returns the error that names file and line."""
        return DomainDataError(f"{self.table} line {self.line}: {what}")

    def text(self, column: str) -> str:
        """Returns a cell, which may be empty."""
        cell = self._cells.get(column)
        if cell is None:
            raise self.wrong(f"column {column} is missing")
        if not unicodedata.is_normalized("NFC", cell):
            raise self.wrong(f"{cell!r} is not NFC")
        return cell

    def needed(self, column: str) -> str:
        """Returns a cell that must not be empty."""
        if not (cell := self.text(column)):
            raise self.wrong(f"{column} is empty")
        return cell

    def several(self, column: str) -> tuple[str, ...]:
        """Returns the parts of a cell that stand apart by semicolons."""
        return tuple(part for piece in self.text(column).split(";") if (part := piece.strip()))

    def flag(self, column: str) -> bool:
        """Returns a cell that says yes or no."""
        try:
            return _YES_NO[self.text(column)]
        except KeyError as error:
            raise self.wrong(f"{column} must be yes or no") from error

    def number(self, column: str) -> float:
        """Returns a cell that is a number."""
        try:
            return float(self.text(column))
        except ValueError as error:
            raise self.wrong(f"{column} must be a number") from error

    def period(self, first: str = "valid_from", last: str = "valid_to") -> Period:
        """Returns the days between two cells, both whole: `1976` to `1991` ends on 31 December 1991."""
        start, end = self.needed(first), self.text(last)
        try:
            period = Period(first=first_day(start), last=last_day(end) if end else None)
        except ValueError as error:
            raise self.wrong(f"{start!r} to {end!r} are no days") from error
        if period.last is not None and period.last < period.first:
            raise self.wrong(f"{start} is after {end}")
        return period


def first_day(written: str) -> date:
    """Returns the first day of `1976`, `1976-02` or `1976-02-24`; raises ValueError for anything else."""
    parts = [int(part) for part in written.split("-")]
    year, month, day = (*parts, 1, 1)[:3]
    return date(year, month, day)


def last_day(written: str) -> date:
    """Returns the last day of a year, a month or a day; raises ValueError for anything else."""
    parts = [int(part) for part in written.split("-")]
    year = parts[0]
    month = parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


def rows(table: str) -> Iterator[Row]:
    """Returns the rows of a table of this folder in order; raises DomainDataError at the first that is cut."""
    with FOLDER.joinpath(table).open(encoding="utf-8") as lines:
        yield from parsed(table, lines)


def parsed(table: str, lines: Iterable[str]) -> Iterator[Row]:
    """Returns the rows of a table from its lines; `table` is what complaints call it."""
    reader = csv.reader(lines)  # DictReader does the same in three times the time
    head = next(reader, [])
    for cells in reader:
        if not cells:  # an empty line
            continue
        row = Row(table, reader.line_num, dict(zip(head, cells, strict=False)))
        if len(cells) != len(head):
            raise row.wrong("the number of cells differs from the head")
        yield row
