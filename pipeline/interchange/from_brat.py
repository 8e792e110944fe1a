"""Reads annotations of BRAT: an `.ann` file beside its `.txt`, or a folder of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

from extractors.domain.errors import UsageError
from extractors.domain.records import Json
from pipeline.annotations import FIELDS, KIND_OF
from pipeline.interchange.marks import Mark, MarkedDocument, Named

_ID: Final = re.compile(r"[0-9a-f]{16}|[0-9a-f]{64}")
_LOOSE: Final = "unplaced"


def read(path: Path) -> Iterator[MarkedDocument]:
    """Yields the documents of a folder in the order of their names; raises `UsageError` where a file is no BRAT."""
    for file in sorted(path.glob("*.ann")) if path.is_dir() else [path]:
        beside = file.with_suffix(".txt")
        try:
            text = beside.read_bytes().decode("utf-8")
            marks = tuple(_marks(file.read_bytes().decode("utf-8")))
        except OSError as error:
            raise UsageError(f"{file} needs {beside.name} beside it", advice="Give both files") from error
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise UsageError(f"{file} is no annotation of BRAT ({error})", advice="See the file") from error
        yield MarkedDocument(
            where=file.name, id=file.stem if _ID.fullmatch(file.stem) else None, text=text, marks=marks
        )


def _marks(lines: str) -> Iterator[Mark]:
    entities: dict[str, tuple[str, int, int]] = {}
    notes: dict[str, Json] = {}
    states: dict[str, str] = {}
    linked: dict[str, list[str]] = {}
    for line in lines.split("\n"):
        name, _, rest = line.partition("\t")
        match name[:1]:
            case "T":
                label, _, places = rest.split("\t")[0].partition(" ")
                numbers = [int(number) for number in re.split("[ ;]", places)]
                entities[name] = (label, numbers[0], numbers[-1])
            case "#":
                head, _, note = rest.partition("\t")
                notes[head.split(" ")[1]] = _note(note)
            case "A":
                _, target, *value = rest.split(" ")
                states[target] = value[0] if value else ""
            case "R":
                _, one, other = rest.strip().split(" ")
                linked.setdefault(one.partition(":")[2], []).append(other.partition(":")[2])
    for name, (label, start, end) in entities.items():
        kind = KIND_OF.get(label.lower())
        if kind:
            parts = [(entities[to], notes.get(to, {})) for to in linked.get(name, []) if to in entities]
            yield _mark(kind, (start, end), notes.get(name, {}), states.get(name), parts)


def _note(note: str) -> Json:
    """A note in JSON, or words of a person, which say nothing to the program."""
    try:
        said = json.loads(note)
    except ValueError:
        return {}
    return cast(Json, said) if isinstance(said, dict) else {}


def _mark(
    kind: str, span: tuple[int, int], note: Json, state: str | None, parts: list[tuple[tuple[str, int, int], Json]]
) -> Mark:
    fields = {name: note[name] for name in FIELDS[kind] if name in note}
    loose = cast(list[Json], note.get(_LOOSE) or [])
    grantors = [_named(said, place) for (label, *place), said in parts if label == "Grantor"]
    grantors += [_named(each) for each in loose if each["role"] == "grantor"]
    placed = [(said, place) for (label, *place), said in parts if label == "Recipient"]
    recipients = [*placed, *((each, []) for each in loose if each["role"] == "recipient")]
    ordered = sorted(recipients, key=lambda each: cast(int, each[0].get("position", 10**6)))
    return Mark(
        kind=kind,
        start=span[0],
        end=span[1],
        quote=None,
        record_id=cast("str | None", note.get("record_id")),
        fields=fields or None,
        verdict=state if state == "rejected" else None,
        grantor=grantors[0] if grantors else None,
        recipients=[_named(said, place) for said, place in ordered],
    )


def _named(said: Json, place: list[int] | None = None) -> Named:
    told = cast("dict[str, str | None]", said)
    start, end = place or (None, None)
    return Named(
        name=told.get("name") or "", start=start, end=end, kind=told.get("kind"), province=told.get("province")
    )
