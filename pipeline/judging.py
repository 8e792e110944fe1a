"""When a record is right: records matched to gold documents, as the scorer of the annotation guide matches them.

Judged files are the other source: single records of real articles that a reader called right or wrong.
"""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from extractors.confidence.weighing import SLOTS as SLOT_KIND
from extractors.confidence.weighing import slot_terms
from extractors.docs import get
from extractors.domain.errors import UsageError
from extractors.domain.records import Family, Json
from extractors.view import TextView
from pipeline.nlp import analyse

KINDS: Final = ("dates", "provinces", "figures", "awards")
SLOTS: Final = ("grantor", "recipients", "count", "posthumous", "decision_no", "decision_date", "date", "period")
_ENOUGH: Final = 0.65  # shared words (Dice) from which two names are the same
_UNITS: Final = {
    "đồng": "vnd", "vnđ": "vnd", "đ": "vnd", "héc-ta": "ha", "hecta": "ha", "m²": "m2", "m³": "m3",
    "ki-lô-mét": "km", "cây số": "km", "phần trăm": "%", "đô la": "usd", "đôla": "usd",
}  # fmt: skip
_MARKS: Final = " ,.;:()\"'“”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A record, or a slot of an award, that was found in a document, with whether it is right.

    `terms` is what its confidence was made from; `weight` says for how many records of its kind it
    stands; `is_seen` marks a document that rules were written from, `is_plain`
    a record that was drawn at plain random.
    """

    document: str
    kind: str
    rule: str
    is_right: bool
    confidence: float = 0.5
    terms: tuple[str, ...] = ()
    weight: float = 1.0
    is_seen: bool = False
    is_plain: bool = False
    record: Json = field(default_factory=dict)
    gold: Json | None = None


@dataclass(slots=True, kw_only=True)
class Comparison:
    """One document against its gold: records and slots judged, gold that was missed, slots counted.

    `slots` counts, for each slot of awards, what is right, what was found and what the gold has;
    `modifiers` those of figures that are right.
    """

    judged: list[Judged] = field(default_factory=list)
    missed: list[Json] = field(default_factory=list)
    slots: dict[str, Counter[str]] = field(default_factory=dict)
    modifiers: Counter[str] = field(default_factory=Counter)


def read_records(text: str) -> Json:
    """Returns the records of a text by kind, as the JSON contract has them, with the terms of their confidence."""
    doc = analyse(TextView(text))
    return {family.value: [{**r.as_json(), "terms": r.terms} for r in get(doc, family)] for family in Family}


# --- gold -------------------------------------------------------------------------------------------


def gold_documents(folder: Path) -> Iterator[tuple[str, str, list[Json]]]:
    """Yields name, text and gold records with `start` and `end` of each gold document, sorted by name."""
    files = sorted(folder.glob("*.gold.jsonl"))
    if not files:
        raise UsageError(f"{folder} holds no gold documents", advice="Name a folder with NAME.txt and NAME.gold.jsonl")
    for file in files:
        name = file.name.removesuffix(".gold.jsonl")
        try:
            text = plain((folder / f"{name}.txt").read_text(encoding="utf-8"))
            records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        except (OSError, ValueError) as error:
            raise UsageError(f"The gold document {name} cannot be read: {error}", advice="Correct it") from error
        for record in records:
            record["start"] = _place(text, record, name)
            record["end"] = record["start"] + len(plain(record["quote"]))
        yield name, text, records


def _place(text: str, record: Json, name: str) -> int:
    quote, at = plain(record["quote"]), -1
    for _ in range(cast(int, record.get("nth", 1))):
        at = text.find(quote, at + 1)
        if at < 0:
            raise UsageError(f"The gold document {name} has no {quote!r}", advice="Correct quote or nth")
    return at


def plain(value: object) -> str:
    """Returns a value as text in the form that offsets count: NFC, no-break spaces as spaces."""
    return unicodedata.normalize("NFC", str(value or "")).replace("\u00a0", " ")


def document_key(text: str) -> str:
    """Returns the key by which a text is known wherever it comes from, so that no part of it judges another."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- comparing --------------------------------------------------------------------------------------


def judge(golds: Sequence[Json], document: Json) -> Iterator[Judged]:
    """Yields each found record that counts, right or wrong; those that meet optional gold count neither way."""
    yield from (judged for judged in compare(golds, document).judged if judged.kind in KINDS)


def annotated_kinds(documents: Iterable[Sequence[Json]]) -> tuple[str, ...]:
    """Returns the kinds that a folder has gold of; of the others nothing is said there, neither right nor wrong."""
    met = {f"{gold['kind']}s" for golds in documents for gold in golds}
    return tuple(kind for kind in KINDS if kind in met)


