"""The tables behind the figures family: units, counted nouns, names that carry numbers, function words."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from importlib import resources

from extractors.domain.errors import DomainDataError
from extractors.domain.orthography import matching_key

_SYLLABLE = re.compile(r"[^\W_]+(?:[&-][^\W_]+)*")
_LONGEST = 6  # syllables of the longest phrase that is looked up
# Syllables written with i or y: the school rule of 1980 says i, names and most newspapers keep y.
_PAIRS = ("sĩ sỹ", "kĩ kỹ", "kì kỳ", "kí ký", "kỉ kỷ", "lí lý", "mĩ mỹ", "tỉ tỷ", "quí quý", "hi hy", "ti ty", "vĩ vỹ")
_OTHER_SPELLING = {a: b for pair in _PAIRS for a, b in (pair.split(), reversed(pair.split()))}


class Kind(StrEnum):
    """What a unit measures, as far as the rules tell kinds apart."""

    PERCENT = "percent"
    CURRENCY = "currency"
    TIME = "time"
    AGE = "age"
    TIMES = "times"
    MEASURE = "measure"  # every physical or technical unit
    NOUN = "noun"  # no unit: a counted noun


class Strength(StrEnum):
    """How a word before a number binds it: always, only where nothing is counted, never."""

    HARD = "hard"
    SOFT = "soft"
    FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One written form of a unit; `following` are the words of which one must come next, if any."""

    form: str
    symbol: str
    factor: Decimal
    kind: Kind
    following: frozenset[str]


def _rows(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    source = resources.files("extractors.domain").joinpath(name)
    with source.open(encoding="utf-8") as lines:
        yield from enumerate(csv.DictReader(lines), 2)


@cache
def units() -> dict[str, Unit]:
    """Returns the units by their written form, a matching key."""
    kinds = {kind.value: kind for kind in Kind}
    table: dict[str, Unit] = {}
    for number, row in _rows("units.csv"):
        form = row["form"]
        if form != matching_key(form) or form in table:
            raise DomainDataError(f"units.csv line {number}: {form!r} is no matching key or stands twice")
        try:
            factor = Decimal(row["factor"])
        except InvalidOperation as error:
            raise DomainDataError(f"units.csv line {number}: {row['factor']!r} is no factor") from error
        kind = kinds.get(row["kind"], Kind.MEASURE)
        following = frozenset((row["next"] or "").split())
        table[form] = Unit(form=form, symbol=row["unit"], factor=factor, kind=kind, following=following)
    return table


@cache
def unit_pattern() -> re.Pattern[str]:
    """Returns the pattern of all written forms, longest first, closed at a syllable border."""
    forms = "|".join(re.escape(form).replace(r"\ ", "[ ]") for form in sorted(units(), key=len, reverse=True))
    return re.compile(rf"({forms})(?![^\W_])(?![²³])")


@cache
def nouns() -> dict[str, str]:
    """Returns the counted nouns and noun phrases, matching keys, with the group that each may be listed with."""
    table: dict[str, str] = {}
    for number, row in _rows("counted_nouns.csv"):
        noun = row["noun"]
        if noun != matching_key(noun) or noun in table:
            raise DomainDataError(f"counted_nouns.csv line {number}: {noun!r} is no matching key or stands twice")
        table[noun] = row["group"]
    for noun in list(table):
        for form in _spelled_with_i_or_y(noun):
            table.setdefault(form, table[noun])
    return table


def _spelled_with_i_or_y(noun: str) -> Iterator[str]:
    """Yields the noun with the other letter where the two spellings live side by side: chiến sĩ, chiến sỹ."""
    syllables = noun.split(" ")
    for at, syllable in enumerate(syllables):
        if other := _OTHER_SPELLING.get(syllable):
            yield " ".join([*syllables[:at], other, *syllables[at + 1 :]])


@cache
def number_labels() -> dict[str, Strength]:
    """Returns words before a number that make a name of it (`lớp 5`), or only look so (`xếp hạng 5`)."""
    strengths = {strength.value: strength for strength in Strength}
    table: dict[str, Strength] = {}
    for number, row in _rows("numbered_names.csv"):
        if row["strength"] not in strengths or row["label"] in table:
            raise DomainDataError(f"numbered_names.csv line {number}: {row['label']!r} stands twice or has no strength")
        table[row["label"]] = strengths[row["strength"]]
    return table


@cache
def function_words() -> frozenset[str]:
    """Returns words that are never counted."""
    return frozenset(row["word"] for _, row in _rows("function_words.csv"))


def syllables_at(key: str, start: int, limit: int = _LONGEST) -> list[tuple[str, int]]:
    """Returns up to `limit` syllables from `start`, parted by single spaces, each with its end offset."""
    found: list[tuple[str, int]] = []
    at = start
    while len(found) < limit and (match := _SYLLABLE.match(key, at)):
        found.append((match.group(), match.end()))
        if match.end() >= len(key) or key[match.end()] != " ":
            break
        at = match.end() + 1
    return found


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """By first syllable, in how many syllables counted nouns begin with it, longest first."""
    found: dict[str, set[int]] = {}
    for noun in nouns():
        words = noun.split(" ")
        found.setdefault(words[0], set()).add(len(words))
    return {first: tuple(sorted(counts, reverse=True)) for first, counts in found.items()}


def noun_at(key: str, start: int) -> tuple[str, int] | None:
    """Returns the longest counted noun that begins at `start` of the key, with its end; None for none."""
    first = _SYLLABLE.match(key, start)
    lengths = _lengths().get(first.group()) if first else None
    if not lengths:
        return None
    syllables = syllables_at(key, start, lengths[0])
    for count in lengths:
        if count <= len(syllables):
            phrase = " ".join(word for word, _ in syllables[:count])
            if phrase in nouns():
                return phrase, syllables[count - 1][1]
    return None


def words_before(key: str, end: int, limit: int = 4) -> list[str]:
    """Returns up to `limit` words that stand directly before `end`, in order; marks end the search."""
    tail = key[max(0, end - 40) : end]
    pieces = tail.split(" ")
    found: list[str] = []
    for piece in reversed(pieces):
        if not piece:
            continue
        if len(found) == limit or not piece[-1].isalnum():
            break
        word = piece.lstrip("\"'([")
        clean = re.split(r"[\n\t,;:.!?/()\"]", word)[-1]
        found.append(clean)
        if clean != word or word != piece:
            break
    return list(reversed(found))
