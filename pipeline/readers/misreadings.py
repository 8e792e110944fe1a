"""Fixed terms that OCR reads with a wrong mark (`THỊ ĐUA`, `Băng khen`) are set right; nothing else is.

Only in text that comes from OCR, only where one syllable of the pair differs in its marks, and never where the
pair as read is a term or a possible pair of words itself.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from extractors.domain.records import Block
from extractors.domain.tables import rows

_PAIR = re.compile(r"([^\W\d_]+)(?=[ \t]([^\W\d_]+))")
_YEAR = re.compile(r"\b([Nn])ắm(?= (?:19|20)\d\d\b)")


def mend(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Returns the blocks with misread terms set right, and a note with their number; no length changes."""
    count = 0
    mended: list[Block] = []
    for block in blocks:
        is_ocr = any(word.confidence is not None for word in block.words)
        text = _mend_text(unicodedata.normalize("NFC", block.text)) if is_ocr else block.text
        if text != block.text and len(text) == len(block.text):
            count += sum(a != b for a, b in zip(text, block.text, strict=True))
            block = replace(block, text=text)
        mended.append(block)
    return tuple(mended), (f"{count} misread letters of fixed terms set right",) if count else ()


def _mend_text(text: str) -> str:
    letters = list(_YEAR.sub(r"\1ăm", text))
    for match in _PAIR.finditer(text):
        first, second = match.group(1), match.group(2)
        right = None if first.istitle() and second.istitle() else _right(first.lower(), second.lower())
        if right is None:  # two capitalised syllables may be a name: Thị Đua
            continue
        for (start, end), read, meant in (
            (match.span(1), first, right[0]),
            (match.span(2), second, right[1]),
        ):
            if read.lower() != meant:
                letters[start:end] = [m.upper() if r.isupper() else m for r, m in zip(read, meant, strict=True)]
    return "".join(letters)


def _right(first: str, second: str) -> tuple[str, str] | None:
    terms, excepted = _terms()
    if (first, second) in excepted:
        return None
    found = [
        term
        for term in terms.get((_bare(first), _bare(second)), ())
        if (term[0] == first) != (term[1] == second) and (len(term[0]), len(term[1])) == (len(first), len(second))
    ]
    return found[0] if len(found) == 1 else None


@cache
def _terms() -> tuple[dict[tuple[str, str], list[tuple[str, str]]], frozenset[tuple[str, str]]]:
    terms: dict[tuple[str, str], list[tuple[str, str]]] = {}
    excepted: set[tuple[str, str]] = set()
    for row in rows("fixed_terms.csv"):
        first, second = row.needed("term").split(" ")
        terms.setdefault((_bare(first), _bare(second)), []).append((first, second))
        for pair in (row.needed("term"), *row.several("except")):
            one, two = pair.split(" ")
            excepted.add((one, two))
    return terms, frozenset(excepted)


def _bare(word: str) -> str:
    """The word without its marks; đ stays itself, it is seldom misread."""
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
