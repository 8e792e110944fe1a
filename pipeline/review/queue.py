"""What a reviewer reads next: the records whose reading buys most, each leased to one person at a time."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final, cast

from extractors.domain.orthography import fold
from extractors.domain.records import Json
from pipeline.review.accounts import Role, User, authorise, stamp, utc_now
from pipeline.review.items import Item, item_of
from pipeline.review.states import KINDS, Kind
from pipeline.settings import Settings
from pipeline.store import Row, SqlValue, Store

_MINUTES: Final = Settings().lease_minutes
_SKIPPED: Final = timedelta(hours=12)  # for so long a skipped record does not come back to who skipped it
# What a right record of a kind is worth beside a date, and the seconds that one takes until some were measured.
WEIGHTS: Final[dict[Kind, float]] = {"dates": 1, "provinces": 1, "figures": 1, "awards": 4, "document_facts": 2}
# Of header facts those count by which documents are found and told apart; the others come after all else.
_FIELDS: Final = ("kind", "number", "symbol", "date_of_issue", "issuing_body")
_OTHER_FIELDS: Final = 0.25  # of the worth of those
_SECONDS: Final[dict[Kind, float]] = {"dates": 3, "provinces": 2, "figures": 3, "awards": 8, "document_facts": 3}
_MEASURED: Final = 200  # latest decisions of a kind of which the median is taken
_TRIES: Final = 8
_FEW: Final = 3000  # documents that are gone through one by one; of more the queue is searched from its top
_CONFLICT: Final = 0.5  # doubt about a decision that a newer extractor contradicts
_AUDIT: Final = 0.25  # doubt that a record drawn for the audit is given, so that it comes among the others
STATES: Final = ("machine", "accepted", "corrected", "rejected", "added", "conflict", "lost", "disputed")


_MANY: Final = 50_000  # records that are not counted after every decision
_STALE_S: Final = 15.0
_REMEMBERED: Final = 200
_counted: dict[tuple[Path, str, "Filters"], tuple[float, dict[Kind, int]]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which records a reviewer wants; None admits all. `state` is one of `STATES`, None what waits to be read."""

    kind: Kind | None = None
    min_confidence: float | None = None
    max_confidence: float | None = None
    document: int | None = None
    province: str | None = None  # id of a unit that the document names
    year: str | None = None  # of the document
    reason: str | None = None  # the rule, or words of the evidence
    state: str | None = None
    mine: bool = False  # what the user has decided
    text: str | None = None  # words of the document, with or without marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much waits, and how long that will take at the pace measured."""

    left: int
    decided_today: int
    seconds_per_decision: dict[Kind, float] = field(default_factory=dict)
    time_left_s: float = 0.0
    left_by_kind: dict[Kind, int] = field(default_factory=dict)
    second_readings: int = 0
    conflicts: int = 0
    disputed: int = 0


@dataclass(frozen=True, slots=True, order=True)
class _Candidate:
    rank: float  # the negative value of a second, so that the best sorts first
    record_id: str
    kind: Kind
    purpose: str
    is_unread: bool = False  # only worth showing while no one has decided on it


def next_items(
    store: Store,
    user: User,
    filters: Filters | None = None,
    n: int = 3,
    *,
    now: datetime | None = None,
    minutes: int = _MINUTES,
) -> list[Item]:
    """Returns the `n` records whose reading buys most and leases them to the user.

    Those that the user holds already come again as long as they are not decided, released or skipped.
    """
    moment = now or utc_now()
    wanted = filters or Filters()
    user = authorise(store, user, Role.REVIEWER)
    chosen: list[_Candidate] = []
    for _ in range(_TRIES):  # a search may take long, so it holds no lock: what others took meanwhile is left to them
        unique: dict[str, _Candidate] = {}
        for each in sorted(_candidates(store, user, wanted, n, stamp(moment))):
            unique.setdefault(each.record_id, each)
        candidates = list(unique.values())[:n]
        chosen = _lease(store, user, candidates, moment, minutes)
        if len(chosen) == len(candidates):
            break
    return [item_of(store, user, candidate.record_id, purpose=candidate.purpose) for candidate in chosen]


