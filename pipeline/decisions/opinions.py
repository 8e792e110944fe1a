"""What people said of links: kept append-only, and read back as pairs that must or must not come together.

A record is remembered by its id and by its place, so that what a newer extractor reads in its place is found.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from extractors.domain.errors import UsageError
from pipeline.store import Row, Store, now, to_json

Kind = Literal["decision", "recipient"]
Verdict = Literal["accepted", "rejected"]
Member = tuple[str, int]  # an award's record id, and the position of a recipient (0: the award itself)


@dataclass(frozen=True, slots=True)
class Opinions:
    """Pairs that people accepted and rejected, and all members that any review ever named."""

    accepted: frozenset[tuple[Member, Member]]
    rejected: frozenset[tuple[Member, Member]]
    named: frozenset[Member]


def review_link(
    store: Store, kind: Kind, subject: Member, others: Sequence[Member], verdict: Verdict, reviewer: str,
    reason: str | None = None,
) -> int:  # fmt: skip
    """Keeps that a telling (or mention) belongs or does not belong with others; returns the number of the review.

    It takes effect at the next linking; `settle_link` links at once. Raises `UsageError` where a record is unknown.
    """
    places = [_place(store, member) for member in (subject, *sorted(set(others) - {subject}))]
    if len(places) == 1:
        raise UsageError("There is nothing that the record could be linked with", advice="Name another record")
    with store.transaction():
        cursor = store.db.execute(
            "INSERT INTO link_reviews (kind, subject, others, verdict, reviewer, decided_at, reason) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [kind, to_json(places[0]), to_json(places[1:]), verdict, reviewer, now(), reason],
        )
    return cast(int, cursor.lastrowid)


def undo_link_review(store: Store, review: int, reviewer: str) -> int:
    """Takes a review back by a new row; returns its number. Raises `UsageError` where that cannot be."""
    row = next(iter(store.rows("SELECT * FROM link_reviews WHERE id = ?", [review])), None)
    done = store.count("SELECT count(*) FROM link_reviews WHERE undoes = ?", [review])
    if row is None or row["verdict"] == "undone" or done:
        raise UsageError(f"There is no review {review} of a link to take back", advice="See the table link_reviews")
    with store.transaction():
        cursor = store.db.execute(
            "INSERT INTO link_reviews (kind, subject, others, verdict, reviewer, decided_at, undoes) "
            "VALUES (?, ?, ?, 'undone', ?, ?, ?)",
            [row["kind"], row["subject"], row["others"], reviewer, now(), review],
        )
    return cast(int, cursor.lastrowid)


def opinions(store: Store, kind: Kind) -> Opinions:
    """Returns what people said last of each pair."""
    rows = store.rows("SELECT * FROM link_reviews WHERE kind = ? ORDER BY id", [kind])
    undone = {row["undoes"] for row in rows if row["verdict"] == "undone"}
    last: dict[tuple[Member, Member], str] = {}
    named: set[Member] = set()
    for row in rows:
        subject = _find(store, json.loads(str(row["subject"])))
        others = [_find(store, place) for place in json.loads(str(row["others"]))]
        named.update(member for member in (subject, *others) if member)
        if subject is None or row["verdict"] == "undone" or row["id"] in undone:
            continue
        for other in others:
            if other is not None and other != subject:
                last[min(subject, other), max(subject, other)] = str(row["verdict"])
    return Opinions(
        accepted=frozenset(pair for pair, verdict in last.items() if verdict == "accepted"),
        rejected=frozenset(pair for pair, verdict in last.items() if verdict == "rejected"),
        named=frozenset(named),
    )


def members_of(store: Store, review: int) -> tuple[Kind, list[Member]]:
    """Returns what a review is about: its kind, and the members that it names as far as they are found now."""
    [row] = store.rows("SELECT * FROM link_reviews WHERE id = ?", [review])
    places = [json.loads(str(row["subject"])), *json.loads(str(row["others"]))]
    return cast(Kind, row["kind"]), [member for place in places if (member := _find(store, place))]


def records_in(pairs: Iterable[tuple[Member, Member]]) -> set[tuple[str, str]]:
    """Returns the pairs of record ids of pairs of whole awards."""
    return {(one[0], other[0]) for one, other in pairs}


def _place(store: Store, member: Member) -> Row:
    record, position = member
    row = next(
        iter(
            store.rows(
                'SELECT a.record_id, d.id AS document, a.start, a."end" FROM awards a '
                "JOIN documents d ON d.serial = a.document WHERE a.record_id = ?",
                [record],
            )
        ),
        None,
    )
    if row is None:
        raise UsageError(f"There is no award {record}", advice="Take the id from the table awards")
    name = store.value("SELECT name FROM award_recipients WHERE award = ? AND position = ?", [record, position])
    return {**row, "position": position, "name": name}


def _find(store: Store, place: Row) -> Member | None:
    position = cast(int, place["position"])
    record = store.value("SELECT record_id FROM awards WHERE record_id = ?", [place["record_id"]])
    if record is None:
        record = store.value(
            "SELECT a.record_id FROM awards a JOIN documents d ON d.serial = a.document WHERE d.id = ? "
            'AND a.start < ? AND a."end" > ? AND a.copy_of IS NULL ORDER BY a.start, a.record_id LIMIT 1',
            [place["document"], place["end"], place["start"]],
        )
    if record is None:
        return None
    if position:
        found = store.value(
            "SELECT position FROM award_recipients WHERE award = ? ORDER BY name IS NOT ?, position IS NOT ?, position",
            [record, place["name"], position],
        )
        if found is None:
            return None
        position = cast(int, found)
    return str(record), position
