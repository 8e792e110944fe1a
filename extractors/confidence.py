"""From a rule's record on gold to a confidence.

`calibration.csv` counts, for each kind and rule, how many records of that rule were right on gold
documents; the confidence is that share, drawn towards the kind's own share where counts are small.
"""

import csv
from functools import cache
from importlib import resources

from extractors.domain.errors import DomainDataError

# A value said twice: share of the doubt that agreement takes away, share that contradiction leaves.
_AGREES, _CONTRADICTS = 0.3, 0.6
PRIOR_WEIGHT = 5.0  # a rule with no gold counts like five records of its kind's average


@cache
def _table() -> dict[str, dict[str, tuple[int, int]]]:
    source = resources.files("extractors.domain").joinpath("calibration.csv")
    table: dict[str, dict[str, tuple[int, int]]] = {}
    with source.open(encoding="utf-8") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            try:
                right, total = int(row["right"]), int(row["total"])
            except (KeyError, TypeError, ValueError) as error:
                raise DomainDataError(f"calibration.csv line {number}: right and total must be counts") from error
            if not 0 <= right <= total:
                raise DomainDataError(f"calibration.csv line {number}: {right} right of {total}")
            table.setdefault(row["kind"], {})[row["rule"]] = (right, total)
    return table


@cache
def confidence(kind: str, rule: str) -> float:
    """Returns the probability, from gold, that a record of this kind (`dates`) and rule is right."""
    rules = _table().get(kind, {})
    right = sum(r for r, _ in rules.values())
    total = sum(t for _, t in rules.values())
    average = (right + 1) / (total + 2)
    rule_right, rule_total = rules.get(rule, (0, 0))
    return (rule_right + PRIOR_WEIGHT * average) / (rule_total + PRIOR_WEIGHT)


def weighed(confidence: float, *, agrees: bool) -> float:
    """Returns a confidence after the text was found to say the value twice, in agreement or not."""
    return confidence + (1 - confidence) * _AGREES if agrees else confidence * _CONTRADICTS
