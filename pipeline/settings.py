"""The settings: defaults, then `sovang.toml`, then `SOVANG_*` of the environment, to one frozen `Settings`."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Final

from extractors.domain.errors import SettingsError

FILE_NAME: Final = "sovang.toml"
PREFIX: Final = "SOVANG_"
_SHARES: Final = frozenset({"second_reading_share", "audit_rate"})
_PATHS: Final = frozenset({"db", "calibration"})
_WORDS: Final = frozenset({"base_url", "dataset_title", "dataset_creator", "dataset_licence"})


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, each written `name = value` in `sovang.toml` or `SOVANG_NAME` in the environment."""

    db: Path = Path("outputs/sovang.db")
    calibration: Path = Path("outputs/calibration.csv")  # the site's own table of confidences, used where it exists
    workers: int = field(default_factory=_processors)
    time_limit_s: int = 300  # for one document
    memory_limit_mb: int = 4096  # of address space, for one worker process
    documents_per_worker: int = 1000  # then a fresh process takes its place, so memory stays flat
    file_limit_mb: int = 256
    zip_limit_mb: int = 20_000  # all entries of one zip file, unpacked
    zip_entries: int = 100_000
    upload_limit_mb: int = 1024  # all files that are sent to the archivist's page at once
    upload_files: int = 500  # and how many of them
    page_images_mb: int = 2048  # of disk for the pictures of pages; those longest not looked at go first
    second_reading_share: float = 0.05  # of reviewed records, read once more by another reviewer who sees no verdict
    audit_rate: float = 0.02  # of records that pass unread, read by a person even so
    audit_seed: int = 1  # decides which ones
    lease_minutes: int = 10  # for so long a record that one reviewer looks at is shown to no other
    session_hours: int = 12  # of silence after which a person has to log in again
    base_url: str = ""  # of the pages that links of a published dataset open; where empty, links are paths
    dataset_title: str = "Sổ Vàng"
    dataset_creator: str = ""  # who publishes, for citations
    dataset_licence: str = "CC0-1.0"  # of the facts; the texts belong to their publishers

    def __post_init__(self) -> None:
        if self.base_url and not re.fullmatch(r"https?://[^\s?#]+", self.base_url):
            raise SettingsError(
                f"The setting base_url is {self.base_url!r}",
                advice="Give an address such as https://example.org/sovang",
            )
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, float):
                if not 0 <= value <= 1:
                    raise SettingsError(f"The setting {each.name} is {value}", advice="Give a share from 0 to 1")
            elif isinstance(value, int) and value < 1:
                raise SettingsError(f"The setting {each.name} is {value}", advice="Give a number from 1 up")


def load_settings(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Returns the settings; `path` is a file to read instead of `sovang.toml` in the current folder.

    Raises `SettingsError` for a file that cannot be read, an unknown name, or an impossible value.
    """
    known = {each.name: each.type for each in fields(Settings)}
    values: dict[str, Path | int | float | str] = {}
    for name, value in _from_file(path).items():
        if name not in known:
            raise SettingsError(
                f"{path or FILE_NAME}: there is no setting {name!r}", advice=f"Known: {', '.join(known)}"
            )
        values[name] = _convert(name, value, f"{path or FILE_NAME}")
    for name in known:
        if text := environment.get(PREFIX + name.upper()):
            values[name] = _convert(name, text, PREFIX + name.upper())
    return replace(Settings(), **values)  # type: ignore[arg-type]  # names and types were checked above


def _from_file(path: Path | None) -> Mapping[str, object]:
    file = path or Path(FILE_NAME)
    if path is None and not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}", advice="Correct it or leave it out") from error


def _convert(name: str, value: object, where: str) -> Path | int | float | str:
    if name in _PATHS:
        if isinstance(value, str) and value:
            return Path(value)
        raise SettingsError(f"{where}: {name} is {value!r}", advice="Give the path of a file")
    if name in _WORDS:
        if isinstance(value, str) and value.isprintable():
            return value.strip()
        raise SettingsError(f"{where}: {name} is {value!r}", advice="Give text in one line")
    if name in _SHARES:
        return _share(name, value, where)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    raise SettingsError(f"{where}: {name} is {value!r}", advice="Give a whole number from 1 up")


def _share(name: str, value: object, where: str) -> float:
    try:
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            return float(value)
    except ValueError:
        pass
    raise SettingsError(f"{where}: {name} is {value!r}", advice="Give a share from 0 to 1")