def compare(
    golds: Sequence[Json], document: Json, name: str = "", *, is_seen: bool = False, kinds: Sequence[str] = KINDS
) -> Comparison:
    """Returns all that comparing the records of a document with its gold tells of the kinds."""
    outcome = Comparison(slots={slot: Counter() for slot in SLOTS})
    for kind in kinds:
        of_kind = [gold for gold in golds if f"{gold['kind']}s" == kind]
        found = cast(list[Json], document[kind])
        pairs = _award_pairs(of_kind, found) if kind == "awards" else _span_pairs(of_kind, found, _SAME[kind])
        for number, record in enumerate(found):
            gold, is_right = pairs.get(number, (None, False))
            if gold is not None and gold.get("optional"):
                continue
            if gold is None and any(other.get("optional") and _overlap(other, record) > 0 for other in of_kind):
                continue
            outcome.judged.append(_judged(kind, record, gold, is_right=is_right, name=name, is_seen=is_seen))
            if kind == "awards":
                _count_slots(outcome, gold, record, name, is_seen=is_seen)
            elif kind == "figures" and is_right and gold is not None:
                outcome.modifiers["right" if (gold.get("mod") or "") == (record["mod"] or "") else "wrong"] += 1
        met = {id(gold) for gold, _ in pairs.values()}
        for gold in of_kind:
            if id(gold) not in met and not gold.get("optional"):
                outcome.missed.append(gold)
                if kind == "awards":
                    for slot, _ in _award_slots(gold):
                        outcome.slots[slot]["gold"] += 1
    return outcome


def _judged(kind: str, record: Json, gold: Json | None, *, is_right: bool, name: str, is_seen: bool) -> Judged:
    return Judged(
        document=name,
        kind=kind,
        rule=str(record["rule"]),
        is_right=is_right,
        confidence=cast(float, record.get("confidence", 0.5)),
        terms=cast(tuple[str, ...], record.get("terms", ())),
        is_seen=is_seen,
        record=record,
        gold=gold,
    )


def _count_slots(outcome: Comparison, gold: Json | None, record: Json, name: str, *, is_seen: bool) -> None:
    """Counts the slots of an award; those of a real award are judged, each on its own."""
    wanted = list(_award_slots(gold)) if gold is not None else []
    for slot, _ in wanted:
        outcome.slots[slot]["gold"] += 1
    for slot, value in _award_slots(record):
        match = next((pair for pair in wanted if pair[0] == slot and _same_slot(slot, pair[1], value)), None)
        if match:
            wanted.remove(match)
        outcome.slots[slot]["found"] += 1
        outcome.slots[slot]["right"] += match is not None
        sure = _slot_confidence(record, slot, value)
        if gold is not None and sure is not None:
            terms = slot_terms(slot, str(record["rule"]), cast(tuple[str, ...], record.get("terms", ())))
            outcome.judged.append(
                Judged(
                    document=name,
                    kind=SLOT_KIND,
                    rule=slot,
                    is_right=match is not None,
                    confidence=sure,
                    terms=terms,
                    is_seen=is_seen,
                    record=record,
                    gold=gold,
                )
            )


def _slot_confidence(record: Json, slot: str, value: object) -> float | None:
    if slot == "grantor":
        holder = record["grantor"]
    elif slot == "recipients":
        names = cast(list[Json], record["recipients"])
        holder = next((name for name in names if _name(name) == value), None)
    else:
        holder = cast(Json, record["slots"]).get(slot)
    return cast(float, holder["confidence"]) if isinstance(holder, dict) and "confidence" in holder else None


_Pairs = dict[int, tuple[Json, bool]]  # number of the found record: its gold record, and whether they agree


def _span_pairs(golds: Sequence[Json], found: Sequence[Json], same: Callable[[Json, Json], bool]) -> _Pairs:
    """One to one by overlap, right ones first."""
    candidates = [
        (-same(gold, record), -_overlap(gold, record), g, r)
        for g, gold in enumerate(golds)
        for r, record in enumerate(found)
        if _overlap(gold, record) > 0
    ]
    candidates.sort(key=lambda c: c[:2])
    return _one_to_one([(g, r, bool(wrong)) for wrong, _, g, r in candidates], golds)


