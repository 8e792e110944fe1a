"""Lunar days, months and years of a text as solar ones, with the year from the cycle, the gloss or the reference."""

from datetime import date, timedelta

from extractors.dates.atoms import Atom
from extractors.dates.reference import Guess, Years
from extractors.dates.relative import Reference, real_day, reference_of
from extractors.domain.lunar import cycle_years, to_solar
from extractors.domain.records import Grain

_CYCLE_START, _CYCLE_END = 1984, 2043  # the sixty years meant where nothing tells another cycle

_BESIDE = 24  # characters between a solar day and the lunar one that explains it
_LAST_GLOSS, _GLOSS_SPAN = 2030, 25  # lunar and solar day meet every eleven or nineteen years


def settle_beside(atom: Atom, last: Atom | None) -> bool:
    """Gives a lunar day the solar date that stands directly before it, where both are the same day."""
    if last is None or atom.start - last.end > _BESIDE or last.is_lunar or atom.grain is not Grain.DAY:
        return False
    if last.year is None or last.month is None or last.day is None:
        return False
    day = real_day(last.year, last.month, last.day)
    if day is None or not falls_on(atom, day):
        return False
    atom.year, atom.month, atom.day = day.year, day.month, day.day
    atom.evidence.append("agrees with the solar day before it")
    return True


def settle(atom: Atom, reference: Reference | None, years: Years, last: Atom | None) -> None:
    """Turns a lunar atom into solar fields; month and day become unknown where the year is."""
    source = reference if reference and reference.year else years.writing_year
    if last is not None and last.year is not None and atom.start - last.end <= _BESIDE:
        source = reference_of(last, "the date beside it")
    year = _lunar_year(atom, source.year if source else years.latest_year)
    if atom.grain is Grain.YEAR:
        atom.year = year
        return
    if year is None and reference is not None and (today := reference.date) is not None:
        year = _nearest_year(atom, today)
        if year is not None:
            atom.evidence.append(f"lunar year nearest to {today} ({reference.source})")
            atom.reference = str(reference)
    elif year is None and source is not None:
        year = source.year
        atom.evidence.append(f"year taken from {source.source}")
    if atom.grain is Grain.MONTH:
        _settle_month(atom, year)
        return
    if atom.until is not None:
        atom.until.is_lunar = True
        solar_end = _solar(atom.until, atom.until.year or year) if year is not None else None
        if solar_end is None:
            atom.until = None
        else:
            atom.until.year, atom.until.month, atom.until.day = solar_end.year, solar_end.month, solar_end.day
    solar = _solar(atom, year) if year is not None else None
    if solar is None:
        if year is not None:
            atom.evidence.insert(0, "there is no such lunar day")
        atom.year, atom.is_unknown = year, True
        return
    atom.evidence.append(f"lunar {atom.day}/{atom.month}/{year}")
    atom.year, atom.month, atom.day = solar.year, solar.month, solar.day


def _lunar_year(atom: Atom, near: int | None) -> int | None:
    if atom.cycle is None:
        return atom.year
    if atom.year is not None and atom.year in cycle_years(atom.cycle):
        return atom.year
    years = cycle_years(atom.cycle)
    if near is not None:
        return min(years, key=lambda year: (abs(year - near), year))
    atom.evidence.append("current cycle of sixty years assumed")
    return next((year for year in years if _CYCLE_START <= year <= _CYCLE_END), None)


def _solar(atom: Atom, year: int) -> date | None:
    if atom.month is None or atom.day is None:
        return None
    if atom.is_tet and atom.month == 12:
        solar = to_solar(year - 1, 12, atom.day)
        return solar if solar else _eve(year) if atom.day == 30 else None
    return to_solar(year, atom.month, atom.day)


def _eve(year: int) -> date | None:
    """`30 Tết` means the last day of the old year also where its month has 29 days."""
    new_year = to_solar(year, 1, 1)
    return new_year - timedelta(days=1) if new_year else None


def _nearest_year(atom: Atom, today: date) -> int | None:
    """The lunar year whose day lies nearest to the day of writing."""
    dated = [
        (abs((solar - today).days), year)
        for year in range(today.year - 1, today.year + 2)
        if (solar := _solar(atom, year) if atom.day else to_solar(year, atom.month or 1, 15))
    ]
    return min(dated)[1] if dated else None


def _settle_month(atom: Atom, year: int | None) -> None:
    if year is None or atom.month is None:
        return
    first = to_solar(year, atom.month, 1)
    after = to_solar(year + atom.month // 12, atom.month % 12 + 1, 1)
    if first is None or after is None:
        return
    last = after - timedelta(days=1)
    atom.evidence.append(f"lunar month {atom.month}/{year}")
    atom.grain = Grain.DAY
    atom.year, atom.month, atom.day = first.year, first.month, first.day
    atom.until = Atom(start=atom.start, end=atom.end, rule=atom.rule, grain=Grain.DAY)
    atom.until.year, atom.until.month, atom.until.day = last.year, last.month, last.day


def falls_on(lunar: Atom, day: date) -> bool:
    """Tells whether the lunar day of an atom, in a lunar year that touches the solar one, is this solar day."""
    return any(_solar(lunar, year) == day for year in (day.year - 1, day.year, day.year + 1))


def infer_from_gloss(atom: Atom, reference: Reference | None) -> Guess | None:
    """Returns the one year in which a lunar day and its solar gloss meet, None where there are several or none."""
    lunar = atom.gloss
    if lunar is None or not lunar.is_lunar or atom.month is None or atom.day is None:
        return None
    last = reference.year + 1 if reference and reference.year else _LAST_GLOSS
    met = []
    for year in range(last - _GLOSS_SPAN, last + 1):
        solar = _solar(lunar, year)
        if solar and (solar.month, solar.day) == (atom.month, atom.day):
            met.append(solar.year)
    if len(met) != 1:
        return None
    return Guess(year=met[0], evidence=f"lunar and solar day meet in {met[0]}")
