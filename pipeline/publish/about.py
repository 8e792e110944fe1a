"""What a release says of itself: version, date, conditions, counts. Rows of the table `release`."""

import hashlib
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from extractors.domain.errors import SettingsError, UsageError
from pipeline.publish.build import Conditions
from pipeline.publish.files import PublishedFile
from pipeline.publish.schema import read
from pipeline.version import __version__

_FORMAT: Final = "1"  # of the published folder; rises where a program that reads it has to change
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
# When the database last changed: a run that found nothing new and a decision that was made count alike.
_LAST_CHANGE: Final = (
    "SELECT max(day) FROM (SELECT max(coalesce(ended_at, started_at)) AS day FROM working.runs WHERE done + failed > 0 "
    "UNION ALL SELECT max(decided_at) FROM working.reviews)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """The licence of the facts; texts stay with their publishers."""

    id: str
    name: str
    url: str
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """All that the descriptions of a release are written from."""

    version: str
    previous: str
    date: str
    title: str
    creator: str
    licence: Licence
    conditions: Conditions
    digest: str
    documents: int
    records: int
    extractors: tuple[str, ...]

    @property
    def program(self) -> str:
        return f"sovang {__version__}"

    @property
    def made_by(self) -> str:
        """Who publishes it, for a citation."""
        return self.creator or "Sổ Vàng"

    @property
    def heading(self) -> str:
        return f"{self.title}, version {self.version}"

    def rows(self) -> list[tuple[str, str]]:
        """Returns the rows of the table `release`; what there is nothing to say of has no row."""
        asked = self.conditions
        rows = [
            ("title", self.title),
            ("version", self.version),
            ("previous_version", self.previous),
            ("date", self.date),
            ("creator", self.made_by),
            ("licence", self.licence.id),
            ("licence_url", self.licence.url),
            ("base_url", asked.base_url.rstrip("/")),
            ("min_confidence", f"{asked.min_confidence:g}"),
            ("reviewed_only", "yes" if asked.reviewed_only else "no"),
            ("with_texts", "yes" if asked.with_texts else "no"),
            ("documents", str(self.documents)),
            ("records", str(self.records)),
            ("program", self.program),
            ("extractors", "; ".join(self.extractors)),
            ("format", _FORMAT),
            ("digest", self.digest),
        ]
        return [(name, value) for name, value in rows if value]


def licence_of(name: str) -> Licence:
    """Returns the licence that a setting names; raises `SettingsError` for an unknown one."""
    known = {row["id"]: Licence(**row) for row in read("licences.csv")}
    if name not in known:
        raise SettingsError(f"There is no licence {name!r}", advice=f"Set dataset_licence to one of {', '.join(known)}")
    return known[name]


def last_change(connection: sqlite3.Connection) -> str:
    """Returns the day on which the working database last changed."""
    [day] = connection.execute(_LAST_CHANGE).fetchone()
    return str(day)[:10] if day else "1970-01-01"


def next_version(previous: str) -> str:
    """Returns the version after one: `1`, `2`, `2026.4`; of one that ends in no number, the same with `.2`."""
    if not previous:
        return "1"
    number = re.search(r"\d+$", previous)
    return previous[: number.start()] + str(int(number.group()) + 1) if number else f"{previous}.2"


def check_version(name: str) -> str:
    """Returns a version that a person has named; raises `UsageError` where it cannot stand in names and addresses."""
    if not _VERSION.fullmatch(name):
        raise UsageError(f"{name!r} is no version", advice="Give letters, digits, dots and hyphens, such as 2026.1")
    return name


def digest_of(files: Iterable[PublishedFile], said: Iterable[str]) -> str:
    """Returns a digest of the rows of a release, its conditions, and the program that describes it."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.path}\0{file.sha256}\0".encode())
    for each in said:
        digest.update(f"{each}\0".encode())
    for name, content in sorted(_own_files(resources.files("pipeline.publish"))):
        digest.update(f"{name}\0".encode() + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _own_files(folder: Traversable) -> Iterable[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _own_files(entry)
        elif entry.name.endswith((".py", ".sql", ".csv", ".md")):
            yield f"{folder.name}/{entry.name}", entry.read_bytes()


def published_before(target: Path) -> dict[str, str]:
    """Returns the table `release` of the release that stands in a folder, empty where none does."""
    file = target / "sovang.db"
    if not file.is_file():
        return {}
    try:
        with sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True) as connection:
            rows = dict(connection.execute("SELECT name, value FROM release").fetchall())
        connection.close()
    except sqlite3.Error as error:
        raise UsageError(
            f"{file} is no release of this program: {error}", advice="Give another folder with -o, or move it away"
        ) from error
    return rows
