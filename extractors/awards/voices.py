"""Grantor and recipients by the voice of the verb: who stands before it, between it and the award, and behind."""

import re
from itertools import pairwise

from extractors.awards.bodies import Body, find_bodies, form_for
from extractors.awards.cues import CueAt
from extractors.awards.frames import Frame, Value
from extractors.awards.names import body_span
from extractors.awards.reach import Sentence, limit_of, number_before, recipients_behind, there_are
from extractors.awards.recipients import Parsed, parse
from extractors.awards.subjects import subject
from extractors.domain.records import AwardStatus
from extractors.view import TextView

PASSIVE = re.compile(r"(?<!\w)được(?!\w)")
_LOCATION_BEFORE = re.compile(
    r"(?:tại|ở|thuộc|với|trước|cùng|dự|đến|về|trên|cho|vào|sau|tới|"
    r"(?<!quyết định )(?<!khen thưởng )của)\s+(?:trụ sở\s+|hội trường\s+)?$"
)
_SENT_TO = re.compile(r"(?<!\w)(?:gửi|trình|báo cáo|kiến nghị|văn bản)\s+(?:ra|lên|tới|đến|với|cho)?")
_ONLY_SPEAKS = re.compile(
    r"(?<!\w)(?:liên quan|nhận được (?:văn bản|công văn|báo cáo|phản ánh|thông tin)|phản ánh)(?!\w)"
)
_TELLS = re.compile(
    r"(?<!\w)(?:cho biết|cho hay|thông báo|khẳng định)(?:,| rằng| là)?\s+"
    r"(?!(?:đã|vừa|sẽ|cũng|đang|vẫn|tặng|trao|quyết định|ký|mới|"
    r"đơn vị|cơ quan|tỉnh|huyện|xã|hội|trường|nhà trường|ban|trong|sáng|chiều|ngày|hôm|theo)(?!\w))"
)
_TOGETHER = re.compile(r"(?:\s[A-ZĐ]\w+){0,5}\s?(?:,|và)\s")
_BROUGHT = re.compile(
    r"(?<!\w)cho\s([^,;:]{3,80}?)\s(?:những|nhiều|các)\s(?:danh hiệu|phần thưởng|giải thưởng|huân chương)(?!\w)"
)
_HOLDERS = re.compile(r"(?<![\w.])(\d{1,5})\s(?:đồng chí|đảng viên)\s$")  # `4 đồng chí 60 năm tuổi Đảng`
_FOR_BODY = re.compile(r"\s(?:dành )?cho\s")  # `Công ty A đón nhận Huân chương cho nhà máy B`
HELD_BY = re.compile(r"\s(?:của|đối với)\s(?=(?:ông|bà|anh|chị|cô|thầy|đồng chí|công ty|nghệ sĩ)\s)")
_PRAISED = re.compile(
    r"(?<!\w)(?:ghi nhận|khen ngợi|biểu dương|cảm phục|trước|với|nhờ)\s[^,;:.]{2,80}?\scủa\s(?:tập thể\s|cá nhân\s)?"
)
_DEED_ENDS = re.compile(r",|\s(?:nên|và|đã|khi|trong|vì|tại|cho)\s")
_STATE = ("hc-", "dh-")  # conferred by the State alone
_LOCAL = ("tinh", "huyen", "xa", "ubnd", "so", "doan-the-tinh", "doan-the-huyen")  # one level confers here


def confer(sentence: Sentence, frame: Frame, body: Body) -> None:
    """Sets the grantor of a frame and the level that follows from it."""
    if frame.family == "td" and sentence.view.key[body.start : body.end] in ("tỉnh", "bộ", "thành phố"):
        frame.grantor_kind = body.kind  # `chiến sĩ thi đua của tỉnh`: a level and nobody's name
        return
    frame.grantor = _value(sentence.view, body)
    frame.grantor_kind = body.kind


