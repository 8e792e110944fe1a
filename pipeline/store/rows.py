"""The rows of the tables as types, and how a record becomes a row and a row a record again."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypedDict, cast

from extractors.domain.records import (
    AwardRecord,
    AwardStatus,
    DateRecord,
    DateRole,
    Family,
    FigureRecord,
    Grain,
    ProvinceRecord,
    Recipient,
    Record,
    Slot,
)
from extractors.headers import HeaderFact

SqlNumber = int | float | str  # a string only where neither integer nor float holds the number exactly
SqlValue = int | float | str | bytes | None
Row = dict[str, SqlValue]  # one row of any table, as SQLite returns it


class DocumentRow(TypedDict):
    """What extraction adds to a row of `documents`."""

    format: str
    kind: str
    title: str | None
    author: str | None
    publisher: str | None
    published: str | None
    number: str | None
    issued: str | None
    issuing_body: str | None
    subject: str | None
    signer: str | None
    chars: int
    pages: int | None
    ocr_confidence: float | None
    reference_date: str | None
    reference_source: str | None
    notes: str
    metadata_evidence: str
    text: str
    folded: str


class PageRow(TypedDict):
    """A row of `pages` without its document; `words` as `pack_words` makes them."""

    number: int
    width: float
    height: float
    unit: str
    is_ocr: int
    turned: int
    confidence: float | None
    words: bytes | None


class BlockRow(TypedDict):
    """A row of `blocks` without its document; the box is in the unit of its page."""

    position: int
    start: int
    end: int
    kind: str
    page: int | None
    x0: float | None
    y0: float | None
    x1: float | None
    y1: float | None


class RecipientRow(TypedDict):
    """A row of `award_recipients`."""

    award: str
    position: int
    name: str
    start: int | None
    end: int | None
    kind: str | None
    province: str | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecord:
    """A record with its place: id, page, and the id of the record that it repeats in a copied paragraph."""

    record: Record
    record_id: str
    page: int | None = None
    copy_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRows:
    """All rows that one document brings, without numbers that only the database knows."""

    document: DocumentRow
    pages: tuple[PageRow, ...]
    blocks: tuple[BlockRow, ...]
    records: dict[Family, tuple[Row, ...]]
    recipients: tuple[RecipientRow, ...]
    facts: tuple[Row, ...] = ()  # of the table `document_facts`
    signature: bytes | None = None  # see `likeness`; None where it is yet to be computed


# The value columns of each kind; with span and document they are what a person may change.
VALUES: Final[dict[Family, tuple[str, ...]]] = {
    Family.DATES: ("edtf", "grain", "earliest", "latest", "mod", "calendar", "role", "reference"),
    Family.PROVINCES: ("id", "today", "today_all", "qualifies"),
    Family.FIGURES: ("value", "upper", "of", "unit", "mod", "noun"),
    Family.AWARDS: (
        "form",
        "class",
        "level",
        "status",
        "grantor",
        "grantor_start",
        "grantor_end",
        "grantor_confidence",
        "count",
        "posthumous",
        "decision_no",
        "decision_date",
        "date",
        "period",
        "reason",
        "slots",
    ),
}
FACT_VALUES: Final = ("field", "value")
HEAD: Final = ("record_id", "start", "end", "quote", "page")


def to_json(value: object) -> str:
    """Returns compact JSON with sorted keys, Vietnamese letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# --- records to rows --------------------------------------------------------------------------------


def record_row(found: FoundRecord) -> Row:
    """Returns the row of a record for the table of its kind."""
    record = found.record
    return {
        "record_id": found.record_id,
        "start": record.start,
        "end": record.end,
        "quote": record.text,
        "page": found.page,
        **_values(record),
        "confidence": round(record.confidence, 4),
        "rule": record.rule,
        "evidence": to_json(list(record.evidence)),
        "copy_of": found.copy_of,
    }


def _values(record: Record) -> Row:
    match record:
        case DateRecord():
            return {
                "edtf": record.edtf,
                "grain": record.grain.value,
                "earliest": record.earliest.isoformat() if record.earliest else None,
                "latest": record.latest.isoformat() if record.latest else None,
                "mod": record.mod,
                "calendar": record.calendar,
                "role": record.role.value if record.role else None,
                "reference": record.reference,
            }
        case ProvinceRecord():
            return {
                "id": record.id,
                "today": record.today[0] if record.today else None,
                "today_all": to_json(list(record.today)),
                "qualifies": record.qualifies,
            }
        case FigureRecord():
            return {
                "value": sql_number(record.value),
                "upper": None if record.upper is None else sql_number(record.upper),
                "of": None if record.of is None else sql_number(record.of),
                "unit": record.unit,
                "mod": record.mod,
                "noun": record.noun,
            }
        case AwardRecord():
            return _award_values(record)
        case HeaderFact():
            return {"field": record.field, "value": record.value}
        case _:
            raise TypeError(f"no table holds {type(record).__name__}")


def _award_values(record: AwardRecord) -> Row:
    grantor = record.grantor
    return {
        "form": record.form,
        "class": record.award_class,
        "level": record.level,
        "status": record.status.value,
        "grantor": grantor.text if grantor else None,
        "grantor_start": grantor.start if grantor else None,
        "grantor_end": grantor.end if grantor else None,
        "grantor_confidence": round(grantor.confidence, 4) if grantor else None,
        "count": record.count,
        "posthumous": int(record.posthumous),
        "decision_no": record.decision_no,
        "decision_date": record.decision_date,
        "date": record.date,
        "period": record.period,
        "reason": record.reason,
        "slots": to_json({name: slot.as_json() for name, slot in record.slots.items()}),
    }


