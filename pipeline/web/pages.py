"""The pages that people read in: most are a frame that scripts fill from the JSON API."""

import re
from typing import Final, cast
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from pipeline.review import KINDS, STATES, Role, agreement
from pipeline.store import links_of, overview
from pipeline.trust import Audit, audits
from pipeline.version import extractor_version
from pipeline.web import library
from pipeline.web.api_documents import row_of
from pipeline.web.desk import static_files
from pipeline.web.guard import Visit
from pipeline.web.messages import LANGUAGES, catalogue

_COUNTED: Final = re.compile(r"(\d+) of (\d+) audited records were wrong, ([\d.]+)% right were promised")
_FOR_YEARS = {"cache-control": "public, max-age=31536000, immutable"}  # the address holds the version


async def static_file(visit: Visit) -> Response:
    """Returns a script, style or image of the pages."""
    file = static_files().get(str(visit.request.path_params["path"]))
    if file is None:
        raise HTTPException(404)
    return Response(file.content, media_type=file.media_type, headers=_FOR_YEARS)


async def words(visit: Visit) -> Response:
    """Returns the catalogue of one language for the scripts."""
    language = str(visit.request.path_params["language"])
    if language not in LANGUAGES:
        raise HTTPException(404)
    return JSONResponse(dict(catalogue()[language]), headers=_FOR_YEARS)


async def review_page(visit: Visit) -> Response:
    """The screen of a reviewer."""
    return visit.page("review.html", await _choices(visit))


async def _choices(visit: Visit) -> dict[str, object]:
    return {"kinds": KINDS, "states": STATES, "facets": await visit.read(library.facets)}


async def documents_page(visit: Visit) -> Response:
    """The list of documents with its search."""
    query = dict(visit.request.query_params)
    wanted = library.Wanted.of(query)
    found = await visit.read(library.find_documents, wanted)
    earlier = {**query, "offset": str(max(0, wanted.offset - wanted.limit))}
    later = {**query, "offset": str(wanted.offset + wanted.limit)}
    return visit.page(
        "documents.html",
        {
            "wanted": wanted,
            "found": found,
            "facets": await visit.read(library.facets),
            "earlier": f"/documents?{urlencode(earlier)}",
            "later": f"/documents?{urlencode(later)}",
        },
    )


async def document_page(visit: Visit) -> Response:
    """One document with all its records."""
    return await _document(visit, "document.html")


async def awards_page(visit: Visit) -> Response:
    """The awards of one document as a table, for decisions with long lists."""
    return await _document(visit, "awards.html")


async def _document(visit: Visit, template: str) -> Response:
    row = await row_of(visit)
    links = await visit.read(links_of, cast(int, row["serial"]))
    context = {"row": row, "name": str(row["source"]).rsplit("/", 1)[-1], "links": links}
    return visit.page(template, {**context, "may_review": visit.may(Role.REVIEWER)})


async def disagreements_page(visit: Visit) -> Response:
    """What two reviewers read differently, for the adjudicator."""
    return visit.page("disagreements.html")


async def agreement_page(visit: Visit) -> Response:
    """How far reviewers agree, how fast they are, what they correct."""
    return visit.page("agreement.html", {"seen": await visit.read(agreement)})


async def archive_page(visit: Visit) -> Response:
    """Where files are dropped in, watched, and tried again."""
    settings = visit.desk.settings
    return visit.page("archive.html", {"limit_mb": settings.upload_limit_mb, "most": settings.upload_files})


async def status_page(visit: Visit) -> Response:
    """What the database holds and what waits."""
    version = extractor_version()
    seen = await visit.read(overview, version)
    held = await visit.read(audits)
    context = {"audits": held, "withdrawn": {audit.kind: _why_withdrawn(visit, audit) for audit in held}}
    return visit.page("status.html", {"seen": seen, "extractor": version, "reviewer": Role.REVIEWER, **context})


def _why_withdrawn(visit: Visit, audit: Audit) -> str:
    """The reason that stands with a withdrawal, in the language of the visit where it is one of the program's own."""
    reason = audit.withdrawn or ""
    if reason == "by hand":
        return visit.say("audit.by_hand")
    if counted := _COUNTED.fullmatch(reason):
        return visit.say("audit.alarm", wrong=counted[1], read=counted[2], wanted=visit.share(float(counted[3]) / 100))
    return reason
