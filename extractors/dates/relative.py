"""Dates counted from another date: pure arithmetic on a reference that may lack its year."""

from dataclasses import dataclass
from datetime import date, timedelta

from extractors.dates.atoms import Anchor, Atom, Shift
from extractors.domain.records import Grain

_LEAP_YEAR = 2000  # stands in where a reference has no year, so that 29 February stays possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A date that others count from, as far as it is known, with where it was taken from.

    `is_firm` tells that it is the day of writing itself; the date of a lead may be a day before it.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    source: str = ""
    is_firm: bool = True

    @property
    def date(self) -> date | None:
        """The day where year, month and day are known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return real_day(self.year, self.month, self.day)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}" if self.year is not None else "XXXX"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


def real_day(year: int, month: int, day: int) -> date | None:
    """Returns the calendar day, None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def reference_of(atom: Atom, source: str, *, is_firm: bool = True) -> Reference:
    """Returns the date of an atom as a reference."""
    return Reference(year=atom.year, month=atom.month, day=atom.day, source=source, is_firm=is_firm)


def count_back(reference: Reference, days: int) -> Reference:
    """Returns the reference moved by a number of days; year and day as far as they are known."""
    moved = _moved_day(reference, days)
    return moved if moved else reference


def apply(atom: Atom, shift: Shift, reference: Reference) -> bool:
    """Fills year, month, day, code or end of the atom; tells whether the reference sufficed."""
    if shift.grain is Grain.YEAR:
        if reference.year is None:
            return False
        atom.year = reference.year + shift.amount
        return True
    if shift.grain is Grain.MONTH:
        return _apply_month(atom, shift.amount, reference)
    if shift.grain is Grain.QUARTER:
        return _apply_quarter(atom, shift.amount, reference)
    if shift.grain is Grain.WEEK or shift.weekday is not None:
        return _apply_week(atom, shift, reference)
    moved = _moved_day(reference, shift.amount)
    if moved is None:
        return False
    _set_day(atom, moved)
    return True


def _set_day(atom: Atom, moved: Reference) -> None:
    atom.year, atom.month, atom.day = moved.year, moved.month, moved.day


def _moved_day(reference: Reference, days: int) -> Reference | None:
    if reference.month is None or reference.day is None:
        return None
    start = real_day(reference.year or _LEAP_YEAR, reference.month, reference.day)
    if start is None or abs(days) > 40_000:
        return None
    try:
        moved = start + timedelta(days=days)
    except OverflowError:
        return None
    year = moved.year if reference.year is not None else None
    return Reference(year=year, month=moved.month, day=moved.day, source=reference.source)


def _apply_month(atom: Atom, amount: int, reference: Reference) -> bool:
    if reference.month is None:
        return False
    index = reference.month - 1 + amount
    atom.month = index % 12 + 1
    atom.year = reference.year + index // 12 if reference.year is not None else None
    return True


def _apply_quarter(atom: Atom, amount: int, reference: Reference) -> bool:
    if reference.month is None:
        return False
    index = (reference.month - 1) // 3 + amount
    atom.code = str(33 + index % 4)
    atom.year = reference.year + index // 4 if reference.year is not None else None
    return True


def _apply_week(atom: Atom, shift: Shift, reference: Reference) -> bool:
    """A week is an interval from Monday to Sunday; weekdays need the year, since it moves them."""
    today = reference.date
    if today is None:
        return False
    try:
        first, last = _week_days(today, shift)
    except OverflowError:
        return False
    atom.year, atom.month, atom.day = first.year, first.month, first.day
    if shift.weekday is None:
        atom.until = Atom(start=atom.start, end=atom.end, rule=atom.rule, grain=Grain.DAY)
        atom.until.year, atom.until.month, atom.until.day = last.year, last.month, last.day
    return True


def _week_days(today: date, shift: Shift) -> tuple[date, date]:
    """The first and last day meant; the same day twice for a weekday."""
    monday = today - timedelta(days=today.weekday())
    if shift.weekday is None:
        first = monday + timedelta(weeks=shift.amount, days=5 if shift.is_weekend else 0)
        return first, monday + timedelta(weeks=shift.amount, days=6)
    if shift.anchor is Anchor.UPCOMING:
        day = today + timedelta(days=(shift.weekday - today.weekday() - 1) % 7 + 1)
    elif shift.anchor is Anchor.LATEST:
        day = today - timedelta(days=(today.weekday() - shift.weekday - 1) % 7 + 1)
    else:
        day = monday + timedelta(weeks=shift.amount, days=shift.weekday)
    return day, day
