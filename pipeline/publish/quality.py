"""How right the records of a release are, from annotated documents, reviews and random samples."""

import csv
import math
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Final

from pipeline.publish.build import has_table
from pipeline.publish.schema import RECORD_TABLES
from pipeline.trust import lower_bound, upper_bound

_Z: Final = 1.959964  # of the normal distribution, for bounds of 95 %
_TWO_SIDED: Final = 0.975  # confidence of each of the two bounds
_BINS: Final = 10
_GOLD: Final = {"document_facts": "header_counts.csv"}  # all other kinds stand in calibration.csv
_READ: Final = "state IN ('accepted', 'corrected', 'rejected')"  # what a person has judged as the program read it
# A correction may give a record another confidence; the program's own stands in its own row.
_OWN: Final = "coalesce(json_extract(machine, '$.confidence'), confidence)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measured quantity of one kind of records; bounds are of 95 %."""

    kind: str
    measure: str
    value: float
    low: float | None = None
    high: float | None = None
    cases: int | None = None


def measures(connection: sqlite3.Connection) -> Iterator[Measure]:
    """Yields what is known of each kind; what was measured on nothing is left out."""
    for kind in RECORD_TABLES:
        rows, counted, reviewed, expected = connection.execute(
            f"SELECT count(*), coalesce(sum(counted), 0), coalesce(sum(state <> 'machine'), 0), "  # noqa: S608
            f"avg(confidence) FILTER (WHERE counted) FROM {kind}"
        ).fetchone()
        yield Measure(kind=kind, measure="rows", value=rows)
        yield Measure(kind=kind, measure="counted", value=counted)
        if rows:
            yield Measure(kind=kind, measure="reviewed_share", value=round(reviewed / rows, 4), cases=rows)
        if counted:
            yield Measure(kind=kind, measure="expected_precision", value=round(expected, 4), cases=counted)
        yield from _share(kind, "gold_precision", *_gold(kind))
        yield from _share(kind, "review_precision", *_judged(connection, kind, "1"))
        if has_table(connection, "audit_samples"):
            sample = (
                "passed = 'auto' AND record_id IN (SELECT record_id FROM working.audit_samples WHERE purpose = 'audit')"
            )
            yield from _exact_share(kind, "audit_precision", *_judged(connection, kind, sample))
        yield from _calibration_error(connection, kind)


def wilson(right: int, total: int) -> tuple[float, float]:
    """Returns the 95 % bounds of a share by Wilson's score method; `total` is at least 1."""
    share = right / total
    middle = share + _Z**2 / (2 * total)
    spread = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    scale = 1 + _Z**2 / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def _share(kind: str, measure: str, right: int, total: int) -> Iterator[Measure]:
    if total:
        low, high = (round(bound, 4) for bound in wilson(right, total))
        yield Measure(kind=kind, measure=measure, value=round(right / total, 4), low=low, high=high, cases=total)


def _exact_share(kind: str, measure: str, right: int, total: int) -> Iterator[Measure]:
    """With Clopper-Pearson bounds, which promise no more than they hold however near to 1 the share is."""
    if total:
        low, high = (round(bound(right, total, _TWO_SIDED), 4) for bound in (lower_bound, upper_bound))
        yield Measure(kind=kind, measure=measure, value=round(right / total, 4), low=low, high=high, cases=total)


def _gold(kind: str) -> tuple[int, int]:
    source = resources.files("extractors.domain").joinpath(_GOLD.get(kind, "calibration.csv"))
    with source.open(encoding="utf-8") as lines:
        # Of calibration.csv the row `base` of a kind holds the counts of all its records.
        rows = [r for r in csv.DictReader(lines) if r.get("kind", kind) == kind and r.get("part", "base") == "base"]
    return sum(int(row["right"]) for row in rows), sum(int(row["total"]) for row in rows)


def _judged(connection: sqlite3.Connection, kind: str, which: str) -> tuple[int, int]:
    right, total = connection.execute(
        f"SELECT coalesce(sum(state = 'accepted'), 0), count(*) FROM working.{kind} WHERE {_READ} AND {which}"  # noqa: S608
    ).fetchone()
    return right, total


def _calibration_error(connection: sqlite3.Connection, kind: str) -> Iterator[Measure]:
    """The mean distance of confidence and truth over ten bins of confidence, weighed by their records."""
    bins = connection.execute(
        f"SELECT min(CAST({_OWN} * {_BINS} AS INTEGER), {_BINS - 1}) AS bin, count(*), avg({_OWN}), "  # noqa: S608
        f"avg(state = 'accepted') FROM working.{kind} WHERE {_READ} GROUP BY bin"
    ).fetchall()
    total = sum(count for _, count, _, _ in bins)
    if total:
        error = sum(count * abs(sure - right) for _, count, sure, right in bins) / total
        yield Measure(kind=kind, measure="review_calibration_error", value=round(error, 4), cases=total)
