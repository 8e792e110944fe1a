"""The watch over a stream of audited records: a cumulative sum that notices when mistakes become more frequent.

Each right record lowers the sum by one, never below zero; each wrong one raises it by `rise`. The limit is computed,
not simulated: the sum is a Markov chain on whole numbers, so that the chance of a false alarm within a whole watch is
known exactly. Source: E. S. Page, Continuous inspection schemes, Biometrika 41 (1954); D. Brook, D. A. Evans,
Biometrika 59 (1972).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

LENGTH: Final = 1000  # audited records of one watch; then a new one begins
FALSE_ALARMS: Final = 0.05  # of watches in which nothing has changed
_PATIENCE: Final = 1.3  # above 1 smaller falls are noticed too
_FALL: Final = 0.3  # a rate of mistakes q that grows by 0.3 sqrt(q) is to be noticed: .01 to .04
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """How often readers call a right record wrong, and a wrong one right."""

    slips: float = 0.0
    misses: float = 0.0

    def seen(self, rate: float) -> float:
        """Returns the rate of mistakes that such readers report of a true one."""
        return rate * (1 - self.misses) + (1 - rate) * self.slips


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much a wrong record raises the sum, and the limit at which the alarm sounds."""

    rise: int
    limit: int


@lru_cache(maxsize=64)
def plan(precision: float, readers: Readers | None = None, length: int = LENGTH) -> Plan:
    """Returns the plan that sounds falsely in at most `FALSE_ALARMS` of watches at this precision."""
    readers = readers or Readers()
    rate = 1 - precision
    good = readers.seen(rate)
    bad = readers.seen(min(0.9, rate + _FALL * math.sqrt(rate)))
    down, up = math.log((1 - good) / (1 - bad)), math.log(bad / good)
    rise = max(1, round(_PATIENCE * (down + up) / down) - 1)
    least, most = rise, 2 * rise
    while chance_of_alarm(good, rise, most, length) > FALSE_ALARMS:
        least, most = most, 2 * most
    while least < most:
        middle = (least + most) // 2
        if chance_of_alarm(good, rise, middle, length) <= FALSE_ALARMS:
            most = middle
        else:
            least = middle + 1
    return Plan(rise=rise, limit=most)


def chance_of_alarm(rate: float, rise: int, limit: int, length: int) -> float:
    """Returns the chance that a watch of so many records, wrong at this rate, sounds."""
    chances: _Floats = np.zeros(limit)
    chances[0] = 1.0
    sounded = 0.0
    for _ in range(length):
        wrong = chances * rate
        right = chances - wrong
        chances = np.zeros(limit)
        chances[:-1] = right[1:]
        chances[0] += right[0]
        if limit > rise:
            chances[rise:] += wrong[: limit - rise]
        sounded += float(wrong[max(0, limit - rise) :].sum())
    return sounded


def first_alarm(verdicts: Iterable[bool], plan: Plan, length: int = LENGTH) -> int | None:
    """Returns after how many records (whether right, in the order of reading) the alarm sounds, None for never."""
    level = 0
    for at, is_right in enumerate(verdicts):
        if at % length == 0:
            level = 0
        level = max(0, level - 1) if is_right else level + plan.rise
        if level >= plan.limit:
            return at + 1
    return None


def level_of(verdicts: Iterable[bool], plan: Plan, length: int = LENGTH) -> float:
    """Returns how near to the alarm the watch stands, from 0 to 1."""
    level = 0
    for at, is_right in enumerate(verdicts):
        if at % length == 0:
            level = 0
        level = max(0, level - 1) if is_right else level + plan.rise
    return min(1.0, level / plan.limit)
