"""The two examples tables of the dates family and its properties."""

import csv
import itertools
import json
import unicodedata
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.confidence.weighing import weigh
from extractors.dates.forms import RULES
from extractors.dates.rules import find, find_with_document_date
from extractors.domain.records import DateRecord, DateRole, Family
from extractors.view import TextView

EXAMPLES = Path(__file__).parent.parent / "examples"
Case = tuple[str, str]


def read_table(name: str) -> dict[Case, list[dict[str, str]]]:
    cases: dict[Case, list[dict[str, str]]] = defaultdict(list)
    with (EXAMPLES / name).open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            for column in ("text", "quote"):
                row[column] = row[column].replace("\\n", "\n").replace("\\t", "\t")
            cases[row["text"], row["reference_date"]].append(row)
    return cases


WRITTEN, RELATIVE = read_table("dates.tsv"), read_table("dates_relative.tsv")
CASES = WRITTEN | RELATIVE
ROWS = [row for rows in CASES.values() for row in rows]


def dates(text: str, reference: str = "") -> list[DateRecord]:
    day = date.fromisoformat(reference) if reference else None
    view = TextView(text, reference_date=day, reference_source="given" if day else "")
    return [record for record in weigh(view, Family.DATES, find(view)) if isinstance(record, DateRecord)]


def as_written(record: DateRecord, value: str) -> object:
    """The part of the record that the value of a row speaks of."""
    if not value.startswith("{"):
        return record.edtf
    fields = record.as_json()
    return {name: fields[name] for name in json.loads(value)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0][:60])
def test_example_reads_as_the_table_says(case: Case) -> None:
    text, reference = case
    wanted = [row for row in CASES[case] if row["quote"]]
    found = dates(text, reference)
    assert [(r.text, r.rule) for r in found] == [(row["quote"], row["rule"]) for row in wanted]
    for record, row in zip(found, wanted, strict=True):
        value = json.loads(row["value"]) if row["value"].startswith("{") else row["value"]
        assert as_written(record, row["value"]) == value
        assert text[record.start : record.end] == record.text
        assert record.evidence


def test_every_rule_has_a_row_and_near_misses_outnumber_the_rules() -> None:
    assert {row["rule"] for row in ROWS if row["quote"]} == set(RULES)
    assert sum(not row["quote"] for row in ROWS) > len(RULES)


def test_the_tables_are_as_long_as_promised() -> None:
    assert sum(len(rows) for rows in WRITTEN.values()) >= 180
    assert sum(len(rows) for rows in RELATIVE.values()) >= 150
    assert {reference for _, reference in RELATIVE} == {"2017-02-02"}


# --- any date in any form --------------------------------------------------------------------------

ANY_DAY = st.dates(date(1930, 1, 1), date(2060, 12, 31))
DAY_FORMS = (
    "ngày {d}/{m}/{y}",
    "ngày {d:02}/{m:02}/{y}",
    "ngày {d}-{m}-{y}",
    "ngày {d:02}.{m:02}.{y}",
    "{d}/{m}/{y}",
    "sáng {d}-{m}-{y}",
    "ngày {d} tháng {m} năm {y}",
    "Ngày {d:02} tháng {m:02} năm {y}",
    "ngày {d}/{m} năm {y}",
    "{y}-{m:02}-{d:02}",
    "thứ hai, ngày {d}/{m}/{y}",
    "hôm {d}/{m}/{y}",
)
MONTH_FORMS = ("tháng {m}/{y}", "tháng {m}-{y}", "tháng {m:02}/{y}", "tháng {m} năm {y}", "tháng {m}, {y}")


@given(day=ANY_DAY, form=st.sampled_from(DAY_FORMS))
def test_any_day_in_any_form_reads_back(day: date, form: str) -> None:
    written = form.format(d=day.day, m=day.month, y=day.year)
    found = dates(f"Hội nghị họp {written}.")
    assert [(r.text, r.edtf) for r in found] == [(written, day.isoformat())]
    assert (found[0].earliest, found[0].latest) == (day, day)


@given(day=ANY_DAY, form=st.sampled_from(MONTH_FORMS))
def test_any_month_in_any_form_reads_back(day: date, form: str) -> None:
    written = form.format(m=day.month, y=day.year)
    assert [(r.text, r.edtf) for r in dates(f"Báo cáo của {written}.")] == [(written, f"{day.year}-{day.month:02}")]


@given(first=st.integers(1930, 2040), length=st.integers(1, 20))
def test_any_stretch_of_years_reads_back(first: int, length: int) -> None:
    last = first + length
    for written in (f"giai đoạn {first}-{last}", f"nhiệm kỳ {first} - {last}", f"từ năm {first} đến năm {last}"):
        assert [(r.text, r.edtf) for r in dates(f"Kế hoạch {written}.")] == [(written, f"{first}/{last}")]


@given(day=ANY_DAY, hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_time_of_day_reads_back(day: date, hour: int, minute: int) -> None:
    for written in (f"{hour}h{minute:02} ngày {day:%d/%m/%Y}", f"{hour} giờ {minute:02} phút, ngày {day:%d/%m/%Y}"):
        assert [r.edtf for r in dates(f"Họp {written}.")] == [f"{day.isoformat()}T{hour:02}:{minute:02}"]


# --- spelling, spans, robustness -------------------------------------------------------------------


def test_normal_form_and_tone_placement_change_nothing() -> None:
    for text, reference in CASES:
        wanted = [r.edtf for r in dates(text, reference)]
        recomposed = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text))
        restyled = text.replace("òa", "oà").replace("hóa", "hoá").replace("ủy", "uỷ").replace("úy", "uý")
        assert [r.edtf for r in dates(recomposed, reference)] == wanted
        assert [r.edtf for r in dates(restyled, reference)] == wanted


