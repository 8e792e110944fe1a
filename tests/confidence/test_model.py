"""The fitted model: what its table may hold, what it makes of terms, and how records come by them."""

import math
from datetime import date
from pathlib import Path

import pytest

from extractors.confidence import features, model
from extractors.confidence.model import KindModel, group_of, models, probability
from extractors.confidence.weighing import TOLD, weigh
from extractors.dates.rules import find as find_dates
from extractors.docs import get
from extractors.domain import tables
from extractors.domain.errors import DomainDataError
from extractors.domain.records import AwardRecord, Family, Record
from extractors.view import TextView
from pipeline.nlp import analyse


def records(text: str, family: Family, day: date | None = None) -> tuple[Record, ...]:
    return get(analyse(TextView(text, reference_date=day, reference_source="given" if day else "")), family)


# --- the table --------------------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "calibration.csv"
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    monkeypatch.setattr(model, "models", model.models.__wrapped__)
    return file


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("dates,weight,x,1,1,1", "part must be"),
        ("dates,rule,dates.year,inf,1,1", "part must be"),
        ("dates,rule,dates.year,much,1,1", "must be a number"),
        ("dates,rule,,1,1,1", "term is empty"),
        ("dates,scale,1.5,1.5,,", "between 0 and 1"),
        ("dates,scale,1.0,0.9,,\ndates,scale,2.0,0.8,,", "must rise"),
        ("dates,scale,1.0,0.9,,\ndates,scale,1.0,0.95,,", "must rise"),
    ],
)
def test_a_wrong_table_is_told_with_its_line(table: Path, row: str, message: str) -> None:
    table.write_text(f"kind,part,term,value,right,total\n{row}\n", encoding="utf-8")
    with pytest.raises(DomainDataError, match=rf"calibration.csv line \d+: .*{message}"):
        model.models()


def test_the_installed_table_is_sound() -> None:
    assert set(models()) == {"dates", "provinces", "figures", "awards", "award_slots"}
    for kind, fitted in models().items():
        assert 0.5 < probability(kind, ()) < 1
        assert all(math.isfinite(weight) for weight in fitted.weights.values())


def test_a_curve_is_followed_between_its_points_and_kept_beyond_them() -> None:
    fitted = KindModel(base=0.0, weights={"a": 1.0, "b": -5.0}, curve=[(0.0, 0.5), (2.0, 0.9)])
    assert fitted.probability(()) == pytest.approx(0.5)
    assert fitted.probability(("a",)) == pytest.approx(0.7)
    assert fitted.probability(("b",)) == pytest.approx(0.5)
    assert fitted.probability(("a", "a", "a")) == pytest.approx(0.9)


def test_nothing_is_certain_or_impossible() -> None:
    assert KindModel(base=99.0).probability(()) == model.MOST
    assert KindModel(base=-99.0).probability(()) == model.LEAST
    assert probability("header", ("unknown",)) == 0.5


def test_a_rule_without_gold_leans_on_its_group() -> None:
    assert group_of("dates.day_month_dots") == "dates.day_month*"
    assert group_of("figures.money") == "figures.money*"
    assert probability("dates", ("dates.day_month*", "dates.day_month_unheard_of")) != probability("dates", ())


# --- records ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("surer", "less"),
    [
        ("Họp thứ sáu, ngày 10/7/2020.", "Họp thứ hai, ngày 10/7/2020."),
        ("Họp ngày 25/12/2013 tại xã.", "Họp ngày 31/2/2013 tại xã."),
        ("Ngày 5/3/2019 họp. Ngày 25/6/2019 lại họp.", "Ngày 5/3/2019 họp. Rằm tháng Bảy lại họp."),
    ],
)
def test_contradiction_and_inference_lower_a_date(surer: str, less: str) -> None:
    assert records(surer, Family.DATES)[-1].confidence > records(less, Family.DATES)[-1].confidence


