"""How alike two texts are: shingles of letters, a signature small enough to keep, and the exact measure.

Only letters and digits of the folded text count, so marks, line breaks, codings and much of what OCR misreads
make no difference. What is done with the measure stands in `links`.
"""

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
from rensa import RMinHash  # type: ignore[import-untyped]  # 0.5 comes without types

# Five letters survive 3 % of misread letters with a Jaccard of .75; unrelated news shares .05 of them.
SHINGLE: Final = 5
BANDS: Final = 64
ROWS: Final = 4  # values in a band: 64 x 4 finds pairs of Jaccard .5 in 98 of 100 cases, unrelated ones in 1 of 1,500
VALUES: Final = BANDS * ROWS
_SEED: Final = 1945

NEAR: Final = 0.6  # Jaccard from which two texts are one
PART: Final = 0.75  # share of the shorter text's shingles from which it may be a part of the longer one
PASSAGE: Final = 60  # letters of a passage, a clause or two
STRANGE: Final = 0.6  # share of a passage's shingles that the other text lacks where it is not the same, misread
OWN: Final = 0.05  # share of a text in such passages from which it says something of its own and is no copy
NUMBERS: Final = 0.9  # share of the numbers of one text that the other has too; one may differ in any text
MISREAD: Final = 0.15  # by so much fewer numbers than shingles may agree where one text is a scan
PROMISING: Final = 0.25  # Jaccard estimated from the signatures, below which no pair is looked at closely

Shingles = npt.NDArray[np.uint64]
_NO_LETTER = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+")


class Likeness(StrEnum):
    """What two texts are to each other."""

    NEAR_DUPLICATE = "near-duplicate"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Content:
    """What of a text is compared: its shingles in order and distinct and sorted, and how often it has each number."""

    run: Shingles
    shingles: Shingles
    numbers: Counter[str]
    is_scan: bool


def content_of(folded: str, *, is_scan: bool) -> Content:
    """Returns what of a folded text is compared; `is_scan` where it was read from ink."""
    run = shingles_of(folded)
    return Content(run, np.unique(run), Counter(number.lstrip("0") for number in _NUMBER.findall(folded)), is_scan)


def shingles_of(folded: str) -> Shingles:
    """Returns the hashes of all runs of five letters or digits in order; of a shorter text the whole."""
    letters = np.frombuffer(_NO_LETTER.sub("", folded).encode("utf-32-le", "replace"), "<u4").astype(np.uint64)
    width = min(SHINGLE, len(letters))
    if not width:
        return letters
    count = len(letters) - width + 1
    packed = np.zeros(count, np.uint64)
    for offset in range(width):
        packed = packed * np.uint64(0x100000001B3) + letters[offset : offset + count]
    return _mixed(packed)


def _mixed(values: Shingles) -> Shingles:
    """The finaliser of splitmix64: every bit of a value moves every bit of its hash."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def signature_of(folded: str) -> bytes:
    """Returns the MinHash signature of a folded text, one byte a value; nothing for a text without letters."""
    shingles = np.unique(shingles_of(folded))
    if not len(shingles):
        return b""
    [values] = RMinHash.digest_matrix_from_flat_token_hashes(shingles, [0, len(shingles)], VALUES, _SEED).to_rows()
    return np.array(values, np.uint32).astype(np.uint8).tobytes()


def bands_of(signature: bytes) -> list[int]:
    """Returns the keys under which a signature is found, each once: those of two like texts meet."""
    return [int(key) for key in np.unique(np.frombuffer(signature, "<u4"))]


def estimate(signature: bytes, others: list[bytes]) -> list[float]:
    """Returns the Jaccard similarity of a text with others, as their signatures tell it (error about .03)."""
    own = np.frombuffer(signature, np.uint8)
    table = np.frombuffer(b"".join(others), np.uint8).reshape(len(others), VALUES)
    return [float(share) for share in (table == own).mean(axis=1)]


def jaccard(one: Shingles, other: Shingles) -> float:
    """Returns the share of common shingles among all of both, 0 to 1."""
    common = _common(one, other)
    return common / max(1, len(one) + len(other) - common)


def containment(one: Shingles, other: Shingles) -> float:
    """Returns the share of the shingles of the smaller set that the larger one has too, 0 to 1."""
    return _common(one, other) / max(1, min(len(one), len(other)))


def compare(copy: Content, whole: Content) -> tuple[Likeness, float] | None:
    """Returns what the lesser of two texts is to the other, with Jaccard similarity or containment; None for strangers.

    A story told on has whole passages of its own, however much it takes over: that is no copy. Two fillings of
    one form (a price list of each day, letters that differ in name and number) are alike in nearly all
    letters and yet two documents: their numbers disagree.
    """
    contained = containment(copy.shingles, whole.shingles)
    if contained < PART or own_share(copy, whole) > OWN or not _numbers_agree(copy, whole, contained):
        return None
    similarity = jaccard(copy.shingles, whole.shingles)
    if similarity >= NEAR:
        return Likeness.NEAR_DUPLICATE, round(similarity, 4)
    return Likeness.PART, round(contained, 4)


def own_share(text: Content, other: Content) -> float:
    """Returns the share of a text in passages that the other has not, 0 to 1.

    Where 8 % of the letters are misread, three of five shingles still fit; a passage that tells something else
    shares at most two in five with a text on the same subject.
    """
    if len(text.run) < PASSAGE or not len(other.shingles):
        return 0.0
    nearest = np.searchsorted(other.shingles, text.run).clip(max=len(other.shingles) - 1)
    lacking = np.concatenate(([0], np.cumsum(other.shingles[nearest] != text.run)))
    starts = np.flatnonzero(lacking[PASSAGE:] - lacking[:-PASSAGE] >= STRANGE * PASSAGE)
    steps = np.zeros(len(text.run) + 1, np.int64)
    steps[starts] += 1
    steps[starts + PASSAGE] -= 1
    return float((np.cumsum(steps[:-1]) > 0).mean())


def _common(one: Shingles, other: Shingles) -> int:
    return len(np.intersect1d(one, other, assume_unique=True))


def _numbers_agree(copy: Content, whole: Content, contained: float) -> bool:
    needed = min(NUMBERS, contained - MISREAD) if copy.is_scan or whole.is_scan else NUMBERS
    fewer = min(copy.numbers.total(), whole.numbers.total())  # letters misread as digits make more of them
    return (copy.numbers & whole.numbers).total() >= min(needed * fewer, fewer - 1)
