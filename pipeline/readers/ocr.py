"""Pictures of pages to words with boxes and confidences, by Tesseract with its Vietnamese model.

A page is read as it is; only where that goes badly is it cleaned and read again, and the better reading kept.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from extractors.domain.errors import MissingDependency
from extractors.domain.records import Box, Page
from pipeline.readers import MODEL_ADVICE, tessdata
from pipeline.readers.arrange import PageContent
from pipeline.readers.page import Image, PageTable, PageWord

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # one page, one core; read when the library is loaded

try:
    import numpy as np
    import tesserocr
    from PIL import Image as PillowImage

    from pipeline.readers.ink import Turn, letters, rescue, ruled_tables, skew
except ImportError as error:
    raise MissingDependency(
        f"a page needs OCR and {error.name} is not installed",
        advice=f"Install it with: pip install 'sovang[ocr]' (and {MODEL_ADVICE})",
    ) from error

_GOOD: Final = 92.0  # mean word confidence; all 170 good pages of the trial lay above 93.5, poor ones below 92
_FEW: Final = 0.45  # of the letters that the ink makes up
_DPI: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """Words of one pass of Tesseract over one picture."""

    words: tuple[PageWord, ...]

    @property
    def mean(self) -> float:
        """Mean word confidence, 0..100."""
        return sum(self.confidences) / len(self.words) if self.words else 0.0

    @property
    def total(self) -> float:
        """Sum of the word confidences: more words read well is better than few."""
        return sum(self.confidences)

    @property
    def confidences(self) -> list[float]:
        """Word confidences, 0..100."""
        return [100 * (word.confidence or 0.0) for word in self.words]

    @property
    def line_height(self) -> float:
        """Median height of the lines in pixels, 0 for no words."""
        return float(np.median([word.height for word in self.words])) if self.words else 0.0


def read_page(image: Image, number: int, *, scale: float = 1.0) -> tuple[PageContent, Page]:
    """Returns the words and ruled tables of a grey picture, and the page they stand on.

    Boxes and size are in pixels times `scale`; with a scale below 1 the unit is points.
    """
    height, width = image.shape
    turn = Turn(degrees=skew(image), width=width, height=height)
    level = turn.apply(image)
    tables, clean = ruled_tables(level)
    reading = _read(clean)
    if _reads_badly(reading, clean):
        better, factor = rescue(clean, reading.line_height)
        second = _read(better, factor)
        if second.total > reading.total:
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


def _reads_badly(reading: _Reading, image: Image) -> bool:
    if reading.mean < _GOOD:
        return True
    read = sum(len(word.text) for word in reading.words)
    return read < _FEW * letters(image, reading.line_height)


def _read(image: Image, factor: float = 1.0) -> _Reading:
    api = _engine()
    api.SetImage(PillowImage.fromarray(image))
    api.SetSourceResolution(_DPI)
    try:
        api.Recognize()
        return _Reading(words=tuple(_words(api, factor)))
    finally:
        api.Clear()


def _words(api: "tesserocr.PyTessBaseAPI", factor: float) -> Iterator[PageWord]:
    iterator = api.GetIterator()
    if iterator is None:
        return
    unit = tesserocr.RIL.WORD
    line = tesserocr.RIL.TEXTLINE
    for item in tesserocr.iterate_level(iterator, unit):
        if item.Empty(unit):
            continue
        text = (item.GetUTF8Text(unit) or "").strip()
        bounds = item.BoundingBox(unit)
        row = item.BoundingBox(line)
        if not text or bounds is None or row is None:
            continue
        left, top, right, bottom = (value / factor for value in bounds)
        base = item.Baseline(line)
        attributes = item.RowAttributes()
        height = float(attributes["row_height"]) / factor
        middle = (left + right) / 2
        if base is not None:
            (x0, y0), (x1, y1) = base
            slope = (y1 - y0) / (x1 - x0) if x1 > x0 else 0.0
            level = (y0 + slope * (middle * factor - x0)) / factor - 0.3 * height
        else:
            level = (top + bottom) / 2
        box = Box(x0=left, y0=top, x1=right, y1=bottom)
        yield PageWord(text=text, box=box, ink=box, level=level, height=height, confidence=item.Confidence(unit) / 100)


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
def _engine() -> "tesserocr.PyTessBaseAPI":
    """The engine of this process, loaded at the first page."""
    folder: Path | None = tessdata()
    if folder is None:
        raise MissingDependency("the Vietnamese model of Tesseract is not installed", advice=MODEL_ADVICE)
    return tesserocr.PyTessBaseAPI(path=f"{folder}/", lang="vie", psm=tesserocr.PSM.AUTO)
