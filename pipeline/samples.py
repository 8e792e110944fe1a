"""Judged files: machine records of real articles that a reader called right, wrong or optional, one a row.

The articles are no part of such a file. A record is found again by span and value; one that the extractors no
longer read says nothing of them and is left out. A row with `terms` carries what its confidence was made from and
needs no article: so the mistakes of earlier extractors stay known after they were cured.
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from extractors.confidence.model import probability
from extractors.confidence.weighing import SLOTS as SLOT_KIND
from extractors.confidence.weighing import slot_terms
from extractors.domain.errors import UsageError
from extractors.domain.records import Json
from pipeline.judging import KINDS, SLOTS, Judged, plain, read_records

_COLUMNS: Final = ("article", "kind", "rule", "verdict")
_VERDICTS: Final = ("right", "wrong", "optional")
_Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the rows of judged files say of the extractors of today; `lost` rows were read otherwise then."""

    judged: tuple[Judged, ...]
    lost: int


def read_samples(files: Sequence[Path], articles: Path, tick: Callable[[str], None] = lambda name: None) -> Sample:
    """Returns the judged records of the files.

    `articles` is a gzipped file of JSON lines with `id` and `text`. Raises `UsageError` where a file is no
    judged file, or where an article that a row needs is not there.
    """
    rows = [row for file in files for row in _rows(file)]
    by_article: dict[str, list[_Row]] = defaultdict(list)
    judged: list[Judged] = []
    for row in rows:
        if row.get("terms"):
            judged.append(_kept(row))
        else:
            by_article[row["article"]].append(row)
    lost = 0
    for article, text in _texts(articles, by_article):
        found = read_records(text)
        for row in by_article[article]:
            kind = _kind(row)
            record = next((r for r in cast(list[Json], found[kind]) if _is_same(kind, r, row)), None)
            if record is None:
                lost += 1
            else:
                judged.extend(_of_row(kind, record, row))
        tick(article)
    return Sample(judged=tuple(judged), lost=lost)


def write_kept(records: Sequence[Judged], target: Path) -> None:
    """Writes judged records with their terms, so that what they teach stays when the extractors change."""
    with target.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["article", "kind", "rule", "verdict", "weight", "seen", "terms"])
        for r in records:
            verdict, seen = "right" if r.is_right else "wrong", "yes" if r.is_seen else "no"
            writer.writerow([r.document, r.kind, r.rule, verdict, f"{r.weight:g}", seen, " ".join(r.terms)])


def _rows(file: Path) -> Iterator[_Row]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(f"{file} lacks {', '.join(missing)}", advice="Name a file of judged records")
            for row in reader:
                if row["verdict"] not in _VERDICTS or _kind(row) not in (*KINDS, SLOT_KIND):
                    where = f"{file} line {reader.line_num}"
                    raise UsageError(f"{where}: unknown verdict or kind", advice=f"Use {', '.join(_VERDICTS)}")
                if row["verdict"] != "optional":
                    yield row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{file} cannot be read: {error}", advice="Name a file of judged records") from error


def _kind(row: _Row) -> str:
    return row["kind"] if row["kind"].endswith("s") else f"{row['kind']}s"


def _texts(articles: Path, wanted: dict[str, list[_Row]]) -> Iterator[tuple[str, str]]:
    """Yields id and text of the wanted articles in the order of the file."""
    if not wanted:
        return
    met: set[str] = set()
    try:
        with gzip.open(articles, "rt", encoding="utf-8") as lines:
            for line in lines:
                article = json.loads(line)
                if article["id"] in wanted:
                    met.add(article["id"])
                    yield article["id"], plain(article["text"])
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{articles} cannot be read: {error}", advice="Name the articles with --articles") from error
    if missing := sorted(wanted.keys() - met):
        raise UsageError(f"{articles} has no article {missing[0]}", advice="Name the articles with --articles")


def value_of(kind: str, record: Json) -> str:
    """Returns a value as judged files write it: EDTF; id; number and unit; form, class and status; apart by bars."""
    match kind:
        case "dates":
            return str(record["edtf"])
        case "provinces":
            return str(record["id"])
        case "figures":
            number = record["value"]
            written = "..".join(map(str, number)) if isinstance(number, list) else str(number)
            return written + (f" of {record['of']}" if record.get("of") else "") + f"|{record.get('unit') or ''}"
        case _:
            return f"{record['form']}|{record.get('class') or ''}|{record['status']}"


def _is_same(kind: str, record: Json, row: _Row) -> bool:
    """The value as judged, on an overlapping span."""
    start, end = cast(int, record["start"]), cast(int, record["end"])
    return value_of(kind, record) == row["value"] and start < int(row["end"]) and int(row["start"]) < end


def _judged(row: _Row, record: Json, terms: tuple[str, ...], *, is_seen: bool = False) -> Judged:
    return Judged(
        document=row["article"],
        kind=_kind(row),
        rule=str(record.get("rule", row["rule"])),
        is_right=row["verdict"] == "right",
        confidence=cast(float, record.get("confidence", 0.5)),
        terms=terms,
        weight=float(row.get("weight") or 1),
        is_seen=is_seen,
        is_plain=row.get("part") == "plain",
        record=record,
    )


def _kept(row: _Row) -> Judged:
    terms = tuple(row["terms"].split(" "))
    record: Json = {"confidence": probability(_kind(row), terms)}
    return _judged(row, record, terms, is_seen=row.get("seen") == "yes")


def _of_row(kind: str, record: Json, row: _Row) -> Iterator[Judged]:
    """The record, and for a real award its slots as far as they were judged."""
    terms = cast(tuple[str, ...], record["terms"])
    yield _judged(row, record, terms)
    if kind != "awards" or row["verdict"] != "right" or not row.get("slots"):
        return
    for slot, verdict in json.loads(row["slots"]).items():
        sure = _sure(record, slot)
        if slot not in SLOTS or verdict not in _VERDICTS[:2] or sure is None:
            continue
        yield Judged(
            document=row["article"],
            kind=SLOT_KIND,
            rule=slot,
            is_right=verdict == "right",
            confidence=sure,
            terms=slot_terms(slot, str(record["rule"]), terms),
            weight=float(row.get("weight") or 1),
            record=record,
        )


def _sure(record: Json, slot: str) -> float | None:
    holder = record["grantor"] if slot == "grantor" else cast(Json, record["slots"]).get(slot)
    if slot == "recipients":
        holder = next(iter(cast(list[Json], record["recipients"])), None)
    return cast(float, holder["confidence"]) if isinstance(holder, dict) and "confidence" in holder else None
