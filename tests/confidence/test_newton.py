"""The solver finds what scikit-learn finds, and what is best within bounds, from wherever it starts."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from pipeline.fitting.newton import Floats, solve

LINES, COLUMNS = 80, 12
FREE = np.array([[-np.inf] * (COLUMNS + 1), [np.inf] * (COLUMNS + 1)])


def drawn(seed: int) -> tuple[Floats, Floats, Floats]:
    """A table with a column of ones at its end, and the masses of right and wrong."""
    rng = np.random.default_rng(seed)
    table = np.hstack([(rng.random((LINES, COLUMNS)) < 0.3).astype(float), np.ones((LINES, 1))])
    return table, rng.integers(0, 40, LINES).astype(float), rng.integers(0, 3, LINES).astype(float)


def penalty(strength: float) -> Floats:
    return np.array([1 / strength] * COLUMNS + [0.0])


def loss(table: Floats, right: Floats, wrong: Floats, strength: float, weights: Floats) -> float:
    odds = table @ weights
    surprise = (right * np.logaddexp(0, -odds) + wrong * np.logaddexp(0, odds)).sum()
    return float(surprise + (penalty(strength) * weights**2).sum() / 2)


@pytest.mark.parametrize("strength", [0.3, 1.0, 3.0])
def test_without_bounds_it_is_logistic_regression(strength: float) -> None:
    table, right, wrong = drawn(1)
    found = solve(table, right, wrong, penalty(strength), FREE, np.zeros(COLUMNS + 1))
    outcome = np.repeat([True, False], LINES)
    theirs = LogisticRegression(C=strength, tol=1e-10, max_iter=10_000)
    theirs.fit(np.vstack([table[:, :-1]] * 2), outcome, sample_weight=np.concatenate([right, wrong]))
    assert found[:-1] == pytest.approx(theirs.coef_[0], abs=1e-4)
    assert found[-1] == pytest.approx(theirs.intercept_[0], abs=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_within_bounds_nothing_near_is_better_and_the_start_is_no_matter(seed: int) -> None:
    table, right, wrong = drawn(seed)
    bounds = FREE.copy()
    bounds[0, :4], bounds[1, 4:8] = 0, 0
    found = solve(table, right, wrong, penalty(1.0), bounds, np.zeros(COLUMNS + 1))
    assert (found >= bounds[0]).all()
    assert (found <= bounds[1]).all()
    rng = np.random.default_rng(seed)
    start = rng.normal(size=COLUMNS + 1) * 3
    assert solve(table, right, wrong, penalty(1.0), bounds, start) == pytest.approx(found, abs=1e-6)
    least = loss(table, right, wrong, 1.0, found)
    for size in (1e-3, 1e-1, 1.0):
        for _ in range(50):
            near = np.clip(found + size * rng.normal(size=COLUMNS + 1), bounds[0], bounds[1])
            assert loss(table, right, wrong, 1.0, near) >= least - 1e-9
