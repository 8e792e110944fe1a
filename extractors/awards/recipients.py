"""Reads a stretch of text as a list of recipients: names of persons and bodies, and numbers of them.

Lists are split at commas and `và` outside known names; what coordination leaves out is filled in
(`hai Sở TN&MT tỉnh A và B` gives two full names); titles, ranks and posts are taken off.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from extractors.awards.bodies import inner_names, known_name_end
from extractors.domain.award_tables import award_words
from extractors.matching import PhraseMatcher
from extractors.numbers import read_number
from extractors.view import TextView


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A recipient's name; `text` is filled in where coordination left a part out."""

    text: str
    start: int
    end: int
    kind: str  # person, collective
    is_pronoun: bool = False
    is_short: bool = False  # a given name alone: counts only where the document gives the full one


@dataclass(slots=True, kw_only=True)
class Parsed:
    """What a list holds: names, the numbers summed, and whether it says that there are more."""

    names: list[Name] = field(default_factory=list)
    count: int | None = None
    is_open: bool = False
    has_vague: bool = False
    is_bare_count: bool = False  # the last number stood without names: `ba điều dưỡng và Câu lạc bộ A`
    end: int = 0

    def __bool__(self) -> bool:
        return bool(self.names) or self.count is not None or self.has_vague


_SEPARATOR = re.compile(r"[;\n\t]|,(?!\d)|\s(?:và|cùng|cùng với|hoặc|&)\s|(?<=\s)-\s(?=[a-zà-ỹđ])")
_PARENTHESES = re.compile(r"\([^()\n]{0,200}\)")
_PART_OF = re.compile(r"[,;(]?\s*(?:trong đó|trong số đó|tiêu biểu (?:là|như)|điển hình)(?!\w)")
_LIST_WORD = re.compile(
    r"\s*(?:(?:các )?ông,? bà|các đồng chí|các|những|toàn thể|cho|đối với|gồm(?: có)?|bao gồm|là|có|tới|đến|cả|gồm các|và|cùng|\d{1,2}\s*[.)](?=\s))(?!\w)\s*[:\-]?\s*"
)
_PLURAL = re.compile(r"(?:các|những|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|\d{1,3})\s+")
_UNIT = re.compile(
    r"\s*(?:đồng(?!\s+(?:chí|bào|đội|nghiệp|hương))|triệu|tỷ|tỉ|nghìn|%|usd|vnđ|năm|tháng|ngày|tuổi|giờ|lần|suất|phần quà|km|ha|m2|điểm|phiếu|nghìn đồng|tr|chiếc|món|bức|tấm|cái|kg)(?!\w)"
)
_GEO = re.compile(
    r"(?:(?:các|hai|ba|bốn|\d)\s+)?(?<!\w)(tỉnh, thành phố|tỉnh|huyện|xã|phường|quận|thị xã|thành phố|tp\.?|thị trấn)\s+"
)
_CUT = re.compile(
    r"\s+(?:đã|vì|do|bởi|nhờ|về|khi|trong|tại|nhân (?:dịp|ngày|kỷ)|nhằm|để|với|đạt|kèm|đang|sẽ|vừa|từng|được|bị|là|có|nơi|sau|trước|trên|ở|"
    r"ngay|hiện|tổ chức|long trọng|kỷ niệm|đón nhận|nhận|trao|tặng|phối hợp|thống nhất|nhất trí|bỏ phiếu|vinh dự|lần lượt|liên tục|hai lần|nhiều lần|đồng ý|diễn ra|trực tiếp|tham gia|thực hiện|hoàn thành|lập|tiêu biểu|xuất sắc|dũng cảm|nguyên là|vào|nói|cho|theo|mà|cứu|bắt|phá|"
    r"trị giá|mỗi|sinh năm|ngụ|quê|trú|năm)(?!\w)|\s+-\s+|\s*[(:\[“\"]|\./|[.…](?=\s|$)"
)
_VAGUE = re.compile(r"(?:các|những|nhiều|một số|hàng (?:chục|trăm|nghìn))\s+")
_DATED = re.compile(r"\s(?:vào\s)?(?:năm|tháng|ngày)\s[\d/.-]+\s*$")
_PLACE_HEADS = frozenset(
    {"xã", "phường", "thị trấn", "huyện", "quận", "thị xã", "tỉnh", "thành phố", "thôn", "bản", "ấp", "làng", "vùng"}
)
_COUNTRIES = frozenset(
    {"cuba", "nga", "mỹ", "lào", "pháp", "nhật", "nhật bản", "trung quốc", "hàn quốc", "việt nam", "campuchia"}
)
_NOT_BEFORE_NAME = frozenset(
    {
        "người",
        "tỉnh",
        "huyện",
        "xã",
        "ở",
        "tại",
        "của",
        "nước",
        "ngụ",
        "trú",
        "quê",
        "ấp",
        "thôn",
        "bản",
        "phường",
        "quận",
        "thuộc",
        "lớp",
        "từ",
        "trường",
        "dân",
        "gốc",
    }
)
_PHOTO = re.compile(r"\s?[-–.(]?\s?ảnh\s?:|\s?\"\s?[-,]\s")
_STRAY = " \t\u00a0.,;:-–\"'“”)("


