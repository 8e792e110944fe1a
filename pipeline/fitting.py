"""Fitting the model of confidences with scikit-learn: logistic on terms, then a curve; cross-fitted by document.

A term is lent what its effect in `reasons.csv` allows: one that lowers never raises. Rules with few records
lean on their group, groups on the kind, since all weights are drawn towards nothing. Documents that rules were written
from tell which terms matter; how often records are right is learned from the others.
"""

import csv
import hashlib
import io
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from extractors.confidence.model import KindModel, logistic
from extractors.confidence.reasons import Effect, reasons
from extractors.domain.errors import MissingDependency
from pipeline.judging import Judged

FOLDS: Final = 10
_STRENGTHS: Final = (0.3, 1.0, 3.0)  # inverse strengths of the penalty that are tried
_ENOUGH_TO_SCALE, _ENOUGH_FOR_A_CURVE = 12, 80  # wrong records
_SEEN: Final = " seen"  # the term of documents that rules were written from; never of a record outside
_STRAY: Final = 10.0  # records of which a term has its own weight by half, else what its effect says
_PRIOR: Final = {Effect.WARNS: -1.0, Effect.LOWERS: -0.2, Effect.RAISES: 0.1, Effect.CONFIRMS: 0.3, Effect.EITHER: 0.0}
_FLOOR: Final = 1e-3
Progress = Callable[[str], None]
Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class Fit:
    """A fitted kind: its model, and for each term how many records held it and how many of them were right."""

    model: KindModel
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    right: int = 0
    total: int = 0
    strength: float = 1.0


def fold_of(document: str) -> int:
    """Returns the fold of a document, the same wherever it stands."""
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % FOLDS


def fit(rows: Sequence[Judged]) -> Fit:
    """Returns the model of the rows, which are of one kind; raises `MissingDependency` without scikit-learn."""
    strength, odds = _best_strength(rows)
    model = _fit_terms(rows, strength)
    _scale(model, rows, odds)
    counts = _counts(rows)
    _lend(model, counts)
    right = sum(row.is_right for row in rows)
    return Fit(model=model, counts=counts, right=right, total=len(rows), strength=strength)


def cross_fitted(rows: Sequence[Judged], more: Sequence[Judged] = ()) -> list[float]:
    """Returns for each row of one kind the confidence by a model that no document of its fold took part in.

    The models are fitted to `more` rows too, from which the documents of the fold are left out as well.
    """
    found = [0.5] * len(rows)
    for fold in range(FOLDS):
        inside = [at for at, row in enumerate(rows) if fold_of(row.document) == fold]
        outside = [row for row in (*rows, *more) if fold_of(row.document) != fold]
        if inside and outside:
            model = fit(outside).model
            for at in inside:
                found[at] = model.probability(rows[at].terms)
    return found


# --- the logistic part ------------------------------------------------------------------------------


def _fit_terms(rows: Sequence[Judged], strength: float) -> KindModel:
    """Logistic regression on the terms; what pulls against its effect is left out and the rest fitted again.

    Records that were drawn for their terms count as one here: what is drawn by the terms tells nothing false of them.
    """
    outcome = [row.is_right for row in rows]
    if all(outcome) or not any(outcome):  # nothing to tell apart: the share, as far as so many rows can tell
        return KindModel(base=_odds((sum(outcome) + 0.5) / (len(rows) + 1)))
    terms = sorted({term for row in rows for term in row.terms} | ({_SEEN} if _has_both(rows) else set()))
    while True:
        base, weights = _logistic(rows, terms, strength)
        against = {term for term, weight in zip(terms, weights, strict=True) if _is_against(term, weight)}
        if not against:
            break
        terms = [term for term in terms if term not in against]
    model = KindModel(base=base, weights=dict(zip(terms, map(float, weights), strict=True)))
    model.weights.pop(_SEEN, None)
    return model


