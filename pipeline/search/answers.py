"""What is asked of a search and what it answers."""

from dataclasses import dataclass
from typing import Generic, TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is looked for. `year` and `province` narrow to documents of a year, or that name a unit (id or name)."""

    words: str
    kind: str = ""  # of document: article, decision ...
    year: str = ""
    province: str = ""
    limit: int = 20
    is_exact: bool = False  # no other spellings of units
    is_expanded: bool = False  # the old and new names of units too


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a snippet as it stands in the text."""

    text: str
    is_match: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A document that was found. `start` and `end` of the snippet are code points of its text, half-open."""

    serial: int
    id: str
    source: str
    title: str | None
    kind: str | None
    year: str | None
    score: float  # the higher the better
    is_together: bool  # the words stand together as typed, not only somewhere
    start: int
    end: int
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHit:
    """A record whose quote holds the words; the snippet is the quote with some text around it."""

    record_id: str
    kind: str
    value: str
    quote: str
    confidence: float
    state: str
    document: str
    title: str | None
    start: int
    end: int
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Another name of a unit that was asked for, from another time: what to type, and which unit it is."""

    words: str
    unit: str
    valid_from: str
    valid_to: str


Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[Found]):
    """What was found, which spellings were looked for besides the one typed, and what might be asked further.

    `candidates` counts the documents that hold the words without regard to marks; records are not counted
    beyond those that were asked for.
    """

    hits: tuple[Found, ...]
    candidates: int
    also: tuple[str, ...]
    offers: tuple[Offer, ...]
