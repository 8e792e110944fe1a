"""The thresholds that hold: stored with what they stand on, replaced or withdrawn by a further row, never changed."""

from dataclasses import dataclass
from typing import cast

from extractors.domain.errors import UsageError
from pipeline.review.states import KINDS, Kind
from pipeline.store import Row, Store, now, to_json
from pipeline.trust.certifying import Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A threshold that holds for the records that one version of the program read."""

    id: int
    kind: Kind
    threshold: float
    wanted: float
    confidence: float
    right: int
    total: int
    bound: float
    sample: int
    extractor: str
    decided_at: str


def standing(store: Store) -> dict[Kind, Standing]:
    """Returns the thresholds that hold, by kind, of whatever version of the program."""
    return {cast(Kind, row["kind"]): _of_row(row) for row in last_rows(store).values() if row["event"] == "set"}


def last_rows(store: Store) -> dict[Kind, Row]:
    """Returns the last row of each kind in the order of kinds, a withdrawal too."""
    rows = store.rows("SELECT * FROM thresholds WHERE id IN (SELECT max(id) FROM thresholds GROUP BY kind)")
    by_kind = {row["kind"]: row for row in rows}
    return {kind: by_kind[kind] for kind in KINDS if kind in by_kind}


def enter(store: Store, kind: Kind, certificate: Certificate, sources: list[str], extractor: str) -> Standing:
    """Enters a certified threshold; what held before is replaced by it."""
    with store.immediate():
        cursor = store.db.execute(
            "INSERT INTO thresholds (kind, event, decided_at, threshold, wanted, confidence, \"right\", total, bound, "
            "sample, sources, extractor) VALUES (?, 'set', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                kind, now(), certificate.threshold, certificate.wanted, certificate.confidence, certificate.right,
                certificate.total, round(certificate.bound, 6), certificate.sample, to_json(sources), extractor,
            ],
        )  # fmt: skip
        row = store.rows("SELECT * FROM thresholds WHERE id = ?", [cast(int, cursor.lastrowid)])[0]
    return _of_row(row)


def withdraw(store: Store, kind: Kind, reason: str) -> None:
    """Takes the threshold of a kind back: what passed by it and no one has read waits for a person again.

    Raises `UsageError` where none holds.
    """
    with store.immediate():
        held = standing(store).get(kind)
        if held is None:
            raise UsageError(f"No threshold holds for {kind}", advice="See `sovang audit`")
        store.db.execute(
            "INSERT INTO thresholds (kind, event, decided_at, withdraws, reason) VALUES (?, 'withdrawn', ?, ?, ?)",
            [kind, now(), held.id, reason],
        )
        unmark(store, kind)


def unmark(store: Store, kind: Kind) -> None:
    """Lets unread records of a kind wait for a person again. Expects an open transaction."""
    store.db.execute(f"UPDATE {kind} SET passed = NULL WHERE passed = 'auto' AND state = 'machine'")  # noqa: S608


def _of_row(row: Row) -> Standing:
    return Standing(
        id=cast(int, row["id"]),
        kind=cast(Kind, row["kind"]),
        threshold=cast(float, row["threshold"]),
        wanted=cast(float, row["wanted"]),
        confidence=cast(float, row["confidence"]),
        right=cast(int, row["right"]),
        total=cast(int, row["total"]),
        bound=cast(float, row["bound"]),
        sample=cast(int, row["sample"]),
        extractor=str(row["extractor"]),
        decided_at=str(row["decided_at"]),
    )
