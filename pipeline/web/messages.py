"""The words of the pages in Vietnamese and English, from one table, for templates, JSON and scripts alike."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("vi", "en")
_TABLE: Final = "messages.csv"


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Returns for each language the words by key."""
    text = files("pipeline.web").joinpath(_TABLE).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {language: {row["key"]: row[language] for row in rows} for language in LANGUAGES}


def say(language: str, key: str, **values: object) -> str:
    """Returns the words for `key` with the values put in; a key that is missing is a defect and raises `KeyError`."""
    words = catalogue()[language][key]
    return words.format(**values) if values else words
