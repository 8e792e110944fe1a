"""What stands around a number and tells whether it is a date: names, quantities, units, weak cues.

Numbers with a word of the calendar before them need none of this; a bare `5/9` or `2015` does. The words
stand in `date_neighbours.csv`.
"""

import re
from functools import cache

from extractors.dates.vocabulary import alternatives
from extractors.domain.tables import rows

_BEHIND = 36
_TWO_DIGITS_AND_MORE = re.compile(r"\d[ ,]$")
_PROPER = re.compile(r"(?<!\w)[A-ZĐÀ-Ỹ]\w*(?:[ ][^\W\d_]+){0,4}[ ]$")  # Mondial 1986, Hội diễn sân khấu 1985
_NUMBER_GOES_ON = re.compile(r"[ ]\d|[-/:.,]\d|/\w|-(?!na)\w")


@cache
def _words(effect: str) -> str:
    return alternatives(row.needed("word") for row in rows("date_neighbours.csv") if row.text("effect") == effect)


# Names that are made of a date (đường 3/2), and things that bear numbers (số, điều, lớp).
_NAME = re.compile(rf"(?<!\w)(?:{_words('name')})(?: số)?[ ]?[:.]?[ ]?$")
_QUANTITY = re.compile(rf"(?<!\w)(?:{_words('quantity')})[ ]?[:.]?[ ]$")
_CUE = re.compile(rf"(?<!\w)(?:{_words('cue')})(?:[ ]việt nam|[ ]quốc tế)?[ ]\(?$")
_FOLLOWS = re.compile(rf"[ ]*(?:$|\n|\t|[,.;:!?)\]\"'…/|>-](?!\d)|(?:{_words('follows')})(?!\w))")
_SINCE = re.compile(r"(?<!\w)(?:từ|đến hết|trước)[ ]$")
_PLACE_NAME = re.compile(
    r"(?<!\w)(?:thôn|xóm|ấp|bản|làng|buôn|khóm|xã|phường|thị trấn|khu phố|tổ dân phố|chợ|đền|chùa)[ ]"
    r"(?P<name>(?:[^\W\d_]+[ ]){0,2})$"
)
_SPELL = re.compile(r"[ ](?:năm|tháng|tuần|ngày|đêm|giờ|phút|giây|quý|thập kỷ|thế kỷ|nhiệm kỳ|lần)(?!\w)(?![ ]\d{4})")
_UNIT = re.compile(rf"[ ]?(?:{_words('unit')})(?!\w)|[ ]?[%°]")


def is_blocked(key: str, start: int) -> bool:
    """Tells whether what stands before `start` makes a name, an address or a document number of a date."""
    return bool(_NAME.search(key, max(0, start - _BEHIND), start))


def has_weak_cue(key: str, start: int) -> bool:
    """Tells whether a preposition or the name of a feast stands directly before `start`."""
    return bool(_CUE.search(key, max(0, start - _BEHIND), start))


def is_since(key: str, start: int) -> bool:
    """Tells whether `kể từ`, `từ` or `đến hết` stands directly before `start`."""
    return bool(_SINCE.search(key, max(0, start - 10), start))


def is_named_place(view_text: str, key: str, start: int) -> bool:
    """Tells whether the capital word at `start` ends the name of a village or ward: `thôn Ninh Quý 2`."""
    if not view_text[start].isupper() or not view_text[start + 1 : start + 2].islower():
        return False
    match = _PLACE_NAME.search(key, max(0, start - _BEHIND), start)
    return match is not None and view_text[match.start("name")].isupper()


def ends_like_date(key: str, end: int) -> bool:
    """Tells whether what stands at `end` may follow a date: a mark, the end of a line, a function word."""
    return bool(_FOLLOWS.match(key, end))


def is_counted(key: str, end: int) -> bool:
    """Tells whether a unit or a counted noun stands directly behind `end`."""
    return bool(_UNIT.match(key, end))


def is_spell(key: str, end: int) -> bool:
    """Tells whether a unit of time stands directly behind `end`, so that the numbers before it count: `2-3 năm`."""
    return bool(_SPELL.match(key, end))


def is_year(key: str, text: str, start: int, end: int) -> bool:
    """Tells whether the bare four digits of `[start, end)` are meant as a year."""
    year = int(key[start:end])
    if not 1930 <= year <= 2060 or (year % 100 == 0 and year != 2000):
        return False
    before = key[start - 1] if start else "\n"
    if before not in " \n\t(\"'[," or _TWO_DIGITS_AND_MORE.search(key, max(0, start - 2), start):
        return False
    if _NUMBER_GOES_ON.match(key, end) or is_counted(key, end):
        return False
    if _QUANTITY.search(key, max(0, start - _BEHIND), start):
        return False
    return (
        1990 <= year <= 2030 or ends_like_date(key, end) or bool(_PROPER.search(text, max(0, start - _BEHIND), start))
    )
