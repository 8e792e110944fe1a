"""The examples table of the numerals and their properties."""

import csv
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.domain.orthography import matching_key, nfc
from extractors.numbers import parse_digits, parse_number, parse_words, read_number, spell

TABLE = Path(__file__).parent.parent / "examples" / "numbers.tsv"
READERS = {"digits": parse_digits, "words": parse_words, "mixed": parse_number}
WHOLE = st.one_of(
    st.integers(0, 10**12),
    st.integers(0, 2000),
    st.builds(lambda digits, zeros: digits * 10**zeros, st.integers(0, 999), st.integers(0, 9)),
)


def read_table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", read_table(), ids=lambda row: row["text"])
def test_example_reads_as_the_table_says(row: dict[str, str]) -> None:
    wanted = Decimal(row["value"]) if row["value"] else None
    assert READERS[row["form"]](row["text"]) == wanted


def test_table_covers_each_form_with_near_misses() -> None:
    for form in READERS:
        rows = [row for row in read_table() if row["form"] == form]
        assert any(row["value"] for row in rows)
        assert any(not row["value"] for row in rows)


@given(WHOLE)
def test_spelled_number_reads_back(number: int) -> None:
    assert parse_words(spell(number)) == number


@given(WHOLE)
def test_southern_words_read_the_same(number: int) -> None:
    southern = spell(number).replace("nghìn", "ngàn").replace("tỷ", "tỉ").replace("linh", "lẻ").replace("bảy", "bẩy")
    assert parse_words(southern) == number


@given(WHOLE)
def test_decomposed_and_capital_spellings_read_the_same(number: int) -> None:
    written = unicodedata.normalize("NFD", spell(number).upper())
    assert parse_words(matching_key(nfc(written))) == number


@given(WHOLE)
def test_digits_with_any_thousands_mark_read_back(number: int) -> None:
    for mark in ".,":
        if number < 1000 or mark == "." or number >= 10**6:
            assert parse_digits(f"{number:,}".replace(",", mark)) == number
    assert parse_digits(f"{number:,}".replace(",", " ")) == number
    assert parse_digits(str(number)) == number


@given(st.integers(0, 10**9), st.integers(0, 999))
def test_decimals_read_back(whole: int, part: int) -> None:
    assert parse_digits(f"{whole:,}".replace(",", ".") + f",{part:02}") == Decimal(f"{whole}.{part:02}") or part == 0


@given(st.integers(1, 999), st.sampled_from(["nghìn", "triệu", "tỷ"]))
def test_digits_with_a_scale_word_equal_the_spelled_number(number: int, scale: str) -> None:
    assert parse_number(f"{number} {scale}") == parse_words(f"{spell(number)} {scale}")


@given(st.text(max_size=80), st.integers(0, 80))
def test_no_text_raises(text: str, start: int) -> None:
    key = matching_key(nfc(text))
    parse_digits(key)
    parse_words(key)
    reading = read_number(key, min(start, len(key)))
    assert reading is None or start < reading.end <= len(key)


def test_spell_refuses_numbers_that_it_cannot_say() -> None:
    for number in (-1, 10**15):
        with pytest.raises(ValueError, match="outside"):
            spell(number)


@pytest.mark.parametrize(
    ("key", "value", "end"),
    [("hai mươi năm qua", 20, 8), ("3 người", 3, 1), ("2 triệu 300 người", 2_000_000, 7), ("năm sáu người", 5, 3)],
)
def test_longest_number_at_a_place_is_read(key: str, value: int, end: int) -> None:
    reading = read_number(key, 0)
    assert reading is not None
    assert (reading.value, reading.end) == (value, end)