@pytest.mark.parametrize(
    ("surer", "less"),
    [
        ("Ông ở tỉnh Bình Phước.", "Ông đi qua cầu vượt Bình Phước."),
        ("Hội ở tỉnh Lạng Sơn, nay Lạng Sơn có 3 hội.", "Hội ở Lạng Sơn Xanh một ngày."),
    ],
)
def test_neighbours_of_a_name_lower_a_province(surer: str, less: str) -> None:
    high, low = records(surer, Family.PROVINCES), records(less, Family.PROVINCES)
    assert not low or high[0].confidence > low[0].confidence


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Khoảng 1,234 người đến dự hội.", "comma_before_three"),
        ("Khoảng 1.234 người đến dự hội.", "dot_before_three"),
        ("Có hai xã dự hội.", "small_number_word"),
        ("Có 02 xã dự hội.", "zero_padded"),
    ],
)
def test_what_is_ambiguous_of_a_number_is_a_term(text: str, term: str) -> None:
    assert term in records(text, Family.FIGURES)[0].terms


@pytest.mark.parametrize(
    ("text", "term", "holds"),
    [
        ("Họp ngày 5/6/2019.", "swappable", True),
        ("Họp ngày 5/5/2019.", "swappable", False),
        ("Họp ngày 25/6/2019.", "swappable", False),
        ("Họp “ngày 25/6/2019”.", "in_quotes", True),
        ("Họp (ngày 25/6/2019).", "in_brackets", True),
        ("Ngày 25/6/2019 họp, từ ngày 25/6/2019 thì thôi, ngày 25/6/2019 lại họp.", "said_again", True),
    ],
)
def test_what_is_ambiguous_of_a_date_is_a_term(text: str, term: str, *, holds: bool) -> None:
    assert (term in records(text, Family.DATES)[0].terms) is holds


def test_an_award_tells_what_it_lacks_and_weighs_its_slots() -> None:
    full = "Ngày 5/3/2019, UBND tỉnh Bình Định tặng bằng khen cho ông Nguyễn Văn Thử và bà Trần Thị Mẫu."
    [award] = records(full, Family.AWARDS)
    assert isinstance(award, AwardRecord)
    assert not {"no_grantor", "no_recipient", "no_date", "bare_form"} & set(award.terms)
    assert award.grantor is not None
    assert 0.5 < award.grantor.confidence < 1
    assert {name.confidence for name in award.recipients} == {award.recipients[0].confidence}
    [bare] = records("Ông Nguyễn Văn Thử được tặng bằng khen.", Family.AWARDS)
    assert {"no_grantor", "no_date", "bare_form"} <= set(bare.terms)
    assert bare.confidence < award.confidence


def test_evidence_is_short_and_what_warns_comes_first() -> None:
    for record in records("Họp thứ hai, ngày 10/7/2020, rồi ngày 5/6 và 7/6 lại họp (ngày 8/6).", Family.DATES):
        assert 1 <= len(record.evidence) <= TOLD
    wrong = records("Họp thứ hai, ngày 10/7/2020.", Family.DATES)[0]
    assert wrong.evidence[0] == "the weekday does not agree: 2020-07-10 was a Friday"


def test_weighing_is_a_function_of_text_and_records_alone() -> None:
    view = TextView("Họp thứ hai, ngày 10/7/2020 và ngày 5/6/2019.")
    found = find_dates(view)
    assert weigh(view, Family.DATES, found) == weigh(view, Family.DATES, found)
    assert weigh(view, Family.DATES, []) == ()


def test_terms_stay_inside() -> None:
    assert "terms" not in records("Họp ngày 10/7/2020.", Family.DATES)[0].as_json()


def test_hostile_text_is_weighed_in_time() -> None:
    for text in ("1.000 " * 20_000, "tỉnh Hà Nội " * 8_000, "ngày 5/6/2019, " * 6_000, "\n".join(["2 xã"] * 20_000)):
        analyse(TextView(text))
    assert features.TERMS_OF
