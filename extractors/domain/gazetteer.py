"""The tables of first-level units since 1945 and their names: loaded once, checked at load, looked up by id or name.

It owns the facts; which of several same-named units a document means is left to the provinces family.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from extractors.domain.errors import DomainDataError
from extractors.domain.orthography import matching_key, nfc
from extractors.domain.tables import Period, Row, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A first-level unit under one id; `valid_from` and `valid_to` as written in the table, `period` in days."""

    id: str
    name: str
    kind: str
    gso_code: str
    iso_3166_2: str
    valid_from: str
    valid_to: str
    period: Period
    region: str
    capital: str
    lat: float
    lon: float
    is_checked: bool
    state: str  # VN, DRV, PRG, RVN or two of them joined by +
    gso_code_pre2025: str
    today_ids: tuple[str, ...]  # main successor first
    region_2025: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitState:
    """What a unit was called, what kind it was and where its seat stood during one period."""

    id: str
    name: str
    kind: str
    gso_code: str
    valid_from: str
    valid_to: str
    period: Period
    capital: str
    lat: float
    lon: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One written form of a unit's name; `is_safe` where the form alone, in a plain sentence, means the unit."""

    id: str
    alias: str
    kind: str
    is_safe: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """A district, ward or commune that bears the name of a first-level unit."""

    name: str
    unit_ids: tuple[str, ...]
    namesake: str
    level: str
    province: str
    is_inside_same_named: bool
    period: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """A phrase that contains a name and what it decides.

    `decision` is `no` (the name inside is no unit), `yes` (it is) or `maybe` (context decides). `is_phrase`
    tells a fixed phrase, to be matched as it stands, from an example of a general rule.
    """

    phrase: str
    names: tuple[str, ...]
    decision: str
    is_phrase: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One act that made, ended, renamed or reshaped units; days as written in the table."""

    effective: str
    period: Period  # the day, month or year of taking effect
    type: str
    from_ids: tuple[str, ...]
    to_ids: tuple[str, ...]
    legal_basis: str
    note: str
    decided: str
    is_checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An abbreviation of a body; several written forms may stand for one body."""

    abbreviations: tuple[str, ...]
    name: str
    level: str
    note: str
    is_checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Abbreviation:
    """An abbreviation of common use in minutes and news, with what it stands for."""

    abbreviations: tuple[str, ...]
    name: str
    category: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A word that tells what the name after it is, or what the text around it speaks of."""

    phrase: str
    cue: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A unit's name that is also something else; `doubt` says what."""

    name: str
    doubt: str
    why: str


@cache
def units() -> Mapping[str, Unit]:
    """Returns all units by id, in the order of the table."""
    read: dict[str, Unit] = {}
    lines: dict[str, Row] = {}
    for row in rows("provinces.csv"):
        unit = Unit(
            id=row.needed("id"),
            name=row.needed("name_vi"),
            kind=row.needed("kind"),
            gso_code=row.text("gso_code"),
            iso_3166_2=row.text("iso_3166_2"),
            valid_from=row.text("valid_from"),
            valid_to=row.text("valid_to"),
            period=row.period(),
            region=row.text("region"),
            capital=row.text("capital"),
            lat=row.number("lat"),
            lon=row.number("lon"),
            is_checked=row.flag("checked"),
            state=row.needed("state"),
            gso_code_pre2025=row.text("gso_code_pre2025"),
            today_ids=row.several("today_ids"),
            region_2025=row.text("region_2025"),
            note=row.text("note"),
        )
        if unit.id in read:
            raise row.wrong(f"id {unit.id} stands twice")
        read[unit.id] = unit
        lines[unit.id] = row
    for unit in read.values():
        if not unit.today_ids:
            raise lines[unit.id].wrong("today_ids is empty")
        for successor in unit.today_ids:
            if successor not in read or read[successor].period.last is not None:
                raise lines[unit.id].wrong(f"today_ids: {successor} is no unit of today")
    return MappingProxyType(read)


