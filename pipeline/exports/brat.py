"""BRAT: a folder with `.txt` and `.ann` for each document and the `annotation.conf` that BRAT asks for.

Records are entities, their fields a note in JSON, parts of an award entities with a relation. `sovang import`
reads it back.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, cast

from extractors.domain.records import Json
from pipeline.annotations import GRANTOR, LABELS, RECIPIENT, Part, fields_of, parts_of
from pipeline.wording import records_in_order

_CONFIGURATION: Final = """[entities]
Date
Province
Figure
Award
Grantor
Recipient
Slot

[relations]
Grantor\tArg1:Award, Arg2:Grantor
Recipient\tArg1:Award, Arg2:Recipient
Slot\tArg1:Award, Arg2:Slot

[events]

[attributes]
State\tArg:<ENTITY>, Value:machine|accepted|corrected|rejected|added
"""
NOTE: Final = "AnnotatorNotes"


def write_files(documents: Iterable[Json], target: Path) -> int:
    """Writes the folder, files named by the beginning of the document's id; returns how many documents."""
    (target / "annotation.conf").write_text(_CONFIGURATION, encoding="utf-8")
    count = 0
    for document in documents:
        count += 1
        name = str(cast(Json, document["document"])["id"])[:16]
        with (target / f"{name}.txt").open("w", encoding="utf-8", newline="\n") as file:
            file.write(str(document["text"]))
        with (target / f"{name}.ann").open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in _lines(document))
    return count


def _lines(document: Json) -> Iterator[str]:
    text = str(document["text"])
    entities = relations = 0
    for kind, record in records_in_order(document):
        entities += 1
        award = entities
        said = {"record_id": record["record_id"], **fields_of(kind, record), "confidence": record["confidence"]}
        parts = list(parts_of(record)) if kind == "awards" else []
        loose = [part for part in parts if part.start is None and part.role in {GRANTOR, RECIPIENT}]
        if loose:
            said["unplaced"] = [{"role": p.role, "position": p.position, **p.fields} for p in loose]
        yield from _entity(award, LABELS[kind].title(), text, (record["start"], record["end"]), said)
        if record.get("state"):
            yield f"A{award}\tState T{award} {record['state']}"
        for part in parts:
            if part.start is None:
                continue
            entities += 1
            relations += 1
            kind_of_part = _type(part)
            note: Json = {"position": part.position, **part.fields}
            if kind_of_part == "Slot":
                note["slot"] = part.role
            yield from _entity(entities, kind_of_part, text, (part.start, part.end), note)
            yield f"R{relations}\t{kind_of_part} Arg1:T{award} Arg2:T{entities}"


def _type(part: Part) -> str:
    return part.role.title() if part.role in {GRANTOR, RECIPIENT} else "Slot"


def _entity(number: int, label: str, text: str, span: tuple[object, object], note: Json) -> Iterator[str]:
    start, end = cast(tuple[int, int], span)
    pieces = list(_pieces(text, start, end))
    places = ";".join(f"{a} {b}" for a, b in pieces)
    yield f"T{number}\t{label} {places}\t{' '.join(text[a:b] for a, b in pieces)}"
    yield f"#{number}\t{NOTE} T{number}\t{json.dumps(note, ensure_ascii=False)}"


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without the line breaks in it: BRAT knows spans only within lines."""
    at = start
    for line in text[start:end].split("\n"):
        if line:
            yield at, at + len(line)
        at += len(line) + 1
