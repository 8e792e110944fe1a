"""What stands on one page before it has an order: words, tables, and the rows that words make.

Shared by the PDF and OCR readers; coordinates are those of the page, origin at the top left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

import numpy as np
from numpy.typing import NDArray

from extractors.domain.records import Box

Image = NDArray[np.uint8]  # shape (height, width), grey, white paper is 255


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWord:
    """A word as printed.

    `box` is where layout sees it (a skewed page set straight), `ink` where it stands on the page itself.
    `level` is the middle of its line at this word, `height` that of its line.
    """

    text: str
    box: Box
    ink: Box
    level: float
    height: float
    confidence: float | None = None  # of OCR, 0..1
    is_bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTable:
    """A table found by its ruled lines: rows of cells, None where a cell is merged into its neighbour."""

    box: Box
    rows: tuple[tuple[Box | None, ...], ...]


@dataclass(frozen=True, kw_only=True)  # no slots: what is worked out is kept, layout asks for it often
class Row:
    """Words on one line of the page, left to right."""

    words: tuple[PageWord, ...]

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.words[0].box.x0

    @cached_property
    def x1(self) -> float:
        """Right edge."""
        return max(word.box.x1 for word in self.words)

    @cached_property
    def level(self) -> float:
        """Middle height."""
        return median(word.level for word in self.words)

    @cached_property
    def height(self) -> float:
        """Typical height of its words."""
        return median(word.height for word in self.words)

    @cached_property
    def is_bold(self) -> bool:
        """Tells whether every word is bold."""
        return all(word.is_bold for word in self.words)

    @cached_property
    def blanks(self) -> tuple[tuple[float, float], ...]:
        """Blank stretches before, between and behind the words, left to right."""
        found = [(float("-inf"), self.x0)]
        right = self.words[0].box.x1
        for word in self.words[1:]:
            if word.box.x0 >= right:
                found.append((right, word.box.x0))
            right = max(right, word.box.x1)
        return (*found, (right, float("inf")))

    @cached_property
    def text(self) -> str:
        """The words with one space between."""
        return " ".join(word.text for word in self.words)


def rows_of(words: Iterable[PageWord]) -> list[Row]:
    """Returns the rows of some words from top to bottom; words belong together when their middles lie close."""
    rows: list[list[PageWord]] = []
    levels: list[float] = []
    for word in sorted(words, key=lambda w: w.level):
        if rows and word.level - levels[-1] < 0.5 * min(word.height, median(w.height for w in rows[-1])):
            rows[-1].append(word)
            levels[-1] += (word.level - levels[-1]) / len(rows[-1])
        else:
            rows.append([word])
            levels.append(word.level)
    return [Row(words=tuple(sorted(row, key=lambda w: w.box.x0))) for row in rows]


def union(boxes: Sequence[Box]) -> Box:
    """Returns the smallest box that holds all of them; expects at least one."""
    return Box(
        x0=min(box.x0 for box in boxes),
        y0=min(box.y0 for box in boxes),
        x1=max(box.x1 for box in boxes),
        y1=max(box.y1 for box in boxes),
    )


def holds(box: Box, word: PageWord) -> bool:
    """Tells whether the middle of a word lies in the box."""
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1
