"""Pictures of pages to words with boxes and confidences, by Tesseract with its Vietnamese model.

A page is read as it is; only where that goes badly is it cleaned and read again, and the better reading kept.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from extractors.domain.errors import MissingDependency
from extractors.domain.records import Box, Page
from pipeline.readers import MODEL_ADVICE, tessdata
from pipeline.readers.arrange import PageContent
from pipeline.readers.page import Image, PageTable, PageWord, rows_of
from pipeline.readers.syllables import is_syllable

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # one page, one core; read when the library is loaded

try:
    import numpy as np
    import tesserocr
    from numpy.typing import NDArray
    from PIL import Image as PillowImage

    from pipeline.readers.ink import Turn, darkness, enlarge, letter_heights, rescue, ruled_tables, skew
except ImportError as error:
    raise MissingDependency(
        f"a page needs OCR and {error.name} is not installed",
        advice=f"Install it with: pip install 'sovang[ocr]' (and {MODEL_ADVICE})",
    ) from error

_GOOD: Final = 92.0  # mean word confidence; all 170 good pages of the trial lay above 93.5, poor ones below 92
_FEW: Final = 0.45  # of the letters that the ink makes up
_LETTER_HEIGHT: Final = 21.0  # median at 200 dpi and 13 points; the model reads no better above
_PALE_WORD: Final = 0.55  # of the darkness of ink on the page
_POOR_LINE: Final = 75.0
_SOME_DROPPED: Final = 3
_WORD_PART: Final = re.compile(r"[^\W\d_]+|\d+")
_SOME_LETTERS: Final = 50
_DPI: Final = 300
_NUMBER: Final = re.compile(r"\d[\d/.,%-]*")
_LIKE_NUMBER: Final = re.compile(r"[A-ZĐ]?[\d/.,%:-]{1,15}[A-Z\])]?|\W{1,2}|[A-Za-zÀ-ỹ]{1,2}[)\]]?")
_LOOK_ALIKES: Final = {0xD0: "Đ", 0x2044: "/"}  # Icelandic eth, fraction slash
_PAD: Final = 12  # white pixels around a column of a table; Tesseract misses letters at the edge


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """Words of one pass of Tesseract over one picture."""

    words: tuple[PageWord, ...]
    dropped: int = 0  # words that no one wrote

    @property
    def mean(self) -> float:
        """Mean word confidence, 0..100."""
        return _mean(list(self.words))

    @property
    def total(self) -> float:
        """Sum of the word confidences: more words read well is better than few."""
        return sum(word.confidence or 0.0 for word in self.words)


def read_page(image: Image, number: int, *, scale: float = 1.0) -> tuple[PageContent, Page]:
    """Returns the words and ruled tables of a grey picture, and the page they stand on.

    Boxes and size are in pixels times `scale`; with a scale below 1 the unit is points.
    """
    height, width = image.shape
    turn = Turn(degrees=skew(image), width=width, height=height)
    level = turn.apply(image)
    tables, clean = ruled_tables(level)
    heights = letter_heights(clean)
    factor = _enlargement(heights)
    reading = _legible(_read(enlarge(clean, factor), tables, factor), clean)
    if _reads_badly(reading, heights):
        cleaner = rescue(clean)
        second = _legible(_read(cleaner, tables), cleaner)
        if second.total > reading.total or (reading.dropped and not second.dropped and second.mean > reading.mean):
            reading = second
    words = tuple(_scaled(word, turn, scale) for word in reading.words)
    page = Page(
        number=number,
        width=width * scale,
        height=height * scale,
        unit="px" if scale == 1.0 else "pt",
        is_ocr=True,
        confidence=round(reading.mean / 100, 4) if words else None,
    )
    content = PageContent(
        number=number, height=height * scale, words=words, tables=tuple(_scaled_table(table, scale) for table in tables)
    )
    return content, page


def _enlargement(heights: NDArray[np.int32]) -> float:
    """Small print is enlarged: at 150 to 200 dpi that saves a third of the wrong words."""
    if len(heights) < _SOME_LETTERS:
        return 1.0
    factor = _LETTER_HEIGHT / float(np.median(heights))
    return round(min(factor, 1.6), 2) if factor > 1.15 else 1.0


def _reads_badly(reading: _Reading, heights: NDArray[np.int32]) -> bool:
    """Low confidence, or much ink that no word accounts for."""
    if reading.mean < _GOOD or reading.dropped > _SOME_DROPPED + len(reading.words) / 20:
        return True
    read = sum(len(word.text) for word in reading.words)
    return read < _FEW * len(heights)


def _legible(reading: _Reading, image: Image) -> _Reading:
    """The reading without lines of specks, stains and ink of the back of the sheet.

    Those read badly and are pale beside the rest of the page, or make no syllables.
    """
    boxes = [(int(w.box.x0), int(w.box.y0), int(w.box.x1) + 1, int(w.box.y1) + 1) for w in reading.words]
    ink = {id(word): dark for word, dark in zip(reading.words, darkness(image, boxes), strict=True)}
    usual = sorted(dark for word, dark in zip(reading.words, ink.values(), strict=True) if (word.confidence or 0) > 0.9)
    least = _PALE_WORD * usual[len(usual) * 3 // 4] if usual else 0.0
    kept = []
    for row in rows_of(reading.words):
        pale = [ink[id(word)] < least for word in row.words]
        mean = _mean(list(row.words))
        if mean < _POOR_LINE and (sum(pale) > 0.5 * len(pale) or _share_read(row.words) < 0.5):
            continue
        kept += [
            word for word, is_pale in zip(row.words, pale, strict=True) if not is_pale or (word.confidence or 0) > 0.8
        ]
    places = {id(word) for word in kept}
    words = tuple(word for word in reading.words if id(word) in places)
    return _Reading(words=words, dropped=len(reading.words) - len(words))


def _share_read(words: Sequence[PageWord]) -> float:
    """Which part of the letters and digits of a line stands in syllables and numbers; 0 for signs only."""
    parts = [part for word in words for part in _WORD_PART.findall(word.text)]
    good = sum(len(part) for part in parts if part.isdecimal() or is_syllable(part.lower()))
    return good / max(1, sum(len(word.text) for word in words))


def _read(image: Image, tables: list[PageTable], factor: float = 1.0) -> _Reading:
    """Reads the text around the tables as a page, and each column of a table as a block of its own.

    Tesseract takes a row of cells for one line and guesses its spaces wrongly.
    """
    page = image.copy() if tables else image
    strips = [_inflated(strip, factor) for table in tables for strip in _strips(table)]
    for left, top, right, bottom in strips:
        page[top:bottom, left:right] = 255
    words = list(_recognised(page, (0, 0), tesserocr.PSM.AUTO, factor))
    for bounds in strips:
        words += _read_strip(image, bounds, factor)
    return _Reading(words=tuple(dict.fromkeys(words)))  # one number may be found for two pieces of it


def _read_strip(image: Image, bounds: tuple[int, int, int, int], factor: float) -> list[PageWord]:
    """Reads one column of a table; what reads badly enlarged is read once more in its own size."""
    left, top, right, bottom = bounds
    strip = image[top:bottom, left:right]
    if not strip.size or strip.min() > 128:
        return []
    best = _read_column(strip, (left, top), factor)
    if factor > 1.0 and _mean(best) < _GOOD:
        small = np.asarray(PillowImage.fromarray(strip).resize(_own_size(strip, factor)), dtype=np.uint8)
        again = _read_column(small, (round(left / factor), round(top / factor)), 1.0)
        best = max(best, again, key=_mean)
    return best


def _own_size(strip: Image, factor: float) -> tuple[int, int]:
    return max(1, round(strip.shape[1] / factor)), max(1, round(strip.shape[0] / factor))


def _read_column(strip: Image, origin: tuple[int, int], factor: float) -> list[PageWord]:
    """Words of a column; a column of numbers is read again with digits only to choose from.

    The Vietnamese model reads `7/7` as `7` and `6/7` as `G/7` and is sure of it; the English one does not.
    """
    padded = np.pad(strip, _PAD, constant_values=255)
    corner = (origin[0] - _PAD, origin[1] - _PAD)
    words = list(_recognised(padded, corner, tesserocr.PSM.SINGLE_BLOCK, factor))
    body = [word for word in words if word.level > words[0].level + 0.5 * words[0].height]
    if len(body) < 3 or sum(_LIKE_NUMBER.fullmatch(word.text) is not None for word in body) < 0.6 * len(body):
        return words
    numbers = _numbers(padded, corner, tesserocr.PSM.SINGLE_BLOCK, factor)
    found = [_nearest(word, numbers) for word in words]
    return [
        number
        or (word if _NUMBER.fullmatch(word.text) or word not in body else _line_number(word, strip, origin, factor))
        for word, number in zip(words, found, strict=True)
    ]


def _numbers(image: Image, origin: tuple[int, int], mode: int, factor: float) -> list[PageWord]:
    """Numbers of a picture by the English model, where it is installed, with digits and their marks only."""
    folder = tessdata()
    language = "eng" if folder and (folder / "eng.traineddata").is_file() else "vie"
    api = _engine(language)
    api.SetVariable("tessedit_char_whitelist", "0123456789/.,%-")
    try:
        words = list(_recognised(image, origin, mode, factor, language))
    finally:
        api.SetVariable("tessedit_char_whitelist", "")
    return [word for word in words if _NUMBER.fullmatch(word.text)]


def _nearest(word: PageWord, numbers: list[PageWord]) -> PageWord | None:
    """The number read in the place of a word, None where it has letters or no number stands there."""
    if not _LIKE_NUMBER.fullmatch(word.text):
        return None
    middle = (word.box.x0 + word.box.x1) / 2
    near = (n for n in numbers if abs(n.level - word.level) < 0.4 * word.height and n.box.x0 <= middle <= n.box.x1)
    return next(near, None)


def _line_number(word: PageWord, strip: Image, origin: tuple[int, int], factor: float) -> PageWord:
    """Reads the line of a word again as a number; the word itself comes back where that finds none."""
    middle = (word.box.y0 + word.box.y1) / 2 * factor - origin[1]
    reach = 0.7 * word.height * factor
    top = max(0, round(middle - reach))
    line = np.pad(strip[top : max(top, round(middle + reach))], _PAD, constant_values=255)
    found = _numbers(line, (origin[0] - _PAD, origin[1] + top - _PAD), tesserocr.PSM.SINGLE_LINE, factor)
    return found[0] if len(found) == 1 else word


def _mean(words: list[PageWord]) -> float:
    return 100 * sum(word.confidence or 0.0 for word in words) / len(words) if words else 0.0


def _strips(table: PageTable) -> Iterator[Box]:
    """Columns of a table as far as its rows have the same cells; a row with merged cells stands by itself."""
    run: list[tuple[Box | None, ...]] = []
    for row in (*table.rows, ()):
        if run and [cell and (cell.x0, cell.x1) for cell in row] != [cell and (cell.x0, cell.x1) for cell in run[0]]:
            for top, bottom in zip(run[0], run[-1], strict=True):
                if top is not None and bottom is not None:
                    yield Box(x0=top.x0, y0=top.y0, x1=top.x1, y1=bottom.y1)
            run = []
        run.append(row)


def _inflated(box: Box, factor: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(value * factor) for value in (box.x0, box.y0, box.x1, box.y1))
    return left, top, right, bottom


def _recognised(
    image: Image, origin: tuple[int, int], mode: int, factor: float, language: str = "vie"
) -> Iterator[PageWord]:
    """Yields the words of a picture that lies at `origin` of the page, in unenlarged pixels of the page."""
    api = _engine(language)
    api.SetPageSegMode(mode)
    api.SetImage(PillowImage.fromarray(image))
    api.SetSourceResolution(_DPI)
    try:
        with _silenced():
            api.Recognize()
        yield from _words(api, origin, factor)
    finally:
        api.Clear()


@contextmanager
def _silenced() -> Iterator[None]:
    """Keeps Leptonica's remarks on odd boxes off the terminal; it offers no other way through tesserocr 2.13."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _words(api: "tesserocr.PyTessBaseAPI", origin: tuple[int, int], factor: float) -> Iterator[PageWord]:
    iterator = api.GetIterator()
    if iterator is None:
        return
    for item in tesserocr.iterate_level(iterator, tesserocr.RIL.WORD):
        if item.Empty(tesserocr.RIL.WORD):
            continue
        text = (item.GetUTF8Text(tesserocr.RIL.WORD) or "").strip().replace("Đ\u00d0", "Đ").translate(_LOOK_ALIKES)
        bounds = item.BoundingBox(tesserocr.RIL.WORD)
        if not text or bounds is None:
            continue
        box = Box(
            x0=(bounds[0] + origin[0]) / factor,
            y0=(bounds[1] + origin[1]) / factor,
            x1=(bounds[2] + origin[0]) / factor,
            y1=(bounds[3] + origin[1]) / factor,
        )
        height = float(item.RowAttributes()["row_height"])
        middle = (bounds[0] + bounds[2]) / 2
        level = _baseline(item, middle, (bounds[1] + bounds[3]) / 2 + 0.3 * height) - 0.3 * height
        yield PageWord(
            text=text,
            box=box,
            ink=box,
            level=(level + origin[1]) / factor,
            height=height / factor,
            confidence=_believed(text, (bounds[2] - bounds[0]) / height, item.Confidence(tesserocr.RIL.WORD) / 100),
        )


