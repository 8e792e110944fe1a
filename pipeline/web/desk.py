"""What all requests share: settings, connections, templates, and the rooms for uploads and page images."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.review import Role
from pipeline.settings import Settings
from pipeline.web.connections import Connections
from pipeline.web.page_images import PageImages
from pipeline.web.published import Published
from pipeline.web.shield import Reach
from pipeline.web.uploads import Uploads

_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry of the navigation: where to, its words in the catalogue, and who sees it."""

    path: str
    key: str
    needs: Role


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The services of one running server."""

    settings: Settings
    reach: Reach
    reading: Connections
    writing: Connections
    doors: Connections  # for passwords, whose hashing takes its time
    uploads: Uploads
    images: PageImages
    published: Published
    nav: tuple[Link, ...]
    templates: Environment = field(default_factory=lambda: _templates())


def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("pipeline.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the pages, held in memory."""

    content: bytes
    media_type: str


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Returns all scripts, styles and images by their path below `static/`; nothing else can be asked for."""
    return dict(_collect(files("pipeline.web").joinpath("static"), ""))


def _collect(folder: Traversable, prefix: str) -> list[tuple[str, StaticFile]]:
    found: list[tuple[str, StaticFile]] = []
    for child in sorted(folder.iterdir(), key=lambda item: item.name):
        if child.is_dir():
            found += _collect(child, f"{prefix}{child.name}/")
        elif (suffix := "." + child.name.rsplit(".", 1)[-1]) in _TYPES:
            found.append((f"{prefix}{child.name}", StaticFile(child.read_bytes(), _TYPES[suffix])))
    return found


@cache
def static_version() -> str:
    """Returns eight digits that change with any of the files: part of their address, so that browsers may keep them."""
    digest = hashlib.sha256()
    for name, file in static_files().items():
        digest.update(f"{name}\0".encode() + file.content)
    digest.update(files("pipeline.web").joinpath("messages.csv").read_bytes())
    return digest.hexdigest()[:8]
