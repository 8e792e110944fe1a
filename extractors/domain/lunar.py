"""The Vietnamese lunar calendar: lunar day to solar day and back, and names of the sixty-year cycle.

Source: Hồ Ngọc Đức, "Thuật toán tính âm lịch" (the method of new moons and solar terms after Jean Meeus,
"Astronomical Algorithms", 1998). Hours are those of Hanoi, UTC+7, from 1968 on; before, Viet Nam followed the
calendar reckoned for UTC+8. Valid for 1900 to 2199.
"""

import math
from datetime import date

STEMS = ("giáp", "ất", "bính", "đinh", "mậu", "kỷ", "canh", "tân", "nhâm", "quý")
BRANCHES = ("tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi", "thân", "dậu", "tuất", "hợi")
FIRST_YEAR, LAST_YEAR = 1900, 2199
CYCLE = 60

_SPELLINGS = {"tí": "tý", "mẹo": "mão", "tị": "tỵ", "kỉ": "kỷ", "quí": "quý"}
_SYNODIC_MONTH = 29.530588853
_EPOCH = 2415021.076998695  # the new moon of 1 January 1900, in Julian days
_ORDINAL_TO_JULIAN = 1721425  # proleptic Gregorian ordinal of `date` to the Julian day number


def cycle_index(stem: str, branch: str) -> int | None:
    """Returns the place (0..59) of a year name such as `ất`, `sửu`, None for a pair that never meets."""
    stem, branch = _SPELLINGS.get(stem, stem), _SPELLINGS.get(branch, branch)
    if stem not in STEMS or branch not in BRANCHES:
        return None
    at, of_twelve = STEMS.index(stem), BRANCHES.index(branch)
    if (at - of_twelve) % 2:
        return None
    return next(i for i in range(at, CYCLE, 10) if i % 12 == of_twelve)


def cycle_years(index: int, first: int = FIRST_YEAR, last: int = LAST_YEAR) -> list[int]:
    """Returns the years from `first` to `last` that bear the name at this place of the cycle."""
    start = first + (index - (first - 4)) % CYCLE
    return list(range(start, last + 1, CYCLE))