def _lease(store: Store, user: User, candidates: list[_Candidate], moment: datetime, minutes: int) -> list[_Candidate]:
    """Returns those that the user has now; one that another took, or that is no more, is left out."""
    now, until = stamp(moment), stamp(moment + timedelta(minutes=minutes))
    kept = []
    with store.immediate():
        store.db.execute("DELETE FROM leases WHERE until <= ?", [now])
        store.db.execute("DELETE FROM skips WHERE until <= ?", [now])
        for each in candidates:
            state = store.value(f"SELECT state FROM {each.kind} WHERE record_id = ?", [each.record_id])  # noqa: S608
            if state is None or (each.is_unread and state != "machine"):
                continue
            cursor = store.db.execute(
                "INSERT INTO leases (record_id, kind, user, purpose, until) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (record_id) DO UPDATE SET until = excluded.until, purpose = excluded.purpose "
                "WHERE user = excluded.user",
                [each.record_id, each.kind, user.name, each.purpose, until],
            )
            if cursor.rowcount > 0:
                kept.append(each)
    return kept


def release(
    store: Store, user: User, record_ids: Iterable[str], *, skip: bool = False, now: datetime | None = None
) -> None:
    """Gives leases back; with `skip` the records do not come back to this user for half a day."""
    until = stamp((now or utc_now()) + _SKIPPED)
    with store.immediate():
        user = authorise(store, user, Role.REVIEWER)
        for record_id in record_ids:
            store.db.execute("DELETE FROM leases WHERE record_id = ? AND user = ?", [record_id, user.name])
            if skip:
                store.db.execute(
                    "INSERT OR REPLACE INTO skips (user, record_id, until) VALUES (?, ?, ?)",
                    [user.name, record_id, until],
                )


def renew(
    store: Store, user: User, record_ids: Iterable[str], *, now: datetime | None = None, minutes: int = _MINUTES
) -> list[str]:
    """Lets leases last again and returns those that the user still has; a lease that ran out may be another's."""
    moment = now or utc_now()
    until = stamp(moment + timedelta(minutes=minutes))
    kept = []
    with store.immediate():
        user = authorise(store, user, Role.REVIEWER)
        for record_id in record_ids:
            cursor = store.db.execute(
                "UPDATE leases SET until = ? WHERE record_id = ? AND user = ?", [until, record_id, user.name]
            )
            if cursor.rowcount:
                kept.append(record_id)
    return kept


def counts(store: Store, user: User, filters: Filters | None = None, *, now: datetime | None = None) -> Counts:
    """Returns how many records of the filter wait, how many the user decided today, and the pace of all."""
    wanted = filters or Filters()
    user = authorise(store, user, Role.READER)
    today = stamp(now or utc_now())[:10]
    pace = {kind: seconds_per_decision(store, kind) for kind in KINDS}
    left = _left(store, user, wanted)
    return Counts(
        left=sum(left.values()),
        decided_today=store.count(
            "SELECT count(*) FROM readings WHERE reviewer = ? AND read_at >= ? AND verdict <> 'undone' AND id > "
            "coalesce((SELECT max(id) FROM readings WHERE reviewer = ? AND read_at < ?), 0)",
            [user.name, today, user.name, today],
        ),
        seconds_per_decision=pace,
        time_left_s=sum(number * pace[kind] for kind, number in left.items()),
        left_by_kind=left,
        second_readings=store.count("SELECT count(*) FROM second_readings WHERE state = 'due'"),
        conflicts=sum(store.count(f"SELECT count(*) FROM {k} WHERE machine_now IS NOT NULL") for k in KINDS),  # noqa: S608
        disputed=store.count("SELECT count(*) FROM second_readings WHERE state = 'disputed'"),
    )


def _left(store: Store, user: User, wanted: Filters) -> dict[Kind, int]:
    """How many records of each kind the filters leave; of many the number is counted anew every few seconds only."""
    key = (store.path, user.name if wanted.mine else "", wanted)
    if (known := _counted.get(key)) and time.monotonic() < known[0]:
        return known[1]
    left = {kind: _count(store, user, wanted, kind) for kind in KINDS if wanted.kind in (None, kind)}
    if len(_counted) > _REMEMBERED:
        _counted.clear()
    if sum(left.values()) > _MANY:
        _counted[key] = time.monotonic() + _STALE_S, left
    return left


def seconds_per_decision(store: Store, kind: Kind) -> float:
    """Returns the median of the latest decisions of a kind, a guess where none was measured."""
    rows = store.rows(
        "SELECT seconds FROM (SELECT seconds FROM readings WHERE kind = ? ORDER BY id DESC LIMIT ?) "
        "WHERE seconds IS NOT NULL",
        [kind, _MEASURED],
    )
    return float(median(cast(float, row["seconds"]) for row in rows)) if rows else _SECONDS[kind]


# --- choosing ---------------------------------------------------------------------------------------


