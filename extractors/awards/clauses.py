"""From the awards named in one sentence to frames: what happens, who confers, who receives, how many."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.awards.bodies import Body, find_bodies, form_for
from extractors.awards.cues import CueAt, Tail, clause_start, find_cues, governor, read_tail
from extractors.awards.frames import Frame, Span, Value
from extractors.awards.mentions import Mention
from extractors.awards.recipients import Parsed, parse
from extractors.awards.subjects import subject
from extractors.domain.award_tables import award_forms
from extractors.domain.records import AwardStatus
from extractors.matching import SpanIndex
from extractors.numbers import read_number
from extractors.view import TextView

_STATUS = {"granted": AwardStatus.GRANTED, "proposed": AwardStatus.PROPOSED, "revoked": AwardStatus.REVOKED}
_PREPOSITION = re.compile(r"(?<!\w)(?:cho|đối với|dành cho|giành cho|tới|đến)(?!\w)\s*:?")
_LISTED = re.compile(
    r"(?<!\w)là\s(?=(?:các\s)?(?:ông|bà|đồng chí|em|anh|chị|đơn vị)[^.;:]{0,20}:)|(?<!\w)(?:gồm có|gồm|là|như sau|bao gồm)\s*:|(?<!\w)gồm(?: có)?(?!\w)"
)
_ON_FLAG = re.compile(r"\slên\s(?:lá\s)?(?:quân kỳ|cờ)(?:\struyền thống)?\scủa\s")
_PASSIVE = re.compile(r"(?<!\w)được(?!\w)")
_LOCATION_BEFORE = re.compile(
    r"(?:tại|ở|thuộc|với|trước|cùng|dự|đến|về|trên|cho|vào|sau|tới|(?<!quyết định )của)\s+(?:trụ sở\s+|hội trường\s+)?$"
)
_WILL = re.compile(r"(?<!\w)sẽ(?!\w)")
_SENT_TO = re.compile(r"(?<!\w)(?:gửi|trình|báo cáo|kiến nghị|văn bản)\s+(?:ra|lên|tới|đến|với|cho)?")
_VOTES = re.compile(r"[^;.\n]{0,12}?\d{1,3}\s?/\s?\d{1,3}\s+phiếu")
_FAILED = re.compile(
    r"không đạt|chưa đạt|không đủ|chưa quá bán|không thông qua|bị (?:hội đồng )?loại|không trình|không đề nghị"
)
_ABROAD = re.compile(r"(?<!\w)(?:tổng thống|putin|quốc vương|đại sứ nhật|hoàng gia|liên xô)(?!\w)")
_CONTEST = re.compile(
    r"liên hoan|cuộc thi|hội thi|huy chương (?:vàng|bạc|đồng)|đoạt giải|vòng chung kết|giải (?:nhất|nhì|ba)(?!\w)"
)
_GENERAL = re.compile(
    r"\?\s*[\"'”]?$|^(?:mỗi|ai|liệu|có nên|tại sao|vì sao)\s|(?<!\w)(?:bị cáo|thí sinh|cuộc thi|vòng chung kết|ban tổ chức cuộc thi)(?!\w)"
)
_TOGETHER = re.compile(r"(?:\s[A-ZĐ]\w+){0,5}\s?(?:,|và)\s")
_GIVEN_BEHIND = re.compile(
    r"\s(?:đã\s)?(?:được\s)?(?:truy |trao )?(?:tặng|trao|công nhận)\s(?!thưởng|theo|do|tại)(?:cho\s)?"
)
_HELD_BY = re.compile(r"\s(?:của|đối với)\s(?=(?:ông|bà|anh|chị|cô|thầy|đồng chí|công ty|nghệ sĩ)\s)")
_COUNTED_BEHIND = re.compile(
    r"\s?:?\s(\d[\d.]*\s(?:đồng chí|cá nhân|tập thể|đảng viên|người|đơn vị|trường hợp|hộ)(?!\w))"
)
_DOSSIERS = re.compile(
    r"(?:^|[\s:;])(\d[\d.]*|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\s(?:bộ )?(?:hồ sơ|trường hợp|đề nghị)\s"
)
_CONTINUES = re.compile(r"theo đó|cụ thể|trong đó")
_NEAR = 45
_STATE = ("hc-", "dh-")  # conferred by the State alone
_LOCAL = ("tinh", "huyen", "xa", "ubnd", "so", "doan-the-tinh", "doan-the-huyen")  # one level confers here


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


def read_sentence(view: TextView, span: Span, mentions: Sequence[Mention], provinces: SpanIndex) -> list[Frame]:
    """Returns the award events that one sentence tells, in the order of the awards."""
    start, end = span
    sentence = Sentence(
        view=view,
        start=start,
        end=end,
        cues=find_cues(view, start, end, mentions),
        mentions=list(mentions),
        provinces=provinces,
    )
    if any(c.role == "law" for c in sentence.cues) or _GENERAL.search(view.key[start:end]):
        return []
    for at, mention in enumerate(mentions):
        following = next((m.start for m in mentions[at + 1 :] if m.start >= mention.end), end)
        sentence.tails[at] = read_tail(view, mention, following, provinces)
    frames: list[Frame] = []
    for at in range(len(mentions)):
        frames.extend(_read(sentence, at, frames))
    _share_recipients(frames)
    _deal_out(view, frames)
    _continue(sentence, frames)
    return frames


def _read(sentence: Sentence, at: int, before: list[Frame]) -> list[Frame]:
    """The frames of one mention: none where no verb or a negation governs it."""
    view, mention = sentence.view, sentence.mentions[at]
    if not mention.form.in_scope or _replaced_by_classes(sentence, at):
        return []
    if mention.is_elliptic and view.key[mention.start - 1] == "(":
        return _in_brackets(sentence, at, before)
    verb = governor(view, mention, sentence.cues)
    if verb is None:
        verb = _verb_behind(sentence, at)
        if verb is None:
            return _without_verb(sentence, at)
        return _object_first(sentence, at, verb)
    tail_before = _tail_before(sentence, at, verb)
    clause = clause_start(view, verb, sentence.start, tail_before)
    verb, reached = _recognised(sentence, clause, verb)
    previous = before[-1] if before and tail_before is not None else None
    inherits = previous is not None and not _has_subject(sentence, clause, verb)
    status = _status(sentence, at, verb, clause, previous if inherits else None)
    if status is None:
        return []
    frame = _frame(sentence, at, status, verb)
    _fill(sentence, at, verb, clause, frame)
    if reached is not None:
        _take(frame, parse(view, verb.end, reached.start))
    if inherits and previous is not None:
        if frame.grantor is None and verb.role in ("give", "hand"):
            frame.grantor, frame.grantor_kind = previous.grantor, previous.grantor_kind
        if (
            not frame.names
            and frame.count is None
            and previous.rule in ("awards.passive_clause", "awards.receive_clause")
        ):
            frame.names, frame.count = list(previous.names), previous.count
    return _finished(sentence, at, [frame, *_double(sentence, at, verb, frame)])


def _recognised(sentence: Sentence, clause: int, verb: CueAt) -> tuple[CueAt, CueAt | None]:
    """`công nhận Y đạt danh hiệu`: the first verb governs, the second closes the recipient."""
    if verb.cue.phrase not in ("đạt", "đạt được"):
        return verb, None
    first = next(
        (c for c in reversed(sentence.cues) if clause <= c.start < verb.start and c.cue.phrase == "công nhận"), None
    )
    return (first, verb) if first is not None else (verb, None)


def _replaced_by_classes(sentence: Sentence, at: int) -> bool:
    """`Huân chương Chiến công cho A (hạng Nhì)`: the name without a class only introduces the classes."""
    mention = sentence.mentions[at]
    if mention.award_class or not (mention.form.classes or mention.family == "hh"):
        return False
    return any(m.is_elliptic and m.form is mention.form for m in sentence.mentions[at + 1 :])


def _tail_before(sentence: Sentence, at: int, verb: CueAt) -> int | None:
    tails = [sentence.tails[i].end for i in range(at) if sentence.tails[i].end <= verb.start]
    return max(tails) if tails else None


def _has_subject(sentence: Sentence, clause: int, verb: CueAt) -> bool:
    """Tells whether a clause names its own subject instead of going on with the one before."""
    words = re.sub(
        r"(?<!\w)(?:và|đồng thời|cũng|đã|đề nghị|cùng|trình|nhận|được)(?!\w)|[,;]",
        " ",
        sentence.view.key[clause : verb.start],
    )
    return bool(words.strip())


def _status(sentence: Sentence, at: int, verb: CueAt, clause: int, inherited: Frame | None) -> AwardStatus | None:
    """Granted, proposed or revoked; None where the clause denies or only wishes it."""
    view, mention = sentence.view, sentence.mentions[at]
    scope = [c for c in sentence.cues if clause <= c.start and c.end <= mention.start]
    for cue in scope:
        if cue.role == "block" and (cue.start > verb.start or _touches(view.key[cue.end : verb.start])):
            return None
    if _FAILED.search(view.key, sentence.tails[at].end, _limit(sentence, at)):
        return None
    revokes = [c for c in scope if c.role == "revoke"]
    proposals = [c for c in scope if c.role == "propose"]
    if revokes:
        is_wish = any(p.start < revokes[0].start for p in proposals)
        return AwardStatus.GRANTED if is_wish else AwardStatus.REVOKED
    if proposals or (inherited is not None and inherited.status is AwardStatus.PROPOSED):
        return AwardStatus.PROPOSED
    if will := _WILL.search(view.key, max(clause, verb.start - _NEAR), verb.start):
        named = subject(view, clause, will.start()).names or _behind(sentence, at).names
        if not named:
            return None
        return AwardStatus.GRANTED if verb.role == "hand" else AwardStatus.PROPOSED
    return _STATUS[verb.cue.status]


def _touches(between: str) -> bool:
    """Tells whether a negation or wish reaches the verb: it stands near and in the same clause."""
    return len(between) < _NEAR and ", " not in between and " và " not in between


def _frame(sentence: Sentence, at: int, status: AwardStatus, verb: CueAt | None) -> Frame:
    mention, tail = sentence.mentions[at], sentence.tails[at]
    frame = Frame(
        mention=mention,
        form=mention.form.id,
        status=status,
        rule="awards.active_clause",
        span=(mention.start, mention.end),
        reach=(sentence.start, sentence.end),
        tail=tail.end,
        limit=_limit(sentence, at),
        others_before=sentence.mentions[0].start if sentence.mentions[0].start < mention.start else None,
        award_class=mention.award_class,
        posthumous=_is_posthumous(sentence, verb) or bool(tail.gives and tail.gives.cue.is_posthumous),
    )
    if verb is not None:
        frame.evidence.append(f"verb: {sentence.view.text[verb.start : verb.end]}")
    if tail.grantor is not None and not sentence.view.key[mention.end : tail.grantor.start].endswith("của các "):
        _confer(sentence, frame, tail.grantor)
        if tail.gives is None:
            frame.span = (mention.start, tail.grantor.end)
    return frame


def _is_posthumous(sentence: Sentence, verb: CueAt | None) -> bool:
    """`truy tặng`; not where `phong tặng` and `truy tặng` stand together for one number."""
    if verb is None or not verb.cue.is_posthumous:
        return False
    before = sentence.view.key[max(sentence.start, verb.start - 30) : verb.start]
    return not re.search(r"(?:phong |trao )?tặng(?: danh hiệu)?\s?(?:,|và|hoặc)\s?$", before)


def _confer(sentence: Sentence, frame: Frame, body: Body) -> None:
    """Sets the grantor of a frame and the level that follows from it."""
    frame.grantor = _value(sentence.view, body)
    frame.grantor_kind = body.kind


def _fill(sentence: Sentence, at: int, verb: CueAt, clause: int, frame: Frame) -> None:
    """Reads grantor and recipients by the voice of the verb."""
    view, mention = sentence.view, sentence.mentions[at]
    begin = max(
        (c.end for c in sentence.cues if c.role == "propose" and clause <= c.start < verb.start), default=clause
    )
    passive = _passive(sentence, max(begin, clause), verb) if verb.role in ("give", "hand", "revoke") else None
    behind = _behind(sentence, at)
    if tail_gives(sentence, at) and behind.names:
        frame.rule = "awards.receive_clause" if verb.role == "receive" else "awards.active_clause"
        _take(frame, behind)
    elif verb.role == "receive":
        frame.rule = "awards.receive_clause"
        _take(frame, _better(subject(view, clause, verb.start), behind, prefer_first=True))
    elif passive is not None:
        frame.rule = "awards.passive_clause"
        if frame.grantor is None and (body := _last_body(sentence, passive.end(), verb.start)):
            _confer(sentence, frame, body)
        _take(frame, _better(subject(view, clause, passive.start()), behind, prefer_first=True))
    else:
        if frame.grantor is None and (body := _giver(sentence, begin, verb, frame)):
            _confer(sentence, frame, body)
        number = _number_before(view, verb.end, mention.start)
        is_object = number is None and _is_object(sentence, at, verb)
        between = parse(view, verb.end, mention.start) if is_object else Parsed()
        _take(frame, between if between.names or (between.count and not behind) else behind)
        if not frame.names and frame.count is None and _passive(sentence, clause, verb):
            _take(frame, subject(view, clause, begin))  # `Y được đề nghị tặng`
    if frame.status is AwardStatus.PROPOSED:
        frame.rule = "awards.proposal_clause"
        early = _PASSIVE.search(view.key, clause, verb.start)
        if not frame.names and frame.count is None and early and verb.start - early.end() < 60:
            _take(frame, subject(view, clause, early.start()))
    elif frame.status is AwardStatus.REVOKED:
        frame.rule = "awards.revocation"
        if not frame.names and frame.count is None and (held := _HELD_BY.match(view.key, sentence.tails[at].end)):
            _take(frame, parse(view, held.end(), _limit(sentence, at)))
        if not frame.names and frame.count is None:
            _take(frame, subject(view, clause, verb.start))
    if frame.count is None and not frame.names and (number := _number_before(view, verb.end, mention.start)):
        frame.count = number


def tail_gives(sentence: Sentence, at: int) -> bool:
    """Tells whether the award is followed by a verb of its own: `do X truy tặng anh Y`."""
    return sentence.tails[at].gives is not None


def _is_object(sentence: Sentence, at: int, verb: CueAt) -> bool:
    """Tells whether recipients may stand between verb and award: no other award does."""
    return not any(verb.end <= m.start < sentence.mentions[at].start for m in sentence.mentions[:at])


def _take(frame: Frame, parsed: Parsed) -> None:
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


def _passive(sentence: Sentence, start: int, verb: CueAt) -> re.Match[str] | None:
    """`được` right before the verb or with only the conferring body between."""
    found = None
    for match in _PASSIVE.finditer(sentence.view.key, start, verb.start):
        found = match
    if found is None:
        return None
    between = sentence.view.key[found.end() : verb.start]
    bodies = find_bodies(sentence.view, found.end(), verb.start, sentence.provinces)
    rest = len(between.strip()) - sum(b.end - b.start for b in bodies[:2])
    if len(between) > 120 or rest > 45 or re.search(r"(?<!\w)(?:tại|lễ|cho biết|chia sẻ|để|khi|mà)(?!\w)", between):
        return None
    return found


def _last_body(sentence: Sentence, start: int, end: int) -> Body | None:
    bodies = find_bodies(sentence.view, start, end, sentence.provinces)
    return bodies[0] if bodies else None


def _giver(sentence: Sentence, start: int, verb: CueAt, frame: Frame) -> Body | None:
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
        if body.kind in ("don-vi", "dn") and frame.family != "gk":
            continue
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
    return frame.family in ("knc", "td", "hh") and body.kind not in ("don-vi", "nha-nuoc", "ttg")


def _limit(sentence: Sentence, at: int) -> int:
    """Where the stretch that belongs to a mention ends: the next award's clause, or the sentence's end."""
    view = sentence.view
    tail = sentence.tails[at].end
    limit = sentence.end
    for later, mention in enumerate(sentence.mentions[at + 1 :], at + 1):
        if mention.start < tail:
            continue
        verb = governor(view, mention, sentence.cues)
        if verb is not None and verb.start >= tail:
            limit = max(tail, clause_start(view, verb, sentence.start, tail))
        else:
            limit = mention.start
        break
    semicolon = view.key.find(";", tail, limit)
    if semicolon >= 0 and ":" not in view.key[tail:semicolon]:
        limit = semicolon
    return limit


def _behind(sentence: Sentence, at: int) -> Parsed:
    """The recipients behind an award: after `cho`, after `gồm:`, after `truy tặng`, on whose flag it was pinned."""
    view, tail = sentence.view, sentence.tails[at]
    if flag := _ON_FLAG.search(view.key, tail.end, sentence.end):
        return parse(view, flag.end(), sentence.end)
    limit = _limit(sentence, at)
    if tail.gives is not None and (given := parse(view, tail.gives.end, limit)):
        return given
    preposition = _PREPOSITION.search(view.key, tail.end, limit)
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
    if counted := _COUNTED_BEHIND.match(view.key, tail.end, limit):
        return parse(view, counted.start(1), counted.end())
    if again := _GIVEN_BEHIND.match(view.key, tail.end, limit):
        return parse(view, again.end(), limit)
    return Parsed()


def _before_next_clause(sentence: Sentence, start: int, limit: int) -> int:
    """Ends the recipients where `, 15 doanh nghiệp được nhận` begins another clause."""
    for cue in sentence.cues:
        if start < cue.start < limit and cue.role in ("give", "hand", "receive"):
            comma = sentence.view.key.rfind(", ", start, cue.start)
            if comma > 0:
                return comma
    return limit


def _starts_reason(view: TextView, start: int, end: int) -> bool:
    return bool(re.search(r"(?<!\w)(?:vì|do|bởi|có thành tích|đóng góp|nhằm|để|là)(?!\w)", view.key[start:end]))


def _number_before(view: TextView, start: int, end: int) -> Value | None:
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
    return Value(text=str(int(reading.value)), span=(at, reading.end))


def _double(sentence: Sentence, at: int, verb: CueAt, frame: Frame) -> list[Frame]:
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


def _verb_behind(sentence: Sentence, at: int) -> CueAt | None:
    """The verb of `Huân chương ... được trao cho Y`."""
    tail = sentence.tails[at].end
    if gives := sentence.tails[at].gives:
        return gives
    limit = min(_limit(sentence, at), tail + 120)
    for cue in sentence.cues:
        if cue.start < tail or cue.end > limit or cue.role not in ("give", "hand", "receive"):
            continue
        between = sentence.view.key[tail : cue.start]
        if _PASSIVE.search(between) or re.match(r"\s*(?:đã|mà|do)\s", between) or cue.cue.phrase.startswith("được"):
            return cue
        return None
    return None


def _object_first(sentence: Sentence, at: int, verb: CueAt) -> list[Frame]:
    view, tail = sentence.view, sentence.tails[at]
    between = [c for c in sentence.cues if sentence.start <= c.start < verb.start]
    if any(c.role == "block" for c in between):
        return []
    if any(c.role == "revoke" for c in between):
        status = AwardStatus.REVOKED
    elif any(c.role == "propose" for c in between):
        status = AwardStatus.PROPOSED
    else:
        status = _STATUS[verb.cue.status]
    frame = _frame(sentence, at, status, verb)
    frame.rule = "awards.object_clause" if status is AwardStatus.GRANTED else "awards.proposal_clause"
    if status is AwardStatus.REVOKED:
        frame.rule = "awards.revocation"
    if frame.grantor is None and (passive := _PASSIVE.search(view.key, tail.end, verb.start)):
        if body := _last_body(sentence, passive.end(), verb.start):
            _confer(sentence, frame, body)
    limit = _limit(sentence, at)
    preposition = _PREPOSITION.search(view.key, verb.end, limit)
    found = parse(view, preposition.end() if preposition and preposition.start() - verb.end < 40 else verb.end, limit)
    _take(frame, found)
    return _finished(sentence, at, [frame])


def _without_verb(sentence: Sentence, at: int) -> list[Frame]:
    """A proposal without `tặng` (`đề nghị Huân chương ... cho Y`), and a vote on `Y: AWARD - 9/11 phiếu`."""
    view, mention = sentence.view, sentence.mentions[at]
    low = max([sentence.start, *(sentence.tails[i].end for i in range(at) if sentence.tails[i].end <= mention.start)])
    votes = _VOTES.match(view.key, sentence.tails[at].end, _limit(sentence, at))
    colon = view.key.rfind(":", low, mention.start)
    if votes and colon >= 0:
        if _FAILED.search(view.key, votes.end(), _limit(sentence, at)):
            return []
        frame = _frame(sentence, at, AwardStatus.PROPOSED, None)
        frame.rule = "awards.vote_item"
        semicolon = view.key.rfind(";", low, colon)
        _take(frame, parse(view, max(low, semicolon + 1), colon))
        return _finished(sentence, at, [frame])
    proposals = [c for c in sentence.cues if c.role == "propose" and low <= c.start and c.end <= mention.start]
    if not proposals or mention.start - proposals[-1].end > 80:
        return []
    if any(c.role == "block" and c.end <= mention.start and mention.start - c.end < 100 for c in sentence.cues):
        return []
    if _FAILED.search(view.key, sentence.tails[at].end, _limit(sentence, at)):
        return []
    frame = _frame(sentence, at, AwardStatus.PROPOSED, None)
    frame.rule = "awards.proposal_clause"
    frame.evidence.append(f"verb: {view.text[proposals[-1].start : proposals[-1].end]}")
    _take(frame, _behind(sentence, at))
    dossiers = _DOSSIERS.search(view.key, low, mention.start)
    if not frame.names and frame.count is None and dossiers and (reading := read_number(view.key, dossiers.start(1))):
        frame.count = Value(text=str(int(reading.value)), span=dossiers.span(1))
    return _finished(sentence, at, [frame])


def _in_brackets(sentence: Sentence, at: int, before: list[Frame]) -> list[Frame]:
    """`có Phòng A (hạng Nhì) và Đại úy B (hạng Ba)`: the name before the brackets receives this class."""
    view, mention = sentence.view, sentence.mentions[at]
    verb = governor(view, mention, sentence.cues)
    if verb is None:
        return []
    status = _status(sentence, at, verb, sentence.start, None)
    if status is None:
        return []
    frame = _frame(sentence, at, status, verb)
    frame.rule = "awards.receive_clause"
    owners = [m.end for m in sentence.mentions[:at]]
    low = max(owners) if owners else sentence.start
    piece = view.key[low : mention.start - 1]
    cut = max(piece.rfind(" có "), piece.rfind(", "), piece.rfind(" và "), piece.rfind("; "), 0)
    parsed = parse(view, low + cut, mention.start - 1)
    if not parsed.names:
        return []
    _take(frame, parsed)
    return _finished(sentence, at, [frame])


def _finished(sentence: Sentence, at: int, frames: list[Frame]) -> list[Frame]:
    """Settles the form by the grantor's level; drops contests, foreign orders and frames that tell nothing."""
    kept = []
    for frame in [*frames, *(t for f in frames for t in _twins(f))]:
        if frame.grantor_kind == "none":
            continue
        is_abroad = frame.grantor is None and frame.family == "hc" and _ABROAD.search(sentence.view.key, *frame.reach)
        frame.is_foreign = frame.grantor_kind == "foreign" or bool(is_abroad)
        if (
            frame.grantor is None
            and frame.family in ("bk", "gk", "knc")
            and _CONTEST.search(sentence.view.key, *frame.reach)
        ):
            continue
        if frame.form == frame.family and frame.family in ("bk", "gk", "co"):
            frame.form = form_for(frame.family, frame.grantor_kind)
        if frame.form == "td-cstd" and frame.grantor_kind in ("tinh", "bo"):
            frame.form = "td-cstd-bo"
        if frame.form == "hch" or (frame.form == "hc" and not frame.award_class):
            continue
        if not award_forms()[frame.form].in_scope:
            continue
        kept.append(frame)
    return kept


