"""From gold documents and judged records to the table of confidences, and how it does on documents kept aside."""

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import extractors.domain
from extractors.confidence.weighing import SLOTS as SLOT_KIND
from extractors.domain.errors import UsageError
from pipeline.fitting import Fit, cross_fitted, fit, table
from pipeline.judging import KINDS, Judged, annotated_kinds, compare, document_key, gold_documents, read_records
from pipeline.samples import read_samples

Tick = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What to learn from: gold folders, gold that rules were written from, judged files and their articles."""

    gold: tuple[Path, ...] = ()
    seen: tuple[Path, ...] = ()
    judged: tuple[Path, ...] = ()
    articles: Path = Path("../shared/news/articles-20k.jsonl.gz")


def judged_records(sources: Sources, tick: Tick = lambda name: None) -> list[Judged]:
    """Returns every judged record and slot of the sources, those of each document once.

    Raises `UsageError` where a folder holds no gold documents, one of them is wrong, or nothing was named.
    """
    folders = [(folder, False) for folder in sources.gold] + [(folder, True) for folder in sources.seen]
    if not folders and not sources.judged:
        raise UsageError("There is nothing to learn from", advice="Name a folder of gold documents or judged files")
    found: list[Judged] = []
    met: set[str] = set()
    for folder, is_seen in folders:
        found.extend(_of_folder(folder, met, is_seen=is_seen, tick=tick))
    if sources.judged:
        found.extend(read_samples(sources.judged, sources.articles, tick).judged)
    return found


def _of_folder(folder: Path, met: set[str], *, is_seen: bool, tick: Tick) -> Iterator[Judged]:
    documents = list(gold_documents(folder))
    kinds = annotated_kinds(golds for _, _, golds in documents)
    for name, text, golds in documents:
        tick(name)
        key = document_key(text)
        if key in met:
            continue
        met.add(key)
        yield from compare(golds, read_records(text), key, is_seen=is_seen, kinds=kinds).judged


def by_kind(records: Sequence[Judged]) -> dict[str, list[Judged]]:
    """Returns the records by kind, slots of awards apart, in a fixed order."""
    kinds: dict[str, list[Judged]] = defaultdict(list)
    for record in records:
        kinds[record.kind].append(record)
    return {kind: kinds[kind] for kind in (*KINDS, SLOT_KIND) if kind in kinds}


def calibrate(records: Sequence[Judged]) -> tuple[str, dict[str, Fit]]:
    """Returns the text of the calibration table and the fits behind it: equal records, equal text."""
    fits = {kind: fit(rows) for kind, rows in by_kind(records).items()}
    return table(fits), fits


def kept_aside(records: Sequence[Judged], more: Sequence[Judged] = ()) -> list[Judged]:
    """Returns the records with the confidence of tables that their own documents took no part in.

    The tables are fitted to the records and to `more`.
    """
    others = by_kind(more)
    return [
        replace(row, confidence=sure)
        for kind, rows in by_kind(records).items()
        for row, sure in zip(rows, cross_fitted(rows, others.get(kind, ())), strict=True)
    ]


def held_out(sources: Sources, tick: Tick = lambda name: None) -> dict[str, list[tuple[float, bool]]]:
    """Returns by kind what a bound on precision may stand on: confidence kept aside, and whether right.

    That is judged records drawn at plain random, and of each gold document one record of a kind, since those of one
    document are not independent. All other records only help to fit the confidences.
    """
    gold = judged_records(replace(sources, judged=()), tick) if sources.gold or sources.seen else []
    judged = judged_records(replace(sources, gold=(), seen=()), tick) if sources.judged else []
    of_document: dict[tuple[str, str], Judged] = {}
    for record in sorted((record for record in gold if not record.is_seen), key=_place):
        of_document.setdefault((record.document, record.kind), record)
    chosen = [*of_document.values(), *(record for record in judged if record.is_plain)]
    chosen = [record for record in chosen if record.kind in KINDS]
    taken = {id(record) for record in chosen}
    rest = [record for record in (*gold, *judged) if id(record) not in taken]
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for record in kept_aside(chosen, rest):
        found[record.kind].append((record.confidence, record.is_right))
    return dict(found)


def _place(record: Judged) -> str:
    """Puts the records of a document into an order that has nothing to do with what they are."""
    return hashlib.sha256(f"{record.document} {record.kind} {record.record.get('start')}".encode()).hexdigest()


def fresh(records: Sequence[Judged]) -> list[Judged]:
    """Returns the records of documents that no rule was written from, all where there are none such."""
    return [record for record in records if not record.is_seen] or list(records)


def installed_table() -> Path:
    """Returns the table that this installation reads."""
    return Path(extractors.domain.__file__).with_name("calibration.csv")


def write_table(text: str, target: Path) -> None:
    """Writes the table beside its place and renames it."""
    with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as copy:
        copy.write(text)
    Path(copy.name).chmod(0o644)
    Path(copy.name).replace(target)
