"""What holds of a record beside its rule and the reasons that its extractor gave: its place and its own ambiguity.

Every function returns ids of reasons (or silent facts with a colon, `form:bk`) in a fixed order, so that equal
records share one entry of the cache.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from extractors.confidence.awards import award_terms
from extractors.confidence.figures import figure_terms
from extractors.confidence.place import Place, Terms, touches_capital, word_before
from extractors.domain import gazetteer
from extractors.domain.orthography import matching_key
from extractors.domain.records import AwardRecord, DateRecord, DateRole, FigureRecord, ProvinceRecord, Record
from extractors.domain.tables import rows

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
    before, behind = touches_capital(place.view.text, record.start, record.end)
    if before:
        terms.append("name_begins_before")
    if behind and "in_capitals" not in terms:
        terms.append("name_goes_on")
    key = place.view.key
    if word_before(key, record.start) in _landmarks():
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


TERMS_OF: dict[type[Record], Callable[[Place, Sequence[Record]], list[Terms]]] = {
    DateRecord: date_terms,
    ProvinceRecord: province_terms,
    FigureRecord: figure_terms,
    AwardRecord: award_terms,
}
