"""What belongs to one award in its sentence: where its stretch ends, and whom the words behind it name or count."""

import re
from dataclasses import dataclass, field

from extractors.awards.cues import CueAt, Tail, clause_start, governor
from extractors.awards.frames import Value
from extractors.awards.mentions import Mention
from extractors.awards.recipients import Parsed, parse
from extractors.matching import SpanIndex
from extractors.numbers import read_number
from extractors.view import TextView

PREPOSITION = re.compile(r"(?<!\w)(?:cho|đối với|với(?=\s\d)|dành cho|giành cho|dành tặng(?: cho)?|tới|đến)(?!\w)\s*:?")
_LISTED = re.compile(
    r"(?<!\w)là\s(?=(?:các\s)?(?:ông|bà|đồng chí|em|anh|chị|đơn vị)[^.;:]{0,20}:)|"
    r"(?<=lần này )là\s|(?<=đợt này )là\s|(?<=năm nay )là\s|"
    r"(?<!\w)(?:gồm có|gồm|là|như sau|bao gồm)\s*:|(?<!\w)gồm(?: có)?(?!\w)"
)
_IS_NAMED = re.compile(
    r"\s(?:(?:lần|đợt|năm|dịp) (?:này|nay) )?là\s(?=(?:ông|bà|anh|chị|em|đồng chí|cụ|mẹ|phó chủ tịch|"
    r"chủ tịch|phó giám đốc|giám đốc|nghệ sĩ|thầy|cô|nguyên|nsưt|nsnd|nnưt|ngưt|nghệ nhân)(?!\w))"
)
_THEY_ARE = re.compile(
    r"\s*(?:trong đó,?\s|cụ thể,?\s)?(?:(\d{1,2}|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\s"
    r"(?:[^\W\d]+\s){1,3}?|(?:họ|đó)\s)"
    r"(?:(?:đó|này|trên|nói trên|được (?:tặng|trao|khen thưởng|nhận|tuyên dương|khen)[^.:;]{0,60}?|đợt này|lần này)\s)?"
    r"(?:là|gồm(?: có)?|bao gồm)\s?:?\s"
)
_SOME_ARE = re.compile(
    r"\s*(?:trong đó,?\s|cụ thể,?\s)?(?:các|những|danh sách)\s(?:[^\W\d]+\s){0,3}?"
    r"(?:(?:được|nhận|vinh dự)\s[^.:;,]{2,60}?\s)?(?:là|gồm(?: có)?|bao gồm)\s?:?\s"
)
_ENUMERATES = re.compile(r":|(?<!\w)gồm(?!\w)")
_COLON = re.compile(r"[\"']?\s?:\s")
_NUMBERED = re.compile(r"1\s?[.)/]\s")
_REASON = re.compile(r"(?<!\w)(?:vì|do|bởi|có thành tích|đóng góp|nhằm|để|là)(?!\w)")
_THERE_ARE = re.compile(
    r"(?:\s(?:đợt|lần|dịp|năm) (?:này|nay|đó))?(?:\s(?:còn|gồm))?\scó\s"
    r"(?:các\s)?(?!thành tích|nhiều|công|những|hành)(?=\w)"
)
_ON_FLAG = re.compile(
    r"\slên\s(?:lá\s)?(?:quân kỳ|cờ)(?:\s(?:truyền thống|quyết thắng|quyết chiến quyết thắng))?\scủa\s"
)
_GIVEN_BEHIND = re.compile(
    r"\s(?:đã\s)?(?:được\s)?(?:truy |trao )?(?:tặng|trao|công nhận)\s(?!thưởng|theo|do|tại)(?:cho\s)?"
)
_COUNTED_BEHIND = re.compile(
    r"(?:\s?:?|\scó|,\s(?:tuyên dương|biểu dương|khen thưởng))\s(\d[\d.]*\s"
    r"(?:đồng chí|cá nhân|tập thể|đảng viên|người|đơn vị|trường hợp|"
    r"hộ|tài xế|học sinh|chiến sĩ|em|thanh niên|ngư dân)(?!\w))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence with its cues and the awards named in it."""

    view: TextView
    start: int
    end: int
    cues: list[CueAt]
    mentions: list[Mention]
    provinces: SpanIndex
    tails: dict[int, Tail] = field(default_factory=dict)


def limit_of(sentence: Sentence, at: int) -> int:
    """Where the stretch that belongs to a mention ends: the next award's clause, or the sentence's end."""
    view = sentence.view
    tail = sentence.tails[at].end
    limit = sentence.end
    for mention in sentence.mentions[at + 1 :]:
        if mention.start < tail:
            continue
        verb = governor(view, mention, sentence.cues)
        if verb is not None and verb.start >= tail:
            limit = max(tail, clause_start(view, verb, sentence.start, tail))
        else:
            limit = mention.start
        break
    semicolon = view.key.find(";", tail, limit)
    if semicolon >= 0 and not _ENUMERATES.search(view.key, tail, semicolon):
        limit = semicolon
    return limit


def recipients_behind(sentence: Sentence, at: int) -> Parsed:
    """The recipients behind an award: after `cho`, after `gồm:`, after `truy tặng`, on whose flag it was pinned."""
    view, tail = sentence.view, sentence.tails[at]
    if flag := _ON_FLAG.search(view.key, tail.end, sentence.end):
        return parse(view, flag.end(), sentence.end)
    limit = limit_of(sentence, at)
    if tail.gives is not None and (given := parse(view, tail.gives.end, limit)):
        return given
    preposition = PREPOSITION.search(view.key, tail.end, limit)
    if preposition:
        limit = _before_next_clause(sentence, preposition.end(), limit)
    listed = _LISTED.search(view.key, tail.end, limit)
    if preposition and preposition.start() - tail.end < 120 and not _starts_reason(view, tail.end, preposition.start()):
        parsed = parse(view, preposition.end(), limit)
        if listed and listed.start() > preposition.end() and not parsed.names:
            more = parse(view, listed.end(), limit)
            parsed.names = more.names
        if parsed:
            return parsed
    if listed:
        return parse(view, listed.end(), limit)
    if named := _IS_NAMED.match(view.key, tail.end, limit):
        return parse(view, named.end(), limit)
    if colon := _COLON.match(view.key, tail.end, limit):
        listed_on = parse(view, colon.end(), limit)
        if len(listed_on.names) > 1 or (listed_on.names and _NUMBERED.match(view.key, colon.end(), limit)):
            return listed_on
    if counted := _COUNTED_BEHIND.match(view.key, tail.end, limit):
        parsed = parse(view, counted.start(1), limit)
        is_full = parsed.count is None or len(parsed.names) == parsed.count
        return parsed if is_full else Parsed(count=parsed.count)
    if again := _GIVEN_BEHIND.match(view.key, tail.end, limit):
        return parse(view, again.end(), limit)
    return Parsed()


def there_are(sentence: Sentence, at: int) -> Parsed:
    """`Được tặng X còn có nhạc sĩ A và ông B`: the subject stands behind; nothing where `có` tells something else."""
    tail, limit = sentence.tails[at].end, limit_of(sentence, at)
    found = _THERE_ARE.match(sentence.view.key, tail, limit)
    if found is None:
        return Parsed()
    parsed = parse(sentence.view, found.end(), limit)
    is_near = bool(parsed.names) and parsed.names[0].start - found.end() < 40
    return parsed if is_near and parsed.count is None else Parsed()


def named_behind(view: TextView, end: int, wanted: int) -> Parsed | None:
    """`Ba điều dưỡng đó là các chị A, B và C`: the sentence that goes on at `end` names those counted before.

    None unless it opens with the number `wanted`, or with a pronoun, and names just so many.
    """
    start, stop = view.sentence_at(min(end + 1, max(0, len(view.key) - 1)))
    if start >= stop or start - end > 4 or stop - start > 900:
        return None
    lead = _THEY_ARE.match(view.key, start, stop)
    if lead is None and (some := _SOME_ARE.match(view.key, start, stop)):
        parsed = parse(view, some.end(), stop)
        return parsed if 1 < len(parsed.names) <= wanted and parsed.count in (None, len(parsed.names)) else None
    if lead is None:
        return None
    number = read_number(view.key[:stop], lead.start(1)) if lead[1] else None
    if number is not None and number.value != wanted:
        return None
    parsed = parse(view, lead.end(), stop)
    return parsed if len(parsed.names) == wanted else None


def _before_next_clause(sentence: Sentence, start: int, limit: int) -> int:
    """Ends the recipients where `, 15 doanh nghiệp được nhận` begins another clause."""
    for cue in sentence.cues:
        inside = sentence.view.key.rfind("(", start, cue.start) > sentence.view.key.rfind(")", start, cue.start)
        is_verb = cue.role in ("give", "hand", "receive") and cue.cue.phrase != "được"
        if start < cue.start < limit and is_verb and not inside:
            comma = sentence.view.key.rfind(", ", start, cue.start)
            if comma > 0:
                return comma
    return limit


def _starts_reason(view: TextView, start: int, end: int) -> bool:
    found = _REASON.search(view.key, start, end)
    return found is not None and not view.text[found.start()].isupper()


def number_before(view: TextView, start: int, end: int) -> Value | None:
    """The number right before an award: `8 Cờ thi đua`."""
    match = re.search(r"(?:^|\s)(\d[\d.]*|\w+(?:\s(?:mươi|mười)(?:\s\w+)?)?)\s+[\"']?$", view.key[start:end])
    if match is None:
        return None
    at = start + match.start(1)
    reading = read_number(view.key[:end], at)
    if (
        reading is None
        or view.key[reading.end : end].strip(" \"'")
        or reading.value != int(reading.value)
        or reading.value > 100_000
    ):
        return None
    if reading.value < 2 and not view.key[at].isdigit():
        return None  # `một` is an article
    return Value(text=str(int(reading.value)), span=(at, reading.end))
