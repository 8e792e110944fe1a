"""Fitting the model of confidences: logistic on terms, then a curve by scikit-learn; cross-fitted by document.

A term is lent what its effect in `reasons.csv` allows: one that lowers never raises. Rules with few records
lean on their group, groups on the kind, since all weights are drawn towards nothing. Documents that rules were written
from tell which terms matter; how often records are right is learned from the others.
"""

import csv
import io
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from extractors.confidence.model import KindModel
from extractors.confidence.reasons import Effect, reasons
from pipeline.fitting.folds import FLOOR, FOLDS, Folds, fold_of, odds_of
from pipeline.fitting.newton import Floats, logistics, one_thread
from pipeline.judging import Judged

__all__ = ["FOLDS", "Fit", "cross_fitted", "fit", "fold_of", "table"]

_STRENGTHS: Final = (0.3, 1.0, 3.0)  # inverse strengths of the penalty that are tried
_ENOUGH_TO_SCALE, _ENOUGH_FOR_A_CURVE, _ENOUGH_FRESH = 12, 80, 3  # wrong records
_STRAY: Final = 10.0  # records of which a term has its own weight by half, else what its effect says
_PRIOR: Final = {Effect.WARNS: -1.0, Effect.LOWERS: -0.2, Effect.RAISES: 0.1, Effect.CONFIRMS: 0.3, Effect.EITHER: 0.0}
_NONE: Final[frozenset[int]] = frozenset()


@dataclass(slots=True)
class Fit:
    """A fitted kind: its model, and for each term how many records held it and how many of them were right."""

    model: KindModel
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    right: int = 0
    total: int = 0
    strength: float = 1.0


def fit(rows: Sequence[Judged]) -> Fit:
    """Returns the model of the rows, which are of one kind; raises `MissingDependency` without scikit-learn."""
    with one_thread():
        return _fit(Folds(rows), _NONE)


def cross_fitted(rows: Sequence[Judged], more: Sequence[Judged] = ()) -> list[float]:
    """Returns for each row of one kind the confidence by a model that no document of its fold took part in.

    The models are fitted to `more` rows too, from which the documents of the fold are left out as well.
    """
    found = [0.5] * len(rows)
    folds = Folds([*rows, *more])
    with one_thread():
        for fold in sorted({fold_of(row.document) for row in rows}):
            left_out = frozenset({fold})
            if folds.outside(left_out).any():
                model = _fit(folds, left_out).model
                for at in np.flatnonzero(folds.fold[: len(rows)] == fold).tolist():
                    found[at] = model.probability(rows[at].terms)
    return found


def _fit(folds: Folds, left_out: frozenset[int]) -> Fit:
    rows = list(itertools.compress(folds.rows, folds.outside(left_out)))
    strength, odds = _best_strength(folds, left_out)
    model = folds.model(left_out, strength)
    _scale(model, rows, odds[folds.outside(left_out)])
    counts = _counts(rows)
    _lend(model, counts)
    right = sum(row.is_right for row in rows)
    return Fit(model=model, counts=counts, right=right, total=len(rows), strength=strength)


def _best_strength(folds: Folds, left_out: frozenset[int]) -> tuple[float, Floats]:
    """The penalty whose cross-fitted odds give the least loss on documents that no rule was written from, and these."""
    odds = {strength: folds.odds(left_out, strength) for strength in _STRENGTHS}
    best = min(_STRENGTHS, key=lambda strength: (_loss(folds, left_out, odds[strength]), strength))
    return best, odds[best]


def _loss(folds: Folds, left_out: frozenset[int], odds: Floats) -> float:
    counts = folds.outside(left_out)
    if (counts & ~folds.is_seen & ~folds.is_right).sum() >= _ENOUGH_FRESH:
        counts = counts & ~folds.is_seen
    sure = np.clip(logistics(odds), FLOOR, 1 - FLOOR)
    surprise = -np.log(np.where(folds.is_right, sure, 1 - sure))
    return float(np.average(surprise[counts], weights=folds.weight[counts])) if counts.any() else 0.0


# --- the curve --------------------------------------------------------------------------------------