def to_solar(year: int, month: int, day: int, *, is_leap: bool = False) -> date | None:
    """Returns the solar day of a lunar one, None where the year is out of range or has no such day."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 30):
        return None
    zone = _zone(year)
    first, last = (_eleventh_month(year - 1, zone), _eleventh_month(year, zone))
    if month >= 11:
        first, last = last, _eleventh_month(year + 1, zone)
    offset = (month - 11) % 12
    if last - first > 365:
        leap = _leap_offset(first, zone)
        leap_month = (leap - 2) % 12 or 12
        if is_leap and month != leap_month:
            return None
        if is_leap or offset >= leap:
            offset += 1
    elif is_leap:
        return None
    moon = math.floor(0.5 + (first - _EPOCH) / _SYNODIC_MONTH) + offset
    start = _new_moon_day(moon, zone)
    if day > _new_moon_day(moon + 1, zone) - start:
        return None
    return date.fromordinal(start + day - 1 - _ORDINAL_TO_JULIAN)


def from_solar(value: date) -> tuple[int, int, int, bool] | None:
    """Returns lunar year, month, day and whether the month is a leap one; None for a year out of range."""
    if not FIRST_YEAR < value.year < LAST_YEAR:
        return None
    zone = _zone(value.year)
    number = value.toordinal() + _ORDINAL_TO_JULIAN
    moon = math.floor((number - _EPOCH) / _SYNODIC_MONTH)
    start = _new_moon_day(moon + 1, zone)
    if start > number:
        start = _new_moon_day(moon, zone)
    first, last = _eleventh_month(value.year, zone), _eleventh_month(value.year + 1, zone)
    year = value.year + 1
    if first > start:
        first, last, year = _eleventh_month(value.year - 1, zone), first, value.year
    months = (start - first) // 29
    month, is_leap = months + 11, False
    if last - first > 365:
        leap = _leap_offset(first, zone)
        if months >= leap:
            month -= 1
            is_leap = months == leap
    month = month - 12 if month > 12 else month
    if month >= 11 and months < 4:
        year -= 1
    return year, month, number - start + 1, is_leap


def _zone(year: int) -> float:
    return 7.0 if year >= 1968 else 8.0


def _new_moon(k: int) -> float:
    """The k-th new moon since 1900 as a Julian date, universal time (Meeus, chapter 49, shortened)."""
    t = k / 1236.85
    radian = math.pi / 180
    mean = 2415020.75933 + 29.53058868 * k + 0.0001178 * t**2 - 0.000000155 * t**3
    mean += 0.00033 * math.sin((166.56 + 132.87 * t - 0.009173 * t**2) * radian)
    sun = (359.2242 + 29.10535608 * k - 0.0000333 * t**2 - 0.00000347 * t**3) * radian
    moon = (306.0253 + 385.81691806 * k + 0.0107306 * t**2 + 0.00001236 * t**3) * radian
    latitude = (21.2964 + 390.67050646 * k - 0.0016528 * t**2 - 0.00000239 * t**3) * radian
    correction = (
        (0.1734 - 0.000393 * t) * math.sin(sun)
        + 0.0021 * math.sin(2 * sun)
        - 0.4068 * math.sin(moon)
        + 0.0161 * math.sin(2 * moon)
        - 0.0004 * math.sin(3 * moon)
        + 0.0104 * math.sin(2 * latitude)
        - 0.0051 * math.sin(sun + moon)
        - 0.0074 * math.sin(sun - moon)
        + 0.0004 * math.sin(2 * latitude + sun)
        - 0.0004 * math.sin(2 * latitude - sun)
        - 0.0006 * math.sin(2 * latitude + moon)
        + 0.0010 * math.sin(2 * latitude - moon)
        + 0.0005 * math.sin(2 * moon + sun)
    )
    return mean + correction - (-0.000278 + 0.000265 * t + 0.000262 * t**2)


def _new_moon_day(k: int, zone: float) -> int:
    """The Julian day number on which the k-th new moon falls in the given zone."""
    return math.floor(_new_moon(k) + 0.5 + zone / 24)


def _solar_term(number: int, zone: float) -> int:
    """The twelfth of the ecliptic (0..11) where the sun stands at midnight that begins the day."""
    t = (number - 0.5 - zone / 24 - 2451545.0) / 36525
    radian = math.pi / 180
    anomaly = (357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3) * radian
    longitude = 280.46645 + 36000.76983 * t + 0.0003032 * t**2
    longitude += (1.914600 - 0.004817 * t - 0.000014 * t**2) * math.sin(anomaly)
    longitude += (0.019993 - 0.000101 * t) * math.sin(2 * anomaly) + 0.000290 * math.sin(3 * anomaly)
    return int(longitude % 360 / 30)


def _eleventh_month(year: int, zone: float) -> int:
    """The first day of the lunar month that holds the winter solstice of the year."""
    last_day = date(year, 12, 31).toordinal() + _ORDINAL_TO_JULIAN
    k = math.floor((last_day - 2415021) / _SYNODIC_MONTH)
    number = _new_moon_day(k, zone)
    return _new_moon_day(k - 1, zone) if _solar_term(number, zone) >= 9 else number


def _leap_offset(eleventh: int, zone: float) -> int:
    """How many months after the eleventh the leap month stands: the first without a principal solar term."""
    k = math.floor((eleventh - _EPOCH) / _SYNODIC_MONTH + 0.5)
    last = _solar_term(_new_moon_day(k + 1, zone), zone)
    for offset in range(2, 14):
        term = _solar_term(_new_moon_day(k + offset, zone), zone)
        if term == last:
            return offset - 1
        last = term
    return 13
