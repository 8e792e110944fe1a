"""The subset of EDTF (ISO 8601-2) in use: parse, print, bounds, grain, comparison and containment.

A value is a point (`2013-12-25T14:00`, `2013-33`, `201X`, `1975~`) or an interval of two points (`2011/2015`,
`../2020`, `2014/..`). Digits that the text does not tell are `X` (`XXXX-01-16`); such a value has no bounds.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from extractors.domain.records import Grain

_POINT = re.compile(
    r"(?P<year>\d{4}|\d{3}X|\d{2}XX|XXXX)"
    r"(?:-(?P<month>0[1-9]|1[0-2]|XX|3[3-6]|4[01])(?:-(?P<day>0[1-9]|[12]\d|3[01]|XX))?)?"
    r"(?:T(?P<time>(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?))?"
    r"(?P<qualifier>[~?%]?)"
)
_QUARTERS = {"33": 1, "34": 4, "35": 7, "36": 10}
_HALVES = {"40": 1, "41": 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One date of any grain; fields are written digits, `X` where unknown, None where not said.

    `month` also holds the codes of quarters (`33` to `36`) and half-years (`40`, `41`).
    """

    year: str
    month: str | None = None
    day: str | None = None
    time: str | None = None
    qualifier: str = ""

    def __post_init__(self) -> None:
        if not _POINT.fullmatch(str(self)):
            raise ValueError(f"{self} is no EDTF date")
        if self.day is not None and self.month is not None and self.month[0] in "34":
            raise ValueError(f"{self}: a quarter or half-year has no day")
        if self.time is not None and self.day is None:
            raise ValueError(f"{self}: a time needs a day")
        if self.day and self.day.isdigit() and self.month and self.month.isdigit():
            year = int(self.year) if self.year.isdigit() else 2000
            if year == 0 or int(self.day) > monthrange(year, int(self.month))[1]:
                raise ValueError(f"{self}: there is no such day")

    def __str__(self) -> str:
        parts = "-".join(part for part in (self.year, self.month, self.day) if part is not None)
        return f"{parts}{'T' + self.time if self.time else ''}{self.qualifier}"

    @property
    def grain(self) -> Grain:
        """How fine the point is."""
        if self.time is not None:
            return Grain.TIME
        if self.day is not None:
            return Grain.DAY
        if self.month is not None:
            if self.month in _QUARTERS:
                return Grain.QUARTER
            return Grain.HALF if self.month in _HALVES else Grain.MONTH
        if self.year.endswith("XX") and self.year != "XXXX":
            return Grain.CENTURY
        return Grain.DECADE if self.year.endswith("X") and self.year != "XXXX" else Grain.YEAR

    @property
    def earliest(self) -> date | None:
        """The first day that the point may mean; None where the year is unknown."""
        year = int(self.year.replace("X", "0")) if self.year != "XXXX" else 0
        if year == 0:
            return None
        month = 1 if self.month in (None, "XX") else _first_month(self.month or "01")
        return date(year, month, int(self.day) if self.day and self.day.isdigit() else 1)

    @property
    def latest(self) -> date | None:
        """The last day that the point may mean; None where the year is unknown."""
        year = int(self.year.replace("X", "9")) if self.year != "XXXX" else 0
        if year == 0:
            return None
        month = 12 if self.month in (None, "XX") else _last_month(self.month or "12")
        if self.day and self.day.isdigit():
            return date(year, month, min(int(self.day), monthrange(year, month)[1]))
        return date(year, month, monthrange(year, month)[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From one point to another, both included; None is an open end (`..`)."""

    start: Point | None
    end: Point | None

    def __post_init__(self) -> None:
        if self.start is None and self.end is None:
            raise ValueError("an interval needs one point at least")
        if self.start and self.end:
            first, last = self.start.earliest, self.end.latest
            if first and last and first > last:
                raise ValueError(f"{self}: ends before it starts")

    def __str__(self) -> str:
        return f"{self.start or '..'}/{self.end or '..'}"

    @property
    def grain(self) -> Grain:
        """Always an interval."""
        return Grain.INTERVAL

    @property
    def earliest(self) -> date | None:
        """The first day, None where it is open or unknown."""
        return self.start.earliest if self.start else None

    @property
    def latest(self) -> date | None:
        """The last day, None where it is open or unknown."""
        return self.end.latest if self.end else None


Edtf = Point | Interval


def parse(text: str) -> Edtf:
    """Returns the value that `text` writes.

    Raises:
        ValueError: where the text is outside the subset or names a day that does not exist.
    """
    if "/" not in text:
        return _point(text)
    first, _, last = text.partition("/")
    return Interval(start=None if first == ".." else _point(first), end=None if last == ".." else _point(last))


def is_valid(text: str) -> bool:
    """Tells whether `parse` reads the text."""
    try:
        parse(text)
    except ValueError:
        return False
    return True


def day(value: date) -> Point:
    """Returns the point of a calendar day."""
    return Point(year=f"{value.year:04d}", month=f"{value.month:02d}", day=f"{value.day:02d}")


def compare(one: Edtf, other: Edtf) -> int | None:
    """Returns -1 where `one` lies wholly before `other`, 1 where wholly after, 0 for equal bounds, else None."""
    if one.latest and other.earliest and one.latest < other.earliest:
        return -1
    if one.earliest and other.latest and one.earliest > other.latest:
        return 1
    if one.earliest and one.latest and (one.earliest, one.latest) == (other.earliest, other.latest):
        return 0
    return None


def contains(outer: Edtf, inner: Edtf) -> bool:
    """Tells whether every day of `inner` is a day of `outer`; False where a bound that matters is unknown.

    An open end of an interval (`..`) has no bound and holds everything on its side.
    """
    starts = _is_open(outer, at_start=True) or _not_after(outer.earliest, inner.earliest)
    return starts and (_is_open(outer, at_start=False) or _not_after(inner.latest, outer.latest))


def _point(text: str) -> Point:
    match = _POINT.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no EDTF date of the subset in use")
    groups = match.groupdict()
    return Point(
        year=groups["year"],
        month=groups["month"],
        day=groups["day"],
        time=groups["time"],
        qualifier=groups["qualifier"],
    )


def _first_month(code: str) -> int:
    return _QUARTERS.get(code) or _HALVES.get(code) or int(code)


def _last_month(code: str) -> int:
    if code in _QUARTERS:
        return _QUARTERS[code] + 2
    return _HALVES[code] + 5 if code in _HALVES else int(code)


def _is_open(value: Edtf, *, at_start: bool) -> bool:
    return isinstance(value, Interval) and (value.start if at_start else value.end) is None


def _not_after(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one <= other
