"""One request with its person and language, and what each route demands before its own code runs."""

import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Concatenate, Final, ParamSpec, TypeVar
from urllib.parse import quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from extractors.domain.errors import ProjectError, StoreError
from extractors.domain.gazetteer import units
from pipeline.review import Changed, Gone, Refused, Role, Session, User, session_user, token_user
from pipeline.store import Store
from pipeline.web.described import Described
from pipeline.web.desk import Desk, static_version
from pipeline.web.link_reasons import in_language
from pipeline.web.messages import LANGUAGES, say

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
Json = dict[str, object]
SESSION_COOKIE: Final = "sovang_session"
FORM_COOKIE: Final = "sovang_form"  # double-submit token of the log-in form, which has no session yet
LANGUAGE_COOKIE: Final = "sovang_language"
THEME_COOKIE: Final = "sovang_theme"
THEMES: Final = ("auto", "light", "dark")
CSRF_HEADER: Final = "x-csrf-token"
_SAFE: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A request, who makes it, and in which language; `session` is None for scripts with a token of their own."""

    request: Request
    desk: Desk
    session: Session | None = None
    user: User | None = None
    language: str = LANGUAGES[0]
    new_form_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    async def read(self, work: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Does work that only reads, in a thread with a connection."""
        return await self.desk.reading.do(work, *args, **kwargs)

    async def write(self, work: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Does work that writes, in the one thread that does so: writers here never wait for each other's locks."""
        return await self.desk.writing.do(work, *args, **kwargs)

    def say(self, key: str, **values: object) -> str:
        """Returns words of the catalogue in the language of the visit."""
        return say(self.language, key, **values)

    def number(self, value: int) -> str:
        """Returns a whole number with the separators of the language."""
        return f"{value:,}".replace(",", ".") if self.language == "vi" else f"{value:,}"

    def share(self, value: float, digits: int = 1) -> str:
        """Returns a share as a percentage in the manner of the language."""
        shown = f"{100 * value:.{digits}f}"
        return f"{shown.replace('.', ',')} %" if self.language == "vi" else f"{shown}%"

    def link_reasons(self, reasons: str | Sequence[str]) -> str:
        """Returns why something was linked, in the language of the visit."""
        listed = reasons.split("; ") if isinstance(reasons, str) else reasons
        return "; ".join(in_language(self.language, reason) for reason in listed)

    def unit(self, unit_id: str) -> str:
        """Returns the name of a unit of the gazetteer; what is none stays as it is."""
        return units()[unit_id].name if unit_id in units() else unit_id

    @property
    def someone(self) -> User:
        """The person of a visit that had to log in."""
        if self.user is None:
            raise HTTPException(401)
        return self.user

    @property
    def theme(self) -> str:
        """Light, dark, or as the system has it."""
        asked = self.request.cookies.get(THEME_COOKIE, "")
        return asked if asked in THEMES else THEMES[0]

    @property
    def csrf(self) -> str:
        """What a form must send back: of the session, or of the log-in form's own cookie."""
        if self.session is not None:
            return self.session.csrf
        return self.request.cookies.get(FORM_COOKIE) or self.new_form_token

    def may(self, needs: Role) -> bool:
        """Tells whether the person has at least that role."""
        return self.user is not None and self.user.role.may(needs)

    @property
    def has_secure_cookies(self) -> bool:
        """Tells whether cookies are kept to TLS: where it is used, and beyond this machine unless told otherwise."""
        reach = self.desk.reach
        return self.request.url.scheme == "https" or not (reach.is_loopback or reach.is_plain_allowed)

    async def form(self) -> dict[str, str]:
        """Returns the fields of a form without files, the last of each name."""
        fields = await self.request.form(max_files=0, max_fields=100)
        return {name: value for name, value in fields.items() if isinstance(value, str)}

    async def json(self) -> Json:
        """Returns the body, a JSON object; anything else is answered 400."""
        try:
            body = json.loads(await self.request.body())
        except (ValueError, RecursionError) as error:
            raise HTTPException(400, self.say("error.not_json")) from error
        if not isinstance(body, dict):
            raise HTTPException(400, self.say("error.not_json"))
        return body

    def page(self, template: str, context: Mapping[str, object] | None = None, status: int = 200) -> Response:
        """Returns a page made from a template, which knows the visit and the words."""
        links = [link for link in self.desk.nav if self.may(link.needs)]
        html = self.desk.templates.get_template(template).render(
            {"visit": self, "t": self.say, "nav": links, "static": f"/static/{static_version()}", **(context or {})}
        )
        return HTMLResponse(html, status)


def day_of(value: object) -> date | None:
    """Returns the day that a parameter names, None where it names none."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
    except ValueError:
        return None


Endpoint = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A row of the one table of routes: method, path, what is done there, and who may (None: anybody)."""

    method: str
    path: str
    endpoint: Endpoint
    needs: Role | None
    told: Described | None = None  # of the JSON API

    @property
    def is_api(self) -> bool:
        """Tells whether scripts call it: it answers JSON, also where it refuses."""
        return self.path.startswith("/api/")


def guarded(way: Way, desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """Returns the Starlette endpoint of a way: log-in, role and origin are checked, then its own code runs."""

    async def endpoint(request: Request) -> Response:
        visit = await visit_of(request, desk)
        try:
            refusal = check_role(visit, way.needs) or await _check_origin(visit)
            if refusal is not None:
                return _refused(visit, way, refusal)
            return await way.endpoint(visit)
        except HTTPException as error:
            return _answer(visit, way, error.status_code, "http", error.detail)
        except ProjectError as error:
            return _answer(visit, way, *_told(visit, error))

    return endpoint


async def visit_of(request: Request, desk: Desk) -> Visit:
    """Finds out who asks, from the session cookie or the token of a script."""
    language = request.cookies.get(LANGUAGE_COOKIE, LANGUAGES[0])
    language = language if language in LANGUAGES else LANGUAGES[0]
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        user = await desk.reading.do(token_user, token.strip())
        return Visit(request=request, desk=desk, user=user, language=language)
    cookie = request.cookies.get(SESSION_COOKIE)
    session = await desk.reading.do(session_user, cookie) if cookie else None
    user = session.user if session else None
    return Visit(request=request, desk=desk, session=session, user=user, language=language)


def check_role(visit: Visit, needs: Role | None) -> int | None:
    """Returns the status of a refusal, None where the person may go on."""
    if needs is None:
        return None
    if visit.user is None:
        return 401
    return None if visit.user.role.may(needs) else 403


async def _check_origin(visit: Visit) -> int | None:
    """A request that changes something must come from our own pages; a script's token proves as much."""
    request = visit.request
    if request.method in _SAFE or (visit.user is not None and visit.session is None):
        return None
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return 403
    # "null": browsers say so of forms on pages that send no referrer, as ours
    if origin not in (None, "null") and urlsplit(str(origin)).netloc.lower() != request.headers.get("host", "").lower():
        return 403
    expected = visit.session.csrf if visit.session else request.cookies.get(FORM_COOKIE, "")
    given = request.headers.get(CSRF_HEADER, "")
    if not given and request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        value = (await request.form(max_files=0, max_fields=100)).get("csrf")
        given = value if isinstance(value, str) else ""
    is_same = bool(expected) and hmac.compare_digest(given.encode(), expected.encode())
    return None if is_same else 403


def _refused(visit: Visit, way: Way, status: int) -> Response:
    if status == 401 and not way.is_api and visit.request.method in _SAFE:
        target = visit.request.url.path + (f"?{visit.request.url.query}" if visit.request.url.query else "")
        return RedirectResponse(f"/login?next={quote(target)}", 303)
    return _answer(visit, way, status, "http", "")


def _told(visit: Visit, error: ProjectError) -> tuple[int, str, str]:
    """Returns status, code and words for an error of the stages."""
    if isinstance(error, Changed):
        return 409, "changed", visit.say("error.changed")
    if isinstance(error, Gone):
        return 404, "gone", visit.say("error.gone")
    if isinstance(error, Refused):
        return 422, "refused", error.vietnamese if visit.language == "vi" else str(error)
    if isinstance(error, StoreError):
        log.error("%s", error)
        return 503, "busy", visit.say("error.busy")
    return 422, "refused", str(error)


def _answer(visit: Visit, way: Way, status: int, code: str, words: str) -> Response:
    key = f"error.{status}"
    if not words or words == _PHRASES.get(status):
        words = visit.say(key if key in _KNOWN else "error.500")
    if way.is_api:
        return JSONResponse({"error": {"code": code, "message": words}}, status)
    return visit.page("error.html", {"status": status, "words": words}, status)


_KNOWN: Final = frozenset({f"error.{status}" for status in (400, 401, 403, 404, 405, 413, 500)})
_PHRASES: Final[Mapping[int, str]] = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    500: "Internal Server Error",
}
