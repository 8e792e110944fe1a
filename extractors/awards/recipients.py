"""Reads a stretch of text as a list of recipients: names of persons and bodies, and numbers of them.

Lists are split at commas and `và` outside known names; what coordination leaves out is filled in
(`hai Sở TN&MT tỉnh A và B` gives two full names); titles, ranks and posts are taken off.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from extractors.awards.bodies import inner_names, known_name_end
from extractors.awards.levels import without_parents
from extractors.awards.names import (
    STRAY,
    Name,
    body_span,
    brand_in,
    collective_at,
    counted,
    cut,
    first_end,
    has_family,
    heads,
    is_inner_dash,
    lead_words,
    pairs,
    trimmed,
)
from extractors.awards.titled import person_in
from extractors.domain.award_tables import award_words
from extractors.matching import PhraseMatcher
from extractors.numbers import read_number
from extractors.view import TextView

_SEPARATOR = re.compile(
    r"[;\n\t]|\s(?:bao )?gồm(?: có)?\s?:\s|,(?!\d)|\s(?:và|cùng|cùng với|hoặc|&)\s|(?<=\s)-\s(?=[a-zà-ỹđ])"
)
_PARENTHESES = re.compile(r"\([^()\n]{0,200}\)")
_PART_OF = re.compile(r"[,;(]?\s*(?:trong đó|trong số đó|tiêu biểu (?:là|như)|điển hình)(?!\w)")
_NAMES_PART = re.compile(r"\s(?:có|là|gồm(?: có)?)\s:?\s?(?!\d)(?=\w)")
_LED = re.compile(r"(?:đại diện |tập thể |ban )?lãnh đạo\s")
_GROUP = re.compile(r"(?:tập thể|cá nhân)\s")
_OTHERS = re.compile(r"[^,;:]{0,30}\skhác(?!\w)")
_LIST_WORD = re.compile(
    r"\s*(?:(?:(?:ê[ -]?kíp|ekip|kíp|nhóm)(?:\s[^\W\d]+){0,3}?\s(?:bao )?gồm(?: có)?"
    r"(?=\s(?:các|\d|hai|ba|bốn|năm|bác sĩ)\s)|"
    r"(?:các )?ông,? bà|các đồng chí|các|những|toàn thể|cho|đối với|gồm(?: có)?|bao gồm|là|"
    r"có|tới|đến|cả|tận tay|gồm các|và|cùng|"
    r"đại diện(?: cho)?(?: lãnh đạo| gia đình)?|người thân(?: của)?|thân nhân(?: của)?|toàn bộ|tất cả|"
    r"(?:tập thể|cá nhân)(?=\s(?:công ty|nhà trường|trường|bệnh viện|xí nghiệp|nhà máy|trung tâm|học viện|"
    r"ông|bà|anh|chị)(?:\s|$))|"
    r"thành viên(?=\s(?:ban|đội|tổ|hội|đoàn|nhóm|câu lạc bộ)\s)|"
    r"(?:đơn vị|tập thể|cá nhân|đồng chí|thầy,? cô(?: giáo)?)(?=\s?:))(?!\w)|"
    r"\d{1,2}\s*[.)](?=\s|[a-zà-ỹđ]))\s*[:\-]?\s*"
)
_YEAR_WORD = re.compile(r"năm\s(?:sau|trước|nay|ngoái|qua|học|nào|đó|\d)")
_PLURAL = re.compile(r"(?:các|những|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|\d{1,3})\s+")
_UNIT = re.compile(
    r"\s*(?:đồng(?!\s+(?:chí|bào|đội|nghiệp|hương))|triệu|tỷ|tỉ|nghìn|%|usd|vnđ|năm|tháng|ngày|"
    r"tuổi|giờ|lần|suất|phần quà|km|ha|m2|điểm|phiếu|nghìn đồng|tr|chiếc|món|bức|tấm|cái|kg)(?!\w)"
)
_GEO = re.compile(
    r"(?:(?:các|hai|ba|bốn|\d)\s+)?(?<!\w)(tỉnh, thành phố|tỉnh|huyện|xã|phường|quận|thị xã|"
    r"thành phố|tp\.?|thị trấn)\s+"
)
_WORK = re.compile(
    r"(?:các |cụm |bộ )?(?:tác phẩm|công trình|vở diễn|ca khúc|bài hát|cuốn sách|bộ phim|tiểu thuyết)(?!\w)"
    r"[^,;]{0,60}?\scủa\s"
)
_ASIDE = re.compile(
    r"(?:(?:đúng |vào )?(?:nhân|dịp|ngày|sáng|chiều|tối|hôm|tháng|năm)\s(?=dịp|ngày|kỷ|lễ|tết|năm|tháng|\d|qua|nay)|"
    r"(?:ngày|lễ|dịp)\s(?=[^\W\d_]+\s(?:giáo|thuốc|binh|nữ|công|khánh|báo|sinh|thống)\s|"
    r"thành lập|truyền thống|quốc khánh|quốc tế|giải phóng)|"
    r"(?:theo|do|tại|vào|trong|trước|sau|cùng)\s)"
)
_NOUN_COLON = re.compile(
    r"[^\W\d]+(?:\s[^\W\d]+){0,3}?(?:\s?(?:gồm(?: có)?|là)?\s?:\s(?=\S)|\s(?:gồm(?: có)?|là)\s(?=\w))"
)
_PHOTO = re.compile(r"\s?[-–.(]?\s?(?<!\w)ảnh\s?:|\s?\"\s?[-,]\s")


@dataclass(slots=True, kw_only=True)
class Parsed:
    """What a list holds: names, the numbers summed, and whether it says that there are more."""

    names: list[Name] = field(default_factory=list)
    count: int | None = None
    is_open: bool = False
    has_vague: bool = False
    is_bare_count: bool = False  # the last number stood without names: `ba điều dưỡng và Câu lạc bộ A`

    def __bool__(self) -> bool:
        return bool(self.names) or self.count is not None or self.has_vague


@cache
def _reasons() -> PhraseMatcher:
    return PhraseMatcher(tuple(award_words()["reason"]))


def parse(view: TextView, start: int, end: int) -> Parsed:
    """Returns the recipients named or counted in `[start, end)`; an empty result where none is."""
    result = Parsed()
    joins: list[str] = []
    part_of: list[Name] = []
    if part := _PART_OF.search(view.key, start, end):
        part_of = _part_of(view, part.end(), end)
        end = part.start()
        result.is_open = True
    if photo := _PHOTO.search(view.key, start, end):
        end = photo.start()
    end = min(end, reason_start(view, start, end))
    shared: _Shared | None = None
    is_graded = view.key.count(";", start, end) > 1  # `Nhà máy A, Tổng cục B; Lữ đoàn C, Quân khu D; ...`
    start = _skip_list_words(view, result, start, end)
    for joined, (at, stop) in _pieces(view, start, end):
        if joined == "," and result.names and view.key.startswith("có ", at):
            continue  # `mẹ A, có bốn con là liệt sĩ`
        if is_graded and joined == "," and _is_above(view, at, stop, result):
            continue
        if joined and _ASIDE.match(view.key, at, stop) and not view.text[at].isupper():
            continue  # `, nhân Ngày Thầy thuốc Việt Nam`
        at = _skip_list_words(view, result, at, stop)
        if joined.endswith(":"):
            result.is_bare_count = False  # `2 đội gồm: A và B`: named after all
        if at >= stop:
            continue
        number, after = _count(view, at, stop)
        if number is not None and result.count is not None and _OTHERS.match(view.key, after, stop):
            result.is_open = True
            continue  # `10 cá nhân: A, B và 8 người khác`
        if number is not None:
            counted_to, after = after, _behind_colon(view, after, stop)
            is_led = after > counted_to and body_span(view, after, stop) is not None
            is_bare = not is_led and not _names_follow(view, after, stop)
            named = len(result.names) if is_bare and result.count is None and joined in ("và", "cùng", ",") else 0
            result.count = (result.count or 0) + number + named
            at = after
            result.is_bare_count = is_bare
            if result.is_bare_count:
                shared = None
                inside = _in_brackets(view, at, stop, number)
                result.names.extend(inside)
                joins.extend(["("] * len(inside))
                continue
        known = len(result.names)
        shared = _add(view, result, (at, stop), joined, number, shared)
        joins.extend([joined] * (len(result.names) - known))
        if len(result.names) > known and result.is_bare_count and result.count is not None and joined in ("và", "cùng"):
            result.count += 1
    result.names = without_parents(result.names, joins, result.count)
    if part_of and not result.names:
        result.names = part_of
    return result


def _part_of(view: TextView, start: int, end: int) -> list[Name]:
    """The names in `12 tập thể, trong đó có A và B`; none where the part is only counted or told of."""
    names = _NAMES_PART.match(view.key, start, end)
    if names is None or _PART_OF.search(view.key, names.end(), end):
        return []
    parsed = parse(view, names.end(), end)
    return parsed.names if parsed.count is None else []


def _skip_list_words(view: TextView, result: Parsed, at: int, stop: int) -> int:
    while (lead := _LIST_WORD.match(view.key, at, stop)) and lead.end() > at:
        if view.key[at : lead.end()].strip() in ("các", "những"):
            result.has_vague = True
        at = lead.end()
    if (led := _LED.match(view.key, at, stop)) and collective_at(view, led.end()) is not None:
        return led.end()  # `lãnh đạo Công ty A` receives for the company
    group = _GROUP.match(view.key, at, stop)
    if group and any(first_end(m, view.key, group.end(), stop) > group.end() for m in (heads(), lead_words())):
        return group.end()  # `tập thể Phòng A`, `cá nhân đại úy B`
    return at


def _in_brackets(view: TextView, at: int, stop: int, number: int) -> list[Name]:
    """The names in `02 tập thể (Sở A, Sở B)`, where they are as many as counted."""
    bracket = _PARENTHESES.search(view.key, at, stop)
    if bracket is None or _PARENTHESES.search(view.key, bracket.start() + 1, bracket.end() - 1):
        return []
    parsed = parse(view, bracket.start() + 1, bracket.end() - 1)
    return parsed.names if len(parsed.names) == number else []


def _behind_colon(view: TextView, at: int, stop: int) -> int:
    """Where the names of `3 đơn vị: Sở A` begin, `at` where no colon follows the noun."""
    colon = _NOUN_COLON.match(view.key, at, stop)
    return colon.end() if colon else at


def _names_follow(view: TextView, at: int, stop: int) -> bool:
    """Tells whether names stand behind a number: `hai Sở A`, `2 em Lương Văn Đức`, but not `9 thuyền viên trên`."""
    if view.text[at : at + 1].isupper() and not view.text[at : at + 2].isupper():
        return True
    for matcher in (counted(), lead_words(), heads()):
        noun_end = first_end(matcher, view.key, at, stop)
        name = view.text[noun_end : noun_end + 6].strip(" :")
        if noun_end > at and name[:1].isupper() and not name[:2].isupper():
            return True
        if noun_end > at and re.match(r"\s+(?:ông|bà|anh|chị|em|là|gồm)(?!\w)", view.key[noun_end : noun_end + 7]):
            return True
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What later places of a coordination share: `Sở TN&MT` and `tỉnh`."""

    base: str
    geo: str


