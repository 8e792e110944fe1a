"""Names at the head of rows, cells and numbered items."""

import re

from extractors.awards.bodies import inner_names
from extractors.awards.names import STRAY, Name, body_span, capitals, has_family, lead_words, pairs, trimmed
from extractors.domain.award_tables import award_words
from extractors.view import TextView

_TITLES = re.compile(
    r"(?:(?:ông|bà|anh|chị|em|cháu|cụ|đồng chí|đ/c|liệt sĩ|liệt sỹ|cố|thầy|cô|cô giáo|thầy giáo|"
    r"bác sĩ|bs|ts|ths|pgs|gs|"
    r"(?:trung|đại|thượng|thiếu|hạ|chuẩn)\s(?:tá|úy|tướng|sĩ|sỹ))[.:]?\s+)+"
)
_GROUP_HEAD = re.compile(
    r"(?:về |đối với )?(?:các |\d{1,3} )?(?:tập thể|cá nhân|đơn vị|hộ gia đình|gia đình)(?: và cá nhân)?"
    r"(?:\s?\([^()]{0,40}\))?\s?(?:gồm(?: có)?|như sau)?\s?[:.]?\s*$"
)
_ITEM_MARK = re.compile(
    r"\s*[(;:\t\n]|[.](?=\s|$)|,\s|\s{3,}|\s[-–—]\s|\s(?=\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,3}(?:[.,]\d+)+\s|\d{4}\s)"
)


def row_name(view: TextView, start: int, end: int) -> Name | None:
    """Returns the recipient named in a cell or at the head of a numbered item; titles are taken off."""
    start, end = trimmed(view.text, start, end)
    titles = _TITLES.match(view.key, start, end)
    begin = titles.end() if titles else start
    if begin >= end or _GROUP_HEAD.match(view.key, begin, end):
        return None
    stop = _item_end(view, begin, end)
    person = capitals(view, begin, stop)
    whole = view.text[begin:stop].strip(STRAY)
    if titles is None and body_span(view, begin, stop) is not None:
        person = None
    if person is not None and (titles or person == (begin, begin + len(whole))) and person[0] == begin:
        return Name(text=" ".join(view.text[slice(*person)].split()), start=person[0], end=person[1], kind="person")
    if not whole:
        return None
    at = view.text.index(whole, begin)
    return Name(text=" ".join(whole.split()), start=at, end=at + len(whole), kind="collective")


def _item_end(view: TextView, begin: int, end: int) -> int:
    """Where the name at the head of an item ends: at a mark, or where the next column shows without its tab.

    Such a column is a date, a large number or, behind a person's name, an office (`Vi Mơ Giám đốc Sở A`).
    """
    closed = [*inner_names(view.key, begin, end), *pairs(view.key, begin, end)]
    for mark in _ITEM_MARK.finditer(view.key, begin, end):
        at = mark.start()
        if at > begin and not any(a <= at < b for a, b in closed):
            end = at
            break
    if not has_family(view, begin):
        return end
    for index, start, _ in lead_words().find(view.key[begin:end]):
        is_office = lead_words().phrases[index] in award_words()["post"]
        if is_office and len(view.text[begin : begin + start].split()) >= 2:
            return begin + start
    return end