def _twins(frame: Frame) -> list[Frame]:
    """A ministry and a province that confer together give two forms, so two records."""
    twins = []
    for grantor, kind in frame.together:
        form = form_for(frame.family, kind)
        if frame.family in ("bk", "gk", "co") and form not in (
            frame.family,
            form_for(frame.family, frame.grantor_kind),
        ):
            twin = frame.copy()
            twin.grantor, twin.grantor_kind = grantor, kind
            twins.append(twin)
    return twins


def _share_recipients(frames: list[Frame]) -> None:
    """Awards in one list share what only its last or first member says: `tặng A và B cho Y`."""
    for at, frame in enumerate(frames):
        if frame.names or frame.count is not None:
            continue
        for other in frames[at + 1 :]:
            if other.evidence[:1] == frame.evidence[:1] and (other.names or other.count):
                frame.names, frame.count, frame.is_open = list(other.names), other.count, other.is_open
                break
            if other.evidence[:1] != frame.evidence[:1]:
                break
        earlier = frames[at - 1] if at else None
        if not frame.names and frame.count is None and earlier and earlier.evidence[:1] == frame.evidence[:1]:
            if earlier.rule in ("awards.passive_clause", "awards.receive_clause"):
                frame.names, frame.count, frame.is_open = list(earlier.names), earlier.count, earlier.is_open