def _add(
    view: TextView, result: Parsed, span: tuple[int, int], joined: str, number: int | None, shared: _Shared | None
) -> _Shared | None:
    """Adds what one piece names to the result; returns what the next piece may share."""
    at, stop = span
    if work := _WORK.match(view.key, at, stop):
        at = work.end()  # the author receives
    previous = result.names[-1] if result.names else None
    body = body_span(view, at, stop)
    if body is not None and previous is not None and previous.is_pronoun and joined == ",":
        return shared
    if body is not None and previous is not None and joined == "-" and view.text[at].islower():
        return shared  # `Bệnh viện A - bệnh viện đầu tiên của tỉnh`
    if body is not None and number is None and _is_affiliation(view, previous, result, joined, shared, at):
        return shared
    if body is not None:
        start, end = body
        plural = (
            number is not None
            or bool(_PLURAL.search(view.key, max(0, at - 8), at))
            or _has_inner_plural(view.key, start, end)
        )
        made = _collective(view, start, end, plural)
        result.names.append(made[0])
        return made[1]
    if shared is not None and joined in (",", "và", "cùng") and (place := _bare_place(view, at, stop)):
        geo = "" if _GEO.match(view.key, place[0]) else shared.geo
        text = " ".join(f"{shared.base} {geo} {view.text[place[0] : place[1]]}".split())
        result.names.append(Name(text=text, start=place[0], end=place[1], kind="collective"))
        return shared
    if (person := person_in(view, at, stop, previous, joined)) is not None:
        is_aside = result.is_bare_count and number is None and joined == "," and person.start == at
        is_again = person.is_pronoun and previous is not None and not previous.is_pronoun
        if not (is_aside or is_again or (person.is_pronoun and person.kind == "collective" and result.has_vague)):
            result.names.append(person)
        return None
    if number is None and (brand := brand_in(view, at, stop)) is not None:
        result.names.append(brand)
        return None
    if number is None and counted().find(view.key[at : at + 25]):
        result.has_vague = True
    return None


