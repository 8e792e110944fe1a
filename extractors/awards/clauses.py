"""From the awards named in one sentence to frames: what happens, who confers, who receives, how many."""

import re
from collections.abc import Sequence

from extractors.awards.bodies import find_bodies
from extractors.awards.cues import BEFORE_OBJECT, CueAt, clause_start, find_cues, governor, read_tail
from extractors.awards.doubles import and_the_dead, conferred_before, is_guest, subject_behind
from extractors.awards.frames import Frame, Span, Value
from extractors.awards.mentions import Mention
from extractors.awards.reach import PREPOSITION, Sentence, limit_of, recipients_behind
from extractors.awards.recipients import parse
from extractors.awards.settling import (
    deal_out,
    follow_proposal,
    is_asked_before,
    settle,
    share_recipients,
    take_grantor_from_before,
    take_names_from_behind,
)
from extractors.awards.subjects import subject
from extractors.awards.voices import HELD_BY, PASSIVE, confer, fill_roles, first_body, giver, take
from extractors.domain.records import AwardStatus
from extractors.matching import SpanIndex
from extractors.numbers import read_number
from extractors.view import TextView

_STATUS = {"granted": AwardStatus.GRANTED, "proposed": AwardStatus.PROPOSED, "revoked": AwardStatus.REVOKED}
_WILL = re.compile(r"(?<!\w)sẽ(?!\w)")
_VOTES = re.compile(r"[^;.\n]{0,12}?\d{1,3}\s?/\s?\d{1,3}\s+phiếu")
_FAILED = re.compile(
    r"chỉ (?:được|đạt|có) \d{1,3}\s?/\s?\d{1,3} phiếu|"
    r"đánh trượt|bị trượt|không đạt|chưa đạt|không đủ|chưa quá bán|không thông qua|"
    r"bị (?:hội đồng )?loại|không trình|không đề nghị"
)
_GENERAL = re.compile(
    r"\?\s*[\"'”]?$|^(?:mỗi|ai|liệu|có nên|tại sao|vì sao)\s|(?<!\w)bị cáo(?!\w)|"
    r"(?<!\w)liên quan (?:tới|đến) (?:các )?hồ sơ đề nghị",
)
_RESOLVES = re.compile(
    r"(?<!\w)(?:nghị quyết|kế hoạch|nghị định|thông tư)(?!\w)[^.;]{0,50}?\s"
    r"về (?:việc )?(?:xét )?(?:phong |truy |trao )?tặng\s"
)
_DOSSIERS = re.compile(
    r"(?:^|[\s:;])(\d[\d.]*|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\s(?:bộ )?(?:hồ sơ|trường hợp|đề nghị)\s"
)
_NEAR = 45
_SIDE_BY_SIDE = re.compile(r"(?:,|và)(?:\s(?:các|\d{1,4}))?")
_OF_SEVERAL = re.compile(r"\s(?:của|từ)\s(?:các|nhiều)\s")
_PARTED = re.compile(r"(?:[;,]|\svà)\s*[\"']?$")


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
        last = max((m for m in mentions if m.start == mention.start), key=lambda m: m.end)  # `hạng Nhất, Nhì, Ba`
        following = next((m.start for m in mentions[at + 1 :] if m.start >= last.end), end)
        sentence.tails[at] = read_tail(view, last, following, provinces)
    frames: list[Frame] = []
    for at in range(len(mentions)):
        frames.extend(_read(sentence, at, frames))
    share_recipients(view, frames)
    deal_out(view, frames)
    take_grantor_from_before(sentence, frames)
    take_names_from_behind(sentence, frames)
    follow_proposal(sentence, frames)
    return [f for f in frames if not _opens_a_round(view, start, f)]


def _opens_a_round(view: TextView, start: int, frame: Frame) -> bool:
    """`ban hành nghị quyết về việc phong tặng danh hiệu X lần thứ 9`: a round of honours, nobody's yet."""
    if frame.names or frame.count is not None or frame.family not in ("dh", "hc", "gt"):
        return False
    return _RESOLVES.search(view.key, start, frame.span[0]) is not None