def _believed(text: str, width: float, confidence: float) -> float:
    """The confidence, cut down for a number whose box is far too wide for its digits (in line heights).

    The model reads `7/7` as `7` and is sure of it; digits are about 0.43 of a line height wide.
    """
    return min(confidence, 0.3) if text.isdecimal() and width > 0.8 * len(text) + 0.2 else confidence


def _baseline(item: "tesserocr.PyResultIterator", x: float, default: float) -> float:
    """The height of the baseline of the item's line at `x`."""
    base = item.Baseline(tesserocr.RIL.TEXTLINE)
    if base is None:
        return default
    (x0, y0), (x1, y1) = base
    return float(y0 + (y1 - y0) * (x - x0) / (x1 - x0)) if x1 > x0 else default


def _scaled(word: PageWord, turn: Turn, scale: float) -> PageWord:
    return PageWord(
        text=word.text,
        box=_scaled_box(word.box, scale),
        ink=_scaled_box(turn.back(word.box), scale),
        level=word.level * scale,
        height=word.height * scale,
        confidence=None if word.confidence is None else round(word.confidence, 4),
    )


def _scaled_table(table: PageTable, scale: float) -> PageTable:
    return PageTable(
        box=_scaled_box(table.box, scale),
        rows=tuple(tuple(cell and _scaled_box(cell, scale) for cell in row) for row in table.rows),
    )


def _scaled_box(box: Box, scale: float) -> Box:
    return Box(x0=box.x0 * scale, y0=box.y0 * scale, x1=box.x1 * scale, y1=box.y1 * scale)


@cache
def _engine(language: str) -> "tesserocr.PyTessBaseAPI":
    """The engine of this process for a language, loaded at the first page."""
    folder: Path | None = tessdata()
    if folder is None:
        raise MissingDependency("the Vietnamese model of Tesseract is not installed", advice=MODEL_ADVICE)
    return tesserocr.PyTessBaseAPI(path=f"{folder}/", lang=language, psm=tesserocr.PSM.AUTO)
