"""Fitting and measuring: on made records whose truth is known."""

import random
from collections.abc import Iterator

import pytest

from pipeline import measuring
from pipeline.fitting import FOLDS, cross_fitted, fit, fold_of, table
from pipeline.judging import Judged


def made(count: int, seed: int = 1, *, is_seen: bool = False, lift: float = 0.0) -> Iterator[Judged]:
    """Dates that are right in 97 of 100, by a contradiction in 60, where the year is inferred in 85."""
    draw = random.Random(seed)
    for at in range(count):
        terms, share = ["dates.day_month*", "dates.day_month_slashes"], 0.97
        if draw.random() < 0.25:
            terms, share = [*terms, "year_nearest"], 0.85
        if draw.random() < 0.1:
            terms, share = [*terms, "weekday_disagrees"], share - 0.37
        if draw.random() < 0.2:
            terms.append("said_again")
        yield Judged(
            document=f"{seed}-{at // 3}",
            kind="dates",
            rule="dates.day_month_slashes",
            is_right=draw.random() < min(1.0, share + lift),
            terms=tuple(terms),
            is_seen=is_seen,
        )


def points(rows: list[Judged], sure: list[float]) -> list[tuple[float, bool, float]]:
    return [(c, row.is_right, row.weight) for c, row in zip(sure, rows, strict=True)]


def test_cross_fitted_confidences_keep_their_word() -> None:
    rows = list(made(1500))
    found = points(rows, cross_fitted(rows))
    error, order = measuring.calibration_error(found), measuring.auroc(found)
    assert error is not None
    assert error < 0.03
    assert order is not None
    assert order > 0.65


def test_the_level_is_learned_from_documents_no_rule_was_written_from() -> None:
    rows = [*made(900, 2), *made(900, 3, is_seen=True, lift=0.2)]
    model = fit(rows).model
    fresh = [row for row in rows if not row.is_seen]
    share = sum(row.is_right for row in fresh) / len(fresh)
    assert sum(model.probability(row.terms) for row in fresh) / len(fresh) == pytest.approx(share, abs=0.02)


def test_a_term_is_never_lent_more_than_its_effect() -> None:
    weights = fit(list(made(900, 4))).model.weights
    assert weights["weekday_disagrees"] < weights["year_nearest"] < 0
    assert weights["said_again"] >= 0


def test_a_warning_without_records_still_warns() -> None:
    assert fit(list(made(300, 5))).model.weights["ends_before_start"] == pytest.approx(-1.0)


@pytest.mark.parametrize("is_right", [True, False])
def test_one_outcome_alone_gives_its_share(is_right: bool) -> None:
    rows = [Judged(document=str(i), kind="dates", rule="dates.year", is_right=is_right) for i in range(50)]
    assert fit(rows).model.probability(()) == pytest.approx(0.99 if is_right else 0.01, abs=0.01)


def test_equal_records_give_equal_tables() -> None:
    rows = list(made(400, 6))
    assert table({"dates": fit(rows)}) == table({"dates": fit(list(rows))})


def test_many_mistakes_give_a_curve_that_rises() -> None:
    curve = fit(list(made(2500, 7))).model.curve
    assert len(curve) > 2
    assert curve == sorted(curve)
    assert [y for _, y in curve] == sorted(y for _, y in curve)


def test_folds_are_even_and_fixed() -> None:
    counts = [0] * FOLDS
    for at in range(2000):
        counts[fold_of(f"document {at}")] += 1
    assert min(counts) > 140
    assert fold_of("document 1") == fold_of("document 1")


# --- measures ---------------------------------------------------------------------------------------


def test_measures_of_a_small_example() -> None:
    found = [(0.9, True, 1.0), (0.8, False, 1.0), (0.7, True, 2.0), (0.2, False, 1.0)]
    assert measuring.precision(found) == pytest.approx(0.6)
    assert measuring.auroc(found) == pytest.approx((1 * 2 + 2 * 1) / (3 * 2))
    assert measuring.brier(found) == pytest.approx((0.01 + 0.64 + 2 * 0.09 + 0.04) / 5)
    assert measuring.passing(found, 0.99) == (pytest.approx(0.2), 0.9)
    assert measuring.above(found, 0.75) == (pytest.approx(0.4), pytest.approx(0.5))
    assert measuring.curve(found)[-1] == (pytest.approx(1.0), pytest.approx(0.4))


def test_equal_confidences_are_no_order() -> None:
    assert measuring.auroc([(0.9, True, 1.0), (0.9, False, 1.0)]) == 0.5
    assert measuring.passing([(0.9, True, 1.0), (0.9, False, 1.0)], 0.99) == (0.0, None)


def test_what_cannot_be_measured_is_none() -> None:
    right = [(0.9, True, 1.0)]
    assert measuring.auroc(right) is None
    assert measuring.precision([]) is None
    assert measuring.calibration_error([]) is None
    assert measuring.brier([]) is None
    assert measuring.interval([right], measuring.auroc) is None


def test_bins_hold_equal_numbers() -> None:
    found = [(at / 100, at % 2 == 0, 1.0) for at in range(100)]
    assert [b.count for b in measuring.bins(found)] == [10] * 10
    assert measuring.calibration_error([(0.5, at % 2 == 0, 1.0) for at in range(100)], 2) == pytest.approx(0, abs=0.51)


def test_the_interval_holds_the_value_and_is_the_same_each_time() -> None:
    draw = random.Random(9)
    documents = [[(0.9, draw.random() < 0.9, 1.0) for _ in range(3)] for _ in range(80)]
    bounds = measuring.interval(documents, measuring.precision)
    share = measuring.precision([p for d in documents for p in d])
    assert bounds is not None
    assert share is not None
    assert bounds[0] < share < bounds[1]
    assert bounds == measuring.interval(documents, measuring.precision)
