"""The one table of routes: method, path, what is done there, and the least role that may.

A page is a row here, a template and its words in `messages.csv`; what is mounted beside stands in `app.MOUNTS`.
"""

from typing import Final

from starlette.responses import JSONResponse, Response

from pipeline.review import Role
from pipeline.web import api_archive, api_documents, api_review, entrance, ink, linked, pages, research
from pipeline.web.described import Described
from pipeline.web.desk import Link
from pipeline.web.guard import Endpoint, Visit, Way
from pipeline.web.openapi import openapi

_READER, _REVIEWER, _ADJUDICATOR, _ADMIN = Role.READER, Role.REVIEWER, Role.ADJUDICATOR, Role.ADMIN
_API: Final = "/api/v1"

NAV: Final = (
    Link(path="/review", key="nav.review", needs=_REVIEWER),
    Link(path="/documents", key="nav.documents", needs=_READER),
    Link(path="/research", key="nav.research", needs=_READER),
    Link(path="/decisions", key="links.decisions", needs=_READER),
    Link(path="/disagreements", key="nav.disagreements", needs=_ADJUDICATOR),
    Link(path="/agreement", key="nav.agreement", needs=_REVIEWER),
    Link(path="/archive", key="nav.archive", needs=_REVIEWER),
    Link(path="/status", key="nav.status", needs=_READER),
    Link(path="/users", key="nav.users", needs=_ADMIN),
)


async def describe(_visit: Visit) -> Response:
    """Returns the OpenAPI description of the JSON API."""
    return JSONResponse(openapi(WAYS))


def _page(method: str, path: str, endpoint: Endpoint, needs: Role | None) -> Way:
    return Way(method=method, path=path, endpoint=endpoint, needs=needs)


def _api(method: str, path: str, endpoint: Endpoint, needs: Role, told: Described) -> Way:
    return Way(method=method, path=_API + path, endpoint=endpoint, needs=needs, told=told)


_FILTERS: Final = {
    "kind": "dates, provinces, figures, awards or document_facts",
    "min_confidence": "from 0 to 1",
    "max_confidence": "from 0 to 1",
    "document": "number of a document",
    "province": "id of a unit that the document names",
    "year": "of the document",
    "reason": "rule, or words of the evidence",
    "state": "machine, accepted, corrected, rejected, added, conflict, lost or disputed; without it what waits",
    "mine": "1: what the person has decided",
    "text": "words of the document, with or without marks",
}
_LINKS: Final = {
    "what": "several (more than one source), contradictory (for recipients: perhaps the same), followed or all",
    "offset": "how many to leave out; 50 come at once",
}
_JUDGED: Final = {
    "verdict": "accepted: it belongs to the others; rejected: it belongs to none of them",
    "reason": "why, at most 500 characters",
}
_LINKED: Final = {
    200: "saved, and at once in effect; `now` is the decision or recipient that it belongs to",
    409: "the links have changed meanwhile",
}
_SAVED: Final = {
    200: "saved, on disk",
    409: "someone else changed the record meanwhile; `current` is how it stands now",
}

PAGES: Final = (
    _page("GET", "/", entrance.start_page, _READER),
    _page("GET", "/login", entrance.login_page, None),
    _page("POST", "/login", entrance.login, None),
    _page("POST", "/logout", entrance.logout, _READER),
    _page("GET", "/language/{choice}", entrance.choose_language, None),
    _page("GET", "/theme/{choice}", entrance.choose_theme, None),
    _page("GET", "/static/{version}/{path:path}", pages.static_file, None),
    _page("GET", "/words/{version}/{language}.json", pages.words, None),
    _page("GET", "/account", entrance.account_page, _READER),
    _page("POST", "/account", entrance.change_account, _READER),
    _page("GET", "/users", entrance.users_page, _ADMIN),
    _page("POST", "/users", entrance.change_user, _ADMIN),
    _page("GET", "/review", pages.review_page, _REVIEWER),
    _page("GET", "/documents", pages.documents_page, _READER),
    _page("GET", "/documents/{document}", pages.document_page, _READER),
    _page("GET", "/documents/{document}/awards", pages.awards_page, _READER),
    _page("GET", "/documents/{document}/original", api_documents.original, _READER),
    _page("GET", "/d/{document}", ink.document, _READER),
    _page("GET", "/d/{document}/{record_id}", ink.record, _READER),
    _page("GET", "/research", research.overview_page, _READER),
    _page("GET", "/research/map", research.map_page, _READER),
    _page("GET", "/research/timeline", research.timeline_page, _READER),
    _page("GET", "/research/questions/{name}", research.query_page, _READER),
    _page("GET", "/decisions", linked.decisions_page, _READER),
    _page("GET", "/decisions/{id}", linked.decision_page, _READER),
    _page("GET", "/recipients", linked.recipients_page, _READER),
    _page("GET", "/recipients/{id}", linked.recipient_page, _READER),
    _page("GET", "/disagreements", pages.disagreements_page, _ADJUDICATOR),
    _page("GET", "/agreement", pages.agreement_page, _REVIEWER),
    _page("GET", "/archive", pages.archive_page, _REVIEWER),
    _page("GET", "/status", pages.status_page, _READER),
)