def fill_roles(sentence: Sentence, at: int, verb: CueAt, clause: int, frame: Frame) -> None:
    """Reads grantor and recipients by the voice of the verb."""
    view, mention = sentence.view, sentence.mentions[at]
    begin = max(
        (c.end for c in sentence.cues if c.role == "propose" and clause <= c.start < verb.start), default=clause
    )
    passive = passive_before(sentence, max(begin, clause), verb) if verb.role in ("give", "hand", "revoke") else None
    behind = recipients_behind(sentence, at)
    if tail_gives(sentence, at) and behind.names:
        frame.rule = "awards.receive_clause" if verb.role == "receive" else "awards.active_clause"
        take(frame, behind)
    elif verb.role == "receive":
        frame.rule = "awards.receive_clause"
        whose = None
        is_further = any(verb.end <= m.start < mention.start for m in sentence.mentions[:at])
        end = sentence.tails[at].end
        stop = limit_of(sentence, at)
        if view.text[end + 1 : end + 2].isupper() and (whose := body_span(view, end + 1, stop)) is not None:
            last = whose[1] - 3 if view.key.endswith(" và", 0, whose[1]) else whose[1]
            behind = parse(view, whose[0], last)  # `lễ đón nhận Huân chương Trường A và kỷ niệm`
        is_for = bool(whose or _FOR_BODY.match(view.key, end)) and any(
            (n.kind == "collective" or is_further) and not n.is_pronoun for n in behind.names
        )
        take(frame, behind if is_for else _better(subject(view, clause, verb.start), behind, prefer_first=True))
    elif passive is not None:
        frame.rule = "awards.passive_clause"
        bodies = find_bodies(view, passive.end(), verb.start, sentence.provinces) if frame.grantor is None else []
        if bodies:
            confer(sentence, frame, bodies[0])
            if bodies[0].kind != "foreign":
                frame.together = [(_value(view, b), b.kind) for b in _joined(view, bodies)]
        low = begin if clause < begin <= passive.start() else clause  # `đề nghị A được tặng`
        take(frame, _better(subject(view, low, passive.start()), behind, prefer_first=True))
    else:
        if frame.grantor is None and (body := giver(sentence, begin, verb, frame)):
            confer(sentence, frame, body)
        number = number_before(view, verb.end, mention.start)
        is_object = number is None and _is_object(sentence, at, verb)
        between = parse(view, verb.end, mention.start) if is_object else Parsed()
        take(frame, between if between.names or (between.count and not behind) else behind)
        brought = _BROUGHT.search(view.key, clause, verb.start)
        if brought and not frame.names and frame.count is None:
            take(frame, parse(view, *brought.span(1)))
        if not frame.names and frame.count is None and passive_before(sentence, clause, verb):
            take(frame, subject(view, clause, begin))  # `Y được đề nghị tặng`
        praised = _PRAISED.search(view.key, clause, verb.start)
        if praised and not frame.names and frame.count is None and not frame.is_open:
            take(frame, _praised(view, praised.end(), verb.start))
    if frame.rule in ("awards.passive_clause", "awards.receive_clause") and not frame.names and frame.count is None:
        take(frame, there_are(sentence, at))
    if frame.status is AwardStatus.PROPOSED:
        frame.rule = "awards.proposal_clause"
        early = PASSIVE.search(view.key, clause, verb.start)
        if not frame.names and frame.count is None and early and verb.start - early.end() < 60:
            take(frame, subject(view, clause, early.start()))
        asked = next(
            (c for c in reversed(sentence.cues) if c.role == "propose" and clause <= c.start < verb.start), None
        )
        if not frame.names and frame.count is None and asked is not None:
            counted = subject(view, clause, asked.start)  # `2 tập thể đề nghị tặng X`
            frame.count = Value(text=str(counted.count)) if counted.count is not None and not counted.names else None
    elif frame.status is AwardStatus.REVOKED:
        frame.rule = "awards.revocation"
        if not frame.names and frame.count is None and (held := HELD_BY.match(view.key, sentence.tails[at].end)):
            take(frame, parse(view, held.end(), limit_of(sentence, at)))
        is_suffered = verb.cue.phrase.startswith("bị") or view.key[clause : verb.start].rstrip().endswith("bị")
        if not frame.names and frame.count is None and is_suffered:
            take(frame, subject(view, clause, verb.start))
    if mention.is_elliptic and (held := _HOLDERS.search(view.key, clause, mention.start)):
        frame.names, frame.count = [], Value(text=str(int(held[1])), span=held.span(1))
    if frame.count is None and not frame.names and (number := number_before(view, verb.end, mention.start)):
        frame.count = number


def _praised(view: TextView, start: int, end: int) -> Parsed:
    """`Ghi nhận đóng góp của ông A, X tặng Y`: whose deed is praised before the verb, where it is one name."""
    stop = _DEED_ENDS.search(view.key, start, end)
    parsed = parse(view, start, stop.start() if stop else end)
    return parsed if len(parsed.names) == 1 and not parsed.is_open else Parsed()


def tail_gives(sentence: Sentence, at: int) -> bool:
    """Tells whether the award is followed by a verb of its own: `do X truy tặng anh Y`."""
    return sentence.tails[at].gives is not None


def _is_object(sentence: Sentence, at: int, verb: CueAt) -> bool:
    """Tells whether recipients may stand between verb and award: no other award does."""
    start = sentence.mentions[at].start
    if ";" in sentence.view.key[verb.end : start]:
        return False
    return not any(verb.end <= m.start < start for m in sentence.mentions[:at])


def take(frame: Frame, parsed: Parsed) -> None:
    """Gives a frame the recipients of a list."""
    frame.names = list(parsed.names)
    frame.is_open = parsed.is_open or (parsed.has_vague and not parsed.names)
    if parsed.count is not None:
        frame.count = Value(text=str(parsed.count))


def _better(first: Parsed, second: Parsed, *, prefer_first: bool) -> Parsed:
    """Names before numbers before nothing; a subject that only counts takes its names from the list behind."""
    if first.names:
        return first
    if first.count is not None:
        if second.names and second.count is None:
            return Parsed(names=second.names, count=first.count, is_open=second.is_open)
        return first
    return second if second or not prefer_first else first


