"""What only minutes tell: when and where, who led and wrote, who was there, the count of votes, the end."""

import re
from itertools import chain

from extractors.headers.facts import CLOCK, NUMBER, HeaderFact, count_of, day_in, fact, moment, one_line
from extractors.view import TextView

_OPENING = 6000  # characters of the text in which the opening of minutes stands
_CLOCK = re.compile(rf"(?<![\d/]){CLOCK}")
_END = re.compile(r"kết thúc|bế mạc|giải tán")
_PLACE = re.compile(
    r"địa điểm\s*:\s*(?:tại\s+)?([^\n;]{3,200}?)"
    r"(?=\s*(?:\n|;|$|\.\s*(?:\n|$)|\.\s+(?:thành phần|chủ |thời gian|thư ký|có mặt)))"
)
_AT = re.compile(r"(?<!\w)tại\s+([^\n,.;]{3,120}?)(?=\s*(?:[,;\n]|\.(?:\s|$)|$))")
_TITLES = r"(?:(?:các )?(?:ông|bà|đồng chí|đ/c|thầy|cô|anh|chị|ngưt|ngnd|pgs|gs|ts|ths|bs)[. ]+){0,3}"
_CHAIR = re.compile(rf"chủ (?:trì|tọa)(?: (?:cuộc họp|hội nghị|phiên họp|buổi họp))?\s*:\s*{_TITLES}")
_CLERK = re.compile(rf"thư ký(?: (?:cuộc họp|hội nghị|phiên họp|buổi họp))?\s*:\s*{_TITLES}")
_NAME = re.compile(r"[^\W\d_][\w'’]*(?:[ \u00a0][^\W\d_][\w'’]*){1,6}")
_MEMBERS = r"(?:thành viên|ủy viên|đại biểu|đồng chí|đ/c|người|cán bộ|đảng viên|giáo viên|hội viên|công chức)"
_PRESENCE = re.compile(
    rf"(?:có mặt|thành phần|tham dự|dự họp|tham gia)\b[^\n\d]{{0,30}}(\d{{1,4}})\s*/\s*(\d{{1,4}})\s+{_MEMBERS}"
)
_HEADS = re.compile(
    r"(?:thành phần|có mặt|tham dự)\b[^\n]{0,400}?(?<![\d/])(\d{1,4}) (?:đại biểu|thành viên|người)(?!\w)"
)
_ABSENT = re.compile(rf"vắng(?: mặt)?\s*:?\s*({NUMBER})(?!\w)(?:\s+{_MEMBERS})?")
_VOTES = (
    ("votes_issued", re.compile(r"phát ra\s*:?\s*(?:là\s+)?(\d{1,5})(?!\w)")),
    ("votes_returned", re.compile(r"thu (?:về|vào|lại)\s*:?\s*(?:là\s+)?(\d{1,5})(?!\w)")),
    ("votes_valid", re.compile(r"(?<!không )hợp lệ\s*:?\s*(?:là\s+)?(\d{1,5})(?!\w)")),
)
_MADE = re.compile(rf"lập thành\s+({NUMBER})\s+bản(?!\w)")


def minutes_facts(view: TextView) -> list[HeaderFact]:
    """Returns the facts of minutes that `official_facts` does not tell."""
    title = view.layout.title
    start = title[0] if title else 0
    opening = (start, min(len(view.key), start + _OPENING))
    begun = _start(view)
    return [
        *begun,
        *_place(view, opening),
        *_person(view, opening, _CHAIR, "chair"),
        *_person(view, opening, _CLERK, "secretary"),
        *_presence(view, opening),
        *_votes(view),
        *_end(view, str(begun[0].value)[:10] if begun else None),
        *_made(view),
    ]


def _start(view: TextView) -> list[HeaderFact]:
    line = view.layout.issued_line
    if line is None:
        return []
    day = day_in(view.key, *line)
    if day is None:
        return []
    (start, end), edtf = day
    clock = _CLOCK.search(view.key, line[0], start)
    if clock is None:
        return fact(view, "start_time", (start, end), edtf, "start_day", "line of time, without a clock time")
    value = moment(edtf, clock.group(1), clock.group(2))
    return fact(view, "start_time", (clock.start(), end), value, "start_time", "clock and day in the line of time")


