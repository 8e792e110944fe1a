"""The Starlette application: routes and mounts behind the guard, the shield around them, what starts and stops."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.review import Role
from pipeline.settings import Settings
from pipeline.web import data
from pipeline.web.connections import Connections, prepare
from pipeline.web.desk import Desk
from pipeline.web.guard import check_role, guarded, visit_of
from pipeline.web.page_images import PageImages
from pipeline.web.published import Published
from pipeline.web.shield import Reach, Shield
from pipeline.web.uploads import Uploads
from pipeline.web.ways import NAV, WAYS

_READERS: Final = 4  # threads that read at once; one writes
_FORM_BYTES: Final = 1 << 20  # beside the files of an upload: boundaries and heads of parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """An application of others below a path of ours, who may use it, and the policy that its pages need."""

    path: str
    make: Callable[[Settings], ASGIApp]
    needs: Role
    csp: str | None = None


MOUNTS: Final = (Mounted(path=data.PATH, make=data.data_app, needs=Role.READER, csp=data.CSP),)


def create_app(settings: Settings, reach: Reach | None = None, mounts: tuple[Mounted, ...] = MOUNTS) -> Starlette:
    """Returns the application for a database; it is migrated here, once, and connections open when it starts."""
    prepare(settings.db)
    folder = settings.db.parent.absolute()
    reading = Connections(settings.db, _READERS, "read")
    desk = Desk(
        settings=settings,
        reach=reach or Reach(),
        reading=reading,
        writing=Connections(settings.db, 1, "write"),
        doors=Connections(settings.db, 1, "door"),
        uploads=Uploads(settings, reading),
        images=PageImages(folder / "originals", folder / "page-images", settings.page_images_mb),
        published=Published(settings),
        nav=NAV,
    )
    routes: list[BaseRoute] = [Route(way.path, guarded(way, desk), methods=[way.method]) for way in WAYS]
    routes += [Mount(mounted.path, _Guarded(mounted, desk)) for mounted in mounts]
    upload_bytes = (settings.upload_limit_mb << 20) + _FORM_BYTES
    app = _Shielded(
        routes=routes, lifespan=_lifespan, exception_handlers={HTTPException: _not_found, Exception: _defect}
    )
    app.state.desk = desk
    app.state.policies = {mounted.path: mounted.csp for mounted in mounts if mounted.csp}
    app.state.body_limits = {"/api/v1/uploads": upload_bytes}
    return app


class _Shielded(Starlette):
    """Starlette within the shield: what it answers to a defect gets the safety headers too."""

    def build_middleware_stack(self) -> ASGIApp:
        """Puts the shield around all that Starlette itself puts around the routes."""
        state = self.state
        return Shield(
            super().build_middleware_stack(),
            reach=state.desk.reach,
            policies=state.policies,
            body_limits=state.body_limits,
        )


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    desk.uploads.start()
    try:
        yield
    finally:
        await desk.uploads.stop()
        for connections in (desk.reading, desk.writing, desk.doors):
            connections.close()
        desk.images.close()


class _Guarded:
    """A mounted application behind the same log-in and role check as our own routes; it may only be read."""

    def __init__(self, mounted: Mounted, desk: Desk) -> None:
        self.mounted = mounted
        self.desk = desk
        self.app = mounted.make(desk.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        visit = await visit_of(request, self.desk)
        refusal = check_role(visit, self.mounted.needs) or (None if request.method in {"GET", "HEAD"} else 405)
        if refusal == 401:
            await RedirectResponse("/login", 303)(scope, receive, send)
        elif refusal is not None:
            page = visit.page("error.html", {"status": refusal, "words": visit.say(f"error.{refusal}")}, refusal)
            await page(scope, receive, send)
        else:
            await self.app(scope, receive, send)


async def _not_found(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return await _plain_error(request, status)


async def _defect(request: Request, _error: Exception) -> Response:
    return await _plain_error(request, 500)


async def _plain_error(request: Request, status: int) -> Response:
    desk: Desk = request.app.state.desk
    visit = await visit_of(request, desk)
    words = visit.say(f"error.{status}" if status in (404, 405, 413) else "error.500")
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": {"code": "http", "message": words}}, status)
    return visit.page("error.html", {"status": status, "words": words}, status)
