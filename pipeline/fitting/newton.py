"""Logistic regression with a bound on each weight, by Newton steps on records that are alike counted together.

The optimum under a quadratic penalty and bounds is one, wherever the search starts: starting near it only saves time.
Source: D. P. Bertsekas, Projected Newton methods for optimization problems with simple constraints (1982).
"""

from contextlib import AbstractContextManager
from typing import Final

import numpy as np
import numpy.typing as npt

from extractors.domain.errors import MissingDependency

Floats = npt.NDArray[np.float64]

_STEPS, _HALVINGS = 100, 30
_SMALL: Final = 1e-9  # a gradient below it is none
_FLAT: Final = 1e-6  # no record bends the loss less, so that a start far away is no end


def one_thread() -> AbstractContextManager[object]:
    """Keeps numpy from dividing small tables among threads, which wait for each other longer than they work.

    Raises `MissingDependency` without scikit-learn, which brings what does so.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise MissingDependency(
            "Fitting needs scikit-learn", advice="Install it: pip install 'sovang[calibrate]'"
        ) from error
    limits: AbstractContextManager[object] = threadpool_limits(1, user_api="blas")
    return limits


def logistics(odds: Floats) -> Floats:
    """Returns the probabilities of log odds."""
    return 1 / (1 + np.exp(-np.clip(odds, -500, 500)))


def solve(table: Floats, right: Floats, wrong: Floats, penalty: Floats, bounds: Floats, start: Floats) -> Floats:
    """Returns the weights of least loss: a mass-weighted log loss and half the penalty of each squared weight.

    `table` has a line for each kind of record, of which `right` and `wrong` are the masses, and a column for each
    weight; `bounds` two rows, the least and the most that a weight may be. `start` lies within them.
    """
    mass = right + wrong
    weights = np.clip(start, bounds[0], bounds[1])
    loss = _loss(table, right, wrong, penalty, weights)
    for _ in range(_STEPS):
        sure = logistics(table @ weights)
        slope = table.T @ (mass * sure - right) + penalty * weights
        held = ((weights <= bounds[0]) & (slope > 0)) | ((weights >= bounds[1]) & (slope < 0))
        free = np.flatnonzero(~held)
        if not free.size or np.abs(slope[free]).max() < _SMALL:
            break
        part = table[:, free]
        bend = (part.T * (mass * np.maximum(sure * (1 - sure), _FLAT))) @ part
        bend[np.diag_indices_from(bend)] += penalty[free]
        step = np.zeros_like(weights)
        step[free] = np.linalg.solve(bend, slope[free])
        moved = _shortened(table, right, wrong, penalty, bounds, weights, step, loss)
        if moved is None:
            break
        weights, loss = moved
    return weights


def _shortened(
    table: Floats, right: Floats, wrong: Floats, penalty: Floats, bounds: Floats, weights: Floats, step: Floats,
    loss: float,
) -> tuple[Floats, float] | None:  # fmt: skip
    """The step, halved until it lowers the loss; None where none does any more."""
    share = 1.0
    for _ in range(_HALVINGS):
        tried = np.clip(weights - share * step, bounds[0], bounds[1])
        reached = _loss(table, right, wrong, penalty, tried)
        if reached < loss:
            return tried, reached
        share /= 2
    return None


def _loss(table: Floats, right: Floats, wrong: Floats, penalty: Floats, weights: Floats) -> float:
    odds = table @ weights
    surprise = right * np.logaddexp(0, -odds) + wrong * np.logaddexp(0, odds)
    return float(surprise.sum() + (penalty * weights**2).sum() / 2)
