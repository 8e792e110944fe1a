"""Rebuilds what people decided from the log alone and compares it with the tables; `sovang verify` tells the rest."""

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import cast

from extractors.domain.records import Json
from pipeline.review.log import state_then
from pipeline.review.states import KINDS, Kind, essence, read_state
from pipeline.store import Row, Store


def replay(store: Store, serial: int, *, with_places: bool = True) -> dict[str, tuple[Kind, Json | None]]:
    """Returns for each record that was ever decided its kind and state as the log of decisions gives it.

    Places are those of today's text, else of the text that was decided on; the state is None where the record was
    taken out again.
    """
    last: dict[str, Row] = {}
    for row in store.rows("SELECT * FROM reviews WHERE document = ? ORDER BY id", [serial]):
        last[str(row["record_id"])] = row
    return {
        record_id: (cast(Kind, row["kind"]), state_then(store, row, "after") if with_places else _parsed(row["after"]))
        for record_id, row in last.items()
    }


def unlike_log(store: Store, serial: int) -> Iterator[tuple[Kind, str, str]]:
    """Yields kind, id and what is wrong for each record of a document that is not what the log says."""
    decided = {
        str(row["record_id"]): kind
        for kind in KINDS
        for row in store.rows(f"SELECT record_id FROM {kind} WHERE document = ? AND state <> 'machine'", [serial])  # noqa: S608
    }
    rows = store.rows("SELECT * FROM reviews WHERE document = ? ORDER BY id", [serial])
    for record_id, kind in sorted(decided.items() - {(str(row["record_id"]), row["kind"]) for row in rows}):
        yield kind, record_id, "is decided and no review says by whom"
    if not rows:
        return
    yield from _broken_chains(rows)
    has_moved = bool(store.value("SELECT 1 FROM text_corrections WHERE document = ?", [serial]))
    for record_id, (kind, expected) in replay(store, serial, with_places=False).items():
        current = read_state(store, kind, record_id)
        if problem := _difference(kind, expected, current, with_places=not has_moved):
            yield kind, record_id, problem


def _difference(kind: Kind, expected: Json | None, current: Json | None, *, with_places: bool) -> str | None:
    if expected is None or expected["state"] == "machine":
        is_decided = current is not None and current["state"] != "machine"
        return "is decided, and its last review took the decision back" if is_decided else None
    if current is None:
        return "is decided by its last review, and is not there"
    one, other = (essence(kind, state, with_places=with_places) for state in (expected, current))
    if one == other:
        return None
    columns = ", ".join(sorted(name for name in one if one[name] != other[name]))
    return f"is not what its last review made of it ({columns})"


def _broken_chains(rows: list[Row]) -> Iterator[tuple[Kind, str, str]]:
    """Each decision was made on what the one before it had left: else one has overwritten the other."""
    chains: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        chains[str(row["record_id"])].append(row)
    for record_id, chain in chains.items():
        kind = cast(Kind, chain[0]["kind"])
        for earlier, later in pairwise(chain):
            left, met = (_parsed(earlier["after"]), _parsed(later["before"]))
            if left is None or left["state"] == "machine":
                is_same = met is None or met["state"] == "machine"
            else:
                is_same = met is not None and _held(kind, left) == _held(kind, met)
            if not is_same:
                yield kind, record_id, f"review {later['id']!s} was not made on what review {earlier['id']!s} had left"


def _held(kind: Kind, state: Json) -> Json:
    return essence(kind, state, with_places=False)


def _parsed(value: object) -> Json | None:
    return None if value is None else cast(Json, json.loads(str(value)))
