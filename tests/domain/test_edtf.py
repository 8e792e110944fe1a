"""EDTF values: printing, bounds, grain, comparison and what is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.domain import edtf
from extractors.domain.records import Grain

BOUNDS = [
    ("2013-12-25", Grain.DAY, "2013-12-25", "2013-12-25"),
    ("2013-12", Grain.MONTH, "2013-12-01", "2013-12-31"),
    ("2012-02", Grain.MONTH, "2012-02-01", "2012-02-29"),
    ("2013", Grain.YEAR, "2013-01-01", "2013-12-31"),
    ("2011/2015", Grain.INTERVAL, "2011-01-01", "2015-12-31"),
    ("2013-33", Grain.QUARTER, "2013-01-01", "2013-03-31"),
    ("2013-36", Grain.QUARTER, "2013-10-01", "2013-12-31"),
    ("2013-40", Grain.HALF, "2013-01-01", "2013-06-30"),
    ("2013-41", Grain.HALF, "2013-07-01", "2013-12-31"),
    ("201X", Grain.DECADE, "2010-01-01", "2019-12-31"),
    ("19XX", Grain.CENTURY, "1900-01-01", "1999-12-31"),
    ("1975~", Grain.YEAR, "1975-01-01", "1975-12-31"),
    ("../2020", Grain.INTERVAL, None, "2020-12-31"),
    ("2014/..", Grain.INTERVAL, "2014-01-01", None),
    ("2018-05-01T12:35", Grain.TIME, "2018-05-01", "2018-05-01"),
    ("2019-01-17T18:00~", Grain.TIME, "2019-01-17", "2019-01-17"),
    ("XXXX-01-16", Grain.DAY, None, None),
    ("XXXX-07", Grain.MONTH, None, None),
    ("XXXX-XX-XX", Grain.DAY, None, None),
    ("2013-02-XX", Grain.DAY, "2013-02-01", "2013-02-28"),
    ("2017-01-30/2017-02-05", Grain.INTERVAL, "2017-01-30", "2017-02-05"),
    ("1986-01/1991-04", Grain.INTERVAL, "1986-01-01", "1991-04-30"),
    ("XXXX-12-30/XXXX-12-31", Grain.INTERVAL, None, None),
]


@pytest.mark.parametrize(("text", "grain", "earliest", "latest"), BOUNDS)
def test_value_has_grain_and_bounds(text: str, grain: Grain, earliest: str | None, latest: str | None) -> None:
    value = edtf.parse(text)
    assert str(value) == text
    assert value.grain is grain
    assert value.earliest == (date.fromisoformat(earliest) if earliest else None)
    assert value.latest == (date.fromisoformat(latest) if latest else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "13",
        "2013-13",
        "2013-02-30",
        "2013-33-01",
        "../..",
        "2015/2011",
        "2013-1-1",
        "2013T10:00",
        "2013-01-01T25:00",
        "0000-01-01",
        "2013/2014/2015",
        "năm 2013",
        "2013-00",
    ],
)
def test_what_is_outside_the_subset_is_refused(text: str) -> None:
    assert not edtf.is_valid(text)
    with pytest.raises(ValueError, match=r".+"):
        edtf.parse(text)


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ("2013-05-01", "2013-05-02", -1),
        ("2014", "2013-12-31", 1),
        ("2013-05", "2013-05", 0),
        ("2013-40", "2013-01-01/2013-06-30", 0),
        ("2013", "2013-05", None),
        ("XXXX-05-01", "2013", None),
        ("../2010", "2011", -1),
        ("2012/..", "2011", 1),
    ],
)
def test_comparison_is_by_bounds(one: str, other: str, order: int | None) -> None:
    assert edtf.compare(edtf.parse(one), edtf.parse(other)) == order


@pytest.mark.parametrize(
    ("outer", "inner", "holds"),
    [
        ("2013", "2013-05-01", True),
        ("2013-40", "2013-34", True),
        ("2013-40", "2013-35", False),
        ("../2020", "2013", True),
        ("../2020", "2021", False),
        ("2014/..", "2030-01-01", True),
        ("2014/..", "2013", False),
        ("2013", "XXXX-05-01", False),
        ("19XX", "1975~", True),
    ],
)
def test_containment(outer: str, inner: str, holds: bool) -> None:
    assert edtf.contains(edtf.parse(outer), edtf.parse(inner)) is holds


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_any_day_round_trips(value: date) -> None:
    point = edtf.day(value)
    assert edtf.parse(str(point)) == point
    assert point.earliest == point.latest == value


@given(st.text(alphabet="0123456789X-/.T:~", max_size=24))
def test_parsing_never_fails_but_with_value_error(text: str) -> None:
    if edtf.is_valid(text):
        assert str(edtf.parse(text)) == text
