"""The shapes that everything passes around: a reader's text and the four kinds of records.

Offsets are code points of the normalised document text, half-open, unless a docstring says otherwise.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

Json = dict[str, object]  # values are JSON values


# --- what a reader returns ------------------------------------------------------------------------


class BlockKind(StrEnum):
    """What a block is on its page."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    CAPTION = "caption"
    TABLE_ROW = "table_row"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    BYLINE = "byline"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page in the unit of that page (`Page.unit`), origin at the top left."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: number from 1, size in `unit` (`pt` for PDF, `px` for images)."""

    number: int
    width: float
    height: float
    unit: str = "pt"
    is_ocr: bool = False
    confidence: float | None = None  # mean word confidence of OCR, 0..1
    turned: int = 0  # quarter turns anticlockwise by which the picture was made to stand upright


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word with its place on the page; `start` and `end` are offsets into the text of its block."""

    start: int
    end: int
    box: Box
    confidence: float | None = None  # OCR only, 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A reader's unit in reading order.

    A table row is one block whose cells are separated by a tab; cells hold neither tab nor newline.
    `separator` is what stands between this block and the next one in the document text. `repeated` are spans of its
    text that are printed once, in a row above: merged cells that were filled.
    """

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    page: int | None = None
    box: Box | None = None
    words: tuple[Word, ...] = ()
    separator: str = "\n"
    repeated: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """A piece of metadata with where in the file it was taken from (`JSON-LD datePublished`)."""

    value: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """What a reader makes of one file. `published` is an EDTF day or day and time."""

    format: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    title: Sourced | None = None
    author: Sourced | None = None
    publisher: Sourced | None = None
    published: Sourced | None = None
    notes: tuple[str, ...] = ()  # conversions and repairs, in English, for the document's row


# --- documents ------------------------------------------------------------------------------------


class DocumentKind(StrEnum):
    """What sort of document a text is, told from its layout."""

    ARTICLE = "article"
    DECISION = "decision"
    MINUTES = "minutes"
    PROPOSAL = "proposal"
    REPORT = "report"
    OTHER = "other"


# --- records --------------------------------------------------------------------------------------


class Family(StrEnum):
    """The four kinds of records; the values name the spaCy span groups and the JSON keys."""

    DATES = "dates"
    PROVINCES = "provinces"
    FIGURES = "figures"
    AWARDS = "awards"


class Grain(StrEnum):
    """How fine a date is."""

    TIME = "time"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    INTERVAL = "interval"


class DateRole(StrEnum):
    """What a date is for in its document."""

    EVENT = "event"
    PUBLICATION = "publication"
    DECISION = "decision"
    PERIOD = "period"
    DEADLINE = "deadline"
    BIRTH = "birth"
    DEATH = "death"
    LAW = "law"
    FURNITURE = "furniture"


class AwardStatus(StrEnum):
    """How far an award has come."""

    PROPOSED = "proposed"
    GRANTED = "granted"
    REVOKED = "revoked"


