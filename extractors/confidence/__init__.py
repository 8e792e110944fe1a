"""How sure a record is: what holds of it, the fitted model, and the reasons in words."""

from extractors.confidence.model import group_of, probability


def confidence(kind: str, rule: str) -> float:
    """Returns the probability that a record of this kind (`dates`) is right, as far as its rule alone tells."""
    return probability(kind, (group_of(rule), rule))
