"""Carries places from one text to another: by the edits that made it, or by quote and context (W3C Web Annotation).

All offsets are code points, half-open. What has no place in the new text comes back as None, never as a guess
without context.
"""

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Final

CONTEXT: Final = 32  # characters before and after a quote that tell its occurrences apart
_ENOUGH: Final = 6  # characters of context that must agree where the quote is short
_LONG: Final = 12  # a quote of so many characters stands for itself
_MOST: Final = 200  # occurrences of one quote that are weighed, the nearest ones
_NEAR: Final = 2000  # characters around the expected place that are searched first
_ALIKE: Final = 0.6  # what stands between known neighbours is the quote read anew from here on
_SPACE: Final = re.compile(r"\s+")

Edit = tuple[int, int, str]
"""Start and end in the text as it was, and what stands there now."""

Move = Callable[[int, int], tuple[int, int] | None]
"""Gives the new place of a span of the old text, None where it has none."""


def edits_between(before: str, after: str, offset: int = 0) -> list[Edit]:
    """Returns the smallest edits that turn one passage into another, in order; `before` stands at `offset`."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        (offset + a, offset + b, after[c:d]) for operation, a, b, c, d in matcher.get_opcodes() if operation != "equal"
    ]


def move_by_edits(edits: Sequence[Edit], *, grows: bool = False) -> Move:
    """Returns the move that edits make; with `grows` what is put in right behind a span belongs to it."""

    def move(start: int, end: int) -> tuple[int, int] | None:
        new_start, new_end = _shifted(edits, start, takes=True), _shifted(edits, end, takes=grows)
        return (new_start, new_end) if new_start < new_end else None

    return move


def _shifted(edits: Sequence[Edit], at: int, *, takes: bool) -> int:
    delta = 0
    for start, end, new in edits:
        if start == end == at and not takes:
            break
        if end <= at:
            delta += len(new) - (end - start)
        elif start < at:
            return start + delta + min(at - start, len(new))
        else:
            break
    return at + delta


def context_of(text: str, start: int, end: int) -> tuple[str, str]:
    """Returns what stands before and after a span, at most `CONTEXT` characters each."""
    return text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]


def move_by_context(before: str, after: str) -> Move:
    """Returns the move from one reading of a document to another, each span by its quote and context.

    Spans are best asked for in order: each is first looked for as far from its old place as the last one.
    """
    drift = 0

    def move(start: int, end: int) -> tuple[int, int] | None:
        nonlocal drift
        found = find_quote(after, before[start:end], *context_of(before, start, end), near=start + drift)
        if found:
            drift = found[0] - start
        return found

    return move


def find_quote(text: str, quote: str, prefix: str, suffix: str, *, near: int) -> tuple[int, int] | None:
    """Returns where a quote stands in a text, told from other occurrences by its context, then by nearness.

    White space counts as equal however much. A quote that is not there any more is taken to be what stands
    between its old neighbours, where that is like it.
    """
    near = max(0, near)
    if text.startswith(quote, near) and text[:near].endswith(prefix) and text.startswith(suffix, near + len(quote)):
        return near, near + len(quote)
    pattern = re.compile(r"\s+".join(re.escape(part) for part in quote.split()) or re.escape(quote))
    left, right = _SPACE.sub(" ", prefix)[::-1], _SPACE.sub(" ", suffix)
    around = [m.span() for m in pattern.finditer(text, max(0, near - _NEAR), near + len(quote) + _NEAR)]
    best = _best(text, around, left, right, near)
    if best is None or 2 * best[0] < len(left) + len(right):
        anywhere = sorted((m.span() for m in pattern.finditer(text)), key=lambda place: abs(place[0] - near))
        best = _best(text, anywhere[:_MOST], left, right, near)
    if best and (best[0] >= min(_ENOUGH, len(prefix) + len(suffix)) or len(quote) >= _LONG):
        return best[2], best[3]
    return _between(text, quote, prefix, suffix, near)


def _best(
    text: str, places: list[tuple[int, int]], left: str, right: str, near: int
) -> tuple[int, int, int, int] | None:
    """Returns agreement, nearness and place of the occurrence that stands as the quote did; None for no occurrence."""
    weighed = ((_agreement(text, a, b, left, right), -abs(a - near), a, b) for a, b in places)
    return max(weighed, default=None)


def _agreement(text: str, start: int, end: int, left: str, right: str) -> int:
    """How many characters next to a place are those that stood next to the quote; `left` is read backwards."""
    before = _SPACE.sub(" ", text[max(0, start - 2 * CONTEXT) : start])
    after = _SPACE.sub(" ", text[end : end + 2 * CONTEXT])
    return _common(before[::-1], left) + _common(after, right)


def _common(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length


def _between(text: str, quote: str, prefix: str, suffix: str, near: int) -> tuple[int, int] | None:
    left, right = prefix[-16:], suffix[:16]
    if len(left.strip()) < _ENOUGH or len(right.strip()) < _ENOUGH:
        return None
    window = 2 * len(quote) + 16
    starts = [m.end() for m in re.finditer(re.escape(left), text)]
    for start in sorted(starts, key=lambda found: abs(found - near))[:_MOST]:
        end = text.find(right, start, start + window + len(right))
        if end > start and SequenceMatcher(None, quote, text[start:end], autojunk=False).ratio() >= _ALIKE:
            return start, end
    return None
