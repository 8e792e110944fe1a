"""Why two awards or two names were linked, in Vietnamese: the linker keeps its reasons in English."""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

_TABLE: Final = "link_reasons.csv"
_GAP: Final = re.compile(r"\\\{\d\\\}")


def in_language(language: str, reason: str) -> str:
    """Returns a reason in the language of the visit; one that the table does not know stays as it is."""
    if language != "vi":
        return reason
    plain, gapped = _reasons()
    if reason in plain:
        return plain[reason]
    for pattern, words in gapped:
        if found := pattern.fullmatch(reason):
            return words.format(*found.groups())
    return reason


@cache
def _reasons() -> tuple[Mapping[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    text = files("pipeline.web").joinpath(_TABLE).read_text(encoding="utf-8")
    rows = [(row["en"], row["vi"]) for row in csv.DictReader(text.splitlines())]
    gapped = [(re.compile(_GAP.sub("(.+?)", re.escape(en))), vi) for en, vi in rows if "{" in en]
    return {en: vi for en, vi in rows if "{" not in en}, tuple(gapped)
