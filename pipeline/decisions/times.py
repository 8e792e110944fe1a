"""When an award was decided and handed over, as days that can be compared."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from extractors.domain.edtf import parse

Days = tuple[date, date]  # the first and the last day that a date may mean
SAME: Final = "same day"
WITHIN: Final = "within"
AFTER: Final = "after"
NEAR: Final = "near"
APART: Final = "apart"
_NEAR: Final = timedelta(days=31)


@lru_cache(maxsize=65536)
def days_of(edtf: str | None) -> Days | None:
    """Returns the bounds of an EDTF value; None for nothing, an unknown year or an open end."""
    if not edtf:
        return None
    try:
        value = parse(edtf)
        first, last = value.earliest, value.latest
    except ValueError:
        return None
    return (first, last) if first and last else None


def is_day(days: Days | None) -> bool:
    """Whether one day is meant."""
    return days is not None and days[0] == days[1]


def overlap(one: Days, other: Days) -> bool:
    """Whether two spans of time share a day."""
    return one[0] <= other[1] and other[0] <= one[1]


def distance(one: Days, other: Days) -> timedelta:
    """How far two spans stand apart; nothing where they overlap."""
    if overlap(one, other):
        return timedelta(0)
    return max(one[0], other[0]) - min(one[1], other[1])


def is_near(one: Days, other: Days) -> bool:
    """Whether two spans stand a month apart at most."""
    return distance(one, other) <= _NEAR
