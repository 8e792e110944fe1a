"""What holds of a record beside its rule and the reasons that its extractor gave: its place and its own ambiguity.

Every function returns ids of reasons (or silent facts with a colon, `form:bk`) in a fixed order, so that equal
records share one entry of the cache.
"""

import bisect
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from extractors.domain import gazetteer
from extractors.domain.award_tables import award_forms
from extractors.domain.orthography import matching_key
from extractors.domain.records import (
    AwardRecord,
    DateRecord,
    DateRole,
    DocumentKind,
    FigureRecord,
    ProvinceRecord,
    Record,
)
from extractors.domain.tables import rows
from extractors.view import TextView

Terms = tuple[str, ...]
_SHORT_LINE, _FAR, _MANY, _LONG_NAME = 60, 300, 5, 12
_OPENING, _CLOSING = "\"'“‘«", "\"'”’»"


# --- place ----------------------------------------------------------------------------------------


class Place:
    """Where records stand in their document; each line is looked at once."""

    def __init__(self, view: TextView) -> None:
        self.view = view
        layout = view.layout
        self._starts = [line.start for line in layout.lines]
        self._title = layout.title or (0, 0)
        self._known: dict[int, Terms] = {}
        self._kind: Terms = () if layout.kind is DocumentKind.ARTICLE else ("official_paper",)

    def line_at(self, start: int) -> int:
        """Returns the number of the line that holds an offset."""
        return max(0, bisect.bisect_right(self._starts, start) - 1)

    def terms(self, record: Record) -> Terms:
        """Returns what the place of a record tells."""
        text, start, end = self.view.text, record.start, record.end
        at = self.line_at(start)
        if (terms := self._known.get(at)) is None:
            terms = self._known[at] = self._line(at)
        before, after = text[start - 1 : start], text[end : end + 1]
        if before and before in _OPENING:
            terms = (*terms, "in_quotes")
        elif before == "(" and after in (")", ",", ";"):
            terms = (*terms, "in_brackets")
        return terms

    def _line(self, at: int) -> Terms:
        lines = self.view.layout.lines
        if at >= len(lines):
            return self._kind
        line, terms = lines[at], list(self._kind)
        first, last = self._title
        if first <= line.start < last:
            terms.append("in_title")
        elif line.is_row:
            terms.append("in_table_row")
        else:
            content = self.view.text[line.start : line.end].strip()
            if len(content) < _SHORT_LINE and content[-1:] not in ".!?":
                terms.append("in_short_line")
            if content.isupper():
                terms.append("in_capitals")
        return tuple(terms)


def _word_before(key: str, start: int) -> str:
    """The word one space before an offset of the key, "" where a mark or the line's end stands there."""
    if start < 2 or key[start - 1] != " ":
        return ""
    low = max(0, start - 16)
    return key[max(low, key.rfind(" ", low, start - 1) + 1) : start - 1]


