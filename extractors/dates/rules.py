"""The scan: one pass for places where a date may begin, the forms matched there, and what may follow them."""

import re
from dataclasses import replace

from extractors.dates import context, patterns
from extractors.dates.atoms import Anchor, Atom, Shift
from extractors.dates.forms import DIGIT_FORMS, WORD_FORMS, Forms
from extractors.dates.intervals import join
from extractors.dates.resolve import records
from extractors.dates.values import Match, clock, has_cue
from extractors.dates.vocabulary import PARTS, STAGES, WEEKDAYS
from extractors.domain.lunar import cycle_index
from extractors.domain.records import DateRecord, Grain
from extractors.view import TextView

_WORD = re.compile(r"[^\W\d_]+")
_YEAR_LIST = re.compile(r"(?<!\d)(?:19|20)\d\d,(?:19|20)\d\d(?!\d)")
_STAGED = (Grain.MONTH, Grain.YEAR, Grain.QUARTER, Grain.DECADE, Grain.CENTURY, Grain.WEEK)
_YEARLESS = (Grain.DAY, Grain.MONTH, Grain.QUARTER, Grain.HALF, Grain.INTERVAL)
_YEAR_STEPS = {"nay": 0, "ngoái": -1, "trước": -1, "qua": -1, "rồi": -1, "kia": -2, "sau": 1, "tới": 1}


def find(view: TextView) -> list[DateRecord]:
    """Returns the dates of the text in order of their start; never raises on any text."""
    return find_with_document_date(view)[0]


def find_with_document_date(view: TextView) -> tuple[list[DateRecord], DateRecord | None]:
    """Returns the dates of the text and the one that is the date of the document itself, None where none is."""
    return records(view, join(view, _without_names(view, scan(view.key))))


def _without_names(view: TextView, atoms: list[Atom]) -> list[Atom]:
    """Leaves out quarters that are the name of a village: `thôn Phú Quý 3`."""
    return [
        a for a in atoms if a.grain is not Grain.QUARTER or not context.is_named_place(view.text, view.key, a.start)
    ]


def scan(key: str) -> list[Atom]:
    """Returns what is written as a date in the matching key, latent readings included."""
    atoms: list[Atom] = []
    at = 0
    for trigger in patterns.TRIGGER.finditer(key):
        start = trigger.start()
        if start < at or (start and _is_inside(key, start)):
            continue
        found = _read(key, start, at)
        if found:
            atoms.extend(found)
            at = found[-1].end
    return atoms


def _is_inside(key: str, start: int) -> bool:
    """Tells whether the place is inside a word or a longer number."""
    before = key[start - 1]
    if before.isalnum() or before == "_":
        return True
    if before == "," and _YEAR_LIST.match(key, start - 5):
        return False
    return before in ".,/" and start > 1 and key[start - 2].isdigit() and key[start].isdigit()


def _read(key: str, start: int, floor: int) -> list[Atom]:
    lead = patterns.LEAD.match(key, start)
    if lead is None:
        return []
    core = lead.end()
    if core < len(key) and key[core].isdigit():
        found = _first(DIGIT_FORMS, key, core, lead)
        if found:
            return _finish(key, found, lead, floor)
    for place in _places(lead):
        word = _WORD.match(key, place)
        forms = WORD_FORMS.get(word.group()) if word else None
        if forms:
            found = _first(forms, key, place, lead)
            if found:
                return _finish(key, found, lead, floor)
    return []


def _places(lead: Match) -> list[int]:
    """Where a form made of words may begin: behind the lead, or at its own weekday, part of day or intro."""
    places = [lead.start(name) for name in ("weekday", "part", "intro") if lead[name]]
    places.append(lead.end())
    return places if lead.start() in places else [*places, lead.start()]


def _first(forms: Forms, key: str, at: int, lead: Match) -> list[Atom]:
    for pattern, build in forms:
        match = pattern.match(key, at)
        if match:
            atoms = build(match, lead)
            if atoms:
                return atoms
    return []


def _finish(key: str, atoms: list[Atom], lead: Match, floor: int) -> list[Atom]:
    """Adds what the lead and the words behind tell, and the words between `floor` and the lead."""
    first, last = atoms[0], atoms[-1]
    _apply_lead(first, lead)
    _apply_tails(key, last)
    for atom in atoms[:-1]:
        atom.year, atom.year_shift, atom.cycle = last.year, last.year_shift, last.cycle
        atom.direction, atom.is_lunar = last.direction, atom.is_lunar or last.is_lunar
        atom.is_latent = last.is_latent
        if first.has_cue:
            atom.has_cue = True
    if first.until and first is last:
        first.until.year = first.until.year or first.year
    _apply_stage(key, first, floor)
    if "(" in lead.group() and key[last.end : last.end + 1] == ")":
        last.end += 1
    return atoms


