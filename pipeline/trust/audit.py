"""The standing audit: how right the records are that passed unread, and whether their threshold still holds."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.review.states import Kind
from pipeline.store import Store
from pipeline.trust.bounds import lower_bound, upper_bound
from pipeline.trust.standing import Standing, last_rows, standing, withdraw
from pipeline.trust.verdicts import audited, readers_of
from pipeline.trust.watch import first_alarm, level_of, plan

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The audit of one kind; `low` and `high` are one-sided Clopper-Pearson bounds at the confidence of `held`.

    `held` is None, and the reason stands in `withdrawn`, where no threshold holds any more. `level` says how near
    the watch is to its alarm, from 0 to 1; `alarm` after how many audited records it sounded.
    """

    kind: Kind
    held: Standing | None
    passed: int = 0
    drawn: int = 0
    read: int = 0
    right: int = 0
    low: float = 0.0
    high: float = 1.0
    level: float = 0.0
    alarm: int | None = None
    withdrawn: str | None = None

    @property
    def precision(self) -> float | None:
        """The share of audited records that was right, None before the first."""
        return self.right / self.read if self.read else None

    @property
    def warning(self) -> str | None:
        """What a person has to know, in one sentence."""
        if self.withdrawn is not None:
            return f"The threshold of {self.kind} was withdrawn: {self.withdrawn}"
        return f"The threshold of {self.kind} no longer holds: {self.reason}" if self.alarm else None

    @property
    def reason(self) -> str:
        """Why the threshold is to be withdrawn."""
        wanted = self.held.wanted if self.held else 0.0
        return f"{self.read - self.right} of {self.read} audited records were wrong, {wanted:.1%} right were promised"


def audits(store: Store) -> list[Audit]:
    """Returns the audit of every kind that ever had a threshold."""
    held = standing(store)
    found = []
    for kind, row in last_rows(store).items():
        found.append(
            _audit_of(store, held[kind])
            if kind in held
            else Audit(kind=kind, held=None, withdrawn=str(row["reason"] or "by hand"))
        )
    return found


def _audit_of(store: Store, held: Standing) -> Audit:
    verdicts = [verdict.is_right for verdict in audited(store, held.kind, held.id)]
    right, read = sum(verdicts), len(verdicts)
    used = plan(held.wanted, readers_of(store)) if verdicts else None
    return Audit(
        kind=held.kind,
        held=held,
        passed=store.count(f"SELECT count(*) FROM {held.kind} WHERE passed = 'auto'"),  # noqa: S608
        drawn=store.count("SELECT count(*) FROM audit_samples WHERE threshold = ?", [held.id]),
        read=read,
        right=right,
        low=lower_bound(right, read, held.confidence),
        high=upper_bound(right, read, held.confidence),
        level=level_of(verdicts, used) if used else 0.0,
        alarm=first_alarm(verdicts, used) if used else None,
    )


def heed(store: Store) -> Sequence[Audit]:
    """Withdraws every threshold whose audit sounded the alarm, and returns those audits."""
    alarmed = [audit for audit in audits(store) if audit.alarm is not None]
    for audit in alarmed:
        withdraw(store, audit.kind, audit.reason)
        log.warning("%s", audit.warning)
    return alarmed