def _is_affiliation(
    view: TextView, previous: Name | None, result: Parsed, joined: str, shared: _Shared | None, at: int
) -> bool:
    """`, Quân khu 5` behind a person or behind counted people tells where they belong."""
    if joined != ",":
        return False
    if previous is not None:
        is_family = previous.text.startswith("gia đình")
        return (previous.kind == "person" and not previous.is_pronoun) or is_family
    return result.count is not None


def _pieces(view: TextView, start: int, end: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yields `(what stands before, span)` of the pieces between separators outside known names and brackets."""
    closed = [*inner_names(view.key, start, end), *pairs(view.key, start, end)]
    closed += [m.span() for m in _PARENTHESES.finditer(view.key, start, end)]
    at, joined = start, ""
    for mark in _SEPARATOR.finditer(view.key, start, end):
        is_dash = mark.group().strip() == "-"
        if is_dash and is_inner_dash(view, mark.start() - 1, mark.end(), end):
            continue
        if any(a <= mark.start() < b for a, b in closed) or (is_dash and not view.text[mark.end()].islower()):
            continue
        if mark.group().strip() == "và" and _goes_on(view, at, mark, end):
            continue
        yield joined, trimmed(view.text, at, mark.start())
        joined = mark.group().strip() or "\n"
        at = mark.end()
    yield joined, trimmed(view.text, at, end)


def _is_above(view: TextView, at: int, stop: int, result: Parsed) -> bool:
    """Tells whether a body behind a comma is that to which the one before belongs: it opens with another word."""
    if not result.names or body_span(view, at, stop) is None:
        return False
    last = view.key[result.names[-1].start :]
    return not last.startswith(view.key[at : first_end(heads(), view.key, at, stop)])


def _goes_on(view: TextView, start: int, mark: re.Match[str], end: int) -> bool:
    """`Đội Chữa cháy và Cứu nạn khu vực A`: behind `và` stands a further task of the same body."""
    before, after = view.text[start : mark.start()].split(), view.text[mark.end() : end].split(" ", 2)[:2]
    if len(before) < 3 or len(after) < 2 or not (after[0][:1].isupper() and after[1][:1].islower()):
        return False
    is_task = before[-2][:1].isupper() and before[-1].islower()
    if not is_task or first_end(heads(), view.key, *trimmed(view.text, start, mark.start())) == start:
        return False
    return all(first_end(m, view.key, mark.end(), end) == mark.end() for m in (heads(), lead_words(), counted()))


def reason_start(view: TextView, start: int, end: int) -> int:
    """Returns where the words that tell the reason begin in `[start, end)`, `end` where none stand there."""
    for _, at, stop in _reasons().find(view.key[start:end]):
        if view.text[start + at].isupper() and view.text[start + stop + 1 : start + stop + 2].isupper():
            continue  # the family name Vì
        if stop < end - start and has_family(view, start + stop + 1) and view.text[start + stop + 1].isupper():
            continue  # `Nữ sinh dũng cảm Lò Thị A`
        return start + at if at > 0 else end
    return end


def _count(view: TextView, at: int, stop: int) -> tuple[int | None, int]:
    """Reads `32 tập thể`: the number, and where the words behind the noun begin (names may follow)."""
    key = view.key
    lead = re.compile(r"(?:hơn|trên|gần|khoảng|tổng số|tất cả|cả|số|thêm|đợt này có)\s+").match(key, at, stop)
    begin = lead.end() if lead else at
    if _YEAR_WORD.match(key, begin):
        return None, at
    reading = read_number(key[:stop], begin)
    if reading is None or reading.value != reading.value.to_integral_value() or reading.end >= stop:
        return None, at
    if _UNIT.match(key, reading.end, stop) or key[reading.end] in "/.,:)-":
        return None, at
    gap = re.compile(r"\s+").match(key, reading.end, stop)
    if gap is None or not 0 < reading.value < 10_000_000:
        return None, at
    if view.text[begin].isupper() and view.text[gap.end() : gap.end() + 1].isupper():
        return None, at  # the place Ba Tơ
    return int(reading.value), gap.end()


def _has_inner_plural(key: str, start: int, end: int) -> bool:
    return bool(re.search(r"\s(?:các|hai|ba|bốn)\s+(?:tỉnh|huyện|xã|phường|quận|thành phố)", key[start:end]))


def _collective(view: TextView, start: int, end: int, plural: bool) -> tuple[Name, _Shared | None]:
    """The name of a body, with its shared parts where more places may follow."""
    text = " ".join(view.text[start:end].split())
    geo = list(_GEO.finditer(view.key, start, end))
    if not plural:
        return Name(text=text, start=start, end=end, kind="collective"), None
    if geo and geo[-1].start() > start:
        base = " ".join(view.text[start : geo[-1].start()].split())
        word = view.text[geo[-1].start(1) : geo[-1].end(1)]
        place = " ".join(view.text[geo[-1].end() : end].split())
        word = "" if "," in word else word
        return Name(text=" ".join(f"{base} {word} {place}".split()), start=start, end=end, kind="collective"), _Shared(
            base=base, geo=word
        )
    known = known_name_end(view.key, start)
    if start < known < end:
        return Name(text=text, start=start, end=end, kind="collective"), _Shared(base=view.text[start:known], geo="")
    return Name(text=text, start=start, end=end, kind="collective"), None


def _bare_place(view: TextView, at: int, stop: int) -> tuple[int, int] | None:
    """The span of a place that stands alone (`Phú Thọ`, `TP. Cần Thơ`) and could complete a shared head."""
    geo = _GEO.match(view.key, at, stop)
    begin = geo.end() if geo else at
    if begin >= stop or not view.text[begin].isupper():
        return None
    end = cut(view, begin, stop)
    if len(view.text[begin:end].split()) > 5:
        return None
    return at, begin + len(view.text[begin:end].rstrip(STRAY))
