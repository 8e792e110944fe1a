"""The awards of a document: mentions, clauses, slots, lists, merging, in this order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from extractors.awards.bullets import lead_of, read_line
from extractors.awards.clauses import read_sentence
from extractors.awards.frames import Frame, Span, Value
from extractors.awards.headers import complete, is_list_title, mark_titles
from extractors.awards.legality import legal_doubts
from extractors.awards.lists import ListReader
from extractors.awards.mentions import ByPlace, Mention, find_mentions
from extractors.awards.merging import merge
from extractors.awards.names import Name
from extractors.awards.people import People
from extractors.awards.signed import add_decision
from extractors.awards.slots import fill, several_years, share_day, share_period
from extractors.awards.timeline import Timeline, timeline_of
from extractors.domain.award_tables import award_forms
from extractors.domain.records import (
    AwardRecord,
    AwardStatus,
    DateRecord,
    DocumentKind,
    ProvinceRecord,
    Recipient,
    Slot,
)
from extractors.layout import Line
from extractors.matching import SpanIndex
from extractors.view import TextView

_NO_SUBJECT = re.compile(
    r"(?:^|[;.,(]\s?)(?:và |đã |từng |vinh dự |cũng |còn |liên tục |(?:nhiều|hai|ba|bốn|năm|\d{1,2}) lần |"
    r"năm \d{4} |(?:nhiều|hai|ba|\d{1,2}) năm liền )*(?:được|đón nhận|nhận)(?:\s[^;.,]{0,60})?$"
)
_TWO = re.compile(
    r"(?<!\w)(?:cả\s)?(?:hai|2|02)\s"
    r"(?:em|anh|chị|cháu|ông|bà|cô|thầy|học sinh|nam sinh|nữ sinh|bạn|thanh niên|chiến sĩ|"
    r"(?:nguyên |vị |đồng chí )?lãnh đạo(?: cấp cao)?)"
    r"(?:\s(?:học sinh|nhỏ|này|ấy|trên|nói trên))*(?=\s?[.,;]|\s(?:vì|đã|có|được|vừa|do|để|nhằm)(?!\w)|$)"
)
_FAMILY = re.compile(r"[Gg]ia đình (ông|bà|anh|chị|em|cụ|cô|thầy)")
_UNIT = frozenset({"đơn vị", "đơn vị này"})
_UNIT_NEAR = 1500  # characters back to the body that `đơn vị` stands for
_LINES_BELOW = 24  # that a lead with a colon reaches
_MENTIONS_AT_ONCE = 16
_SENTENCE = 6000
_CAPTION = re.compile(r"(?<!\w)ảnh\s?:|\(?ảnh (?:minh họa|do|chụp|tư liệu)|- ảnh(?!\w)")


def find(
    view: TextView,
    dates: Sequence[DateRecord] = (),
    provinces: Sequence[ProvinceRecord] = (),
    document_date: DateRecord | None = None,
) -> list[AwardRecord]:
    """Returns the awards of the text in order; never raises on any text.

    `dates` and `provinces` are what their families found in the same text; without them the slots that
    need them stay empty.
    """
    mentions = [m for m in find_mentions(view) if not _in(view.layout.copies, m.start)]
    if not any(m.form.in_scope for m in mentions):
        return []
    places = SpanIndex(provinces)
    timeline = timeline_of(view, dates, document_date)
    frames = _from_sentences(view, mentions, places, timeline)
    mark_titles(view, frames)
    for frame in ListReader(view, mentions, frames, places).read():
        fill(view, frame, timeline)
    complete(view, frames, timeline, places)
    _carry_over(view, frames)
    if view.layout.kind is DocumentKind.ARTICLE:
        share_day(view, frames)
    _settle(view, frames)
    named = ByPlace(provinces, lambda p: p.start)
    return [_record(view, f, named) for f in merge(_at_home(frames, mentions)) if _tells_something(f)]


def _from_sentences(view: TextView, mentions: Sequence[Mention], places: SpanIndex, timeline: Timeline) -> list[Frame]:
    """The frames of all sentences in order, with their slots."""
    frames: list[Frame] = []
    for span, inside in _sentences_with(view, mentions):
        if is_list_title(view, span):
            continue
        found = read_sentence(view, span, inside, places) or _below_lead(view, span, inside, places, frames)
        add_decision(view, found, timeline, places)
        for at, frame in enumerate(found):
            fill(view, frame, timeline, found[:at])
        share_period(found, timeline)
        frames.extend(found)
        for frame in found:
            frames.extend(several_years(view, frame, timeline))
    return frames


def _below_lead(
    view: TextView, span: Span, inside: list[Mention], places: SpanIndex, frames: list[Frame]
) -> list[Frame]:
    """The awards of a line that only names them, below a line that tells who received them."""
    at = span[0]
    for _ in range(_LINES_BELOW):
        line = view.key.rfind("\n", 0, max(0, at))
        if line < 0:
            return []
        before = view.sentence_at(max(0, line - 1))
        if before[0] == before[1]:
            at = line
            continue
        if (lead := lead_of(view, before)) is not None:
            return read_line(view, span, inside, lead, places)
        if view.text[before[0] : before[0] + 1] not in "-+•*–" and not view.text[before[0]].isdigit():
            return []
        at = before[0]
    return []


def _settle(view: TextView, frames: list[Frame]) -> None:
    """Resolves the recipients' names and marks what titles and captions only retell."""
    people = People(view)
    lines = ByPlace(view.layout.lines, lambda line: line.end)
    title = view.layout.title
    for number, frame in enumerate(frames):
        at = frame.span[0]
        frame.names = _resolved(people, frame, frames[:number]) or _both(view, people, frame, frames[:number])
        frame.is_title = bool(title and title[0] <= at < title[1]) and len(view.layout.lines) > 1
        line = next(iter(lines.within(at + 1, len(view.text) + 1)), None)
        frame.is_weak = frame.is_title or (line is not None and _is_caption(view, line))