def _candidates(store: Store, user: User, wanted: Filters, n: int, now: str) -> Iterable[_Candidate]:
    narrow, index = _narrow(store, wanted, now)
    is_waiting = wanted.state in (None, "machine") and not wanted.mine
    for kind in KINDS:
        if wanted.kind not in (None, kind):
            continue
        worth = WEIGHTS[kind] / seconds_per_decision(store, kind)
        for name, share in _shares(kind, wanted, is_waiting=is_waiting):
            sql, values = first_query(store, kind, user, wanted, narrow, index, n, name)
            for row in store.rows(sql, values):
                doubt = 1 - cast(float, row["confidence"])
                yield _Candidate(-doubt * worth * share, str(row["record_id"]), kind, "first", is_waiting)
        if is_waiting and wanted.state is None:
            for row in _conflicts(store, kind, user, narrow, n):
                yield _Candidate(-_CONFLICT * worth, str(row["record_id"]), kind, "conflict")
            for row in _drawn(store, kind, user, narrow, n):
                yield _Candidate(-_AUDIT * worth, str(row["record_id"]), kind, "first", True)
            for row in _due(store, kind, user, narrow, n):
                doubt = 1 - cast(float, row["confidence"])
                yield _Candidate(-doubt * worth, str(row["record_id"]), kind, "second")


def _shares(kind: Kind, wanted: Filters, *, is_waiting: bool) -> Iterable[tuple[str | None, float]]:
    """Returns the fields that are searched one by one, None for all, and what share of the kind's worth they have."""
    if kind != "document_facts" or not is_waiting or wanted.kind == kind:
        return ((None, 1.0),)
    return (*((field, 1.0) for field in _FIELDS), (None, _OTHER_FIELDS))


def first_query(
    store: Store,
    kind: Kind,
    user: User,
    wanted: Filters,
    narrow: tuple[str, Json],
    index: str | None,
    n: int,
    field: str | None = None,
) -> tuple[str, Row]:
    """Returns the query of the records of a kind that come next; without filters it reads `n` index entries."""
    conditions, values = narrow
    state, own_index = _state_condition(kind, wanted)
    if field is not None:
        conditions, own_index = f"AND t.field = :field {conditions}", f"INDEXED BY {kind}_field_queue"
        values = {**values, "field": field}
    by_document = index == "document"
    indexed = f"INDEXED BY {kind}_document" if by_document else own_index
    order = "confidence, record_id" if wanted.state in (None, "machine") and not wanted.mine else "record_id"
    sql = (
        f"SELECT record_id, confidence FROM {kind} t {indexed} WHERE {state} AND {_free('t')} "  # noqa: S608
        f"{conditions} ORDER BY {order} LIMIT :n"
    )
    parameters = {name: cast(SqlValue, value) for name, value in values.items()}
    return sql, {**parameters, "user": user.name, "state": wanted.state, "n": n}


def _state_condition(kind: Kind, wanted: Filters) -> tuple[str, str]:
    if wanted.state in (None, "machine") and not wanted.mine:
        told_once = "t.copy_of IS NULL AND t.document NOT IN (SELECT copy FROM document_links)"
        # what a threshold passed unread does not wait; what the audit draws of it comes by `_drawn`
        return f"t.state = 'machine' AND t.passed IS NULL AND {told_once}", f"INDEXED BY {kind}_queue"
    if wanted.state == "conflict":
        return "t.machine_now IS NOT NULL", f"INDEXED BY {kind}_conflicts"
    if wanted.state == "lost":
        return "t.record_id IN (SELECT record_id FROM lost_places)", ""
    if wanted.state == "disputed":
        return "t.record_id IN (SELECT record_id FROM second_readings WHERE state = 'disputed')", ""
    if wanted.state is None:
        return "t.state <> 'machine'", ""
    return "t.state <> 'machine' AND t.state = :state", ""


def _free(alias: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM leases WHERE record_id = {alias}.record_id AND user <> :user AND until > :now) "  # noqa: S608
        f"AND NOT EXISTS (SELECT 1 FROM skips WHERE user = :user AND record_id = {alias}.record_id)"
    )


def _drawn(store: Store, kind: Kind, user: User, narrow: tuple[str, Json], n: int) -> list[Row]:
    """The records of the standing audit that no one has read yet; a reviewer does not see that they are."""
    values = {name: cast(SqlValue, value) for name, value in narrow[1].items()}
    return store.rows(
        f"SELECT t.record_id FROM audit_samples a JOIN {kind} t ON t.record_id = a.record_id "  # noqa: S608
        f"WHERE a.kind = :of_kind AND t.state = 'machine' AND {_free('t')} {narrow[0]} ORDER BY t.record_id LIMIT :n",
        {**values, "user": user.name, "of_kind": kind, "n": n},
    )


