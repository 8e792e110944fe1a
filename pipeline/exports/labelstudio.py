"""Tasks of Label Studio: the machine's reading as a prediction, what people decided as an annotation.

Each record is a labelled region with its id; its fields are choices and text areas of that region, parts of an
award are regions with a relation. `sovang import` reads it back.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final, TextIO, cast
from xml.sax.saxutils import quoteattr

from extractors.domain.records import AwardStatus, DateRole, Json
from pipeline.annotations import FIELDS, GRANTOR, KIND_OF, LABELS, PART_FIELDS, RECIPIENT, fields_of, parts_of
from pipeline.wording import records_in_order

_DECIDED: Final = ("accepted", "corrected", "rejected", "added")
_COLOURS: Final = {"date": "#0e7490", "province": "#15803d", "figure": "#a16207", "award": "#a21caf"}
CHOICES: Final = {
    "role": tuple(role.value for role in DateRole),
    "status": tuple(status.value for status in AwardStatus),
    "kind": ("person", "collective"),
    "verdict": _DECIDED,
}
SLOT: Final = "slot"  # the words of a field of an award; they follow from the text and are not read back
UNPLACED: Final = "unplaced"  # text area of an award: parts without place in the text, as JSON


def write(documents: Iterable[Json], target: TextIO) -> int:
    """Writes one list of tasks, one a line; returns how many."""
    count, mark = 0, "\n"
    target.write("[")
    for document in documents:
        count += 1
        target.write(mark + json.dumps(_task(document), ensure_ascii=False))
        mark = ",\n"
    target.write("\n]\n")
    return count


def _task(document: Json) -> Json:
    head = cast(Json, document["document"])
    found = list(records_in_order(document))
    # the machine's own reading stands beside what a person made of it
    text = str(document["text"])
    machine = [(kind, cast(Json, record.get("machine") or record)) for kind, record in found]
    predicted = [entry for kind, r in machine if r.get("state") != "added" for entry in _region(text, kind, r)]
    decided = [(kind, record) for kind, record in found if record.get("state") in _DECIDED]
    entries = [entry for kind, r in decided for entry in _region(text, kind, r, verdict=str(r["state"]))]
    return {
        "data": {
            "text": document["text"],
            "document": head["id"],
            "source": head["source"],
            "title": head.get("title"),
        },
        "predictions": [{"model_version": "sovang", "result": predicted}] if predicted else [],
        "annotations": [{"was_cancelled": False, "result": entries}] if entries else [],
    }


def _region(text: str, kind: str, record: Json, verdict: str | None = None) -> Iterator[Json]:
    rid = str(record["record_id"])
    place: Json = {"start": record["start"], "end": record["end"], "text": record["text"]}
    region: Json = {"id": rid, "to_name": "text"}
    labels = {**region, "from_name": "label", "type": "labels", "value": {**place, "labels": [LABELS[kind]]}}
    yield {**labels, "score": record["confidence"]}
    said = fields_of(kind, record)
    if verdict:
        said["verdict"] = verdict
    parts = list(parts_of(record)) if kind == "awards" else []
    for name, value in said.items():
        yield _field(region, place, name, [value])
    if loose := [part for part in parts if part.start is None and part.role in {GRANTOR, RECIPIENT}]:
        told = [{"role": part.role, "position": part.position, **part.fields} for part in loose]
        yield _field(region, place, UNPLACED, [json.dumps(each, ensure_ascii=False) for each in told])
    for part in parts:
        if part.start is None:
            continue
        own: Json = {"id": f"{rid}.{part.key}", "to_name": "text"}
        label = part.role if part.role in {GRANTOR, RECIPIENT} else SLOT
        spot: Json = {"start": part.start, "end": part.end, "text": text[part.start : part.end]}
        yield {**own, "from_name": "label", "type": "labels", "value": {**spot, "labels": [label]}}
        own_fields = part.fields if label != SLOT else {**part.fields, SLOT: part.role}
        for name, value in own_fields.items():
            yield _field(own, spot, name, [value])
        yield {"type": "relation", "from_id": rid, "to_id": own["id"], "direction": "right", "labels": [label]}


def _field(region: Json, place: Json, name: str, values: list[object]) -> Json:
    form, key = ("choices", "choices") if name in CHOICES else ("textarea", "text")
    value = {"start": place["start"], "end": place["end"], key: [_plain(each) for each in values]}
    return {**region, "from_name": name, "type": form, "value": value}


def _plain(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def configuration() -> str:
    """Returns the labelling interface for these tasks, to be pasted into the settings of a project."""
    roles = (GRANTOR, RECIPIENT, SLOT)
    lines = ["<View>", '  <Labels name="label" toName="text">']
    lines += [f"    <Label value={quoteattr(name)} background={quoteattr(_COLOURS[name])}/>" for name in KIND_OF]
    lines += [f"    <Label value={quoteattr(role)}/>" for role in roles]
    lines += ["  </Labels>", '  <Relations><Relation value="grantor"/><Relation value="recipient"/></Relations>']
    lines += ['  <Text name="text" value="$text"/>']
    fields = dict.fromkeys(
        (*(name for names in FIELDS.values() for name in names), *PART_FIELDS, SLOT, "verdict", UNPLACED)
    )
    for name in fields:
        if name in CHOICES:
            choices = "".join(f"<Choice value={quoteattr(choice)}/>" for choice in CHOICES[name])
            lines += [f'  <Choices name="{name}" toName="text" perRegion="true">{choices}</Choices>']
        else:
            lines += [f'  <TextArea name="{name}" toName="text" perRegion="true" placeholder="{name}"/>']
    return "\n".join([*lines, "</View>", ""])