@cache
def _lead_words() -> PhraseMatcher:
    words = award_words()
    return PhraseMatcher(tuple({*words["honorific"], *words["rank"], *words["post"]}))


@cache
def _heads() -> PhraseMatcher:
    return PhraseMatcher(tuple(award_words()["body_head"]))


@cache
def _reasons() -> PhraseMatcher:
    return PhraseMatcher(tuple(award_words()["reason"]))


@cache
def _counted() -> PhraseMatcher:
    return PhraseMatcher(tuple(award_words()["count_noun"]))


def parse(view: TextView, start: int, end: int) -> Parsed:
    """Returns the recipients named or counted in `[start, end)`; an empty result where none is."""
    result = Parsed(end=start)
    if part := _PART_OF.search(view.key, start, end):
        end = part.start()
        result.is_open = True
    if photo := _PHOTO.search(view.key, start, end):
        end = photo.start()
    end = min(end, reason_start(view.key, start, end))
    shared: _Shared | None = None
    start = _skip_list_words(view, result, start, end)
    for joined, (at, stop) in _pieces(view, start, end):
        if joined == "," and result.names and view.key.startswith("có ", at):
            continue  # `mẹ A, có bốn con là liệt sĩ`
        at = _skip_list_words(view, result, at, stop)
        if at >= stop:
            continue
        result.end = stop
        number, after = _count(view, at, stop)
        if number is not None:
            result.count = (result.count or 0) + number
            at = after
            result.is_bare_count = not _names_follow(view, at, stop)
            if result.is_bare_count:
                shared = None
                continue
        known = len(result.names)
        shared = _add(view, result, (at, stop), joined, number, shared)
        if len(result.names) > known and result.is_bare_count and result.count is not None and joined in ("và", "cùng"):
            result.count += 1
    return result


def _skip_list_words(view: TextView, result: Parsed, at: int, stop: int) -> int:
    while (lead := _LIST_WORD.match(view.key, at, stop)) and lead.end() > at:
        if view.key[at : lead.end()].strip() in ("các", "những"):
            result.has_vague = True
        at = lead.end()
    return at


def _names_follow(view: TextView, at: int, stop: int) -> bool:
    """Tells whether names stand behind a number: `hai Sở A`, `2 em Lương Văn Đức`, but not `9 thuyền viên trên`."""
    if view.text[at : at + 1].isupper() and not view.text[at : at + 2].isupper():
        return True
    for matcher in (_counted(), _lead_words(), _heads()):
        noun_end = _first_end(matcher, view.key, at, stop)
        if noun_end > at and view.text[noun_end : noun_end + 2].strip()[:1].isupper():
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
    previous = result.names[-1] if result.names else None
    body = _body(view, at, stop)
    if body is not None and previous is not None and previous.is_pronoun and joined == ",":
        return shared
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
    if (person := _person(view, at, stop, previous, joined)) is not None:
        is_aside = result.is_bare_count and number is None and joined == "," and person.start == at
        if not (is_aside or (person.is_pronoun and person.kind == "collective" and result.has_vague)):
            result.names.append(person)
        return None
    if number is None and _counted().find(view.key[at : at + 25]):
        result.has_vague = True
    return None


