"""CoNLL: a token a line with its offsets and a BIO tag for each kind, awards' parts in a column of their own.

The records themselves stand in comments before the tokens of their document, so that nothing is lost. Of records
of one kind that overlap the first is tagged.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, TextIO, cast

from extractors.domain.records import Json
from pipeline.annotations import LABELS, fields_of, parts_of
from pipeline.wording import KINDS, records_in_order

_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
COLUMNS: Final = ("token", "start", "end", *KINDS, "parts")


def write(documents: Iterable[Json], target: TextIO) -> int:
    """Writes the documents one after the other, an empty line after each line of text; returns how many."""
    target.write(f"# global.columns = {' '.join(COLUMNS)}\n")
    count = 0
    for document in documents:
        count += 1
        target.writelines(_document(document))
    return count


def _document(document: Json) -> Iterator[str]:
    head, text = cast(Json, document["document"]), str(document["text"])
    yield f"# newdoc id = {head['id']}\n# source = {json.dumps(head['source'], ensure_ascii=False)}\n"
    spans: dict[str, list[tuple[int, int, str]]] = {name: [] for name in (*KINDS, "parts")}
    for kind, record in records_in_order(document):
        said = {name: record.get(name) for name in ("record_id", "start", "end", "text", "confidence", "state")}
        told = {"kind": kind, **said, **fields_of(kind, record)}
        parts = list(parts_of(record)) if kind == "awards" else []
        if parts:
            told["parts"] = [{"role": p.role, "start": p.start, "end": p.end, **p.fields} for p in parts]
        yield f"# record = {json.dumps(told, ensure_ascii=False)}\n"
        spans[kind].append((cast(int, record["start"]), cast(int, record["end"]), LABELS[kind]))
        spans["parts"] += [(p.start, p.end, p.role) for p in parts if p.start is not None and p.end is not None]
    tags = {name: _apart(found) for name, found in spans.items()}
    borders = sorted({border for found in tags.values() for start, end, _ in found for border in (start, end)})
    at = 0
    for line in text.split("\n"):
        tokens = list(_tokens(text, at, at + len(line), borders))
        yield from (_row(text, start, end, tags) for start, end in tokens)
        if tokens:
            yield "\n"
        at += len(line) + 1


def _apart(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The spans in order without those that overlap one before them."""
    kept: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda s: (s[0], -s[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _tokens(text: str, start: int, end: int, borders: list[int]) -> Iterator[tuple[int, int]]:
    """The tokens of a line, cut where a record begins or ends inside of one."""
    for match in _TOKEN.finditer(text, start, end):
        within = borders[bisect_right(borders, match.start()) : bisect_left(borders, match.end())]
        yield from pairwise([match.start(), *within, match.end()])


def _row(text: str, start: int, end: int, tags: dict[str, list[tuple[int, int, str]]]) -> str:
    cells = [text[start:end], str(start), str(end)]
    for found in tags.values():
        while found and found[0][1] <= start:
            found.pop(0)
        if found and found[0][0] <= start:
            cells.append(f"{'B' if found[0][0] == start else 'I'}-{found[0][2]}")
        else:
            cells.append("O")
    return "\t".join(cells) + "\n"
