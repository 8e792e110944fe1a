"""Names of awards in a text: form, class, years of party membership, quotes and the word `danh hiệu`.

Nothing here tells whether the award is conferred; `clauses` does.
"""

import bisect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Generic, TypeVar

from extractors.domain.award_tables import AwardForm, award_forms
from extractors.domain.orthography import matching_key
from extractors.matching import PhraseMatcher, SpanIndex
from extractors.view import TextView


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One award named at `[start, end)`; `is_elliptic` where only the class stands there (`hạng nhì`)."""

    start: int
    end: int
    form: AwardForm
    award_class: str | None = None
    is_elliptic: bool = False
    is_anaphor: bool = False  # `danh hiệu này`

    @property
    def family(self) -> str:
        """The part of the form's id before its first hyphen."""
        return self.form.family


P = TypeVar("P")

_CLASS_WORD = r"(?:nhất|nhì|nhị|hai|ba|đặc biệt|iii|ii|i|1|2|3)"
_CLASS = re.compile(rf"\s?(?:[,(]\s?)?hạng\s+({_CLASS_WORD})(?!\w)")
_MORE_CLASS = re.compile(
    r"\s?(?:,|-|/|và|;)\s?(?:hạng\s+)?(nhất|nhì|hai|ba)(?!\w)(?!\s+(?:tập|cá|đơn|bằng|giấy|cờ|huân|huy))"
)
_LONE_CLASS = re.compile(rf"(?<!\w)hạng\s+({_CLASS_WORD})(?!\w)")
_CLASS_NAMES = {"hai": "nhì", "nhị": "nhì", "1": "nhất", "2": "nhì", "3": "ba", "i": "nhất", "ii": "nhì", "iii": "ba"}

_BADGE = re.compile(
    r"(?<!\w)huy hiệu\s+(?:đảng\s+)?(?:loại\s+)?(\d{2}(?:\s?(?:,|và|-|năm,|"
    r"năm và)\s?\d{2}){0,9})\s+(?:năm(\s+tuổi\s+đảng)?|(tuổi\s+đảng))(?!\w)"
)
_LONE_BADGE = re.compile(r"(?<![\w/.])(\d{2})\s+năm(?:\s+tuổi\s+đảng)?\s+(?:cho|tặng|có)(?!\w)")
_HELD_BADGE = re.compile(
    r"(?:(?<=đảng viên )|(?<=đồng chí ))(\d{2})\s+năm(?:\s+tuổi\s+đảng(?!\w)|(?=\s?[,;.)]|\svà\s\d))"
)
_BADGE_YEARS = frozenset({"30", "40", "45", "50", "55", "60", "65", "70", "75", "80", "85", "90"})

_TITLE_BEFORE = re.compile(r"danh hiệu(?:\s+(?:cao quý|vinh dự|thi đua|vinh dự nhà nước))?\s*:?\s*[\"']?\s*$")
_NAME_IN_QUOTES = re.compile(r"\s?[\"'][^\"'\n]{2,90}[\"']")
_TO_QUOTE = re.compile(r"[^\"\n]{1,80}\"")
_MEDAL = re.compile(r"\s+(?:vàng|bạc|đồng|olympic|sea games|asiad)(?!\w)")
_NOT_AWARD_BEFORE = re.compile(r"(?:đại hội|hội nghị|đường|phố|gặp mặt|phôi|mang tên|cuộc thi|ban)\s*[\"']?\s*$")
_FOREIGN_AFTER = re.compile(
    r"\s+(?:của\s+)?(?:nhà nước\s+|chính phủ\s+|hoàng gia\s+|vương quốc\s+|quân đội\s+|"
    r"cộng hòa\s+|nước\s+|liên bang\s+)?"
    r"(?:lào|campuchia|nga|liên xô|pháp|nhật|mỹ|anh|đức|trung quốc|cuba|hàn quốc|ba lan|ukraine|ấn độ|israel|ý|hungary|"
    r"belarus|thái lan|bỉ|thụy điển|philippines|triều tiên|syria|úc|mông cổ|venezuela|singapore)(?!\w)"
)


