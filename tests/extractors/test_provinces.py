"""The examples table of the provinces family and its properties."""

import csv
import itertools
import random
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.domain import gazetteer
from extractors.domain.orthography import nfc
from extractors.domain.records import ProvinceRecord
from extractors.provinces import rules
from extractors.provinces.rules import EVIDENCE, find
from extractors.view import TextView

TABLE = Path(__file__).parent.parent / "examples" / "provinces.tsv"
UNITS_BEFORE_2025 = [u for u in gazetteer.units().values() if gazetteer.valid_on(u.id, date(2024, 12, 31))]
UNITS_OF_TODAY = [u for u in gazetteer.units().values() if u.period.last is None]

Case = tuple[str, str]


def read_table() -> dict[Case, list[dict[str, str]]]:
    cases: dict[Case, list[dict[str, str]]] = defaultdict(list)
    with TABLE.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            for column in ("text", "quote"):
                row[column] = row[column].replace("\\n", "\n").replace("\\t", "\t")
            cases[row["text"], row["reference_date"]].append(row)
    return cases


CASES = read_table()


def provinces(text: str, day: date | None = None) -> list[ProvinceRecord]:
    return find(TextView(text), day)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0][:60])
def test_example_reads_as_the_table_says(case: Case) -> None:
    text, day = case
    wanted = [(row["quote"], row["value"], row["rule"]) for row in CASES[case] if row["quote"]]
    found = provinces(text, date.fromisoformat(day) if day else None)
    assert [(r.text, r.id, r.rule) for r in found] == wanted
    for record in found:
        assert text[record.start : record.end] == record.text


def test_every_rule_has_a_row_and_near_misses_outnumber_the_rules() -> None:
    rows = [row for rows in CASES.values() for row in rows]
    assert {row["rule"] for row in rows if row["quote"]} == set(EVIDENCE)
    assert sum(not row["quote"] for row in rows) >= len(EVIDENCE)


def test_blocker_examples_hold() -> None:
    """The examples in the table of blockers are sentences' parts: what they decide must come out."""
    for blocker in gazetteer.blockers():
        if blocker.decision == "no" and blocker.phrase[0].isupper() is False:
            assert not provinces(f"Hôm ấy có {blocker.phrase}."), blocker.phrase


# --- properties -----------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS_BEFORE_2025 + UNITS_OF_TODAY, ids=lambda unit: unit.id)
def test_capitals_after_the_generic_word_name_the_unit(unit: gazetteer.Unit) -> None:
    day = date(2024, 12, 31) if unit in UNITS_BEFORE_2025 else date(2026, 6, 1)
    for generic in ("tỉnh", "thành phố") if "thành phố" in unit.kind else ("tỉnh",):
        quote = f"{generic} {unit.name}".upper()
        records = provinces(f"ỦY BAN NHÂN DÂN {quote}", day)
        assert [(r.text, r.id) for r in records] == [(quote, unit.id)]


def plain_sentences() -> Iterator[tuple[str, str, date]]:
    """Each safe written form in a plain sentence dated in the life of its unit."""
    left_out = {"newspaper code", "ascii"}  # codes are optional by the guide; plain letters need a plain line
    for alias in gazetteer.aliases():
        if alias.is_safe and alias.kind not in left_out:
            period = gazetteer.units()[alias.id].period
            day = min(period.last or date(2026, 6, 1), date(2026, 6, 1))
            yield alias.id, alias.alias, day


@pytest.mark.parametrize(("unit_id", "alias", "day"), list(plain_sentences()))
def test_safe_alias_is_found_in_a_plain_sentence(unit_id: str, alias: str, day: date) -> None:
    written = nfc(alias)
    records = provinces(f"Đoàn công tác đã về {written} trong ngày.", day)
    assert len(records) == 1
    assert records[0].text.endswith(written.split()[-1])
    names = {gazetteer.units()[i].name for i in gazetteer.candidates(alias)}
    assert gazetteer.units()[records[0].id].name in names
    assert records[0].today == gazetteer.today(records[0].id)


