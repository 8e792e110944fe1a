"""From a row of the dataset to the ink: the stable addresses `/d/DOCUMENT` and `/d/DOCUMENT/RECORD`, with citation."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, cast

from starlette.responses import RedirectResponse, Response

from extractors.domain.errors import UsageError
from extractors.domain.records import Json
from pipeline.publish import explore, schema
from pipeline.publish.citation import Citation, as_bibtex, as_csl, as_text, cite
from pipeline.review import Gone, Item, item_of
from pipeline.store import Row, Store
from pipeline.web import library
from pipeline.web.guard import Visit
from pipeline.web.shapes import item_json

_KEY: Final = re.compile(r"[0-9a-f]{12,64}")
_TOLD: Final = (
    "edtf", "role", "grain", "id", "today", "value", "upper", "unit", "mod", "noun", "form", "class", "status",
    "grantor", "recipients", "decision_no", "decision_date", "date", "field",
)  # fmt: skip
_LISTS: Final = {"mod": "comparison"}  # lists of labels that are not called like their column


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page with the places of the quote on it, in the units of the page."""

    number: int
    width: float
    height: float
    boxes: tuple[tuple[float, float, float, float], ...]  # left, top, width, height


async def document(visit: Visit) -> Response:
    """Opens the document that a key of the dataset names: the first digits of its SHA-256."""
    serial, _ = await visit.read(_find, str(visit.request.path_params["document"]))
    return RedirectResponse(f"/documents/{serial}", 303)


async def record(visit: Visit) -> Response:
    """Shows the quote in its text and on its page, what was read there, and how to cite it."""
    _, document_id = await visit.read(_find, str(visit.request.path_params["document"]))
    record_id = str(visit.request.path_params["record_id"])
    item = await visit.read(item_of, visit.someone, record_id)
    if item.document["id"] != document_id:
        raise Gone("The document has no such record", "Văn bản không có bản ghi này")
    serial = cast(int, item.document["serial"])
    has_images = visit.desk.images.shows(str(item.document["format"]))
    pages = await visit.read(library.pages_of, serial) if has_images and item.boxes else []
    shown = item_json(item, pages, has_images=has_images, language=visit.language)
    return visit.page(
        "research/ink.html",
        {
            "item": shown,
            "around": _around(item),
            "facts": _facts(cast(Json, shown["record"]), visit.language),
            "sheets": _sheets(item, pages),
            "citation": await _citation(visit, record_id),
        },
    )


def _find(store: Store, key: str) -> tuple[int, str]:
    rows: list[Row] = []
    if _KEY.fullmatch(key):
        rows = store.rows("SELECT serial, id FROM documents WHERE id >= ? AND id < ? LIMIT 2", [key, f"{key}g"])
    if len(rows) != 1:
        raise Gone(f"There is no document {key[:80]!r}", f"Không có văn bản {key[:80]!r}")
    return cast(int, rows[0]["serial"]), str(rows[0]["id"])


def _around(item: Item) -> tuple[str, str, str]:
    """The text before the quote, the quote, and the text behind it."""
    start, end = (cast(int, item.record[name]) - item.context.start for name in ("start", "end"))
    text = item.context.text
    return text[:start], text[start:end], text[end:]


def _facts(record: Json, language: str) -> list[tuple[str, str]]:
    labels = cast(dict[str, str], record["labels"])
    found = []
    for name in _TOLD:
        value = record.get(name)
        if value is None or value == [] or value == "":
            continue
        if isinstance(value, list):
            value = "; ".join(str(each.get("name") or each.get("text")) for each in value)
        value = _labels(language).get((_LISTS.get(name, name), str(value)), value)
        heading = explore.headings().get({"id": "unit"}.get(name, name))
        found.append((heading[language] if heading else name, labels.get(str(value), str(value))))
    return found


@cache
def _labels(language: str) -> Mapping[tuple[str, str], str]:
    return {(row["list"], row["code"]): row[language] for row in schema.read("labels.csv")}


def _sheets(item: Item, pages: list[Row]) -> list[Sheet]:
    sizes = {page["number"]: page for page in pages}
    sheets = []
    for number in dict.fromkeys(page for page, _ in item.boxes):
        if number not in sizes:
            continue
        width, height = (float(cast(float, sizes[number][side])) for side in ("width", "height"))
        pad = height * 0.003
        places = tuple(
            (box.x0 - pad, box.y0 - pad, box.x1 - box.x0 + 2 * pad, box.y1 - box.y0 + 2 * pad)
            for page, box in item.boxes
            if page == number
        )
        sheets.append(Sheet(number=number, width=width, height=height, boxes=places))
    return sheets


async def _citation(visit: Visit, record_id: str) -> dict[str, str] | None:
    """The citation in each form, None where the published dataset lacks the record or there is none."""
    if visit.desk.published.identity is None:
        return None
    try:
        found: Citation = await visit.desk.published.do(cite, record_id)
    except UsageError:
        return None
    return {
        "text": as_text(found, visit.language),
        "bibtex": as_bibtex(found),
        "csl": json.dumps(as_csl(found), ensure_ascii=False, indent=1),
        "version": found.version,
    }
