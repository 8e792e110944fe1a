"""VIQR, the ASCII spelling of Vietnamese in old mail and bulletins (RFC 1456): `Vie^.t Nam` for Việt Nam."""

import re
import unicodedata
from collections import Counter
from typing import Final

from pipeline.readers.syllables import is_syllable

_SHAPES: Final = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "*": "\u031b"}
_TONES: Final = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_VOWEL: Final = re.compile(r"([aeiouyAEIOUY])([\^(+*]?)(['`?~.]?)")
_WORD: Final = re.compile(r"(?:[A-Za-z]|(?<=[aeoAEO])\^|(?<=[aA])\(|(?<=[ouOU])[+*]|(?<=[A-Za-z^(+*])['`?~.])+")
_ESCAPED: Final = re.compile(r"[A-Za-z]\\[?.']")
_PLAIN_WORD: Final = re.compile(r"(?<!\w)[A-Za-z]+(?!\w)")


def is_viqr(text: str) -> bool:
    """Tells whether an ASCII text is VIQR: many words carry its marks inside and become syllables by it."""
    marked = [word for word in _WORD.findall(text[:40_000]) if re.search(r"[\^(+*~`]|['?.](?=[A-Za-z])|dd", word)]
    if len(marked) < 5:
        return False
    good = sum(is_syllable(_convert(word.rstrip("'?.")).lower()) for word in marked)
    plain = len(_PLAIN_WORD.findall(text[:40_000]))
    return good >= len(marked) * 0.8 and good * 3 >= plain


def from_viqr(text: str) -> str:
    """Returns VIQR text in Unicode. A full stop or question mark after a word is told from a tone mark.

    A backslash before a mark keeps it a mark; in a text that uses it all other marks are tones. Elsewhere
    the mark at the end of a word is a tone unless the word has one already, or the line ends there, or a
    capital follows and the document does not spell the word with that tone more often than without.
    """
    is_strict = _ESCAPED.search(text) is not None
    seen = Counter(
        match.group().lower()
        for match in _WORD.finditer(text)
        if text[match.end() : match.end() + 2].strip().islower() or text[match.end() : match.end() + 1] == ","
    )

    def replace(match: re.Match[str]) -> str:
        word = match.group()
        if word[-1] not in "'?." or not re.search(r"[A-Za-z^(+*]['?.]$", word):
            return _convert(word)
        body, mark = word[:-1], word[-1]
        after = text[match.end() : match.end() + 2]
        ends = not after or after[0] in "\n\r\"')" or (after[0] == " " and after[1:].isupper())
        is_tone = is_strict or not ends or (after[:1] == " " and seen[word.lower()] > seen[body.lower()])
        if not is_tone and is_syllable(_convert(body).lower()):
            return _convert(body) + mark
        return _convert(word)

    return unicodedata.normalize("NFC", _unescape(_WORD.sub(replace, text)))


def _convert(word: str) -> str:
    word = re.sub(r"DD|Dd", "Đ", word).replace("dd", "đ")
    return unicodedata.normalize("NFC", _VOWEL.sub(_vowel, word))


def _vowel(match: re.Match[str]) -> str:
    vowel, shape, tone = match.groups()
    if shape and unicodedata.normalize("NFC", vowel.lower() + _SHAPES[shape]) not in "âêôăơư":
        return match.group()
    return vowel + _SHAPES.get(shape, "") + _TONES.get(tone, "")


def _unescape(text: str) -> str:
    return re.sub(r"\\(?=[\^(+*'`?~.\\Dd])", "", text)
