"""The part of the JSON API about documents: lists, texts, records, page images, what is added or mended in them."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Final, cast

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response

from extractors.domain.records import Json
from pipeline.review import KINDS, Kind, Refused, User, add_record, correct_text, document_items
from pipeline.store import Row, Store, links_of, sources_of
from pipeline.web import library
from pipeline.web.guard import Visit
from pipeline.web.shapes import document_json, plain, record_json, review_json

_PAGE: Final = 5000
_TEXT: Final = 400_000  # characters of text in one answer
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


async def documents(visit: Visit) -> Response:
    """Searches and filters the documents."""
    found = await visit.read(library.find_documents, library.Wanted.of(visit.request.query_params))
    return JSONResponse(
        {
            "documents": [document_json(row) for row in found.rows],
            "total": found.total,
            "is_counted": found.is_counted,
            "has_more": found.has_more,
        }
    )


async def row_of(visit: Visit) -> Row:
    """Returns the document that the path names, without its text."""
    return await visit.read(library.document_row, str(visit.request.path_params["document"]))


async def document(visit: Visit) -> Response:
    """Returns head, pages and text of a document; of a very long text the part from `start`."""
    row = await row_of(visit)
    serial = cast(int, row["serial"])
    query = visit.request.query_params
    start = int(query["start"]) if query.get("start", "").isdecimal() else 0
    text = await visit.read(library.document_text, serial)
    return JSONResponse(
        {
            **document_json(row),
            "sources": await visit.read(sources_of, serial),
            "links": [plain(_linked(each)) for each in await visit.read(links_of, serial)],
            "page_list": await visit.read(library.pages_of, serial),
            "has_images": visit.desk.images.shows(str(row["format"])),
            "text": {"start": start, "end": min(len(text), start + _TEXT), "text": text[start : start + _TEXT]},
            "next_open": await visit.read(library.next_open_document, serial),
        }
    )


def _linked(link: object) -> Json:
    return {name: getattr(link, name) for name in ("source", "serial", "kind", "similarity", "is_copy")}


async def document_records(visit: Visit) -> Response:
    """Returns the records of a document in the order of its text."""
    row = await row_of(visit)
    query = visit.request.query_params
    offset = int(query["offset"]) if query.get("offset", "").isdecimal() else 0
    limit = min(_PAGE, max(1, int(query["limit"]))) if query.get("limit", "").isdecimal() else _PAGE
    body = await visit.read(_records_body, visit.someone, cast(int, row["serial"]), offset, limit)
    return Response(body, media_type="application/json")


def _records_body(store: Store, user: User, serial: int, offset: int, limit: int) -> bytes:
    """Made in the thread that reads: thousands of records take a moment in which others should not wait."""
    found = document_items(store, user, serial, offset=offset, limit=limit)
    shown = {"records": [record_json(each) for each in found], "has_more": len(found) == limit}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


async def add(visit: Visit) -> Response:
    """Enters a record that the machine missed."""
    serial = cast(int, (await row_of(visit))["serial"])
    body = await visit.json()
    kind, values = body.get("kind"), body.get("values")
    start, end = body.get("start"), body.get("end")
    if kind not in KINDS or not isinstance(values, dict) or not isinstance(start, int) or not isinstance(end, int):
        raise HTTPException(400)
    seconds, reason = body.get("seconds"), body.get("reason")
    try:
        review = await visit.write(
            add_record,
            visit.someone,
            serial,
            kind,
            start,
            end,
            values,
            reason=reason if isinstance(reason, str) else None,
            seconds=seconds if isinstance(seconds, int | float) else None,
        )
    except Refused:
        if body.get("again") is True and await visit.read(_was_added, visit.someone, serial, kind, start, end):
            return JSONResponse({"saved": True, "again": True})
        raise
    return JSONResponse({"saved": True, "review": review_json(review), "version": review.version}, 201)


def _was_added(store: Store, user: User, serial: int, kind: Kind, start: int, end: int) -> bool:
    """Tells whether the person's latest decision added this very record, and only the answer was lost."""
    rows = store.rows(
        "SELECT record_id, verdict FROM readings WHERE reviewer = ? ORDER BY id DESC LIMIT 1", [user.name]
    )
    if not rows or rows[0]["verdict"] != "added":
        return False
    return bool(
        store.value(
            f'SELECT 1 FROM {kind} WHERE record_id = ? AND document = ? AND start = ? AND "end" = ?',  # noqa: S608
            [rows[0]["record_id"], serial, start, end],
        )
    )


async def mend_text(visit: Visit) -> Response:
    """Corrects what OCR misread; records move along, and those that lose their place are told."""
    serial = cast(int, (await row_of(visit))["serial"])
    body = await visit.json()
    start, end, before, text, reason = (body.get(name) for name in ("start", "end", "before", "text", "reason"))
    if not isinstance(start, int) or not isinstance(end, int):
        raise HTTPException(400)
    if not isinstance(text, str) or not isinstance(before, str):
        raise HTTPException(400)
    reason = reason if isinstance(reason, str) else None
    told = await visit.write(correct_text, visit.someone, serial, start, end, text, before=before, reason=reason)
    return JSONResponse({"saved": True, "correction": plain(asdict(told))})


async def page_image(visit: Visit) -> Response:
    """Returns the picture of a page, rendered from the kept original."""
    row = await row_of(visit)
    form, dpi = str(row["format"]), visit.request.query_params.get("dpi", "")
    number = int(visit.request.path_params["number"])
    if not visit.desk.images.shows(form):
        raise HTTPException(404)
    path = await visit.desk.images.png(
        document_id=str(row["id"]),
        original=str(row["original"]),
        form=form,
        number=number,
        dpi=int(dpi) if dpi.isdecimal() and len(dpi) < 6 else 110,
        turned=await visit.read(library.turn_of, cast(int, row["serial"]), number),
    )
    return FileResponse(path, media_type="image/png", headers={"cache-control": "private, max-age=86400, immutable"})


async def original(visit: Visit) -> Response:
    """Returns the kept original, to be saved and never to be shown by the browser itself."""
    row = await row_of(visit)
    path = visit.desk.settings.db.parent / "originals" / str(row["original"])
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(
        path,
        media_type="application/octet-stream",
        filename=_plain_name(str(row["source"]), path),
        content_disposition_type="attachment",
    )


def _plain_name(source: str, path: Path) -> str:
    stem = _UNSAFE.sub("-", source.rsplit("/", 1)[-1].rsplit(".", 1)[0]).strip("-.")[:80]
    return f"{stem or 'document'}{path.suffix}"
