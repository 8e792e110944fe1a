"""Dates as people type them, and what the first letters of a value may mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.domain import edtf
from pipeline import review
from pipeline.review import Refused
from pipeline.store import Store


@pytest.mark.parametrize(
    ("typed", "value", "grain", "earliest", "latest"),
    [
        ("25/12/2013", "2013-12-25", "day", "2013-12-25", "2013-12-25"),
        ("25-12-2013", "2013-12-25", "day", "2013-12-25", "2013-12-25"),
        ("ngày 5 tháng 3 năm 1998", "1998-03-05", "day", "1998-03-05", "1998-03-05"),
        ("tháng 3/1998", "1998-03", "month", "1998-03-01", "1998-03-31"),
        ("3/1998", "1998-03", "month", "1998-03-01", "1998-03-31"),
        ("quý 4 2020", "2020-36", "quarter", "2020-10-01", "2020-12-31"),
        ("Quý IV/2020", "2020-36", "quarter", "2020-10-01", "2020-12-31"),
        ("q1 2020", "2020-33", "quarter", "2020-01-01", "2020-03-31"),
        ("2011-2015", "2011/2015", "interval", "2011-01-01", "2015-12-31"),
        ("2011 – 2015", "2011/2015", "interval", "2011-01-01", "2015-12-31"),
        ("đầu năm 2014", "2014", "year", "2014-01-01", "2014-12-31"),
        ("6 tháng đầu năm 2019", "2019-40", "half", "2019-01-01", "2019-06-30"),
        ("  2013 ", "2013", "year", "2013-01-01", "2013-12-31"),
        ("2013-12", "2013-12", "month", "2013-12-01", "2013-12-31"),
        ("201x", "201X", "decade", "2010-01-01", "2019-12-31"),
        ("../2020", "../2020", "interval", None, "2020-12-31"),
        ("1975~", "1975~", "year", "1975-01-01", "1975-12-31"),
        ("2018-05-01t12:35", "2018-05-01T12:35", "time", "2018-05-01", "2018-05-01"),
    ],
)
def test_ordinary_ways_are_read(typed: str, value: str, grain: str, earliest: str | None, latest: str | None) -> None:
    bounds = [None if each is None else date.fromisoformat(each) for each in (earliest, latest)]
    assert review.read_edtf(typed) == (value, grain, *bounds)


def test_relative_days_count_from_the_reference() -> None:
    assert review.read_edtf("hôm qua", date(2014, 3, 1))[0] == "2014-02-28"
    assert review.read_date("đầu năm 2014").mod == "start"
    assert review.read_date("mùng 4 tháng giêng năm Kỷ Hợi").calendar == "lunar"


@pytest.mark.parametrize(
    "typed", ["", "  ", "hôm qua", "31/02/2013", "2013-02-30", "32/1/2013", "xưa kia", "25/12/2013 và 26/12/2013"]
)
def test_what_is_no_date_is_told(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        review.read_edtf(typed)
    assert refused.value.vietnamese


def test_what_was_understood_is_told() -> None:
    with pytest.raises(Refused, match=r"25/12/2013 = 2013-12-25; 26/12/2013 = 2013-12-26"):
        review.read_edtf("25/12/2013 và 26/12/2013")


@given(st.text(max_size=40))
def test_any_text_gives_a_date_or_a_refusal(typed: str) -> None:
    try:
        value = review.read_edtf(typed)[0]
    except Refused:
        return
    assert edtf.is_valid(value)


@pytest.mark.parametrize(
    ("what", "typed", "value", "label"),
    [
        ("province", "lang s", "lang-son", "Lạng Sơn"),
        ("province", "Hà Tây", "ha-tay", "Hà Tây"),
        ("province", "bắc cạn", "bac-kan", "Bắc Kạn"),
        ("form", "huan chuong lao", "hc-lao-dong", "Huân chương Lao động"),
        ("class", "nh", "nhất", "nhất"),
        ("body", "ubnd", "UBND tỉnh Lạng Sơn", "UBND tỉnh Lạng Sơn"),
        ("unit", "phần tr", "%", "phần trăm"),
        ("status", "đề", "proposed", "đề nghị"),
        ("status", "prop", "proposed", "đề nghị"),
        ("role", "sinh", "birth", "ngày sinh"),
        ("mod", "khoảng", "~", "khoảng"),
        ("qualifies", "", "place", "nơi chốn"),
        ("recipient_kind", "ca", "person", "cá nhân"),
        ("field", "sign", "signer", "signer"),
    ],
)
def test_first_letters_are_completed(store: Store, what: str, typed: str, value: str, label: str) -> None:
    choices = review.complete(store, what, typed)
    assert len(choices) <= 10
    assert any(each == value and label in shown for each, shown in choices)


def test_units_of_the_day_come_first(store: Store) -> None:
    then = [unit for unit, _ in review.complete(store, "province", "ha", day=date(1980, 1, 1), limit=3)]
    now = [unit for unit, _ in review.complete(store, "province", "ha", day=date(2026, 1, 1), limit=3)]
    assert "ha-nam-ninh" in then + [u for u, _ in review.complete(store, "province", "ha", day=date(1980, 1, 1))]
    assert "ha-tinh" in now
    assert then != now


def test_classes_are_those_of_the_form(store: Store) -> None:
    assert [value for value, _ in review.complete(store, "class", "", form="hc-lao-dong")] == ["nhất", "nhì", "ba"]
    assert ("50", "50") in review.complete(store, "class", "5", form="hh-tuoi-dang")


def test_unknown_tables_are_refused(store: Store) -> None:
    with pytest.raises(Refused):
        review.complete(store, "colour", "r")