def _known(row: Row, ids: tuple[str, ...]) -> tuple[str, ...]:
    for unit_id in ids:
        if unit_id not in units():
            raise row.wrong(f"unknown unit {unit_id}")
    return ids


@cache
def states() -> Mapping[str, tuple[UnitState, ...]]:
    """Returns the periods of each unit in order of time, by id."""
    read: dict[str, list[UnitState]] = {}
    for row in rows("province_states.csv"):
        state = UnitState(
            id=_known(row, (row.needed("id"),))[0],
            name=row.needed("name_vi"),
            kind=row.needed("kind"),
            gso_code=row.text("gso_code"),
            valid_from=row.text("valid_from"),
            valid_to=row.text("valid_to"),
            period=row.period(),
            capital=row.text("capital"),
            lat=row.number("lat"),
            lon=row.number("lon"),
            note=row.text("note"),
        )
        earlier = read.setdefault(state.id, [])
        if earlier and (earlier[-1].period.last is None or earlier[-1].period.last >= state.period.first):
            raise row.wrong(f"periods of {state.id} overlap or are out of order")
        earlier.append(state)
    for unit in units().values():
        if unit.id not in read:
            raise DomainDataError(f"province_states.csv: {unit.id} has no period")
        if (read[unit.id][0].period.first, read[unit.id][-1].period.last) != (unit.period.first, unit.period.last):
            raise DomainDataError(f"province_states.csv: periods of {unit.id} do not cover its life in provinces.csv")
    return MappingProxyType({unit_id: tuple(periods) for unit_id, periods in read.items()})


@cache
def aliases() -> tuple[Alias, ...]:
    """Returns every written form of every unit; one form may stand for several units."""
    read: list[Alias] = []
    seen: set[tuple[str, str]] = set()
    for row in rows("province_aliases.csv"):
        alias = Alias(
            id=_known(row, (row.needed("id"),))[0],
            alias=row.needed("alias"),
            kind=row.needed("kind"),
            is_safe=row.flag("safe"),
            note=row.text("note"),
        )
        if (alias.id, alias.alias) in seen:
            raise row.wrong(f"{alias.alias} stands twice for {alias.id}")
        seen.add((alias.id, alias.alias))
        read.append(alias)
    return tuple(read)


@cache
def namesakes() -> tuple[Namesake, ...]:
    """Returns the districts, wards and communes that bear the name of a first-level unit."""
    return tuple(
        Namesake(
            name=row.needed("name"),
            unit_ids=_known(row, row.several("unit_ids")),
            namesake=row.needed("namesake"),
            level=row.needed("level"),
            province=row.needed("province"),
            is_inside_same_named=row.flag("inside_same_named_province"),
            period=row.text("period"),
            code=row.text("code"),
        )
        for row in rows("province_namesakes.csv")
    )


@cache
def blockers() -> tuple[Blocker, ...]:
    """Returns the phrases that contain a name, with their decision."""
    read = []
    for row in rows("province_blockers.csv"):
        decision, use = row.needed("decision"), row.needed("use")
        if decision not in ("no", "yes", "maybe"):
            raise row.wrong("decision must be no, yes or maybe")
        if use not in ("phrase", "example"):
            raise row.wrong("use must be phrase or example")
        blocker = Blocker(
            phrase=row.needed("phrase"),
            names=row.several("name"),
            decision=decision,
            is_phrase=use == "phrase",
            why=row.text("why"),
        )
        read.append(blocker)
    return tuple(read)


@cache
def changes() -> tuple[Change, ...]:
    """Returns the acts that changed units, in the order of the table."""
    return tuple(
        Change(
            effective=row.needed("date_effective"),
            period=row.period("date_effective", "date_effective"),
            type=row.needed("type"),
            from_ids=_known(row, row.several("from_ids")),
            to_ids=_known(row, row.several("to_ids")),
            legal_basis=row.text("legal_basis"),
            note=row.text("note"),
            decided=row.text("date_decided"),
            is_checked=row.flag("checked"),
        )
        for row in rows("province_changes.csv")
    )


