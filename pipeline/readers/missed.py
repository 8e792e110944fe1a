"""Letters on a page that no word accounts for: where some stand in a line, the line is read by itself.

Tesseract now and then leaves out a line, a short one above all, and a letter that fills a cell of a table by itself.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from extractors.domain.records import Box
from pipeline.readers.ink import bands, darkness, resized, typical_height
from pipeline.readers.page import Image, PageTable, PageWord
from pipeline.readers.tesseract import LINE, recognised

_MOST: Final = 12  # lines of a page; where more are missing the page is poor as a whole
_SURE: Final = 0.75
_DARK: Final = 0.6  # of the ink of the words that were read
_PAD: Final = 12


def missed_words(
    image: Image, letters: NDArray[np.int32], words: Sequence[PageWord], tables: Sequence[PageTable], factor: float
) -> list[PageWord]:
    """Returns words read where letters stand that none of the words covers; `factor` enlarges them for reading."""
    if not len(letters) or not words:
        return []
    height = typical_height(letters[:, 3])
    free = _uncovered(letters, words, image.shape, height)
    lines = [(box, count) for box, count in bands(free, round(1.5 * height)) if _is_line(box, count, tables)]
    if not lines or len(lines) > _MOST:
        return []
    ink = np.median(darkness(image, [_bounds(word.box) for word in words]))
    found: list[PageWord] = []
    for (box, _), dark in zip(lines, darkness(image, [_bounds(box) for box, _ in lines]), strict=True):
        if dark >= _DARK * ink:
            found += _read(image, box, round(0.5 * height), factor)
    return found


def _uncovered(
    letters: NDArray[np.int32], words: Sequence[PageWord], shape: tuple[int, ...], height: float
) -> NDArray[np.int32]:
    """The letters of usual size whose middle lies in no word."""
    covered = np.zeros(shape[:2], dtype=bool)
    margin = round(0.4 * height)
    for word in words:
        left, top, right, bottom = _bounds(word.box)
        reach = round(1.2 * word.height)  # a box may take in a line that was not read
        top, bottom = max(top, round(word.level) - reach), min(bottom, round(word.level) + reach)
        covered[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin] = True
    across = np.clip(letters[:, 0] + letters[:, 2] // 2, 0, shape[1] - 1)
    down = np.clip(letters[:, 1] + letters[:, 3] // 2, 0, shape[0] - 1)
    usual = (letters[:, 3] > 0.6 * height) & (letters[:, 3] < 2.2 * height) & (letters[:, 2] < 3 * height)
    return np.asarray(letters[usual & ~covered[down, across]], dtype=np.int32)


def _is_line(box: Box, count: int, tables: Sequence[PageTable]) -> bool:
    """Three letters, or one that stands in a table."""
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return count > 2 or any(t.box.x0 < x < t.box.x1 and t.box.y0 < y < t.box.y1 for t in tables)


def _read(image: Image, box: Box, margin: int, factor: float) -> list[PageWord]:
    left, top, right, bottom = _bounds(box)
    left, top = max(0, left - margin), max(0, top - margin)
    part = np.pad(resized(image[top : bottom + margin, left : right + margin], factor), _PAD, constant_values=255)
    origin = (round(left * factor) - _PAD, round(top * factor) - _PAD)
    words = list(recognised(np.ascontiguousarray(part), origin, LINE, factor))
    mean = sum(word.confidence or 0.0 for word in words) / max(1, len(words))
    return words if mean >= _SURE and any(char.isalnum() for word in words for char in word.text) else []


def _bounds(box: Box) -> tuple[int, int, int, int]:
    return int(box.x0), int(box.y0), int(box.x1) + 1, int(box.y1) + 1
