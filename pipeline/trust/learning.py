"""What reviews teach: machine records with verdicts, a fit that is tried on documents it never saw, names to add.

Records that the queue chose are doubtful ones, so they only tell which terms go with mistakes; how often records are
right is learned from those that were drawn at random and from gold.
"""

import csv
import io
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, cast

from extractors.confidence.model import probability
from extractors.domain.records import Json
from pipeline.fitting import Fit, cross_fitted, fit, table
from pipeline.judging import KINDS, Judged, read_records
from pipeline.store import Store
from pipeline.trust.verdicts import Verdict, verdicts

_RUNS: Final = 1000
_RISK: Final = 0.05  # of draws of documents in which a fit may be worse that is installed even so
_FEWEST: Final = 30  # reviews of a kind, and 3 mistakes among them, below which nothing is fitted
_FLOOR: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a fit did on reviews kept aside: mean log loss before and after; None where there was too little."""

    kind: str
    reviews: int
    wrong: int
    before: float | None = None
    after: float | None = None
    worse: float = 1.0  # share of draws of documents in which the new fit is worse

    @property
    def is_better(self) -> bool:
        """Whether the new fit may be installed."""
        return self.after is not None and self.before is not None and self.after < self.before and self.worse <= _RISK


def reviewed(store: Store, tick: Callable[[str], None] = lambda name: None) -> list[Judged]:
    """Returns what people judged, with the terms that the program of today sees; what it reads no more is left out."""
    drawn = {str(row["record_id"]) for row in store.rows("SELECT record_id FROM audit_samples")}
    by_document: dict[int, list[Verdict]] = defaultdict(list)
    for verdict in verdicts(store):
        if verdict.kind in KINDS:
            by_document[verdict.document].append(verdict)
    found = []
    for serial, read in sorted(by_document.items()):
        [row] = store.rows("SELECT id, text FROM documents WHERE serial = ?", [serial])
        records = read_records(str(row["text"]))
        tick(str(row["id"]))
        for verdict in read:
            of_kind = cast(list[Json], records[verdict.kind])
            same = next((r for r in of_kind if (r["start"], r["end"], r["rule"]) == verdict.place), None)
            if same is not None:
                terms = cast(tuple[str, ...], same["terms"])
                found.append(
                    Judged(
                        document=str(row["id"]), kind=verdict.kind, rule=str(same["rule"]), is_right=verdict.is_right,
                        confidence=probability(verdict.kind, terms), terms=terms,
                        is_seen=verdict.record_id not in drawn, record=same,
                    )
                )  # fmt: skip
    return found


def try_fits(reviews: Sequence[Judged], gold: Sequence[Judged]) -> tuple[list[Trial], dict[str, Fit]]:
    """Returns how fits to reviews and gold do on the reviews, cross-fitted by document, and those that are better."""
    trials, fits = [], {}
    for kind in KINDS:
        mine = [record for record in reviews if record.kind == kind]
        more = [record for record in gold if record.kind == kind]
        wrong = sum(not record.is_right for record in mine)
        if len(mine) < _FEWEST or wrong < 3:
            trials.append(Trial(kind=kind, reviews=len(mine), wrong=wrong))
            continue
        after = [replace(r, confidence=c) for r, c in zip(mine, cross_fitted(mine, more), strict=True)]
        trial = _compare(kind, mine, after, wrong)
        trials.append(trial)
        if trial.is_better:
            fits[kind] = fit([*mine, *more])
    return trials, fits


def _compare(kind: str, before: Sequence[Judged], after: Sequence[Judged], wrong: int) -> Trial:
    """Paired by record, whole documents drawn anew."""
    by_document: dict[str, list[float]] = defaultdict(list)
    for old, new in zip(before, after, strict=True):
        by_document[old.document].append(_loss(new) - _loss(old))
    documents = list(by_document.values())
    draw = random.Random(20261124)  # noqa: S311 (a fixed draw, no secret)  # nosec B311
    worse = sum(sum(map(sum, draw.choices(documents, k=len(documents)))) >= 0 for _ in range(_RUNS))
    return Trial(
        kind=kind, reviews=len(before), wrong=wrong, before=sum(map(_loss, before)) / len(before),
        after=sum(map(_loss, after)) / len(after), worse=worse / _RUNS,
    )  # fmt: skip


def _loss(record: Judged) -> float:
    sure = min(1 - _FLOOR, max(_FLOOR, record.confidence))
    return -math.log(sure if record.is_right else 1 - sure)


def merged_table(current: Path, fits: dict[str, Fit]) -> str:
    """Returns the table with the kinds that were fitted anew, all others as they stand."""
    head, *lines = table(fits).splitlines(keepends=True)
    with current.open(encoding="utf-8", newline="") as rows:
        kept = io.StringIO()
        writer = csv.writer(kept, lineterminator="\n")
        writer.writerows(row for row in csv.reader(rows) if row[0] not in {"kind", *fits})
    return head + "".join(sorted([*lines, *kept.getvalue().splitlines(keepends=True)], key=lambda r: r.split(",")[0]))


def proposed_aliases(store: Store) -> list[tuple[str, str, int]]:
    """Returns names of provinces as documents write them, the unit that reviewers say they mean, and how often.

    Only corrections of the unit count, those that still stand; a person decides whether a name enters the gazetteer.
    """
    rows = store.rows(
        "SELECT quote, id FROM provinces WHERE state = 'added' OR (state = 'corrected' "
        "AND json_extract(machine, '$.id') IS NOT id)"
    )
    counts = Counter((" ".join(str(row["quote"]).split()), str(row["id"])) for row in rows)
    return sorted(((name, unit, times) for (name, unit), times in counts.items()), key=lambda each: (-each[2], each))
