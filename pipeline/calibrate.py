"""From gold documents to the table of confidences: how many records of each rule are right.

When a record is right is told by the annotation guide of the gold documents; the matching here is
the same as that of its scorer.
"""

import csv
import io
import json
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import extractors.domain
from extractors.domain.errors import UsageError
from extractors.domain.records import Json
from pipeline.nlp import extract

KINDS: Final = ("dates", "provinces", "figures", "awards")
_ENOUGH: Final = 0.65  # shared words (Dice) from which two names are the same
_SLOTS: Final = ("grantor", "recipients", "count", "posthumous", "decision_no", "decision_date", "date", "period")
_UNITS: Final = {
    "đồng": "vnd", "vnđ": "vnd", "đ": "vnd", "héc-ta": "ha", "hecta": "ha", "m²": "m2", "m³": "m3",
    "ki-lô-mét": "km", "cây số": "km", "phần trăm": "%", "đô la": "usd", "đôla": "usd",
}  # fmt: skip
_MARKS: Final = " ,.;:()\"'“”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A record found in a gold document, with whether it is right."""

    kind: str
    rule: str
    is_right: bool


def calibrate(folder: Path, tick: Callable[[str], None] = lambda name: None) -> str:
    """Returns the calibration table for the gold documents of a folder: equal documents, equal text.

    Raises `UsageError` where the folder holds no gold documents or one of them is wrong.
    """
    counts: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for name, text, golds in gold_documents(folder):
        for judged in judge(golds, extract(text)):
            counts[judged.kind, judged.rule] += 1
            right[judged.kind, judged.rule] += judged.is_right
        tick(name)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["kind", "rule", "right", "total"])
    writer.writerows([kind, rule, right[kind, rule], total] for (kind, rule), total in sorted(counts.items()))
    return table.getvalue()


def installed_table() -> Path:
    """Returns the table that this installation reads."""
    return Path(extractors.domain.__file__).with_name("calibration.csv")


def write_table(text: str, target: Path) -> None:
    """Writes the table beside its place and renames it."""
    with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as copy:
        copy.write(text)
    Path(copy.name).chmod(0o644)
    Path(copy.name).replace(target)


# --- gold -------------------------------------------------------------------------------------------


def gold_documents(folder: Path) -> Iterator[tuple[str, str, list[Json]]]:
    """Yields name, text and gold records with `start` and `end` of each gold document, sorted by name."""
    files = sorted(folder.glob("*.gold.jsonl"))
    if not files:
        raise UsageError(f"{folder} holds no gold documents", advice="Name a folder with NAME.txt and NAME.gold.jsonl")
    for file in files:
        name = file.name.removesuffix(".gold.jsonl")
        try:
            text = _plain((folder / f"{name}.txt").read_text(encoding="utf-8"))
            records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        except (OSError, ValueError) as error:
            raise UsageError(f"The gold document {name} cannot be read: {error}", advice="Correct it") from error
        for record in records:
            record["start"] = _place(text, record, name)
            record["end"] = record["start"] + len(_plain(record["quote"]))
        yield name, text, records


def _place(text: str, record: Json, name: str) -> int:
    quote, at = _plain(record["quote"]), -1
    for _ in range(cast(int, record.get("nth", 1))):
        at = text.find(quote, at + 1)
        if at < 0:
            raise UsageError(f"The gold document {name} has no {quote!r}", advice="Correct quote or nth")
    return at


def _plain(value: object) -> str:
    return unicodedata.normalize("NFC", str(value or "")).replace("\u00a0", " ")


# --- right or wrong ---------------------------------------------------------------------------------


def judge(golds: Sequence[Json], document: Json) -> Iterator[Judged]:
    """Yields each found record that counts, right or wrong; those that meet optional gold count neither way."""
    for kind in KINDS:
        of_kind = [gold for gold in golds if f"{gold['kind']}s" == kind]
        found = cast(list[Json], document[kind])
        pairs = _award_pairs(of_kind, found) if kind == "awards" else _span_pairs(of_kind, found, _SAME[kind])
        for number, record in enumerate(found):
            if number in pairs:
                gold, is_right = pairs[number]
                if gold.get("optional"):
                    continue
            elif any(gold.get("optional") and _overlap(gold, record) > 0 for gold in of_kind):
                continue
            else:
                is_right = False
            yield Judged(kind=kind, rule=str(record["rule"]), is_right=is_right)


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
    text = re.sub(r"\s+", " ", _plain(unit).strip(_MARKS).lower())
    text = _UNITS.get(text, text)
    return re.split(r"[ /]", text)[0].strip(_MARKS) if text else ""


def _head(record: Json, gold: Json | None = None) -> tuple[object, object, object]:
    form = record.get("form")
    if gold is not None and form in cast(list[object], gold.get("form_alt", [])):
        form = gold["form"]
    return form, str(record.get("class") or "").lower() or None, record.get("status")


def _name(value: object) -> str:
    return _plain(value.get("text") if isinstance(value, dict) else value)


def _same_name(gold: str, found: str) -> bool:
    words = set(re.findall(r"\w+", found.lower()))
    for wording in gold.split("|"):
        wanted = set(re.findall(r"\w+", wording.lower()))
        if wanted and words and 2 * len(wanted & words) / (len(wanted) + len(words)) >= _ENOUGH:
            return True
    return False


def _award_slots(record: Json) -> Iterator[tuple[str, object]]:
    for slot in _SLOTS:
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
