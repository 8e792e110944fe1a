"""From a settled atom to its EDTF value; impossible days keep what is possible of them."""

from extractors.dates.atoms import Atom
from extractors.domain.edtf import Edtf, Interval, Point
from extractors.domain.records import Grain


def edtf_of(atom: Atom) -> Edtf | None:
    """Returns the value of the atom, None where it tells nothing that a date needs."""
    start = _point(atom)
    if start is None:
        return None
    if atom.until is not None:
        end = _point(atom.until)
        if end is None:
            return start
        try:
            return Interval(start=start, end=end)
        except ValueError:
            atom.evidence.insert(0, "ends before it starts")
            return start
    if atom.bound == "start":
        return Interval(start=start, end=None)
    if atom.bound == "end":
        return Interval(start=None, end=start)
    return start


def _point(atom: Atom) -> Point | None:
    if atom.year is not None and not 1 <= atom.year <= 9999:
        return None
    qualifier = "~" if atom.is_approximate else ""
    if atom.grain in (Grain.DECADE, Grain.CENTURY):
        return Point(year=atom.code or "XXXX", qualifier=qualifier)
    year = "XXXX" if atom.year is None else f"{atom.year:04d}"
    if atom.grain in (Grain.QUARTER, Grain.HALF):
        return Point(year=year, month=atom.code, qualifier=qualifier)
    if atom.is_unknown:
        return Point(year=year, month="XX", day="XX", qualifier=qualifier)
    if atom.month is None and atom.day is None:
        return None if atom.year is None else Point(year=year, qualifier=qualifier)
    month = "XX" if atom.month is None else f"{atom.month:02d}"
    if atom.day is None:
        return Point(year=year, month=month, qualifier=qualifier)
    try:
        return Point(year=year, month=month, day=f"{atom.day:02d}", time=atom.time, qualifier=qualifier)
    except ValueError:
        atom.evidence.insert(0, f"there is no such day: {atom.day}/{atom.month}/{year}")
        return Point(year=year, month=month, day="XX")
