"""The part of the JSON API that reviewers use: queue, leases, decisions, undo, completion, dates, agreement."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final, cast

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from extractors.domain.records import Json
from pipeline.review import (
    KINDS,
    STATES,
    Changed,
    Filters,
    Item,
    Refused,
    User,
    adjudicate,
    agreement,
    complete,
    counts,
    decide,
    disagreements,
    item_of,
    next_items,
    read_edtf,
    release,
    renew,
    undo,
)
from pipeline.review.states import version_of
from pipeline.store import Store
from pipeline.web import library
from pipeline.web.guard import Visit, day_of
from pipeline.web.shapes import item_json, plain, record_json, review_json

_MOST: Final = 20


async def me(visit: Visit) -> Response:
    """Tells who is asking, and the token that a browser sends with what changes something."""
    user = visit.someone
    return JSONResponse(
        {"name": user.name, "role": user.role.value, "csrf": visit.session.csrf if visit.session else None}
    )


# --- the queue --------------------------------------------------------------------------------------


async def queue(visit: Visit) -> Response:
    """Returns the next items, leased to the person."""
    query = visit.request.query_params
    n = int(query.get("n", "")) if query.get("n", "").isdecimal() else 3
    minutes = visit.desk.settings.lease_minutes
    items = await visit.write(next_items, visit.someone, filters_of(query), max(1, min(n, _MOST)), minutes=minutes)
    return JSONResponse({"items": [await shown(visit, item) for item in items]})


async def shown(visit: Visit, item: Item) -> Json:
    """Returns an item as JSON, with the sizes of the pages that it stands on."""
    serial = cast(int, item.document["serial"])
    pages = await visit.read(library.pages_of, serial) if item.boxes else []
    has_images = bool(pages) and visit.desk.images.shows(str(item.document["format"]))
    return item_json(item, pages, has_images=has_images, language=visit.language)


def filters_of(query: Mapping[str, str]) -> Filters:
    """Returns the filters that the parameters of an address name; raises `Refused` for impossible ones."""
    kind, state, document = query.get("kind") or None, query.get("state") or None, query.get("document", "")
    if kind is not None and kind not in KINDS:
        raise Refused(f"{kind!r} is no kind of record", f"{kind!r} không phải là một loại bản ghi")
    if state is not None and state not in STATES:
        raise Refused(f"{state!r} is no state of a record", f"{state!r} không phải là một tình trạng")
    return Filters(
        kind=kind,
        min_confidence=_share(query.get("min_confidence")),
        max_confidence=_share(query.get("max_confidence")),
        document=int(document) if document.isdecimal() and len(document) < 16 else None,
        province=query.get("province") or None,
        year=query.get("year") or None,
        reason=(query.get("reason") or "")[:200] or None,
        state=state,
        mine=query.get("mine", "") not in {"", "0"},
        text=(query.get("text") or "")[:400] or None,
    )


def _share(value: str | None) -> float | None:
    try:
        return min(1.0, max(0.0, float(value))) if value else None
    except ValueError as error:
        raise Refused(f"{value!r} is no share from 0 to 1", f"{value!r} không phải là số từ 0 đến 1") from error


async def renew_leases(visit: Visit) -> Response:
    """Lets leases last again; answers which the person still has."""
    ids = _ids(await visit.json())
    kept = await visit.write(renew, visit.someone, ids, minutes=visit.desk.settings.lease_minutes)
    return JSONResponse({"kept": kept})


async def release_leases(visit: Visit) -> Response:
    """Gives leases back, so that others get the records; with `skip` they do not come back to the person today."""
    body = await visit.json()
    await visit.write(release, visit.someone, _ids(body), skip=body.get("skip") is True)
    return JSONResponse({"released": True})


def _ids(body: Json) -> list[str]:
    ids = body.get("record_ids")
    if not isinstance(ids, list) or len(ids) > 1000 or not all(isinstance(each, str) for each in ids):
        raise HTTPException(400)
    return cast(list[str], ids)


async def count(visit: Visit) -> Response:
    """Tells how many wait, how many were decided today, and how long the rest will take."""
    found = await visit.read(counts, visit.someone, filters_of(visit.request.query_params))
    return JSONResponse(plain(asdict(found)))


# --- decisions --------------------------------------------------------------------------------------


async def record(visit: Visit) -> Response:
    """Returns one record as a screen shows it."""
    item = await visit.read(item_of, visit.someone, _record_id(visit))
    return JSONResponse(await shown(visit, item))


def _record_id(visit: Visit) -> str:
    return str(visit.request.path_params["record_id"])


async def decision(visit: Visit) -> Response:
    """Enters a decision; what is answered 200 is on disk. 409 brings the record as it stands now."""
    body, record_id = await visit.json(), _record_id(visit)
    verdict, version = str(body.get("verdict")), str(body.get("version"))
    reason, after = body.get("reason"), body.get("after")
    if not (after is None or isinstance(after, dict)) or not (reason is None or isinstance(reason, str)):
        raise HTTPException(400)
    try:
        review = await visit.write(
            decide,
            visit.someone,
            record_id,
            verdict,
            version=version,
            after=cast("Json | None", after),
            reason=reason,
            seconds=_seconds(body),
            share=visit.desk.settings.second_reading_share,
        )
    except Changed as changed:
        if await visit.read(_was_saved, visit.someone, record_id, verdict, version):
            return JSONResponse({"saved": True, "again": True})
        return await _conflict(visit, record_id, changed)
    return JSONResponse({"saved": True, "review": review_json(review), "version": review.version})


def _seconds(body: Json) -> float | None:
    seconds = body.get("seconds")
    return float(seconds) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else None


def _was_saved(store: Store, user: User, record_id: str, verdict: str, version: str) -> bool:
    """Tells whether this very decision was saved before, and only its answer lost on the way."""
    rows = store.rows(
        "SELECT r.reviewer, r.verdict, v.before FROM readings r LEFT JOIN reviews v ON v.id = r.review "
        "WHERE r.record_id = ? ORDER BY r.id DESC LIMIT 1",
        [record_id],
    )
    if not rows or rows[0]["reviewer"] != user.name:
        return False
    is_same = rows[0]["verdict"] == verdict or (verdict == "corrected" and rows[0]["verdict"] == "accepted")
    before = rows[0]["before"]
    return is_same and (before is None or version_of(json.loads(str(before))) == version)


async def _conflict(visit: Visit, record_id: str, changed: Changed) -> Response:
    words = changed.vietnamese if visit.language == "vi" else str(changed)
    current = None
    if changed.current is not None:
        current = await shown(visit, await visit.read(item_of, visit.someone, record_id))
    return JSONResponse({"error": {"code": "changed", "message": words}, "current": current}, 409)


async def undo_last(visit: Visit) -> Response:
    """Takes back the person's latest decision that stands, or their latest on one record."""
    body = await visit.json()
    record_id = body.get("record_id")
    try:
        review = await visit.write(undo, visit.someone, record_id=record_id if isinstance(record_id, str) else None)
    except Changed as changed:
        return await _conflict(visit, str(record_id), changed)
    return JSONResponse({"undone": review_json(review) if review else None})


