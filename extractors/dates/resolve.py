"""The document pass: missing years, relative expressions and lunar days, resolved in reading order; then records."""

from dataclasses import dataclass

from extractors.dates import lunar_days
from extractors.dates.atoms import Anchor, Atom, Shift
from extractors.dates.compose import edtf_of
from extractors.dates.consistency import Check, check
from extractors.dates.reference import Years, document_atom, document_reference
from extractors.dates.relative import Reference, apply, reference_of
from extractors.dates.roles import mark_furniture, role
from extractors.domain.records import DateRecord, DateRole, DocumentKind, Grain
from extractors.view import TextView

_NEAR = 400  # characters within which `hôm sau`, `năm sau` still count from the date told last
_ASIDE = (DateRole.FURNITURE, DateRole.LAW, DateRole.BIRTH, DateRole.DEADLINE, DateRole.DECISION)
_DAYS = (Grain.DAY, Grain.TIME)


@dataclass(slots=True, kw_only=True)
class _Story:
    """What has been told so far: the last day and the last year with their places."""

    day: Atom | None = None
    year: Atom | None = None
    last: Atom | None = None


def records(view: TextView, atoms: list[Atom]) -> tuple[list[DateRecord], DateRecord | None]:
    """Returns the resolved atoms as records in order, and the one that is the date of the document itself.

    What cannot be resolved at all is left out. The document's date is that of its signing or meeting
    line, of an article's lead, or else the display date of its page.
    """
    mark_furniture(view, atoms)
    for atom in atoms:
        atom.role = role(view, atom)
    years = Years(view, atoms)
    own_atom = document_atom(view, atoms)
    reference = document_reference(view, own_atom, years)
    own_atom = own_atom or next((a for a in atoms if a.role is DateRole.FURNITURE), None)
    own: DateRecord | None = None
    story = _Story()
    found: list[DateRecord] = []
    for atom in atoms:
        is_settled = _settle(view, atom, reference, years, story)
        story.last = atom
        if not is_settled:
            continue
        if atom.role not in _ASIDE and not atom.is_lunar:
            if atom.grain in _DAYS and atom.day is not None and atom.month is not None and atom.bound != "end":
                story.day = atom
            if atom.year is not None:
                story.year = atom
        record = _record(view, atom, check(atom, reference))
        if record is not None:
            found.append(record)
            own = record if atom is own_atom else own
    return found, own


def _settle(view: TextView, atom: Atom, reference: Reference | None, years: Years, story: _Story) -> bool:
    """Fills what the atom leaves unsaid; tells whether it says anything now."""
    if atom.shift is not None:
        return _settle_shift(view, atom, reference, story)
    if atom.year_shift is not None:
        base = _year_base(view, atom, reference, years, story)
        if base is not None and base.year is not None:
            _set_year(atom, base.year + atom.year_shift.amount)
            atom.evidence.append(f"year counted from {base.source}")
            atom.reference = str(base)
    if atom.is_lunar:
        if not lunar_days.settle_beside(atom, story.last):
            lunar_days.settle(atom, reference, years, story.last)
        return True
    if atom.lacks_year and not atom.is_yearly and atom.grain not in (Grain.DECADE, Grain.CENTURY):
        _settle_year(atom, reference, years, story)
    return True


def _settle_year(atom: Atom, reference: Reference | None, years: Years, story: _Story) -> None:
    if atom.month is None and atom.code is None:
        if story.day is not None:
            atom.month, atom.year = story.day.month, story.day.year
            atom.evidence.append("month and year of the date told before")
        return
    guess = lunar_days.infer_from_gloss(atom, reference) or years.infer(atom, reference)
    if guess is not None:
        _set_year(atom, guess.year)
        atom.evidence.append(guess.evidence)
        atom.reference = guess.reference


def _set_year(atom: Atom, year: int) -> None:
    atom.year = year
    if atom.until is not None and atom.until.year is None:
        first, last = (atom.month or 0, atom.day or 0), (atom.until.month or 0, atom.until.day or 0)
        atom.until.year = year if first <= last else year + 1


def _settle_shift(view: TextView, atom: Atom, reference: Reference | None, story: _Story) -> bool:
    shift = atom.shift
    if shift is None:
        return False
    base = reference
    if shift.anchor is Anchor.NARRATIVE:
        base = _narrative(view, atom, reference, story)
    if base is None or not (base.is_firm or _is_near(shift)):
        return False
    if atom.rule in ("dates.offset", "dates.ago") and view.reference_date is None:
        return False  # a distance from an uncertain day is a duration more than a date
    day = atom.day
    if not apply(atom, shift, base):
        return False
    if day is not None and shift.grain is Grain.MONTH:
        atom.day = day
    if atom.year is None and atom.grain not in _DAYS:
        return False
    atom.evidence.append(f"counted from {base} ({base.source})")
    atom.reference = str(base)
    return True


def _is_near(shift: Shift) -> bool:
    """Tells whether a shift comes out right from the date of a lead, which may lie a day or two back."""
    return shift.grain is Grain.YEAR or (shift.amount == 0 and shift.grain in (Grain.DAY, Grain.MONTH))


def _narrative(view: TextView, atom: Atom, reference: Reference | None, story: _Story) -> Reference | None:
    """The date told last; in minutes the day of the meeting."""
    shift = atom.shift
    if shift is None:
        return None
    if shift.grain is Grain.YEAR:
        told = story.year
        if told is not None and told.end > view.sentence_at(atom.start)[0] and told.role is not DateRole.DECISION:
            return reference_of(told, "the year told before")
        return reference if shift.amount else None
    if view.layout.kind is DocumentKind.MINUTES and shift.amount == 0 and reference is not None:
        return reference
    told = story.day
    if told is not None and atom.start - told.end < (_NEAR if shift.amount else 4 * _NEAR):
        last = told.until or told
        return reference_of(last if shift.amount else told, "the date told before")
    return reference if shift.grain is Grain.DAY and (view.reference_date or shift.amount == 0) else None


def _year_base(
    view: TextView, atom: Atom, reference: Reference | None, years: Years, story: _Story
) -> Reference | None:
    if atom.year_shift is not None and atom.year_shift.anchor is Anchor.NARRATIVE:
        if story.year is not None and atom.start - story.year.end < _NEAR:
            return reference_of(story.year, "the year told before")
        if atom.year_shift.amount == 0:
            return None
    if reference is not None and reference.year is not None:
        return reference
    return years.writing_year


def _record(view: TextView, atom: Atom, outcome: Check | None) -> DateRecord | None:
    value = edtf_of(atom)
    if value is None:
        return None
    is_known = all(c != "X" for c in str(value)) or atom.grain in (Grain.DECADE, Grain.CENTURY)
    return DateRecord(
        start=atom.start,
        end=atom.end,
        text=view.text[atom.start : atom.end],
        rule=atom.rule,
        evidence=tuple([*([outcome.reason] if outcome else []), *atom.evidence][:3])
        or (("written in full",) if is_known else ("year not told",)),
        edtf=str(value),
        grain=Grain.WEEK if atom.grain is Grain.WEEK else value.grain,
        earliest=value.earliest,
        latest=value.latest,
        mod=atom.mod,
        calendar="lunar" if atom.is_lunar or (atom.gloss is not None and atom.gloss.is_lunar) else None,
        role=atom.role,
        reference=atom.reference,
    )
