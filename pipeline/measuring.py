"""How good confidences are: calibration error, Brier score, AUROC, what passes at a precision; with intervals.

Every function takes parallel sequences: confidences, whether right, weights.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Points = Sequence[tuple[float, bool, float]]  # confidence, whether right, weight
_BINS, _RUNS = 10, 400


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a reliability diagram: mean confidence, share right, how many records."""

    confidence: float
    right: float
    count: int


def precision(points: Points) -> float | None:
    """Returns the weighted share that is right, None without points."""
    mass = sum(w for _, _, w in points)
    return sum(w for _, right, w in points if right) / mass if mass else None


def bins(points: Points, count: int = _BINS) -> list[Bin]:
    """Returns bins of equal mass, the least confident first; fewer where there are fewer points."""
    ordered = sorted(points, key=lambda p: (p[0], p[1]))
    cuts = [ordered[k * len(ordered) // count : (k + 1) * len(ordered) // count] for k in range(count)]
    return [_bin(cut) for cut in cuts if cut]


def _bin(points: Points) -> Bin:
    mass = sum(w for _, _, w in points)
    return Bin(sum(c * w for c, _, w in points) / mass, sum(w for _, r, w in points if r) / mass, len(points))


def calibration_error(points: Points, count: int = _BINS) -> float | None:
    """Returns the expected calibration error over bins of equal numbers of records, None without points."""
    mass = sum(w for _, _, w in points)
    if not mass:
        return None
    ordered = sorted(points, key=lambda p: (p[0], p[1]))
    cuts = (ordered[k * len(ordered) // count : (k + 1) * len(ordered) // count] for k in range(count))
    return sum(abs(sum((c - r) * w for c, r, w in cut)) for cut in cuts) / mass


def brier(points: Points) -> float | None:
    """Returns the mean squared distance of confidence and outcome, None without points."""
    mass = sum(w for _, _, w in points)
    return sum((c - r) ** 2 * w for c, r, w in points) / mass if mass else None


def auroc(points: Points) -> float | None:
    """Returns the chance that a right record is surer than a wrong one, None where all are right or all wrong."""
    mass: dict[float, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for confidence, is_right, weight in points:
        mass[confidence][is_right] += weight
    below = area = 0.0
    for confidence in sorted(mass):
        wrong, right = mass[confidence]
        area += right * (below + wrong / 2)
        below += wrong
    rights = sum(right for _, right in mass.values())
    return area / (below * rights) if below and rights else None


def passing(points: Points, wanted: float) -> tuple[float, float | None]:
    """Returns the largest share of records, surest first, of which `wanted` are right, and the least confidence."""
    mass = sum(w for _, _, w in points)
    kept = right = best = 0.0
    least = None
    ordered = sorted(points, key=lambda p: -p[0])
    for at, (confidence, is_right, weight) in enumerate(ordered):
        kept += weight
        right += weight if is_right else 0.0
        ends_tie = at + 1 == len(ordered) or ordered[at + 1][0] < confidence
        if ends_tie and right >= wanted * kept:
            best, least = kept, confidence
    return (best / mass if mass else 0.0), least


def above(points: Points, threshold: float) -> tuple[float, float | None]:
    """Returns the share of records at or above a confidence, and their precision."""
    chosen = [p for p in points if p[0] >= threshold]
    mass = sum(w for _, _, w in points)
    return (sum(w for _, _, w in chosen) / mass if mass else 0.0), precision(chosen)


def curve(points: Points) -> list[tuple[float, float]]:
    """Returns the risk-coverage curve: for each share of records, surest first, the share of them that is wrong."""
    mass = sum(w for _, _, w in points)
    kept = wrong = 0.0
    told = []
    ordered = sorted(points, key=lambda p: -p[0])
    for at, (confidence, right, weight) in enumerate(ordered):
        kept += weight
        wrong += weight * (not right)
        if at + 1 == len(ordered) or ordered[at + 1][0] < confidence:
            told.append((kept / mass, wrong / kept))
    return told


def interval(
    by_document: Sequence[Points], measure: Callable[[Points], float | None], runs: int = _RUNS, seed: int = 20261124
) -> tuple[float, float] | None:
    """Returns the 95 % bootstrap interval of a measure, whole documents drawn; None where it cannot be measured."""
    draw = random.Random(seed)  # noqa: S311 (a fixed draw, no secret)  # nosec B311
    values = []
    for _ in range(runs):
        chosen = [point for points in draw.choices(by_document, k=len(by_document)) for point in points]
        if (value := measure(chosen)) is not None:
            values.append(value)
    if len(values) < runs // 2:
        return None
    values.sort()
    return values[int(0.025 * len(values))], values[int(0.975 * len(values))]
