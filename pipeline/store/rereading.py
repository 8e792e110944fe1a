"""Reading a document again: which text stays, where decided records stand in a new one, who speaks of the same thing.

Nothing that a person did is lost: a text that a person corrected is kept, decided records are carried to a new text
by quote and context, and what finds no place is noted in `lost_places` and keeps its row.
"""

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from sqlite_utils import Database

from extractors.domain.orthography import fold
from extractors.domain.records import Family, Json
from pipeline.store.carrying import carry
from pipeline.store.likeness import signature_of
from pipeline.store.places import Move, context_of, find_quote, move_by_context
from pipeline.store.rows import BlockRow, DocumentRow, DocumentRows, PageRow, RecipientRow, Row, SqlValue, to_json

_TABLES: Final = (*(family.value for family in Family), "document_facts")
_PLACES: Final = ("start", "end", "quote", "page", "machine", "machine_now")
_SLOTS: Final = ("grantor_start", "grantor_end", "slots")


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of decided records in a new text: how long the old one was, who lost a place, of which kind."""

    chars: int
    lost: dict[str, tuple[str, list[str]]]


# --- which text stays -------------------------------------------------------------------------------


def on_kept_text(db: Database, serial: int, rows: DocumentRows) -> tuple[DocumentRows, bool]:
    """Returns rows of another reading as they stand on a text that a person corrected, and whether that was needed.

    This happens only where the correction came while the document was being read: a run reads corrected documents
    from their corrected text. Records of the machine that have no place there are left to the next reading.
    """
    old = _text_of(db, serial)
    if old is None or old == rows.document["text"]:
        return rows, False
    if not db.execute("SELECT 1 FROM text_corrections WHERE document = ? AND cause = 'person'", [serial]).fetchone():
        return rows, False
    move = move_by_context(rows.document["text"], old)
    blocks = cast(list[BlockRow], _rows(db, "SELECT * FROM blocks WHERE document = ? ORDER BY position", [serial]))
    pages = cast(list[PageRow], _rows(db, "SELECT * FROM pages WHERE document = ? ORDER BY number", [serial]))
    document: DocumentRow = {**rows.document, "text": old, "folded": fold(old), "chars": len(old)}
    recipients = [_carried_recipient(each, move) for each in rows.recipients]
    kept = replace(
        rows,
        document=document,
        pages=tuple(pages),
        blocks=tuple(blocks),
        records={
            family: _carried(family.value, each, move, old, blocks, pages) for family, each in rows.records.items()
        },
        recipients=tuple(recipients),
        facts=_carried("document_facts", rows.facts, move, old, blocks, pages),
        signature=signature_of(document["folded"]),
    )
    return kept, True


def _carried(
    kind: str, rows: Sequence[Row], move: Move, text: str, blocks: Sequence[BlockRow], pages: Sequence[PageRow]
) -> tuple[Row, ...]:
    found = []
    for row in rows:
        moved, lost = carry(kind, cast(Json, row), move, text)
        if "record" not in lost:
            moved["page"] = _page_at(blocks, pages, cast(int, moved["start"]))
            found.append(cast(Row, moved))
    return tuple(found)


def _carried_recipient(recipient: RecipientRow, move: Move) -> RecipientRow:
    if recipient["start"] is None or recipient["end"] is None:
        return recipient
    start, end = move(recipient["start"], recipient["end"]) or (None, None)
    return {**recipient, "start": start, "end": end}


# --- where decided records stand in a new text ------------------------------------------------------


def carry_decided(db: Database, serial: int, rows: DocumentRows) -> Moved | None:
    """Moves the decided records of a document to the text that was read now; None where nothing had to be moved.

    Expects an open transaction, before the new text is written.
    """
    old, new = _text_of(db, serial), rows.document["text"]
    if old is None or old == new:
        return None
    if not db.execute("SELECT 1 FROM reviews WHERE document = ?", [serial]).fetchone() and not _has_decided(db, serial):
        return None
    move = move_by_context(old, new)
    known = {row["record_id"]: row for row in _rows(db, "SELECT * FROM lost_places WHERE document = ?", [serial])}
    lost: dict[str, tuple[str, list[str]]] = {}
    for kind in _TABLES:
        decided = f"SELECT * FROM {kind} WHERE document = ? AND state <> 'machine' ORDER BY start"  # noqa: S608
        for row in _rows(db, decided, [serial]):
            record_id = str(row["record_id"])
            state: Json = dict(row)
            if kind == "awards":
                state["recipients"] = _rows(
                    db, "SELECT * FROM award_recipients WHERE award = ? ORDER BY position", [record_id]
                )
            own = _move_of_lost(state, known[record_id], new) if record_id in known else move
            moved, parts = carry(kind, state, own, new)
            moved["page"] = _page_at(rows.blocks, rows.pages, cast(int, moved["start"]))
            write_places(db, kind, record_id, moved)
            if parts:
                lost[record_id] = (kind, parts)
            _note_lost(db, kind, serial, record_id, "record" in parts, old, row, is_known=record_id in known)
    return Moved(len(old), lost)


def _has_decided(db: Database, serial: int) -> bool:
    return any(
        db.execute(f"SELECT 1 FROM {kind} WHERE document = ? AND state <> 'machine'", [serial]).fetchone()  # noqa: S608
        for kind in _TABLES
    )


def _move_of_lost(state: Json, known: Row, text: str) -> Move:
    """A record that had no place before is looked for by what it stood between when it had one."""
    own = (state["start"], state["end"])
    place = find_quote(
        text, str(state["quote"]), str(known["prefix"]), str(known["suffix"]), near=cast(int, state["start"])
    )
    return lambda start, end: place if (start, end) == own else None


def _note_lost(
    db: Database, kind: str, serial: int, record_id: str, is_lost: bool, text: str, row: Row, *, is_known: bool
) -> None:
    if not is_lost:
        db.execute("DELETE FROM lost_places WHERE record_id = ?", [record_id])
    elif not is_known:
        note_lost(db, kind, serial, record_id, context_of(text, cast(int, row["start"]), cast(int, row["end"])))


def note_lost(db: Database, kind: str, serial: int, record_id: str, context: tuple[str, str]) -> None:
    """Notes that a record has no place in the text, and what it stood between. Expects an open transaction."""
    db.execute(
        "INSERT OR REPLACE INTO lost_places (record_id, kind, document, prefix, suffix, lost_at) "
        "VALUES (?, ?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ'))",
        [record_id, kind, serial, *context],
    )


def write_places(db: Database, kind: str, record_id: str, moved: Json) -> None:
    """Writes the places of a record and of its parts, no value. Expects an open transaction."""
    columns = (*_PLACES, *(_SLOTS if kind == "awards" else ()))
    changes = ", ".join(f'"{name}" = ?' for name in columns)
    db.execute(
        f"UPDATE {kind} SET {changes} WHERE record_id = ?",  # noqa: S608
        [*(cast(SqlValue, moved[name]) for name in columns), record_id],
    )
    recipients = cast(list[Json], moved.get("recipients") or [])
    db.conn.executemany(
        'UPDATE award_recipients SET start = ?, "end" = ? WHERE award = ? AND position = ?',
        [(each["start"], each["end"], record_id, position) for position, each in enumerate(recipients, 1)],
    )


def forget_lost(db: Database, serial: int) -> None:
    """Forgets lost places of records of the machine: it has read the text anew. Expects an open transaction."""
    if db.execute("SELECT 1 FROM lost_places WHERE document = ?", [serial]).fetchone():
        for kind in _TABLES:
            db.execute(
                "DELETE FROM lost_places WHERE document = ? AND kind = ? AND record_id NOT IN "  # noqa: S608
                f"(SELECT record_id FROM {kind} WHERE document = ? AND state <> 'machine')",
                [serial, kind, serial],
            )


def note_moved(db: Database, serial: int, moved: Moved) -> None:
    """Logs that the text was read otherwise and what found no place in it. Expects an open transaction."""
    lost = [{"record_id": rid, "kind": kind, "parts": parts} for rid, (kind, parts) in sorted(moved.lost.items())]
    db.execute(
        'INSERT INTO text_corrections (document, cause, corrected_at, start, "end", lost) '
        "VALUES (?, 'reread', strftime('%Y-%m-%dT%H:%M:%fZ'), 0, ?, ?)",
        [serial, moved.chars, to_json(lost)],
    )


# --- who speaks of the same thing -------------------------------------------------------------------


class Rivals:
    """The decided records of a document, to be asked which of them a new reading of the machine is about."""

    def __init__(self, decided: Sequence[Row], lost: set[SqlValue]) -> None:
        self._lost = lost
        self._by_id = {row["record_id"]: row for row in decided}
        self._placed = sorted((row for row in decided if row["record_id"] not in lost), key=_start)
        self._starts = [_start(row) for row in self._placed]
        self._longest = max((cast(int, row["end"]) - _start(row) for row in self._placed), default=0)

    def of(self, new: Row) -> Row | None:
        """Returns the decided record that has the id, else the first that shares characters (and the field)."""
        if new["record_id"] in self._by_id:
            return self._by_id[new["record_id"]]
        first = bisect_left(self._starts, _start(new) - self._longest)
        last = bisect_left(self._starts, cast(int, new["end"]))
        return next((row for row in self._placed[first:last] if _is_rival(row, new)), None)

    def is_lost(self, row: Row) -> bool:
        """Tells whether a decided record has no place in the text."""
        return row["record_id"] in self._lost


def machine_id(row: Row) -> SqlValue:
    """Returns the id of the machine's own reading: a correction keeps the id of what it corrected."""
    machine = json.loads(str(row["machine"])) if row["machine"] else None
    return cast(SqlValue, machine["record_id"]) if machine else row["record_id"]


