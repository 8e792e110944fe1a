"""The reasons that move a confidence: their ids, their wording in English and Vietnamese, the way they work.

`reasons.csv` holds one row for each phrase that records carry as evidence; `{}` stands for what changes from
record to record, which may itself be a phrase of the table.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from extractors.domain.tables import rows


class Effect(StrEnum):
    """Which way a reason may move a confidence; what warns is told first, then what confirms."""

    RAISES = "raises"
    LOWERS = "lowers"
    WARNS = "warns"
    CONFIRMS = "confirms"
    EITHER = "either"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason; `english` and `vietnamese` hold `{}` for each part that changes."""

    id: str
    effect: Effect
    english: str
    vietnamese: str


@cache
def reasons() -> dict[str, Reason]:
    """Returns all reasons by id; raises `DomainDataError` where the table is wrong."""
    table: dict[str, Reason] = {}
    phrases: set[str] = set()
    for row in rows("reasons.csv"):
        reason, english, vietnamese = row.needed("reason"), row.needed("en"), row.needed("vi")
        if reason in table or english in phrases:
            raise row.wrong(f"{reason} or {english!r} stands twice")
        if row.text("effect") not in set(Effect):
            raise row.wrong(f"effect must be one of {', '.join(Effect)}")
        if english.count("{}") != vietnamese.count("{}"):
            raise row.wrong("both wordings must have the same number of {}")
        phrases.add(english)
        effect = Effect(row.text("effect"))
        table[reason] = Reason(id=reason, effect=effect, english=english, vietnamese=vietnamese)
    return table


@cache
def _fixed() -> dict[str, str]:
    return {reason.english: reason.id for reason in reasons().values() if "{}" not in reason.english}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of the phrases with changing parts, those with most fixed letters first."""
    open_ones = sorted((r for r in reasons().values() if "{}" in r.english), key=lambda r: -len(r.english))
    return tuple((re.compile(re.escape(r.english).replace(r"\{\}", "(.{1,200}?)")), r.id) for r in open_ones)


def _read(phrase: str) -> tuple[str, tuple[str, ...]] | None:
    """The reason of a phrase and its changing parts, None where the table does not know it."""
    if (fixed := _fixed().get(phrase)) is not None:
        return fixed, ()
    for pattern, reason in _patterns():
        if match := pattern.fullmatch(phrase):
            return reason, match.groups()
    return None


@lru_cache(maxsize=8192)
def reasons_of(phrase: str) -> tuple[str, ...]:
    """Returns the ids of the reasons that a phrase tells, its own first; () for a phrase that is not in the table."""
    read = _read(phrase)
    if read is None:
        return ()
    reason, parts = read
    return (reason, *(inner for part in parts if (inner := _fixed().get(part)) is not None))


@lru_cache(maxsize=8192)
def in_vietnamese(phrase: str) -> str:
    """Returns the Vietnamese wording of an English phrase; a phrase that is not in the table comes back as it is."""
    read = _read(phrase)
    if read is None:
        return phrase
    reason, parts = read
    pieces = reasons()[reason].vietnamese.split("{}")
    known = _fixed()
    filled = [reasons()[known[part]].vietnamese if part in known else part for part in parts]
    return pieces[0] + "".join(part + piece for part, piece in zip(filled, pieces[1:], strict=True))
