"""From records as their extractor found them to records with confidence and the reasons that moved it most."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from extractors.confidence.features import TERMS_OF
from extractors.confidence.model import group_of, models, probability, weight
from extractors.confidence.place import Place, Terms
from extractors.confidence.reasons import Effect, reasons, reasons_of
from extractors.domain.records import AwardRecord, Family, Record
from extractors.view import TextView

TOLD = 3  # reasons that a record keeps
SLOTS = "award_slots"
_RANK = {Effect.WARNS: 0, Effect.CONFIRMS: 1}
_SLIGHT = 0.05  # log odds below which a reason of place or ambiguity is not worth a word


@dataclass(frozen=True, slots=True)
class Weighed:
    """A confidence with the phrases told for it and all terms that it was made from."""

    confidence: float
    evidence: tuple[str, ...]
    terms: Terms


def weigh(view: TextView, family: Family, records: Sequence[Record]) -> tuple[Record, ...]:
    """Returns the records of a family, in order, with confidence, evidence and terms."""
    if not records:
        return ()
    place = Place(view)
    found = TERMS_OF[type(records[0])](place, records)
    weighed = []
    for record, terms in zip(records, found, strict=True):
        outcome = _weigh(family.value, record.rule, record.evidence, terms)
        if isinstance(record, AwardRecord):
            record = _with_slots(record, outcome.terms)
        weighed.append(replace(record, confidence=outcome.confidence, evidence=outcome.evidence, terms=outcome.terms))
    return tuple(weighed)


def forget() -> None:
    """Forgets confidences that were made from another table."""
    _weigh.cache_clear()
    _slot_confidence.cache_clear()


@lru_cache(maxsize=32768)
def _weigh(kind: str, rule: str, evidence: tuple[str, ...], found: Terms) -> Weighed:
    said = [reasons_of(phrase) for phrase in evidence]
    terms = (group_of(rule), rule, *dict.fromkeys([*(term for ids in said for term in ids), *found]))
    return Weighed(probability(kind, terms), _evidence(kind, evidence, said, found), terms)


def _evidence(kind: str, phrases: tuple[str, ...], said: list[Terms], found: Terms) -> tuple[str, ...]:
    """The phrases of the extractor and of the terms found: what warns, what confirms, then by what they move."""
    told: list[tuple[int, float, str]] = []
    for phrase, ids in zip(phrases, said, strict=True):
        rank = min((_RANK.get(reasons()[term].effect, len(_RANK)) for term in ids), default=len(_RANK))
        told.append((rank, -abs(sum(weight(kind, term) for term in ids)), phrase))
    for term in found:
        reason = reasons().get(term)
        moved = abs(weight(kind, term))
        if reason is not None and moved >= _SLIGHT:
            told.append((_RANK.get(reason.effect, len(_RANK)), -moved, reason.english))
    told.sort(key=lambda each: each[:2])
    return tuple(dict.fromkeys(phrase for _, _, phrase in told))[:TOLD]


# --- slots ----------------------------------------------------------------------------------------


def slot_terms(slot: str, rule: str, terms: Terms) -> Terms:
    """Returns the terms of a slot of an award: which slot it is, and what holds of the award."""
    return (f"slot:{slot}", rule, *(f"{slot}:{term}" for term in terms if not term.startswith("awards.")))


@lru_cache(maxsize=8192)
def _slot_confidence(slot: str, rule: str, terms: Terms) -> float:
    return probability(SLOTS, slot_terms(slot, rule, terms))


def _with_slots(record: AwardRecord, terms: Terms) -> AwardRecord:
    if SLOTS not in models():
        return record

    def sure(slot: str) -> float:
        return _slot_confidence(slot, record.rule, terms)

    return replace(
        record,
        grantor=replace(record.grantor, confidence=sure("grantor")) if record.grantor else None,
        recipients=tuple(replace(name, confidence=sure("recipients")) for name in record.recipients),
        slots={name: replace(slot, confidence=sure(name)) for name, slot in record.slots.items()},
    )
