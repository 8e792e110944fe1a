"""Finding many phrases at once and choosing among overlapping spans; syllable boundaries."""

import bisect
from collections.abc import Iterable, Sequence
from typing import Protocol

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind


class HasSpan(Protocol):
    """Anything with a half-open span of code points."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def at_boundary(key: str, start: int, end: int) -> bool:
    """Tells whether `[start, end)` of the text begins and ends at a syllable border."""
    return (start == 0 or not key[start - 1].isalnum()) and (end == len(key) or not key[end].isalnum())


class PhraseMatcher:
    """Matches a fixed list of phrases in one pass over a matching key (Aho-Corasick).

    Phrases must be matching keys themselves. `find` returns `(index of the phrase, start, end)`,
    leftmost-longest and without overlaps where `longest` is true, else every occurrence; only
    occurrences at syllable borders count. Sorted by start, then longest first.
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        self.phrases = tuple(phrases)
        self._automaton = AhoCorasick(
            list(self.phrases), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )

    def find(self, key: str, *, longest: bool = True) -> list[tuple[int, int, int]]:
        """Returns the occurrences in `key`; an empty list where there are none."""
        hits = [
            (i, start, end)
            for i, start, end in self._automaton.find_matches_as_indexes(key, overlapping=True)
            if at_boundary(key, start, end)
        ]
        hits.sort(key=lambda h: (h[1], -h[2], h[0]))
        if not longest:
            return hits
        kept: list[tuple[int, int, int]] = []
        last = -1
        for hit in hits:
            if hit[1] >= last:
                kept.append(hit)
                last = hit[2]
        return kept


class SpanIndex:
    """Answers whether a span touches any of a set of spans."""

    def __init__(self, spans: Iterable[HasSpan]) -> None:
        merged: list[list[int]] = []
        for start, end in sorted((s.start, s.end) for s in spans):
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        self._starts = [m[0] for m in merged]
        self._ends = [m[1] for m in merged]

    def touches(self, start: int, end: int) -> bool:
        """Tells whether `[start, end)` shares a character with one of the spans."""
        at = bisect.bisect_right(self._ends, start)
        return at < len(self._starts) and self._starts[at] < end
