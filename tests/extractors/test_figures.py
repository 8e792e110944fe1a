"""The examples table of the figures family and its properties."""

import csv
import itertools
import json
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractors.dates.rules import find as find_dates
from extractors.domain.orthography import nfc
from extractors.domain.records import FigureRecord, Json, plain_number
from extractors.figures import lexicon
from extractors.figures.rules import RULES, find
from extractors.numbers import spell
from extractors.view import TextView

TABLE = Path(__file__).parent.parent / "examples" / "figures.tsv"


def read_table() -> dict[str, list[dict[str, str]]]:
    cases: dict[str, list[dict[str, str]]] = defaultdict(list)
    with TABLE.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            for column in ("text", "quote"):
                row[column] = row[column].replace("\\n", "\n").replace("\\t", "\t")
            cases[row["text"]].append(row)
    return cases


CASES = read_table()


def figures(text: str) -> list[FigureRecord]:
    view = TextView(text)
    return find(view, find_dates(view))


def value_of(record: FigureRecord) -> Json:
    low = plain_number(record.value)
    value: Json = {
        "value": low if record.upper is None else [low, plain_number(record.upper)],
        "unit": record.unit,
    }
    if record.of is not None:
        value["of"] = plain_number(record.of)
    if record.mod is not None:
        value["mod"] = record.mod
    return value


@pytest.mark.parametrize("text", CASES, ids=lambda text: text[:60])
def test_example_reads_as_the_table_says(text: str) -> None:
    wanted = [(row["quote"], json.loads(row["value"]), row["rule"]) for row in CASES[text] if row["quote"]]
    found = figures(text)
    assert [(r.text, value_of(r), r.rule) for r in found] == wanted
    for record in found:
        assert text[record.start : record.end] == record.text
        assert record.evidence


def test_every_rule_has_a_row_and_near_misses_outnumber_the_rules() -> None:
    rows = [row for rows in CASES.values() for row in rows]
    assert {row["rule"] for row in rows if row["quote"]} == {f"figures.{name}" for name in RULES}
    assert sum(not row["quote"] for row in rows) >= len(RULES)


def test_tables_are_sound() -> None:
    assert lexicon.units()["ha"].symbol == "ha"
    assert "tập thể" in lexicon.nouns()
    assert "lớp" in lexicon.number_labels()
    assert not set(lexicon.units()) & {noun for noun in lexicon.nouns() if len(noun) == 1}


@pytest.mark.parametrize("form", sorted(form for form, unit in lexicon.units().items() if not unit.following))
def test_every_unit_is_read_behind_a_large_number(form: str) -> None:
    written = form.upper() if form in {"v", "w", "rm", "gb", "mb", "tb", "kb", "php", "inr", "sek", "hp"} else form
    (record,) = figures(f"Tổng cộng là 12.345 {written}.")
    unit = lexicon.units()[form]
    assert (record.value, record.unit) == (12345 * unit.factor, unit.symbol)


@given(st.integers(2, 10**12))
def test_number_in_every_written_form_reads_back(number: int) -> None:
    pointed = f"{number:,}".replace(",", ".")
    for written in (pointed, spell(number), spell(number).replace("nghìn", "ngàn").replace("linh", "lẻ")):
        for unit, symbol in (("đồng", "VND"), ("người", "người"), ("ha", "ha")):
            (record,) = figures(f"Tổng cộng có {written} {unit}.")
            assert (record.value, record.unit) == (number, symbol)


@given(st.integers(1, 999), st.integers(1, 99), st.sampled_from(["%", "km", "tỷ đồng", "tấn/ha"]))
def test_decimals_read_back(whole: int, part: int, unit: str) -> None:
    (record,) = figures(f"Kết quả là {whole},{part:02} {unit}.")
    factor = 10**9 if unit == "tỷ đồng" else 1
    assert record.value == Decimal(f"{whole}.{part:02}") * factor


MODIFIERS = {"hơn": ">", "trên": ">", "ít nhất": ">=", "gần": "<", "dưới": "<", "không quá": "<=", "khoảng": "~"}


@given(st.integers(10, 10**6), st.sampled_from(sorted(MODIFIERS)))
def test_modifier_belongs_to_the_figure(number: int, word: str) -> None:
    (record,) = figures(f"Xã có {word} {number:,} hộ dân.".replace(",", "."))
    assert (record.mod, record.text.split(" ")[0]) == (MODIFIERS[word], word.split(" ")[0])


