"""How sure it is that two tellings of an award speak of one decision, with the reasons in words.

The score grows with what agrees. What cannot be so of one decision (another number, other recipients, another
day of decision) makes a conflict: then the two never come together, not even through a third.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Final

from pipeline.decisions.reading import spoken
from pipeline.decisions.spelling import is_office
from pipeline.decisions.times import days_of, distance, is_day, is_near, overlap
from pipeline.decisions.traits import Party, Traits

LINKED: Final = 0.75  # from this score on two tellings are linked
_MOST: Final = 0.99
_CEREMONY: Final = timedelta(days=150)  # from a decision to its handing over
_STATE_CEREMONY: Final = timedelta(days=400)  # the same for orders and titles of the state
_SAME_NUMBER: Final = timedelta(days=366)  # between two days told of one number
_SAME_NUMBER_OTHERS: Final = timedelta(days=31)  # the same where no recipient is in common
_UNIT_WORDS: Final = 4  # a shorter name is too common to be told by its beginning
_TITLES: Final = frozenset(("hc", "hch", "dh", "gt", "hh"))


@dataclass(frozen=True, slots=True)
class Match:
    """The score of a pair, its reasons, and whether the two can be one decision at all."""

    score: float
    reasons: tuple[str, ...]
    is_conflict: bool = False


@cache
def _conflict(reason: str) -> Match:
    return Match(0.0, (reason,), is_conflict=True)


def weigh(one: Traits, other: Traits) -> Match:
    """Returns the match of two tellings; the order of the two does not matter."""
    if one.status != other.status:
        return _conflict("another status")
    if one.family != other.family:
        return _conflict("another form")
    if one.document == other.document and not _is_told_twice(one, other):
        return _conflict("two awards of one document")
    if one.number and other.number:
        return _with_numbers(one, other)
    return _without_numbers(one, other)


def same_form(one: str, other: str) -> bool:
    """Whether two form ids may mean one form: equal, or one the bare family of the other."""
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")


def same_class(one: Traits, other: Traits) -> bool:
    """Whether the classes are equal or one is not told."""
    return one.award_class == other.award_class or not (one.award_class and other.award_class)


def _is_told_twice(one: Traits, other: Traits) -> bool:
    cores = {p.core for p in one.parties}
    return (
        bool(cores)
        and cores == {p.core for p in other.parties}
        and one.form == other.form
        and one.award_class == other.award_class
        and (one.given == other.given or not (one.given and other.given))
    )


# --- recipients -------------------------------------------------------------------------------------


def same_party(one: Party, other: Party) -> bool | None:
    """Whether two recipients bear one name and nothing said of them speaks against one identity; None: in doubt."""
    if one.core != other.core:
        return False
    if one.kind == other.kind == "person":
        return _same_person(one, other)
    if one.place and other.place:
        return one.place == other.place
    if one.where and other.where and one.where != other.where:
        return False if is_office(one.core) else None
    if not (one.where and other.where) and is_office(one.core):
        return None
    return True


def _same_person(one: Party, other: Party) -> bool | None:
    if one.born and other.born:
        return one.born == other.born
    common = set(one.about) & set(other.about)
    if len(common) > 1 or (common and min(len(one.about), len(other.about)) == 1):
        return True
    if len(one.about) > 1 and len(other.about) > 1 and not common:
        return False
    if set(one.places) & set(other.places):
        return True
    return None


@dataclass(frozen=True, slots=True)
class _Shared:
    """How many recipients two tellings share: `sure` ones, those in doubt, and those named beside a partial list."""

    count: int
    sure: int
    refused: int
    least: int  # recipients of the shorter list
    beside: int
    near: int  # persons of whom both papers speak in one province

    @property
    def is_all(self) -> bool:
        return self.count >= self.least > 0


def _shared(one: Traits, other: Traits) -> _Shared:
    count = sure = refused = near = 0
    by_core = {p.core: p for p in other.parties}
    for party in one.parties:
        twin = by_core.get(party.core)
        if twin is None:
            if _has_parent_named(party, other):
                count += 1
            continue
        same = same_party(party, twin)
        refused += same is False
        count += same is not False
        sure += same is True
        near += bool(_provinces(party) & _provinces(twin))
    beside = len({spoken(p) for p in one.parties} & set(other.named)) + len(
        {spoken(p) for p in other.parties} & set(one.named)
    )
    return _Shared(count, sure, refused, min(len(one.parties), len(other.parties)), beside, near)


def _provinces(party: Party) -> set[str]:
    return {*party.places, party.home} - {""}


def _has_parent_named(party: Party, other: Traits) -> bool:
    """Whether the other telling names the same unit with, or without, the body above it behind its name."""
    if party.kind != "collective" or len(party.core.split()) < _UNIT_WORDS:
        return False
    return any(
        p.kind == "collective"
        and len(p.core.split()) >= _UNIT_WORDS
        and (p.core.startswith(f"{party.core} ") or party.core.startswith(f"{p.core} "))
        and not (p.where and party.where and p.where != party.where)
        for p in other.parties
    )


# --- with numbers -----------------------------------------------------------------------------------


def _with_numbers(one: Traits, other: Traits) -> Match:
    if one.number is None or other.number is None or not one.number.agrees(other.number):
        return _conflict("another decision number")
    days = _years_between(one, other)
    if days is not None and days > _SAME_NUMBER:
        return _conflict("the number of another year")
    shared = _shared(one, other)
    has_common = bool(shared.count or shared.beside)
    if days is not None and days > _SAME_NUMBER_OTHERS and not has_common:
        return _conflict("the number of another year")
    agrees = one.authority.agrees(other.authority)
    if agrees is False and not shared.is_all:
        return _conflict("another authority")
    if not (same_form(one.form, other.form) and same_class(one, other) and one.posthumous == other.posthumous):
        if not has_common:
            return _conflict("another award of the same decision")
        reasons = ["same decision number", "same recipients", "form or class told differently"]
        return Match(0.85, tuple(reasons))
    reasons, score = ["same decision number"], 0.8
    if days == timedelta(0):
        reasons, score = [*reasons, "same day"], score + 0.1
    if agrees:
        reasons, score = [*reasons, "same authority"], score + 0.07
    if has_common:
        reasons, score = [*reasons, "recipients in common"], score + 0.07
    elif one.parties and other.parties and not _is_same_paper(one, other, agrees=agrees, days=days):
        return _conflict("other recipients")
    elif agrees is None and _counts_differ(one, other):
        return _conflict("another count")
    return Match(min(_MOST, round(score, 4)), tuple(reasons))


def _is_same_paper(one: Traits, other: Traits, *, agrees: bool | None, days: timedelta | None) -> bool:
    """Whether number, authority and time leave one paper only, so that two papers tell of other parts of its list."""
    if days is None:
        return bool(agrees) and any(_is_part(a.core, b.core) for a in one.parties for b in other.parties)
    return bool(agrees) and days <= _CEREMONY


def _is_part(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short.split()) >= _UNIT_WORDS and (long.startswith(f"{short} ") or long.endswith(f" {short}"))


def _years_between(one: Traits, other: Traits) -> timedelta | None:
    """The smallest distance between what is known of the time of each; None where nothing is known of one."""
    times = [[days_of(t) for t in (x.decided, x.given)] for x in (one, other)]
    known = [[t for t in each if t is not None] for each in times]
    if not all(known):
        told = [days_of(x.told) if not k else None for x, k in zip((one, other), known, strict=True)]
        known = [k or ([t] if t else []) for k, t in zip(known, told, strict=True)]
        if not all(known):
            return None
    return min(distance(a, b) for a in known[0] for b in known[1])


def _counts_differ(one: Traits, other: Traits) -> bool:
    return one.count is not None and other.count is not None and one.count != other.count


# --- without numbers --------------------------------------------------------------------------------


def _without_numbers(one: Traits, other: Traits) -> Match:
    if not same_form(one.form, other.form):
        return _conflict("another form")
    time = _time(one, other)
    if time.is_conflict:
        return time
    authority = one.authority.agrees(other.authority)
    if authority is False:
        return _conflict("another authority")
    shared = _shared(one, other)
    if one.parties and other.parties and not shared.count and not shared.beside:
        return _conflict("other recipients")
    if not same_class(one, other) and not (time.score >= _SAME_DAY and shared.is_all):
        return _conflict("another class")
    if shared.count or shared.beside:
        base = _of_recipients(one, other, shared)
    elif one.parties and other.parties:
        return _conflict("other recipients")
    else:
        base = _of_counts(one, other, authority=authority, time=time)
    if base.is_conflict:
        return base
    score, reasons = base.score + time.score, [*base.reasons, *time.reasons]
    for gain, reason in _extras(one, other, authority=authority):
        score += gain
        reasons.append(reason)
    if shared.count and not one.is_once and not _is_dated(one, other, time) and not _topic(one, other):
        score, reasons = score - 0.2, [*reasons, "nothing tells that it is the same occasion"]
    return Match(max(0.0, min(_MOST, round(score, 4))), tuple(reasons))


_SAME_DAY: Final = 0.25
_SAME_DAY_NEAR: Final = 0.2
_SAME_TIME: Final = 0.12
_YEAR: Final = 4  # characters of a year in EDTF


def _of_recipients(one: Traits, other: Traits, shared: _Shared) -> Match:
    score, reasons = 0.55, [f"{shared.count or shared.beside} recipients in common"]
    if shared.is_all:
        score, reasons = score + 0.15, [*reasons, "all recipients of one telling"]
    if shared.count > 1:
        score += 0.1
    if not shared.count:
        reasons.append("named beside an incomplete list")
        score += 0.1 if shared.beside == max(len(one.parties), len(other.parties)) else 0.0
    if shared.sure:
        score, reasons = score + 0.1, [*reasons, "same body, place or person beside the name"]
    elif shared.refused and not shared.count:
        return _conflict("namesakes")
    elif shared.count == 1 and all(p.kind == "person" for t in (one, other) for p in t.parties) and not shared.near:
        score, reasons = score - 0.1, [*reasons, "only the name agrees"]
    return Match(score, tuple(reasons))


def _of_counts(one: Traits, other: Traits, *, authority: bool | None, time: Match) -> Match:
    """Tellings of which one names no one: only the same authority, day and count together make a link."""
    if not authority or time.score < _SAME_DAY or one.count != other.count or (one.count or 0) < 2:
        return Match(0.0, ())
    gain = 0.05 if (one.count or 0) > 4 else 0.0
    return Match(0.45 + gain, ("same count",))


def _extras(one: Traits, other: Traits, *, authority: bool | None) -> list[tuple[float, str]]:
    found = [(0.05, "same form")] if one.form == other.form else []
    if authority:
        found.append((0.05, "same authority"))
    if one.is_once:
        found.append((0.05, "an award that is given once"))
    mine, theirs = days_of(one.period), days_of(other.period)
    if mine and theirs and (overlap(mine, theirs) or not _year_alone(one, other)):
        found.append((0.1, "same period") if overlap(mine, theirs) else (-0.4, "another period"))
    topic = _topic(one, other)
    if topic is not None:
        found.append((0.1, "same reason") if topic else (-0.3 if not one.is_once else -0.1, "another reason"))
    if not same_class(one, other):
        found.append((-0.05, "class told differently"))
    return found


def _year_alone(one: Traits, other: Traits) -> bool:
    """Whether a year is all that one tells of its time: then it may be the year of the award, not what it is for."""
    return any(len(t.period or "") == _YEAR and not (t.decided or t.given) for t in (one, other))


def _topic(one: Traits, other: Traits) -> bool | None:
    mine, theirs = set(one.topic), set(other.topic)
    least, common = min(len(mine), len(theirs)), len(mine & theirs)
    if common > 1 and common * 5 >= least * 2:
        return True
    return False if not common and least > 1 else None


def _is_dated(one: Traits, other: Traits, time: Match) -> bool:
    return time.score >= _SAME_TIME or bool(one.period and one.period == other.period)


def _time(one: Traits, other: Traits) -> Match:
    """What the days tell. A decision and its handing over may stand months apart, two decisions stand apart."""
    mine, theirs = days_of(one.decided), days_of(other.decided)
    if mine and theirs:
        if not overlap(mine, theirs):
            return _conflict("decided on another day")
        return _at_once(one.decided, other.decided)
    given, received = days_of(one.given or one.decided), days_of(other.given or other.decided)
    if not given or not received:
        return _in_sentence(one, other) or _told(one, other)
    if overlap(given, received):
        return _at_once(one.given or one.decided, other.given or other.decided)
    for decided, handed in ((mine, received), (theirs, given)):
        limit = _STATE_CEREMONY if one.family in _TITLES else _CEREMONY
        if decided and timedelta(0) < handed[0] - decided[1] <= limit:
            return Match(0.1, ("handed over after it was decided",))
    if is_near(given, received):
        return Match(0.05, ("within a month",))
    if one.is_once and distance(given, received) <= _STATE_CEREMONY and one.authority.kind == "nha-nuoc":
        return Match(0.0, ("within a year",))
    return _conflict("another time")


def _at_once(one: str | None, other: str | None) -> Match:
    if is_day(days_of(one)) and is_day(days_of(other)):
        return Match(_SAME_DAY, ("same day",))
    return Match(_SAME_TIME, ("same time",))


def _in_sentence(one: Traits, other: Traits) -> Match | None:
    """A day of one that no slot of the other holds, but that its sentence names; or the year told of one alone."""
    for bare, dated in ((one, other), (other, one)):
        if bare.given or bare.decided:
            continue
        days = {dated.decided, dated.given, *dated.near} - {None}
        if any(is_day(days_of(day)) for day in days & set(bare.near)):
            return Match(_SAME_DAY_NEAR, ("the day stands in the sentence",))
        year, known = days_of(bare.period), days_of(dated.decided) or days_of(dated.given)
        if year and known and len(bare.period or "") == _YEAR and overlap(year, known):
            return Match(_SAME_TIME, ("the year that is told",))
    return None


def _told(one: Traits, other: Traits) -> Match:
    """At least one of the two has no day: what is known of the other has to be before it was told."""
    for dated, bare in ((one, other), (other, one)):
        days, told = days_of(dated.decided) or days_of(dated.given), days_of(bare.told)
        if days and told and not (bare.given or bare.decided):
            if days[0] > told[1] + timedelta(days=1):
                return _conflict("told before it happened")
            if told[0] - days[1] <= timedelta(days=92):
                return Match(0.08, ("told within three months",))
    return Match(0.0, ())


def best(matches: Sequence[Match]) -> Match:
    """Returns the strongest of several matches, the first of equal ones."""
    return max(matches, key=lambda match: match.score)
