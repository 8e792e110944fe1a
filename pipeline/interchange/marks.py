"""What a person marked in another tool, whichever it was: documents with marks on spans of their text."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.domain.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A grantor or recipient as a person marked it; without place where it stands only in a note."""

    name: str
    start: int | None = None
    end: int | None = None
    kind: str | None = None
    province: str | None = None

    def as_json(self) -> Json:
        """The recipient as a review takes it."""
        return {
            "name": self.name, "start": self.start, "end": self.end, "kind": self.kind, "province": self.province
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One marked record. `fields` is None for a bare label, which says nothing of the value."""

    kind: str
    start: int
    end: int
    quote: str | None
    record_id: str | None
    fields: Json | None
    verdict: str | None = None
    grantor: Named | None = None
    recipients: Sequence[Named] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedDocument:
    """A document as the other tool held it; `id` is None where only its text tells which one it is."""

    where: str
    id: str | None
    text: str
    marks: tuple[Mark, ...]