def test_capitals_change_nothing_but_the_quote() -> None:
    for text in ("Họp ngày 05 tháng 4 năm 2019.", "Năm học 2019-2020", "Quý IV/2020", "Từ năm 2014 đến năm 2018"):
        assert [r.edtf for r in dates(text.upper())] == [r.edtf for r in dates(text)]


PIECES = st.sampled_from(
    [
        "ngày ",
        "tháng ",
        "năm ",
        "từ ",
        "đến ",
        "mùng ",
        "Tết ",
        "quý ",
        "hôm ",
        "nay ",
        "thứ ",
        "hai ",
        "rạng sáng ",
        "1",
        "12",
        "2019",
        "31/2/2013",
        "/",
        "-",
        ".",
        ",",
        " ",
        "\n",
        "\t",
        "(",
        ")",
        "h",
        ":",
        "giờ ",
        "âm lịch ",
        "giêng ",
        "cùng ngày ",
        "hôm sau ",
        "năm sau ",
        "cuối ",
        "tuần ",
        "trước ",
        "sau ",
        "kỷ hợi ",
        "0",
        "99",
        "6 tháng đầu năm ",
    ]
)


@settings(max_examples=400)
@given(pieces=st.lists(PIECES, max_size=25), reference=st.sampled_from(["", "2017-02-02", "0001-01-01", "9999-12-31"]))
def test_no_text_raises_and_spans_hold(pieces: list[str], reference: str) -> None:
    text = "".join(pieces)
    found = dates(text, reference)
    for record in found:
        assert text[record.start : record.end] == record.text
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@given(st.text(max_size=200))
def test_any_characters_are_survived(text: str) -> None:
    dates(unicodedata.normalize("NFC", text))


HOSTILE = [
    "1",
    "/",
    "1/",
    "12/12/",
    "ngày ",
    "ngày 1, ",
    "1 - ",
    "1, 2 và ",
    "từ 1 đến ",
    "tháng 1, ",
    "2019-",
    "năm 2019 ",
    "(",
    " ",
    "\n",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_is_read_to_its_end(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    records = find(TextView(text))
    assert all(text[r.start : r.end] == r.text for r in records)


# --- documents -------------------------------------------------------------------------------------

DECISION = (
    "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTỈNH HÀ CHÂU Độc lập - Tự do - Hạnh phúc\n"
    "Số: 77/QĐ-UBND Hà Châu, ngày 02 tháng 3 năm 2019\n\nQUYẾT ĐỊNH\nVề việc tặng Bằng khen\n\n"
    "Căn cứ Luật Thi đua, khen thưởng ngày 26/11/2003;\nĐiều 1. Tặng Bằng khen cho ông Lý Văn Tạ, trao ngày 20/11.\n"
)


def test_a_decision_dates_what_it_leaves_open() -> None:
    records, own = find_with_document_date(TextView(DECISION))
    assert own is not None
    assert (own.edtf, own.role) == ("2019-03-02", DateRole.DECISION)
    assert [r.edtf for r in records] == ["2019-03-02", "2003-11-26", "2019-11-20"] or records[-1].edtf == "2018-11-20"
    assert "2019-03-02" in " ".join(records[-1].evidence)


def test_minutes_count_cung_ngay_from_their_own_day() -> None:
    text = (
        "BIÊN BẢN\nHọp xét khen thưởng năm 2015\n\nThời gian: bắt đầu hồi 14 giờ 00 phút, ngày 19 tháng 01 năm 2016.\n"
        "Hồ sơ nhận đến ngày 31/12/2015 là 6 bộ.\nCuộc họp kết thúc hồi 16 giờ 45 phút cùng ngày.\n"
    )
    records, own = find_with_document_date(TextView(text))
    assert own is not None
    assert own.edtf == "2016-01-19T14:00"
    assert records[-1].edtf == "2016-01-19T16:45"


def test_the_display_date_gives_the_year_only_where_the_body_tells_none() -> None:
    head = "Thứ tư, 7/11/2018 08:15\nHội Cựu chiến binh huyện Bình Lâm tổng kết phong trào\n\n"
    near = dates(f"{head}Sáng 6/11, Hội Cựu chiến binh huyện họp mặt.")
    told = dates(f"{head}Sáng 6/11/2013, Hội Cựu chiến binh huyện họp mặt.")
    assert [r.edtf for r in near] == ["2018-11-07T08:15", "2018-11-06"]
    assert near[0].role is DateRole.FURNITURE
    assert told[1].edtf == "2013-11-06"


def test_agreement_and_contradiction_are_told() -> None:
    right, wrong = dates("Họp thứ sáu, ngày 10/7/2020."), dates("Họp thứ hai, ngày 10/7/2020.")
    assert any("weekday agrees" in reason for reason in right[0].evidence)
    assert any("weekday" in reason and "not" in reason for reason in wrong[0].evidence)
    assert wrong[0].confidence < right[0].confidence
    lunar_right = dates("Ngày mùng 4 Tết (19-2-2018), em nhặt được ví.")
    lunar_wrong = dates("Ngày mùng 4 Tết (25-2-2018), em nhặt được ví.")
    assert lunar_wrong[0].confidence < lunar_right[0].confidence
    assert (
        dates("Tin hôm nay (5/2) đã cũ.", "2017-02-02")[0].confidence
        < dates("Tin hôm nay (2/2) còn mới.", "2017-02-02")[0].confidence
    )
