"""The audit notices a fall of precision soon and seldom sounds falsely: a simulation."""

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.trust.watch import FALSE_ALARMS, LENGTH, Plan, Readers, chance_of_alarm, first_alarm, level_of, plan

RUNS, RECORDS, AUDIT_RATE = 2000, 5000, 0.2
READERS = Readers(slips=0.002, misses=0.05)
Verdicts = npt.NDArray[np.bool_]


def precision_of(confidence: npt.NDArray[np.float64], hardness: float) -> npt.NDArray[np.float64]:
    """Records are right as often as they are sure, but for documents that are `hardness` times as hard."""
    return 1 - np.minimum(1, hardness * (1 - confidence))


def audited(rng: np.random.Generator, hardness: npt.NDArray[np.float64]) -> Verdicts:
    """Verdicts that readers give on the drawn ones of 5,000 records, True where called right; one row a run."""
    confidence = 1 - 0.02 * rng.random((RUNS, RECORDS))  # above the threshold; right in 99 of 100 on the average
    is_right = rng.random((RUNS, RECORDS)) < precision_of(confidence, hardness)
    mistaken = rng.random((RUNS, RECORDS)) < np.where(is_right, READERS.slips, READERS.misses)
    drawn = np.argsort(rng.random((RUNS, RECORDS)), axis=1)[:, : int(RECORDS * AUDIT_RATE)]
    return np.take_along_axis(is_right ^ mistaken, np.sort(drawn, axis=1), axis=1)


def alarms(verdicts: Verdicts, used: Plan) -> npt.NDArray[np.int64]:
    """`first_alarm` for all runs at once; one more than there are records where it never sounds."""
    level = np.zeros(len(verdicts), dtype=np.int64)
    when = np.full(len(verdicts), verdicts.shape[1] + 1)
    for at in range(verdicts.shape[1]):
        level = np.where(verdicts[:, at], np.maximum(0, level - 1), level + used.rise)
        when = np.where((level >= used.limit) & (when > at + 1), at + 1, when)
    return when


def test_a_fall_is_noticed_and_false_alarms_are_few() -> None:
    rng = np.random.default_rng(20261124)
    used = plan(0.99, READERS)
    steady = audited(rng, np.ones(RECORDS))
    assert steady.shape == (RUNS, LENGTH)
    assert (alarms(steady, used) <= LENGTH).mean() <= FALSE_ALARMS + 0.01  # the limit is exact, 2,000 runs are not
    hard = audited(rng, np.full(RECORDS, 4.0))  # 99 of 100 become 96
    assert (alarms(hard, used) <= 500).mean() >= 0.95
    changed = audited(rng, np.where(np.arange(RECORDS) < RECORDS // 2, 1.0, 4.0))  # in the midst of the watch
    when = alarms(changed, used)
    calm = when > 500
    assert (when[calm] <= 1000).mean() >= 0.95


def test_vectorised_and_single_watch_agree() -> None:
    rng = np.random.default_rng(7)
    used = plan(0.99)
    verdicts = rng.random((50, 600)) < 0.96
    assert [first_alarm(row, used) or 601 for row in verdicts.tolist()] == alarms(verdicts, used).tolist()


@pytest.mark.parametrize("precision", [0.9, 0.95, 0.99, 0.999])
def test_the_limit_holds_false_alarms_and_is_the_lowest(precision: float) -> None:
    used = plan(precision)
    rate = 1 - precision
    assert chance_of_alarm(rate, used.rise, used.limit, LENGTH) <= FALSE_ALARMS
    assert used.limit == used.rise or chance_of_alarm(rate, used.rise, used.limit - 1, LENGTH) > FALSE_ALARMS


def test_a_better_machine_sounds_less_and_a_new_watch_begins_at_nothing() -> None:
    used = plan(0.99)
    assert chance_of_alarm(0.005, used.rise, used.limit, LENGTH) < chance_of_alarm(0.01, used.rise, used.limit, LENGTH)
    wrongs = -(-used.limit // used.rise) - 1
    verdicts = [True] * (LENGTH - wrongs) + [False] * wrongs
    assert level_of(verdicts, used) > 0.5
    assert first_alarm([*verdicts, *verdicts[::-1]], used) is None
    assert first_alarm([*verdicts, False], used) is None  # the next watch
    assert first_alarm([False] * (wrongs + 1), used) == wrongs + 1
