"""What was typed: words, phrases and beginnings, with or without marks, and the names of units in them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from extractors.domain.errors import UsageError
from extractors.domain.gazetteer import aliases, units
from extractors.domain.orthography import fold, matching_key, nfc
from pipeline.search.answers import Ask, Offer

_LONGEST: Final = 400  # characters of a query
_MOST_WORDS: Final = 32
GAP: Final = r"[\W_]+"
TOKEN: Final = re.compile(r"[^\W_]+")
_PART: Final = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query: folded, and as typed where it has marks."""

    folded: str
    marked: str | None

    def is_in(self, written: str, *, as_prefix: bool) -> bool:
        """Tells whether a word of a text, equal to this one when folded, is meant; a text without marks counts."""
        if self.marked is None or written.lower() == fold(written):
            return True
        key = matching_key(nfc(written))
        return key.startswith(self.marked) if as_prefix else key == self.marked


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side; of a prefix the last one is only begun."""

    words: tuple[Word, ...]
    is_prefix: bool = False

    @property
    def match(self) -> str:
        """The phrase in the language of FTS5."""
        return f'"{" ".join(word.folded for word in self.words)}"' + (" *" if self.is_prefix else "")

    @property
    def pattern(self) -> str:
        """The phrase as an expression for folded text; it begins with letters, by which it is found fast."""
        body = GAP.join(re.escape(word.folded) for word in self.words)
        return body + ("" if self.is_prefix else r"(?![^\W_])")

    @property
    def plain(self) -> str:
        return " ".join(word.folded for word in self.words)


Term = tuple[Phrase, ...]  # of which one has to be found


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What has to be found, and what is said of it: which spellings were added, which names might be."""

    close: tuple[Term, ...]
    loose: tuple[Term, ...]  # the same with every word for itself
    also: tuple[str, ...]
    offers: tuple[Offer, ...]

    def passes(self) -> list[tuple[bool, tuple[Term, ...]]]:
        """The terms, strictest first."""
        return [(True, self.close)] if self.close == self.loose else [(True, self.close), (False, self.loose)]


def read_query(ask: Ask) -> Query:
    """Returns what an `Ask` means; raises `UsageError` where it holds no word."""
    close: list[Term] = []
    loose: list[Term] = []
    also: list[str] = []
    offers: list[Offer] = []
    for words, is_prefix, is_quoted in _runs(nfc(ask.words)[:_LONGEST]):
        for part, names in _by_units(words, is_quoted=is_quoted):
            last = is_prefix and part[-1] is words[-1]
            phrase = Phrase(tuple(part), last)
            others = [] if ask.is_exact or last else _spellings(phrase, names)
            later = [] if last else _other_names(phrase, names)
            offers += later
            also += others
            added = [*others, *((offer.words for offer in later) if ask.is_expanded else ())]
            term = (phrase, *(Phrase(words_of(each)) for each in added))
            close.append(term)
            loose += [term] if names or is_quoted else [(Phrase((w,), last and w is part[-1]),) for w in part]
    if not close:
        raise UsageError("The query holds no word", advice='Give words, "a phrase" or a beginning*')
    return Query(
        close=tuple(close),
        loose=tuple(loose),
        also=tuple(dict.fromkeys(also)),
        offers=() if ask.is_expanded else tuple({offer.words: offer for offer in offers}.values()),
    )


def _runs(typed: str) -> Iterator[tuple[tuple[Word, ...], bool, bool]]:
    """Yields runs of words with whether the last is a prefix and whether the run stood in quotation marks."""
    bare: list[Word] = []
    left = _MOST_WORDS
    for match in _PART.finditer(typed.replace("“", '"').replace("”", '"')):
        quoted, single = match.groups()
        words = words_of(quoted if single is None else single)[:left]
        left -= len(words)
        is_prefix = (quoted if single is None else single).endswith("*")
        if single is not None:
            bare += words
        if (single is None or is_prefix) and bare:
            yield tuple(bare), is_prefix and single is not None, False
            bare = []
        if single is None and words:
            yield words, is_prefix, True
    if bare:
        yield tuple(bare), False, False


