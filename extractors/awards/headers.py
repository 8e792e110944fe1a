"""What the head of an official document gives to the awards in its body: authority, number, day."""

import re
from itertools import islice

from extractors.awards.bodies import Body, body_at, find_bodies, form_for
from extractors.awards.frames import Frame, Span, Value
from extractors.awards.names import Name
from extractors.awards.slots import find_number
from extractors.awards.timeline import Timeline
from extractors.domain.records import AwardStatus, DocumentKind
from extractors.matching import SpanIndex
from extractors.view import TextView

_LIST_TITLE = re.compile(r"\s*(?:phụ lục|danh sách|[a-zđivx\d]{1,4}\.\s*danh sách)(?!\w)")
_LEGAL_BASIS = re.compile(r"\s*(?:căn cứ|xét|theo đề nghị)(?!\w)")
_NOT_PUT_FORWARD = re.compile(
    r"không trình|không đề nghị|không đủ (?:\w+ ){0,4}(?:số )?phiếu|không đủ \d+\s?%|chưa quá bán"
)
_NUMBER_LINE = re.compile(r"\s*\(?(?:quyết định\s)?số\s?:?\s?\d")
_REASON_LINE = re.compile(r"\s*lý do\s*:")


def is_list_title(view: TextView, span: Span) -> bool:
    """Tells whether a sentence is the title of a list (`DANH SÁCH ... ĐƯỢC TẶNG ...`), which tells no event itself."""
    start = view.key.rfind("\n", 0, span[0]) + 1
    end = view.key.find("\n", start)
    line = view.text[start : end if end >= 0 else len(view.text)]
    if view.layout.kind is not DocumentKind.ARTICLE and line.isupper():
        return True
    if view.key[start : span[0]].strip():
        return False  # `Danh sách kèm theo Quyết định ... Tặng Bằng khen: 1. Ông A`
    return bool(_LIST_TITLE.match(view.key, start)) and (line[:9].isupper() or "kèm theo" in line)


def mark_titles(view: TextView, frames: list[Frame]) -> None:
    """Marks what the title or subject line of an official document only announces."""
    layout = view.layout
    for frame in frames:
        for span in (layout.subject, layout.title):
            if span and layout.kind is not DocumentKind.ARTICLE and span[0] <= frame.span[0] < span[1]:
                frame.is_weak = frame.is_title = True


def complete(view: TextView, frames: list[Frame], timeline: Timeline, provinces: SpanIndex) -> None:
    """Gives the events of a decision its authority, number and day; turns what a proposal says into what it asks."""
    layout = view.layout
    if layout.kind is DocumentKind.PROPOSAL:
        _propose(view, frames, timeline)
    if layout.kind in (DocumentKind.PROPOSAL, DocumentKind.MINUTES):
        _drop_failed(view, frames)
    if layout.kind is not DocumentKind.DECISION:
        return
    if any(not f.is_title for f in frames):  # Article 1 decides, whatever the subject line says
        frames[:] = [f for f in frames if not f.is_title]
    authority = _authority(view, provinces)
    number = timeline.number or _number_below(view)
    for frame in frames:
        if frame.is_history or frame.status is AwardStatus.PROPOSED:
            continue
        if frame.rule not in ("awards.revocation", "awards.annex_table"):
            frame.rule = "awards.decision_article"
        if authority is not None and frame.grantor is None:
            text = " ".join(view.text[authority.start : authority.end].split())
            frame.grantor, frame.grantor_kind = Value(text=text, span=(authority.start, authority.end)), authority.kind
            if frame.form == frame.family and frame.family in ("bk", "gk", "co"):
                frame.form = form_for(frame.family, authority.kind)
        if frame.decision_no is None or frame.status is AwardStatus.REVOKED:
            frame.decision_no = number
            frame.decision_date = timeline.event
            frame.date = timeline.event
        if frame.status is AwardStatus.REVOKED and frame.period is None:
            frame.period = _period_of_reason(view, frame, timeline)


