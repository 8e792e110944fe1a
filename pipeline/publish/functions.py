"""Functions that the SQL of `columns.csv` calls while a release is built; all depend on their arguments only."""

import json
import re
import sqlite3
import unicodedata
from datetime import date
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from extractors.domain.orthography import fold
from pipeline.publish.schema import read
from pipeline.store import SqlValue

_YEAR: Final = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_EXACT: Final = 2**53  # up to here a floating-point number holds every whole number
_MARKS: Final = re.compile(r"[\u0300-\u036f]")


def register(connection: sqlite3.Connection, *, min_confidence: float, reviewed_only: bool) -> None:
    """Makes the functions known to a connection; the two conditions decide which records a release holds."""

    def stays(state: str | None, confidence: float | None) -> int | None:
        if state is None or confidence is None:
            return None
        if state == "machine":
            return int(not reviewed_only and confidence >= min_confidence)
        return int(state != "rejected")

    connection.create_function("stays", 2, stays, deterministic=True)
    connection.create_function("fold", 1, fold, deterministic=True)
    connection.create_function("year_of", -1, year_of, deterministic=True)
    connection.create_function("whole_day", 1, whole_day, deterministic=True)
    connection.create_function("listed", 1, listed, deterministic=True)
    connection.create_function("plain_source", 1, plain_source, deterministic=True)
    connection.create_function("without_marks", 1, without_marks, deterministic=True)
    connection.create_function("form_in_english", 1, form_in_english, deterministic=True)
    connection.create_function("as_number", 1, as_number, deterministic=True)
    connection.create_function("exact_digits", 3, exact_digits, deterministic=True)


def year_of(*dates: str | None) -> int | None:
    """Returns the first year that one of several EDTF dates tells, in their order."""
    for text in dates:
        if text and (found := _YEAR.search(text)):
            return int(found.group())
    return None


def whole_day(text: str | None) -> str | None:
    """Returns an ISO day, None for anything less."""
    try:
        return date.fromisoformat(text[:10]).isoformat() if text else None
    except ValueError:
        return None


def listed(text: str | None) -> str | None:
    """Returns a JSON list of words as one line, None where it is empty."""
    return ("; ".join(str(each) for each in json.loads(text)) or None) if text else None


def plain_source(source: str) -> str:
    """Returns the name of a file or the address of a page, without the folders of the machine it lay on.

    A file inside an archive keeps the name of the archive, a page that was fetched only its address, without
    a user name and password.
    """
    archive, _, inner = source.partition("!/")
    if re.match(r"https?://", inner or source):
        parts = urlsplit(inner or source)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    name = archive.rstrip("/").replace("\\", "/").rsplit("/", 1)[-1]
    return f"{name}!/{inner}" if inner else name


def without_marks(text: str) -> str:
    """Returns a Vietnamese name in plain Latin letters, capitals kept."""
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return _MARKS.sub("", plain)


def form_in_english(form: str) -> str:
    """Returns the English name of an award form; a form that the table lacks keeps its id."""
    return _forms().get(form, form)


@cache
def _forms() -> dict[str, str]:
    return {row["id"]: row["name_en"] for row in read("award_forms_en.csv")}


def as_number(value: SqlValue) -> SqlValue:
    """Returns a number of the working database as SQLite integer or real; digits kept as text become real."""
    return float(value) if isinstance(value, str) else value


def exact_digits(value: float | str, upper: float | str | None, of: float | str | None) -> str | None:
    """Returns all digits as `value..upper/of` where a floating-point number cannot hold one of them, else None."""
    numbers = [each for each in (value, upper, of) if each is not None]
    if all(not isinstance(each, str) and abs(each) <= _EXACT for each in numbers):
        return None
    return f"{value}" + ("" if upper is None else f"..{upper}") + ("" if of is None else f"/{of}")
