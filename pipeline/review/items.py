"""One record as a reviewer sees it: in its sentence, with its neighbours, reasons, history and place on the page."""

import json
from dataclasses import dataclass
from typing import Final, cast

from extractors.domain.orthography import matching_key
from extractors.domain.records import Box, Json
from extractors.sentences import sentences
from pipeline.review.accounts import Role, User, authorise
from pipeline.review.states import KINDS, Kind, kind_of, read_state, state_of_row, version_of
from pipeline.review.verdicts import blind_state, document_row
from pipeline.store import Row, Store
from pipeline.store.carrying import parsed
from pipeline.stored import stored_words

_AROUND: Final = 700  # characters of context on each side, to the next line end
_SENTENCE: Final = 3000  # characters on each side in which the borders of the sentence are looked for
_HEAD: Final = ("serial", "id", "source", "title", "kind", "reference_date", "format", "issued", "published", "pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The text around a record; places of records count in the whole document, `start` is that of `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Another record of the document near by."""

    kind: Kind
    record_id: str
    start: int
    end: int
    confidence: float
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What one screen shows. `record` is the row with its kind and recipients, `version` what a decision is made on."""

    record: Json
    version: str
    document: Row
    sentence: tuple[int, int]
    context: Context
    neighbours: tuple[Span, ...]
    reasons: tuple[str, ...]
    purpose: str  # first, second, conflict, adjudication; a page shows only the last two
    history: tuple[Row, ...]
    machine: Json | None
    machine_now: Json | None
    boxes: tuple[tuple[int, Box], ...]
    is_lost: bool


def item_of(store: Store, user: User, record_id: str, *, purpose: str | None = None) -> Item:
    """Returns the screen of a record; `purpose` second shows it as no one had read it yet.

    Raises `Gone` where there is no such record.
    """
    authorise(store, user, Role.READER)
    kind = kind_of(store, record_id)
    record, version, told = _seen(store, user, kind, record_id, purpose)
    document = document_row(store, cast(int, record["document"]))
    text, start, end = str(document["text"]), cast(int, record["start"]), cast(int, record["end"])
    context = _context(text, start, end)
    is_second = told == "second"
    return Item(
        record=record,
        version=version,
        document={name: document[name] for name in _HEAD},
        sentence=_sentence(text, start, end),
        context=context,
        neighbours=tuple(_neighbours(store, document, context, record_id, user)),
        reasons=tuple(str(reason) for reason in json.loads(str(record["evidence"]))),
        purpose=told,
        history=() if is_second else tuple(history_of(store, record_id)),
        machine=parsed(record["machine"]),
        machine_now=parsed(record["machine_now"]),
        boxes=tuple(stored_words(store, cast(int, document["serial"]), start, end).boxes(start, end)),
        is_lost=bool(store.value("SELECT 1 FROM lost_places WHERE record_id = ?", [record_id])),
    )


def history_of(store: Store, record_id: str) -> list[Row]:
    """Returns all decisions on a record in order."""
    return store.rows("SELECT * FROM reviews WHERE record_id = ? ORDER BY id", [record_id])


def document_items(store: Store, user: User, serial: int, *, offset: int = 0, limit: int = 5000) -> list[Json]:
    """Returns the records of a document in order of its text, each with kind, version, recipients and `is_lost`.

    What waits for a blind second reading stands as no one had read it, save for its first reader.
    """
    user = authorise(store, user, Role.READER)
    text = str(document_row(store, serial)["text"])
    union = " UNION ALL ".join(
        f'SELECT {at} AS kind, record_id, start, "end" FROM {kind} WHERE document = :serial'  # noqa: S608
        for at, kind in enumerate(KINDS)
    )
    page = store.rows(
        f'SELECT * FROM ({union}) ORDER BY start, "end" DESC, kind, record_id LIMIT :limit OFFSET :offset',  # noqa: S608
        {"serial": serial, "limit": limit, "offset": offset},
    )
    reach = (cast(int, page[0]["start"]), cast(int, page[-1]["start"])) if page else (0, -1)
    rows = {kind: {row["record_id"]: row for row in _rows_of(store, kind, serial, reach)} for kind in KINDS}
    recipients = _recipients_of_document(store, serial, reach)
    blind = _blind_ids(store, user, serial)
    lost = {row["record_id"] for row in store.rows("SELECT record_id FROM lost_places WHERE document = ?", [serial])}
    found = []
    for each in page:
        kind, record_id = KINDS[cast(int, each["kind"])], str(each["record_id"])
        state = state_of_row(kind, rows[kind][record_id], recipients.get(record_id, []), text)
        if record_id in blind and (seen := blind_state(store, record_id)):
            state = seen[0]
        told: Json = {"kind": kind, "record_id": record_id, "document": serial, "version": version_of(state)}
        found.append({**told, **state, "is_lost": record_id in lost})
    return found


def _rows_of(store: Store, kind: Kind, serial: int, reach: tuple[int, int]) -> list[Row]:
    """The records of a document that start between two places, both included."""
    sql = f"SELECT * FROM {kind} WHERE document = ? AND start BETWEEN ? AND ?"  # noqa: S608
    return store.rows(sql, [serial, *reach])


def _recipients_of_document(store: Store, serial: int, reach: tuple[int, int]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for row in store.rows(
        'SELECT award, name, r.start, r."end", kind, province, r.confidence FROM awards '
        "JOIN award_recipients r ON r.award = awards.record_id "
        "WHERE document = ? AND awards.start BETWEEN ? AND ? ORDER BY award, position",
        [serial, *reach],
    ):
        found.setdefault(str(row["award"]), []).append({name: row[name] for name in row if name != "award"})
    return found


def _blind_ids(store: Store, user: User, serial: int) -> set[str]:
    if user.role.may(Role.ADJUDICATOR):
        return set()
    rows = store.rows(
        "SELECT s.record_id FROM second_readings s JOIN readings r ON r.id = s.first "
        "WHERE s.document = ? AND s.state = 'due' AND r.reviewer <> ?",
        [serial, user.name],
    )
    return {str(row["record_id"]) for row in rows}


def _seen(store: Store, user: User, kind: Kind, record_id: str, purpose: str | None) -> tuple[Json, str, str]:
    """Returns the record as this user may see it, its version, and what it is shown for."""
    state = cast(Json, read_state(store, kind, record_id))
    told = "first" if state["machine_now"] is None else "conflict"
    blind = blind_state(store, record_id) if purpose == "second" else None
    if blind and blind[1]["reviewer"] != user.name:
        state, told = blind[0], "second"
    elif user.role.may(Role.ADJUDICATOR) and store.value(
        "SELECT 1 FROM second_readings WHERE record_id = ? AND state = 'disputed'", [record_id]
    ):
        told = "adjudication"
    serial = store.value(f"SELECT document FROM {kind} WHERE record_id = ?", [record_id])  # noqa: S608
    return {"kind": kind, "record_id": record_id, "document": serial, **state}, version_of(state), told


def _context(text: str, start: int, end: int) -> Context:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    line = text.rfind("\n", 0, first)
    first = line + 1 if first - line < _AROUND else first
    line = text.find("\n", last)
    last = line if 0 <= line < last + _AROUND else last
    return Context(start=first, end=last, text=text[first:last])


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentences that hold the span: from the start of the first to the end of the last."""
    first = max(text.rfind("\n", 0, start) + 1, start - _SENTENCE)
    line = text.find("\n", end)
    piece = text[first : min(len(text) if line < 0 else line, end + _SENTENCE)]
    found = [(a + first, b + first) for a, b in sentences(piece, matching_key(piece))]
    held = [(a, b) for a, b in found if a < end and b > start]
    return (min(start, held[0][0]), max(end, held[-1][1])) if held else (start, end)


def _neighbours(store: Store, document: Row, context: Context, record_id: str, user: User) -> list[Span]:
    union = " UNION ALL ".join(
        f'SELECT {at} AS kind, record_id, start, "end", confidence, state FROM {kind} '  # noqa: S608
        'WHERE document = :serial AND start < :end AND "end" > :start'
        for at, kind in enumerate(KINDS)
    )
    serial = cast(int, document["serial"])
    rows = store.rows(
        f'{union} ORDER BY start, "end" DESC', {"serial": serial, "start": context.start, "end": context.end}
    )
    blind = _blind_ids(store, user, serial)
    return [
        Span(
            kind=KINDS[cast(int, row["kind"])],
            record_id=str(row["record_id"]),
            start=cast(int, row["start"]),
            end=cast(int, row["end"]),
            confidence=cast(float, row["confidence"]),
            state="machine" if row["record_id"] in blind else str(row["state"]),
        )
        for row in rows
        if row["record_id"] != record_id
    ]
