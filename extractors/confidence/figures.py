"""What is ambiguous about a figure: its number, its noun, the words around it."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

from extractors.confidence.place import Place, Terms, function_words, touches_capital, word_before
from extractors.domain.records import FigureRecord, Record
from extractors.domain.tables import rows

_ONE_GROUP = re.compile(r"(?<![\d.,])\d{1,3}([.,])\d{3}(?![\d.,]*\d)")
_FOUR_DIGITS = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]*\d)")
_DAY_AND_MONTH = re.compile(r"(?:[12]?\d|3[01]|0\d)/(?:0?[1-9]|1[0-2])(?!\d)")
_CITED = re.compile(r"\b(?:điều|khoản|nghị định|nghị quyết|thông tư|chỉ thị|quyết định|công văn|luật|kết luận)\b")
_CODED = re.compile(r"\b(?:biển số|biển kiểm soát|bks|số hiệu|mã số|điện thoại|đt|hotline|tuyến số|số nhà|sđt)\b")
_SMALL, _CITED_WITHIN, _CODED_WITHIN, _LIFE, _DAY_HOURS = 10, 40, 25, 110, 24
_LENGTHS, _UNIT_ENDS = frozenset({"m", "km", "cm", "mm", "dm", "hm"}), frozenset({"vuông", "khối"})
_CALENDAR = frozenset({"ngày", "tháng", "năm", "hôm", "giờ", "tuần"})
_CALENDAR_ENDS = frozenset({"nay", "qua", "kia", "ngoái", "sinh", "mất", "giỗ", "tết", "thành", "truyền"})


def figure_terms(place: Place, records: Sequence[Record]) -> list[Terms]:
    """Returns what is ambiguous about each figure."""
    figures = [record for record in records if isinstance(record, FigureRecord)]
    told = Counter((record.value, record.upper, record.of, record.unit) for record in figures)
    return [_of_figure(record, place, told[record.value, record.upper, record.of, record.unit]) for record in figures]


def _of_figure(record: FigureRecord, place: Place, told: int) -> Terms:
    text, key = place.view.text, place.view.key
    terms = [*place.terms(record), *_of_number(record.text), *_of_value(record)]
    before, behind = touches_capital(text, record.start, record.end)
    if before:
        terms.append("name_begins_before")
    if behind:
        terms.append("name_goes_on")
    terms += _before_number(word_before(key, record.start))
    if text[record.end : record.end + 2].strip(" ")[:1].isdigit():
        terms.append("digit_behind")
    mark = text[record.start - 1 : record.start]
    if mark and mark not in " \n\t(\"“'[":
        terms.append("joined_mark")
    if record.start >= 2 and mark == " " and text[record.start - 2] in "-–/&+":
        terms.append("mark_before")
    if _CITED.search(key, max(0, record.start - _CITED_WITHIN), record.start):
        terms.append("law_before")
    elif _CODED.search(key, max(0, record.start - _CODED_WITHIN), record.start):
        terms.append("code_before")
    terms += _behind_figure(record, key)
    if told > 1:
        terms.append("amount_told_again")
    return tuple(terms)


def _of_value(record: FigureRecord) -> Terms:
    """What the unit and the value say of each other."""
    unit, terms = record.unit, []
    if len(unit) == 1 and unit.isalpha():
        terms.append("letter_unit")
    if record.noun is not None:
        terms += _of_noun(unit)
        if record.value < _SMALL:
            terms.append("small_number_word" if record.rule.endswith("_words") else "small_number")
    most = record.upper or record.value
    if (
        (unit == "%" and most > 100)
        or (unit == "tuổi" and most > _LIFE)
        or (record.of is not None and most > record.of)
    ):
        terms.append("beyond_the_whole")
    if record.of is not None:
        if _DAY_AND_MONTH.match(record.text):
            terms.append("like_a_day")
        if record.of == record.value:
            terms.append("whole_of_whole")
    elif unit == "giờ" and most <= _DAY_HOURS:
        terms.append("like_a_clock")
    if record.text.split(" ", 1)[0] in _named_numbers():
        terms.append("named_number")
    return tuple(terms)


@lru_cache(maxsize=8192)
def _of_noun(unit: str) -> Terms:
    terms = []
    syllables = unit.count(" ") + 1
    if syllables != 2:
        terms.append("one_syllable_noun" if syllables == 1 else "long_noun")
    if unit.lower() not in _usual_nouns():
        terms.append("seldom_counted")
    if not unit.islower():
        terms.append("capital_in_noun")
    return tuple(terms)


@lru_cache(maxsize=8192)
def _before_number(word: str) -> Terms:
    """What the word before a number makes of it."""
    if not word:
        return ("no_word_before",)
    if word in _labels():
        return ("after_label",)
    if word[-1].isdigit():
        return ("digit_before",)
    use = _uses().get(word)
    return (use,) if use else ("unusual_before",)


def _behind_figure(record: FigureRecord, key: str) -> Terms:
    """Whether the noun, the unit or the sentence goes on directly behind."""
    end = record.end
    if key[end : end + 1] != " " or not key[end + 1 : end + 2].isalpha():
        return ()
    word = key[end + 1 : end + 12].split(" ", 1)[0].rstrip(".,;:)")
    if word in _UNIT_ENDS and record.unit in _LENGTHS:
        return ("unit_goes_on",)
    if word in _CALENDAR_ENDS and record.unit in _CALENDAR:
        return ("calendar_behind",)
    return () if record.noun is None or word in function_words() else ("phrase_goes_on",)


@cache
def _named_numbers() -> frozenset[str]:
    return frozenset(row.needed("number") for row in rows("named_numbers.csv"))


@cache
def _usual_nouns() -> frozenset[str]:
    return frozenset(row.needed("noun") for row in rows("usual_nouns.csv"))


@cache
def _uses() -> dict[str, str]:
    """Words that stand before numbers, and whether they then count or make names: `có 5` or `tuyến 5`."""
    return {row.needed("word"): row.needed("use") for row in rows("before_numbers.csv")}


@cache
def _labels() -> frozenset[str]:
    """Last words of the labels that can make a name of the number behind them: `tầng 5`, `loại 3`."""
    return frozenset(row.needed("label").split(" ")[-1] for row in rows("numbered_names.csv"))


@lru_cache(maxsize=8192)
def _of_number(written: str) -> Terms:
    terms = []
    if match := _ONE_GROUP.search(written):
        terms.append("comma_before_three" if match[1] == "," else "dot_before_three")
    if _FOUR_DIGITS.search(written):
        terms.append("like_a_year")
    if written[0] == "0" and written[1:2].isdigit():
        terms.append("zero_padded")
    return tuple(terms)
