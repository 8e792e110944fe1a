"""From a written form and the time of its document to a unit's id, pure functions over the gazetteer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from extractors.domain import gazetteer
from extractors.provinces.names import Form

# Texts that tell no date are read with the map of 1 January 2008 to 2024: sixty-three provinces, Huế a provincial city.
UNDATED = date(2024, 12, 31)
_SOUTHERN = {"RVN", "PRG"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a document speaks: its own day where known, else a day guessed from the years it names."""

    day: date
    is_known: bool


def moment(document_day: date | None, years: Sequence[int]) -> Moment:
    """Returns the day to read names with: the document's own, or the end of the latest year it tells of.

    `years` are those of days and months that the text tells. One old day alone is an anniversary or a
    memory in a text of today; several and none later make an old text, or a story of that time.
    """
    if document_day is not None:
        return Moment(day=document_day, is_known=True)
    past = [year for year in years if 1945 <= year <= UNDATED.year]
    if len(past) > 1 and max(past) < 1997:
        return Moment(day=date(max(past), 12, 31), is_known=False)
    return Moment(day=UNDATED, is_known=False)


def resolve(ids: Sequence[str], when: Moment, *, reform_years: Sequence[int] = (), own_year: int | None = None) -> str:
    """Returns which of the ids that share a name is meant in a document of that day.

    `reform_years` are years named in a sentence about merging or dividing units: a unit that such an
    act of that year made or ended is meant then. `own_year` is a year that stands right after the name.
    """
    if len(ids) == 1:
        return ids[0]
    if (changed := _changed_in(ids, reform_years)) is not None:
        return changed
    if own_year is not None and (then := _alive_in(ids, own_year)):
        return min(then, key=_preference)
    living = [unit_id for unit_id in ids if gazetteer.valid_on(unit_id, when.day)]
    if living:
        return min(living, key=_preference)
    units = [gazetteer.units()[unit_id] for unit_id in ids]
    northern = [unit for unit in units if unit.state not in _SOUTHERN] or units
    ended = [unit for unit in northern if unit.period.last is not None and unit.period.last < when.day]
    if ended:
        return max(ended, key=lambda unit: unit.period.last or date.max).id
    return min(northern, key=lambda unit: unit.period.first).id


def _alive_in(ids: Sequence[str], year: int) -> list[str]:
    """Units of that year, those known to the southern state alone left out: papers of today do not mean them."""
    return [i for i in ids if gazetteer.valid_on(i, date(year, 7, 1)) and gazetteer.units()[i].state not in _SOUTHERN]


def _preference(unit_id: str) -> tuple[bool, str]:
    """Of two units alive on one day the one of the whole country or the north comes first."""
    return gazetteer.units()[unit_id].state in _SOUTHERN, unit_id


def _changed_in(ids: Sequence[str], years: Sequence[int]) -> str | None:
    found = [unit_id for unit_id in ids if any(year in _years_of_change().get(unit_id, ()) for year in years)]
    return found[0] if len(found) == 1 else None


@cache
def _years_of_change() -> dict[str, frozenset[int]]:
    """For each unit the years in which an act that made, ended or reshaped it was decided or took effect."""
    years: dict[str, set[int]] = {}
    for change in gazetteer.changes():
        for unit_id in (*change.from_ids, *change.to_ids):
            years.setdefault(unit_id, set()).update((change.period.first.year, int(change.decided[:4])))
    return {unit_id: frozenset(found) for unit_id, found in years.items()}


_SLACK = timedelta(days=366)  # names stay in use for months after a unit ends, and are used before it works


def existed(form: Form, when: Moment) -> bool:
    """Tells whether any unit of the form existed on that day or within a year of it."""
    periods = [gazetteer.units()[unit_id].period for unit_id in form.ids]
    return any(p.first - _SLACK <= when.day and (p.last is None or when.day <= p.last + _SLACK) for p in periods)


def is_central_city(unit_id: str, when: Moment) -> bool:
    """Tells whether the unit itself is a city on that day, so that `thành phố` before it is its own generic word."""
    state = gazetteer.state_on(unit_id, when.day) or gazetteer.states()[unit_id][-1]
    return "thành phố" in state.kind or "thị xã" in state.kind
