"""Names of recipients: where a body or a person begins and ends, without titles, ranks, posts and what follows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors.awards.bodies import inner_names, known_name_end
from extractors.domain.award_tables import award_words
from extractors.domain.orthography import fold
from extractors.matching import PhraseMatcher
from extractors.view import TextView
from extractors.words import tagged_words

_CUT = re.compile(
    r"\s+(?:đã|vì|do|bởi|nhờ|về|khi|trong|tại|nhân (?:dịp|ngày|kỷ)|nhằm|để|với|đạt|kèm|đang|sẽ|luôn|đoạt|giành|"
    r"vừa|từng|được|bị|là|có|nơi|sau|trước|trên|ở|thuộc|"
    r"ngay|hiện|tổ chức|long trọng|kỷ niệm|đón nhận|nhận|trao|tặng|phối hợp|thống nhất|nhất trí|"
    r"bỏ phiếu|vinh dự|lần lượt|liên tục|hai lần|nhiều lần|đồng ý|diễn ra|đánh giá|trực tiếp|tham gia|"
    r"thực hiện|hoàn thành|lập|tiêu biểu|xuất sắc|dũng cảm|nguyên là|vào|nói|cho|theo|mà|"
    r"lại|cũng|tiếp tục|còn|đều|vẫn|"
    r"(?<!cấp )cứu(?!\s(?:nạn|hộ)(?!\w))|bắt|phá|"
    r"(?:ngày|hôm|sáng|chiều|tối|dịp|đúng dịp|tháng)(?=\s\d)|"
    r"trị giá|mỗi|sinh năm|ngụ|quê|trú(?<!nội trú)(?<!bán trú)|năm)(?!\w)|"
    r"\s+-\s+|\s*[(:\[“\"]|\./|(?<!(?<!\w)tp)(?<![tgb]s)(?<!(?<!\w)[pqhx])(?<!(?<!\w)t[xt])[.…](?=\s|$)"
)
_BRAND = re.compile(r"[ \u00a0]?[-–—][ \u00a0]?([A-Z][A-Za-z]+)(?![\w-]|\.\w)")
_DASH = re.compile(r"\s+-\s+")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_ONE_WORD = re.compile(r"([^\W\d_]+)(?=\s*$|\s)")
SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu?|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|ng?|nh|p|t)?"
)
_MARK = re.compile(r"[A-ZĐ][\w&.]{1,24}(?<!\.)(?:[ \u00a0][A-ZĐ][\w&]{0,24}){0,4}(?=\s*$|\s+[a-zà-ỹđ]|[,;(])")
_SHORT_FORM = re.compile(r"\s*\([A-ZĐ&]{2,8}\)\s(?=[A-ZĐ]|tỉnh|huyện|xã|phường|quận)")
_PLACE_HEADS = frozenset(
    {"xã", "phường", "thị trấn", "huyện", "quận", "thị xã", "tỉnh", "thành phố", "thôn", "bản", "ấp", "làng", "vùng"}
)
COUNTRIES = frozenset(
    {"cuba", "nga", "mỹ", "lào", "pháp", "nhật", "nhật bản", "trung quốc", "hàn quốc", "việt nam", "campuchia"}
)
STRAY = " \t\u00a0.,;:-–\"'“”)("
_PAIRS = re.compile(
    r"(?:nhân dân|cán bộ|đảng bộ|chính quyền|quân|chiến sĩ|công nhân|viên chức|đoàn viên|"
    r"lực lượng vũ trang|các tầng lớp nhân dân|các (?:bộ|ban|sở|tỉnh))"
    r"(?:\s?(?:,|và)\s(?:nhân dân|cán bộ|chính quyền|chiến sĩ|dân|công nhân viên|công nhân|"
    r"người lao động|viên chức|đoàn viên|thanh niên|"
    r"lực lượng vũ trang|quân và dân|các tầng lớp nhân dân|(?:ban, )?ngành|thành phố|thành)(?!\w)){1,4}"
)
NAME_TOKEN = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A recipient's name; `text` is filled in where coordination left a part out."""

    text: str
    start: int
    end: int
    kind: str  # person, collective
    is_pronoun: bool = False
    is_short: bool = False  # a given name alone: counts only where the document gives the full one


@cache
def lead_words() -> PhraseMatcher:
    """Matches titles, ranks and posts."""
    words = award_words()
    return PhraseMatcher(tuple({*words["honorific"], *words["rank"], *words["post"]}))


@cache
def heads() -> PhraseMatcher:
    """Matches the words that a body's name opens with."""
    return PhraseMatcher(tuple(award_words()["body_head"]))


