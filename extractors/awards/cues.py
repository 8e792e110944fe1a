"""Verbs and phrases around an award in its sentence: which verb governs it, and where that verb's clause begins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from extractors.awards.bodies import Body, body_at
from extractors.awards.mentions import Mention
from extractors.domain.award_tables import Cue, award_verbs
from extractors.matching import PhraseMatcher, SpanIndex
from extractors.view import TextView


@dataclass(frozen=True, slots=True, kw_only=True)
class CueAt:
    """A cue at `[start, end)` of the text."""

    start: int
    end: int
    cue: Cue

    @property
    def role(self) -> str:
        """The cue's role in the table."""
        return self.cue.role


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What belongs to a mention behind its name: the grantor of its own (`của X`, `do X tặng`) and where that ends."""

    end: int
    grantor: Body | None = None
    gives: CueAt | None = None  # `do X truy tặng`


_OBJECT_WITHIN = {
    "gửi": 8, "đón": 8,
    "có cả": 12, "cấp": 12, "phát": 12, "thưởng": 25, "phong": 25, "được": 20, "đạt": 40, "đạt được": 40, "giành": 30,
    "giành được": 30, "đoạt": 30, "lĩnh": 25, "sở hữu": 30, "khen thưởng": 60, "tuyên dương": 60, "chủ nhân của": 30,
}  # fmt: skip
_HONOUR = (
    r"(?:quyết định|danh hiệu|bằng|giấy khen|huân|huy (?:chương|hiệu)|kỷ niệm chương|cờ(?! đỏ)|giải thưởng|hình thức|"
    r"phần thưởng|hiện vật|tiền thưởng|khen thưởng|công nhận|trao tặng|tặng|phong tặng|"
    r"kết quả (?:xét|công nhận|khen))(?!\w)"
)
_REVOKES = re.compile(
    r"(?:\s?(?:,|và|hoặc)\s(?:hủy bỏ|hủy|thu hồi|tước bỏ|tước))?"
    r"(?:\s(?:lại|các|những|toàn bộ|hai|ba|cả|\d{1,3}|việc|hiệu lực|tấm|phôi|một số|mọi)){0,4}\s[\"']?"
    r"(?:(?:một phần|nội dung|khoản|điều|điểm|mục)\s[^;.:]{0,60}?)?"
    rf"(?:của\s[^,;.:]{{1,60}}?\s)?{_HONOUR}"
)
BEFORE_OBJECT = frozenset({"gửi", "đón"})  # count only right before the award
ACTS = frozenset({"give", "hand", "receive", "revoke"})
_PRIZE = re.compile(
    r"huân|huy (?:chương|hiệu)|bằng khen|giấy khen|(?<!\w)(?:giải|cờ|cúp)(?!\w)|danh hiệu|phần thưởng|kỷ niệm chương"
)
_ANOTHER_VERB = re.compile(r"(?<!\w)(?:sẽ|làm cho|góp phần|giúp)(?!\w)")
_CALLED = re.compile(r"(?<!\w)là\s+(?:các\s+)?[\"']?$")
_PRIZE_WORD = re.compile(
    r"(?:phần thưởng|danh hiệu|giải thưởng|hình thức|huy chương)(?!\w)[^,;]{0,60}là\s+(?:các\s+)?[\"']?$"
)
_OF = re.compile(
    r"\s?(?:\((?:[^()\n]{0,40})\)\s?)?(?:(?:và|,)\s(?:phần thưởng|tiền thưởng|quà|hoa)\s)?(của|do|mà|"
    r"từ)\s+(?:các\s+|lãnh đạo\s+|đồng chí\s+|ông\s+|bà\s+)?"
)
_GIVEN = re.compile(r"[^.;\n]{0,45}?(?<!\w)((?:truy |trao |phong )?tặng(?: thưởng)?|trao|ký|ban hành)(?!\w)")
_DIRECT = re.compile(
    r"\s(?=(?:ubnd|ủy ban nhân dân|bộ trưởng|chủ tịch ubnd|trung ương đoàn|tỉnh đoàn|thủ tướng|"
    r"tổng liên đoàn|tổng lđlđ|lđlđ|chính phủ|giám đốc công an)(?!\w))"
)
_ASKS = re.compile(r"(?<!\w)(?:đề nghị|đề xuất|kiến nghị|trình|dự kiến|xét)[^:,;]{0,40}$")
_GIVERS = re.compile(r"(?<!\w)được\s(?:[A-ZĐ][^,;.]{1,60}, ){1,4}[A-ZĐ][^,;.]{1,60}$")
_MANY = re.compile(
    r"\s*(?:trong đó,?\s)?(?:có\s)?(?:các|những|hai|ba|bốn|năm|sáu|\d{1,3})\s"
    r"(?:đồng chí|ông|bà|anh|chị|em|cá nhân|liệt sĩ|nghệ sĩ|đơn vị|tập thể)(?!\w)"
)
_ACTS = re.compile(r"(?<!\w)(?:được|tặng|trao|nhận|đạt)(?!\w)")
_YEAR = re.compile(
    r"\s?(?:(?:đợt \w+,?\s+|lần (?:thứ )?\w+,?\s+)?(?:năm học|năm|"
    r"giai đoạn)\s+\d{4}(?:\s?-\s?\d{4})?|lần thứ \w+|\([^()\n]{0,60}\)|thời kỳ đổi mới|"
    r"trong thời kỳ đổi mới)"
)


@cache
def _matcher() -> tuple[PhraseMatcher, dict[str, Cue]]:
    cues = award_verbs()
    return PhraseMatcher(tuple(c.phrase for c in cues)), {c.phrase: c for c in cues}


def find_cues(view: TextView, start: int, end: int, mentions: Sequence[Mention]) -> list[CueAt]:
    """Returns the cues of `[start, end)` that do not lie in the name of an award, in order."""
    matcher, table = _matcher()
    found: list[CueAt] = []
    for index, at, stop in matcher.find(view.key[start:end], longest=False):
        at, stop = at + start, stop + start
        if found and at < found[-1].end:
            continue
        if any(m.start < stop and at < m.end for m in mentions) or _in_name(view, at, stop, start):
            continue
        cue = CueAt(start=at, end=stop, cue=table[matcher.phrases[index]])
        if cue.role != "revoke" or _takes_back(view, cue, end, mentions):
            found.append(cue)
    return found


def _takes_back(view: TextView, cue: CueAt, end: int, mentions: Sequence[Mention]) -> bool:
    """Tells whether what is taken back is an honour, and no heat, land or goods: its object, or what suffers it."""
    if cue.cue.phrase.startswith("bị") or view.key.endswith("bị ", 0, cue.start):
        return True
    return _REVOKES.match(view.key, cue.end, end) is not None or any(0 <= m.start - cue.end < 4 for m in mentions)


def _in_name(view: TextView, at: int, stop: int, sentence_start: int) -> bool:
    """Tells whether a capitalised word is a syllable of a name (`Đông Lĩnh`) and no verb."""
    word = view.text[at:stop]
    if not word[0].isupper() or " " in word or (word.isupper() and len(word) > 1):
        return False
    before = view.text[sentence_start:at].rstrip()
    last = before.rsplit(" ", 1)[-1]
    if not last[:1].isupper() and not view.text[stop + 1 : stop + 2].isupper():
        return False  # `Tổng công ty 1 Tặng cờ`
    return bool(before) and before[-1] not in ".:;-–—\"“'‘(…/"


def read_tail(view: TextView, mention: Mention, limit: int, provinces: SpanIndex) -> Tail:
    """Reads what follows the name of an award: years, `của X`, `do X tặng`."""
    end = mention.end
    while (year := _YEAR.match(view.key, end, limit)) and year.end() > end:
        end = year.end()
    of = _OF.match(view.key, end, limit)
    begin = of.end() if of else end
    if of is None:
        direct = _DIRECT.match(view.key, end, limit) if mention.family in ("bk", "gk", "co") else None
        if direct is None:
            return Tail(end=end)
        begin = direct.end()
    body = body_at(view, begin, limit, provinces)
    if body is None:
        return Tail(end=end)
    if of is not None and of[1] in ("do", "mà"):
        given = _GIVEN.match(view.key, body.end, limit)
        if given is None:
            return Tail(end=end)
        verb = find_cues(view, given.start(1), given.end(1), ())
        return Tail(end=given.end(), grantor=body, gives=verb[0] if verb else None)
    after = re.compile(r"\s(?=(?:truy tặng|trao tặng|phong tặng|tặng)\s)").match(view.key, body.end, limit)
    if after and (verb := find_cues(view, after.end(), min(limit, after.end() + 9), ())):
        return Tail(end=verb[0].end, grantor=body, gives=verb[0])
    return Tail(end=body.end, grantor=body)


def governor(view: TextView, mention: Mention, cues: Sequence[CueAt]) -> CueAt | None:
    """Returns the last acting verb before the award that can have it as its object, None where none does."""
    for cue in reversed(cues):
        if cue.role not in ACTS or cue.end > mention.start:
            continue
        between = view.key[cue.end : mention.start]
        if cue.cue.phrase == "được" and not re.fullmatch(r"\s(?:(?:nhiều|hai|ba|một|các|\d+)\s)?[\"']?", between):
            continue
        reach = _OBJECT_WITHIN.get(cue.cue.phrase, 2000)
        semicolon = between.rfind(";")
        if (
            (len(between) > reach or re.search(r"[.;:]", between))
            and reach < 2000
            and not 0 <= len(between) - semicolon < 8
        ):
            continue
        if semicolon >= 0 and len(between) - semicolon > 25:
            continue
        if cue.role == "receive" and (", " in between or len(between) > 90) and not _PRIZE.search(between):
            continue  # `nhận được phản ánh, phòng đã kiểm tra giấy khen`
        if cue.role == "receive" and _ANOTHER_VERB.search(between):
            continue  # `vinh dự được nhận giải sẽ làm cho Giải thưởng A có uy tín`
        is_named = cue.cue.phrase.endswith("là") or cue.cue.phrase == "công nhận" or len(between) < 12
        if not is_named and _CALLED.search(between) and not _PRIZE_WORD.search(between):
            return None  # `tặng Bằng khen cho A, nhiều năm được suy tôn là chiến sĩ thi đua`
        return cue
    return None


def clause_start(view: TextView, verb: CueAt, sentence_start: int, tail_before: int | None) -> int:
    """Returns where the clause of a verb begins: behind the last award told before it, or behind `;`."""
    low = sentence_start if tail_before is None else tail_before
    semicolon = view.key.rfind(";", low, verb.start)
    if semicolon >= 0 and not (_MANY.match(view.key, low) and not _ACTS.search(view.key, low, semicolon)):
        return semicolon + 1
    if tail_before is not None and re.search(r"(?:;|,|\svà|đồng thời)\s+$", view.key[low : verb.start]):
        return verb.start  # `... cho A và tặng B cho C`: no subject of its own
    if tail_before is None:
        colon = view.key.rfind(": ", sentence_start, verb.start)
        if colon >= 0 and _ASKS.search(view.key, sentence_start, colon):
            return sentence_start  # `Hội đồng thống nhất đề nghị: tặng ...`
        return colon + 1 if colon >= 0 else sentence_start  # `Ông A: trường B đã được tặng`
    piece = view.key[low : verb.start]
    givers = _GIVERS.search(view.text, low, verb.start)  # `được A, B tặng`: the comma parts two who confer
    comma = piece.rfind(", ", 0, givers.start() - low if givers else len(piece))
    if comma >= 0:
        return low + comma + 1
    bracket = piece.rfind("(")
    if bracket > piece.rfind(")"):
        return low + bracket  # `tặng X cho A (đã được tặng Y)`
    joined = max(piece.rfind(" và ") + 4, piece.rfind(" còn ") + 5)
    return low + joined if joined > 5 else low