@cache
def _matcher() -> tuple[PhraseMatcher, list[tuple[AwardForm, str | None]]]:
    """The phrases of all forms with their owners; an abbreviation comes with its exact spelling."""
    owners: list[tuple[AwardForm, str | None]] = []
    phrases: list[str] = []
    for form in award_forms().values():
        for phrase in form.phrases:
            phrases.append(phrase)
            owners.append((form, None))
        for short in form.abbreviations:
            phrases.append(matching_key(short))
            owners.append((form, short))
    return PhraseMatcher(phrases), owners


def find_mentions(view: TextView) -> list[Mention]:
    """Returns the awards named in the text in order; forms outside the law too, so that none is misread."""
    matcher, owners = _matcher()
    found: list[Mention] = []
    for index, start, end in matcher.find(view.key):
        form, spelling = owners[index]
        if spelling is not None and view.text[start:end] != spelling:
            continue
        found.extend(_read(view, form, start, end))
    badges = list(_badges(view)) if "huy hiệu" in view.key else []
    touched = SpanIndex(badges)
    found = [m for m in found if not touched.touches(m.start, m.start + 1)] + badges
    if not found:
        return []
    found.sort(key=lambda m: (m.start, m.end))
    found = [m for at, m in enumerate(found) if not at or not _repeats(view.key, found[at - 1], m)]
    return sorted([*found, *_elliptic(view, found), *_anaphors(view, found)], key=lambda m: (m.start, m.end))


def _repeats(key: str, before: Mention, mention: Mention) -> bool:
    """`danh hiệu Nghệ sĩ Ưu tú (NSƯT)`: the short form in brackets names the same award again."""
    return before.form is mention.form and key[before.end : mention.start].strip(" \"'") == "("


def _read(view: TextView, form: AwardForm, start: int, end: int) -> Iterator[Mention]:
    """One mention for each class that follows the name; nothing where the name is no award here."""
    key = view.key
    if form.id in ("hch", "hc") and _MEDAL.match(key, end):
        return
    if _NOT_AWARD_BEFORE.search(key, max(0, start - 20), start):
        return
    opened = key.find('"', start, end)
    if form.family == "knc" and opened >= 0 and key[end : end + 1] != '"' and (closed := _TO_QUOTE.match(key, end)):
        form, end = award_forms()["knc"], closed.end()  # `"Vì sự nghiệp xây dựng tổ chức Công đoàn"`
    if form.id == "knc" and (quoted := _NAME_IN_QUOTES.match(key, end)):
        end = quoted.end()
    classes, end = _classes(view, end) if form.family in ("hc", "hch") else ([], end)
    start, end = _with_quotes(key, start, end)
    is_longer = form.family == "hc" and view.text[end + 1 : end + 2].isupper() and _COUNTRY_NEAR.match(key, end)
    if is_longer or (form.family in ("hc", "hch", "dh") and _FOREIGN_AFTER.match(key, end)):
        form = award_forms()["ng-khac"]
    if form.family == "dh" and _is_worn(view, start, end):
        return
    if not classes:
        yield Mention(start=start, end=end, form=form)
    for award_class, class_end in classes:
        yield Mention(
            start=start, end=max(end, class_end) if len(classes) == 1 else class_end, form=form, award_class=award_class
        )


def _classes(view: TextView, end: int) -> tuple[list[tuple[str, int]], int]:
    """The classes named behind `end`, each with where it ends, and the end of the first."""
    quote = 1 if view.key[end : end + 1] in ('"', "'") else 0
    first = _CLASS.match(view.key, end + quote)
    if first is None:
        return [], end
    classes = [(_CLASS_NAMES.get(first[1], first[1]), first.end())]
    is_title = view.text[first.start(1)].isupper()
    at = first.end()
    while (more := _MORE_CLASS.match(view.key, at)) and view.text[more.start(1)].isupper() == is_title:
        classes.append((_CLASS_NAMES.get(more[1], more[1]), more.end()))
        at = more.end()
    return classes, first.end()


def _with_quotes(key: str, start: int, end: int) -> tuple[int, int]:
    """Widens a name to the quotes around it and to `danh hiệu` before it."""
    if title := _TITLE_BEFORE.search(key, max(0, start - 45), start):
        start = title.start()
    opened = start
    while opened > 0 and key[opened - 1] in "\"'":
        opened -= 1
    inside = key[opened:end]
    if inside.count('"') % 2 and key[end : end + 1] == '"':
        return opened, end + 1
    if inside.count("'") % 2 and key[end : end + 1] == "'":
        return opened, end + 1
    return start, end


