"""Awards that a clause tells beside its own: on the living and the dead apart; and those it only mentions of guests."""

import re

from extractors.awards.cues import CueAt
from extractors.awards.frames import Frame, Value
from extractors.awards.names import Name
from extractors.awards.reach import Sentence, limit_of
from extractors.awards.recipients import parse
from extractors.awards.voices import take
from extractors.domain.records import AwardStatus

_CARES = re.compile(
    r"(?:^|[.;:,(]\s?|(?<!buổi)(?<!lễ)(?<!cuộc)\s)"
    r"(?:tham dự|đến dự|về dự|dự|có mặt tại|thăm|chăm lo|tri ân|phụng dưỡng|gặp mặt|tặng quà|hỗ trợ)\s"
    r"(?!được|nhận)[^.;,]{0,160}$"
)
_AFTER = re.compile(
    r"\s*(?:ngay\s|chỉ\s)?(?:sau khi|khi|kể từ khi|từ khi|sau ngày)\s"
    r"(?:(?:được|đón nhận|nhận)\s[^.;:]{1,90},\s)?(?:đã\s|vừa\s|được\s|vinh dự\s)*$"
)
_NEXT_CLAUSE = re.compile(r"[^,;.:]{0,60},\s")
_MEANWHILE = re.compile(r"(?:những|trong|vào|ngay|đầu|cuối|năm|ngày|tháng|từ)\s[^,;.:]{2,40},\s")
_ATTENDS = re.compile(r"[^.;,]{0,40}?\s(?:đến dự|tham dự|về dự|có mặt|được mời|được miễn|được hỗ trợ|được hưởng)(?!\w)")
_ALSO_DEAD = re.compile(r"(?:,|\svà)\struy tặng\s(?:cho\s)?(?=\d|hai|ba|bốn|năm|các|bà|mẹ|ông|anh|liệt)")


def is_guest(sentence: Sentence, at: int, clause: int, verb: CueAt, frame: Frame) -> bool:
    """`Dự lễ có 20 gia đình được tặng X`, `... được tặng X đến dự`: who holds an honour is only told to be there."""
    if frame.names or frame.rule not in ("awards.passive_clause", "awards.receive_clause"):
        return False
    key, tail = sentence.view.key, sentence.tails[at].end
    return bool(_CARES.search(key, clause, verb.start) or _ATTENDS.match(key, tail, sentence.end))


def subject_behind(sentence: Sentence, at: int, clause: int, verb: CueAt) -> list[Name]:
    """`Sau khi được tặng X, anh A ...`: the subject of the main clause received; none where no name opens it."""
    view, tail = sentence.view, sentence.tails[at].end
    after = _AFTER.match(view.key, clause, verb.start)
    comma = _NEXT_CLAUSE.match(view.key, tail, sentence.end)
    if after is None or comma is None:
        return []
    meanwhile = _MEANWHILE.match(view.key, comma.end(), sentence.end)
    begin = meanwhile.end() if meanwhile else comma.end()
    stop = next((m.start() for m in re.finditer(r"[,;:]", view.key[begin : sentence.end])), None)
    end = sentence.end if stop is None else begin + stop
    names = parse(view, begin, end).names
    return names[:1] if names and names[0].start - begin < 24 else []


def and_the_dead(sentence: Sentence, at: int, frame: Frame) -> list[Frame]:
    """`phong tặng X cho 12 mẹ, truy tặng cho 45 mẹ`: what is conferred on the dead is an event of its own."""
    view, tail = sentence.view, sentence.tails[at].end
    also = _ALSO_DEAD.search(view.key, tail, limit_of(sentence, at))
    if also is None or frame.posthumous or frame.status is not AwardStatus.GRANTED:
        return []
    twin = frame.copy()
    twin.posthumous = True
    take(twin, parse(view, also.end(), limit_of(sentence, at)))
    return [twin] if twin.names or twin.count is not None else []


def conferred_before(sentence: Sentence, at: int, verb: CueAt, frame: Frame) -> list[Frame]:
    """`phong tặng 4 và truy tặng 9 Bà mẹ ...`: the first verb with its number is an event of its own."""
    view = sentence.view
    others = [c for c in sentence.cues if c.role == "give" and c.end < verb.start]
    if not others or others[-1].cue.is_posthumous == verb.cue.is_posthumous:
        return []
    first = others[-1]
    number = re.fullmatch(r"\s+(\d[\d.]*)\s*(?:[^\W\d]+\s+){0,3}(?:và|,)?\s*", view.key[first.end : verb.start])
    if number is None:
        return []
    twin = frame.copy()
    twin.posthumous = first.cue.is_posthumous
    twin.names = []
    twin.count = Value(text=number[1].replace(".", ""), span=(first.end + number.start(1), first.end + number.end(1)))
    return [twin]