@pytest.mark.parametrize("unit", UNITS_BEFORE_2025, ids=lambda unit: unit.id)
def test_name_without_marks_is_found_in_a_plain_line(unit: gazetteer.Unit) -> None:
    folded = unicodedata.normalize("NFD", unit.name.replace("Đ", "D").replace("đ", "d"))
    plain = "".join(c for c in folded if not unicodedata.combining(c)).upper()
    assert [r.id for r in provinces(f"HOI NGHI CUA TINH {plain}", date(2015, 1, 1))] == [unit.id]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tỉnh Hòa Bình và tỉnh Thanh Hóa họp tại Khánh Hòa.", "Tỉnh Hoà Bình và tỉnh Thanh Hoá họp tại Khánh Hoà."),
        ("Bà Rịa - Vũng Tàu, Đắk Lắk và Đồng Nai.", "Bà Rịa – Vũng Tàu, Đắc Lắc và Ðồng Nai."),
        ("Sở Y tế Bắc Kạn, Sở Y tế Kon Tum.", "Sở Y tế Bắc Cạn, Sở Y tế Kontum."),
    ],
)
def test_spelling_does_not_change_the_ids(one: str, other: str) -> None:
    ids = [record.id for record in provinces(one)]
    assert len(ids) >= 2
    assert [record.id for record in provinces(other)] == ids


@given(st.sampled_from(sorted(CASES)))
@settings(deadline=None, max_examples=60)
def test_decomposed_letters_read_the_same_after_nfc(case: Case) -> None:
    decomposed = nfc(unicodedata.normalize("NFD", case[0]))
    assert [r.id for r in provinces(decomposed)] == [r.id for r in provinces(case[0])]


PIECES = (
    "Hà Nội",
    "Hòa Bình",
    "tỉnh",
    " ",
    ", ",
    "\n",
    "\t",
    "-",
    "(",
    ")",
    "TP.",
    "HCM",
    "Nguyễn",
    "1991",
    "các",
    "xã",
)


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=30))
@settings(deadline=None, max_examples=300)
def test_no_text_raises_and_quotes_fill_their_spans(pieces: list[str]) -> None:
    text = nfc("".join(pieces))
    records = provinces(text)
    assert all(text[r.start : r.end] == r.text for r in records)
    assert all(a.end <= b.start for a, b in itertools.pairwise(records))


@pytest.mark.parametrize(
    "piece",
    [
        "Hồ Chí Minh, Hòa Bình, ",
        "tỉnh ",
        "Hà Nam, Trung Quốc ",
        "xã Long An, ",
        "năm 1991 sáp nhập Hà Giang ",
        "HCM\t",
        "(",
        "A ",
    ],
)
def test_hostile_length_is_read_to_its_end(piece: str) -> None:
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    assert all(text[r.start : r.end] == r.text for r in find(TextView(text)))


def test_two_runs_are_equal() -> None:
    texts = [case[0] for case in CASES]
    random.Random(3).shuffle(texts)
    text = "\n".join(texts)
    assert rules.find(TextView(text)) == rules.find(TextView(text))


@pytest.mark.parametrize(
    ("text", "qualifies"),
    [("tỉnh Phú Thọ", "place"), ("Công an Hà Nội", "body"), ("Sở Y tế tỉnh Phú Thọ", "body"), ("TP Lạng Sơn", "city")],
)
def test_record_says_what_the_name_qualifies(text: str, qualifies: str) -> None:
    assert [record.qualifies for record in provinces(text)] == [qualifies]


def test_record_names_the_units_of_today() -> None:
    assert provinces("tỉnh Hà Sơn Bình", date(1980, 1, 1))[0].today == ("ha-noi", "phu-tho")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Cụm gồm 3 tỉnh miền núi: Lạng Sơn, Cao Bằng, Bắc Cạn.", "list of 3, as announced"),
        ("Ba tỉnh Lạng Sơn, Cao Bằng họp chung.", "3 announced, 2 listed"),
        ("Hai tỉnh Nghệ An và Hà Tĩnh; ba tỉnh Sơn La, Lai Châu, Điện Biên.", "list of 2, as announced"),
    ],
)
def test_announced_count_of_a_list_is_evidence(text: str, reason: str) -> None:
    assert reason in provinces(text)[0].evidence
