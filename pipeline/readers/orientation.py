"""Which way up a page lies: a strip of it is read in all four directions, the one that makes words wins.

Costs half a second, so it is asked only of pages that read badly as they lie.
"""

from typing import Final

import numpy as np

from pipeline.readers.ink import black_on_white, letter_heights, rescue
from pipeline.readers.page import Image
from pipeline.readers.syllables import is_syllable
from pipeline.readers.tesseract import BLOCK, recognised

_SIDE: Final = 28  # letter heights that the strip is long and wide: some ten lines of some forty letters
_LEAST: Final = 300
_CLEARLY: Final = 1.5  # times better than the page as it lies
_ENOUGH: Final = 12.0  # letters in words read surely


def quarter_turns(image: Image) -> int:
    """Returns by how many quarters anticlockwise a picture must be turned to stand upright, 0 for what is unclear."""
    part = _fullest(image)
    part = rescue(part)
    scores = [_sense(np.ascontiguousarray(np.rot90(part, turns))) for turns in range(4)]
    best = max(range(4), key=scores.__getitem__)
    return best if scores[best] > _CLEARLY * scores[0] and scores[best] >= _ENOUGH else 0


def _fullest(image: Image) -> Image:
    """The square of the page with most ink in it, by halves of its side."""
    heights = letter_heights(image)
    letter = float(np.median(heights)) if len(heights) else 20.0
    side = min(max(_LEAST, round(_SIDE * letter)), *image.shape)
    ink = black_on_white(image)
    half = max(1, side // 2)
    tops = range(0, image.shape[0] - side + 1, half)
    lefts = range(0, image.shape[1] - side + 1, half)
    places = [(top, left) for top in tops for left in lefts]
    top, left = max(places, key=lambda at: int(np.count_nonzero(ink[at[0] : at[0] + side, at[1] : at[1] + side])))
    return image[top : top + side, left : left + side]


def _sense(part: Image) -> float:
    """Letters in syllables of three and more, each counted by the confidence of its word."""
    return sum(
        len(word.text) * (word.confidence or 0.0) ** 2
        for word in recognised(part, (0, 0), BLOCK, 1.0)
        if len(word.text) > 2 and word.text.isalpha() and is_syllable(word.text.lower())
    )
