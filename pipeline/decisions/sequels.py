"""How decisions follow each other: a proposal and the decision that granted it, a decision and its revocation."""

from datetime import timedelta
from typing import Final

from pipeline.decisions.times import days_of, overlap
from pipeline.decisions.traits import Traits
from pipeline.decisions.weighing import Match, same_class, same_form, same_party

FOLLOWS: Final = 0.75
_WAIT: Final = timedelta(days=800)  # the longest from a proposal to the decision; orders pass four levels
_SLACK: Final = timedelta(days=7)
SEQUELS: Final = {("proposed", "granted"): "granted", ("granted", "revoked"): "revoked"}


def weigh_sequel(before: Traits, after: Traits) -> Match:
    """Returns how sure it is that `after` decides on what `before` proposed, or takes back what `before` granted."""
    nothing = Match(0.0, ())
    if (before.status, after.status) not in SEQUELS or not same_form(before.form, after.form):
        return nothing
    if not same_class(before, after) or before.authority.agrees(after.authority) is False:
        return nothing
    by_core = {p.core: p for p in after.parties}
    verdicts = [same_party(p, by_core[p.core]) for p in before.parties if p.core in by_core]
    common = [verdict for verdict in verdicts if verdict is not False]
    if not common:
        return nothing
    score, reasons = 0.5, [f"{len(common)} recipients in common"]
    if len(common) >= min(len(before.parties), len(after.parties)):
        score, reasons = score + 0.15, [*reasons, "all recipients of one of the two"]
    if any(common):
        score, reasons = score + 0.1, [*reasons, "same body, place or person beside the name"]
    if before.authority.agrees(after.authority):
        score, reasons = score + 0.05, [*reasons, "same authority"]
    time = _time(before, after)
    mine, theirs = days_of(before.period), days_of(after.period)
    if mine and theirs:
        time += 0.1 if overlap(mine, theirs) else -0.5
        reasons.append("same period" if overlap(mine, theirs) else "another period")
    if time > 0:
        reasons.append("the later one follows in time")
    return Match(max(0.0, min(0.99, round(score + time, 4))), tuple(reasons))


def _time(before: Traits, after: Traits) -> float:
    first = days_of(before.given) or days_of(before.decided) or days_of(before.told)
    last = days_of(after.decided) or days_of(after.given) or days_of(after.told)
    if not first or not last:
        return 0.0
    if last[1] < first[0] - _SLACK:
        return -1.0
    if after.status == "granted" and last[0] - first[1] > _WAIT:
        return -1.0
    return 0.1
