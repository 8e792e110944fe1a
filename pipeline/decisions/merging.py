"""What a decision says: of all its tellings the fullest value of each field, and where they contradict each other."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

from pipeline.decisions.times import days_of, is_day
from pipeline.decisions.traits import Traits
from pipeline.store import Row, SqlValue, to_json

_DECIDED: Final = frozenset(("accepted", "corrected", "added"))
Telling = tuple[Row, Traits]  # the row of `awards` and what it is compared by


def decision_id(records: Sequence[str]) -> str:
    """Returns the id of a decision: that of its first record id, hashed, so that new tellings mostly keep it."""
    return "d" + hashlib.sha256(f"decision {min(records)}".encode()).hexdigest()[:20]


def decision_row(tellings: Sequence[Telling], confidence: float) -> Row:
    """Returns the row of `decisions` for tellings in the order of their ids."""
    ranked = sorted(tellings, key=_rank)
    first = ranked[0][0]
    authority = max((t.authority for _, t in ranked), key=lambda a: (bool(a.name), bool(a.kind)))
    return {
        "id": decision_id([str(row["record_id"]) for row, _ in tellings]),
        "status": first["status"],
        "form": max((str(row["form"]) for row, _ in ranked), key=lambda form: form.count("-") > 0),
        "class": _first(ranked, "class"),
        "grantor": _fullest(ranked, "grantor"),
        "authority": f"{authority.kind}:{authority.name}".rstrip(":"),
        "count": _count(ranked),
        "posthumous": first["posthumous"],
        "decision_no": _fullest(ranked, "decision_no"),
        "decision_date": _finest([t.decided for _, t in ranked]),
        "date": _finest([t.given for _, t in ranked]),
        "period": _first(ranked, "period"),
        "reason": _first(ranked, "reason"),
        "tellings": len(tellings),
        "confidence": round(confidence, 4),
        "contradictions": to_json(contradictions([t for _, t in ranked])),
    }


def _rank(telling: Telling) -> tuple[bool, bool, bool, int, str]:
    """What a person decided comes first, then the decision itself, then who names a number, then the fuller one."""
    row, traits = telling
    filled = sum(row[c] is not None for c in ("class", "grantor", "decision_no", "decision_date", "date", "period"))
    return (
        row["state"] not in _DECIDED,
        traits.kind != "decision",
        row["decision_no"] is None,
        -filled,
        str(row["record_id"]),
    )


def _first(ranked: Sequence[Telling], column: str) -> SqlValue:
    return next((row[column] for row, _ in ranked if row[column] is not None), None)


def _fullest(ranked: Sequence[Telling], column: str) -> SqlValue:
    """The longest value of a name or number, a person's before the machine's."""
    values = [(row["state"] in _DECIDED, str(row[column])) for row, _ in ranked if row[column] is not None]
    return max(values, key=lambda value: (value[0], len(value[1])))[1] if values else None


def _finest(values: Sequence[str | None]) -> str | None:
    """The first value that means one day, else the first that has a year, else the first."""
    told = [value for value in values if value]
    days = [value for value in told if is_day(days_of(value))]
    dated = [value for value in told if days_of(value) is not None]
    return next(iter(days or dated or told), None)


def _count(ranked: Sequence[Telling]) -> int | None:
    """The count of the decision itself, else the largest: papers tell of some of the recipients."""
    for row, traits in ranked:
        if traits.count is not None and (traits.kind == "decision" or row["state"] in _DECIDED):
            return traits.count
    return max((t.count for _, t in ranked if t.count is not None), default=None)


def contradictions(tellings: Sequence[Traits]) -> dict[str, dict[str, list[str]]]:
    """Returns for each field that is told in ways which cannot all be true its values with the records that say so."""
    readers: dict[str, Callable[[Traits], str | None]] = {
        "class": lambda t: t.award_class or None,
        "count": _stated_count,
        "decision_date": lambda t: t.decided if is_day(days_of(t.decided)) else None,
        "form": lambda t: t.form if "-" in t.form else None,
        "posthumous": lambda t: "yes" if t.posthumous else "no",
    }
    if not any(is_day(days_of(t.decided)) for t in tellings):
        readers["date"] = lambda t: t.given if is_day(days_of(t.given)) else None
    found = {}
    for field, read in sorted(readers.items()):
        values: dict[str, list[str]] = {}
        for telling in tellings:
            if (value := read(telling)) is not None:
                values.setdefault(value, []).append(telling.record_id)
        if len(values) > 1:
            found[field] = {value: sorted(records) for value, records in sorted(values.items())}
    return found


def _stated_count(telling: Traits) -> str | None:
    """A number of recipients that is said, not one that only follows from how many a paper names."""
    if telling.count is None or (
        telling.parties and telling.count <= len(telling.parties) and telling.kind != "decision"
    ):
        return None
    return str(telling.count)