def _is_affiliation(
    view: TextView, previous: Name | None, result: Parsed, joined: str, shared: _Shared | None, at: int
) -> bool:
    """`, Quân khu 5` behind a person or behind counted people tells where they belong."""
    if joined != ",":
        return False
    if previous is not None:
        return previous.kind == "person" and not previous.is_pronoun
    return result.count is not None


def _pieces(view: TextView, start: int, end: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yields `(what stands before, span)` of the pieces between separators outside known names and brackets."""
    closed = [*inner_names(view.key, start, end), *_pairs(view.key, start, end)]
    closed += [m.span() for m in _PARENTHESES.finditer(view.key, start, end)]
    at, joined = start, ""
    for mark in _SEPARATOR.finditer(view.key, start, end):
        is_dash = mark.group().strip() == "-"
        if any(a <= mark.start() < b for a, b in closed) or (is_dash and not view.text[mark.end()].islower()):
            continue
        yield joined, _trimmed(view.text, at, mark.start())
        joined = mark.group().strip() or "\n"
        at = mark.end()
    yield joined, _trimmed(view.text, at, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


_PAIRS = re.compile(
    r"(?:nhân dân|cán bộ|đảng bộ|chính quyền|quân|chiến sĩ|công nhân|viên chức|đoàn viên|lực lượng vũ trang|các tầng lớp nhân dân)"
    r"(?:\s?(?:,|và)\s(?:nhân dân|cán bộ|chính quyền|chiến sĩ|dân|công nhân viên|công nhân|người lao động|viên chức|đoàn viên|thanh niên|"
    r"lực lượng vũ trang|quân và dân|các tầng lớp nhân dân)(?!\w)){1,4}"
)


def _pairs(key: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of collective names that are pairs by themselves: `Nhân dân và cán bộ xã A` is one recipient."""
    for match in _PAIRS.finditer(key, start, end):
        yield match.span()


def reason_start(key: str, start: int, end: int) -> int:
    """Returns where the words that tell the reason begin in `[start, end)`, `end` where none stand there."""
    for _, at, _ in _reasons().find(key[start:end]):
        return start + at if at > 0 else end
    return end


def _count(view: TextView, at: int, stop: int) -> tuple[int | None, int]:
    """Reads `32 tập thể`: the number, and where the words behind the noun begin (names may follow)."""
    key = view.key
    lead = re.compile(r"(?:hơn|trên|gần|khoảng|tổng số|tất cả|cả|số|thêm|đợt này có)\s+").match(key, at, stop)
    begin = lead.end() if lead else at
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


def _body(view: TextView, at: int, stop: int) -> tuple[int, int] | None:
    """The span of a body's name that begins at `at`, None where the piece is no body."""
    hits = _heads().find(view.key[at : min(stop, at + 40)])
    if not hits or hits[0][1] != 0:
        return None
    head_end = at + hits[0][2]
    if any(_first_end(m, view.key, at, stop) > head_end for m in (_lead_words(), _counted())):
        return None  # `hội viên`, `đội trưởng`
    end = max(_cut(view, head_end, stop), min(stop, known_name_end(view.key, at)))
    while end > at and view.text[end - 1] in _STRAY:
        end -= 1
    head = view.key[at:head_end]
    if end <= head_end and (view.text[at].islower() or head not in award_words()["pronoun"]):
        return None  # a bare `đơn vị`, `Bộ`
    rest = view.text[head_end:end].strip()
    if head in _PLACE_HEADS and not rest[:1].isupper() and not rest[:1].isdigit():
        return None
    if not any(c.isupper() or c.isdigit() for c in rest) and view.text[at].islower() and len(rest.split()) > 6:
        return None
    return (at, end) if end > at else None


def _first_end(matcher: PhraseMatcher, key: str, at: int, stop: int) -> int:
    """Where the longest phrase that begins at `at` ends, `at` where none does."""
    hits = matcher.find(key[at : min(stop, at + 40)])
    return at + hits[0][2] if hits and hits[0][1] == 0 else at


def _cut(view: TextView, start: int, stop: int) -> int:
    """Where a name ends that is followed by a verb, a preposition or a bracket, all in small letters."""
    for match in _CUT.finditer(view.key, start, stop):
        word = view.text[match.start() : match.end()].strip(" \u00a0-")
        if word[:1].isupper() or (word == "" and view.text[match.end() : match.end() + 1].isupper()):
            continue
        return match.start()
    return stop


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
    end = _cut(view, begin, stop)
    if len(view.text[begin:end].split()) > 5:
        return None
    return at, begin + len(view.text[begin:end].rstrip(_STRAY))


_NAME_TOKEN = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*")


def _person(view: TextView, at: int, stop: int, previous: Name | None, joined: str) -> Name | None:
    """The person named in a piece behind titles, ranks and posts; None for an apposition or no name."""
    words = award_words()
    first = at
    titled = False
    for index, begin, end in _lead_words().find(view.key[at : min(stop, at + 60)]):
        if at + begin > first + 1:
            break
        phrase = _lead_words().phrases[index]
        is_name = view.text[at + begin].isupper() and phrase in words["family_name"] and phrase not in ("ông",)
        if is_name and phrase not in words["rank"]:
            break
        if (
            phrase in words["post"]
            and phrase not in words["honorific"]
            and previous is not None
            and previous.kind == "person"
        ):
            return None
        titled = True
        first = at + end
        gap = re.compile(r"[ .\u00a0]{0,3}").match(view.text, first, stop)
        first = gap.end() if gap else first
    span = _capitals(view, first, stop, is_titled=titled)
    if span is None:
        key = _DATED.sub("", view.key[at:stop]).strip(_STRAY)
        if key in words["pronoun"]:
            lead = len(view.text[at:stop]) - len(view.text[at:stop].lstrip(_STRAY))
            text = view.text[at + lead : at + lead + len(key)]
            return Name(
                text=text,
                start=at + lead,
                end=at + lead + len(key),
                kind=words["pronoun"][key] or "person",
                is_pronoun=True,
            )
        return None
    start, end = span
    name = view.text[start:end]
    syllables = len(name.split())
    gap_words = view.key[first:start].split()
    is_president = view.key[at:start].rstrip().endswith("chủ tịch nước")
    if gap_words and (len(gap_words) > 5 or gap_words[-1] in _NOT_BEFORE_NAME) and not is_president:
        return None
    if _first_end(_heads(), view.key, start, end) > start and not _has_family(view, start):
        return None  # `học sinh Trường THPT A`
    leads = view.key[at:start].split()
    if not gap_words and leads and leads[-1] in _NOT_BEFORE_NAME and not is_president:
        return None
    if name.lower() in _COUNTRIES or (syllables == 1 and gap_words):
        return None
    if name.isupper() and 1 < len(name) < 12 and syllables == 1:
        return Name(text=name, start=start, end=end, kind="collective")  # an abbreviation: PVC
    is_short = syllables == 1 and not titled and "'" not in name
    if is_short and (name.lower() in words["stop"] or name.lower() in words["adverbial"]):
        return None
    if is_short and (start != at or end != at + len(view.text[at:stop].rstrip(_STRAY))):
        return None
    is_second = previous is not None and previous.kind == "person" and joined == ","
    if syllables == 2 and start == at and is_second and not _has_family(view, start):
        return None  # `Điện Bàn, Quảng Nam` behind a person's school
    return Name(text=" ".join(name.split()), start=start, end=end, kind="person", is_short=is_short)


def _has_family(view: TextView, start: int) -> bool:
    token = _NAME_TOKEN.match(view.text, start)
    return token is not None and token.group().lower() in award_words()["family_name"]


def _capitals(view: TextView, at: int, stop: int, *, is_titled: bool = False) -> tuple[int, int] | None:
    """The name-like run of capitalised words before a mark; a run with a family name is preferred.

    Right behind a title a run of up to four words is the name, whatever it opens with.
    """
    runs: list[tuple[int, int]] = []
    position = at
    cut = _cut(view, at, stop) if at < stop else stop
    while position < cut:
        token = _NAME_TOKEN.search(view.text, position, cut)
        if token is None:
            break
        if not token.group()[0].isupper():
            if runs and runs[0][0] == at and len(view.text[slice(*runs[0])].split()) == 1 and len(runs) == 1:
                runs = []  # the capital of a sentence: `Tiền đạo Nguyễn Quang Hải`
            if runs:
                break
            position = token.end()
            continue
        start, end = token.span()
        while (
            (more := re.compile(r"[ \u00a0]{1,2}").match(view.text, end))
            and (nxt := _NAME_TOKEN.match(view.text, more.end(), cut))
            and nxt.group()[0].isupper()
        ):
            end = nxt.end()
        runs.append((start, end))
        position = end
    for start, end in runs:
        if is_titled and start == at and 2 <= len(view.text[start:end].split()) <= 4:
            return start, end
        family = _family_start(view, start, end)
        if family is not None:
            return family, end
    return next(((s, e) for s, e in runs if len(view.text[s:e].split()) <= 5), None)


def _family_start(view: TextView, start: int, end: int) -> int | None:
    """Where in a run of capitals a family name with two or more syllables behind begins."""
    tokens = list(_NAME_TOKEN.finditer(view.text, start, end))
    names = award_words()["family_name"]
    for index, token in enumerate(tokens):
        left = len(tokens) - index
        first, *rest = token.group().lower().split("-")  # Trần-thị-Nhạn, as was written until the 1970s
        if first in names and (2 <= left <= 5 or len(rest) >= 1):
            return token.start()
    return None


def collective_at(view: TextView, at: int) -> str | None:
    """Returns the name of the body that begins at `at` when it holds a capitalised word, None otherwise."""
    stop = min(len(view.text), at + 90)
    for mark in re.finditer(r"[,;\n:]", view.key[at:stop]):
        if not any(a <= at + mark.start() < b for a, b in inner_names(view.key, at, stop)):
            stop = at + mark.start()
            break
    span = _body(view, at, stop)
    if span is None or not any(w[0].isupper() for w in view.text[span[0] : span[1]].split()[1:]):
        return None
    return " ".join(view.text[span[0] : span[1]].split())


_TITLES = re.compile(
    r"(?:(?:ông|bà|anh|chị|em|cháu|cụ|đồng chí|đ/c|liệt sĩ|liệt sỹ|cố|thầy|cô|cô giáo|thầy giáo|bác sĩ|bs|ts|ths|pgs|gs|"
    r"(?:trung|đại|thượng|thiếu|hạ|chuẩn)\s(?:tá|úy|tướng|sĩ|sỹ))[.:]?\s+)+"
)


def row_name(view: TextView, start: int, end: int) -> Name | None:
    """Returns the recipient named in a cell or at the head of a numbered item; titles are taken off."""
    start, end = _trimmed(view.text, start, end)
    titles = _TITLES.match(view.key, start, end)
    begin = titles.end() if titles else start
    if begin >= end:
        return None
    stop = _item_end(view, begin, end)
    person = _capitals(view, begin, stop)
    whole = view.text[begin:stop].strip(_STRAY)
    if titles is None and _body(view, begin, stop) is not None:
        person = None
    if person is not None and (titles or person == (begin, begin + len(whole))) and person[0] == begin:
        return Name(text=" ".join(view.text[slice(*person)].split()), start=person[0], end=person[1], kind="person")
    if not whole:
        return None
    at = view.text.index(whole, begin)
    return Name(text=" ".join(whole.split()), start=at, end=at + len(whole), kind="collective")


def _item_end(view: TextView, begin: int, end: int) -> int:
    """Where the name at the head of an item ends: at a bracket, a full stop, a semicolon or a comma."""
    for mark in re.finditer(r"\s*[(;:\t]|[.](?=\s|$)|,\s|\s{3,}|\s[-–—]\s", view.text[begin:end]):
        at = begin + mark.start()
        if mark.start() > 0 and not any(
            a <= at < b for a, b in [*inner_names(view.key, begin, end), *_pairs(view.key, begin, end)]
        ):
            return at
    return end
