"""Decision number, dates, period and reason of an award, from its sentence and from the document.

Dates come from the date records; this module only tells which of them is which slot.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from extractors.awards.frames import Frame, Span, Value
from extractors.awards.recipients import reason_start
from extractors.awards.timeline import DAYS, NO_DATE_ROLES, Timeline, value_of
from extractors.domain.award_tables import decision_numbers
from extractors.domain.records import AwardStatus, DateRecord, DateRole, Grain
from extractors.view import TextView

_NUMBER = re.compile(
    r"(?<![\w/.])\d{1,5}\s?[-/]?\s?(?:(?:19|20)\d\d\s?/\s?)?(?:Q[ĐÐD]|KT|NQ|LCT|SL|"
    r"QÐ)[A-ZĐÐa-z]{0,3}(?:\s?[-/.]\s?[A-ZĐÐ&][\wĐÐ&]*){0,4}"
)
_OLD_NUMBER = re.compile(r"quyết định\s+(?:khen thưởng\s+)?số\s*:?\s*(\d{1,5}\s?[-/]\s?[a-zđ][\w&]*(?:[-/.][\w&]+)*)")
_BARE_NUMBER = re.compile(r"quyết định\s+(?:số\s+)?(\d{1,5})(?=[\s,.)])")
_SPANS = (Grain.YEAR, Grain.INTERVAL, Grain.HALF, Grain.QUARTER)
_FORMULA = re.compile(
    r"[,;]?\s*góp phần (?:tích cực )?vào sự nghiệp|[,;]?\s*(?:từ|giai đoạn|trong)?\s*(?:năm|năm học)\s+\d{4}"
)
_BY_DECISION = re.compile(r"theo\s+(?:các\s+)?quyết định\s")
_PARAGRAPH = 2500  # characters looked back at most
_HANDING = frozenset({"verb: trao", "verb: đón nhận"})
_REVOKES = re.compile(r"(?<!\w)(?:hủy|thu hồi|tước)(?!\w)")
_DECIDES = re.compile(r"(?<!\w)(?:ký|ra|ban hành|bằng|có)\s+(?:ban hành\s+)?quyết định")
_SIGNING = re.compile(
    r"ký(?: ban hành)?\s+(?:\w+\s+)?quyết định|vừa có quyết định|đã có quyết định|vừa quyết định|ban hành quyết định|sẽ"
)
_HISTORY = re.compile(
    r"(?<!\w)(?:từng|đã nhiều lần|nhiều lần|trước đó|năm liền|nhiều năm|liên tục|trước đây|"
    r"trong các năm|qua các năm|(?:trong|sau|qua) \w+ năm (?:qua|tổ chức|hoạt động|công tác)|"
    r"(?:hai|ba|bốn|năm|\d+) lần|lần lượt)(?!\w)"
)
_PERIOD_BEFORE = re.compile(
    r"(?:giai đoạn|nhiệm kỳ|năm học|trong năm|thành tích[^.;\n]{0,80}|nhờ[^.;\n]{0,80}|phong trào[^.;\n]{0,90}|"
    r"công tác[^.;\n]{0,60})\s*\(?$"
)
_MEETING = re.compile(
    r"hội nghị|bình xét|các đơn vị|(?<!\w)cụm(?!\w)|hội đồng|(?<!\w)họp(?!\w)|đại hội|bỏ phiếu|"
    r"thống nhất|nhất trí|biểu quyết"
)
_CEREMONY = re.compile(
    r"dịp này|nhân dịp|tại (?:buổi )?lễ|tại (?:hội nghị|đại hội|buổi|đây|sự kiện)|buổi lễ|"
    r"(?<!\w)lễ(?!\w)|cùng ngày|đợt này"
)
_ANNIVERSARY = re.compile(r"(?:kỷ niệm|thành lập|ngày truyền thống)[^.;]{0,50}\(?$")
_CLOSE = re.compile(
    r"[\s,]{0,3}(?:vào|trong|hồi|ngay trong|đúng dịp|nhân dịp|dịp|hôm)?\s?\(?|[^;,()\n]{0,40}\((?:năm )?"
)
_OPENS = re.compile(r"(?:[;,.]|\svà)\s*$")
_REVIEWED = re.compile(r"(?<!\w)(?:tổng kết|sơ kết)[^.,;\n]{0,60}(?:năm học|giai đoạn)\s$")
_SIGNED = re.compile(r"(?<!\w)ký(?:\s(?:ban hành|vào|hôm))?\s*$")
_TOLD = re.compile(r"(?<!\w)(?:cho biết|cho hay|thông tin|thông báo)(?:\s|,)")
_BEHIND_COMMA = re.compile(r"[,)]\s(?:vào\s|hôm\s|đúng\s)?(?:dịp\s)?$")
_HELD = re.compile(r"(?:diễn ra|tổ chức|trao|vào|hôm|lễ)\s+(?:vào\s+)?(?:sáng|chiều|tối|trưa)?\s*$")


def find_number(view: TextView, start: int, end: int) -> list[Span]:
    """Returns the spans of numbers in `[start, end)` that an award decision can bear."""
    spans = []
    for match in _NUMBER.finditer(view.text, start, end):
        number = match.group()
        shape = next((p for p in decision_numbers() if p.pattern.fullmatch(number)), None)
        if shape is None or shape.can_award != "no":
            spans.append(match.span())
    for pattern in (_OLD_NUMBER, _BARE_NUMBER):
        for match in pattern.finditer(view.key, start, end):
            if not any(a <= match.start(1) < b for a, b in spans):
                spans.append(match.span(1))
    return sorted(spans)


def fill(view: TextView, frame: Frame, timeline: Timeline, earlier: Sequence[Frame] = ()) -> None:
    """Fills number, dates, period and reason; what `earlier` frames of the sentence took is not taken again."""
    start, end = frame.reach
    tail, limit = frame.tail, frame.limit
    _fill_number(view, frame, timeline, tail, limit)
    taken: list[Span] = [v.span for v in (frame.decision_no, frame.decision_date) if v and v.span]
    dates = [d for d in timeline.within(start, end) if d.role not in NO_DATE_ROLES and not _touches(d, taken)]
    own = [
        v.span
        for f in earlier
        if f.span != frame.span
        for v in (f.date, f.period)
        if v and v.span and v.span[0] >= f.span[1]
    ]
    dates = [d for d in dates if not _touches(d, own)]
    numbers = find_number(view, start, end)
    dates = [d for d in dates if not any(0 <= d.start - n[1] < 14 for n in numbers)]
    _fill_right(view, frame, dates, tail, limit)
    frame.is_history = frame.is_history or bool(_HISTORY.search(view.key, start, frame.span[0]))
    if frame.date is None:
        _fill_left(view, frame, dates)
    if frame.date is None:
        _fall_back(view, frame, timeline)
    _fill_reason(view, frame, tail, limit)


def _touches(date: DateRecord, spans: Sequence[Span]) -> bool:
    return any(a < date.end and date.start < b for a, b in spans)


def _fill_number(view: TextView, frame: Frame, timeline: Timeline, tail: int, limit: int) -> None:
    start, _ = frame.reach
    after = find_number(view, frame.mention.end, min(limit, tail + 160))
    before = find_number(view, start, frame.span[0])
    if frame.status is AwardStatus.REVOKED:
        verb = _REVOKES.search(view.key, start, frame.span[0])
        chosen = next((n for n in reversed(before) if verb and n[1] <= verb.start()), None)
    elif frame.status is AwardStatus.PROPOSED:
        chosen = None
    elif after:
        chosen = after[0]
    else:
        chosen = before[-1] if before else None
        by = _BY_DECISION.search(view.key, tail, frame.reach[1])
        if chosen is None and by and view.key.count("(", tail, by.start()) <= view.key.count(")", tail, by.start()):
            chosen = next(iter(find_number(view, by.start(), frame.reach[1])), None)
    if chosen is None:
        return
    frame.decision_no = Value(text=view.text[chosen[0] : chosen[1]], span=chosen)
    near = next(
        (d for d in timeline.within(chosen[1], chosen[1] + 60) if d.start - chosen[1] < 14 and d.grain in DAYS), None
    )
    if near is not None:
        frame.decision_date = value_of(near)


def _fill_right(view: TextView, frame: Frame, dates: list[DateRecord], tail: int, limit: int) -> None:
    """Dates behind the award: its year, the period rewarded, or when the ceremony is held."""
    for date in dates:
        if not frame.span[1] <= date.start < limit and not (frame.mention.end <= date.start < tail):
            continue
        if date.grain in DAYS and frame.decision_date is None and _SIGNED.search(view.key, date.start - 20, date.start):
            frame.decision_date = value_of(date)  # `Bằng khen do X ký ngày`
            continue
        gap = view.key[frame.mention.end : date.start]
        is_close = date.start < tail or bool(_CLOSE.fullmatch(view.key, tail, date.start))
        if date.grain in (Grain.INTERVAL, Grain.HALF, Grain.QUARTER):
            is_age = _ANNIVERSARY.search(view.key, max(tail, date.start - 70), date.start)
            is_open = date.edtf.startswith(("..", "X")) or date.edtf.endswith("..")
            if frame.period is None and not is_open and not is_age:
                frame.period = value_of(date)
        elif date.grain is Grain.YEAR and is_close:
            if frame.rule == "awards.biography":
                frame.date = frame.date or value_of(date)
            elif frame.family in ("td", "co") or (frame.family in ("bk", "gk") and "(" not in gap):
                frame.period = frame.period or value_of(date)
            else:
                frame.date = frame.date or value_of(date)
        elif is_close and date.grain in (*DAYS, Grain.MONTH):
            frame.date = frame.date or value_of(date)
        elif date.grain is Grain.YEAR:
            if frame.period is None and (
                date.role is DateRole.PERIOD or _PERIOD_BEFORE.search(view.key, max(tail, date.start - 130), date.start)
            ):
                frame.period = value_of(date)
        elif (
            date.grain in DAYS
            and frame.date is None
            and (_HELD.search(view.key, max(tail, date.start - 24), date.start) or _stands_apart(view, date))
        ):
            frame.date = value_of(date)


def _stands_apart(view: TextView, date: DateRecord) -> bool:
    """`..., ngày 3/5/2013, vì ...`: a full day between commas behind the recipients."""
    before = _BEHIND_COMMA.search(view.key, max(0, date.start - 16), date.start)
    return before is not None and "X" not in date.edtf and view.key[date.end : date.end + 1] in ",.;"


def _fill_left(view: TextView, frame: Frame, dates: list[DateRecord]) -> None:
    """Dates before the award: `Năm 2012, Y được tặng`, `Sáng 20/11/2014, ...`; the nearest of the clause."""
    start, _ = frame.reach
    left = [d for d in dates if d.end <= frame.span[0]]
    if frame.period is None and not frame.is_history:
        reviewed = [
            d for d in left if d.grain is Grain.INTERVAL and _REVIEWED.search(view.key, start, _digits(view, d))
        ]
        frame.period = value_of(reviewed[-1]) if reviewed else None
    left = [d for d in left if d.role is not DateRole.PERIOD]
    semicolon = view.key.rfind(";", start, frame.span[0])
    clause = [d for d in left if d.start > semicolon] or left
    clause = [d for d in clause if not _TOLD.search(view.key, d.end, frame.span[0])]
    clause = [d for d in clause if d.grain in (*DAYS, Grain.MONTH, Grain.YEAR)]
    if frame.others_before is not None:  # what stands behind an earlier award must open its own clause
        clause = [d for d in clause if d.start < frame.others_before or _OPENS.search(view.key, start, d.start)]
    if not clause:
        return
    days = [d for d in clause if d.grain in DAYS]
    if days:
        frame.date = value_of(days[0] if _leads(view, days[0], start) else days[-1])
        if _DECIDES.search(view.key, start, frame.span[0]):
            frame.decision_date = frame.decision_date or frame.date
        return
    last = clause[-1]
    if frame.period is not None and last.grain is Grain.YEAR and last.end < semicolon:
        return  # the year of another item of the list; this one tells its own
    if not re.search(
        r"(?:từ|đến|giai đoạn|thành lập|thực hiện|kế hoạch|tổng kết|công tác|phong trào|trước khi|danh sách|"
        r"bảng xếp hạng)[^,;]{0,60}$",
        view.key[max(start, last.start - 70) : last.start],
    ):
        frame.date = value_of(last)


def _digits(view: TextView, date: DateRecord) -> int:
    """Where the first digit of a date stands."""
    digit = re.search(r"\d", view.key[date.start : date.end])
    return date.start + digit.start() if digit else date.start


def _leads(view: TextView, date: DateRecord, start: int) -> bool:
    return date.start - start < 30


def _fall_back(view: TextView, frame: Frame, timeline: Timeline) -> None:
    start, end = frame.reach
    if timeline.is_decision:
        frame.date = timeline.event
        return
    hands = any(e.lower() in _HANDING for e in frame.evidence)
    paragraph = view.key.rfind("\n", max(0, start - _PARAGRAPH), start) + 1 or max(0, start - _PARAGRAPH)
    if frame.rule == "awards.receive_clause" and _CEREMONY.search(view.key, paragraph, end):
        hands = True
    if frame.decision_date is not None and not hands:
        frame.date = frame.decision_date
        return
    if frame.is_history or _SIGNING.search(view.key, start, frame.span[0]) or frame.status is AwardStatus.REVOKED:
        return
    told = _TOLD.search(view.key, start, frame.span[0])
    if told and timeline.event and timeline.event.span and start <= timeline.event.span[0] < told.start():
        return  # the day on which somebody tells of it
    if timeline.is_formal or _at_event(view, frame, timeline, hands):
        frame.date = timeline.event


def _at_event(view: TextView, frame: Frame, timeline: Timeline, hands: bool) -> bool:
    """Tells whether an article speaks of the day of its event here: a handing over, or the paragraph says so."""
    start, end = frame.reach
    paragraph = view.key.rfind("\n", max(0, start - _PARAGRAPH), start) + 1 or max(0, start - _PARAGRAPH)
    told = timeline.event.span if timeline.event else None
    if told and paragraph <= told[0] < frame.span[0]:
        return True
    if frame.status is AwardStatus.PROPOSED:
        return bool(_MEETING.search(view.key, start, frame.span[0]))
    if hands:
        return True
    return bool(_CEREMONY.search(view.key, paragraph, end))


def _fill_reason(view: TextView, frame: Frame, tail: int, limit: int) -> None:
    begin = reason_start(view, tail, limit)
    if begin >= limit or (begin == tail and limit - tail > 200):
        return
    formula = _FORMULA.search(view.key, begin, limit)
    stop = formula.start() if formula else limit
    stop = min(stop, begin + 300)
    text = view.text[begin:stop].rstrip(" .,;\u00a0")
    if len(text) > 8:
        frame.reason = Value(text=" ".join(text.split()), span=(begin, begin + len(text)))


def share_period(frames: list[Frame], timeline: Timeline) -> None:
    """A period told at the end of a sentence holds for all its awards; proposals take that of the meeting."""
    last = next((f for f in reversed(frames) if f.period), None)
    for frame in frames:
        is_before = last is not None and last.period is not None and "/" in last.period.text and frame.span <= last.span
        if (
            frame.period is None
            and is_before
            and last is not None
            and _same_giver(frame, last)
            and frame.decision_no is None
        ):
            frame.period = None if frame.is_history else last.period
        if frame.period is None and frame.status is AwardStatus.PROPOSED:
            frame.period = timeline.period


def _same_giver(one: Frame, other: Frame) -> bool:
    return one.status is other.status and (
        one.status is AwardStatus.PROPOSED or one.grantor == other.grantor or one.grantor_kind is not None
    )


def share_day(view: TextView, frames: Sequence[Frame]) -> None:
    """What a paragraph tells on behind a dated award happened on that day, if nothing speaks of the past."""
    for one, other in pairwise(frames):
        if (
            one.date is None
            or len(one.date.text) != 10
            or one.is_history
            or "\n" in view.key[one.span[0] : other.span[0]]
        ):
            continue
        is_past = other.is_history or other.decision_date is not None or other.status is AwardStatus.REVOKED
        if other.date is None and not is_past:
            other.date = one.date


def several_years(view: TextView, frame: Frame, timeline: Timeline) -> list[Frame]:
    """`danh hiệu ... các năm 2010, 2011, 2013`: a frame for each further year; the first keeps the first."""
    tail = frame.tail
    list_of_years = re.compile(r"\s?(?:trong |vào )?(?:các|liên tục các|hai|ba|bốn) năm\s+").match(view.key, tail)
    if list_of_years is None:
        return []
    years = []
    at = list_of_years.start()
    for date in timeline.within(list_of_years.start(), frame.reach[1]):
        if date.grain is not Grain.YEAR or date.start - at > 20:
            break
        years.append(date)
        at = date.end
    if len(years) < 2:
        return []
    frame.date, frame.period = value_of(years[0]), None
    more = []
    for year in years[1:]:
        twin = frame.copy()
        twin.date = value_of(year)
        more.append(twin)
    return more
