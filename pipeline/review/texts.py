"""Corrects the text of a document, what OCR misread above all, and carries everything that counts in it along."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from extractors.domain.orthography import fold, nfc
from extractors.domain.records import Json
from pipeline.review.accounts import Role, User, authorise, stamp, utc_now
from pipeline.review.errors import Changed, Refused
from pipeline.review.states import KINDS, recipients_of
from pipeline.review.verdicts import checked_reason, document_row
from pipeline.store import Row, SqlValue, Store, pack_words, signature_of, to_json, unpack_words
from pipeline.store.carrying import carry
from pipeline.store.places import Edit, Move, context_of, edits_between, move_by_edits
from pipeline.store.rereading import note_lost, write_places
from pipeline.store.signatures import keep_signature
from pipeline.stored import corrected_text
from pipeline.version import extractor_version

_LONGEST: Final = 2000  # characters that one correction takes out or puts in
_CONTROL: Final = re.compile(r"[^\S \n\t]|[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What found no place in a changed text: the record itself (`record`) or parts of it, by slot or recipient."""

    record_id: str
    kind: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCorrection:
    """One change of a document's text; `start` and `end` count in the text before it."""

    id: int
    document: int
    cause: str
    reviewer: str | None
    corrected_at: str
    start: int
    end: int
    before: str | None
    after: str | None
    reason: str | None
    lost: tuple[Lost, ...]


def correct_text(
    store: Store,
    user: User,
    serial: int,
    start: int,
    end: int,
    new_text: str,
    *,
    before: str,
    reason: str | None = None,
    now: datetime | None = None,
) -> TextCorrection:
    """Puts `new_text` in the place of the characters from `start` to `end`, which the user saw as `before`.

    Blocks, word boxes, all records and the places of their slots move along. No value changes: `reread` lets the
    machine look at the new text, and so does the next `sovang run --renew`. What finds no place is named and kept.
    Raises `Changed` where something else stands there by now, `Refused` for a place or a text that cannot be.
    """
    moment = stamp(now or utc_now())
    with store.immediate():
        user = authorise(store, user, Role.REVIEWER)
        document = document_row(store, serial)
        text = str(document["text"])
        new = _checked(text, start, end, new_text)
        if text[start:end] != before:
            raise Changed(
                "The text was changed meanwhile",
                "Văn bản vừa được người khác sửa",
                current={"serial": serial, "start": start, "end": end, "text": text[start:end]},
                version=None,
            )
        edits = edits_between(before, new, start)
        if not edits:
            raise Refused("The text is as it was", "Văn bản không có gì thay đổi")
        changed = text[:start] + new + text[end:]
        lost = _carry_records(store, serial, text, changed, move_by_edits(edits))
        _carry_layout(store, serial, edits)
        folded = fold(changed)
        store.db.execute(
            "UPDATE documents SET text = ?, folded = ?, chars = ?, extractor = '' WHERE serial = ?",
            [changed, folded, len(changed), serial],
        )
        keep_signature(store.db, serial, signature_of(folded))
        cursor = store.db.execute(
            'INSERT INTO text_corrections (document, cause, reviewer, corrected_at, start, "end", before, after, '
            "reason, lost) VALUES (?, 'person', ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(serial, user.name, moment, start, end, before, new, checked_reason(reason)),
                to_json([{"record_id": each.record_id, "kind": each.kind, "parts": list(each.parts)} for each in lost]),
            ],
        )
        return _correction(store.rows("SELECT * FROM text_corrections WHERE id = ?", [cursor.lastrowid])[0])


def text_corrections(store: Store, serial: int) -> list[TextCorrection]:
    """Returns all changes of a document's text in order."""
    rows = store.rows("SELECT * FROM text_corrections WHERE document = ? ORDER BY id", [serial])
    return [_correction(row) for row in rows]


def lost_places(store: Store, serial: int) -> list[Row]:
    """Returns kind, id and old surroundings of the records of a document that have no place in its text."""
    return store.rows("SELECT * FROM lost_places WHERE document = ? ORDER BY kind, record_id", [serial])