def _is_rival(a: Row, b: Row) -> bool:
    """Whether two records speak of the same thing: they share characters and, where they have one, the field."""
    if a.get("field") != b.get("field"):
        return False
    return _start(a) < cast(int, b["end"]) and _start(b) < cast(int, a["end"])


def with_recipients(family: Family, rows: tuple[Row, ...], recipients: Sequence[RecipientRow]) -> tuple[Row, ...]:
    """Returns the rows of awards each with its recipients, which a conflict shows too; other rows as they are."""
    if family is not Family.AWARDS:
        return rows
    by_award: dict[SqlValue, list[Json]] = {row["record_id"]: [] for row in rows}
    for each in sorted(recipients, key=lambda r: (r["award"], r["position"])):
        parts = {name: value for name, value in each.items() if name not in {"award", "position"}}
        by_award.setdefault(each["award"], []).append(parts)
    return tuple({**row, "recipients": cast(SqlValue, by_award[row["record_id"]])} for row in rows)


def _start(row: Row) -> int:
    return cast(int, row["start"])


def _page_at(blocks: Sequence[BlockRow], pages: Sequence[PageRow], offset: int) -> int | None:
    known = {page["number"] for page in pages}
    at = bisect_left([block["start"] for block in blocks], offset + 1) - 1
    page = blocks[at]["page"] if at >= 0 else None
    return page if page in known else None


def _text_of(db: Database, serial: int) -> str | None:
    row = db.execute("SELECT text FROM documents WHERE serial = ?", [serial]).fetchone()
    return None if row is None or row[0] is None else str(row[0])


def _rows(db: Database, sql: str, parameters: Sequence[SqlValue]) -> list[Row]:
    cursor = db.conn.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
