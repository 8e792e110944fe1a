"""The lunar calendar against days that almanacs and the press give."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.domain import lunar

# First day of the lunar year. 1985 and 2007 differ from the Chinese calendar, 1968 was the first year on Hanoi time.
NEW_YEARS = [
    "1945-02-13",
    "1954-02-03",
    "1968-01-29",
    "1975-02-11",
    "1985-01-21",
    "1986-02-09",
    "1990-01-27",
    "2000-02-05",
    "2007-02-17",
    "2010-02-14",
    "2013-02-10",
    "2014-01-31",
    "2015-02-19",
    "2016-02-08",
    "2017-01-28",
    "2018-02-16",
    "2019-02-05",
    "2020-01-25",
    "2021-02-12",
    "2022-02-01",
    "2023-01-22",
    "2024-02-10",
    "2025-01-29",
    "2026-02-17",
    "2030-02-02",
]


@pytest.mark.parametrize("day", NEW_YEARS)
def test_new_year_falls_on_the_known_day(day: str) -> None:
    solar = date.fromisoformat(day)
    assert lunar.to_solar(solar.year, 1, 1) == solar
    assert lunar.from_solar(solar) == (solar.year, 1, 1, False)


@pytest.mark.parametrize(
    ("year", "month", "day", "is_leap", "solar"),
    [
        (1985, 11, 7, False, "1985-12-18"),
        (2017, 9, 17, False, "2017-11-05"),
        (2018, 3, 16, False, "2018-05-01"),
        (2019, 3, 10, False, "2019-04-14"),
        (2020, 4, 1, True, "2020-05-23"),
        (2023, 2, 1, True, "2023-03-22"),
        (2017, 6, 1, True, "2017-07-23"),
        (2018, 12, 30, False, "2019-02-04"),
        (2025, 6, 1, True, "2025-07-25"),
    ],
)
def test_known_days(year: int, month: int, day: int, is_leap: bool, solar: str) -> None:
    assert lunar.to_solar(year, month, day, is_leap=is_leap) == date.fromisoformat(solar)


@pytest.mark.parametrize(
    "wrong", [(2021, 12, 30), (2019, 13, 1), (2019, 1, 31), (2019, 0, 1), (1850, 1, 1), (2300, 1, 1)]
)
def test_days_that_do_not_exist_are_none(wrong: tuple[int, int, int]) -> None:
    assert lunar.to_solar(*wrong) is None


def test_leap_months_exist_only_in_their_year() -> None:
    assert lunar.to_solar(2019, 4, 1, is_leap=True) is None
    assert lunar.to_solar(2020, 5, 1, is_leap=True) is None
    assert lunar.from_solar(date(2020, 5, 23)) == (2020, 4, 1, True)
    assert lunar.from_solar(date(1800, 1, 1)) is None


@given(st.dates(date(1902, 1, 1), date(2197, 12, 31)))
def test_there_and_back(day: date) -> None:
    found = lunar.from_solar(day)
    assert found is not None
    year, month, of_month, is_leap = found
    assert lunar.to_solar(year, month, of_month, is_leap=is_leap) == day


def test_names_of_the_cycle() -> None:
    index = lunar.cycle_index("kỷ", "hợi")
    assert index is not None
    assert 2019 in lunar.cycle_years(index)
    assert 1959 in lunar.cycle_years(index)
    assert lunar.cycle_index("kỉ", "hợi") == index
    assert lunar.cycle_index("giáp", "sửu") is None
    assert lunar.cycle_index("ông", "hợi") is None
    assert {lunar.cycle_index(s, b) for s in lunar.STEMS for b in lunar.BRANCHES} == {None, *range(60)}