def _at_home(frames: list[Frame], mentions: Sequence[Mention]) -> list[Frame]:
    """Leaves out other states' orders, and the party badge without years where others tell theirs."""
    has_years = any(f.family == "hh" and f.award_class for f in frames)
    abroad = {f.form for f in frames if f.is_foreign}
    names_abroad = any(m.form.id.startswith("ng-") for m in mentions)
    kept = []
    for frame in frames:
        is_heading = has_years and frame.form == "hh-tuoi-dang" and not frame.award_class and not frame.names
        is_unclaimed = frame.grantor is None and (
            frame.form in abroad or (names_abroad and frame.family == "hc" and frame.award_class is None)
        )
        if not (is_heading or frame.is_foreign or is_unclaimed):
            kept.append(frame)
    return kept


def _tells_something(frame: Frame) -> bool:
    """A proposal or a revocation without any recipient, and a conferral without even a grantor, is talk."""
    if frame.names or frame.count is not None:
        return True
    if frame.mention.is_anaphor:
        return False
    if frame.status is AwardStatus.REVOKED:
        return frame.decision_no is not None
    if frame.grantor is not None and frame.family == "gk" and "trường" in frame.grantor.text.lower():
        return False  # certificates that a school gives its pupils
    is_told = frame.is_open and frame.date is not None and not frame.is_weak  # `trao bằng khen cho các đơn vị`
    return frame.status is AwardStatus.GRANTED and (frame.grantor is not None or is_told)


def _carry_over(view: TextView, frames: list[Frame]) -> None:
    """`...; đã được tặng Huân chương`: without a subject of its own the recipient told before in the line goes on."""
    for at, frame in enumerate(frames):
        if (
            frame.names
            or frame.count is not None
            or frame.rule not in ("awards.passive_clause", "awards.receive_clause")
        ):
            continue
        line = view.key.rfind("\n", 0, frame.span[0]) + 1 if not frame.names else 0
        before = [f for f in frames[max(0, at - 6) : at] if line <= f.span[0] < frame.span[0] and len(f.names) == 1]
        if before and _NO_SUBJECT.search(view.key, line, frame.span[0]):
            frame.names, frame.is_open = list(before[-1].names), before[-1].is_open


def _resolved(people: People, frame: Frame, before: Sequence[Frame]) -> list[Name]:
    """The recipients with their full names; a given name that the document never completes is left out."""
    names: list[Name] = []
    for name in frame.names:
        full = people.resolve(name)
        if full.is_pronoun and full.text.lower() in _UNIT:
            if spoken := people.body_of_speaker(name.start):
                names.append(replace(name, text=spoken, is_pronoun=False))
                continue
            units = [n for f in before[-4:] for n in f.names if n.kind == "collective" and not n.is_pronoun]
            if not units or name.start - units[-1].start > _UNIT_NEAR:
                continue
            full = replace(name, text=units[-1].text, is_pronoun=False)
        if family := _FAMILY.fullmatch(name.text):
            head = replace(name, text=family[1], kind="person", is_pronoun=True)
            full = (
                replace(full, text=f"{name.text} {named}")
                if (named := people.resolve(head).text) != family[1]
                else full
            )
        if name.is_short and full.text == name.text:
            continue
        if all(full.text != n.text for n in names):
            names.append(full)
    return names


