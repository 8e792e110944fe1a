"""Fixed terms that OCR reads with a wrong mark (`THỊ ĐUA`, `Băng khen`) and provinces (`Đà Năng`) are set right.

Only in text that comes from OCR, only where one syllable of the pair differs in its marks, and never where the
pair as read is a term or a possible pair of words itself. The name of a province is touched only where OCR was not
sure of that syllable, and not beside another capitalised word: it may be part of a longer name.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from extractors.domain.gazetteer import units
from extractors.domain.records import Block
from extractors.domain.tables import rows

_PAIR = re.compile(r"([^\W\d_]+)(?=[ \t]([^\W\d_]+))")
_DOUBTED: Final = 0.85
_NAME = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[ \t]([^\W\d_]+)(?![^\W\d_])")
_YEAR = re.compile(r"\b([Nn])ắm(?= (?:19|20)\d\d\b)")


def mend(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Returns the blocks with misread terms set right, and a note with their number; no length changes."""
    count = named = 0
    mended: list[Block] = []
    for block in blocks:
        if any(word.confidence is not None for word in block.words):
            text = _mend_text(unicodedata.normalize("NFC", block.text))
            if len(text) == len(block.text):
                count += _differences(text, block.text)
                block = replace(block, text=text)
                with_names = _mend_names(block)
                named += _differences(with_names, text)
                block = replace(block, text=with_names)
        mended.append(block)
    notes = [f"{count} misread letters of fixed terms set right"] if count else []
    notes += [f"{named} misread letters of names of provinces set right"] if named else []
    return tuple(mended), tuple(notes)


def _differences(a: str, b: str) -> int:
    return sum(x != y for x, y in zip(a, b, strict=True))


def _mend_names(block: Block) -> str:
    """The text with provinces whose name was read with one doubtful mark; its length stays."""
    text = block.text
    for word in block.words:
        read = text[word.start : word.end]
        if (word.confidence if word.confidence is not None else 1.0) >= _DOUBTED or not read[:1].isupper():
            continue
        around = text[max(0, word.start - 20) : word.end + 20]
        shift = max(0, word.start - 20)
        for match in _overlapping(around):
            start, end = match.start(1) + shift, match.end(2) + shift
            if not start <= word.start < end or _is_capitalised_beside(text, start, end):
                continue
            pair = match.group(1), match.group(2)
            right = _province(*pair)
            spot = 0 if match.start(1) + shift >= word.start else 1
            if right is not None and right[1 - spot] == pair[1 - spot].lower():
                letters = [m.upper() if r.isupper() else m for r, m in zip(pair[spot], right[spot], strict=True)]
                at = (match.start(1) if spot == 0 else match.start(2)) + shift
                text = text[:at] + "".join(letters) + text[at + len(letters) :]
                break
    return text


def _overlapping(text: str) -> Iterator[re.Match[str]]:
    """Each pair of neighbouring syllables."""
    at = 0
    while (match := _NAME.search(text, at)) is not None:
        yield match
        at = match.end(1)


def _is_capitalised_beside(text: str, start: int, end: int) -> bool:
    before, after = text[:start].rstrip(" ").rpartition(" ")[2], text[end:].lstrip(" ").partition(" ")[0]
    if text[start:end].isupper():
        return False
    return before.istitle() or after.istitle()


def _province(first: str, second: str) -> tuple[str, str] | None:
    """The one province whose name differs from a pair of capitalised syllables in one mark, None where none does."""
    known = _provinces()
    read = first.lower(), second.lower()
    found = [
        name
        for name in known.get((_bare(read[0]), _bare(read[1])), ())
        if (name[0] == read[0]) != (name[1] == read[1]) and (len(name[0]), len(name[1])) == (len(first), len(second))
    ]
    is_name = (first[:1] + second[:1]).isupper()
    return found[0] if is_name and len(found) == 1 and read not in known[_bare(read[0]), _bare(read[1])] else None


@cache
def _provinces() -> dict[tuple[str, str], list[tuple[str, str]]]:
    names: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for unit in units().values():
        match unicodedata.normalize("NFC", unit.name).lower().split(" "):
            case [first, second]:
                known = names.setdefault((_bare(first), _bare(second)), [])
                if (first, second) not in known:
                    known.append((first, second))
    return names


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