def _read(sentence: Sentence, at: int, before: list[Frame]) -> list[Frame]:
    """The frames of one mention: none where no verb or a negation governs it."""
    view, mention = sentence.view, sentence.mentions[at]
    if not mention.form.in_scope or _replaced_by_classes(sentence, at):
        return []
    if _names_its_title(sentence, at):
        return []
    if mention.is_elliptic and view.key[mention.start - 1] == "(":
        return _in_brackets(sentence, at, before)
    verb = governor(view, mention, sentence.cues)
    if verb is None:
        verb = _verb_behind(sentence, at)
        if verb is None:
            return _without_verb(sentence, at, before)
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
    fill_roles(sentence, at, verb, clause, frame)
    if reached is not None:
        take(frame, parse(view, verb.end, reached.start))
    is_first = not before and tail_before is not None and verb.role == "give"
    if frame.grantor is None and is_first and (body := giver(sentence, sentence.start, verb, frame)) is not None:
        confer(sentence, frame, body)  # `X gửi thư khen và tặng Giấy khen`
    if inherits and previous is not None:
        if frame.grantor is None and verb.role in ("give", "hand"):
            frame.grantor, frame.grantor_kind = _first_giver(sentence, frame, verb, previous)
        is_subject = previous.rule in ("awards.passive_clause", "awards.receive_clause")
        is_subject = is_subject or bool(previous.names and previous.names[0].end <= previous.span[0])
        if not frame.names and frame.count is None and is_subject and not recipients_behind(sentence, at):
            frame.names, frame.count = list(previous.names), previous.count
    if not frame.names and frame.count is None and before and _goes_on(sentence, at, clause, verb, before[-1]):
        frame.names, frame.count = list(before[-1].names), before[-1].count
    if not frame.names and frame.count is None and frame.rule in ("awards.passive_clause", "awards.receive_clause"):
        frame.names = subject_behind(sentence, at, clause, verb)
    if is_guest(sentence, at, clause, verb, frame):
        return []
    return settle(
        sentence, at, [frame, *conferred_before(sentence, at, verb, frame), *and_the_dead(sentence, at, frame)]
    )


def _goes_on(sentence: Sentence, at: int, clause: int, verb: CueAt, previous: Frame) -> bool:
    """`Y được A tặng X, B tặng Z`: further givers of a passive clause, with or without `được`, have its subject."""
    if previous.rule not in ("awards.passive_clause", "awards.receive_clause") or verb.role not in ("give", "hand"):
        return False
    if recipients_behind(sentence, at):
        return False
    words = sentence.view.key[clause : verb.start]
    for body in find_bodies(sentence.view, clause, verb.start, sentence.provinces):
        words = words.replace(sentence.view.key[body.start : body.end], " ")
    return re.fullmatch(r"(?:[\s,;]|và|được|đã|cũng)*", words) is not None


def _first_giver(sentence: Sentence, frame: Frame, verb: CueAt, previous: Frame) -> tuple[Value | None, str | None]:
    """The grantor of a clause that goes on: that of the one before, or who gives there what is somebody else's.

    `Thủ tướng tặng Cờ của Chính phủ cho A, tặng Bằng khen cho B`.
    """
    is_of_tail = previous.grantor is not None and previous.grantor.span and previous.grantor.span[0] > previous.span[0]
    others = [c for c in sentence.cues if c.end <= previous.span[0] and c.role == "give"]
    if is_of_tail and others and verb.role == "give" and frame.family in ("bk", "gk"):
        probe = frame.copy()
        if body := giver(sentence, sentence.start, others[-1], probe):
            confer(sentence, probe, body)
            return probe.grantor, probe.grantor_kind
    return previous.grantor, previous.grantor_kind


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