def _logistic(rows: Sequence[Judged], terms: Sequence[str], strength: float) -> tuple[float, Floats]:
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise MissingDependency(
            "Fitting needs scikit-learn", advice="Install it: pip install 'sovang[calibrate]'"
        ) from error
    at = {term: column for column, term in enumerate(terms)}
    mass: dict[tuple[tuple[int, ...], bool], float] = defaultdict(float)  # equal records count together
    for row in rows:
        held = (*row.terms, _SEEN) if row.is_seen else row.terms
        mass[tuple(sorted({at[term] for term in held if term in at})), row.is_right] += 1
    table = np.zeros((len(mass), len(terms)))
    for line, (columns, _) in enumerate(mass):
        table[line, list(columns)] = 1
    if _SEEN in at:
        table[:, at[_SEEN]] *= 10  # hardly drawn towards nothing
    regression = LogisticRegression(C=strength, tol=1e-6, max_iter=1000)
    regression.fit(table, [is_right for _, is_right in mass], sample_weight=list(mass.values()))
    return float(regression.intercept_[0]), regression.coef_[0]


def _has_both(rows: Sequence[Judged]) -> bool:
    return len({row.is_seen for row in rows}) == 2


def _is_against(term: str, weight: float) -> bool:
    reason = reasons().get(term)
    if reason is None:
        return False
    if reason.effect in (Effect.LOWERS, Effect.WARNS):
        return weight > 0
    return weight < 0 and reason.effect in (Effect.RAISES, Effect.CONFIRMS)


def _best_strength(rows: Sequence[Judged]) -> tuple[float, list[float]]:
    """The penalty whose cross-fitted odds give the least loss on documents that no rule was written from, and these."""
    odds = {strength: _out_of_fold(rows, strength) for strength in _STRENGTHS}
    best = min(_STRENGTHS, key=lambda strength: (_loss(rows, odds[strength]), strength))
    return best, odds[best]


def _out_of_fold(rows: Sequence[Judged], strength: float) -> list[float]:
    odds = [0.0] * len(rows)
    for fold in range(FOLDS):
        inside = [at for at, row in enumerate(rows) if fold_of(row.document) == fold]
        outside = [row for row in rows if fold_of(row.document) != fold]
        if inside and outside:
            model = _fit_terms(outside, strength)
            for at in inside:
                odds[at] = model.base + sum(model.weights.get(term, 0.0) for term in rows[at].terms)
    return odds


def _loss(rows: Sequence[Judged], odds: Sequence[float]) -> float:
    total = mass = 0.0
    fresh = _fresh(rows)
    for row, value in zip(rows, odds, strict=True):
        if row.is_seen and fresh:
            continue
        sure = min(1 - _FLOOR, max(_FLOOR, logistic(value)))
        total -= row.weight * math.log(sure if row.is_right else 1 - sure)
        mass += row.weight
    return total / mass if mass else 0.0


def _fresh(rows: Sequence[Judged]) -> bool:
    """Tells whether documents that no rule was written from hold mistakes enough to learn from."""
    return sum(not row.is_right for row in rows if not row.is_seen) >= 3


# --- the curve --------------------------------------------------------------------------------------


def _scale(model: KindModel, rows: Sequence[Judged], crossed: Sequence[float]) -> None:
    """Straightens the odds by those cross-fitted, row by row: by slope and offset (Platt), with many wrong isotonic."""
    chosen = [row for row in rows if not row.is_seen] or list(rows)
    wrong = sum(not row.is_right for row in chosen)
    if wrong < _ENOUGH_TO_SCALE or wrong == len(chosen):
        return
    every = dict(zip(map(id, rows), crossed, strict=True))
    odds = np.array([every[id(row)] for row in chosen])
    outcome = np.array([row.is_right for row in chosen], dtype=float)
    weights = np.array([row.weight for row in chosen])
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
        return 1.0, _odds(float(np.average(outcome, weights=weights))) - _odds(float(np.average(_logistics(odds))))
    return slope, float(platt.intercept_[0])


def _logistics(odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-odds))


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


def _odds(share: float) -> float:
    share = min(1 - _FLOOR, max(_FLOOR, share))
    return math.log(share / (1 - share))


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
