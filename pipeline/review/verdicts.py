"""What a reviewer does to a record: accept, correct, reject, add. Each is one transaction."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, cast

from extractors.domain.records import Family, Json, Record
from pipeline.identity import record_id as derive_id
from pipeline.review import log
from pipeline.review.accounts import Role, User, authorise, utc_now
from pipeline.review.errors import Changed, Gone, Refused
from pipeline.review.log import Act, Review
from pipeline.review.states import (
    ADDED,
    KINDS,
    VALUES_OF,
    Kind,
    kind_of,
    machine_row,
    read_state,
    same_value,
    shown_row,
    version_of,
    write_state,
)
from pipeline.review.values import completed
from pipeline.settings import Settings
from pipeline.store import Row, Store, fact_of, record_of, to_json
from pipeline.store.carrying import parsed
from pipeline.store.places import context_of

VERDICTS: Final = ("accepted", "corrected", "rejected")
_SHARE: Final = Settings().second_reading_share
_LONGEST_QUOTE: Final = 2000
_LONGEST_REASON: Final = 500


def decide(
    store: Store,
    user: User,
    record_id: str,
    verdict: str,
    *,
    version: str,
    after: Mapping[str, object] | None = None,
    reason: str | None = None,
    seconds: float | None = None,
    now: datetime | None = None,
    share: float = _SHARE,
) -> Review:
    """Enters a decision on a record that the user saw as `version`; saved for good when this returns.

    `after` holds the changed columns of a correction, `start` and `end` among them where the span changes.
    A blind second reading is told by its version: it goes to the readings and leaves the record as it is.
    Raises `Changed` where the record is not what the user saw, `Refused` for what cannot be, `Gone` for no record.
    """
    if verdict not in VERDICTS:
        raise Refused(f"{verdict!r} is none of {', '.join(VERDICTS)}", f"{verdict!r} không phải là một quyết định")
    moment = now or utc_now()
    with store.immediate():
        user = authorise(store, user, Role.REVIEWER)
        kind = kind_of(store, record_id)
        current = cast(Json, read_state(store, kind, record_id))
        document = _document_of(store, kind, record_id)
        seen, purpose = _what_was_seen(store, user, record_id, kind, current, version)
        decided, verdict = decided_state(store, kind, document, record_id, seen, verdict, after)
        act = Act(
            user=user,
            record_id=record_id,
            kind=kind,
            document=cast(int, document["serial"]),
            verdict=verdict,
            purpose=purpose,
            before=seen,
            after=decided,
            reason=checked_reason(reason),
            seconds=measured(seconds),
            rule=str(seen["rule"]),
        )
        store.db.execute("DELETE FROM leases WHERE record_id = ? AND user = ?", [record_id, user.name])
        review = log.enter(store, act, moment)
        if purpose == "second":
            _settle_second(store, act, review)
            return log.with_version(review, version_of(current))
        write_state(store, kind, record_id, act.document, decided)
        if seen["state"] == "machine" and is_chosen(record_id, share):
            store.db.execute(
                "INSERT OR REPLACE INTO second_readings (record_id, kind, document, first, state) "
                "VALUES (?, ?, ?, ?, 'due')",
                [record_id, kind, act.document, review.reading],
            )
        return log.with_version(review, version_now(store, kind, record_id))


def add_record(
    store: Store,
    user: User,
    serial: int,
    kind: Kind,
    start: int,
    end: int,
    values: Mapping[str, object],
    *,
    reason: str | None = None,
    seconds: float | None = None,
    now: datetime | None = None,
) -> Review:
    """Enters a record that the machine missed, on a span of the document; its id is derived as the machine's are."""
    moment = now or utc_now()
    if kind not in KINDS:
        raise Refused(f"{kind!r} is no kind of record", f"{kind!r} không phải là một loại bản ghi")
    with store.immediate():
        user = authorise(store, user, Role.REVIEWER)
        document = document_row(store, serial)
        state: Json = {
            "state": "added",
            **_place(store, document, start, end),
            **dict.fromkeys(VALUES_OF[kind]),
            **dict.fromkeys(("copy_of", "machine", "machine_now")),
            "confidence": 1.0,
            "rule": ADDED,
            "evidence": to_json(["added by a reviewer"]),
        }
        if kind == "awards":
            state.update(slots="{}", recipients=[])
        state = completed(kind, state, values, _reference(document))
        record_id = _derived_id(kind, str(document["id"]), state)
        if store.value(f"SELECT 1 FROM {kind} WHERE record_id = ?", [record_id]):  # noqa: S608
            raise Refused(
                f"There is this record already: {record_id}",
                "Đã có bản ghi này",
                advice="Decide on that one, whatever became of it",
            )
        _refuse_overlap(store, kind, serial, record_id, state)
        write_state(store, kind, record_id, serial, state)
        act = Act(
            user=user,
            record_id=record_id,
            kind=kind,
            document=serial,
            verdict="added",
            purpose="first",
            before=None,
            after=state,
            reason=checked_reason(reason),
            seconds=measured(seconds),
            rule=ADDED,
        )
        review = log.enter(store, act, moment)
        return log.with_version(review, version_now(store, kind, record_id))


