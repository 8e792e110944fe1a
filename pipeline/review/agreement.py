"""How far readers agree, how long decisions take, and which rules are corrected: the figures of one page."""

import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, cast

from pipeline.review.log import comparable
from pipeline.review.states import Kind
from pipeline.store import Store

_WINDOW: Final = 20_000  # latest readings of which paces are taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Alpha:
    """Krippendorff's alpha of one group: 1 is perfect, 0 as good as chance; None where it is not defined."""

    value: float | None
    records: int  # read twice
    same: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How one person decides on one kind; `median_s` of decisions that were timed."""

    reviewer: str
    kind: Kind
    decisions: int
    median_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """What became of the records of one rule."""

    kind: Kind
    rule: str
    accepted: int
    corrected: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """All figures of the page."""

    overall: Alpha
    by_kind: dict[Kind, Alpha]
    by_pair: dict[tuple[str, str], Alpha]
    paces: tuple[Pace, ...]
    rules: tuple[RuleOutcome, ...]
    reasons: tuple[tuple[str, int], ...]  # given with corrections, most frequent first


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Returns Krippendorff's alpha for nominal values; each unit holds the values of those who read it.

    Units that fewer than two read are left out. None where no two values can be compared or all are the same:
    then there is no disagreement to expect. Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability
    (2011), alpha = 1 - (n - 1) (sum of o_ck, c <> k) / (sum of n_c n_k, c <> k).
    """
    disagreeing = 0.0
    totals: Counter[Hashable] = Counter()
    for unit in units:
        size = len(unit)
        if size < 2:
            continue
        values = Counter(unit)
        totals.update(values)
        disagreeing += sum(number * (size - number) for number in values.values()) / (size - 1)
    n = totals.total()
    expected = n * n - sum(number * number for number in totals.values())
    return None if not expected else 1 - (n - 1) * disagreeing / expected


def agreement(store: Store) -> Agreement:
    """Returns the figures of all readings that stand."""
    by_kind: dict[Kind, list[tuple[str, str]]] = defaultdict(list)
    by_pair: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in store.rows(
        "SELECT s.kind, a.reviewer AS one, b.reviewer AS other, a.value AS first, b.value AS second "
        "FROM second_readings s JOIN readings a ON a.id = s.first JOIN readings b ON b.id = s.second"
    ):
        first, second = (comparable(json.loads(str(row[name]))) for name in ("first", "second"))
        pair = cast(tuple[str, str], tuple(sorted((str(row["one"]), str(row["other"])))))
        by_kind[cast(Kind, row["kind"])].append((first, second))
        by_pair[pair].append((first, second))
    return Agreement(
        overall=_alpha([unit for units in by_kind.values() for unit in units]),
        by_kind={kind: _alpha(units) for kind, units in sorted(by_kind.items())},
        by_pair={pair: _alpha(units) for pair, units in sorted(by_pair.items())},
        paces=tuple(_paces(store)),
        rules=tuple(_rules(store)),
        reasons=tuple(_reasons(store)),
    )


def _alpha(units: list[tuple[str, str]]) -> Alpha:
    return Alpha(
        value=krippendorff_alpha(units), records=len(units), same=sum(first == second for first, second in units)
    )


def _paces(store: Store) -> list[Pace]:
    timed: dict[tuple[str, Kind], list[float | None]] = defaultdict(list)
    for row in store.rows(
        "SELECT reviewer, kind, seconds FROM readings WHERE verdict <> 'undone' ORDER BY id DESC LIMIT ?", [_WINDOW]
    ):
        timed[str(row["reviewer"]), cast(Kind, row["kind"])].append(cast("float | None", row["seconds"]))
    return [
        Pace(
            reviewer=reviewer,
            kind=kind,
            decisions=len(all_seconds),
            median_s=median(known) if (known := [s for s in all_seconds if s is not None]) else None,
        )
        for (reviewer, kind), all_seconds in sorted(timed.items())
    ]


def _rules(store: Store) -> list[RuleOutcome]:
    rows = store.rows(
        "SELECT kind, rule, sum(verdict = 'accepted') AS accepted, sum(verdict = 'corrected') AS corrected, "
        "sum(verdict = 'rejected') AS rejected FROM readings r WHERE purpose IN ('first', 'second') "
        "AND verdict IN ('accepted', 'corrected', 'rejected') AND rule IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM readings u WHERE u.undoes = r.id) "
        "GROUP BY kind, rule ORDER BY corrected + rejected DESC, kind, rule"
    )
    return [
        RuleOutcome(
            kind=cast(Kind, row["kind"]),
            rule=str(row["rule"]),
            accepted=cast(int, row["accepted"]),
            corrected=cast(int, row["corrected"]),
            rejected=cast(int, row["rejected"]),
        )
        for row in rows
    ]


def _reasons(store: Store) -> list[tuple[str, int]]:
    rows = store.rows(
        "SELECT reason, count(*) AS n FROM readings WHERE reason IS NOT NULL AND verdict IN ('corrected', 'rejected') "
        "GROUP BY reason ORDER BY n DESC, reason LIMIT 50"
    )
    return [(str(row["reason"]), cast(int, row["n"])) for row in rows]
