"""What a date says twice: weekday against day, relative word against reference, lunar day against its gloss."""

from dataclasses import dataclass, replace

from extractors.dates.atoms import Anchor, Atom
from extractors.dates.lunar_days import falls_on
from extractors.dates.relative import Reference, apply, real_day

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The outcome of one comparison, with the reason in words."""

    agrees: bool
    reason: str


def check(atom: Atom, reference: Reference | None) -> Check | None:
    """Returns what comparing the two sayings of a settled date told, None where it is said once."""
    if atom.year is None or atom.month is None or atom.day is None:
        return None
    day = real_day(atom.year, atom.month, atom.day)
    if day is None:
        return None
    if atom.weekday is not None and atom.shift is None and atom.until is None:
        if day.weekday() == atom.weekday:
            return Check(agrees=True, reason="the weekday agrees")
        return Check(agrees=False, reason=f"the weekday does not agree: {day} was a {_WEEKDAYS[day.weekday()]}")
    said = atom.gloss
    if said is None:
        return None
    if said.is_lunar:
        agrees = falls_on(said, day)
        return Check(
            agrees=agrees, reason="lunar and solar day agree" if agrees else "lunar and solar day do not agree"
        )
    if said.shift is None or reference is None or not reference.is_firm or said.shift.anchor is Anchor.NARRATIVE:
        return None
    meant = replace(said, evidence=[])
    if not apply(meant, said.shift, reference) or meant.year is None:
        return None
    agrees = (meant.year, meant.month, meant.day) == (atom.year, atom.month, atom.day)
    told = f"the relative word agrees with {reference}"
    return Check(agrees=agrees, reason=told if agrees else f"the relative word does not agree with {reference}")