def _propose(view: TextView, frames: list[Frame], timeline: Timeline) -> None:
    """What a proposal says in the active voice it asks for: `1. Tặng Huân chương ...`, `X tặng Cờ cho ...`."""
    for frame in frames:
        is_active = frame.rule in ("awards.active_clause", "awards.annex_table", "awards.proposal_list")
        if frame.status is not AwardStatus.GRANTED or frame.is_history or not is_active or frame.decision_no:
            continue
        if re.search(r"(?<!\w)(?:đã|từng)(?!\w)", view.key[max(frame.reach[0], frame.span[0] - 50) : frame.span[0]]):
            continue
        frame.status = AwardStatus.PROPOSED
        frame.period = frame.period or timeline.period
        frame.evidence.append("asked for by a proposal")


def _drop_failed(view: TextView, frames: list[Frame]) -> None:
    """Takes out who, as a sentence of its own says, did not get the votes or is not put forward."""
    for start, end in {view.sentence_at(m.start()) for m in islice(_NOT_PUT_FORWARD.finditer(view.key), 40)}:
        if start == end or not _NOT_PUT_FORWARD.search(view.key, start, end) or "\t" in view.key[start:end]:
            continue
        text = view.text[start:end]
        for frame in frames:
            if frame.status is AwardStatus.PROPOSED and not start <= frame.span[0] < end:
                frame.names = [n for n in frame.names if not _is_named(n, text)]


def _is_named(name: Name, text: str) -> bool:
    if name.text in text:
        return True
    last = name.text.split()[-1]
    return name.kind == "person" and bool(
        re.search(rf"(?:ông|bà|anh|chị|cô|thầy|đồng chí) {re.escape(last)}(?!\w)", text)
    )


def _authority(view: TextView, provinces: SpanIndex) -> Body | None:
    """The office that decides: the line in capitals above the legal basis, else the body at the top."""
    layout = view.layout
    at = next((i for i, x in enumerate(layout.lines) if layout.title and x.start == layout.title[0]), 0)
    for line in layout.lines[at + 1 : at + 7]:
        if _LEGAL_BASIS.match(view.key, line.start):
            break
        body = body_at(view, line.start, line.end, provinces)
        if body is not None and view.text[line.start : line.end].strip().isupper():
            return body
        if (
            view.key[line.start : line.end].strip() == "chủ tịch"
            and "nước cộng hòa" in view.key[line.end : line.end + 40]
        ):
            break
    if (told := _number_line(view)) is not None:  # `Số 12/QĐ-UBND ngày ... của Chủ tịch UBND tỉnh A`
        of = view.key.find(" của ", *told)
        if of > 0 and (body := body_at(view, of + len(" của "), told[1], provinces)) is not None:
            return body
    if layout.issuing_body is None:
        return None
    bodies = find_bodies(view, *layout.issuing_body, provinces)
    return bodies[0] if bodies else None


def _number_line(view: TextView) -> Span | None:
    """The line right below the title that tells the decision's number, day and author."""
    layout = view.layout
    for line in layout.lines[:12]:
        if _NUMBER_LINE.match(view.key, line.start) and find_number(view, line.start, min(line.end, line.start + 60)):
            return line.start, line.end
    return None


def _number_below(view: TextView) -> Value | None:
    line = _number_line(view)
    if line is None:
        return None
    span = find_number(view, line[0], min(line[1], line[0] + 60))[0]
    return Value(text=view.text[slice(*span)], span=span)


def _period_of_reason(view: TextView, frame: Frame, timeline: Timeline) -> Value | None:
    """`Lý do: báo cáo thành tích giai đoạn 2014-2016 ...` in the line below tells what had been rewarded."""
    below = view.key.find("\n", frame.span[1]) + 1
    if below and _REASON_LINE.match(view.key, below):
        end = view.key.find("\n", below)
        for date in timeline.within(below, end if end > 0 else len(view.key)):
            if "/" in date.edtf or len(date.edtf) == 4:
                return Value(text=date.edtf, span=(date.start, date.end))
    return None