def _place(view: TextView, opening: tuple[int, int]) -> list[HeaderFact]:
    if match := _PLACE.search(view.key, *opening):
        return fact(
            view, "place", match.span(1), one_line(view.text[slice(*match.span(1))]), "place", "behind Địa điểm"
        )
    line = view.layout.issued_line
    match = _AT.search(view.key, *line) if line else None
    if match is None:
        return []
    return fact(
        view,
        "place",
        match.span(1),
        one_line(view.text[slice(*match.span(1))]),
        "place_at",
        "behind tại in the line of time",
    )


def _person(view: TextView, opening: tuple[int, int], cue: re.Pattern[str], field: str) -> list[HeaderFact]:
    for match in cue.finditer(view.key, *opening):
        name = _NAME.match(view.text, match.end())
        words = list(re.finditer(r"\S+", name.group())) if name else []
        taken = next((i for i, w in enumerate(words) if not w.group()[0].isupper()), len(words))
        if taken:
            span = (match.end(), match.end() + words[taken - 1].end())
            return fact(view, field, span, one_line(view.text[slice(*span)]), field, f"named as {field} in the opening")
    return []


def _presence(view: TextView, opening: tuple[int, int]) -> list[HeaderFact]:
    found: list[HeaderFact] = []
    if match := _PRESENCE.search(view.key, *opening):
        if int(match.group(1)) <= int(match.group(2)):
            found += fact(view, "present", match.span(1), int(match.group(1)), "presence", "ratio of those present")
            found += fact(view, "members", match.span(2), int(match.group(2)), "presence", "ratio of those present")
    elif match := _HEADS.search(view.key, *opening):
        found += fact(view, "present", match.span(1), int(match.group(1)), "heads", "number of those present")
    if match := _ABSENT.search(view.key, *opening):
        found += fact(view, "absent", match.span(1), count_of(match.group(1)), "absent", "behind vắng")
        found += _reason(view, match.end())
    return found


_REASON = re.compile(r"\s*(?:\(([^()\n]{3,300})\)|[,:]?\s*([^\n.;()]{3,200}))")
_LEAD = re.compile(r"(?:có )?lý do(?: là)?\s*:?\s*")


def _reason(view: TextView, at: int) -> list[HeaderFact]:
    match = _REASON.match(view.key, at)
    if match is None:
        return []
    start, end = match.span(1) if match.group(1) else match.span(2)
    if lead := _LEAD.match(view.key, start, end):
        start = lead.end()
    return fact(
        view,
        "absence_reason",
        (start, end),
        one_line(view.text[start:end]),
        "absence_reason",
        "behind the number absent",
    )


def _votes(view: TextView) -> list[HeaderFact]:
    first = next(filter(None, (pattern.search(view.key) for _, pattern in _VOTES[:1])), None)
    if first is None:
        return []
    end = view.key.find("\n", first.end())
    reach = (max(0, first.start() - 40), end if end >= 0 else len(view.key))
    matches = ((name, pattern.search(view.key, *reach)) for name, pattern in _VOTES)
    return list(
        chain.from_iterable(
            fact(view, name, m.span(1), int(m.group(1)), "votes", "count of the ballots") for name, m in matches if m
        )
    )


def _end(view: TextView, opened: str | None) -> list[HeaderFact]:
    """The last clock time behind a word of ending; its day is the one told there, else that of the opening."""
    half = len(view.key) // 3
    for match in reversed(list(_END.finditer(view.key, half))):
        clock = _CLOCK.search(view.key, match.end(), match.end() + 60)
        if clock is None or "\n" in view.key[match.end() : clock.start()]:
            continue
        line_end = view.key.find("\n", clock.end())
        told = day_in(view.key, clock.end(), min(line_end if line_end >= 0 else len(view.key), clock.end() + 45))
        day = told[1] if told else opened
        if day is None:
            continue
        span = (clock.start(), told[0][1] if told else clock.end())
        reason = "day told beside it" if told else "on the day of the opening"
        return fact(
            view,
            "end_time",
            span,
            moment(day, clock.group(1), clock.group(2)),
            "end_time",
            "behind a word of ending",
            reason,
        )
    return []


def _made(view: TextView) -> list[HeaderFact]:
    match = _MADE.search(view.key)
    return (
        fact(view, "copies_made", match.span(1), count_of(match.group(1)), "copies_made", "behind lập thành")
        if match
        else []
    )
