"""Takes decisions back: what stood before stands again, as a new row of the log that names the one it undoes."""

from datetime import datetime
from typing import cast

from extractors.domain.records import Json
from pipeline.review import log
from pipeline.review.accounts import Role, User, authorise, utc_now
from pipeline.review.errors import Changed
from pipeline.review.log import Act, Review
from pipeline.review.states import Kind, read_state, shown_row, version_of, write_state
from pipeline.review.verdicts import page_at, version_now
from pipeline.store import Row, SqlValue, Store
from pipeline.store.carrying import parsed
from pipeline.store.rereading import note_lost


def undo(store: Store, user: User, *, record_id: str | None = None, now: datetime | None = None) -> Review | None:
    """Takes back the user's latest decision that stands, None where there is none; again and again to any depth.

    With `record_id` it is the user's latest on that record. Raises `Changed` where another person decided on the
    same record afterwards.
    """
    moment = now or utc_now()
    with store.immediate():
        user = authorise(store, user, Role.REVIEWER)
        rows = store.rows(
            "SELECT * FROM readings r WHERE reviewer = ? AND verdict <> 'undone' "
            "AND NOT EXISTS (SELECT 1 FROM readings u WHERE u.undoes = r.id) "
            "AND (? IS NULL OR record_id = ?) ORDER BY id DESC LIMIT 1",
            [user.name, record_id, record_id],
        )
        if not rows:
            return None
        reading = rows[0]
        act = _undo_second(store, user, reading) if reading["review"] is None else _undo_review(store, user, reading)
        review = log.enter(store, act, moment)
        store.db.execute("DELETE FROM leases WHERE record_id = ?", [act.record_id])
        return log.with_version(review, version_now(store, act.kind, act.record_id))


def _undo_second(store: Store, user: User, reading: Row) -> Act:
    record_id, kind = str(reading["record_id"]), cast(Kind, reading["kind"])
    rows = store.rows("SELECT * FROM second_readings WHERE second = ?", [reading["id"]])
    if rows and rows[0]["state"] == "settled":
        current = read_state(store, kind, record_id)
        raise _decided_since(store, kind, record_id, current)
    store.db.execute("UPDATE second_readings SET second = NULL, state = 'due' WHERE second = ?", [reading["id"]])
    return Act(
        user=user,
        record_id=record_id,
        kind=kind,
        document=cast(int, reading["document"]),
        verdict="undone",
        purpose="second",
        before=None,
        after=None,
        undoes_reading=cast(int, reading["id"]),
    )


def _undo_review(store: Store, user: User, reading: Row) -> Act:
    row = log.review_row(store, cast(int, reading["review"]))
    record_id, kind, serial = str(row["record_id"]), cast(Kind, row["kind"]), cast(int, row["document"])
    current = read_state(store, kind, record_id)
    later = store.count(
        "SELECT count(*) FROM reviews r WHERE record_id = ? AND id > ? AND verdict <> 'undone' "
        "AND NOT EXISTS (SELECT 1 FROM reviews u WHERE u.undoes = r.id)",
        [record_id, row["id"]],
    )
    if later or current is None:
        raise _decided_since(store, kind, record_id, current)
    restored = _restored(store, kind, row, current)
    _write_restored(store, kind, record_id, serial, current, restored)
    if row["purpose"] == "adjudication":
        store.db.execute("UPDATE second_readings SET state = 'disputed' WHERE record_id = ?", [record_id])
    else:
        store.db.execute("DELETE FROM second_readings WHERE first = ?", [reading["id"]])
    return Act(
        user=user,
        record_id=record_id,
        kind=kind,
        document=serial,
        verdict="undone",
        purpose=str(row["purpose"]),
        before=current,
        after=restored,
        undoes_review=cast(int, row["id"]),
        undoes_reading=cast(int, reading["id"]),
    )


def _restored(store: Store, kind: Kind, row: Row, current: Json) -> Json | None:
    restored = log.state_then(store, row, "before")
    if restored is None:
        return None
    kept = current["machine_now"]
    if row["purpose"] == "conflict" and kept is None:
        kept = restored["machine_now"]
    restored["machine_now"] = None if restored["state"] == "machine" else kept
    restored["page"] = page_at(store, cast(int, row["document"]), cast(int, restored["start"]))
    return restored


def _write_restored(
    store: Store, kind: Kind, record_id: str, serial: int, current: Json, restored: Json | None
) -> None:
    """Writes a state of before; where that is the machine's, what a newer extractor reads takes its place."""
    newer = parsed(current["machine_now"])
    if newer is None and restored is None:
        newer = parsed(current["machine"])  # the machine found for itself what a person had added
    if restored is not None and (restored["state"] != "machine" or newer is None):
        write_state(store, kind, record_id, serial, restored)
        _note_lost(store, kind, record_id, serial, restored)
        return
    write_state(store, kind, record_id, serial, None)
    if newer is not None and not store.value(
        f"SELECT 1 FROM {kind} WHERE record_id = ?",  # noqa: S608
        [cast(SqlValue, newer["record_id"])],
    ):
        state = {**newer, "state": "machine", "machine": None, "machine_now": None}
        state["page"] = page_at(store, serial, cast(int, newer["start"]))
        write_state(store, kind, str(newer["record_id"]), serial, state)


def _note_lost(store: Store, kind: Kind, record_id: str, serial: int, state: Json) -> None:
    text = str(store.value("SELECT text FROM documents WHERE serial = ?", [serial]))
    if log.is_lost(state, text):
        context = str(state.get("prefix", "")), str(state.get("suffix", ""))
        note_lost(store.db, kind, serial, record_id, context)


def _decided_since(store: Store, kind: Kind, record_id: str, current: Json | None) -> Changed:
    return Changed(
        f"Another person has decided on the record {record_id} since",
        "Sau đó đã có người khác quyết định về bản ghi này, không hoàn tác được",
        current=shown_row(store, kind, record_id),
        version=version_of(current) if current else None,
    )
