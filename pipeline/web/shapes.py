"""Items, records and reviews as JSON for the pages and for scripts: ids get their names, JSON columns are opened."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from enum import Enum
from typing import Final, cast

from extractors.confidence.reasons import in_vietnamese
from extractors.domain.award_tables import award_forms
from extractors.domain.gazetteer import units
from extractors.domain.records import Json
from pipeline.review import Item, Review
from pipeline.store import Row

_OPENED: Final = ("evidence", "slots", "today_all", "machine", "machine_now")
_HIDDEN: Final = ("prefix", "suffix", "machine", "machine_now")
_TOLD: Final = ("id", "reviewer", "decided_at", "verdict", "reason", "purpose", "seconds", "undoes")


def item_json(item: Item, pages: Sequence[Row], *, has_images: bool, language: str = "en") -> Json:
    """Returns what one screen shows. A blind second reading looks like a first one."""
    shown = {page for page, _ in item.boxes}
    return {
        "record": record_json(item.record),
        "version": item.version,
        "document": document_json(item.document),
        "sentence": list(item.sentence),
        "context": asdict(item.context),
        "neighbours": [asdict(span) for span in item.neighbours],
        "reasons": [in_vietnamese(reason) if language == "vi" else reason for reason in item.reasons],
        "purpose": "first" if item.purpose == "second" else item.purpose,
        "history": [{name: row.get(name) for name in _TOLD} for row in item.history],
        "machine": item.machine and record_json(item.machine),
        "machine_now": item.machine_now and record_json(item.machine_now),
        "boxes": [[page, box.x0, box.y0, box.x1, box.y1] for page, box in item.boxes],
        "pages": [page for page in pages if page["number"] in shown],
        "has_images": has_images,
        "is_lost": item.is_lost,
    }


def record_json(record: Mapping[str, object]) -> Json:
    """Returns a record with its JSON columns opened and the names of the ids in it."""
    shown: Json = {name: value for name, value in record.items() if name not in _HIDDEN}
    for name in _OPENED:
        if isinstance(shown.get(name), str):
            shown[name] = json.loads(cast(str, shown[name]))
    labels: dict[str, str] = {}
    ids = [shown.get("id"), shown.get("today")]
    ids += [each.get("province") for each in cast(list[Json], shown.get("recipients") or [])]
    for unit_id in ids:
        if isinstance(unit_id, str) and unit_id in units():
            labels[unit_id] = units()[unit_id].name
    form = shown.get("form")
    if isinstance(form, str) and form in award_forms():
        labels[form] = award_forms()[form].name
    shown["labels"] = labels
    return shown


def document_json(row: Row) -> Json:
    """Returns the head of a document with the plain name of its file."""
    shown: Json = {name: value for name, value in row.items() if name not in {"text", "folded"}}
    shown["name"] = str(row["source"]).rsplit("/", 1)[-1]
    return shown


def review_json(review: Review) -> Json:
    """Returns a decision as it was entered."""
    shown = plain(asdict(review))
    return cast(Json, shown)


def plain(value: object) -> object:
    """Returns dataclasses' dictionaries, tuples, days and closed sets as JSON knows them."""
    if isinstance(value, dict):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value
