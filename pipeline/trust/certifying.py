"""The lowest threshold of confidence above which records are right often enough, with a guarantee for the chosen one.

Candidates are tested one after another from the surest records down, each at the full level, until the first that
fails: fixed-sequence testing holds the chance of any false certificate to the level (Bauer 1991; Angelopoulos et al.,
Learn then Test, 2021). Where the candidates stand depends on the confidences alone, never on who was right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.trust.bounds import at_most, lower_bound, records_needed

LEAST: Final = 0.75  # no threshold below: surer records of a random draw are read in an order that knows no confidence
_STEPS, _SMALLEST_STEP = 20, 25  # candidates; records between two of them
Points = Sequence[tuple[float, bool]]  # confidence, whether right


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a sample says of a threshold; without one, how much more has to be read at least (`missing`)."""

    threshold: float | None
    right: int  # of the records at or above the threshold; without one, of all that could have passed
    total: int
    bound: float
    sample: int
    wanted: float
    confidence: float
    missing: int = 0

    @property
    def share(self) -> float:
        """The share of the sample that passes."""
        return self.total / self.sample if self.sample and self.threshold is not None else 0.0


def certify(points: Points, wanted: float, confidence: float) -> Certificate:
    """Returns the lowest certified threshold of a plain random sample; confidences count to four digits."""
    ordered = sorted(((round(sure, 4), is_right) for sure, is_right in points), key=lambda point: -point[0])
    eligible = [point for point in ordered if point[0] >= LEAST]
    best: tuple[float, int, int] | None = None
    for threshold, right, total in _candidates(eligible, wanted, confidence):
        if at_most(total - right, total, 1 - wanted) > 1 - confidence:
            break
        best = threshold, right, total
    if best is None:
        right, total = sum(is_right for _, is_right in eligible), len(eligible)
        return Certificate(
            threshold=None, right=right, total=total, bound=lower_bound(right, total, confidence), sample=len(points),
            wanted=wanted, confidence=confidence, missing=_missing(eligible, wanted, confidence),
        )  # fmt: skip
    threshold, right, total = best
    return Certificate(
        threshold=threshold, right=right, total=total, bound=lower_bound(right, total, confidence),
        sample=len(points), wanted=wanted, confidence=confidence,
    )  # fmt: skip


def _candidates(eligible: Points, wanted: float, confidence: float) -> list[tuple[float, int, int]]:
    """Threshold, right and total of each candidate, the surest first; it begins where one mistake may be borne."""
    first = records_needed(0, wanted, confidence)
    tolerant = records_needed(1, wanted, confidence)
    start = tolerant if len(eligible) >= tolerant else first
    step = max(_SMALLEST_STEP, (len(eligible) - start) // _STEPS)
    found: list[tuple[float, int, int]] = []
    right = 0
    for at, (sure, is_right) in enumerate(eligible, 1):
        right += is_right
        ends_tie = at == len(eligible) or eligible[at][0] < sure
        due = start if not found else found[-1][2] + step
        if ends_tie and (at >= due or (at == len(eligible) and at >= start)):
            found.append((sure, right, at))
    return found


def _missing(eligible: Points, wanted: float, confidence: float) -> int:
    """How many more records, all of them right, the easiest candidate would need."""
    fewest = records_needed(0, wanted, confidence)
    wrong = 0
    for at, (sure, is_right) in enumerate(eligible, 1):
        wrong += not is_right
        if at == len(eligible) or eligible[at][0] < sure:
            fewest = min(fewest, records_needed(wrong, wanted, confidence) - at)
    return max(1, fewest)
