"""Links the tellings of awards to decisions: what is new or changed is compared, all else stays as it is.

The result follows from what the database holds, not from the order in which it came, because a group is made
anew from all its pairs whenever one of its members changed.
"""

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from pipeline.decisions.clusters import Pair, cluster
from pipeline.decisions.drafts import draft_of
from pipeline.decisions.identities import identify, named_keys
from pipeline.decisions.merging import decision_id, decision_row
from pipeline.decisions.opinions import (
    Kind,
    Member,
    Verdict,
    members_of,
    opinions,
    records_in,
    review_link,
    undo_link_review,
)
from pipeline.decisions.sequels import FOLLOWS, SEQUELS, weigh_sequel
from pipeline.decisions.shelf import Shelf, identity_key
from pipeline.decisions.weighing import LINKED, Match, weigh
from pipeline.store import Row, Store, to_json

Tell = Callable[[str, int, int], None]  # what is being done, how much of it is, and how much there is
_WEIGHED: Final = 50_000  # matches in memory
_ENTERED: Final = 500  # decisions written at once
_TOLD: Final = 200  # awards between two words of progress
_ALONE: Final = ("the only telling",)
_BY_HAND: Final = "linked by a person"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReport:
    """What a run of linking found: awards compared anew, and the totals of the database."""

    compared: int
    tellings: int
    decisions: int
    recipients: int
    contradicted: int
    sequels: int


def link_awards(store: Store, tell: Tell = lambda what, done, total: None) -> LinkReport:
    """Brings decisions and recipients up to date with the awards and with what people said of links.

    It is worked out in a draft and written in short steps, between which others write. Cut short it leaves awards
    that count as not linked yet, and the next linking catches up. Links that people settled meanwhile are made anew.
    """
    compared, said = 0, -1
    with _rare_collections():
        while said != (said := _last_review(store)):
            with draft_of(store) as draft:
                with store.transaction():
                    draft.open()
                    compared += _Linking(store, tell).bring_up_to_date()
                    draft.compare()
                draft.carry_over(partial(tell, "Writing links"))
    return LinkReport(
        compared=compared,
        tellings=store.count("SELECT count(*) FROM decision_sources"),
        decisions=store.count("SELECT count(*) FROM decisions"),
        recipients=store.count("SELECT count(*) FROM recipients"),
        contradicted=store.count("SELECT count(*) FROM decisions WHERE contradictions <> '{}'"),
        sequels=store.count("SELECT count(*) FROM decision_sequels"),
    )


def _last_review(store: Store) -> int:
    return store.count("SELECT coalesce(max(id), 0) FROM link_reviews")


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Looks for cyclic garbage more rarely: traits and matches are many, live long and form no cycles."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def settle_link(
    store: Store, kind: Kind, subject: Member, others: Sequence[Member], verdict: Verdict, reviewer: str,
    reason: str | None = None,
) -> int:  # fmt: skip
    """Keeps what a person says of a link and makes what it concerns anew; returns the number of the review.

    The others are in their places at the next reading; raises `UsageError` where a record is unknown.
    """
    with store.transaction():
        review = review_link(store, kind, subject, others, verdict, reviewer, reason)
        _renew(store, kind, (subject, *others))
    return review


def undo_link(store: Store, review: int, reviewer: str) -> int:
    """Takes a review of a link back and makes what it concerned anew. Raises `UsageError` where that cannot be."""
    with store.transaction():
        undone = undo_link_review(store, review, reviewer)
        kind, members = members_of(store, review)
        _renew(store, kind, members)
    return undone


def _renew(store: Store, kind: Kind, members: Iterable[Member]) -> None:
    linking = _Linking(store, lambda what, done, total: None)
    if kind == "decision":
        linking.renew({record for record, _ in members})
    else:
        linking.renew_recipients(members)