def _names_its_title(sentence: Sentence, at: int) -> bool:
    """`giấy khen Gia đình văn hóa`: the certificate of a title is no award beside it."""
    mention = sentence.mentions[at]
    if mention.family not in ("bk", "gk") or at + 1 == len(sentence.mentions):
        return False
    following = sentence.mentions[at + 1]
    return following.family == "td" and not sentence.view.key[mention.end : following.start].strip(" \"'")


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
    if _FAILED.search(view.key, sentence.tails[at].end, limit_of(sentence, at)):
        return None
    revokes = [c for c in scope if c.role == "revoke"]
    proposals = [c for c in scope if c.role == "propose"]
    if not proposals and view.key[clause : verb.start].endswith("để "):
        return None  # `khai man để nhận`: a purpose
    if revokes and any(p.start < revokes[0].start for p in proposals):
        return (
            AwardStatus.GRANTED if verb.role == "give" else None
        )  # `kiến nghị hủy quyết định tặng`, `đề nghị thu hồi`
    if revokes:
        return AwardStatus.REVOKED
    if proposals or (inherited is not None and inherited.status is AwardStatus.PROPOSED):
        return AwardStatus.PROPOSED
    if will := _WILL.search(view.key, max(clause, verb.start - _NEAR), verb.start):
        named = subject(view, clause, will.start()).names or recipients_behind(sentence, at).names
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
        limit=limit_of(sentence, at),
        others_before=sentence.mentions[0].start if sentence.mentions[0].start < mention.start else None,
        award_class=mention.award_class,
        posthumous=_is_posthumous(sentence, verb) or bool(tail.gives and tail.gives.cue.is_posthumous),
    )
    frame.is_both = verb is not None and verb.cue.is_posthumous and not frame.posthumous
    if verb is not None:
        frame.evidence.append(f"verb: {sentence.view.text[verb.start : verb.end]}")
    if _OF_SEVERAL.match(sentence.view.key, mention.end):
        frame.grantor_kind = "several"  # `bằng khen của các bộ, ngành` names nobody
    elif tail.grantor is None:
        _confer_with_next(sentence, at, frame)
    else:
        confer(sentence, frame, tail.grantor)
        if tail.gives is None:
            frame.span = (mention.start, tail.grantor.end)
    return frame


def _confer_with_next(sentence: Sentence, at: int, frame: Frame) -> None:
    """`Cờ thi đua, Bằng khen của UBND tỉnh`: the grantor behind the last of two holds for the first."""
    if at + 1 == len(sentence.mentions) or frame.family not in ("bk", "gk", "co"):
        return
    following = sentence.mentions[at + 1]
    grantor = sentence.tails[at + 1].grantor
    between = sentence.view.key[frame.mention.end : following.start].strip(" \"'")
    if grantor is not None and following.family in ("bk", "gk", "co") and _SIDE_BY_SIDE.fullmatch(between):
        confer(sentence, frame, grantor)


def _is_posthumous(sentence: Sentence, verb: CueAt | None) -> bool:
    """`truy tặng`; not where `phong tặng` and `truy tặng` stand together for one number."""
    if verb is None or not verb.cue.is_posthumous:
        return False
    before = sentence.view.key[max(sentence.start, verb.start - 30) : verb.start]
    return not re.search(r"(?:(?:phong |trao )?tặng(?: danh hiệu)?|trao)\s?(?:,|và|hoặc)\s?$", before)


def _verb_behind(sentence: Sentence, at: int) -> CueAt | None:
    """The verb of `Huân chương ... được trao cho Y`."""
    tail = sentence.tails[at].end
    if gives := sentence.tails[at].gives:
        return gives
    limit = min(limit_of(sentence, at), tail + 120)
    for cue in sentence.cues:
        if cue.start < tail or cue.end > limit or cue.role not in ("give", "hand", "receive"):
            continue
        if cue.cue.phrase in BEFORE_OBJECT:
            continue
        between = sentence.view.key[tail : cue.start]
        if PASSIVE.search(between) or re.match(r"\s*(?:đã|mà|do)\s", between) or cue.cue.phrase.startswith("được"):
            return cue
        return None
    return None


