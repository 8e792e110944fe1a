"""A draft of the links: temporary copies in which a linking is worked out, and the way of what differs into the file.

The copies bear the names of the tables and stand before them while a draft is open, so that all that is worked out
writes to them and holds no lock. What differs in the end is carried over in short transactions, each of them a whole
number of decisions or of names. Awards count as linked only after everything that follows from them is written:
whoever comes after a kill finds them still to be done, and comes to the same result.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from pipeline.store import Store, to_json

_TABLES: Final = (
    "award_traits", "award_keys", "award_pairs", "decisions", "decision_sources", "decision_sequels",
    "recipients", "recipient_mentions", "recipient_links",
)  # fmt: skip
_OUTSIDE: Final = re.compile(r"REFERENCES (?:award_forms|units)\(id\)")  # a copy refers to other copies only
_AT_ONCE: Final = 20  # decisions, names or records written by one statement
_STEP_S: Final = 0.04  # the longest that a step goes on taking in more
_PAUSE_S: Final = 0.005  # between two steps, in which another writer has its turn
Step = Callable[[Sequence[frozenset[str]]], None]
Far = Callable[[int, int], None]
Work = list[tuple[Step, list[frozenset[str]]]]


class Draft:
    """The copies of one database; `work` holds what differs once it was compared."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.db = store.db.conn
        self.work: Work = []

    def open(self) -> None:
        """Copies the tables."""
        for table in _TABLES:
            declared = str(self.store.value("SELECT sql FROM main.sqlite_master WHERE name = ?", [table]))
            self.db.execute(_OUTSIDE.sub("", declared.replace("CREATE TABLE", "CREATE TEMP TABLE", 1)))
            self.db.execute(f"INSERT INTO temp.{table} SELECT * FROM main.{table}")  # noqa: S608
            for index in self.store.rows(
                "SELECT sql FROM main.sqlite_master WHERE tbl_name = ? AND type = 'index' AND sql IS NOT NULL", [table]
            ):
                self.db.execute(str(index["sql"]).replace("CREATE INDEX ", "CREATE INDEX temp.", 1))

    def close(self) -> None:
        """Drops the copies, so that the tables themselves are read and written again."""
        for table in reversed(_TABLES):
            self.db.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def compare(self) -> None:
        """Finds what differs from the file, in the order in which it is to be written."""
        changed = self._column(
            "SELECT t.record_id FROM temp.award_traits t LEFT JOIN main.award_traits m USING (record_id) "
            "WHERE m.stamp IS NOT t.stamp ORDER BY 1"
        )
        gone = self._column("SELECT record_id FROM main.award_traits EXCEPT SELECT record_id FROM temp.award_traits")
        known = self._column(
            "SELECT m.record_id FROM main.award_traits m JOIN temp.award_traits t USING (record_id) "
            "WHERE m.stamp <> t.stamp ORDER BY 1"
        )
        pairs = self._pairs("one, other", "main", "temp"), self._pairs("*", "temp", "main")
        self.work = [
            (self._open_anew, _single(known)),
            (self._drop_pairs, _single(pairs[0])),
            (self._enter_pairs, _single(pairs[1])),
            (self._enter_decisions, self._units("decisions", "id", "decision_sources", "decision", "record_id")),
            (self._enter_names, self._units("recipients", "key", "recipient_mentions", "key", _MENTION)),
            *((partial(self._drop_links, table), self._links(table, "main", "temp")) for table in _ENDS),
            *((partial(self._enter_links, table), self._links(table, "temp", "main")) for table in _ENDS),
            (self._settle, _single([*changed, *gone])),
        ]

    def carry_over(self, tell: Far) -> None:
        """Writes what differs, in steps between which others may write."""
        total, done = sum(len(units) for _, units in self.work), 0
        for write, units in self.work:
            at = 0
            while at < len(units):
                with self.store.immediate():
                    deadline = time.monotonic() + _STEP_S
                    while at < len(units):
                        write(units[at : at + _AT_ONCE])
                        at += _AT_ONCE
                        if time.monotonic() > deadline:
                            break
                tell(done + min(at, len(units)), total)
                give_way()
            done += len(units)

    def _column(self, sql: str) -> list[str]:
        return [str(row[0]) for row in self.db.execute(sql)]

    def _pairs(self, columns: str, one: str, other: str) -> list[str]:
        """The pairs that stand in one and not, or not so, in the other; as JSON."""
        return self._column(
            f"SELECT json_array(one, other) FROM (SELECT {columns} FROM {one}.award_pairs "  # noqa: S608
            f"EXCEPT SELECT {columns} FROM {other}.award_pairs) ORDER BY one, other"
        )

    def _links(self, table: str, one: str, other: str) -> list[frozenset[str]]:
        """The links that stand in one and not, or not so, in the other."""
        ends = ", ".join(_ENDS[table])
        rows = f"SELECT * FROM {one}.{table} EXCEPT SELECT * FROM {other}.{table}"  # noqa: S608
        return _single(self._column(f"SELECT json_array({ends}, kind) FROM ({rows}) ORDER BY {ends}, kind"))  # noqa: S608

    def _units(self, table: str, key: str, members: str, of: str, member: str) -> list[frozenset[str]]:
        """What has to be written together: the keys that differ, joined where a member moves from one to another."""
        differing: set[str] = set()
        for one, other in (("main", "temp"), ("temp", "main")):
            for name, column in ((table, key), (members, of)):
                rows = f"SELECT * FROM {one}.{name} EXCEPT SELECT * FROM {other}.{name}"  # noqa: S608
                differing.update(self._column(f"SELECT DISTINCT {column} FROM ({rows})"))  # noqa: S608
        groups = _Joined(differing)
        for before, after in self.db.execute(
            f"SELECT m.{of}, t.{of} FROM (SELECT {of}, {member} AS member FROM main.{members}) m "  # noqa: S608
            f"JOIN (SELECT {of}, {member} AS member FROM temp.{members}) t USING (member) WHERE m.{of} <> t.{of}"
        ):
            groups.join(str(before), str(after))
        return groups.all()

    # --- what is written, in order ------------------------------------------------------------------------

    def _open_anew(self, units: Sequence[frozenset[str]]) -> None:
        """Marks changed awards as not linked: even if they change back, what follows from them is worked out again."""
        self._with("UPDATE main.award_traits SET stamp = '' WHERE record_id IN these", units)

    def _drop_pairs(self, units: Sequence[frozenset[str]]) -> None:
        self._with(f"DELETE FROM main.award_pairs WHERE (one, other) IN ({_PAIR})", units)  # noqa: S608

    def _enter_pairs(self, units: Sequence[frozenset[str]]) -> None:
        self._with(
            f"INSERT OR REPLACE INTO main.award_pairs SELECT p.* FROM ({_PAIR}) s "  # noqa: S608
            "JOIN temp.award_pairs p ON p.one = s.one AND p.other = s.other",
            units,
        )

    def _enter_decisions(self, units: Sequence[frozenset[str]]) -> None:
        self._with(
            "DELETE FROM main.decisions WHERE id IN these OR id IN (SELECT decision FROM main.decision_sources "
            "WHERE record_id IN (SELECT record_id FROM temp.decision_sources WHERE decision IN these))",
            units,
        )
        self._with("INSERT INTO main.decisions SELECT * FROM temp.decisions WHERE id IN these", units)
        self._with(
            "INSERT OR REPLACE INTO main.decision_sources SELECT * FROM temp.decision_sources WHERE decision IN these",
            units,
        )
        for end in _ENDS["decision_sequels"]:
            self._with(f"{_LINKS['decision_sequels']} AND l.{end} IN these", units)

    def _enter_names(self, units: Sequence[frozenset[str]]) -> None:
        self._with("DELETE FROM main.recipients WHERE key IN these", units)
        self._with("INSERT INTO main.recipients SELECT * FROM temp.recipients WHERE key IN these", units)
        self._with(
            "INSERT OR REPLACE INTO main.recipient_mentions SELECT * FROM temp.recipient_mentions WHERE key IN these",
            units,
        )
        for end in _ENDS["recipient_links"]:
            own = "SELECT id FROM temp.recipients WHERE key IN these"
            self._with(f"{_LINKS['recipient_links']} AND l.{end} IN ({own})", units)

    def _drop_links(self, table: str, units: Sequence[frozenset[str]]) -> None:
        one, other = _ENDS[table]
        self._with(f"DELETE FROM main.{table} WHERE ({one}, {other}, kind) IN ({_SPLIT})", units)  # noqa: S608

    def _enter_links(self, table: str, units: Sequence[frozenset[str]]) -> None:
        one, other = _ENDS[table]
        self._with(f"{_LINKS[table]} AND (l.{one}, l.{other}, l.kind) IN ({_SPLIT})", units)

    def _settle(self, units: Sequence[frozenset[str]]) -> None:
        """Keeps what awards are compared by: from here on they count as linked."""
        for table in ("award_keys", "award_traits"):
            self._with(f"DELETE FROM main.{table} WHERE record_id IN these", units)  # noqa: S608
            self._with(f"INSERT INTO main.{table} SELECT * FROM temp.{table} WHERE record_id IN these", units)  # noqa: S608

    def _with(self, sql: str, units: Sequence[frozenset[str]]) -> None:
        named = to_json(sorted(name for unit in units for name in unit))
        self.db.execute(sql.replace(" IN these", " IN (SELECT value FROM json_each(:these))"), {"these": named})


