"""Reads a Label Studio export (JSON): the last annotation of each task that was not cancelled."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from extractors.domain.errors import UsageError
from extractors.domain.records import Json
from pipeline.annotations import FIELDS, GRANTOR, KIND_OF, RECIPIENT
from pipeline.exports.labelstudio import UNPLACED
from pipeline.interchange.marks import Mark, MarkedDocument, Named


def read(path: Path) -> Iterator[MarkedDocument]:
    """Yields the tasks that have an annotation; raises `UsageError` for what is no export of Label Studio."""
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))
        for number, task in enumerate(tasks if isinstance(tasks, list) else [tasks], 1):
            annotations = [each for each in task.get("annotations") or [] if not each.get("was_cancelled")]
            if annotations:
                data = task["data"]
                text = str(data["text"])
                yield MarkedDocument(
                    where=f"{path.name}, task {number}",
                    id=data.get("document"),
                    text=text,
                    marks=tuple(_marks(text, annotations[-1]["result"])),
                )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise UsageError(
            f"{path} is no JSON export of Label Studio ({type(error).__name__}: {error})",
            advice="Export the project as JSON, not JSON-MIN",
        ) from error


def _marks(text: str, result: list[Json]) -> Iterator[Mark]:
    regions: dict[str, Json] = {}
    linked: dict[str, list[str]] = {}
    for entry in result:
        if entry.get("type") == "relation":
            linked.setdefault(str(entry["from_id"]), []).append(str(entry["to_id"]))
            continue
        value = cast(Json, entry["value"])
        region = regions.setdefault(str(entry["id"]), {"fields": {}, "several": {}})
        if entry.get("type") == "labels":
            region.update(label=cast(list[str], value["labels"])[0], quote=value.get("text"))
            region["start"], region["end"] = _place(text, value)
        else:
            given = cast(list[str], value.get("choices") or value.get("text") or [])
            cast(Json, region["several"])[str(entry["from_name"])] = given
            if given:
                cast(Json, region["fields"])[str(entry["from_name"])] = given[0]
    for name, region in regions.items():
        if region.get("label") in KIND_OF:
            yield _mark(name, region, [regions[to] for to in linked.get(name, []) if to in regions])


def _mark(name: str, region: Json, linked: list[Json]) -> Mark:
    kind = KIND_OF[str(region["label"])]
    said = cast(Json, region["fields"])
    fields = {each: said[each] for each in FIELDS[kind] if each in said}
    if "posthumous" in fields:
        fields["posthumous"] = str(fields["posthumous"]).lower() in {"true", "1"}
    loose = [json.loads(each) for each in cast(Json, region["several"]).get(UNPLACED) or []]  # type: ignore[attr-defined]  # a list of JSON texts
    grantors = [_named(part) for part in linked if part.get("label") == GRANTOR]
    grantors += [_loose(each) for each in loose if each["role"] == GRANTOR]
    recipients = [_named(part) for part in linked if part.get("label") == RECIPIENT]
    for each in sorted((each for each in loose if each["role"] == RECIPIENT), key=lambda each: int(each["position"])):
        recipients.insert(int(each["position"]) - 1, _loose(each))
    return Mark(
        kind=kind,
        start=cast(int, region["start"]),
        end=cast(int, region["end"]),
        quote=cast("str | None", region["quote"]),
        record_id=name,
        fields=fields or None,
        verdict=cast("str | None", said.get("verdict")),
        grantor=grantors[0] if grantors else None,
        recipients=recipients,
    )


def _named(region: Json) -> Named:
    said = cast(dict[str, str], region["fields"])
    return Named(
        name=said.get("name") or " ".join(str(region["quote"]).split()),
        start=cast(int, region["start"]),
        end=cast(int, region["end"]),
        kind=said.get("kind"),
        province=said.get("province"),
    )


def _loose(told: Json) -> Named:
    said = cast("dict[str, str | None]", told)
    return Named(name=str(told["name"]), kind=said.get("kind"), province=said.get("province"))


def _place(text: str, value: Json) -> tuple[int, int]:
    """Code points of a region; a browser counts letters beyond the basic plane twice."""
    start, end = cast(int, value["start"]), cast(int, value["end"])
    quote = value.get("text")
    if isinstance(quote, str) and text[start:end] != quote:
        units = text.encode("utf-16-le")
        first = len(units[: 2 * start].decode("utf-16-le", "ignore"))
        last = len(units[: 2 * end].decode("utf-16-le", "ignore"))
        if text[first:last] == quote:
            return first, last
    return start, end