def _touches_capital(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Whether a capitalised word stands directly before and directly behind a span, one space away."""
    follows = text[end : end + 1] == " " and text[end + 1 : end + 2].isupper()
    if start < 2 or text[start - 1] != " ":
        return False, follows
    at = start - 2
    low = max(0, start - 20)
    if not text[at].isalpha():
        return False, follows
    while at > low and text[at - 1].isalpha():
        at -= 1
    return text[at].isupper(), follows


# --- dates ----------------------------------------------------------------------------------------

_NUMERIC = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)")
_ROLES = {DateRole.FURNITURE: "page_furniture", DateRole.LAW: "role_law", DateRole.BIRTH: "role_birth"}
_APART = 40


def date_terms(place: Place, records: Sequence[Record]) -> list[Terms]:
    """Returns what is ambiguous about each date."""
    dates = [record for record in records if isinstance(record, DateRecord)]
    told = Counter(record.edtf for record in dates)
    years = sorted(record.earliest.year for record in dates if record.earliest)
    middle = years[len(years) // 2] if years else None
    return [_of_date(record, place, told, middle) for record in dates]


def _of_date(record: DateRecord, place: Place, told: Counter[str], middle: int | None) -> Terms:
    terms = list(place.terms(record))
    if record.rule.startswith("dates.day_month_") and (match := _NUMERIC.search(record.text)):
        day, month = int(match[1]), int(match[2])
        if day <= 12 and day != month:
            terms.append("swappable")
    if record.earliest and middle is not None:
        if record.earliest.year < 1945:
            terms.append("old_year")
        if abs(record.earliest.year - middle) > _APART:
            terms.append("odd_year")
    if record.text[0].isdigit() and record.text[-1].isdigit() and len(record.text) < 6:
        terms.append("bare_number")
    if "-XX-XX" in record.edtf:
        terms.append("day_unknown")
    if told[record.edtf] > 1:
        terms.append("said_again")
    if role := _ROLES.get(record.role) if record.role else None:
        terms.append(role)
    return tuple(terms)


# --- provinces ------------------------------------------------------------------------------------

_GENERIC = re.compile(
    r"(?:tỉnh|thành phố|thủ đô|thị xã|đặc khu|khu tự trị|khu vực|khu|t\.?\s?p\.?|t\.?\s?x\.?)\s?(?=\w)"
)


def province_terms(place: Place, records: Sequence[Record]) -> list[Terms]:
    """Returns what is ambiguous about each province."""
    provinces = [record for record in records if isinstance(record, ProvinceRecord)]
    told = Counter(record.id for record in provinces)
    return [_of_province(record, place, told) for record in provinces]


def _of_province(record: ProvinceRecord, place: Place, told: Counter[str]) -> Terms:
    terms = [*place.terms(record), *_of_name(record.text)]
    before, behind = _touches_capital(place.view.text, record.start, record.end)
    if before:
        terms.append("name_begins_before")
    if behind and "in_capitals" not in terms:
        terms.append("name_goes_on")
    key = place.view.key
    if _word_before(key, record.start) in _landmarks():
        terms.append("after_landmark")
    if key[record.end : record.end + 3] == " - ":
        terms.append("dash_behind")
    terms.append("province_told_again" if told[record.id] > 1 else "province_told_once")
    return tuple(terms)


@cache
def _landmarks() -> frozenset[str]:
    """Last words of names for what is called after places: bridges, markets, crossings, firms."""
    return frozenset(row.needed("word") for row in rows("landmarks.csv"))


@lru_cache(maxsize=4096)
def _of_name(written: str) -> Terms:
    """What else a name, written with or without its generic word, can be."""
    key = " ".join(matching_key(written).replace("-", " ").split())
    name = _GENERIC.sub("", key, count=1)
    doubts = {doubt.doubt for doubt in gazetteer.doubts() if doubt.name.lower().replace("-", " ") == name}
    terms = []
    if doubts & {"person", "famous"}:
        terms.append("also_a_person")
    if doubts & {"noun", "word", "region", "rare"}:
        terms.append("also_a_word")
    if any(namesake.name.lower().replace("-", " ") == name for namesake in gazetteer.namesakes()):
        terms.append("lesser_namesake")
    if len(gazetteer.candidates(name)) > 1:
        terms.append("shared_name")
    return tuple(terms)


# --- figures --------------------------------------------------------------------------------------

_ONE_GROUP = re.compile(r"(?<![\d.,])\d{1,3}([.,])\d{3}(?![\d.,]*\d)")
_FOUR_DIGITS = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]*\d)")
_SMALL = 10


def figure_terms(place: Place, records: Sequence[Record]) -> list[Terms]:
    """Returns what is ambiguous about each figure."""
    return [_of_figure(record, place) for record in records if isinstance(record, FigureRecord)]


def _of_figure(record: FigureRecord, place: Place) -> Terms:
    text = place.view.text
    terms = [*place.terms(record), *_of_number(record.text)]
    before, behind = _touches_capital(text, record.start, record.end)
    if before:
        terms.append("name_begins_before")
    if behind:
        terms.append("name_goes_on")
    if _word_before(place.view.key, record.start) in _labels():
        terms.append("after_label")
    if text[record.end : record.end + 2].strip(" ")[:1].isdigit():
        terms.append("digit_behind")
    if len(record.unit) == 1 and record.unit.isalpha():
        terms.append("letter_unit")
    mark = text[record.start - 1 : record.start]
    if mark and mark not in " \n\t(\"“'[":
        terms.append("joined_mark")
    if record.noun is not None:
        syllables = record.unit.count(" ") + 1
        if syllables != 2:
            terms.append("one_syllable_noun" if syllables == 1 else "long_noun")
        if record.value < _SMALL:
            terms.append("small_number_word" if record.rule.endswith("_words") else "small_number")
    return tuple(terms)


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


# --- awards ---------------------------------------------------------------------------------------


def award_terms(place: Place, records: Sequence[Record]) -> list[Terms]:
    """Returns what is missing or far away in each award."""
    awards = [record for record in records if isinstance(record, AwardRecord)]
    lines = Counter(place.line_at(record.start) for record in awards)
    return [_of_award(record, place, lines) for record in awards]


def _of_award(record: AwardRecord, place: Place, lines: Counter[int]) -> Terms:
    form = award_forms()[record.form]
    terms = [f"form:{form.family}", f"status:{record.status.value}", *place.terms(record)]
    if lines[place.line_at(record.start)] > 1:
        terms.append("several_here")
    if record.form == form.family:
        terms.append("bare_form")
    if form.classes and not record.award_class:
        terms.append("class_not_told")
    if record.grantor is None:
        terms.append("no_grantor")
    elif _is_far(record, record.grantor.start):
        terms.append("grantor_from_afar")
    if record.date is None:
        terms.append("no_date")
    elif (day := record.slots.get("date")) is not None and _is_far(record, day.start):
        terms.append("date_from_afar")
    return (*terms, *_of_recipients(record))


def _of_recipients(record: AwardRecord) -> Terms:
    names = record.recipients
    if not names:
        return ("no_recipient",) if record.count else ("no_recipient", "nobody_told")
    terms = []
    if len(names) > _MANY:
        terms.append("many_recipients")
    if any(_is_far(record, name.start) for name in names):
        terms.append("recipient_from_afar")
    lengths = [len(name.text.split()) for name in names]
    if min(lengths) == 1:
        terms.append("one_word_recipient")
    if max(lengths) > _LONG_NAME:
        terms.append("long_recipient")
    if any(name.kind is None for name in names):
        terms.append("unknown_recipient_kind")
    return tuple(terms)


def _is_far(record: AwardRecord, start: int | None) -> bool:
    return start is not None and abs(start - record.start) > _FAR


TERMS_OF: dict[type[Record], Callable[[Place, Sequence[Record]], list[Terms]]] = {
    DateRecord: date_terms,
    ProvinceRecord: province_terms,
    FigureRecord: figure_terms,
    AwardRecord: award_terms,
}
