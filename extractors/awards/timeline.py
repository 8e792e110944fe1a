"""The dates of a document as a whole: the day of its event, the period it rewards, its number."""

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.awards.frames import Value
from extractors.domain.records import DateRecord, DateRole, Grain
from extractors.view import TextView

NO_DATE_ROLES = (
    DateRole.BIRTH,
    DateRole.DEATH,
    DateRole.LAW,
    DateRole.FURNITURE,
    DateRole.PUBLICATION,
    DateRole.DEADLINE,
)
DAYS = (Grain.DAY, Grain.TIME)
_EVENT_WORD = re.compile(
    r"(?<!\w)(?:lễ|hội nghị|đại hội|tổng kết|buổi|trao|gặp mặt|tuyên dương|khen thưởng|họp|"
    r"tổ chức|đón nhận|kỷ niệm|tặng|công bố|khởi công|khánh thành|phát lệnh|ra mắt|khai mạc|"
    r"bế mạc|diễn ra|mít tinh|phát động|khai giảng|bàn giao|thông xe|động thổ|ký kết)(?!\w)"
)
_TOPIC = re.compile(
    r"tổng kết|sơ kết|xét|bình xét|bình bầu|biểu dương|tuyên dương|khen thưởng|thi đua|phong trào|vinh danh"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The dates of a document, and what holds where a sentence does not say: day of the event, period rewarded."""

    dates: tuple[DateRecord, ...]
    event: Value | None = None
    period: Value | None = None
    number: Value | None = None
    is_decision: bool = False
    is_formal: bool = False  # minutes, proposal, report: one day for all

    def within(self, start: int, end: int) -> list[DateRecord]:
        """Returns the dates that lie in `[start, end)`."""
        low = bisect.bisect_left(self.dates, start, key=lambda d: d.start)
        high = bisect.bisect_left(self.dates, end, key=lambda d: d.start)
        return [d for d in self.dates[low:high] if d.end <= end]


def value_of(record: DateRecord) -> Value:
    """Returns a date as a slot value: EDTF without its time of day."""
    return Value(text=re.sub(r"T[^/]*", "", record.edtf), span=(record.start, record.end))


def timeline_of(view: TextView, dates: Sequence[DateRecord], document: DateRecord | None) -> Timeline:
    """Returns what the dates of a document tell about the event as a whole."""
    layout = view.layout
    kind = layout.kind.value
    event: Value | None = None
    period = _topic_period(view, dates)
    if kind == "report" and period is not None:
        event = period  # what a report sums up was conferred in its year
    elif kind in ("decision", "minutes", "proposal", "report") and document is not None:
        event = value_of(document)
    elif kind == "article":
        event = _article_event(view, dates)
    number = None
    if layout.number is not None:
        number = Value(text=view.text[layout.number[0] : layout.number[1]].strip(), span=layout.number)
    return Timeline(
        dates=tuple(sorted(dates, key=lambda d: d.start)),
        event=event,
        period=period,
        number=number,
        is_decision=kind == "decision",
        is_formal=kind in ("minutes", "proposal", "report"),
    )


def _article_event(view: TextView, dates: Sequence[DateRecord]) -> Value | None:
    """The first day told in the opening paragraphs of an article that is no page furniture and no birthday."""
    lines = view.layout.lines
    limit = lines[min(len(lines), 8) - 1].end if lines else 0
    for date in dates:
        if date.start >= limit:
            break
        if date.role in NO_DATE_ROLES or date.grain not in DAYS or date.role is DateRole.DECISION:
            continue
        sentence = view.sentence_at(date.start)
        if _EVENT_WORD.search(view.key, *sentence) and not re.search(
            r"trước đó|vào khoảng|vụ ", view.key[sentence[0] : date.start]
        ):
            return value_of(date)
    return None


def _topic_period(view: TextView, dates: Sequence[DateRecord]) -> Value | None:
    """The year or years that a meeting sums up: from the title, else from the first lines."""
    lines = [line for line in view.layout.lines if not line.is_row][:8]
    title = view.layout.title
    spans = ([title] if title else []) + [(line.start, line.end) for line in lines]
    for start, end in spans:
        topic = _TOPIC.search(view.key, start, end)
        if topic is None:
            continue
        for date in dates:
            if topic.start() <= date.start < min(end, topic.start() + 200) and date.grain in (
                Grain.YEAR,
                Grain.INTERVAL,
            ):
                return value_of(date)
    return None