def _scale(model: KindModel, rows: Sequence[Judged], crossed: Floats) -> None:
    """Straightens the odds by those cross-fitted, row by row: by slope and offset (Platt), with many wrong isotonic."""
    fresh = np.array([not row.is_seen for row in rows], dtype=bool)
    chosen = fresh if fresh.any() else ~fresh
    outcome = np.array([row.is_right for row in rows], dtype=np.float64)[chosen]
    wrong = int((outcome == 0).sum())
    if wrong < _ENOUGH_TO_SCALE or wrong == len(outcome):
        return
    odds, weights = crossed[chosen], np.array([row.weight for row in rows], dtype=np.float64)[chosen]
    if wrong >= _ENOUGH_FOR_A_CURVE:
        model.curve = _isotonic(odds, outcome, weights)
        return
    slope, offset = _platt(odds, outcome, weights)
    model.base = model.base * slope + offset
    model.weights = {term: weight * slope for term, weight in model.weights.items()}


def _platt(odds: Floats, outcome: Floats, weights: Floats) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    platt = LogisticRegression(C=10.0, tol=1e-8, max_iter=1000)
    platt.fit(odds.reshape(-1, 1), outcome > 0, sample_weight=weights)
    slope = float(platt.coef_[0][0])
    if not 0.25 <= slope <= 4:  # too few mistakes to believe it: only the level is set right
        return 1.0, odds_of(float(np.average(outcome, weights=weights))) - odds_of(float(np.average(logistics(odds))))
    return slope, float(platt.intercept_[0])


def _isotonic(odds: Floats, outcome: Floats, weights: Floats) -> list[tuple[float, float]]:
    from sklearn.isotonic import IsotonicRegression

    steps = IsotonicRegression().fit(odds, outcome, sample_weight=weights).predict(odds)
    levels = sorted(set(steps.tolist()))
    inside = [steps == level for level in levels]
    middle = [float(np.average(odds[block], weights=weights[block])) for block in inside]
    mass = np.array([weights[block].sum() for block in inside]) * len(weights) / weights.sum()
    right = np.array(levels) * mass
    smooth = IsotonicRegression().fit_transform(middle, (right + 1) / (mass + 2), sample_weight=mass)  # Laplace
    points = {round(x, 3): float(y) for x, y in zip(middle, smooth, strict=True)}
    return sorted(points.items())


# --- terms that hardly any record holds -------------------------------------------------------------


def _counts(rows: Sequence[Judged]) -> dict[str, tuple[int, int]]:
    held: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for row in rows:
        held.update(row.terms)
        if row.is_right:
            right.update(row.terms)
    return {term: (right[term], count) for term, count in held.items()}


def _lend(model: KindModel, counts: dict[str, tuple[int, int]]) -> None:
    """Moves the weight of a reason that hardly any record holds towards what its effect says."""
    for reason in reasons().values():
        held = counts.get(reason.id, (0, 0))[1]
        if not held and reason.effect is not Effect.WARNS:
            continue
        lent = _PRIOR[reason.effect] * _STRAY / (held + _STRAY)
        model.weights[reason.id] = model.weights.get(reason.id, 0.0) + lent


# --- the table --------------------------------------------------------------------------------------


def table(fits: dict[str, Fit]) -> str:
    """Returns the fitted kinds as the text of `calibration.csv`: equal fits, equal text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["kind", "part", "term", "value", "right", "total"])
    for kind, fitted in sorted(fits.items()):
        writer.writerow([kind, "base", "", f"{fitted.model.base:.3f}", fitted.right, fitted.total])
        for term, weight in sorted(fitted.model.weights.items(), key=lambda item: (_part(item[0]), item[0])):
            right, held = fitted.counts.get(term, (0, 0))
            if abs(weight) >= 0.0005:
                writer.writerow([kind, _part(term), term, f"{weight:.3f}", right, held])
        for odds, share in fitted.model.curve:
            writer.writerow([kind, "scale", f"{odds:.3f}", f"{share:.4f}", "", ""])
    return text.getvalue()


def _part(term: str) -> str:
    if term in reasons():
        return "reason"
    if term.endswith("*"):
        return "group"
    return "fact" if ":" in term else "rule"
