"""Exact bounds, and thresholds whose guarantee holds for the one that was chosen."""

import numpy as np
import pytest

from pipeline.trust.bounds import at_most, lower_bound, records_needed, upper_bound
from pipeline.trust.certifying import LEAST, certify


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),  # Clopper-Pearson, one-sided 95 %: qbeta(.05, x, n-x+1), qbeta(.95, x+1, n-x)
    [(299, 300, 0.984285, 0.999829), (300, 300, 0.990064, 1.0), (0, 10, 0.0, 0.258866), (5, 10, 0.222441, 0.777559)],
)  # fmt: skip
def test_bounds(right: int, total: int, low: float, high: float) -> None:
    assert lower_bound(right, total, 0.95) == pytest.approx(low, abs=2e-6)
    assert upper_bound(right, total, 0.95) == pytest.approx(high, abs=2e-6)


def test_bounds_without_records_promise_nothing() -> None:
    assert (lower_bound(0, 0, 0.95), upper_bound(0, 0, 0.95)) == (0.0, 1.0)
    assert at_most(3, 3, 0.5) == 1
    assert at_most(0, 10, 0.0) == 1
    assert at_most(0, 10, 1.0) == 0


def test_how_many_records_a_certificate_needs() -> None:
    assert [records_needed(wrong, 0.99, 0.95) for wrong in range(3)] == [299, 473, 628]
    assert records_needed(0, 0.95, 0.95) == 59


def test_too_few_records_certify_nothing_and_it_is_said_how_many_are_missing() -> None:
    told = certify([(0.99, True)] * 100, 0.99, 0.95)
    assert (told.threshold, told.missing, told.share) == (None, 199, 0)
    one_wrong = certify([(0.99, True)] * 299 + [(0.98, False)], 0.99, 0.95)
    assert one_wrong.threshold == 0.99
    assert certify([(0.99, True)] * 299 + [(0.99, False)], 0.99, 0.95).missing == 173
    assert certify([], 0.99, 0.95).missing == 299


def test_the_lowest_threshold_that_holds_is_chosen() -> None:
    points = [(0.99, True)] * 600 + [(0.9, True)] * 300 + [(0.8, False)] * 60
    told = certify(points, 0.99, 0.95)
    assert (told.threshold, told.right, told.total, told.sample) == (0.9, 900, 900, 960)
    assert told.share == pytest.approx(900 / 960)
    assert told.bound > 0.99


def test_no_threshold_lies_where_the_draw_is_not_read_in_plain_order() -> None:
    assert certify([(LEAST - 0.01, True)] * 1000, 0.9, 0.95).threshold is None


def test_a_certificate_is_false_in_at_most_one_of_twenty() -> None:
    rng = np.random.default_rng(11)
    false = 0
    runs = 400
    for _ in range(runs):
        sure = np.sort(0.8 + 0.2 * rng.random(1500))[::-1]
        rate = np.where(sure >= 0.9, 0.008, 0.03)  # below .9 every threshold falls short of .99
        told = certify(list(zip(sure.tolist(), (rng.random(1500) >= rate).tolist(), strict=True)), 0.99, 0.95)
        if told.threshold is not None:
            low, high = max(0.0, 0.9 - told.threshold), 0.1
            false += told.threshold < 0.9 and (low * 0.03 + high * 0.008) / (low + high) > 0.01
    assert false / runs <= 0.05
