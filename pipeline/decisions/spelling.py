"""One spelling for the names of persons and bodies, so that what means the same compares as equal."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from extractors.domain.award_tables import award_words
from extractors.domain.gazetteer import candidates
from extractors.domain.orthography import matching_key, nfc
from extractors.domain.tables import rows

_Y: Final = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")
# lý and lí, mỹ and mĩ, quý and quí; never the y of tay, thủy or of a syllable of its own (Y Khoang)
_LONE_Y: Final = re.compile(r"(?:(?<=[bcdđghklmnprstvx])|(?<=qu))[yỳýỷỹỵ](?!\w)")
_NO_LETTERS: Final = re.compile(r"[^\w&]+|_")
_APOSTROPHES: Final = re.compile(r"['’ʼ`]")
_PLACED: Final = frozenset(("xã", "phường", "huyện", "quận", "trấn", "thôn", "bản", "buôn", "đường", "phố", "làng"))
_PLACE_WORDS: Final = ("tỉnh", "thành phố", "tp")
_LIFE: Final = re.compile(r"-\d{4}$")
_LONGEST_PLACE: Final = 5  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyName:
    """The name of a body without its place, and the first-level unit that it names (`here` where only `tỉnh`)."""

    core: str
    place: str


HERE: Final = "here"  # the place of `Công an tỉnh`: that of the document


def name_key(name: str) -> str:
    """Returns the one spelling of a name: small letters, one tone placement, i for y, spaces for marks."""
    key = _APOSTROPHES.sub("", matching_key(nfc(name)))
    return " ".join(_NO_LETTERS.sub(" ", _LONE_Y.sub(lambda y: y.group().translate(_Y), key)).split())


def place_of(unit_id: str) -> str:
    """Returns what all lives of a unit's name share: `ha-tay-1965` and `ha-tay` are one place for a name."""
    return _LIFE.sub("", unit_id)


@cache
def _short_forms() -> tuple[re.Pattern[str], dict[str, str]]:
    full = {short: row.needed("full") for row in rows("body_short_forms.csv") for short in row.several("short")}
    longest_first = sorted(full, key=lambda short: (-len(short), short))
    return re.compile(r"(?<![\w&])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w&])"), full


@cache
def _offices() -> tuple[tuple[str, ...], ...]:
    return tuple(sorted(tuple(name_key(row.needed("head")).split()) for row in rows("body_offices.csv")))


def spelled_out(name: str) -> str:
    """Returns the name with its abbreviations written in full: `Sở TN&MT` as `Sở Tài nguyên và Môi trường`."""
    pattern, full = _short_forms()
    return pattern.sub(lambda short: full[short.group()], nfc(name))


@lru_cache(maxsize=65536)
def body_name(name: str, unit: str = "") -> BodyName:
    """Returns core and place of a body's name; `unit` is the first-level unit that its record names, where it does."""
    words = name_key(spelled_out(name)).replace("&", "và").split()
    place = place_of(unit)
    for length in range(min(_LONGEST_PLACE, len(words) - 1), 0, -1):
        before = words[-length - 1]
        units = [place_of(u) for u in candidates(" ".join(words[-length:]))]
        if units and before not in _PLACED:
            place = place if place in units else units[0]
            words = words[:-length]
            break
    core = " ".join(words)
    for word in _PLACE_WORDS:
        if core.endswith(f" {word}"):
            core, place = core.removesuffix(f" {word}"), place or HERE
    return BodyName(core=core, place=place)


@lru_cache(maxsize=65536)
def is_office(core: str) -> bool:
    """Tells a name that many bodies bear, each in its place, such as `sở y tế`."""
    words = tuple(core.split())
    return any(words[: len(head)] == head for head in _offices())


@cache
def successors() -> dict[str, str]:
    """Returns the cores of bodies that became others, with the core of what they became."""
    return {body_name(row.needed("from")).core: body_name(row.needed("to")).core for row in rows("body_successors.csv")}


@cache
def generic_names() -> frozenset[str]:
    """Returns the keys of words that name no one by themselves: `đơn vị`, `tập thể`, `nữ sinh`."""
    words = award_words()
    return frozenset(
        name_key(phrase)
        for role in ("pronoun", "count_noun", "honorific", "rank", "post", "body_head")
        for phrase in words[role]
    )


def shared(one: Iterable[str], other: Iterable[str]) -> frozenset[str]:
    """Returns the words that both hold."""
    return frozenset(one) & frozenset(other)
