"""What people decided on machine records: the last decision that stands says whether the machine was right."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from pipeline.review.states import KINDS, Kind
from pipeline.store import Row, Store
from pipeline.trust.watch import Readers

_ENOUGH = 100  # records read twice from which the readers' own mistakes are known


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One machine record that a person read; corrections and rejections count against the machine."""

    record_id: str
    kind: Kind
    document: int
    is_right: bool
    confidence: float  # of the machine when it was read
    place: tuple[int, int, str]  # start, end and rule of the machine's own row


def verdicts(
    store: Store, kind: Kind | None = None, sample: str = "", parameters: tuple[object, ...] = ()
) -> Iterator[Verdict]:
    """Yields the verdicts in the order of first reading; `sample` is a condition on `audit_samples`, "" for all."""
    chosen = f"AND r.record_id IN (SELECT record_id FROM audit_samples WHERE {sample})" if sample else ""  # noqa: S608
    rows = store.rows(
        "SELECT r.record_id, r.kind, r.document, json_extract(r.before, '$.state') AS before, "  # noqa: S608
        "json_extract(r.before, '$.confidence') AS confidence, json_extract(r.after, '$.state') AS after, "
        "json_extract(r.before, '$.start') AS first, json_extract(r.before, '$.end') AS last, "
        "json_extract(r.before, '$.rule') AS rule "
        "FROM reviews r WHERE r.verdict IN ('accepted', 'corrected', 'rejected') "
        "AND r.purpose IN ('first', 'adjudication') AND (:kind IS NULL OR r.kind = :kind) "
        f"AND NOT EXISTS (SELECT 1 FROM reviews u WHERE u.undoes = r.id) {chosen} ORDER BY r.id",
        cast(Row, {"kind": kind, **{f"p{at}": value for at, value in enumerate(parameters)}}),
    )
    first: dict[str, Row] = {}
    last: dict[str, Row] = {}
    for row in rows:
        record_id = str(row["record_id"])
        first.setdefault(record_id, row)
        last[record_id] = row
    for record_id, row in first.items():
        if row["before"] == "machine":
            yield Verdict(
                record_id=record_id,
                kind=cast(Kind, row["kind"]),
                document=cast(int, row["document"]),
                is_right=last[record_id]["after"] == "accepted",
                confidence=float(str(row["confidence"])),
                place=(cast(int, row["first"]), cast(int, row["last"]), str(row["rule"])),
            )


def audited(store: Store, kind: Kind, threshold: int) -> list[Verdict]:
    """Returns the verdicts on what the audit drew of the records that a threshold passed."""
    return list(verdicts(store, kind, "purpose = 'audit' AND threshold = :p0", (threshold,)))


def at_random(store: Store, kind: Kind, extractor: str) -> list[Verdict]:
    """Returns the verdicts on records of one version of the program that were drawn at plain random."""
    return list(verdicts(store, kind, "purpose = 'random' AND extractor = :p0", (extractor,)))


def readers_of(store: Store) -> Readers:
    """Returns how often first readers erred, as far as second readings tell; without enough of them, never."""
    union = " UNION ALL ".join(f"SELECT record_id, state FROM {kind}" for kind in KINDS)  # noqa: S608
    rows = store.rows(
        "SELECT r.verdict = 'accepted' AS said, t.state = 'accepted' AS truth, count(*) AS n FROM second_readings s "  # noqa: S608
        f"JOIN readings r ON r.id = s.first JOIN ({union}) t ON t.record_id = s.record_id "
        "WHERE s.state IN ('agreed', 'settled') GROUP BY 1, 2"
    )
    counts = {(bool(row["said"]), bool(row["truth"])): cast(int, row["n"]) for row in rows}
    if sum(counts.values()) < _ENOUGH:
        return Readers()
    right = counts.get((True, True), 0) + counts.get((False, True), 0)
    wrong = counts.get((True, False), 0) + counts.get((False, False), 0)
    return Readers(
        slips=round(counts.get((False, True), 0) / right, 3) if right else 0.0,
        misses=round(min(0.5, counts.get((True, False), 0) / wrong), 2) if wrong else 0.0,
    )