@cache
def organisations() -> tuple[Organisation, ...]:
    """Returns the abbreviations of ministries, committees, unions and companies."""
    return tuple(
        Organisation(
            abbreviations=row.several("abbreviation"),
            name=row.needed("expansion_vi"),
            level=row.text("level"),
            note=row.text("note"),
            is_checked=row.flag("checked"),
        )
        for row in rows("organisations.csv")
    )


@cache
def abbreviations() -> tuple[Abbreviation, ...]:
    """Returns the abbreviations of common nouns, ranks and degrees."""
    return tuple(
        Abbreviation(
            abbreviations=row.several("abbreviation"),
            name=row.needed("expansion_vi"),
            category=row.text("category"),
            note=row.text("note"),
        )
        for row in rows("abbreviations.csv")
    )


_BEFORE = ("province", "city", "zone", "town", "lesser", "street", "river", "mountain", "ship", "club", "title")
_BODIES = ("place", "organ", "body", "middle", "other", "plural", "surname", "surname_or_word")
_AROUND = ("sport", "china", "reform")
CUES = frozenset((*_BEFORE, *_BODIES, *_AROUND))
DOUBTS = frozenset(("person", "word", "noun", "famous", "rare", "region", "city", "china"))


@cache
def cues() -> tuple[Cue, ...]:
    """Returns the words that decide what a name beside them is."""
    read = []
    for row in rows("province_cues.csv"):
        cue = Cue(phrase=row.needed("phrase"), cue=row.needed("cue"), note=row.text("note"))
        if cue.cue not in CUES:
            raise row.wrong(f"unknown cue {cue.cue}")
        read.append(cue)
    return tuple(read)


@cache
def doubts() -> tuple[Doubt, ...]:
    """Returns the names that are also persons, common nouns, regions or places abroad."""
    read = []
    for row in rows("province_doubts.csv"):
        doubt = Doubt(name=row.needed("name"), doubt=row.needed("doubt"), why=row.text("why"))
        if doubt.doubt not in DOUBTS:
            raise row.wrong(f"unknown doubt {doubt.doubt}")
        if not candidates(doubt.name):
            raise row.wrong(f"{doubt.name} is the name of no unit")
        read.append(doubt)
    return tuple(read)


@cache
def _ids_by_key() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for alias in aliases():
        found.setdefault(_spaced_key(alias.alias), {})[alias.id] = None
    return {key: tuple(ids) for key, ids in found.items()}


def _spaced_key(written: str) -> str:
    """A matching key in which every run of white space and hyphens is one space."""
    return " ".join(matching_key(nfc(written)).replace("-", " ").split())


def candidates(written: str) -> tuple[str, ...]:
    """Returns the ids of all units of any time that a written form can name, () for an unknown form.

    Case, tone placement, dashes and the amount of white space do not matter.
    """
    return _ids_by_key().get(_spaced_key(written), ())


def valid_on(unit_id: str, day: date) -> bool:
    """Tells whether the unit existed on that day; raises KeyError for an unknown id."""
    return units()[unit_id].period.holds(day)


def state_on(unit_id: str, day: date) -> UnitState | None:
    """Returns what the unit was on that day, None where it did not exist."""
    return next((state for state in states()[unit_id] if state.period.holds(day)), None)


def today(unit_id: str) -> tuple[str, ...]:
    """Returns the ids of the units of today that hold the unit's ground, the main one first."""
    return units()[unit_id].today_ids


def check() -> None:
    """Loads every table; raises DomainDataError at the first row that is wrong."""
    loaders: tuple[Callable[[], object], ...] = (
        units,
        states,
        aliases,
        namesakes,
        blockers,
        changes,
        cues,
        doubts,
        organisations,
        abbreviations,
    )
    for load in loaders:
        load()
