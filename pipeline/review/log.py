"""The two append-only logs: `reviews`, what took effect, and `readings`, who read what; and states of the past."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from extractors.domain.records import Json
from pipeline.review.accounts import User, stamp
from pipeline.review.states import Kind, essence
from pipeline.store import Row, Store, to_json
from pipeline.store.carrying import carry
from pipeline.store.places import edits_between, find_quote, move_by_edits


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One decision as it was answered; `id` is None for a blind second reading, which changes no record."""

    id: int | None
    reading: int
    record_id: str
    kind: Kind
    document: int
    reviewer: str
    decided_at: str
    verdict: str
    purpose: str
    before: Json | None
    after: Json | None
    reason: str | None
    seconds: float | None
    undoes: int | None = None
    version: str | None = None  # of the record as it stands now


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a person does to one record, before it has numbers."""

    user: User
    record_id: str
    kind: Kind
    document: int
    verdict: str
    purpose: str
    before: Json | None
    after: Json | None
    reason: str | None = None
    seconds: float | None = None
    rule: str | None = None
    undoes_review: int | None = None
    undoes_reading: int | None = None


def enter(store: Store, act: Act, now: datetime) -> Review:
    """Writes an act to both logs, a second reading to `readings` only. Expects an open transaction."""
    moment = stamp(now)
    review: int | None = None
    if act.purpose != "second":
        cursor = store.db.execute(
            "INSERT INTO reviews (record_id, kind, document, reviewer, decided_at, verdict, before, after, reason, "
            "seconds, purpose, undoes, text_correction) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "(SELECT max(id) FROM text_corrections WHERE document = ?))",
            [
                *(act.record_id, act.kind, act.document, act.user.name, moment, act.verdict),
                None if act.before is None else to_json(act.before),
                None if act.after is None else to_json(act.after),
                *(act.reason, act.seconds, act.purpose, act.undoes_review, act.document),
            ],
        )
        review = cursor.lastrowid
    cursor = store.db.execute(
        "INSERT INTO readings (record_id, kind, document, reviewer, read_at, purpose, verdict, value, rule, reason, "
        "seconds, review, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(act.record_id, act.kind, act.document, act.user.name, moment, act.purpose, act.verdict),
            to_json(opinion(act.kind, act.after)) if act.after else None,
            *(act.rule, act.reason, act.seconds, review, act.undoes_reading),
        ],
    )
    return Review(
        id=review,
        reading=cast(int, cursor.lastrowid),
        record_id=act.record_id,
        kind=act.kind,
        document=act.document,
        reviewer=act.user.name,
        decided_at=moment,
        verdict=act.verdict,
        purpose=act.purpose,
        before=act.before,
        after=act.after,
        reason=act.reason,
        seconds=act.seconds,
        undoes=act.undoes_review,
    )


def with_version(review: Review, version: str | None) -> Review:
    """Returns the review with the version that its record has now."""
    return replace(review, version=version)


def opinion(kind: Kind, state: Json) -> Json:
    """Returns what a reader of a record holds: that there is none, or its quote and values."""
    if state["state"] == "rejected":
        return {"state": "rejected"}
    place = {name: state[name] for name in ("start", "end", "quote")}
    return {**essence(kind, state, with_places=False), "state": None, **place}


def same_opinion(one: Json, other: Json) -> bool:
    """Tells whether two readers hold the same: the quote counts, its place may have moved between their readings."""
    return comparable(one) == comparable(other)


def comparable(held: Json) -> str:
    """Returns an opinion as one string, equal for equal opinions."""
    return to_json({name: value for name, value in held.items() if name not in {"start", "end", "grantor_confidence"}})


def review_row(store: Store, review: int) -> Row:
    """Returns one row of the log of decisions."""
    return store.rows("SELECT * FROM reviews WHERE id = ?", [review])[0]


def state_then(store: Store, row: Row, which: str) -> Json | None:
    """Returns `before` or `after` of a review with its places carried to the document's text of today."""
    if row[which] is None:
        return None
    state = cast(Json, json.loads(str(row[which])))
    changes = store.rows(
        "SELECT * FROM text_corrections WHERE document = ? AND id > ? ORDER BY id",
        [row["document"], row["text_correction"] or 0],
    )
    if not changes:
        return state
    text = str(store.value("SELECT text FROM documents WHERE serial = ?", [row["document"]]))
    kind = cast(Kind, row["kind"])
    if any(change["cause"] == "reread" for change in changes):
        return _found_again(kind, state, text)
    for change in changes:
        edits = edits_between(str(change["before"]), str(change["after"]), cast(int, change["start"]))
        state, _ = carry(kind, state, move_by_edits(edits), text)
    # quotes were cut out of the last text with places of texts between: cut them once more
    return carry(kind, state, lambda start, end: (start, end) if end <= len(text) else None, text)[0]


def _found_again(kind: Kind, state: Json, text: str) -> Json:
    """After a reading anew the old text is gone: the quote is found by its context, slots as far from it as before."""
    place = find_quote(
        text,
        str(state["quote"]),
        str(state.get("prefix", "")),
        str(state.get("suffix", "")),
        near=cast(int, state["start"]),
    )
    if place is None:
        return state
    drift = place[0] - cast(int, state["start"])
    own = (state["start"], state["end"])

    def move(start: int, end: int) -> tuple[int, int] | None:
        return place if (start, end) == own else _same_word(state, text, start, end, drift)

    return carry(kind, state, move, text)[0]


def _same_word(state: Json, text: str, start: int, end: int, drift: int) -> tuple[int, int] | None:
    names = {
        (each.get("start"), each.get("end")): str(each["name"])
        for each in cast(list[Json], state.get("recipients") or [])
    }
    names[state.get("grantor_start"), state.get("grantor_end")] = str(state.get("grantor"))
    name = names.get((start, end))
    at = max(0, start + drift)
    return (at, at + end - start) if name and text[at : at + end - start] == name else None


def is_lost(state: Json, text: str) -> bool:
    """Tells whether the quote of a state does not stand at its place."""
    return text[cast(int, state["start"]) : cast(int, state["end"])] != state["quote"]