@pytest.mark.parametrize("text", [text for text in CASES if CASES[text][0]["quote"]], ids=lambda text: text[:60])
def test_decomposed_text_and_other_tone_placement_give_the_same_records(text: str) -> None:
    def key(records: list[FigureRecord]) -> list[tuple[int, int, str]]:
        return [(r.start, r.end, r.rule) for r in records]

    expected = key(figures(text))
    assert key(figures(nfc(unicodedata.normalize("NFD", text)))) == expected
    swapped = text.replace("òa", "oà").replace("óa", "oá").replace("ủy", "uỷ").replace("ùy", "uỳ")
    assert key(figures(swapped)) == expected


@given(st.text(max_size=300))
def test_no_text_raises_and_quotes_fill_their_spans(text: str) -> None:
    text = nfc(text)
    for record in figures(text):
        assert text[record.start : record.end] == record.text


PIECES = [
    "1",
    "12",
    " ",
    "hai ",
    "năm ",
    "-",
    "/",
    ",",
    ".",
    "%",
    "đồng ",
    "người ",
    "từ ",
    "đến ",
    "\t",
    "\n",
    "m",
    "$",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@example(["1", "$", " ", "1"])  # one sign, two numbers: it belongs to the first
def test_no_run_of_numbers_and_marks_raises(pieces: list[str]) -> None:
    text = "".join(pieces)
    records = figures(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(records))
    for record in records:
        assert text[record.start : record.end] == record.text


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "1,",
        "1.1 ",
        "hai ",
        "năm ",
        "một trăm ",
        "1/2 ",
        "1-2 ",
        "5 và ",
        "5, ",
        "1 đồng/",
        "\t1",
        "5 %",
        "1m",
    ],
)
def test_hostile_text_is_read_to_its_end(piece: str) -> None:
    view = TextView(piece * (100_000 // len(piece)))
    assert all(view.text[r.start : r.end] == r.text for r in find(view))


def test_figures_stay_out_of_dates(extract: Callable[..., Json]) -> None:
    found = extract("Ngày 25/12/2013, xã tặng 3 Bằng khen; đến năm 2015 có 12 hộ thoát nghèo.")["figures"]
    assert isinstance(found, list)
    assert [record["text"] for record in found] == ["3 Bằng khen", "12 hộ"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Đoàn có 15 người, gồm 9 nam và 6 nữ.", "its 2 parts add up to it"),
        ("Xã Nậm Bú khen 47 tập thể, cá nhân (32 tập thể, 15 cá nhân).", "its 2 parts add up to it"),
        ("Lớp có 30 em, trong đó có 10 nam, 12 nữ và 8 em nhỏ.", "its 3 parts add up to it"),
        ("Đoàn có 16 người, gồm 9 nam và 6 nữ.", "its 2 parts add up to 15"),
        ("Cụm gồm 3 tỉnh: Lạng Sơn, Cao Bằng và Bắc Kạn.", "list of 3, as announced"),
        ("Cụm có 4 tỉnh gồm Lạng Sơn, Cao Bằng và Bắc Kạn.", "4 announced, 3 listed"),
    ],
)
def test_a_figure_told_twice_has_the_comparison_as_evidence(
    extract: Callable[..., Json], text: str, reason: str
) -> None:
    found = extract(text)["figures"]
    assert isinstance(found, list)
    assert [reason in record["evidence"] for record in found] == [True] + [False] * (len(found) - 1)


@pytest.mark.parametrize(
    "text",
    [
        "Xã có 12 bản, gồm 300 hộ và 20 lớp.",
        "Đoàn có 16 người, trong đó có 9 nam và 6 nữ.",
        "Xã có 12 hộ nghèo và 20 hộ khá, 32 hộ giàu.",
        "Đoàn có hơn 15 người, gồm 9 nam và 7 nữ.",
        "Thăm 3 tỉnh. Lạng Sơn, Cao Bằng họp chung.",
    ],
)
def test_what_need_not_add_up_is_no_evidence(extract: Callable[..., Json], text: str) -> None:
    found = extract(text)["figures"]
    assert isinstance(found, list)
    reasons = [reason for record in found for reason in record["evidence"]]
    assert not [reason for reason in reasons if "add up" in reason or "announced" in reason]
