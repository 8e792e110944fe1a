"""Which day a document counts from, and which year its dates without a year belong to."""

import bisect
import re
from dataclasses import dataclass, replace
from datetime import date

from extractors.dates.atoms import Anchor, Atom
from extractors.dates.relative import Reference, count_back, real_day, reference_of
from extractors.domain.records import DateRole, DocumentKind, Grain
from extractors.view import TextView

_DAYS = (Grain.DAY, Grain.TIME)
_SOON = 120  # days after the latest day told within which an untold year may begin
_LEAD = 900  # characters from the title within which an article tells its day
_AHEAD = re.compile(
    r"(?:đến|tới|tầm nhìn|mục tiêu|kế hoạch|dự kiến|hạn|chỉ tiêu|trước(?! đó)|định hướng|phấn đấu)[^.\n]{0,14}$"
)
_SUBJECT = re.compile(
    r"(?:kế hoạch|công tác|tổng kết|nhiệm vụ|dự toán|thi đua|báo cáo|luật|hình sự|dân sự|so với)[^.,\n]{0,12}$"
)
_UNFIT = (DateRole.FURNITURE, DateRole.BIRTH, DateRole.DEADLINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A year that was not written, with the reason for it."""

    year: int
    evidence: str
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A date with its year as told: `at` its place, `day` its first possible day."""

    at: int
    day: date
    grain: Grain
    role: DateRole | None
    opens_sentence: bool
    closes_phrase: bool


class Years:
    """The years that a document tells, and the inference of those that it leaves out."""

    def __init__(self, view: TextView, atoms: list[Atom]) -> None:
        self._view = view
        points = (point for atom in atoms for point in _points(atom))
        self._told = [told for point in points if (told := _told(view, point))]
        self._places = [told.at for told in self._told]
        exact = [t.day for t in self._told if t.grain in (Grain.DAY, Grain.TIME, Grain.MONTH)]
        self._latest = max(exact, default=None)
        self._plain_years = [t.day.year for t in self._told if t.grain is Grain.YEAR and t.role is not DateRole.LAW]
        title = view.layout.title or (0, 0)
        self._title_years = {t.day.year for t in self._told if title[0] <= t.at < title[1] and t.grain is Grain.YEAR}
        self._school_year = _school_year(atoms)
        self.furniture = _furniture(atoms)

    @property
    def latest_year(self) -> int | None:
        """The latest year that the document tells, None where it tells none."""
        return max((told.day.year for told in self._told), default=None)

    @property
    def writing_year(self) -> Reference | None:
        """The year of writing as the dates of the document imply it, None where they do not."""
        years = [*([self._latest.year] if self._latest else []), *self._plain_years]
        if self.furniture and (not years or self.furniture.year == max(years)):
            return Reference(year=self.furniture.year, source="the display date of the page")
        return None

    def tell_later_than(self, atom: Atom) -> bool:
        """Tells whether the document tells times well after the date of the atom, so that it looks back on it."""
        day = real_day(atom.year or 0, atom.month or 1, atom.day or 1)
        if day is None:
            return False
        exact = (Grain.DAY, Grain.TIME, Grain.MONTH)
        return any(
            (told.day - day).days > 45 if told.grain in exact else told.day.year > day.year + 1 for told in self._told
        )

    def display_reference(self) -> Reference | None:
        """The display date of the page, where nothing in the body is told of a later time."""
        day = self.furniture
        if day is None or any(told.day > day for told in self._told if told.grain not in (Grain.QUARTER, Grain.HALF)):
            return None
        source = "the display date of the page"
        return Reference(year=day.year, month=day.month, day=day.day, source=source, is_firm=False)

    def infer(self, atom: Atom, reference: Reference | None) -> Guess | None:
        """Returns the year of a date that tells none, None where nothing plainly implies it."""
        month, day = _month_and_day(atom)
        if month is None:
            return None
        local = self._local(atom, month, day)
        if local is not None:
            return local
        if reference is not None and reference.year is not None and (reference.date or reference.month):
            anchor = real_day(reference.year, reference.month or 6, reference.day or 15)
            if anchor is not None:
                year = _nearest(month, day, anchor, atom.direction, is_deadline=atom.role is DateRole.DEADLINE)
                evidence = f"year nearest to {reference} ({reference.source})"
                return Guess(year=year, evidence=evidence, reference=str(reference))
        return self._after_latest(month, day) or self._from_years(month) or self._from_furniture(month, day)

    def _local(self, atom: Atom, month: int, day: int) -> Guess | None:
        """A dated sentence just before carries its year on."""
        at = bisect.bisect_left(self._places, atom.start) - 1
        if at < 0:
            return None
        told = self._told[at]
        if told.role in (DateRole.LAW, DateRole.DECISION, DateRole.PERIOD) or atom.start - told.at > 300:
            return None
        if self._latest and told.day.year < self._latest.year and "\n" in self._view.key[told.at : atom.start]:
            return None  # a new paragraph or caption mostly comes back from what it looked back on
        if told.grain is Grain.YEAR:
            in_sentence = told.at >= self._view.sentence_at(atom.start)[0]
            reach = 120 if told.opens_sentence else 40 if told.closes_phrase else 0
            if in_sentence and atom.start - told.at < reach:
                return Guess(year=told.day.year, evidence="the sentence tells its year before")
            return None
        if told.grain not in (*_DAYS, Grain.MONTH):
            return None
        for year in (told.day.year, told.day.year + 1):
            meant = real_day(year, month, day)
            if meant and -31 <= (meant - told.day).days <= 183:
                return Guess(year=year, evidence=f"follows {told.day}")
        return None

    def _after_latest(self, month: int, day: int) -> Guess | None:
        """The first such day after the latest day that the document tells in full, within ten months."""
        if self._latest is None:
            return None
        for year in (self._latest.year, self._latest.year + 1):
            meant = real_day(year, month, day)
            if meant and -45 <= (meant - self._latest).days <= 250:
                is_told = year == self._latest.year or year in self._plain_years
                if not self._is_year_of_most(year) or not (is_told or (meant - self._latest).days <= _SOON):
                    return None
                return Guess(year=year, evidence=f"first such day after {self._latest}, the latest told in full")
        return None

    def _is_year_of_most(self, year: int) -> bool:
        """Tells whether three dates at least, and half of all, are of this year or the one before, and none later."""
        near = sum(year - 1 <= told.day.year <= year for told in self._told)
        return near >= 3 and 2 * near >= len(self._told) and all(told.day.year <= year for told in self._told)

    def _from_years(self, month: int) -> Guess | None:
        """A school year places its months; a year told more than once places the months of its second half."""
        if self._school_year is not None and self._latest is None:
            first = self._school_year
            if 4 <= month <= 8:
                return None  # the year that ends and the one that is prepared are both spoken of
            return Guess(year=first if month >= 8 else first + 1, evidence=f"school year {first}-{first + 1}")
        if not self._plain_years or self._latest is not None:
            return None
        last = max(self._plain_years)
        share = self._plain_years.count(last) / len(self._plain_years)
        if month >= 7 and last in self._title_years and share > 0.5 and self.furniture is None:
            return Guess(year=last, evidence=f"{last} is the year of the title")
        return None

    def _from_furniture(self, month: int, day: int) -> Guess | None:
        """The display date of the page, where the day lies shortly before it and the body tells nothing else."""
        if self.furniture is None:
            return None
        for year in (self.furniture.year, self.furniture.year - 1):
            meant = real_day(year, month, day)
            if meant and -7 <= (self.furniture - meant).days <= 60:
                return Guess(year=year, evidence=f"shortly before the display date {self.furniture}")
        return None


def document_reference(view: TextView, issued: Atom | None, years: Years) -> Reference | None:
    """Returns the day that relative dates count from: given, or that of the document's own date `issued`."""
    if view.reference_date is not None:
        day = view.reference_date
        return Reference(year=day.year, month=day.month, day=day.day, source=view.reference_source or "given")
    if issued is None:
        return years.display_reference()
    if view.layout.kind is not DocumentKind.ARTICLE:
        return reference_of(issued, "the line of place and date")
    if issued.year is None:
        guess = years.infer(issued, None)
        if guess is not None:
            issued.year = guess.year
            issued.evidence.append(guess.evidence)
    if years.tell_later_than(issued):
        return years.display_reference()
    is_firm = issued.evidence[:1] == ["dateline"]
    source = reference_of(issued, "the lead of the article", is_firm=is_firm)
    shift = issued.gloss.shift if issued.gloss else None
    if shift is not None and shift.grain is Grain.DAY and shift.anchor is Anchor.REFERENCE:
        return count_back(reference_of(issued, source.source), -shift.amount)
    return source


def document_atom(view: TextView, atoms: list[Atom]) -> Atom | None:
    """Returns the date that stands for the document: of its signing or meeting line, or of an article's lead."""
    layout = view.layout
    if layout.kind is not DocumentKind.ARTICLE:
        if layout.issued_line is None:
            return None
        first, last = layout.issued_line
        return next((a for a in atoms if first <= a.start < last and a.year is not None and a.month is not None), None)
    start = layout.title[1] if layout.title else 0
    days = [atom for atom in atoms if start <= atom.start <= start + _LEAD and _is_event_day(atom)]
    # A year is written out for the past more than for the present: a day without one is nearer to the writing.
    return next((atom for atom in days if atom.year is None), days[0] if days else None)


def _is_event_day(atom: Atom) -> bool:
    if atom.grain not in _DAYS or atom.is_lunar or atom.until or atom.bound or atom.shift:
        return False
    has_day = atom.month is not None and atom.day is not None
    return has_day and atom.role not in (*_UNFIT, DateRole.LAW, DateRole.DECISION)


def _points(atom: Atom) -> list[Atom]:
    """Returns the atom, or the two ends of an interval of days or months."""
    if atom.until is None:
        return [atom]
    if not atom.rule.startswith("dates.interval") or atom.until.grain is Grain.YEAR:
        return []
    return [replace(atom, until=None), replace(atom.until, rule=atom.rule, role=atom.role)]


def _told(view: TextView, atom: Atom) -> _Told | None:
    """Dates that tell when things happened: no plans, births, display dates or periods."""
    if atom.year is None or atom.until or atom.is_lunar or atom.role in _UNFIT or not 1900 <= atom.year <= 2100:
        return None
    if atom.bound == "start" and (atom.month, atom.day) == (1, 1):
        return None  # the day on which a law or price takes effect, mostly ahead
    is_end = atom.rule.startswith("dates.interval")
    if atom.bound == "end" or (not is_end and _AHEAD.search(view.key, max(0, atom.start - 40), atom.start)):
        return None
    if atom.grain not in (*_DAYS, Grain.MONTH, Grain.YEAR, Grain.QUARTER, Grain.HALF) or atom.rule == "dates.year_bare":
        return None
    day = real_day(atom.year, _month_and_day(atom)[0] or 1, atom.day or 1)
    if day is None:
        return None
    opens = view.sentence_at(atom.start)[0] >= atom.start - 2
    is_plain = atom.rule == "dates.year" and not _SUBJECT.search(view.key, max(0, atom.start - 30), atom.start)
    closes = is_plain and atom.bound is None and view.key[atom.end : atom.end + 1] == ","
    return _Told(at=atom.start, day=day, grain=atom.grain, role=atom.role, opens_sentence=opens, closes_phrase=closes)


def _school_year(atoms: list[Atom]) -> int | None:
    first = {
        a.year for a in atoms if a.rule == "dates.school_year" and a.until and a.year and a.until.year == a.year + 1
    }
    return max(first) if first else None


def _furniture(atoms: list[Atom]) -> date | None:
    for atom in atoms:
        if atom.role is DateRole.FURNITURE and atom.year and atom.month and atom.day:
            return real_day(atom.year, atom.month, atom.day)
    return None


def _month_and_day(atom: Atom) -> tuple[int | None, int]:
    if atom.code is not None and len(atom.code) == 2 and atom.code.isdigit():
        code = int(atom.code)
        return ((code - 33) * 3 + 2 if code < 40 else 4 if code == 40 else 10), 1
    return atom.month, atom.day or 15


def _nearest(month: int, day: int, anchor: date, direction: str | None, *, is_deadline: bool) -> int:
    """The year of the day as news means it: the past of the same year before anything else."""
    dated = {year: real_day(year, month, day) for year in (anchor.year - 1, anchor.year, anchor.year + 1)}
    distance = {year: (meant - anchor).days for year, meant in dated.items() if meant}
    if not distance:
        return anchor.year
    if direction == "future" or is_deadline:
        ahead = [year for year, days in distance.items() if days >= -15]
        return min(ahead, default=anchor.year)
    if direction == "past":
        return max((year for year, days in distance.items() if days <= 0), default=anchor.year)
    here = distance.get(anchor.year)
    if here is None:
        return min(distance, key=lambda year: abs(distance[year]))
    if here > 183:
        return anchor.year - 1
    if here < -330:
        return anchor.year + 1
    return anchor.year
