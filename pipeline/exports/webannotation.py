"""W3C Web Annotations (JSON-LD): each record a target with quote, position and, where known, its box on the page."""

import json
from collections.abc import Iterable, Iterator
from typing import Final, TextIO, cast

from extractors.domain.records import Json
from pipeline.annotations import LABELS, Part, fields_of, parts_of
from pipeline.wording import records_in_order, value_line

_CONTEXT: Final = (
    "http://www.w3.org/ns/anno.jsonld",
    {"confidence": "urn:sovang:confidence", "rule": "urn:sovang:rule", "state": "urn:sovang:state"},
)
_AROUND: Final = 32  # characters of prefix and suffix


def write(documents: Iterable[Json], target: TextIO) -> int:
    """Writes one AnnotationPage with all annotations, one a line; returns how many documents there were."""
    head = {"@context": _CONTEXT, "type": "AnnotationPage"}
    target.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "items": [')
    count, mark = 0, "\n"
    for document in documents:
        count += 1
        for annotation in _annotations(document):
            target.write(mark + json.dumps(annotation, ensure_ascii=False))
            mark = ",\n"
    target.write("\n]}\n")
    return count


def _annotations(document: Json) -> Iterator[Json]:
    text, source = str(document["text"]), f"urn:sha256:{cast(Json, document['document'])['id']}"
    for kind, record in records_in_order(document):
        start, end = cast(int, record["start"]), cast(int, record["end"])
        name = f"urn:sovang:{record['record_id']}"
        told = {"rule": record["rule"], "confidence": record["confidence"]}
        if record.get("state"):
            told["state"] = record["state"]
        selectors = [*_selectors(text, start, end), *_fragments(record)]
        yield {
            "id": name,
            "type": "Annotation",
            "motivation": "identifying",
            **told,
            "body": [
                {"type": "TextualBody", "purpose": "tagging", "value": LABELS[kind]},
                {"type": "TextualBody", "purpose": "describing", "value": value_line(kind, record)},
                {
                    "type": "TextualBody",
                    "purpose": "identifying",
                    "format": "application/json",
                    "value": json.dumps(fields_of(kind, record), ensure_ascii=False),
                },
            ],
            "target": {"source": source, "selector": selectors},
        }
        if kind == "awards":
            yield from (_part(part, name, text, source, told) for part in parts_of(record))


def _part(part: Part, award: str, text: str, source: str, told: Json) -> Json:
    target: Json = {"source": source}
    if part.start is not None and part.end is not None:
        target["selector"] = _selectors(text, part.start, part.end)
    return {
        "id": f"{award}:{part.key}",
        "type": "Annotation",
        "motivation": "linking",
        **told,
        "body": [
            award,
            {"type": "TextualBody", "purpose": "tagging", "value": part.role},
            {
                "type": "TextualBody",
                "purpose": "identifying",
                "format": "application/json",
                "value": json.dumps(part.fields, ensure_ascii=False),
            },
        ],
        "target": target,
    }


def _selectors(text: str, start: int, end: int) -> list[Json]:
    return [
        {
            "type": "TextQuoteSelector",
            "exact": text[start:end],
            "prefix": text[max(0, start - _AROUND) : start],
            "suffix": text[end : end + _AROUND],
        },
        {"type": "TextPositionSelector", "start": start, "end": end},
    ]


def _fragments(record: Json) -> Iterator[Json]:
    """The printed lines of a record; points of PDF pages after RFC 3778, pixels of pictures as media fragments."""
    for box in cast(list[Json], record.get("boxes") or []):
        x0, y0, x1, y1 = (cast(float, box[name]) for name in ("x0", "y0", "x1", "y1"))
        place = f"{x0:g},{y0:g},{x1 - x0:g},{y1 - y0:g}"
        is_picture = box["unit"] == "px"
        yield {
            "type": "FragmentSelector",
            "conformsTo": "http://www.w3.org/TR/media-frags/" if is_picture else "http://tools.ietf.org/rfc/rfc3778",
            "value": f"page={box['page']}&" + (f"xywh=pixel:{place}" if is_picture else f"viewrect={place}"),
        }
