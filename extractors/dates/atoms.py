"""The working form of a date between its ink and its record: what was written, not yet what it means."""

from dataclasses import dataclass, field
from enum import StrEnum

from extractors.domain.records import DateRole, Grain


class Anchor(StrEnum):
    """What a relative expression counts from."""

    REFERENCE = "reference"  # the day of writing: hôm qua, năm ngoái
    NARRATIVE = "narrative"  # the date told last: cùng ngày, năm sau
    UPCOMING = "upcoming"  # the next such weekday after the day of writing
    LATEST = "latest"  # the last such weekday before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A distance in units of `grain` from an anchor; `weekday` (Monday 0) picks a day of that week."""

    grain: Grain
    amount: int
    anchor: Anchor = Anchor.REFERENCE
    weekday: int | None = None
    is_weekend: bool = False


@dataclass(slots=True, kw_only=True)
class Atom:
    """One written date with its half-open span; what the text does not say is None.

    `code` is the EDTF code of a quarter or half-year (`33`), or the written form of a decade or century
    (`201X`). `year_shift` counts the year from the anchor told (`tháng 3 năm ngoái`). `until` is the end
    of an interval. `is_unknown` marks a lunar day whose solar one cannot be told. `is_latent` marks a
    reading that counts only where a neighbour supports it.
    """

    start: int
    end: int
    rule: str
    grain: Grain
    year: int | None = None
    month: int | None = None
    day: int | None = None
    code: str | None = None
    time: str | None = None
    mod: str | None = None
    weekday: int | None = None
    shift: Shift | None = None
    year_shift: Shift | None = None
    is_lunar: bool = False
    is_tet: bool = False
    is_unknown: bool = False
    cycle: int | None = None
    is_approximate: bool = False
    is_yearly: bool = False
    has_cue: bool = False
    is_latent: bool = False
    direction: str | None = None  # "future", "past": tới, vừa qua
    bound: str | None = None  # "start" for from X on, "end" for before X
    until: "Atom | None" = None
    gloss: "Atom | None" = None
    role: DateRole | None = None
    reference: str | None = None
    evidence: list[str] = field(default_factory=list)

    @property
    def lacks_year(self) -> bool:
        """Tells whether the calendar year has to come from elsewhere."""
        return self.year is None and self.shift is None and self.year_shift is None and self.cycle is None
