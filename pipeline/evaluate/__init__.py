"""How good records and their confidences are, on gold and judged records; counted as the guide's scorer counts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from extractors.confidence.weighing import SLOTS as SLOT_KIND
from extractors.domain.records import Json
from pipeline import measuring
from pipeline.judging import (
    KINDS,
    SLOTS,
    Comparison,
    Judged,
    annotated_kinds,
    compare,
    document_key,
    gold_documents,
    read_records,
)
from pipeline.measuring import Points

NOMINAL = (0.95, 0.99)
Tick = Callable[[str], None]


@dataclass(slots=True)
class Findings:
    """All comparisons of a run: gold documents by name, and judged records that stand alone."""

    compared: dict[str, Comparison] = field(default_factory=dict)
    sampled: Sequence[Judged] = ()

    @property
    def judged(self) -> list[Judged]:
        """Every judged record and slot."""
        return [*(j for comparison in self.compared.values() for j in comparison.judged), *self.sampled]


def compare_folders(folders: Sequence[Path], tick: Tick = lambda name: None) -> Findings:
    """Returns the comparisons of all gold documents of the folders, each document once."""
    findings = Findings()
    met: set[str] = set()
    for folder in folders:
        documents = list(gold_documents(folder))
        kinds = annotated_kinds(golds for _, _, golds in documents)
        for name, text, golds in documents:
            tick(name)
            key = document_key(text)
            if key not in met:
                met.add(key)
                where = name if name not in findings.compared else f"{folder.name}/{name}"
                findings.compared[where] = compare(golds, read_records(text), key, kinds=kinds)
    return findings


def report(findings: Findings, aside: Sequence[Judged] | None = None) -> Json:
    """Returns the figures of merit as JSON values.

    `aside` are the judged records with confidences from tables that their documents took no part in; without
    it those of the installed table are measured, which is fair only on documents it was not fitted to.
    """
    judged = aside if aside is not None else findings.judged
    by_kind: dict[str, list[Judged]] = defaultdict(list)
    for record in judged:
        by_kind[record.kind].append(record)
    missed = Counter(f"{gold['kind']}s" for c in findings.compared.values() for gold in c.missed)
    return {
        "documents": len(findings.compared),
        "judged_records": len(findings.sampled),
        "confidences": "installed table" if aside is None else "cross-fitted by document",
        "kinds": {
            kind: {**_scores(by_kind[kind], missed[kind]), "calibration": calibration(by_kind[kind])}
            for kind in KINDS
            if by_kind[kind] or missed[kind]
        },
        "figure_modifiers": _modifiers(findings),
        "award_slots": _slots(findings),
        "award_slot_calibration": calibration(by_kind[SLOT_KIND]),
        "errors": _errors(findings),
    }


# --- what is right ----------------------------------------------------------------------------------


def _scores(records: Sequence[Judged], missed: int) -> Json:
    """Recall counts gold that was read wrongly as missed; judged records alone tell (weighted) precision only."""
    right = sum(r.is_right for r in records)
    wrong_reading = sum(not r.is_right for r in records if r.gold is not None)
    if not missed and not any(r.gold is not None for r in records):
        share = measuring.precision([(r.confidence, r.is_right, r.weight) for r in records])
        return {"precision": share, "recall": None, "f1": None, "right": right, "found": len(records), "gold": None}
    return _prf(right, len(records), right + wrong_reading + missed)


def _prf(right: int, found: int, gold: int) -> Json:
    precision = right / found if found else 0.0
    recall = right / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1": f1, "right": right, "found": found, "gold": gold}


def _modifiers(findings: Findings) -> Json:
    counted = sum((c.modifiers for c in findings.compared.values()), Counter[str]())
    return _prf(counted["right"], counted.total(), counted.total())


def _slots(findings: Findings) -> Json:
    counted = {slot: Counter[str]() for slot in SLOTS}
    for comparison in findings.compared.values():
        for slot, counts in comparison.slots.items():
            counted[slot].update(counts)
    every = sum(counted.values(), Counter[str]())
    named = {"all": every, **{slot: counts for slot, counts in counted.items() if counts.total()}}
    return {slot: _prf(c["right"], c["found"], c["gold"]) for slot, c in named.items() if c.total()}


def _errors(findings: Findings) -> list[Json]:
    """Every wrong, extra and missed record with the reasons that the program gave."""
    told: list[Json] = []
    for name, comparison in findings.compared.items():
        for judged in comparison.judged:
            if judged.kind in KINDS and not judged.is_right:
                told.append(_error(name, judged, "extra" if judged.gold is None else "wrong"))
        told.extend(
            {"document": name, "kind": f"{gold['kind']}s", "what": "missed", "gold": _plain_gold(gold)}
            for gold in comparison.missed
        )
    for judged in findings.sampled:
        if judged.kind in KINDS and not judged.is_right:
            told.append(_error(judged.document, judged, "judged wrong"))
    return told


def _error(name: str, judged: Judged, what: str) -> Json:
    record = {"rule": judged.rule, **{key: value for key, value in judged.record.items() if key != "terms"}}
    error: Json = {"document": name, "kind": judged.kind, "what": what, "found": record}
    return error if judged.gold is None else {**error, "gold": _plain_gold(judged.gold)}


def _plain_gold(gold: Json) -> Json:
    return {key: value for key, value in gold.items() if key not in ("kind", "start", "end", "nth")}


# --- confidences ------------------------------------------------------------------------------------


def calibration(records: Sequence[Judged]) -> Json | None:
    """Returns how far the confidences of records of one kind can be trusted, None without records."""
    if not records:
        return None
    documents: dict[str, list[tuple[float, bool, float]]] = defaultdict(list)
    for record in records:
        documents[record.document].append((record.confidence, record.is_right, record.weight))
    groups: list[Points] = list(documents.values())
    points = [point for group in groups for point in group]
    return {
        "records": len(points),
        "wrong": sum(not right for _, right, _ in points),
        "precision": measuring.precision(points),
        "ece": measuring.calibration_error(points),
        "ece_interval": measuring.interval(groups, measuring.calibration_error),
        "brier": measuring.brier(points),
        "auroc": measuring.auroc(points),
        "auroc_interval": measuring.interval(groups, measuring.auroc),
        "nominal": {f"{level:.2f}": _at(points, level) for level in NOMINAL},
        "bins": [[b.confidence, b.right, b.count] for b in measuring.bins(points)],
        "curve": _thinned(measuring.curve(points)),
    }


def _at(points: Points, level: float) -> Json:
    """What a threshold at the nominal precision lets pass, and what the best threshold would."""
    share, precision = measuring.above(points, level)
    best, least = measuring.passing(points, level)
    return {"passes": share, "precision": precision, "best_share": best, "best_threshold": least}


def _thinned(curve: Sequence[tuple[float, float]], most: int = 120) -> list[list[float]]:
    step = max(1, len(curve) // most)
    kept = [*curve[::step], curve[-1]] if curve else []
    return [[round(share, 4), round(risk, 5)] for share, risk in dict.fromkeys(kept)]


def text_table(told: Json) -> list[list[str]]:
    """Returns the report as rows of a table: head, then one row for each kind."""
    rows = [["kind", "gold", "precision", "recall", "F1", "ECE", "Brier", "AUROC", ">= .95", ">= .99"]]
    kinds = cast(dict[str, Json], told["kinds"])
    for kind, scores in kinds.items():
        measured = cast("Json | None", scores["calibration"])
        rows.append([kind, *_numbers(scores), *_measured(measured)])
    slots = cast(dict[str, Json], told["award_slots"])
    for slot, scores in slots.items():
        measured = cast("Json | None", told["award_slot_calibration"]) if slot == "all" else None
        rows.append([f"slot {slot}", *_numbers(scores), *_measured(measured)])
    return rows


def _numbers(scores: Json) -> list[str]:
    gold = "-" if scores["gold"] is None else str(scores["gold"])
    return [gold, *(_number(scores[name]) for name in ("precision", "recall", "f1"))]


def _measured(measured: Json | None) -> list[str]:
    if measured is None:
        return [""] * 5
    nominal = cast(dict[str, Json], measured["nominal"])
    return [
        *(_number(measured[name]) for name in ("ece", "brier", "auroc")),
        *(f"{cast(float, at['passes']):.0%} at {_number(at['precision'])}" for at in nominal.values()),
    ]


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "-"