class _Linking:
    """One run over the database."""

    def __init__(self, store: Store, tell: Tell) -> None:
        self.store = store
        self.tell = tell
        self.db = store.db.conn
        self.shelf = Shelf(store)
        self.weigh = lru_cache(maxsize=_WEIGHED)(self._weigh)
        said = opinions(store, "decision")
        self.accepted, self.rejected = records_in(said.accepted), records_in(said.rejected)
        self.named = {record for record, _ in said.named}
        self.compared: set[str] = set()
        self.crossing: dict[str, set[str]] = {}  # of those compared: what they meet of another status
        self.by_hand: dict[str, set[str]] = {}
        for one, other in self.accepted:
            self.by_hand.setdefault(one, set()).add(other)
            self.by_hand.setdefault(other, set()).add(one)

    def _weigh(self, one: str, other: str) -> Match:
        return weigh(self.shelf.get(one), self.shelf.get(other))

    def bring_up_to_date(self) -> int:
        changed, gone = self.shelf.refresh(partial(self.tell, "Reading awards"))
        said = opinions(self.store, "recipient")
        if not (changed or gone or self.named or said.named):
            return 0
        touched = (changed | self.shelf.moved(changed)) - gone
        affected = self._neighbours(touched | gone) | touched
        self._compare(touched, gone)
        affected = self._regroup(affected | self._present(self.named), gone)
        keys = self.shelf.identity_keys(affected | gone) | named_keys(self.shelf, said)
        identify(self.store, self.shelf, keys, said, partial(self.tell, "Telling recipients apart"))
        return len(changed)

    def renew(self, records: set[str]) -> None:
        """Makes the decisions of some awards anew, and their recipients; nothing is compared anew."""
        affected = self._regroup(self._present(records), set())
        identify(self.store, self.shelf, self.shelf.identity_keys(affected), opinions(self.store, "recipient"))

    def renew_recipients(self, members: Iterable[Member]) -> None:
        """Makes the recipients of some mentions anew."""
        keys = {
            identity_key(party)
            for record, position in members
            if self._present([record])
            for party in self.shelf.get(record).parties
            if party.position == position
        }
        identify(self.store, self.shelf, keys, opinions(self.store, "recipient"))

    def _regroup(self, records: set[str], gone: set[str]) -> set[str]:
        """Makes the decisions of some awards anew, and of all that hangs together with them; returns all of these."""
        affected = self._whole_groups(records | self._neighbours(records)) - gone
        self._drop(affected | gone)
        self._follow(self._group(affected))
        return affected

    def _present(self, records: Iterable[str]) -> set[str]:
        found = self.store.rows(
            "SELECT record_id FROM award_traits WHERE record_id IN (SELECT value FROM json_each(?))",
            [to_json(sorted(records))],
        )
        return {str(row["record_id"]) for row in found}

    def _neighbours(self, records: Iterable[str]) -> set[str]:
        """The other members of the decisions that records belong to now."""
        found = self.store.rows(
            "SELECT DISTINCT b.record_id FROM decision_sources a JOIN decision_sources b ON b.decision = a.decision "
            "WHERE a.record_id IN (SELECT value FROM json_each(?))",
            [to_json(sorted(records))],
        )
        return self._present(str(row["record_id"]) for row in found)

    def _compare(self, touched: set[str], gone: set[str]) -> None:
        listed = to_json(sorted(touched | gone))
        self.compared = touched
        for side in ("one", "other"):
            self.db.execute(
                f"DELETE FROM award_pairs WHERE {side} IN (SELECT value FROM json_each(?))",  # noqa: S608
                [listed],
            )
        for at, record in enumerate(self.shelf.by_block(touched), 1):
            rows = []
            for other in sorted(self.shelf.promising(record)):
                if other in touched and other < record:
                    continue  # compared from the other side
                pair = (min(record, other), max(record, other))
                if self.shelf.status(record) != self.shelf.status(other):
                    self.crossing.setdefault(record, set()).add(other)
                    self.crossing.setdefault(other, set()).add(record)
                    continue
                match = self._weigh(*pair)
                if match.score >= LINKED and not match.is_conflict:
                    rows.append((*pair, match.score, to_json(list(match.reasons))))
            self.db.executemany("INSERT OR REPLACE INTO award_pairs VALUES (?, ?, ?, ?)", rows)
            if at % _TOLD == 0 or at == len(touched):
                self.tell("Comparing awards", at, len(touched))

    def _whole_groups(self, records: set[str]) -> set[str]:
        """The records with all that hangs together with them by pairs, of the machine or of people."""
        met = set(records)
        waiting = sorted(records)
        while waiting:
            record = waiting.pop()
            linked = {str(r[0]) for r in self.db.execute("SELECT other FROM award_pairs WHERE one = ?", [record])}
            linked |= {str(r[0]) for r in self.db.execute("SELECT one FROM award_pairs WHERE other = ?", [record])}
            if record in self.by_hand:
                linked |= self._present(self.by_hand[record])
            fresh = linked - met
            met |= fresh
            waiting.extend(sorted(fresh))
        return met

    def _drop(self, records: set[str]) -> None:
        listed = to_json(sorted(records))
        self.db.execute(
            "DELETE FROM decisions WHERE id IN (SELECT decision FROM decision_sources "
            "WHERE record_id IN (SELECT value FROM json_each(?)))",
            [listed],
        )

    def _group(self, records: set[str]) -> list[list[str]]:
        groups: list[list[str]] = []
        entered = 0
        for component in self._components(records):
            groups += [component] if len(component) == 1 else self._parted(component)
            if len(groups) - entered >= _ENTERED:
                self._enter(groups[entered:])
                entered = len(groups)
        if groups[entered:]:
            self._enter(groups[entered:])
        return groups

    def _parted(self, component: list[str]) -> list[list[str]]:
        pairs, own = self._pairs(component), set(component)

        def conflict(one: str, other: str) -> bool:
            pair = (one, other) if one < other else (other, one)
            return pair not in pairs and self.weigh(*pair).is_conflict

        return cluster(
            component,
            pairs,
            conflict,
            [pair for pair in self.accepted if set(pair) <= own],
            [pair for pair in self.rejected if set(pair) <= own],
        )

    def _components(self, records: set[str]) -> list[list[str]]:
        """The records parted into those that hang together, each sorted; those of one block follow each other."""
        beside: dict[str, set[str]] = {record: self.by_hand.get(record, set()) & records for record in records}
        for one, other in self.db.execute(
            "SELECT one, other FROM award_pairs WHERE one IN (SELECT value FROM json_each(?))",
            [to_json(sorted(records))],
        ):
            beside[one] = beside[one] | {other}
            beside[other] = beside[other] | {one}
        left, found = set(records), []
        for record in self.shelf.by_block(records):
            if record not in left:
                continue
            left.discard(record)
            whole = [record]
            for member in whole:
                fresh = beside[member] & left
                left -= fresh
                whole.extend(fresh)
            found.append(sorted(whole))
        return found

    def _pairs(self, component: list[str]) -> dict[Pair, float]:
        rows = self.store.rows(
            "SELECT one, other, score FROM award_pairs WHERE one IN (SELECT value FROM json_each(?))",
            [to_json(component)],
        )
        return {(str(row["one"]), str(row["other"])): float(str(row["score"])) for row in rows}

    def _enter(self, groups: list[list[str]]) -> None:
        rows = {
            str(row["record_id"]): row
            for row in self.store.rows(
                "SELECT * FROM awards WHERE record_id IN (SELECT value FROM json_each(?))",
                [to_json([record for group in groups for record in group])],
            )
        }
        decisions, sources = [], []
        for group in groups:
            told = self._sources(group)
            decision = decision_row([(rows[r], self.shelf.get(r)) for r in group], _sureness(rows, told))
            decisions.append(decision)
            sources += [{"decision": decision["id"], **source} for source in told]
        self.db.executemany(_insert("decisions", decisions[0]), decisions)
        self.db.executemany(_insert("decision_sources", sources[0]), sources)

    def _sources(self, group: list[str]) -> list[Row]:
        """Each telling with the pair that holds it best in its group."""
        if len(group) == 1:
            return [{"record_id": group[0], "score": 1.0, "reasons": to_json(_ALONE), "state": "machine"}]
        best: dict[str, tuple[float, str]] = {}
        for row in self.store.rows(
            "SELECT one, other, score, reasons FROM award_pairs WHERE one IN (SELECT value FROM json_each(:group)) "
            "AND other IN (SELECT value FROM json_each(:group)) ORDER BY score DESC, one, other",
            {"group": to_json(group)},
        ):
            for record in (str(row["one"]), str(row["other"])):
                best.setdefault(record, (float(str(row["score"])), str(row["reasons"])))
        by_hand = {record for pair in self.accepted if set(pair) <= set(group) for record in pair}
        found: list[Row] = []
        for record in group:
            score, reasons = best.get(record, (1.0, to_json([])))
            if record in by_hand:
                score, reasons = 1.0, to_json([_BY_HAND, *json.loads(reasons)])
            state = "accepted" if record in by_hand else "machine"
            found.append({"record_id": record, "score": score, "reasons": reasons, "state": state})
        return found

    # --- what followed what -------------------------------------------------------------------------------

    def _follow(self, groups: list[list[str]]) -> None:
        best: dict[tuple[str, str], tuple[str, Match]] = {}
        for group in groups:
            for record in group:
                self._sequels_of(record, decision_id(group), best)
        rows = [
            (before, after, kind, match.score, to_json(list(match.reasons)))
            for (before, after), (kind, match) in sorted(best.items(), key=lambda item: item[0])
        ]
        self.db.executemany("INSERT OR REPLACE INTO decision_sequels VALUES (?, ?, ?, ?, ?)", rows)

    def _crossing(self, record: str) -> Iterable[str]:
        """What an award meets of another status."""
        if record in self.compared:
            return self.crossing.get(record, ())
        status = self.shelf.status(record)
        return [other for other in self.shelf.promising(record) if self.shelf.status(other) != status]

    def _sequels_of(self, record: str, own: str, best: dict[tuple[str, str], tuple[str, Match]]) -> None:
        for other in self._crossing(record):
            mine, theirs = self.shelf.get(record), self.shelf.get(other)
            other_decision = str(self.store.value("SELECT decision FROM decision_sources WHERE record_id = ?", [other]))
            sides = ((mine, theirs, own, other_decision), (theirs, mine, other_decision, own))
            for before, after, earlier, later in sides:
                kind = SEQUELS.get((before.status, after.status))
                match = weigh_sequel(before, after)
                if kind is None or match.score < FOLLOWS:
                    continue
                known = best.get((earlier, later))
                if known is None or (match.score, match.reasons) > (known[1].score, known[1].reasons):
                    best[earlier, later] = (kind, match)


def _sureness(rows: dict[str, Row], sources: list[Row]) -> float:
    """The confidence of the surest telling, which needs no other to be true."""
    return max(float(str(rows[str(source["record_id"])]["confidence"])) for source in sources)


def _insert(table: str, row: Row) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"  # noqa: S608