def plain_number(value: Decimal) -> int | float:
    """Returns a Decimal as the JSON number that reads the same: 1494284, 3.2."""
    return int(value) if value == value.to_integral_value() else float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What all four kinds share.

    `confidence` is the calibrated probability that a reviewer leaves the record as it is, `evidence`
    holds the reasons that moved it most, in words, `terms` all that it was made from (not for output).
    """

    start: int
    end: int
    text: str
    rule: str
    confidence: float = 0.5
    evidence: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"impossible span {self.start}:{self.end}")
        if len(self.text) != self.end - self.start:
            raise ValueError(f"quote {self.text!r} does not fill span {self.start}:{self.end}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence {self.confidence} is no probability")

    def value_key(self) -> str:
        """Returns the value as one string; with kind and span it makes the record's id."""
        raise NotImplementedError

    def as_json(self) -> Json:
        """Returns the record in the form of the JSON contract, without its `record_id`."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "rule": self.rule,
            "confidence": round(self.confidence, 4),
            "evidence": list(self.evidence),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRecord(Record):
    """A date; `edtf` as the annotation guide writes it, `earliest` and `latest` its bounds in days."""

    edtf: str
    grain: Grain
    earliest: date | None = None
    latest: date | None = None
    mod: str | None = None  # morning, noon, afternoon, evening, night, start, mid, end
    calendar: str | None = None  # "lunar" where it was written so
    role: DateRole | None = None
    reference: str | None = None  # the reference date used, EDTF, for relative and elliptic dates

    def value_key(self) -> str:
        return self.edtf

    def as_json(self) -> Json:
        return {
            **Record.as_json(self),
            "edtf": self.edtf,
            "grain": self.grain.value,
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "latest": self.latest.isoformat() if self.latest else None,
            "mod": self.mod,
            "calendar": self.calendar,
            "role": self.role.value if self.role else None,
            "reference": self.reference,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceRecord(Record):
    """A mention of a first-level unit; `id` as in `provinces.csv`, `today` the units of 2025 that hold it."""

    id: str
    today: tuple[str, ...] = ()
    qualifies: str | None = None  # place, body, city

    def value_key(self) -> str:
        return self.id

    def as_json(self) -> Json:
        return {
            **Record.as_json(self),
            "id": self.id,
            "today": list(self.today),
            "qualifies": self.qualifies,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRecord(Record):
    """A quantity: `value` (or lower bound), `upper` for a range, `of` for a ratio; unit as in the guide."""

    value: Decimal
    upper: Decimal | None = None
    of: Decimal | None = None
    unit: str
    mod: str | None = None  # > >= < <= ~
    noun: str | None = None  # the full noun phrase counted

    def value_key(self) -> str:
        numbers = (None if n is None else n.normalize() for n in (self.value, self.upper, self.of))
        return "|".join(str(part) for part in (*numbers, self.unit, self.mod))

    def as_json(self) -> Json:
        low = plain_number(self.value)
        return {
            **Record.as_json(self),
            "value": low if self.upper is None else [low, plain_number(self.upper)],
            "of": None if self.of is None else plain_number(self.of),
            "unit": self.unit,
            "mod": self.mod,
            "noun": self.noun,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One filled slot of an award frame; the span may be missing where the value was inferred."""

    text: str
    start: int | None = None
    end: int | None = None
    confidence: float = 0.5

    def as_json(self) -> Json:
        return {"text": self.text, "start": self.start, "end": self.end, "confidence": round(self.confidence, 4)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who receives an award; `text` is the resolved name, the span where the document names it."""

    text: str
    start: int | None = None
    end: int | None = None
    kind: str | None = None  # person, collective
    province: str | None = None  # id
    confidence: float = 0.5

    def as_json(self) -> Json:
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "kind": self.kind,
            "province": self.province,
            "confidence": round(self.confidence, 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRecord(Record):
    """One award frame: one form, class, status, grantor and occasion, with all its recipients."""

    form: str
    award_class: str | None = None
    level: str | None = None
    status: AwardStatus
    grantor: Slot | None = None
    recipients: tuple[Recipient, ...] = ()
    count: int | None = None
    posthumous: bool = False
    decision_no: str | None = None
    decision_date: str | None = None  # EDTF, as the next two
    date: str | None = None
    period: str | None = None
    reason: str | None = None
    slots: dict[str, Slot] = field(default_factory=dict)  # spans of the scalar slots, by slot name

    def value_key(self) -> str:
        names = ";".join(r.text for r in self.recipients)
        event = f"{self.form}|{self.award_class}|{self.status}|{self.posthumous}|{self.date}"
        return f"{event}|{self.grantor.text if self.grantor else ''}|{names}"

    def as_json(self) -> Json:
        return {
            **Record.as_json(self),
            "form": self.form,
            "class": self.award_class,
            "level": self.level,
            "status": self.status.value,
            "grantor": self.grantor.as_json() if self.grantor else None,
            "recipients": [r.as_json() for r in self.recipients],
            "count": self.count,
            "posthumous": self.posthumous,
            "decision_no": self.decision_no,
            "decision_date": self.decision_date,
            "date": self.date,
            "period": self.period,
            "reason": self.reason,
            "slots": {name: slot.as_json() for name, slot in sorted(self.slots.items())},
        }