def _object_first(sentence: Sentence, at: int, verb: CueAt) -> list[Frame]:
    view, tail = sentence.view, sentence.tails[at]
    between = [c for c in sentence.cues if sentence.start <= c.start < verb.start]
    if any(c.role == "block" for c in between) or _FAILED.search(view.key, tail.end, limit_of(sentence, at)):
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
    passive = PASSIVE.search(view.key, tail.end, verb.start) if frame.grantor is None else None
    if passive and (body := first_body(sentence, passive.end(), verb.start)):
        confer(sentence, frame, body)
    limit = limit_of(sentence, at)
    preposition = PREPOSITION.search(view.key, verb.end, limit)
    found = parse(view, preposition.end() if preposition and preposition.start() - verb.end < 40 else verb.end, limit)
    if not found and (held := HELD_BY.match(view.key, tail.end, verb.start)):
        found = parse(view, held.end(), passive.start() if passive else verb.start)
    take(frame, found)
    return settle(sentence, at, [frame])


def _without_verb(sentence: Sentence, at: int, before: list[Frame]) -> list[Frame]:
    """A proposal without `tặng` (`đề nghị Huân chương ... cho Y`), and a vote on `Y: AWARD - 9/11 phiếu`."""
    view, mention = sentence.view, sentence.mentions[at]
    low = max([sentence.start, *(sentence.tails[i].end for i in range(at) if sentence.tails[i].end <= mention.start)])
    votes = _VOTES.match(view.key, sentence.tails[at].end, limit_of(sentence, at))
    colon = view.key.rfind(":", low, mention.start)
    if votes and colon >= 0:
        if _FAILED.search(view.key, votes.end(), limit_of(sentence, at)):
            return []
        frame = _frame(sentence, at, AwardStatus.PROPOSED, None)
        frame.rule = "awards.vote_item"
        semicolon = view.key.rfind(";", low, colon)
        take(frame, parse(view, max(low, semicolon + 1), colon))
        return settle(sentence, at, [frame])
    proposals = [c for c in sentence.cues if c.role == "propose" and low <= c.start and c.end <= mention.start]
    if not proposals and (listed := _listed_on(sentence, at, low, before[-1] if before else None)) is not None:
        return settle(sentence, at, [listed])
    if not proposals or mention.start - proposals[-1].end > 80:
        return []
    if any(c.role == "block" and c.end <= mention.start and mention.start - c.end < 100 for c in sentence.cues):
        return []
    if _FAILED.search(view.key, sentence.tails[at].end, limit_of(sentence, at)):
        return []
    frame = _frame(sentence, at, AwardStatus.PROPOSED, None)
    frame.rule = "awards.proposal_clause"
    frame.evidence.append(f"verb: {view.text[proposals[-1].start : proposals[-1].end]}")
    take(frame, recipients_behind(sentence, at))
    dossiers = _DOSSIERS.search(view.key, low, mention.start)
    if not frame.names and frame.count is None and dossiers and (reading := read_number(view.key, dossiers.start(1))):
        frame.count = Value(text=str(int(reading.value)), span=dossiers.span(1))
    return settle(sentence, at, [frame])


def _listed_on(sentence: Sentence, at: int, low: int, previous: Frame | None) -> Frame | None:
    """`đề nghị X cho A; Y cho B`: an award that only a mark parts from one asked for is asked for too."""
    view, mention = sentence.view, sentence.mentions[at]
    is_asked = previous.status is AwardStatus.PROPOSED if previous else is_asked_before(sentence)
    if not is_asked or not _PARTED.search(view.key, low, mention.start):
        return None
    behind = recipients_behind(sentence, at)
    if not behind.names and behind.count is None:
        return None
    frame = _frame(sentence, at, AwardStatus.PROPOSED, None)
    frame.rule = "awards.proposal_clause"
    frame.evidence.append("listed with an award asked for")
    take(frame, behind)
    return frame


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
    take(frame, parsed)
    return settle(sentence, at, [frame])
