"""Who conferred, by which decision, told beside the award: in a clause or sentence of its own, or above a list.

`... được tặng Bằng khen; Quyết định số 12/QĐ-UBND do Chủ tịch UBND tỉnh A ký ngày ...`.
"""

import re
from collections.abc import Sequence

from extractors.awards.bodies import Body, body_at, find_bodies, form_for
from extractors.awards.frames import Frame, Span, Value
from extractors.awards.slots import find_number
from extractors.awards.timeline import DAYS, Timeline, value_of
from extractors.domain.records import AwardStatus
from extractors.matching import SpanIndex
from extractors.view import TextView

_DECISION = re.compile(r"(?<!\w)quyết định(?!\w)")
_NEXT = re.compile(
    r"\s*(?:theo\s|đây là\s)?(?:các\s)?quyết định\s(?:này|nói trên|trên|khen thưởng|khen|tặng thưởng|truy tặng|"
    r"số|do|của|mang số|được|ngày|\d)(?!\w)"
)
_HONOURS = re.compile(r"(?<!\w)(?:ký|khen|tặng|thưởng|phong|công nhận)(?!\w)")
_OTHERWISE = re.compile(r"(?<!\w)(?:giao|bổ nhiệm|phê duyệt|điều động|xử phạt|thành lập|ban hành kèm|khởi tố)(?!\w)")
_BY = re.compile(r"[^;.\n]{0,70}?(?<!\w)(?:do|của)\s(?=\w)")
_SIGNS = re.compile(r"\s(?:đã\s|vừa\s|cũng\s)*ký(?:\sban hành)?\s*$")
_GIVES = re.compile(r"\s(?:đã\s|vừa\s|cũng\s)*(?:tặng thưởng|trao tặng|phong tặng|truy tặng|tặng)(?!\w)")
_ABOVE = re.compile(r"\s*(?:danh sách|phụ lục)(?!\w)[^.;\n]{0,80}(?:kèm theo|theo|ban hành theo)\squyết định(?!\w)")
_ASKED = re.compile(r"(?<!\w)(?:đề nghị|đề xuất|trình|kiến nghị|xin)(?!\w)")
_MARK = re.compile(r"[;:]\s|,\s(?=(?:theo\s|tại\s)?quyết định\s)")
_SIGNED = re.compile(r"(?<!\w)ký(?!\w)")
_REACH = 260


def add_decision(view: TextView, frames: Sequence[Frame], timeline: Timeline, provinces: SpanIndex) -> None:
    """Gives the frames of a sentence the grantor, number and day that are told behind it or above their list."""
    if not frames:
        return
    start, end = frames[0].reach
    last = frames[-1]
    for span in (_behind(view, last, end), _next(view, end), _above(view, start)):
        if span is None:
            continue
        for frame in frames:
            is_apart = frame.evidence[:1] != last.evidence[:1] or ";" in view.key[frame.span[1] : last.span[0]]
            if frame.status is AwardStatus.REVOKED or frame.is_history or (is_apart and span[1] == end):
                continue
            _read(view, frame, span, timeline, provinces)


def _behind(view: TextView, frame: Frame, end: int) -> Span | None:
    """The rest of the sentence behind the clause of the last award, where it speaks of a decision or a giver."""
    low = max(frame.tail, frame.span[1])
    mark = next((m for m in _MARK.finditer(view.key, low, end)), None)
    return (mark.end(), end) if mark is not None else None


def _next(view: TextView, end: int) -> Span | None:
    """The sentence behind, where it opens with the decision."""
    if end >= len(view.key):
        return None
    start, stop = view.sentence_at(min(end + 1, len(view.key) - 1))
    if start < end or start - end > 3 or not _NEXT.match(view.key, start, stop):
        return None
    if not _HONOURS.search(view.key, start, stop) or _OTHERWISE.search(view.key, start, stop):
        return None
    return start, min(stop, start + _REACH)


def _above(view: TextView, start: int) -> Span | None:
    """The sentence before, where it is the head of a list: `Danh sách kèm theo Quyết định số ... của ...`."""
    if start < 2:
        return None
    low, high = view.sentence_at(start - 2)
    found = _ABOVE.match(view.key, low, high)
    return (found.end() - len("quyết định"), high) if found else None


def _read(view: TextView, frame: Frame, span: Span, timeline: Timeline, provinces: SpanIndex) -> None:
    start, end = span
    decision = _DECISION.search(view.key, start, end)
    body: Body | None = None
    if decision is not None:
        body = _signer(view, start, decision.start(), provinces) or _author(view, decision.end(), end, provinces)
        if _is_decided(view, frame, decision.end(), end):
            given = find_bodies(view, frame.reach[0], frame.span[0], provinces)
            body = body or (given[-1] if given else None)
        _take_number(view, frame, (start, decision.end(), end), timeline)
    if body is None and (first := body_at(view, start, end, provinces)) and _GIVES.match(view.key, first.end, end):
        body = first  # `...; Chủ tịch nước tặng thưởng vì ...`
    if body is None or frame.grantor is not None or frame.grantor_kind is not None or body.is_post:
        return
    if frame.family in ("bk", "gk", "co"):
        form = form_for(frame.family, body.kind)
        if form == frame.family:
            return
        frame.form = form if frame.form == frame.family else frame.form
    elif frame.form.startswith(("hc-", "dh-")) and body.kind not in ("nha-nuoc", "ttg"):
        return
    text = " ".join(view.text[body.start : body.end].split())
    frame.grantor, frame.grantor_kind = Value(text=text, span=(body.start, body.end)), body.kind
    frame.evidence.append("grantor from the decision told beside")


def _signer(view: TextView, start: int, at: int, provinces: SpanIndex) -> Body | None:
    """`ngày 5/6, Chủ tịch nước đã ký | Quyết định`: the body that signs."""
    bodies = find_bodies(view, start, at, provinces)
    return bodies[-1] if bodies and _SIGNS.fullmatch(view.key, bodies[-1].end, at) else None


def _author(view: TextView, at: int, end: int, provinces: SpanIndex) -> Body | None:
    """`Quyết định số 1 | do Chủ tịch UBND tỉnh A ký`: the body named behind."""
    by = _BY.match(view.key, at, min(end, at + 110))
    return body_at(view, by.end(), end, provinces) if by else None


def _is_decided(view: TextView, frame: Frame, at: int, end: int) -> bool:
    """`thống nhất tặng ..., theo Quyết định số 1`: what nobody asks for and has a number is conferred."""
    is_open = frame.status is AwardStatus.PROPOSED and not _ASKED.search(view.key, *frame.reach)
    if not is_open or not find_number(view, at, min(end, at + 40)):
        return False
    frame.status, frame.rule = AwardStatus.GRANTED, "awards.active_clause"
    return True


def _take_number(view: TextView, frame: Frame, places: tuple[int, int, int], timeline: Timeline) -> None:
    start, at, end = places
    if frame.status is AwardStatus.PROPOSED:
        return
    numbers = find_number(view, max(start, at - len("quyết định ")), min(end, at + 60))
    if frame.decision_no is None and numbers and not find_number(view, frame.reach[0], max(frame.limit, frame.span[1])):
        frame.decision_no = Value(text=view.text[slice(*numbers[0])], span=numbers[0])
    if frame.decision_date is not None or (
        frame.decision_no is None and not numbers and not _SIGNED.search(view.key[at:end])
    ):
        return
    days = [d for d in timeline.within(start, min(end, at + 160)) if d.grain in DAYS]
    if days:
        frame.decision_date = value_of(days[0])
