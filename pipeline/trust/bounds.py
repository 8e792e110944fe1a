"""Exact binomial bounds (Clopper-Pearson), one-sided, without any library."""

import math
from functools import lru_cache


def at_most(wrong: int, total: int, rate: float) -> float:
    """Returns the chance of at most `wrong` mistakes among `total` records that each are wrong at `rate`."""
    if wrong >= total or rate <= 0:
        return 1.0
    if rate >= 1:
        return 0.0
    log_rate, log_rest = math.log(rate), math.log1p(-rate)
    whole = math.lgamma(total + 1)
    return min(
        1.0,
        math.fsum(
            math.exp(
                whole - math.lgamma(k + 1) - math.lgamma(total - k + 1) + k * log_rate + (total - k) * log_rest
            )
            for k in range(wrong + 1)
        ),
    )  # fmt: skip


@lru_cache(maxsize=4096)
def lower_bound(right: int, total: int, confidence: float) -> float:
    """Returns what a precision is at least, at a confidence; 0 without records."""
    if not total or not right:
        return 0.0
    wrong, least, most = total - right, 0.0, 1.0
    while most - least > 1e-9:  # the largest rate of mistakes under which so few were no surprise
        middle = (least + most) / 2
        if at_most(wrong, total, middle) > 1 - confidence:
            least = middle
        else:
            most = middle
    return 1 - most


def upper_bound(right: int, total: int, confidence: float) -> float:
    """Returns what a precision is at most, at a confidence; 1 without records."""
    return 1 - lower_bound(total - right, total, confidence)


@lru_cache(maxsize=1024)
def records_needed(wrong: int, precision: float, confidence: float) -> int:
    """Returns how many records have to be read, `wrong` of them wrong, so that the bound reaches the precision."""
    least, most = wrong + 1, 2 * (wrong + 1)
    while at_most(wrong, most, 1 - precision) > 1 - confidence:
        least, most = most, 2 * most
    while least < most:
        middle = (least + most) // 2
        if at_most(wrong, middle, 1 - precision) > 1 - confidence:
            least = middle + 1
        else:
            most = middle
    return least
