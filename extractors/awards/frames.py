"""The frame that grows while a document is read, before it becomes an `AwardRecord`."""

from dataclasses import dataclass, field, replace

from extractors.awards.mentions import Mention
from extractors.awards.names import Name
from extractors.domain.records import AwardStatus

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A slot's value with its span; the span is None where the value was inferred."""

    text: str
    span: Span | None = None


@dataclass(slots=True, kw_only=True)
class Frame:
    """One award event as far as it is known; `span` is the quote, `reach` the stretch of text it was read from."""

    mention: Mention
    form: str
    status: AwardStatus
    rule: str
    span: Span
    reach: Span
    tail: int = 0  # where the award's name with its own grantor ends
    limit: int = 0  # where its clause ends
    others_before: int | None = None  # where the first award of the sentence stands, if another
    award_class: str | None = None
    grantor: Value | None = None
    grantor_kind: str | None = None
    together: list[tuple[Value, str]] = field(default_factory=list)  # further grantors with their kinds
    names: list[Name] = field(default_factory=list)
    count: Value | None = None
    is_open: bool = False
    posthumous: bool = False
    decision_no: Value | None = None
    decision_date: Value | None = None
    date: Value | None = None
    period: Value | None = None
    reason: Value | None = None
    is_both: bool = False  # `trao và truy tặng`: to the living and the dead
    is_history: bool = False
    is_weak: bool = False  # a title or caption, which only retells
    is_title: bool = False
    is_foreign: bool = False  # kept only to tell which order of the same name is another state's
    evidence: list[str] = field(default_factory=list)

    @property
    def family(self) -> str:
        """The family of the form (`bk`)."""
        return self.mention.family

    def fullness(self) -> int:
        """How much the frame tells; of two that tell one event the fuller one stays."""
        slots = (self.grantor, self.count, self.decision_no, self.decision_date, self.date, self.period, self.reason)
        specific = self.form != self.family
        return (
            sum(s is not None for s in slots)
            + 2 * min(len(self.names), 3)
            + specific
            - 4 * self.is_weak
            - self.mention.is_anaphor
        )

    def copy(self) -> "Frame":
        """Returns a frame of its own with the same slots."""
        return replace(self, names=list(self.names), evidence=list(self.evidence), together=[])
