"""Datasette on the published dataset, mounted at `/data`: it follows new releases and only reads."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Final

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.settings import Settings
from pipeline.web.published import Published

PATH: Final = "/data"
# Datasette's own pages hold scripts and styles in line; nothing comes from, or goes to, another host.
CSP: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_INK: Final = re.compile(r"/d/[0-9a-f]{12,64}(?:/[\w-]{1,80})?")
_PLUGIN: Final = "sovang-links"


def data_app(settings: Settings) -> ASGIApp:
    """Returns the application to mount; where nothing is published yet it leads to the page that says what to do."""
    published = Published(settings)
    shown: tuple[tuple[int, int], ASGIApp] | None = None

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal shown
        identity = published.identity
        if identity is None or importlib.util.find_spec("datasette") is None:
            await RedirectResponse("/research", 303)(scope, receive, send)
            return
        if shown is None or shown[0] != identity:
            shown = identity, _datasette(published)
        await shown[1](scope, receive, send)

    return app


def _datasette(published: Published) -> ASGIApp:
    from datasette.app import Datasette

    _link_ink()
    folder = published.file.parent
    told = {name: _read(folder / f"{name}.json") for name in ("metadata", "settings", "inspect-data")}
    metadata = {**told["metadata"], "about": "Sổ Vàng", "about_url": "/research"}
    server = Datasette(
        immutables=[str(published.file)],
        inspect_data=told["inspect-data"] or None,
        metadata=metadata,
        settings={**told["settings"], "base_url": f"{PATH}/"},
    )
    app: ASGIApp = server.app()
    return app


def _read(file: Path) -> dict[str, object]:
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _link_ink() -> None:
    """Lets Datasette show a path to the ink as a link; it does so by itself with whole addresses only."""
    from datasette import hookimpl
    from datasette.plugins import pm
    from markupsafe import Markup

    class Links:
        __name__ = _PLUGIN  # datasette asks for it, as modules have one

        @hookimpl  # type: ignore[untyped-decorator]  # datasette has no types
        def render_cell(self, value: object) -> Markup | None:
            if isinstance(value, str) and _INK.fullmatch(value):
                return Markup('<a href="{0}">{0}</a>').format(value)
            return None

    if not pm.has_plugin(_PLUGIN):
        pm.register(Links(), name=_PLUGIN)