def _both(view: TextView, people: People, frame: Frame, before: Sequence[Frame]) -> list[Name]:
    """Whom `hai em` stands for: two who received an award before, else two persons named side by side."""
    if frame.names or frame.count is None or frame.count.text != "2" or frame.is_open:
        return []
    start = max(frame.reach[0], frame.span[0] - 120)
    both = _TWO.search(view.key, start, min(frame.reach[1], frame.span[1] + 160))
    if both is None:
        return []
    two = [f.names for f in before if len(f.names) == 2 and all(n.kind == "person" for n in f.names)]
    return list(two[-1]) if two else people.pair_before(both.start())


def _in(spans: Sequence[Span], at: int) -> bool:
    return any(a <= at < b for a, b in spans)


def _sentences_with(view: TextView, mentions: Sequence[Mention]) -> Iterator[tuple[Span, list[Mention]]]:
    """Yields the sentences that name awards; of an endless one stretches of so many awards."""
    for span, group in groupby(mentions, key=lambda m: view.sentence_at(m.start)):
        inside = [m for m in group if span[0] < span[1]]
        if len(inside) <= _MENTIONS_AT_ONCE and span[1] - span[0] < _SENTENCE:
            if inside:
                yield span, inside
            continue
        for at in range(0, len(inside), _MENTIONS_AT_ONCE):
            some = inside[at : at + _MENTIONS_AT_ONCE]
            low = max(span[0], some[0].start - 400, inside[at - 1].end if at else 0)
            high = inside[at + len(some)].start if at + len(some) < len(inside) else span[1]
            yield (low, min(high, some[-1].end + 1500)), [m for m in some if m.end <= some[-1].end]


def _is_caption(view: TextView, line: Line) -> bool:
    """Tells whether a line of an article only describes a picture."""
    layout = view.layout
    if layout.kind is not DocumentKind.ARTICLE or line.end - line.start > 450:
        return False
    content = view.key[line.start : line.end].rstrip()
    if content.lstrip()[:2] in ("- ", "+ ", "• ", "* "):
        return False
    if _CAPTION.search(content) and len(content) < 400:
        return True
    is_last = len(layout.lines) < 2 or line is layout.lines[-1]
    return content[-1] not in ".:;!?…\"'" and len(content) < 260 and not is_last


def _record(view: TextView, frame: Frame, provinces: ByPlace[ProvinceRecord]) -> AwardRecord:
    start, end = frame.span
    slots = {
        name: _slot(value)
        for name in ("count", "decision_no", "decision_date", "date", "period", "reason")
        if (value := getattr(frame, name)) is not None
    }
    count = int(frame.count.text) if frame.count else None
    if count is None and frame.names and not frame.is_open:
        count = len(frame.names)
    form = award_forms()[frame.form]
    return AwardRecord(
        start=start,
        end=end,
        text=view.text[start:end],
        rule=frame.rule,
        evidence=(*legal_doubts(frame), *frame.evidence)[:4],
        form=frame.form,
        award_class=frame.award_class,
        level=form.level,
        status=AwardStatus(frame.status),
        grantor=_slot(frame.grantor) if frame.grantor else None,
        recipients=tuple(_recipient(n, provinces) for n in frame.names),
        count=count,
        posthumous=frame.posthumous,
        decision_no=_text(frame.decision_no),
        decision_date=_text(frame.decision_date),
        date=_text(frame.date),
        period=_text(frame.period),
        reason=_text(frame.reason),
        slots=slots,
    )


def _recipient(name: Name, provinces: ByPlace[ProvinceRecord]) -> Recipient:
    """The recipient with the province that its name holds, if one."""
    inside = provinces.within(name.start, name.end)
    return Recipient(
        text=name.text,
        start=name.start,
        end=name.end,
        kind=name.kind,
        province=inside[0].id if inside and name.kind == "collective" else None,
    )


def _slot(value: Value) -> Slot:
    start, end = value.span if value.span else (None, None)
    return Slot(text=value.text, start=start, end=end)


def _text(value: Value | None) -> str | None:
    return value.text if value else None
