"""Where in a text the words stand, told from the text with its marks, and the stretch of it that is shown."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from extractors.domain.orthography import fold, nfc
from pipeline.search.answers import Piece
from pipeline.search.queries import TOKEN, Phrase, Term

AROUND: Final = 90  # characters of a snippet on either side of its first match
_WIDE: Final = 240  # characters of a snippet
# Letters whose folded form may be of another length: combining marks that stand alone, Hangul, dotted capital I.
_UNEVEN: Final = re.compile("[\u0130\u0300-\u036f\u1100-\u11ff\uac00-\ud7a3]")


class _Letters(dict[int, str]):
    """Each character folded for itself, once; for `str.translate`, which is ten times as fast as folding a text."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = fold(chr(code))
        return folded


_LETTERS: Final = _Letters()


def folded_places(text: str) -> tuple[str, list[int] | None]:
    """Returns the folded text and for each of its characters the place in `text`, None where these are equal."""
    folded = text.translate(_LETTERS)
    if len(folded) == len(text) and not _UNEVEN.search(text):
        return folded, None
    parts = [(at, fold(letter)) for at, letter in enumerate(text)]
    return "".join(part for _, part in parts), [at for at, part in parts for _ in part]


@lru_cache(maxsize=256)
def _pattern(phrase: Phrase) -> re.Pattern[str]:
    return re.compile(phrase.pattern)


def places_in(text: str, terms: tuple[Term, ...]) -> list[tuple[int, int]] | None:
    """All places that the terms mean, in code points of `text`; None unless each term has one."""
    folded, origin = folded_places(text)
    # most texts that hold the words without their marks lack one with them: nothing is collected of those
    if not all(any(True for _ in _meant(text, folded, origin, term)) for term in terms):
        return None
    return sorted({place for term in terms for place in _meant(text, folded, origin, term)})


def _meant(text: str, folded: str, origin: list[int] | None, term: Term) -> Iterator[tuple[int, int]]:
    for phrase in term:
        for match in _pattern(phrase).finditer(folded):
            start, end = match.span()
            if start and TOKEN.match(folded[start - 1]):  # begins inside a word
                continue
            if phrase.is_prefix:  # to the end of the word
                rest = TOKEN.match(folded, end)
                end = rest.end() if rest else end
            if origin:
                start, end = origin[start], origin[end - 1] + 1
            if _is_meant(phrase, text[start:end]):
                yield start, end


def _is_meant(phrase: Phrase, written: str) -> bool:
    if all(word.marked is None for word in phrase.words):
        return True
    tokens = TOKEN.findall(nfc(written))
    last = len(phrase.words) - 1
    return len(tokens) == len(phrase.words) and all(
        word.is_in(token, as_prefix=phrase.is_prefix and at == last)
        for at, (word, token) in enumerate(zip(phrase.words, tokens, strict=True))
    )


def snippet_of(text: str, places: list[tuple[int, int]]) -> tuple[int, int, tuple[Piece, ...]]:
    """The stretch of text with most matches, cut between words, in pieces."""
    best, most = places[0], 0
    for at, (start, end) in enumerate(places):
        held = {text[a:b].lower() for a, b in islice(places, at, at + 20) if b <= start + _WIDE - AROUND}
        if len(held) > most:
            best, most = (start, end), len(held)
    low, high = window_of(text, best[0], best[1], AROUND)
    high = max(high, window_of(text, low, min(len(text), low + _WIDE), 0)[1])
    return low, high, pieces_of(text, low, high, places)


def window_of(text: str, start: int, end: int, around: int) -> tuple[int, int]:
    """A stretch with some text on both sides that begins and ends at white space."""
    low, high = max(0, start - around), min(len(text), end + around)
    while 0 < low < start and not text[low - 1].isspace():
        low += 1
    while end < high < len(text) and not text[high].isspace():
        high -= 1
    return low, high


def pieces_of(text: str, low: int, high: int, places: list[tuple[int, int]]) -> tuple[Piece, ...]:
    """Returns a stretch of text cut at the matches in it."""
    pieces: list[Piece] = []
    at = low
    for start, end in places:
        if start < at or end > high:
            continue
        if start > at:
            pieces.append(Piece(text=text[at:start], is_match=False))
        pieces.append(Piece(text=text[start:end], is_match=True))
        at = end
    if at < high:
        pieces.append(Piece(text=text[at:high], is_match=False))
    return tuple(pieces)
