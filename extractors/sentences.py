"""Sentence borders of Vietnamese prose, lists and tables, by rule and in one pass."""

import re

# A full stop ends a sentence only before white space; not after an abbreviation (TP. HCM, TS. Lan),
# a single capital (Nguyễn V. A), or a number that heads a list item (1. Tên).
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|\n")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\-/])(?:tp|tx|tt|t\.p|q|p|h|x|ths|(?:p?gs\.)?ts|gs|pgs|(?:th?s\.)?bs|bsck1|bsck2|ks|kts|cn|đ/c|đc|ô|b|mr|mrs|dr|st|no|vd|tr|kt|tm|tl|tuq|"
    r"nxb|nsnd|nsưt|ngnd|ngưt|ttnd|ttưt|[a-zđ]|\d{1,2}|[ivx]{1,4})$"
)
_NEXT_ITEM = re.compile(r"[;:] \d{1,2}$")  # `1. Trạm A; 2. Trạm B`
_MEASURE = re.compile(r"\d[ ]?[mghlđ]$")  # a unit behind a number is no abbreviation: 0,3 m. Dự báo ...


def sentences(text: str, key: str) -> list[tuple[int, int]]:
    """Returns the half-open spans of the sentences of `text`, white space at both ends left out.

    A newline always ends a sentence. `key` is the matching key of `text`.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(key):
        if match.group()[0] == ".":
            tail = key[max(start, match.start() - 8) : match.start()]
            is_number = tail[-1:].isdigit() and tail[:-2].strip() and not _NEXT_ITEM.search(tail)
            if _ABBREVIATION.search(tail) and not is_number and not _MEASURE.search(tail):
                continue
        _add(spans, text, start, match.end())
        start = match.end()
    _add(spans, text, start, len(text))
    return spans


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        left = start + len(piece) - len(piece.lstrip())
        spans.append((left, left + len(stripped)))