def _conflicts(store: Store, kind: Kind, user: User, narrow: tuple[str, Json], n: int) -> list[Row]:
    values = {name: cast(SqlValue, value) for name, value in narrow[1].items()}
    return store.rows(
        f"SELECT record_id FROM {kind} t INDEXED BY {kind}_conflicts WHERE machine_now IS NOT NULL "  # noqa: S608
        f"AND {_free('t')} {narrow[0]} ORDER BY record_id LIMIT :n",
        {**values, "user": user.name, "n": n},
    )


def _due(store: Store, kind: Kind, user: User, narrow: tuple[str, Json], n: int) -> list[Row]:
    values = {name: cast(SqlValue, value) for name, value in narrow[1].items()}
    return store.rows(
        "SELECT t.record_id, t.confidence FROM second_readings s JOIN readings r ON r.id = s.first "  # noqa: S608
        f"JOIN {kind} t ON t.record_id = s.record_id WHERE s.state = 'due' AND s.kind = :of_kind "
        f"AND r.reviewer <> :user AND {_free('t')} {narrow[0]} ORDER BY s.record_id LIMIT :n",
        {**values, "user": user.name, "of_kind": kind, "n": n},
    )


def _narrow(store: Store, wanted: Filters, now: str) -> tuple[tuple[str, Json], str | None]:
    """Returns what the filters add to every query, and `document` where few documents are left of all."""
    conditions: list[str] = []
    values: Json = {"now": now}
    if wanted.min_confidence is not None:
        conditions.append("t.confidence >= :least")
        values["least"] = wanted.min_confidence
    if wanted.max_confidence is not None:
        conditions.append("t.confidence <= :most")
        values["most"] = wanted.max_confidence
    if wanted.reason:
        is_rule = any(store.value(f"SELECT 1 FROM {k} WHERE rule = ?", [wanted.reason]) for k in KINDS)  # noqa: S608
        conditions.append("t.rule = :reason" if is_rule else "instr(lower(t.evidence), lower(:reason))")
        values["reason"] = wanted.reason
    if wanted.mine:
        conditions.append("t.record_id IN (SELECT record_id FROM readings WHERE reviewer = :user)")
    documents, is_few = _documents(store, wanted)
    if documents is not None:
        conditions.append("t.document IN (SELECT value FROM json_each(:documents))")
        values["documents"] = json.dumps(documents)
    return ("".join(f" AND {condition}" for condition in conditions), values), "document" if is_few else None


def _documents(store: Store, wanted: Filters) -> tuple[list[int] | None, bool]:
    """Returns the documents that the filters leave, None for all, and whether they are few."""
    found: set[int] | None = None if wanted.document is None else {wanted.document}
    for sql, value in (
        ("SELECT DISTINCT document FROM provinces WHERE id = ? AND state <> 'rejected'", wanted.province),
        (
            "SELECT serial FROM documents WHERE substr(coalesce(issued, published, reference_date), 1, 4) = ?",
            wanted.year,
        ),
        ("SELECT rowid FROM document_search WHERE document_search MATCH ?", _words(wanted.text)),
    ):
        if value:
            these = {cast(int, row[0]) for row in store.db.execute(sql, [value])}
            found = these if found is None else found & these
    return (None if found is None else sorted(found)), found is not None and len(found) <= _FEW


def _words(text: str | None) -> str | None:
    """Returns a full-text query of all words, each as typed: nothing in it is read as an operator."""
    words = fold(text or "").replace("\0", " ").split()  # FTS5 ends a query at a NUL
    return " ".join('"' + word.replace('"', '""') + '"' for word in words) or None


def _count(store: Store, user: User, wanted: Filters, kind: Kind) -> int:
    narrow, index = _narrow(store, wanted, "")
    state, own_index = _state_condition(kind, wanted)
    indexed = f"INDEXED BY {kind}_document" if index == "document" else own_index
    values = {name: cast(SqlValue, value) for name, value in narrow[1].items()}
    return cast(
        int,
        store.rows(
            f"SELECT count(*) AS n FROM {kind} t {indexed} WHERE {state} {narrow[0]}",  # noqa: S608
            {**values, "user": user.name, "state": wanted.state},
        )[0]["n"],
    )