def reread(store: Store, serial: int) -> None:
    """Lets the machine read a corrected document anew; what people decided stays. Takes as long as extraction does.

    Nothing happens to a document that no one corrected. Raises `ReadError` where its original cannot be read.
    """
    from pipeline.extraction import as_rows, extract_document  # whoever only reviews never loads the engine

    corrected = corrected_text(store, serial)
    if corrected is None:
        return
    [row] = store.rows("SELECT source, original, run FROM documents WHERE serial = ?", [serial])
    data = (store.originals / str(row["original"])).read_bytes()
    rows = as_rows(extract_document(data, str(row["source"]), corrected=corrected))
    store.finish_document(serial, rows, extractor=extractor_version(), run=cast(int, row["run"]))


def _correction(row: Row) -> TextCorrection:
    return TextCorrection(
        id=cast(int, row["id"]),
        document=cast(int, row["document"]),
        cause=str(row["cause"]),
        reviewer=cast("str | None", row["reviewer"]),
        corrected_at=str(row["corrected_at"]),
        start=cast(int, row["start"]),
        end=cast(int, row["end"]),
        before=cast("str | None", row["before"]),
        after=cast("str | None", row["after"]),
        reason=cast("str | None", row["reason"]),
        lost=tuple(
            Lost(record_id=each["record_id"], kind=each["kind"], parts=tuple(each["parts"]))
            for each in json.loads(str(row["lost"]))
        ),
    )


def _checked(text: str, start: int, end: int, new_text: str) -> str:
    """Returns the new passage as texts are stored; raises `Refused` where it or its place cannot be."""
    if not 0 <= start <= end <= len(text) or end - start > _LONGEST:
        raise Refused(f"{start} to {end} is no place in the text, or too long", "Vị trí cần sửa không hợp lệ")
    new = nfc(new_text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " "))
    if len(new) > _LONGEST or _CONTROL.search(new):
        raise Refused(
            f"A correction has at most {_LONGEST} printable characters",
            f"Mỗi lần sửa nhiều nhất {_LONGEST} ký tự, không có ký tự điều khiển",
        )
    around = text[max(0, start - 4) : start] + new + text[end : end + 4]
    if nfc(around) != around:
        raise Refused("The correction begins or ends with half a letter", "Đoạn sửa cắt đôi một chữ cái")
    if not (text[:start] + new + text[end:]).strip():
        raise Refused("A document cannot be without text", "Văn bản không được để trống")
    return new


def _carry_records(store: Store, serial: int, text: str, changed: str, move: Move) -> list[Lost]:
    found = []
    gone = {row["record_id"] for row in lost_places(store, serial)}
    for kind in KINDS:
        for row in store.rows(f"SELECT * FROM {kind} WHERE document = ? ORDER BY start", [serial]):  # noqa: S608
            record_id = str(row["record_id"])
            if record_id in gone:
                continue
            state: Json = dict(row)
            if kind == "awards":
                state["recipients"] = recipients_of(store, record_id)
            moved, parts = carry(kind, state, move, changed)
            if moved != state:
                write_places(store.db, kind, record_id, moved)
            if parts:
                found.append(Lost(record_id=record_id, kind=kind, parts=tuple(parts)))
            if "record" in parts:
                place = cast(int, row["start"]), cast(int, row["end"])
                note_lost(store.db, kind, serial, record_id, context_of(text, *place))
    return found


def _carry_layout(store: Store, serial: int, edits: list[Edit]) -> None:
    """Moves blocks and words; of what is left without a character only the box is forgotten."""
    move = move_by_edits(edits, grows=True)
    first = edits[0][0]
    for row in store.rows(
        'SELECT position, start, "end" FROM blocks WHERE document = ? AND "end" >= ?', [serial, first]
    ):
        place = move(cast(int, row["start"]), cast(int, row["end"]))
        key: list[SqlValue] = [serial, row["position"]]
        if place is None:
            store.db.execute("DELETE FROM blocks WHERE document = ? AND position = ?", key)
        else:
            store.db.execute(
                'UPDATE blocks SET start = ?, "end" = ? WHERE document = ? AND position = ?', [*place, *key]
            )
    for row in store.rows("SELECT number, words FROM pages WHERE document = ? AND words IS NOT NULL", [serial]):
        packed = cast(bytes, row["words"])
        words = unpack_words(packed)
        if not words or words[-1][1] < first:
            continue
        placed = [(move(word[0], word[1]), word) for word in words]
        moved = pack_words((*place, *word[2:]) for place, word in placed if place)
        store.db.execute("UPDATE pages SET words = ? WHERE document = ? AND number = ?", [moved, serial, row["number"]])