@cache
def counted() -> PhraseMatcher:
    """Matches the nouns that recipients are counted by."""
    return PhraseMatcher(tuple(award_words()["count_noun"]))


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Returns the span without the white space at both ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def pairs(key: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of collective names that are pairs by themselves: `Nhân dân và cán bộ xã A` is one recipient."""
    for match in _PAIRS.finditer(key, start, end):
        yield match.span()


def body_span(view: TextView, at: int, stop: int) -> tuple[int, int] | None:
    """The span of a body's name that begins at `at`, None where the piece is no body."""
    hits = heads().find(view.key[at : min(stop, at + 40)])
    if not hits or hits[0][1] != 0:
        return None
    head_end = at + hits[0][2]
    if any(first_end(m, view.key, at, stop) > head_end for m in (lead_words(), counted())):
        return None  # `hội viên`, `đội trưởng`
    end = max(cut(view, head_end, stop), min(stop, known_name_end(view.key, at)))
    end = with_brand(view, end, stop)
    while end > at and view.text[end - 1] in STRAY:
        end -= 1
    end = _before_verb(view, at, end)
    head = view.key[at:head_end]
    if end <= head_end and (view.text[at].islower() or head not in award_words()["pronoun"]):
        return None  # a bare `đơn vị`, `Bộ`
    rest = view.text[head_end:end].strip()
    if head == "ngành" and rest == rest.lower():
        return None  # `ngành liên quan`, `ngành dọc`
    if head in _PLACE_HEADS and not rest[:1].isupper() and not rest[:1].isdigit():
        return None
    if not any(c.isupper() or c.isdigit() for c in rest) and view.text[at].islower() and len(rest.split()) > 6:
        return None
    return (at, end) if end > at else None


def with_brand(view: TextView, end: int, stop: int) -> int:
    """Where a name ends whose last part stands behind a dash and is no Vietnamese word: `Văn Phú - Invest`."""
    brand = _BRAND.match(view.text, end, stop)
    return end if brand is None or SYLLABLE.fullmatch(brand[1].lower()) else brand.end()


def _before_verb(view: TextView, at: int, end: int) -> int:
    """Ends a name before a verb that follows a proper name: `Công ty Tân Vinh Hưng | đóng cửa im ỉm`.

    Only names of which two capitalised words have two or more small ones behind them are tagged.
    """
    name = view.text[at:end]
    words = name.split(" ")
    small = next((i for i, w in enumerate(reversed(words)) if w[:1].isupper() or not w[:1].isalpha()), len(words))
    before = words[: len(words) - small]
    if small < 2 or len(before) < 3 or not (before[-1][:1].isupper() and before[-2][:1].isupper()):
        return end
    tail = len(" ".join(before))
    for start, _, tag in tagged_words(name):
        if start > tail and tag == "V":
            return at + len(name[:start].rstrip())
    return end


def first_end(matcher: PhraseMatcher, key: str, at: int, stop: int) -> int:
    """Where the longest phrase that begins at `at` ends, `at` where none does."""
    hits = matcher.find(key[at : min(stop, at + 40)])
    return at + hits[0][2] if hits and hits[0][1] == 0 else at


def cut(view: TextView, start: int, stop: int) -> int:
    """Where a name ends that is followed by a verb, a preposition or a bracket, all in small letters."""
    for match in _CUT.finditer(view.key, start, stop):
        word = view.text[match.start() : match.end()].strip(" \u00a0-")
        if word[:1].isupper() or (word == "" and view.text[match.end() : match.end() + 1].isupper()):
            continue
        if word == "" and is_inner_dash(view, match.start(), match.end(), stop):
            continue
        if _SHORT_FORM.match(view.text, match.start(), stop):
            continue  # `Bộ Chỉ huy Bộ đội Biên phòng (BĐBP) Lạng Sơn`
        return match.start()
    return stop


def is_inner_dash(view: TextView, start: int, end: int, stop: int) -> bool:
    """`Phòng thiết kế máy - khuôn`: a dash between two small words of a name, the second its last."""
    if not _DASH.fullmatch(view.key, start, end):
        return False
    before, after = _LAST_WORD.search(view.text, max(0, start - 12), start), _ONE_WORD.match(view.text, end, stop)
    if before is None or after is None or not (before.group().islower() and after[1].islower()):
        return False
    if any(first_end(m, view.key, end, stop) > end for m in (heads(), lead_words(), counted())):
        return False
    behind = after.end()
    return (
        not view.text[behind:stop].strip()
        or view.key.startswith((",", " và "), behind)
        or bool(_CUT.match(view.key, behind, stop))
    )


def brand_in(view: TextView, at: int, stop: int) -> Name | None:
    """A piece of capitalised words that opens with a mark which is no Vietnamese word: `T&T Group`, `SUNHOUSE`."""
    mark = _MARK.match(view.text, at, cut(view, at, stop))
    if mark is None:
        return None
    words = mark.group().split()
    end = mark.end()
    follows = view.text[end : end + 2].strip()[:1].islower()
    if follows and len(words) > 1 and SYLLABLE.fullmatch(fold(words[-1]).lower()):
        return None  # `CĐCS Công ty`
    if follows and len(words) == 1 and words[0].isupper() and len(words[0]) < 7:
        return None  # `CB nữ công`
    is_foreign = any("&" in w or not (SYLLABLE.fullmatch(w.lower()) or not w.isascii()) for w in words)
    if not is_foreign or words[0].lower() in award_words()["family_name"] or mark.group().lower() in COUNTRIES:
        return None
    return Name(text=" ".join(words), start=mark.start(), end=mark.end(), kind="collective")


def has_family(view: TextView, start: int) -> bool:
    """Tells whether a family name begins at `start`."""
    token = NAME_TOKEN.match(view.text, start)
    return token is not None and token.group().lower() in award_words()["family_name"]


def capitals(view: TextView, at: int, stop: int, *, is_titled: bool = False) -> tuple[int, int] | None:
    """The name-like run of capitalised words before a mark; a run with a family name is preferred.

    Right behind a title a run of up to four words is the name, whatever it opens with.
    """
    runs: list[tuple[int, int]] = []
    position = at
    border = cut(view, at, stop) if at < stop else stop
    while position < border:
        token = NAME_TOKEN.search(view.text, position, border)
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
            and (nxt := NAME_TOKEN.match(view.text, more.end(), border))
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
    tokens = list(NAME_TOKEN.finditer(view.text, start, end))
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
    span = body_span(view, at, stop)
    if span is None or not any(w[0].isupper() for w in view.text[span[0] : span[1]].split()[1:]):
        return None
    return " ".join(view.text[span[0] : span[1]].split())