def _deal_out(view: TextView, frames: list[Frame]) -> None:
    """`A và B lần lượt được tặng X và Y`: each name has its own award."""
    if len(frames) < 2 or "lần lượt" not in view.key[frames[0].reach[0] : frames[0].span[0]]:
        return
    names = frames[0].names
    if len(names) == len(frames) and all(f.names == names for f in frames):
        for frame, name in zip(frames, names, strict=True):
            frame.names, frame.count = [name], None


def _continue(sentence: Sentence, frames: list[Frame]) -> None:
    """`Theo đó, 3 tập thể được tặng Bằng khen`: the sentence before names who confers."""
    view = sentence.view
    if not _CONTINUES.match(view.key, sentence.start):
        return
    before = view.sentence_at(max(0, sentence.start - 2))
    bodies = [
        b
        for b in find_bodies(view, *before, sentence.provinces)
        if not b.is_post and b.kind not in ("don-vi", "dn", "none")
    ]
    for frame in frames:
        if (
            frame.grantor is None
            and frame.family in ("bk", "gk", "co")
            and bodies
            and form_for(frame.family, bodies[0].kind) != frame.family
        ):
            _confer(sentence, frame, bodies[0])
            frame.form = form_for(frame.family, bodies[0].kind)
            frame.evidence.append("grantor from the sentence before")