def passive_before(sentence: Sentence, start: int, verb: CueAt) -> re.Match[str] | None:
    """`được` right before the verb or with only the conferring body between."""
    found = None
    for match in PASSIVE.finditer(sentence.view.key, start, verb.start):
        found = match
    if found is None:
        return None
    between = sentence.view.key[found.end() : verb.start]
    bodies = find_bodies(sentence.view, found.end(), verb.start, sentence.provinces)
    rest = len(between.strip()) - sum(b.end - b.start for b in bodies[:2])
    if len(between) > 120 or rest > 45 or re.search(r"(?<!\w)(?:tại|lễ|cho biết|chia sẻ|để|khi|mà)(?!\w)", between):
        return None
    return found


def first_body(sentence: Sentence, start: int, end: int) -> Body | None:
    """Returns the first conferring body named in `[start, end)`, None where none is."""
    bodies = find_bodies(sentence.view, start, end, sentence.provinces)
    return bodies[0] if bodies else None


def giver(sentence: Sentence, start: int, verb: CueAt, frame: Frame) -> Body | None:
    """The conferring body before an active verb; a deliverer only where its body may confer the form itself."""
    view = sentence.view
    delivery = [c for c in sentence.cues if c.role == "delivery" and c.start < verb.start]
    if delivery:
        bodies = find_bodies(view, delivery[-1].end, verb.start, sentence.provinces)
        own = [b for b in bodies[1:] if view.key.startswith("chủ tịch nước", b.start)]
        if bodies and bodies[0].start - delivery[-1].end < 25:
            return own[0] if own and view.key.startswith("đảng", bodies[0].start) else bodies[0]
    bodies = find_bodies(view, start, verb.start, sentence.provinces)
    bodies = [
        b for b in bodies if not _LOCATION_BEFORE.search(view.key, max(start, b.start - 30), b.start) or b.is_post
    ]
    for at in range(len(bodies) - 1, -1, -1):
        body, others = _first_of(view, bodies, at)
        if verb.role in ("hand", "revoke") and not _may_confer(frame, body):
            continue
        if verb.role == "hand" and body.is_post and body.kind not in _LOCAL:
            continue
        if body.is_post and frame.family in ("hh", "knc", "gt"):
            continue
        if _ONLY_SPEAKS.search(view.key, body.end, verb.start) or _TELLS.search(view.key, body.end, verb.start):
            continue
        if body.kind in ("don-vi", "dn") and frame.family != "gk":
            continue
        is_minister = view.key.startswith("thủ tướng", body.start) and frame.status is AwardStatus.GRANTED
        if frame.form.startswith(_STATE) and (body.is_post or is_minister):
            continue  # who hands over what the State confers
        if frame.form.startswith(_STATE) and body.kind not in ("nha-nuoc", "ttg", "quoc-hoi", "foreign", "none"):
            continue
        frame.together = [(_value(view, b), b.kind) for b in others]
        return body
    return _asked(sentence, start)


def _first_of(view: TextView, bodies: list[Body], at: int) -> tuple[Body, list[Body]]:
    """Of bodies that confer together (`A và B đã tặng`) the first is the grantor."""
    last = at
    while (
        at > 0 and _TOGETHER.fullmatch(view.text, bodies[at - 1].end, bodies[at].start) and not bodies[at - 1].is_post
    ):
        at -= 1
    return bodies[at], bodies[at + 1 : last + 1]


def _joined(view: TextView, bodies: list[Body]) -> list[Body]:
    """The bodies that only `,` or `và` parts from the first and each other."""
    joined = []
    for one, other in pairwise(bodies):
        if not _TOGETHER.fullmatch(view.text, one.end, other.start):
            break
        joined.append(other)
    return joined


def _value(view: TextView, body: Body) -> Value:
    return Value(text=" ".join(view.text[body.start : body.end].split()), span=(body.start, body.end))


def _asked(sentence: Sentence, propose_end: int) -> Body | None:
    """`gửi Bộ X đề nghị tặng`: the body to which a proposal is sent stands before the verb."""
    sent = _SENT_TO.search(sentence.view.key, sentence.start, propose_end)
    if sent is None:
        return None
    bodies = find_bodies(sentence.view, sent.end(), propose_end, sentence.provinces)
    return bodies[0] if bodies and bodies[0].start - sent.end() < 12 else None


def _may_confer(frame: Frame, body: Body) -> bool:
    """Who hands over is the grantor only where the form is of the body's own level."""
    if frame.family in ("bk", "gk", "co"):
        return form_for(frame.family, body.kind) != frame.family
    if frame.family == "hc" or frame.family == "hch":
        return body.kind == "nha-nuoc"
    return frame.family in ("knc", "td", "hh", "bang") and body.kind not in ("don-vi", "nha-nuoc", "ttg")