# --- deciding ---------------------------------------------------------------------------------------


def is_chosen(record_id: str, share: float) -> bool:
    """Tells whether a record is of the share that a second person reads; the same answer always."""
    return int(hashlib.sha256(record_id.encode()).hexdigest()[:13], 16) < share * 16**13


def blind_state(store: Store, record_id: str) -> tuple[Json, Row] | None:
    """Returns a record as it stood before its first reading, with that reading, where a second one is due."""
    rows = store.rows(
        "SELECT r.* FROM second_readings s JOIN readings r ON r.id = s.first WHERE s.record_id = ? AND s.state = 'due'",
        [record_id],
    )
    if not rows:
        return None
    state = log.state_then(store, log.review_row(store, cast(int, rows[0]["review"])), "before")
    return (state, rows[0]) if state else None


def _what_was_seen(
    store: Store, user: User, record_id: str, kind: Kind, current: Json, version: str
) -> tuple[Json, str]:
    """Returns the state that the user decided on and what for; raises `Changed` where no such state stands."""
    if version == version_of(current):
        return current, "first" if current["machine_now"] is None else "conflict"
    blind = blind_state(store, record_id)
    if blind and version == version_of(blind[0]) and blind[1]["reviewer"] != user.name:
        return blind[0], "second"
    raise changed_meanwhile(store, kind, record_id, current)


def changed_meanwhile(store: Store, kind: Kind, record_id: str, current: Json) -> Changed:
    """Returns the error for whoever decided on another state of a record than `current`, with the row that stands."""
    return Changed(
        f"The record {record_id} was changed meanwhile",
        "Bản ghi vừa được người khác sửa",
        current=shown_row(store, kind, record_id),
        version=version_of(current),
    )


def decided_state(
    store: Store,
    kind: Kind,
    document: Row,
    record_id: str,
    seen: Json,
    verdict: str,
    after: Mapping[str, object] | None,
) -> tuple[Json, str]:
    """Returns the state that a verdict makes of what was seen, and the verdict: a correction of nothing accepts."""
    decided = dict(seen)
    if verdict == "corrected":
        decided = corrected(store, kind, document, record_id, seen, after or {})
        if same_value(kind, decided, seen):
            verdict = "accepted"
    if seen["machine_now"] is not None:  # whoever decides on a conflict has seen what the machine reads now
        decided.update(machine=seen["machine_now"], machine_now=None)
    elif verdict == "corrected" and seen["machine"] is None and seen["rule"] != ADDED:
        decided["machine"] = machine_row(record_id, kind, seen)
    decided["state"] = "rejected" if verdict == "rejected" else _state_of(kind, decided)
    return decided, verdict


def _state_of(kind: Kind, decided: Json) -> str:
    if decided["rule"] == ADDED:
        return "added"
    machine = parsed(decided["machine"])
    return "accepted" if machine is None or same_value(kind, machine, decided) else "corrected"


def corrected(store: Store, kind: Kind, document: Row, record_id: str, seen: Json, after: Mapping[str, object]) -> Json:
    """Returns what was seen with the changes that a person entered, checked and completed."""
    decided = completed(kind, seen, after, _reference(document))
    if kind == "awards":
        decided["slots"] = _slots_that_stand(seen, decided)
        _check_places(decided, cast(int, document["chars"]))
    start, end = after.get("start", seen["start"]), after.get("end", seen["end"])
    if (start, end) != (seen["start"], seen["end"]):
        decided.update(_place(store, document, start, end))
        _refuse_overlap(store, kind, cast(int, document["serial"]), record_id, decided)
    _check_record(kind, decided)
    return decided


def _slots_that_stand(seen: Json, decided: Json) -> str:
    """A slot whose value a person changed has no place in the text any more that anyone knows of."""
    slots = json.loads(str(seen["slots"]))
    return to_json({name: slot for name, slot in slots.items() if seen.get(name) == decided.get(name)})


def _check_places(decided: Json, chars: int) -> None:
    places = [(each.get("start"), each.get("end")) for each in cast(list[Json], decided["recipients"])]
    for start, end in [*places, (decided["grantor_start"], decided["grantor_end"])]:
        if start is None and end is None:
            continue
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= chars:
            raise _no_place(start, end)


