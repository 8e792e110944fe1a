"""Awards in lines of their own below a line that tells who received them: `Ông A được tặng:`, `- Huân chương`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.awards.bodies import form_for
from extractors.awards.cues import find_cues, read_tail
from extractors.awards.frames import Frame, Span, Value
from extractors.awards.mentions import Mention
from extractors.awards.names import Name
from extractors.awards.subjects import subject
from extractors.domain.records import AwardStatus
from extractors.matching import SpanIndex
from extractors.view import TextView

_BULLET = re.compile(r"\s*(?:[-+•*–]|\d{1,2}\s?[.)/])\s*(?:\d{1,3}\s+)?(?:danh hiệu\s+)?[\"']?")
_RECEIVED = re.compile(r"(?<!\w)(?:được (?:\w+ ){0,8}?(?:tặng|trao|phong)|nhận|đạt)(?!\w)")
_DENIED = re.compile(r"(?<!\w)(?:không|chưa|đề nghị|xét|dự kiến|phấn đấu|sẽ)(?!\w)")
_ROOM = 60  # characters that a line may hold beside the award and its years


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A line that ends with a colon and tells who received what the lines below name."""

    end: int
    names: tuple[Name, ...]


def lead_of(view: TextView, span: Span) -> Lead | None:
    """Returns what a sentence opens for the lines below, None where it does not or where nobody received anything."""
    start, end = span
    if view.key[end - 1 : end] != ":":
        return None
    received = _RECEIVED.search(view.key, start, end)
    if received is None or _DENIED.search(view.key, start, end):
        return None
    parsed = subject(view, start, received.start())
    return Lead(end=end, names=tuple(parsed.names)) if parsed.names else None


def read_line(view: TextView, span: Span, mentions: Sequence[Mention], lead: Lead, provinces: SpanIndex) -> list[Frame]:
    """Returns the awards of a line below a lead; nothing where the line tells more than an award and its years."""
    start, end = span
    bullet = _BULLET.match(view.key, start, end)
    if bullet is None or bullet.end() != mentions[0].start or find_cues(view, start, end, mentions):
        return []
    frames = []
    for mention in mentions:
        tail = read_tail(view, mention, end, provinces)
        if not mention.form.in_scope or end - tail.end > _ROOM:
            continue
        frame = Frame(
            mention=mention,
            form=mention.form.id,
            status=AwardStatus.GRANTED,
            rule="awards.receive_clause",
            span=(mention.start, mention.end),
            reach=span,
            tail=tail.end,
            limit=end,
            award_class=mention.award_class,
            names=list(lead.names),
            is_history=True,
            evidence=["listed below who received it"],
        )
        if tail.grantor is not None:
            where = (tail.grantor.start, tail.grantor.end)
            frame.grantor = Value(text=" ".join(view.text[slice(*where)].split()), span=where)
            frame.grantor_kind = tail.grantor.kind
            frame.span = (mention.start, tail.grantor.end)
            if frame.form == frame.family and frame.family in ("bk", "gk", "co"):
                frame.form = form_for(frame.family, frame.grantor_kind)
        frames.append(frame)
    return frames