def _is_worn(view: TextView, start: int, end: int) -> bool:
    """Tells whether a title is part of a name (`NSƯT Minh Vương`): no `danh hiệu`, no verb, a name behind it."""
    if view.key.startswith("danh hiệu", start):
        return False
    follows = view.text[end : end + 2]
    if len(follows) < 2 or follows[0] != " " or not follows[1].isupper():
        return False
    before = view.key[max(0, start - 20) : start].rstrip(" \"'")
    return not re.search(r"(?:phong|tặng|thưởng|công nhận|đạt|nhận)$", before)


def _badges(view: TextView) -> Iterator[Mention]:
    """Party badges with their years, one mention for each number of years."""
    form = award_forms()["hh-tuoi-dang"]
    for match in _BADGE.finditer(view.key):
        if not (match[2] or match[3]) and "đảng" not in view.key[match.start() : match.start() + 400]:
            continue
        years = re.findall(r"\d{2}", match[1])
        for year in years:
            if year in _BADGE_YEARS:
                yield Mention(start=match.start(), end=match.end(), form=form, award_class=year)


def _elliptic(view: TextView, found: list[Mention]) -> Iterator[Mention]:
    """Classes and years that stand alone behind a full name in the same sentence."""
    taken = SpanIndex(found)
    for pattern, families in ((_LONE_CLASS, ("hc", "hch")), (_LONE_BADGE, ("hh",)), (_HELD_BADGE, ("hh",))):
        full = [m for m in found if m.family in families and (m.form.classes or m.award_class)]
        ends = [m.end for m in full]
        for match in pattern.finditer(view.key, full[0].end) if full else ():
            at = bisect.bisect_right(ends, match.start()) - 1
            if at < 0 or match.start() - ends[at] > 300 or taken.touches(match.start(), match.start() + 1):
                continue
            between = view.key[ends[at] : match.start()]
            if "\n" in between or re.search(r"[.!?]\s", between):
                continue
            if families == ("hh",) and match[1] not in _BADGE_YEARS:
                continue
            award_class = _CLASS_NAMES.get(match[1], match[1])
            end = match.end() if pattern is _HELD_BADGE else match.end(1)
            yield replace(full[at], start=match.start(), end=end, award_class=award_class, is_elliptic=True)


def _anaphors(view: TextView, found: list[Mention]) -> Iterator[Mention]:
    """`danh hiệu này`, `phần thưởng cao quý này`: the last award of such a family that the text named before."""
    for match in _THIS.finditer(view.key, found[0].end):
        families = _THIS_FAMILIES.get(match[1])
        at = bisect.bisect_right(found, match.start(), key=lambda m: m.start) - 1
        for mention in reversed(found[max(0, at - 3) : at + 1]):
            if match.start() - mention.end > _THIS_REACH:
                break
            if mention.form.in_scope and (families is None or mention.family in families):
                yield replace(mention, start=match.start(), end=match.end(), is_anaphor=True)
                break


_THIS = re.compile(
    r"(?<!\w)(danh hiệu|phần thưởng|huân chương|huy hiệu|giải thưởng|bằng khen|giấy khen)"
    r"(?: (?:cao quý|vinh dự|cao quí))? (?:này|nói trên)(?!\w)"
)
_THIS_FAMILIES = {
    "danh hiệu": ("dh", "td"), "huân chương": ("hc",), "huy hiệu": ("hh",), "giải thưởng": ("gt",),
    "bằng khen": ("bk",), "giấy khen": ("gk",),
}  # fmt: skip
_THIS_REACH = 700
_COUNTRY_NEAR = re.compile(r"(?:\s[^\W\d_]+){1,3}?\s(?:trung quốc|nga|lào|campuchia|cuba|pháp|nhật bản|hàn quốc)(?!\w)")


class ByPlace(Generic[P]):
    """Finds which of many things with a place in the text lie in a stretch of it."""

    def __init__(self, items: Sequence[P], place: Callable[[P], int]) -> None:
        self._items = sorted(items, key=place)
        self._places = [place(i) for i in self._items]

    def within(self, start: int, end: int) -> list[P]:
        """Returns the items whose place is in `[start, end)`, in order."""
        return self._items[bisect.bisect_left(self._places, start) : bisect.bisect_left(self._places, end)]
