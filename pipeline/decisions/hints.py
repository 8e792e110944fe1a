"""What stands around an award and fills what its record leaves open: numbers, days and bodies of the paper that grants.

Only what the words tie to a paper counts as its number or day (`Quyết định số 12`, `ký ngày 5/6`); the other days of
the sentence are kept apart: they can bring two tellings together, never keep them apart.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

from extractors.domain.award_tables import award_words
from extractors.domain.orthography import matching_key
from extractors.matching import PhraseMatcher
from pipeline.decisions.authorities import Authority, authority_of
from pipeline.decisions.spelling import HERE, body_name, is_office
from pipeline.decisions.times import days_of, is_day
from pipeline.decisions.traits import Number, number_of

T = TypeVar("T")
Dated = tuple[int, int, str]  # start, end, EDTF
_SCOPE: Final = 700  # characters on each side of the award that may speak of its paper
_HEAD: Final = 700  # characters of a paper that may be its letterhead
_HEAD_LINES: Final = 14
_HEAD_WORDS: Final = 16  # of a line that may name the issuing body
_MOST_NEAR: Final = 4  # days of a sentence
_TAIL: Final = 120  # characters from the kind of a body to the end of its name
_TAIL_WORDS: Final = 9
_LEAST: Final = 3  # words of a body's name, kind and name together
_PAPER: Final = r"(?<!\w)(?:quyết định|nghị định|sắc lệnh|quyết nghị|nghị quyết|lệnh|qđ)(?!\w)"
_DIGITS: Final = (
    r"(\d{1,6}(?:\s?[-/]\s?[a-zđ][a-zđ0-9./-]{0,24}|[a-z][-/][a-zđ][a-zđ./-]{0,24}|\s[a-zđ]{2,5}[-/][a-zđ/-]{2,12})?)"
    r"(?![\d./-]{0,8}\d)"
)
_NUMBER: Final = re.compile(
    rf"{_PAPER}(?:\s(?:khen thưởng|tặng thưởng))?\s{{0,2}}\(?\s{{0,2}}(?:số\s{{0,2}}:?\s{{0,2}})?{_DIGITS}"
)
_HEAD_NUMBER: Final = re.compile(rf"(?<!\w)số\s{{0,2}}:?\s{{0,2}}{_DIGITS}")
_HEADING: Final = re.compile(rf"(?m)^\s{{0,8}}{_PAPER}")
_NUMBERED: Final = r"(?:\s{0,2}\(?\s{0,2}(?:số\s)?\d[\w/.-]{0,24}(?:\s[a-zđ]{2,5}[-/]\w{2,6})?)?"
_DIRECT: Final = re.compile(
    rf"{_PAPER}(?:\skhen thưởng)?{_NUMBERED}\s{{0,2}}[(,]?\s{{0,2}}(?:được\s)?(?:ký\s|ra\s|ban hành\s)?"
    r"(?:hôm\s|vào\s)?$"
)
_BY_SIGNING: Final = re.compile(rf"{_PAPER}[^.;\n]{{0,60}}(?<!\w)(?:ký|ban hành|ra)\s(?:hôm\s|vào\s)?$")
_CUE: Final = 130  # characters before a day that are looked at
_OF: Final = re.compile(
    rf"{_PAPER}[^.;\n]{{0,60}}?(?<!\w)(?:của|do)\s([^.;\n,(]{{4,90}}?)\s"
    r"(?:về|tặng|trao|phong|truy|công nhận|khen|ký|ban hành|v/v)(?!\w)"
)
_SENTENCE: Final = re.compile(r"[.;!?](?=\s|$)")
_NAME: Final = re.compile(r"[^\W_]+(?:['’-][^\W\d_]+)*")
_STOPS: Final = frozenset(("được", "đã", "vừa", "vì", "cùng", "nhận", "đón", "do", "với", "cho", "tặng", "trao", "có"))
_LEVELS: Final = frozenset(
    ("tỉnh", "thành phố", "thị xã", "huyện", "quận", "xã", "phường", "thị trấn", "ubnd", "thôn", "bản", "ấp", "làng")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is said around one award."""

    number: Number | None = None
    decided: str | None = None
    near: tuple[str, ...] = ()  # other days of its sentence
    authority: Authority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A text with its dates and the places of its awards, both in order, and the place of its issuer."""

    text: str
    dates: tuple[Dated, ...]
    awards: tuple[tuple[int, int], ...]
    home: str


def hints_of(around: Around, start: int, end: int) -> Hints:
    """Returns what the text around the award at `[start, end)` says of its paper."""
    own = sentence_of(around.text, start, end)
    scope = _scope(around, own, start, end)
    written = around.text[scope[0] : scope[1]]
    key = matching_key(written)
    cued = [date for date in around.dates if scope[0] <= date[0] and date[1] <= scope[1] and _is_cued(date, scope, key)]
    near = [date for date in around.dates if own[0] <= date[0] < own[1] and date not in cued]
    head = _heading(around, start)
    said = (authority_of(written[m.start(1) : m.end(1)], "", around.home) for m in _OF.finditer(key))
    return Hints(
        number=_single(_numbers(key, scope[0]), own) or head.number,
        decided=_single([(at, edtf) for at, _, edtf in cued if days_of(edtf)], own) or head.decided,
        near=tuple(dict.fromkeys(edtf for _, _, edtf in near if is_day(days_of(edtf))))[:_MOST_NEAR],
        authority=next((body for body in said if body.kind), head.authority),
    )


def sentence_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Returns the bounds of the sentence around a span, cut where it is very long."""
    low, high = max(0, start - _SCOPE), min(len(text), end + _SCOPE)
    low = max(low, text.rfind("\n", low, start) + 1, *(m.end() for m in _SENTENCE.finditer(text, low, start)))
    stops = [m.start() for m in (_SENTENCE.search(text, end, high),) if m]
    line = text.find("\n", end, high)
    return low, min([high, *stops, *((line,) if line >= 0 else ())])