def words_of(typed: str) -> tuple[Word, ...]:
    """The words of a phrase; a mark is one that folding takes away, capitals are none."""
    found = []
    for match in TOKEN.finditer(typed):
        folded = fold(match.group())
        # a letter may fold to a sign that ends a word for the index: such a word cannot be looked for
        if TOKEN.fullmatch(folded):
            has_marks = folded != match.group().lower()
            found.append(Word(folded, matching_key(nfc(match.group())) if has_marks else None))
    return tuple(found)


# --- names of units ---------------------------------------------------------------------------------


_NAMES: Final = frozenset({"official name", "ascii", "spelling variant"})
_SPELLINGS: Final = _NAMES | {"abbreviation", "with generic word"}  # no codes of papers and offices


@cache
def units_by_words() -> dict[str, tuple[str, ...]]:
    """The ids of the units that folded words can name; codes and bare initials name none."""
    found: dict[str, dict[str, None]] = {}
    for alias in aliases():
        if alias.is_safe or alias.kind in _NAMES:
            words = words_of(alias.alias)
            found.setdefault(" ".join(word.folded for word in words), {})[alias.id] = None
    return {words: tuple(ids) for words, ids in found.items()}


@cache
def _safe_names(unit: str) -> tuple[str, ...]:
    return tuple(alias.alias for alias in aliases() if alias.id == unit and alias.is_safe and alias.kind in _SPELLINGS)


def _by_units(words: Sequence[Word], *, is_quoted: bool) -> Iterator[tuple[Sequence[Word], tuple[str, ...]]]:
    """Cuts a run at the names of units in it: `thi dua lang son` is two phrases. A quoted run stays whole."""
    if is_quoted:
        yield words, _named(words)
        return
    at = begun = 0
    while at < len(words):
        # one syllable (Huế, Vinh) names a unit only where it is all that was typed
        sizes = range(min(6, len(words) - at), 1 if len(words) > 1 else 0, -1)
        size = next((size for size in sizes if _named(words[at : at + size])), 0)
        if not size:
            at += 1
            continue
        if at > begun:
            yield words[begun:at], ()
        yield words[at : at + size], _named(words[at : at + size])
        at = begun = at + size
    if begun < len(words):
        yield words[begun:], ()


def _named(words: Sequence[Word]) -> tuple[str, ...]:
    """The units that the words name; marks that were typed have to agree with one of their names."""
    ids = units_by_words().get(" ".join(word.folded for word in words), ())
    if all(word.marked is None for word in words):
        return ids
    wanted = [word.marked or word.folded for word in words]
    return tuple(
        unit
        for unit in ids
        if any([w.marked or w.folded for w in words_of(a.alias)] == wanted for a in aliases() if a.id == unit)
    )


def _spellings(phrase: Phrase, names: tuple[str, ...]) -> list[str]:
    """Other safe spellings of the units; none that holds what was typed or is a part of it."""
    kept: dict[str, str] = {}
    for unit in names:
        for name in sorted(_safe_names(unit), key=len):
            plain = " ".join(word.folded for word in words_of(name))
            known = [phrase.plain, *kept]
            if not any(f" {one} " in f" {plain} " or f" {plain} " in f" {one} " for one in known):
                kept[plain] = name
    return list(kept.values())


def _other_names(phrase: Phrase, names: tuple[str, ...]) -> list[Offer]:
    """Units of other times on the same ground: what came of the unit, and what it was made of."""
    related: dict[str, None] = {}
    for unit in names:
        related.update(dict.fromkeys(units()[unit].today_ids))
        related.update(dict.fromkeys(other.id for other in units().values() if unit in other.today_ids))
    found: dict[str, Offer] = {}
    for other in related:
        there = units()[other]
        if other not in names and " ".join(word.folded for word in words_of(there.name)) != phrase.plain:
            offer = Offer(words=there.name, unit=other, valid_from=there.valid_from, valid_to=there.valid_to)
            found.setdefault(there.name, offer)
    return list(found.values())