def recipient_rows(found: FoundRecord) -> list[RecipientRow]:
    """Returns one row for each recipient of an award, none for other kinds."""
    if not isinstance(found.record, AwardRecord):
        return []
    return [
        {
            "award": found.record_id,
            "position": position,
            "name": recipient.text,
            "start": recipient.start,
            "end": recipient.end,
            "kind": recipient.kind,
            "province": recipient.province,
            "confidence": round(recipient.confidence, 4),
        }
        for position, recipient in enumerate(found.record.recipients, 1)
    ]


def sql_number(value: Decimal) -> SqlNumber:
    """Returns the number as SQLite integer or real where that is exact, else its digits as text."""
    if value == value.to_integral_value():
        return whole if abs(whole := int(value)) < 2**63 else str(whole)
    real = float(value)
    return real if Decimal(repr(real)) == value else str(value)


# --- rows to records --------------------------------------------------------------------------------


def record_of(family: Family, row: Row, recipients: Iterable[Row] = ()) -> Record:
    """Returns the record that a row was made of; its raw score is lost.

    Raises `ValueError`, `TypeError` or `KeyError` where a row holds values that no record can have.
    """
    match family:
        case Family.DATES:
            return _date_of(row)
        case Family.PROVINCES:
            return ProvinceRecord(
                **_shared(row),
                id=str(row["id"]),
                today=tuple(json.loads(str(row["today_all"]))),
                qualifies=_text(row["qualifies"]),
            )
        case Family.FIGURES:
            return FigureRecord(
                **_shared(row),
                value=Decimal(str(row["value"])),
                upper=None if row["upper"] is None else Decimal(str(row["upper"])),
                of=None if row["of"] is None else Decimal(str(row["of"])),
                unit=str(row["unit"]),
                mod=_text(row["mod"]),
                noun=_text(row["noun"]),
            )
        case Family.AWARDS:
            return _award_of(row, recipients)


def fact_of(row: Row) -> HeaderFact:
    """Returns the header fact that a row of `document_facts` was made of; raises as `record_of` does."""
    value = row["value"]
    return HeaderFact(**_shared(row), field=str(row["field"]), value=value if isinstance(value, int) else str(value))


class _Shared(TypedDict):
    start: int
    end: int
    text: str
    rule: str
    confidence: float
    evidence: tuple[str, ...]


def _shared(row: Row) -> _Shared:
    return {
        "start": _whole(row["start"]),
        "end": _whole(row["end"]),
        "text": str(row["quote"]),
        "rule": str(row["rule"]),
        "confidence": float(str(row["confidence"])),
        "evidence": tuple(json.loads(str(row["evidence"]))),
    }


def _date_of(row: Row) -> DateRecord:
    return DateRecord(
        **_shared(row),
        edtf=str(row["edtf"]),
        grain=Grain(str(row["grain"])),
        earliest=_day(row["earliest"]),
        latest=_day(row["latest"]),
        mod=_text(row["mod"]),
        calendar=_text(row["calendar"]),
        role=None if row["role"] is None else DateRole(str(row["role"])),
        reference=_text(row["reference"]),
    )


def _award_of(row: Row, recipients: Iterable[Row]) -> AwardRecord:
    grantor = None
    if row["grantor"] is not None:
        grantor = Slot(
            text=str(row["grantor"]),
            start=_maybe_whole(row["grantor_start"]),
            end=_maybe_whole(row["grantor_end"]),
            confidence=float(str(row["grantor_confidence"])),
        )
    return AwardRecord(
        **_shared(row),
        form=str(row["form"]),
        award_class=_text(row["class"]),
        level=_text(row["level"]),
        status=AwardStatus(str(row["status"])),
        grantor=grantor,
        recipients=tuple(
            Recipient(
                text=str(recipient["name"]),
                start=_maybe_whole(recipient["start"]),
                end=_maybe_whole(recipient["end"]),
                kind=_text(recipient["kind"]),
                province=_text(recipient["province"]),
                confidence=float(str(recipient["confidence"])),
            )
            for recipient in recipients
        ),
        count=_maybe_whole(row["count"]),
        posthumous=bool(row["posthumous"]),
        decision_no=_text(row["decision_no"]),
        decision_date=_text(row["decision_date"]),
        date=_text(row["date"]),
        period=_text(row["period"]),
        reason=_text(row["reason"]),
        slots={name: Slot(**slot) for name, slot in json.loads(str(row["slots"])).items()},
    )


def _text(value: SqlValue) -> str | None:
    return None if value is None else str(value)


def _whole(value: SqlValue) -> int:
    if not isinstance(value, int):
        raise ValueError(f"{value!r} is no whole number")
    return value


def _maybe_whole(value: SqlValue) -> int | None:
    return None if value is None else _whole(value)


def _day(value: SqlValue) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


# --- word boxes -------------------------------------------------------------------------------------

PackedWord = tuple[int, int, float, float, float, float, float | None]
"""Start and end in the document text, x0, y0, x1, y1 in the page's unit, confidence of OCR or None."""


def pack_words(words: Iterable[PackedWord]) -> bytes | None:
    """Returns the words of a page as compressed JSON, None where there are none."""
    rounded = [(s, e, *(round(v, 2) for v in box), c if c is None else round(c, 3)) for s, e, *box, c in words]
    return zlib.compress(to_json(rounded).encode(), 6) if rounded else None


def unpack_words(packed: bytes | None) -> list[PackedWord]:
    """Returns what `pack_words` took, an empty list for None."""
    if packed is None:
        return []
    return [cast(PackedWord, tuple(word)) for word in json.loads(zlib.decompress(packed))]
