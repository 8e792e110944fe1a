"""Where two people read one record and hold different things: shown side by side, settled by a third."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from extractors.domain.records import Json
from pipeline.review import log
from pipeline.review.accounts import Role, User, authorise, utc_now
from pipeline.review.errors import Gone, Refused
from pipeline.review.log import Act, Review
from pipeline.review.states import VALUES_OF, Kind, kind_of, read_state, version_of, write_state
from pipeline.review.verdicts import changed_meanwhile, checked_reason, decided_state, document_row, measured
from pipeline.store import Row, Store

_NOT_CHOSEN = frozenset({"state", "quote", "grantor_confidence", "grain", "earliest", "latest", "today", "today_all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one reader holds of a record: `value` has its quote and values, only `state` where it is no record."""

    reviewer: str
    read_at: str
    verdict: str
    value: Json
    reason: str | None
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One record that two people read differently; `record` and `version` as it stands now."""

    record_id: str
    kind: Kind
    document: int
    source: str
    record: Json
    version: str
    first: Held
    second: Held


def disagreements(store: Store, *, offset: int = 0, limit: int = 200) -> list[Disagreement]:
    """Returns the disputed records in order of their ids."""
    rows = store.rows(
        "SELECT s.*, d.source FROM second_readings s JOIN documents d ON d.serial = s.document "
        "WHERE s.state = 'disputed' ORDER BY s.record_id LIMIT ? OFFSET ?",
        [limit, offset],
    )
    found = []
    for row in rows:
        kind, record_id = cast(Kind, row["kind"]), str(row["record_id"])
        state = read_state(store, kind, record_id)
        if state is None:
            continue
        record: Json = {"kind": kind, "record_id": record_id, "document": row["document"], **state}
        found.append(
            Disagreement(
                record_id=record_id,
                kind=kind,
                document=cast(int, row["document"]),
                source=str(row["source"]),
                record=record,
                version=version_of(state),
                first=_held(store, row["first"]),
                second=_held(store, row["second"]),
            )
        )
    return found


def adjudicate(
    store: Store,
    user: User,
    record_id: str,
    choice: str | Mapping[str, object],
    *,
    version: str,
    reason: str | None = None,
    seconds: float | None = None,
    now: datetime | None = None,
) -> Review:
    """Settles a disagreement: `choice` is `first`, `second`, `rejected`, or the changes of a third answer.

    Raises `Changed` where the record is not what the adjudicator saw, `Gone` where there is nothing to settle.
    """
    moment = now or utc_now()
    with store.immediate():
        user = authorise(store, user, Role.ADJUDICATOR)
        rows = store.rows("SELECT * FROM second_readings WHERE record_id = ? AND state = 'disputed'", [record_id])
        if not rows:
            raise Gone(f"Nothing is disputed about {record_id}", "Không có bất đồng nào về bản ghi này")
        kind = kind_of(store, record_id)
        current = cast(Json, read_state(store, kind, record_id))
        if version != version_of(current):
            raise changed_meanwhile(store, kind, record_id, current)
        document = document_row(store, cast(int, rows[0]["document"]))
        verdict, after = _chosen(store, kind, rows[0], choice, str(document["text"]))
        decided, verdict = decided_state(store, kind, document, record_id, current, verdict, after)
        act = Act(
            user=user,
            record_id=record_id,
            kind=kind,
            document=cast(int, document["serial"]),
            verdict=verdict,
            purpose="adjudication",
            before=current,
            after=decided,
            reason=checked_reason(reason),
            seconds=measured(seconds),
            rule=str(current["rule"]),
        )
        review = log.enter(store, act, moment)
        write_state(store, kind, record_id, act.document, decided)
        store.db.execute("UPDATE second_readings SET state = 'settled' WHERE record_id = ?", [record_id])
        store.db.execute("DELETE FROM leases WHERE record_id = ?", [record_id])
        return log.with_version(review, version_of(cast(Json, read_state(store, kind, record_id))))


def _held(store: Store, reading: object) -> Held:
    row = store.rows("SELECT * FROM readings WHERE id = ?", [cast(int, reading)])[0]
    return Held(
        reviewer=str(row["reviewer"]),
        read_at=str(row["read_at"]),
        verdict=str(row["verdict"]),
        value=json.loads(str(row["value"])),
        reason=cast("str | None", row["reason"]),
        seconds=cast("float | None", row["seconds"]),
    )


def _chosen(
    store: Store, kind: Kind, disputed: Row, choice: str | Mapping[str, object], text: str
) -> tuple[str, Mapping[str, object]]:
    """Returns the verdict and the changes that a choice comes to."""
    if isinstance(choice, Mapping):
        return "corrected", choice
    if choice == "rejected":
        return "rejected", {}
    if choice not in {"first", "second"}:
        raise Refused(f"{choice!r} is neither first nor second", f"{choice!r} không phải là một lựa chọn")
    value = _held(store, disputed[choice]).value
    if value.get("state") == "rejected":
        return "rejected", {}
    names = (*VALUES_OF[kind], "recipients")
    after = {name: value[name] for name in names if name in value and name not in _NOT_CHOSEN}
    start, end = cast(int, value["start"]), cast(int, value["end"])
    if text[start:end] == value["quote"]:  # else the text was corrected since, and the place is that of the record
        after.update(start=start, end=end)
    return "corrected", after
