"""Decisions and recipients across documents: lists, one with all its sources side by side, people's word on links."""

from typing import Literal, cast
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from extractors.domain.errors import UsageError
from pipeline.decisions import settle_link, undo_link
from pipeline.decisions.browsing import (
    PAGE,
    WHAT,
    Found,
    find_links,
    group_of,
    others_of,
    read_decision,
    read_recipient,
)
from pipeline.decisions.opinions import Member
from pipeline.review import Changed, Gone, Refused, Role
from pipeline.store import Store
from pipeline.web.guard import Visit
from pipeline.web.shapes import plain

_Kind = Literal["decision", "recipient"]
_FAR = 1_000_000


async def decisions_page(visit: Visit) -> Response:
    """The list of decisions: those of several sources first."""
    return await _list_page(visit, "decision")


async def recipients_page(visit: Visit) -> Response:
    """The list of recipients."""
    return await _list_page(visit, "recipient")


async def _list_page(visit: Visit, kind: _Kind) -> Response:
    what, found = await _found(visit, kind)
    pages = [f"?{urlencode({'what': what, 'offset': str(found.offset + step)})}" for step in (-PAGE, PAGE)]
    context = {"kind": kind, "what": what, "choices": WHAT, "found": found, "earlier": pages[0], "later": pages[1]}
    return visit.page("links.html", context)


async def _found(visit: Visit, kind: _Kind) -> tuple[str, Found]:
    query = visit.request.query_params
    what, offset = query.get("what", WHAT[0]), query.get("offset", "")
    at = min(int(offset), _FAR) if offset.isdecimal() else 0
    return what if what in WHAT else WHAT[0], await visit.read(find_links, kind, what, at)


async def decision_page(visit: Visit) -> Response:
    """One decision with its sources side by side."""
    return visit.page("decision.html", {**await _whole(visit, "decision"), "may_review": visit.may(Role.REVIEWER)})


async def recipient_page(visit: Visit) -> Response:
    """One recipient with all mentions."""
    return visit.page("recipient.html", {**await _whole(visit, "recipient"), "may_review": visit.may(Role.REVIEWER)})


async def _whole(visit: Visit, kind: _Kind) -> dict[str, object]:
    found = await visit.read(read_decision if kind == "decision" else read_recipient, _group(visit))
    if found is None:
        raise HTTPException(404)
    return found


def _group(visit: Visit) -> str:
    return str(visit.request.path_params["id"])


# --- JSON -------------------------------------------------------------------------------------------


async def decisions(visit: Visit) -> Response:
    """Lists decisions."""
    _, found = await _found(visit, "decision")
    return JSONResponse({"decisions": plain(found.rows), "total": found.total})


async def recipients(visit: Visit) -> Response:
    """Lists recipients."""
    _, found = await _found(visit, "recipient")
    return JSONResponse({"recipients": plain(found.rows), "total": found.total})


async def decision_facts(visit: Visit) -> Response:
    """Returns one decision with its sources."""
    return JSONResponse(plain(await _whole(visit, "decision")))


async def recipient_facts(visit: Visit) -> Response:
    """Returns one recipient with all mentions."""
    return JSONResponse(plain(await _whole(visit, "recipient")))


async def judge_source(visit: Visit) -> Response:
    """Keeps that a telling belongs to the others of its decision, or not."""
    return await _judge(visit, "decision", (str(visit.request.path_params["record_id"]), 0))


async def judge_mention(visit: Visit) -> Response:
    """Keeps that a mention belongs to the others of its recipient, or not."""
    params = visit.request.path_params
    return await _judge(visit, "recipient", (str(params["award"]), cast(int, params["position"])))


async def _judge(visit: Visit, kind: _Kind, member: Member) -> Response:
    body = await visit.json()
    verdict, reason = body.get("verdict"), body.get("reason")
    if verdict not in ("accepted", "rejected") or not (reason is None or isinstance(reason, str)):
        raise HTTPException(400)
    review, now = await visit.write(
        _settle, kind, _group(visit), member, verdict, visit.someone.name, (reason or "")[:500] or None
    )
    return JSONResponse({"saved": True, "review": review, "now": now})


def _settle(
    store: Store, kind: _Kind, group: str, member: Member, verdict: Literal["accepted", "rejected"], reviewer: str,
    reason: str | None,
) -> tuple[int, str | None]:  # fmt: skip
    with store.immediate():
        others = others_of(store, kind, group, member)
        if others is None:
            raise Changed(
                "The links have changed meanwhile",
                "Các mối nối vừa thay đổi, hãy tải lại trang",
                current=None,
                version=None,
            )
        if not others:
            raise Refused("There is no other source to link with", "Không có nguồn nào khác để nối")
        review = settle_link(store, kind, member, others, verdict, reviewer, reason)
        return review, group_of(store, kind, member)


async def undo_judgement(visit: Visit) -> Response:
    """Takes a review of a link back."""
    review = cast(int, visit.request.path_params["review"])
    try:
        undone = await visit.write(undo_link, review, visit.someone.name)
    except UsageError as error:
        raise Gone(str(error), "Không có quyết định nào như vậy để hoàn tác") from error
    return JSONResponse({"undone": undone})