def _scope(around: Around, own: tuple[int, int], start: int, end: int) -> tuple[int, int]:
    """The paragraph, up to the sentences of other awards."""
    low = max(0, start - _SCOPE, around.text.rfind("\n", 0, start) + 1)
    stop = around.text.find("\n", end)
    high = min(len(around.text) if stop < 0 else stop, end + _SCOPE)
    for first, last in around.awards:
        if low <= last <= start and (first, last) != (start, end):
            low = max(own[0], last)
        elif end <= first < high:
            high = min(own[1], first)
    return low, high


def _single(found: Sequence[tuple[int, T]], own: tuple[int, int]) -> T | None:
    """The one value there is, in the sentence or else in the scope; None where there are several."""
    inside = {value for at, value in found if own[0] <= at < own[1]}
    values = inside or {value for _, value in found}
    return values.pop() if len(values) == 1 else None


def _numbers(key: str, offset: int) -> list[tuple[int, Number]]:
    found = ((offset + m.start(), number_of(m[1])) for m in _NUMBER.finditer(key))
    return [(at, number) for at, number in found if number is not None]


def _is_cued(date: Dated, scope: tuple[int, int], key: str) -> bool:
    """Whether the words before a date tie it to a paper."""
    before = key[max(0, date[0] - scope[0] - _CUE) : date[0] - scope[0]]
    return bool(_DIRECT.search(before) or _BY_SIGNING.search(before))


def _heading(around: Around, start: int) -> Hints:
    """Number, day and body of a letterhead before the award, where the paper calls itself a decision."""
    lines = around.text[: min(start, _HEAD)].split("\n")[:_HEAD_LINES]
    head = "\n".join(lines)
    key = matching_key(head)
    numbers = [number_of(m[1]) for m in (_NUMBER.search(key), _HEAD_NUMBER.search(key)) if m]
    if not numbers or not _HEADING.search(key):
        return Hints()
    day = next((edtf for _, end, edtf in around.dates if end <= len(head) and is_day(days_of(edtf))), None)
    bodies = (authority_of(_small(line), "", around.home) for line in lines if 1 < len(line.split()) < _HEAD_WORDS)
    return Hints(number=numbers[0], decided=day, authority=next((body for body in bodies if body.kind), None))


def _small(name: str) -> str:
    return name if any(c.islower() for c in name) else name.lower()


# --- bodies that a sentence names --------------------------------------------------------------------


@cache
def _heads() -> PhraseMatcher:
    return PhraseMatcher(tuple(phrase for phrase in award_words()["body_head"] if phrase not in _LEVELS))


def bodies_in(text: str, home: str) -> Iterator[str]:
    """Yields the bodies that a text names: the core of the name, of an office with its place (see `office`).

    Where a name ends is not known, so that each run of capitals behind the kind of a body may be its end.
    """
    key = matching_key(text)
    for _, start, end in _heads().find(key):
        for stop in _ends_of_name(text, key, end):
            body = body_name(text[start:stop])
            place = home if body.place in ("", HERE) else body.place
            if len(body.core.split()) >= _LEAST and not is_office(body.core):
                yield body.core
            elif place and is_office(body.core):
                yield office(body.core, place)


def office(core: str, place: str) -> str:
    """Returns how an office is told from those that bear its name in other places."""
    return f"{core} @{place}"


def _ends_of_name(text: str, key: str, at: int) -> Iterator[int]:
    """The ends of the runs of capitalised words and numbers behind the kind of a body, up to a mark or a verb."""
    last, is_open = at, False
    for count, word in enumerate(_NAME.finditer(text, at, at + _TAIL)):
        is_name = word.group()[0].isupper() or word.group()[0].isdigit()
        is_past = bool(text[last : word.start()].strip(" -–")) or count >= _TAIL_WORDS
        if is_open and (is_past or not is_name):
            yield last
        if is_past or key[word.start() : word.end()] in _STOPS:
            return
        last, is_open = word.end(), is_name
    if is_open:
        yield last