# --- help with entering -----------------------------------------------------------------------------


async def completion(visit: Visit) -> Response:
    """Returns what a slot may hold that fits what was typed so far."""
    query = visit.request.query_params
    found = await visit.read(
        complete,
        str(visit.request.path_params["what"]),
        query.get("q", "")[:200],
        day=day_of(query.get("day")),
        form=query.get("form"),
    )
    return JSONResponse({"choices": [list(pair) for pair in found]})


async def edtf(visit: Visit) -> Response:
    """Reads a date as a person types it."""
    body = await visit.json()
    value, grain, earliest, latest = read_edtf(str(body.get("text", ""))[:200], day_of(body.get("reference")))
    days = {"earliest": earliest and earliest.isoformat(), "latest": latest and latest.isoformat()}
    return JSONResponse({"edtf": value, "grain": grain, **days})


# --- second readings --------------------------------------------------------------------------------


async def disputed(visit: Visit) -> Response:
    """Lists the records on which two reviewers disagree, with both readings."""
    found = await visit.read(disagreements)
    shown = [{**asdict(each), "record": record_json(each.record)} for each in found]
    return JSONResponse({"disagreements": plain(shown)})


async def settle(visit: Visit) -> Response:
    """Settles a disagreement: one of the readings, or values of the adjudicator's own."""
    body, record_id = await visit.json(), _record_id(visit)
    choice, reason = body.get("choice"), body.get("reason")
    if not isinstance(choice, str | dict) or not (reason is None or isinstance(reason, str)):
        raise HTTPException(400)
    try:
        review = await visit.write(
            adjudicate,
            visit.someone,
            record_id,
            choice,
            version=str(body.get("version")),
            reason=reason,
            seconds=_seconds(body),
        )
    except Changed as changed:
        return await _conflict(visit, record_id, changed)
    return JSONResponse({"saved": True, "review": review_json(review)})


async def agreed(visit: Visit) -> Response:
    """Tells how far reviewers agree: alpha by kind and by pair, seconds for a decision, what was corrected."""
    found = await visit.read(agreement)
    pairs = [{"reviewers": list(pair), **asdict(alpha)} for pair, alpha in found.by_pair.items()]
    return JSONResponse(plain({**asdict(found), "by_pair": pairs}))