def _apply_lead(atom: Atom, lead: Match) -> None:
    if atom.grain not in (Grain.DAY, Grain.TIME):
        if not (lead["part"] or lead["weekday"] or lead["hour"] or lead["early"]):
            atom.start = min(atom.start, lead.start())
        return
    atom.start = min(atom.start, lead.start())
    part = lead["part"] or lead["part_after"]
    if part:
        atom.mod = PARTS[" ".join(part.split())]
    atom.time = atom.time or clock(lead, atom.mod)
    if lead["weekday"]:
        atom.weekday = WEEKDAYS[" ".join(lead["weekday"].split())]
    atom.is_approximate = bool(lead["about"]) and not part  # `tầm trưa cùng ngày`: the hour is, the day is not
    atom.has_cue = atom.has_cue or has_cue(lead)


def _apply_tails(key: str, atom: Atom) -> None:
    if atom.grain in _YEARLESS and atom.year is None and atom.shift is None:
        _calendar_tail(key, atom)
        match = patterns.YEAR_TAIL.match(key, atom.end)
        if match and not _counts_years(key, atom, match):
            _year_tail(atom, match)
        elif atom.rule in ("dates.half_year", "dates.months_side"):
            atom.end = key.index("năm", atom.end) + 3
        _calendar_tail(key, atom)
        if atom.month is None and atom.day and (match := patterns.MONTH_TAIL.match(key, atom.end)):
            amount = {"này": 0, "trước": -1}.get(match["which"], 1)
            atom.shift, atom.end = Shift(grain=Grain.MONTH, amount=amount), match.end()
            atom.is_latent, atom.has_cue = False, True
        if match := patterns.YEARLY.match(key, atom.end):
            atom.is_yearly, atom.end = True, match.end()
    has_clock = atom.grain is Grain.DAY and atom.time is None and atom.year is not None
    if has_clock and (match := patterns.TIME_TAIL.match(key, atom.end)):
        atom.time, atom.end = clock(match, atom.mod), match.end()
    if match := patterns.DIRECTION.match(key, atom.end):
        atom.direction = "future" if match["future"] else "past"


def _counts_years(key: str, atom: Atom, match: Match) -> bool:
    """Tells whether what looks like a year behind a day is counted by it (`2-3 năm tới`) or counts something itself."""
    if match["bare"]:
        return context.is_counted(key, match.end())
    return bool(match["relative"]) and atom.is_latent and (atom.day or 0) < (atom.month or 0)


def _calendar_tail(key: str, atom: Atom) -> None:
    if match := patterns.LUNAR_TAIL.match(key, atom.end):
        atom.is_lunar = not match["calendar"].startswith("d")
        atom.end = match.end()
        atom.is_latent, atom.has_cue = False, True


def _year_tail(atom: Atom, match: Match) -> None:
    digits = match["word"] or match["joined"] or match["bare"] or match["cycle_year"]
    atom.end = match.end()
    if digits:
        atom.year = int(digits)
    if match["stem"]:
        atom.is_lunar, atom.cycle = True, cycle_index(match["stem"], match["branch"])
    if match["relative"]:
        word = match["relative"].split()[-1]
        if match["relative"].startswith("cùng") or word in ("đó", "ấy"):
            atom.year_shift = Shift(grain=Grain.YEAR, amount=0, anchor=Anchor.NARRATIVE)
        else:
            anchor = Anchor.NARRATIVE if word in ("sau", "trước") else Anchor.REFERENCE
            atom.year_shift = Shift(grain=Grain.YEAR, amount=_YEAR_STEPS[word], anchor=anchor)
    atom.is_latent, atom.has_cue = atom.is_latent and atom.rule == "dates.day_month_words", True


def _apply_stage(key: str, atom: Atom, floor: int) -> None:
    """`đầu`, `giữa`, `cuối`, `khoảng` before a month, quarter or year; those words begin the span."""
    match = patterns.STAGE_BEFORE.search(key, max(floor, atom.start - 24), atom.start)
    if not match or not (match["about"] or match["stage"]):
        return
    at = match.start("about") if match["about"] else match.start("stage")
    if at and (key[at - 1].isalnum() or key[max(0, at - 4) : at] in ("lần ", "bắt ")):
        return
    if match["stage"] == "cuối" and atom.grain is Grain.WEEK and atom.shift is not None:
        atom.shift, atom.start = replace(atom.shift, is_weekend=True), at
    elif match["stage"] and atom.grain in _STAGED:
        atom.mod = STAGES[match["stage"]]
        atom.start = at
    if match["about"]:
        atom.is_approximate, atom.start = True, at
