"""The fitted model of confidences: a sum of weights for what holds of a record, then the probability of its bin.

`calibration.csv` is what `sovang calibrate` fitted; nothing here needs more than the table.
"""

import bisect
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from extractors.confidence.reasons import reasons
from extractors.domain.tables import Row, parsed, rows

PARTS = ("base", "group", "rule", "reason", "fact", "scale")
LEAST, MOST = 0.01, 0.999  # nothing is impossible, nothing certain
_UNKNOWN = 0.5


@dataclass(slots=True)
class KindModel:
    """The model of one kind: log odds of its base, weights of terms, points of a curve from log odds to probability.

    A term is the id of a reason, the name of a rule or of its group, or a silent fact (`form:bk`). Without
    points of a curve the log odds are the logistic's.
    """

    base: float = 0.0
    weights: dict[str, float] = field(default_factory=dict)
    curve: list[tuple[float, float]] = field(default_factory=list)

    def probability(self, terms: Iterable[str]) -> float:
        """Returns the probability that a record of which these terms hold is right."""
        odds = self.base + sum(self.weights.get(term, 0.0) for term in terms)
        return min(MOST, max(LEAST, self._on_curve(odds) if self.curve else logistic(odds)))

    def _on_curve(self, odds: float) -> float:
        at = bisect.bisect_right(self.curve, (odds, math.inf))
        if at == 0:
            return self.curve[0][1]
        if at == len(self.curve):
            return self.curve[-1][1]
        (x0, y0), (x1, y1) = self.curve[at - 1], self.curve[at]
        return y0 + (y1 - y0) * (odds - x0) / (x1 - x0)


def logistic(odds: float) -> float:
    """Returns the probability of log odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def group_of(rule: str) -> str:
    """Returns the group that lends a rule with little gold its weight: `dates.day_month` of `dates.day_month_dots`."""
    family, _, name = rule.partition(".")
    return f"{family}.{'_'.join(name.split('_')[:2])}*"


_own: list[tuple[Row, ...]] = []  # rows of a site's own table, in place of the installed one


def use_table(text: str | None) -> None:
    """Makes a site's own table count in place of the installed one; None brings that back.

    Whoever caches what confidences are made of has to forget it: see `weighing.forget`.
    """
    _own[:] = [tuple(parsed("calibration of this site", text.splitlines()))] if text is not None else []
    models.cache_clear()


@cache
def models() -> Mapping[str, KindModel]:
    """Returns the model of each kind; raises `DomainDataError` where the table is wrong."""
    found: dict[str, KindModel] = {}
    for row in _own[0] if _own else rows("calibration.csv"):
        model = found.setdefault(row.needed("kind"), KindModel())
        part, value = row.text("part"), row.number("value")
        if part not in PARTS or not math.isfinite(value):
            raise row.wrong(f"part must be one of {', '.join(PARTS)} and value a number")
        if part == "base":
            model.base = value
        elif part == "scale":
            model.curve.append(_point(row, model, value))
        else:
            if part == "reason" and row.needed("term") not in reasons():
                raise row.wrong(f"{row.text('term')} is no reason of reasons.csv")
            model.weights[row.needed("term")] = value
    return found


def _point(row: Row, model: KindModel, value: float) -> tuple[float, float]:
    odds = row.number("term")
    if not 0 <= value <= 1 or (model.curve and (odds <= model.curve[-1][0] or value < model.curve[-1][1])):
        raise row.wrong("points of the scale must rise, and lie between 0 and 1")
    return odds, value


def probability(kind: str, terms: Iterable[str]) -> float:
    """Returns the probability that a record of the kind (`dates`) is right; one half for a kind without a model."""
    model = models().get(kind)
    return model.probability(terms) if model else _UNKNOWN


def weight(kind: str, term: str) -> float:
    """Returns by how much a term moves the log odds of a kind, 0 for one that the table does not hold."""
    model = models().get(kind)
    return model.weights.get(term, 0.0) if model else 0.0