API: Final = (
    _api("GET", "/me", api_review.me, _READER, Described(summary="Who is asking")),
    _api(
        "GET",
        "/queue",
        api_review.queue,
        _REVIEWER,
        Described(
            summary="The next items, leased to the person, the most worth reading first",
            query={**_FILTERS, "n": "how many, 3 where not said, at most 20"},
        ),
    ),
    _api("GET", "/counts", api_review.count, _READER, Described(summary="How much waits", query=_FILTERS)),
    _api(
        "POST",
        "/leases/renew",
        api_review.renew_leases,
        _REVIEWER,
        Described(summary="Let leases last again", body={"record_ids": "list of record ids"}, required=("record_ids",)),
    ),
    _api(
        "POST",
        "/leases/release",
        api_review.release_leases,
        _REVIEWER,
        Described(
            summary="Give leases back",
            body={"record_ids": "list of record ids", "skip": "true: they do not come back to the person today"},
            required=("record_ids",),
        ),
    ),
    _api(
        "GET", "/records/{record_id}", api_review.record, _READER, Described(summary="One record as a screen shows it")
    ),
    _api(
        "POST",
        "/records/{record_id}/decision",
        api_review.decision,
        _REVIEWER,
        Described(
            summary="Accept, correct or reject a record",
            body={
                "verdict": "accepted, corrected or rejected",
                "version": "of the record as it was seen",
                "after": "changed columns of a correction; `start` and `end` where the span changes",
                "reason": "why, at most 500 characters",
                "seconds": "that the person took",
            },
            required=("verdict", "version"),
            answers=_SAVED,
        ),
    ),
    _api(
        "POST",
        "/undo",
        api_review.undo_last,
        _REVIEWER,
        Described(
            summary="Take back the person's latest decision",
            body={"record_id": "take back the latest decision on this record instead"},
            answers={200: "`undone` is the decision taken back, null where there is none", 409: _SAVED[409]},
        ),
    ),
    _api(
        "GET",
        "/documents",
        api_documents.documents,
        _READER,
        Described(
            summary="Documents, the newest first",
            query={
                "q": "words of the text or a part of the name",
                "kind": "article, decision, minutes, proposal, report or other",
                "format": "txt, html, pdf, docx, ...",
                "province": "id of a unit that is named",
                "year": "of the document",
                "open": "1: only those with records that wait",
                "offset": "how many to leave out",
                "limit": "how many, 50 where not said, at most 500",
            },
        ),
    ),
    _api(
        "GET",
        "/documents/{document}",
        api_documents.document,
        _READER,
        Described(summary="A document by number or id, with its text", query={"start": "where the text begins"}),
    ),
    _api(
        "GET",
        "/documents/{document}/records",
        api_documents.document_records,
        _READER,
        Described(
            summary="Its records in the order of the text",
            query={"offset": "how many to leave out", "limit": "how many, 5000 at most"},
        ),
    ),
    _api(
        "POST",
        "/documents/{document}/records",
        api_documents.add,
        _REVIEWER,
        Described(
            summary="Add a record that was missed",
            body={
                "kind": _FILTERS["kind"],
                "start": "code point in the text",
                "end": "half-open",
                "values": "the columns of the kind",
                "reason": "why",
                "seconds": "that the person took",
                "again": "true: sent once more because the first answer was lost",
            },
            required=("kind", "start", "end", "values"),
            answers={201: "saved, on disk", 200: "was saved before"},
        ),
    ),
    _api(
        "POST",
        "/documents/{document}/text",
        api_documents.mend_text,
        _REVIEWER,
        Described(
            summary="Correct what OCR misread",
            body={
                "start": "code point in the text",
                "end": "half-open",
                "before": "what stands there in the text as it was seen",
                "text": "what stands on the page",
                "reason": "why",
            },
            required=("start", "end", "before", "text"),
        ),
    ),
    _api(
        "GET",
        "/documents/{document}/pages/{number:int}.png",
        api_documents.page_image,
        _READER,
        Described(summary="The picture of a page", query={"dpi": "75, 110, 150, 200 or 300"}, media_type="image/png"),
    ),
    _api(
        "GET",
        "/complete/{what}",
        api_review.completion,
        _READER,
        Described(
            summary="What a slot may hold",
            query={
                "q": "what was typed so far",
                "day": "YYYY-MM-DD: units of that day come first",
                "form": "id of the award form whose classes are asked for",
            },
        ),
    ),
    _api(
        "POST",
        "/edtf",
        api_review.edtf,
        _READER,
        Described(
            summary="Read a date as it is typed: 25/12/2013, quý 4 2020, 2011-2015",
            body={"text": "what was typed", "reference": "YYYY-MM-DD that `hôm qua` counts from"},
            required=("text",),
        ),
    ),
    _api("GET", "/decisions", linked.decisions, _READER, Described(summary="Award decisions, each once", query=_LINKS)),
    _api("GET", "/decisions/{id}", linked.decision_facts, _READER, Described(summary="A decision with its sources")),
    _api(
        "POST",
        "/decisions/{id}/sources/{record_id}",
        linked.judge_source,
        _REVIEWER,
        Described(
            summary="Say whether a source tells of this decision", body=_JUDGED, required=("verdict",), answers=_LINKED
        ),
    ),
    _api("GET", "/recipients", linked.recipients, _READER, Described(summary="Who received, each once", query=_LINKS)),
    _api("GET", "/recipients/{id}", linked.recipient_facts, _READER, Described(summary="A recipient with mentions")),
    _api(
        "POST",
        "/recipients/{id}/mentions/{award}/{position:int}",
        linked.judge_mention,
        _REVIEWER,
        Described(
            summary="Say whether a name means this recipient", body=_JUDGED, required=("verdict",), answers=_LINKED
        ),
    ),
    _api(
        "POST",
        "/links/{review:int}/undo",
        linked.undo_judgement,
        _REVIEWER,
        Described(summary="Take back what was said of a link"),
    ),
    _api("GET", "/disagreements", api_review.disputed, _ADJUDICATOR, Described(summary="Where two readings differ")),
    _api(
        "POST",
        "/disagreements/{record_id}",
        api_review.settle,
        _ADJUDICATOR,
        Described(
            summary="Settle a disagreement",
            body={
                "choice": "first, second or rejected, or an object with the changes of a third answer",
                "version": "of the record as it was seen",
                "reason": "why",
                "seconds": "that the person took",
            },
            required=("choice", "version"),
            answers=_SAVED,
        ),
    ),
    _api("GET", "/agreement", api_review.agreed, _REVIEWER, Described(summary="How far reviewers agree")),
    _api("GET", "/uploads", api_archive.uploads, _REVIEWER, Described(summary="The latest uploads")),
    _api(
        "POST",
        "/uploads",
        api_archive.upload,
        _REVIEWER,
        Described(
            summary="Send files in",
            body={"file": "any number of files"},
            body_type="multipart/form-data",
            answers={201: "all are on disk and wait to be read"},
        ),
    ),
    _api(
        "GET",
        "/uploads/{id}",
        api_archive.upload_progress,
        _REVIEWER,
        Described(summary="How far an upload is, and what became of each file"),
    ),
    _api("GET", "/failures", api_archive.failures, _REVIEWER, Described(summary="What could not be read, and why")),
    _api(
        "POST",
        "/failures/{id:path}/retry",
        api_archive.retry,
        _REVIEWER,
        Described(summary="Try a failure again; the id `all` means every one", answers={202: "it waits its turn"}),
    ),
    _api("GET", "/status", api_archive.status, _READER, Described(summary="What the database holds")),
    _api("GET", "/openapi.json", describe, _READER, Described(summary="This description")),
)

WAYS: Final = PAGES + API