_MENTION: Final = "award || ' ' || position"
_PAIR: Final = "SELECT json_extract(value, '$[0]') AS one, json_extract(value, '$[1]') AS other FROM json_each(:these)"
_SPLIT: Final = _PAIR.replace(" FROM", ", json_extract(value, '$[2]') FROM")
_ENDS: Final = {"decision_sequels": ("decision", "sequel"), "recipient_links": ("recipient", "other")}
_LINKS: Final = {
    table: f"INSERT OR IGNORE INTO main.{table} SELECT l.* FROM temp.{table} l "  # noqa: S608
    f"JOIN main.{of} a ON a.id = l.{one} JOIN main.{of} b ON b.id = l.{other} WHERE true"
    for (table, (one, other)), of in zip(_ENDS.items(), ("decisions", "recipients"), strict=True)
}


class _Joined:
    """Keys in groups that only grow."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.above = {key: key for key in sorted(keys)}

    def _top(self, key: str) -> str:
        while (over := self.above.setdefault(key, key)) != key:
            self.above[key] = self.above[over]
            key = over
        return key

    def join(self, one: str, other: str) -> None:
        first, last = sorted((self._top(one), self._top(other)))
        self.above[last] = first

    def all(self) -> list[frozenset[str]]:
        groups: dict[str, set[str]] = {}
        for key in sorted(self.above):
            groups.setdefault(self._top(key), set()).add(key)
        return [frozenset(group) for group in groups.values()]


def _single(names: Iterable[str]) -> list[frozenset[str]]:
    return [frozenset((name,)) for name in names]


@contextmanager
def draft_of(store: Store) -> Iterator[Draft]:
    """A draft that is gone in the end, whatever happens; until then reading and writing links means the draft."""
    draft = Draft(store)
    try:
        yield draft
    finally:
        draft.close()


def give_way() -> None:
    """Waits a moment, so that another writer has its turn."""
    time.sleep(_PAUSE_S)
