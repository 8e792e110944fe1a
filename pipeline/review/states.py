"""The whole state of one record as JSON: what a decision keeps as before and after, and what it writes.

A state holds every column of the record but its id and document, for an award its recipients too, and the
context of its quote, so that it can find its place again in another text.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, Literal, cast, get_args

from extractors.domain.records import Json
from pipeline.review.errors import Gone
from pipeline.store import FACT_VALUES, VALUES, Row, SqlValue, Store, to_json
from pipeline.store.places import context_of

Kind = Literal["dates", "provinces", "figures", "awards", "document_facts"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
VALUES_OF: Final[dict[Kind, tuple[str, ...]]] = {
    **{family.value: columns for family, columns in VALUES.items()},
    "document_facts": FACT_VALUES,
}
PLACE: Final = ("start", "end", "quote", "page")
_MADE: Final = ("confidence", "rule", "evidence", "copy_of", "machine", "machine_now")
_RECIPIENT: Final = ("name", "start", "end", "kind", "province", "confidence")
_VALUE_PLACES: Final = ("grantor_start", "grantor_end", "slots")
ADDED: Final = "review.added"  # the rule of records that a person added


def kind_of(store: Store, record_id: str) -> Kind:
    """Returns the kind of the record that has this id; raises `Gone` where none has."""
    for kind in KINDS:
        if store.value(f"SELECT 1 FROM {kind} WHERE record_id = ?", [record_id]):  # noqa: S608
            return kind
    raise Gone(f"There is no record {record_id!r}", f"Không có bản ghi {record_id!r}")


def read_row(store: Store, kind: Kind, record_id: str) -> Row | None:
    """Returns the row of a record, None where there is none."""
    rows = store.rows(f"SELECT * FROM {kind} WHERE record_id = ?", [record_id])  # noqa: S608
    return rows[0] if rows else None


def shown_row(store: Store, kind: Kind, record_id: str) -> Row | None:
    """Returns the row of a record, None where there is none; a reviewer is not told whether it passed unread."""
    row = read_row(store, kind, record_id)
    return row and {name: value for name, value in row.items() if name != "passed"}


def read_state(store: Store, kind: Kind, record_id: str) -> Json | None:
    """Returns the state of a record as it stands, None where there is none."""
    row = read_row(store, kind, record_id)
    if row is None:
        return None
    text = store.value("SELECT text FROM documents WHERE serial = ?", [row["document"]])
    return state_of_row(kind, row, recipients_of(store, record_id) if kind == "awards" else [], str(text or ""))


def state_of_row(kind: Kind, row: Mapping[str, object], recipients: list[Json], text: str) -> Json:
    """Returns the state that a row of the database makes with its recipients and the text of its document."""
    state: Json = {name: row[name] for name in ("state", *PLACE, *VALUES_OF[kind], *_MADE)}
    if kind == "awards":
        state["recipients"] = recipients
    state["prefix"], state["suffix"] = context_of(text, cast(int, row["start"]), cast(int, row["end"]))
    return state


def recipients_of(store: Store, record_id: str) -> list[Json]:
    """Returns the recipients of an award in order."""
    columns = ", ".join(f'"{name}"' for name in _RECIPIENT)
    rows = store.rows(
        f"SELECT {columns} FROM award_recipients WHERE award = ? ORDER BY position",  # noqa: S608
        [record_id],
    )
    return [dict(row) for row in rows]


def _stands(store: Store, serial: int, state: Json) -> bool:
    """Tells whether the quote of a state stands at its place: who only agrees to a lost record gives it none."""
    start, end = cast(int, state["start"]), cast(int, state["end"])
    found = store.value("SELECT substr(text, ?, ?) FROM documents WHERE serial = ?", [start + 1, end - start, serial])
    return found == state["quote"]


def write_state(store: Store, kind: Kind, record_id: str, serial: int, state: Json | None) -> None:
    """Makes a record what a state says, enters it or takes it out. Expects an open transaction."""
    if state is None or _stands(store, serial, state):
        store.db.execute("DELETE FROM lost_places WHERE record_id = ?", [record_id])
    if state is None:
        store.db.execute(f"DELETE FROM {kind} WHERE record_id = ?", [record_id])  # noqa: S608
        return
    columns = ("state", *PLACE, *VALUES_OF[kind], *_MADE)
    row: Row = {
        "record_id": record_id,
        "document": serial,
        **{name: cast(SqlValue, state.get(name)) for name in columns},
    }
    if not store.value(f"SELECT 1 FROM {kind} WHERE record_id = ?", [row["copy_of"]]):  # noqa: S608
        row["copy_of"] = None
    names = ", ".join(f'"{name}"' for name in row)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
    store.db.conn.execute(
        f"INSERT INTO {kind} ({names}) VALUES ({', '.join(f':{name}' for name in row)}) "  # noqa: S608
        f"ON CONFLICT (record_id) DO UPDATE SET {changes}",
        row,
    )
    if kind == "awards":
        store.db.execute("DELETE FROM award_recipients WHERE award = ?", [record_id])
        store.db.conn.executemany(
            'INSERT INTO award_recipients (award, position, name, start, "end", kind, province, confidence) '
            "VALUES (:award, :position, :name, :start, :end, :kind, :province, :confidence)",
            [
                {"award": record_id, "position": position, **{name: each.get(name) for name in _RECIPIENT}}
                for position, each in enumerate(cast(list[Json], state.get("recipients") or []), 1)
            ],
        )


def version_of(state: Json) -> str:
    """Returns a hash of all that a reviewer can see of a record; another one after any change of it."""
    return hashlib.sha256(to_json(state).encode()).hexdigest()[:16]


def essence(kind: Kind, state: Json, *, with_places: bool = True) -> Json:
    """Returns what a decision decides: state and values, recipients, and unless the text changed the places."""
    names = ("state", *VALUES_OF[kind])
    found: Json = {name: state.get(name) for name in names if with_places or name not in _VALUE_PLACES}
    if with_places:
        found.update({name: state.get(name) for name in ("start", "end", "quote")})
    if kind == "awards":
        parts = ("name", "start", "end", "kind", "province") if with_places else ("name", "kind", "province")
        found["recipients"] = [
            {name: each.get(name) for name in parts} for each in cast(list[Json], state.get("recipients") or [])
        ]
    return found


def same_value(kind: Kind, one: Json, other: Json) -> bool:
    """Tells whether two states or machine's rows say the same at the same place."""
    return {**essence(kind, one), "state": None} == {**essence(kind, other), "state": None}


def machine_row(record_id: str, kind: Kind, state: Json) -> str:
    """Returns what `machine` keeps of a record that a person changes: the machine's own row as JSON."""
    kept = ("record_id", *PLACE, *VALUES_OF[kind], "confidence", "rule", "evidence", "copy_of")
    row = {name: {**state, "record_id": record_id}.get(name) for name in kept}
    if kind == "awards":
        row["recipients"] = state.get("recipients")
    return to_json(row)