def _award_pairs(golds: Sequence[Json], found: Sequence[Json]) -> _Pairs:
    """One to one by form, class and status, then by slots, then by overlap; a shared form needs no overlap."""
    candidates = []
    for g, gold in enumerate(golds):
        for r, record in enumerate(found):
            heads = list(zip(_head(gold), _head(record, gold), strict=True))
            same = sum(a == b for a, b in heads)
            if same and (heads[0][0] == heads[0][1] or _overlap(gold, record) > 0):
                candidates.append((same == 3, same, _slots_right(gold, record), _overlap(gold, record), g, r))
    candidates.sort(key=lambda c: tuple(-x for x in c[:4]))
    return _one_to_one([(g, r, is_right) for is_right, *_, g, r in candidates], golds)


def _one_to_one(candidates: list[tuple[int, int, bool]], golds: Sequence[Json]) -> _Pairs:
    taken: set[int] = set()
    pairs: _Pairs = {}
    for g, r, is_right in candidates:
        if g not in taken and r not in pairs:
            taken.add(g)
            pairs[r] = golds[g], is_right
    return pairs


def _overlap(a: Json, b: Json) -> int:
    return min(cast(int, a["end"]), cast(int, b["end"])) - max(cast(int, a["start"]), cast(int, b["start"]))


def _day(edtf: object) -> str:
    return re.sub(r"T[^/]*", "", str(edtf or ""))


def _same_date(gold: Json, found: Json) -> bool:
    readings = [gold.get("edtf"), *cast(list[object], gold.get("alt", []))]
    return _day(found["edtf"]) in {_day(reading) for reading in readings}


def _same_province(gold: Json, found: Json) -> bool:
    return gold["id"] == found["id"]


def _same_figure(gold: Json, found: Json) -> bool:
    return (
        _same_number(gold["value"], found["value"])
        and _same_number(gold.get("of", 0), found["of"] or 0)
        and _unit_head(gold.get("unit")) == _unit_head(found["unit"])
    )


_SAME: Final = {"dates": _same_date, "provinces": _same_province, "figures": _same_figure}


def _same_number(a: object, b: object) -> bool:
    if isinstance(a, list) or isinstance(b, list):
        left, right = (x if isinstance(x, list) else [x, x] for x in (a, b))
        return len(left) == len(right) and all(_same_number(x, y) for x, y in zip(left, right, strict=True))
    try:
        x, y = float(str(a)), float(str(b))
    except ValueError:
        return False
    return abs(x - y) <= 1e-6 * max(1.0, abs(x))


def _unit_head(unit: object) -> str:
    """The first syllable of a unit, which is what counts."""
    text = re.sub(r"\s+", " ", plain(unit).strip(_MARKS).lower())
    text = _UNITS.get(text, text)
    return re.split(r"[ /]", text)[0].strip(_MARKS) if text else ""


def _head(record: Json, gold: Json | None = None) -> tuple[object, object, object]:
    form = record.get("form")
    if gold is not None and form in cast(list[object], gold.get("form_alt", [])):
        form = gold["form"]
    return form, str(record.get("class") or "").lower() or None, record.get("status")


def _name(value: object) -> str:
    return plain(value.get("text") if isinstance(value, dict) else value)


def _same_name(gold: str, found: str) -> bool:
    words = set(re.findall(r"\w+", found.lower()))
    for wording in gold.split("|"):
        wanted = set(re.findall(r"\w+", wording.lower()))
        if wanted and words and 2 * len(wanted & words) / (len(wanted) + len(words)) >= _ENOUGH:
            return True
    return False


def _award_slots(record: Json) -> Iterator[tuple[str, object]]:
    for slot in SLOTS:
        value = record.get(slot)
        if slot == "recipients":
            yield from ((slot, _name(each)) for each in cast(list[object], value or []))
        elif slot == "grantor":
            if value and _name(value):
                yield slot, _name(value)
        elif slot == "posthumous":
            if value:
                yield slot, True
        elif value not in (None, "", []):
            yield slot, value


def _slots_right(gold: Json, found: Json) -> int:
    free = list(_award_slots(found))
    right = 0
    for slot, value in _award_slots(gold):
        match = next((pair for pair in free if pair[0] == slot and _same_slot(slot, value, pair[1])), None)
        if match:
            free.remove(match)
            right += 1
    return right


def _same_slot(slot: str, gold: object, found: object) -> bool:
    match slot:
        case "recipients" | "grantor":
            return _same_name(str(gold), str(found))
        case "count":
            return _same_number(gold, found)
        case "decision_no":
            return re.sub(r"\s", "", str(gold)).lower() == re.sub(r"\s", "", str(found)).lower()
        case "posthumous":
            return True
        case _:
            return _day(gold) == _day(found)