def _place(store: Store, document: Row, start: object, end: object) -> Json:
    """Returns the columns of a span of the document; raises `Refused` where it is none."""
    text = str(document["text"])
    if not _is_whole(start) or not _is_whole(end):
        raise _no_place(start, end)
    first, last = cast(int, start), cast(int, end)
    if not 0 <= first < last <= len(text) or last - first > _LONGEST_QUOTE or not text[first:last].strip():
        raise _no_place(start, end)
    prefix, suffix = context_of(text, first, last)
    return {
        "start": first,
        "end": last,
        "quote": text[first:last],
        "page": page_at(store, cast(int, document["serial"]), first),
        "prefix": prefix,
        "suffix": suffix,
    }


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _no_place(start: object, end: object) -> Refused:
    return Refused(
        f"{start!r} to {end!r} is no span of the text, or too long", f"Vị trí {start!r} đến {end!r} không hợp lệ"
    )


def page_at(store: Store, serial: int, offset: int) -> int | None:
    """Returns the page that a place of a document stands on, None in a text without pages."""
    return cast(
        "int | None",
        store.value(
            "SELECT (SELECT number FROM pages WHERE document = b.document AND number = b.page) FROM blocks b "
            "WHERE document = ? AND start <= ? ORDER BY position DESC LIMIT 1",
            [serial, offset],
        ),
    )


def _refuse_overlap(store: Store, kind: Kind, serial: int, record_id: str, state: Json) -> None:
    """Two records of one kind never share characters, but for awards and header facts, which tell several things."""
    rows = store.rows(
        f'SELECT * FROM {kind} WHERE document = ? AND record_id <> ? AND start < ? AND "end" > ? '  # noqa: S608
        "AND state <> 'rejected'",
        [serial, record_id, cast(int, state["end"]), cast(int, state["start"])],
    )
    several = {"awards": ("start", "end", "form", "class", "status", "grantor"), "document_facts": ("field",)}
    for row in rows:
        if all(row[name] == state[name] for name in several.get(kind, ())):
            raise Refused(
                f"Another record stands there: {row['quote']!r}",
                f"Chỗ này đã có bản ghi khác: {row['quote']!r}",
                advice="Correct or reject that one",
            )


def _check_record(kind: Kind, state: Json) -> Record:
    """Returns the record that a state makes; raises `Refused` where it makes none."""
    row = cast(Row, {name: value for name, value in state.items() if name != "recipients"})
    recipients = cast(list[Row], state.get("recipients") or [])
    try:
        return fact_of(row) if kind == "document_facts" else record_of(Family(kind), row, recipients)
    except (ValueError, TypeError, KeyError) as error:
        raise Refused(f"No record can have these values ({error})", "Các giá trị này không hợp lệ") from error


def _derived_id(kind: Kind, document_id: str, state: Json) -> str:
    return derive_id(document_id, kind, _check_record(kind, state))


def _settle_second(store: Store, act: Act, review: Review) -> None:
    blind = blind_state(store, act.record_id)
    if blind is None or act.after is None:
        raise Gone("The second reading is done already", "Lượt đọc thứ hai đã xong")
    first = log.state_then(store, log.review_row(store, cast(int, blind[1]["review"])), "after")
    is_same = first is not None and log.same_opinion(log.opinion(act.kind, first), log.opinion(act.kind, act.after))
    store.db.execute(
        "UPDATE second_readings SET second = ?, state = ? WHERE record_id = ?",
        [review.reading, "agreed" if is_same else "disputed", act.record_id],
    )


# --- what all need ----------------------------------------------------------------------------------


def document_row(store: Store, serial: int) -> Row:
    """Returns the row of a document that has a text; raises `Gone` where there is none."""
    rows = store.rows("SELECT * FROM documents WHERE serial = ? AND text IS NOT NULL", [serial])
    if not rows:
        raise Gone(f"There is no document {serial} with a text", f"Không có văn bản số {serial}")
    return rows[0]


def checked_reason(reason: str | None) -> str | None:
    """Returns a reason in one line, None for an empty one; raises `Refused` for one that is too long."""
    line = " ".join((reason or "").split())
    if len(line) > _LONGEST_REASON:
        raise Refused(f"A reason has at most {_LONGEST_REASON} characters", f"Lý do dài nhất {_LONGEST_REASON} ký tự")
    return line or None


def _document_of(store: Store, kind: Kind, record_id: str) -> Row:
    serial = store.value(f"SELECT document FROM {kind} WHERE record_id = ?", [record_id])  # noqa: S608
    return document_row(store, cast(int, serial))


def _reference(document: Row) -> date | None:
    for name in ("reference_date", "issued", "published"):
        try:
            return date.fromisoformat(str(document[name])[:10])
        except ValueError:
            continue
    return None


def measured(seconds: float | None) -> float | None:
    """Returns the seconds of a decision, None where they tell of an open window rather than of reading."""
    return round(float(seconds), 2) if seconds is not None and 0 < seconds < 3600 else None


def version_now(store: Store, kind: Kind, record_id: str) -> str | None:
    """Returns the version of a record as it stands, None where there is none."""
    state = read_state(store, kind, record_id)
    return version_of(state) if state else None
