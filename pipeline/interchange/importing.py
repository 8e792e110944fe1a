"""Enters what people marked in other tools as reviews of a named reviewer; what a person decided here stays.

Everything goes through `pipeline.review`, so that it is checked, logged and undone like any other decision. Each
document is one transaction.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast

from extractors.domain.errors import ProjectError
from extractors.domain.gazetteer import candidates, valid_on
from extractors.domain.records import Json
from extractors.numbers import parse_digits
from pipeline.annotations import FIELDS, fields_of
from pipeline.interchange.marks import Mark, MarkedDocument, Named
from pipeline.interchange.stored_documents import stored_document
from pipeline.review import Refused, User, add_record, decide
from pipeline.review.accounts import utc_now
from pipeline.review.states import Kind
from pipeline.review.verdicts import version_now
from pipeline.store import Store

_REASON: Final = "imported"
_NUMBER: Final = re.compile(r"\s*(\d[\d.,]*)\s+(\S.*)", re.DOTALL)
_DECIMAL: Final = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")


@dataclass(slots=True)
class Outcome:
    """What became of the marks: how many of each verdict, and what was not entered and why."""

    done: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[str, str]] = field(default_factory=list)  # where, what


class _Undo(Exception):
    """Ends a transaction that was only tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How marks are taken. `is_complete`: what the machine found and the marks lack is rejected."""

    is_tried: bool = False
    is_complete: bool = False
    only_changes: bool = False


def bring_in(store: Store, user: User, documents: Iterable[MarkedDocument], manner: Manner) -> Outcome:
    """Enters the marks of all documents; a decision that stands here is never overwritten, but reported.

    A document that is not in the database, or whose text is another one here, is left out and reported.
    """
    outcome = Outcome()
    for marked in documents:
        try:
            serial = _serial(store, marked)
            with store.immediate():
                _Desk(store, user, serial, marked, manner, outcome).enter()
                if manner.is_tried:
                    raise _Undo
        except _Undo:
            continue
        except Refused as error:
            outcome.problems.append((marked.where, str(error)))
    return outcome


def _serial(store: Store, marked: MarkedDocument) -> int:
    """The number of the document; raises `Refused` where there is none with that id, or its text is another."""
    if marked.id is None:
        rows = store.rows("SELECT serial, text FROM documents WHERE text = ?", [marked.text])
    else:
        # `like` on a prefix of hexadecimal digits, which hold no wildcard
        prefix = "".join(c for c in marked.id if c in "0123456789abcdef")
        rows = store.rows("SELECT serial, text FROM documents WHERE id LIKE ? AND text IS NOT NULL", [f"{prefix}%"])
    if len(rows) != 1:
        raise Refused(
            f"There is no such document ({marked.id or 'none has this text'})",
            "Không có văn bản này",
            advice="Read it in with `sovang run` first",
        )
    if rows[0]["text"] != marked.text:
        one, other = (hashlib.sha256(text.encode()).hexdigest()[:8] for text in (str(rows[0]["text"]), marked.text))
        raise Refused(
            f"Its text has changed since it was exported ({other} there, {one} here): no place in it is sure",
            "Văn bản đã thay đổi",
            advice="Export it anew and move the annotations there",
        )
    return cast(int, rows[0]["serial"])


class _Desk:
    """One document with its marks, inside a transaction."""

    def __init__(
        self, store: Store, user: User, serial: int, marked: MarkedDocument, manner: Manner, outcome: Outcome
    ) -> None:
        self.store, self.user, self.serial, self.marked, self.manner = store, user, serial, marked, manner
        self.outcome = outcome
        document = stored_document(store, serial, with_rejected=True)
        self.day = _day(cast(Json, document["document"]))
        self.known: dict[str, tuple[str, Json]] = {
            str(record["record_id"]): (kind, record) for kind in FIELDS for record in cast(list[Json], document[kind])
        }
        self.met: set[str] = set()

    def enter(self) -> None:
        """Takes the marks one by one. Those that reject come first, so that their place is free for another."""
        for mark in sorted(self.marked.marks, key=lambda mark: (mark.verdict != "rejected", mark.start, mark.end)):
            self._try(mark)
        if self.manner.is_complete:
            for rid, (_, record) in self.known.items():
                if rid not in self.met and record["state"] == "machine":
                    self._decide(rid, "rejected")

    def _try(self, mark: Mark) -> None:
        quote = self.marked.text[mark.start : mark.end]
        try:
            if mark.quote is not None and " ".join(mark.quote.split()) != " ".join(quote.split()):
                raise Refused(f"{mark.quote!r} does not stand at {mark.start}", "Sai vị trí")
            self._take(mark)
        except (ProjectError, ValueError) as error:
            self.outcome.problems.append((f"{self.marked.where}, {mark.kind} {quote[:60]!r}", str(error)))

    def _take(self, mark: Mark) -> None:
        rid = self._match(mark)
        if rid is None:
            if mark.verdict != "rejected":
                self._add(mark)
            return
        self.met.add(rid)
        record = self.known[rid][1]
        changes = {} if mark.verdict == "rejected" else self._changes(mark, record)
        verdict = "rejected" if mark.verdict == "rejected" else "corrected" if changes else "accepted"
        if record["state"] == "machine":
            if verdict == "accepted" and self.manner.only_changes:
                self.outcome.done["left"] += 1
            else:
                self._decide(rid, verdict, changes)
        elif (record["state"] == "rejected") == (verdict == "rejected") and not changes:
            self.outcome.done["known"] += 1
        else:
            raise Refused(
                f"{rid} was {record['state']} by {self._decider(rid)}; the import says {verdict} "
                f"{json.dumps(changes, ensure_ascii=False) if changes else ''}".rstrip(),
                "Đã có người quyết định",
                advice="Decide on it in `sovang serve`",
            )

    def _match(self, mark: Mark) -> str | None:
        """The record that a mark is of: by its id, else by kind and span, of awards the same form too."""
        if mark.record_id in self.known and self.known[mark.record_id][0] == mark.kind:
            return mark.record_id
        wanted = (mark.fields or {}).get("form")
        for rid, (kind, record) in self.known.items():
            if (kind, record["start"], record["end"]) == (mark.kind, mark.start, mark.end) and rid not in self.met:
                if kind == "awards" and wanted is not None and record["form"] != wanted:
                    continue
                return rid
        return None

    def _decide(self, rid: str, verdict: str, changes: Json | None = None) -> None:
        kind = cast(Kind, self.known[rid][0])
        version = cast(str, version_now(self.store, kind, rid))
        after = changes if verdict == "corrected" else None
        decide(self.store, self.user, rid, verdict, version=version, after=after, reason=_REASON, share=0.0)
        self.outcome.done[verdict] += 1

    def _decider(self, rid: str) -> str:
        name = self.store.value("SELECT reviewer FROM reviews WHERE record_id = ? ORDER BY id DESC LIMIT 1", [rid])
        return str(name or "somebody")

    def _changes(self, mark: Mark, record: Json) -> Json:
        """The columns that a mark says otherwise than the record."""
        changes: Json = {}
        if (mark.start, mark.end) != (record["start"], record["end"]):
            changes.update(start=mark.start, end=mark.end)
        if mark.fields is None:
            return changes
        said = fields_of(mark.kind, record)
        for name in FIELDS[mark.kind]:
            if _same(mark.fields.get(name), said.get(name)):
                continue
            changes[name] = mark.fields.get(name) if name != "posthumous" else bool(mark.fields.get(name))
        if mark.kind == "awards":
            changes.update(self._parts_changed(mark, record))
        return changes

    def _parts_changed(self, mark: Mark, record: Json) -> Json:
        changes: Json = {}
        held = cast("Json | None", record["grantor"])
        now = self._grantor(mark)
        if now != {
            "grantor": held["text"] if held else None,
            "grantor_start": held["start"] if held else None,
            "grantor_end": held["end"] if held else None,
        }:
            changes.update(now)
        recipients = [self._named(each).as_json() for each in mark.recipients]
        stood = [
            {"name": r["text"], **{name: r.get(name) for name in ("start", "end", "kind", "province")}}
            for r in cast(list[Json], record["recipients"])
        ]
        if recipients != stood:
            changes["recipients"] = recipients
        return changes

    def _grantor(self, mark: Mark) -> Json:
        named = self._named(mark.grantor) if mark.grantor else None
        return {
            "grantor": named.name if named else None,
            "grantor_start": named.start if named else None,
            "grantor_end": named.end if named else None,
        }

    def _named(self, named: Named) -> Named:
        """The part with a name: without one its words in the text are its name."""
        if named.name or named.start is None:
            return named
        words = " ".join(self.marked.text[named.start : named.end].split())
        return Named(name=words, start=named.start, end=named.end, kind=named.kind, province=named.province)

    def _add(self, mark: Mark) -> None:
        fields = dict(mark.fields or _read(mark.kind, self.marked.text[mark.start : mark.end], self.day))
        if mark.kind == "figures" and mark.fields and mark.record_id:
            fields = {
                name: _exact(value) if name in {"value", "upper", "of"} else value for name, value in fields.items()
            }
        if mark.kind == "awards":
            fields.update(self._grantor(mark), recipients=[self._named(each).as_json() for each in mark.recipients])
            fields["posthumous"] = bool(fields.get("posthumous"))
        kind = cast(Kind, mark.kind)
        review = add_record(self.store, self.user, self.serial, kind, mark.start, mark.end, fields, reason=_REASON)
        self.met.add(review.record_id)
        self.outcome.done["added"] += 1


def _same(one: object, other: object) -> bool:
    """Tools keep numbers as text: `12` is 12."""
    return one == other or (one is not None and other is not None and str(one) == str(other))


def _exact(value: object) -> object:
    """A number that this program wrote: its point is a decimal one, whatever people write."""
    return json.loads(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else value


def _day(head: Json) -> date:
    """The day of the document, on which names of units had their meaning; of an undated one the day of import."""
    for name in ("issued", "published"):
        try:
            return date.fromisoformat(str(head[name])[:10])
        except ValueError:
            continue
    return utc_now().date()


def _read(kind: str, quote: str, day: date) -> Json:
    """What a bare label says by its words: a date, the unit of that day, a number with what it counts."""
    match kind:
        case "dates":
            return {"edtf": re.sub(r"^\s*ngày\s+", "", quote, flags=re.IGNORECASE)}
        case "provinces":
            found = [unit for unit in candidates(quote) if valid_on(unit, day)]
            if len(found) == 1:
                return {"id": found[0]}
        case "figures":
            if (parts := _NUMBER.fullmatch(quote)) and (number := parse_digits(parts[1])) is not None:
                return {"value": str(number) if number % 1 else int(number), "unit": parts[2]}
    raise Refused(
        "It has no value, and its words alone do not tell one", "Thiếu giá trị", advice="Fill in its fields there"
    )
