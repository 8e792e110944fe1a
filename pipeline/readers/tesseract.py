"""Tesseract itself: one engine a language and process, and the words that it finds in a picture."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from extractors.domain.errors import MissingDependency
from extractors.domain.records import Box
from pipeline.readers import MODEL_ADVICE, tessdata
from pipeline.readers.page import Image, PageWord

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # one page, one core; read when the library is loaded

import tesserocr
from PIL import Image as PillowImage

PAGE: Final = tesserocr.PSM.AUTO
BLOCK: Final = tesserocr.PSM.SINGLE_BLOCK
LINE: Final = tesserocr.PSM.SINGLE_LINE
_DPI: Final = 300
_LOOK_ALIKES: Final = {0xD0: "Đ", 0x2044: "/"}  # Icelandic eth, fraction slash


def recognised(
    image: Image, origin: tuple[int, int], mode: int, factor: float, language: str = "vie"
) -> Iterator[PageWord]:
    """Yields the words of a picture that lies at `origin` of the page, in unenlarged pixels of the page."""
    api = engine(language)
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


@cache
def engine(language: str) -> "tesserocr.PyTessBaseAPI":
    """The engine of this process for a language, loaded at the first page."""
    folder: Path | None = tessdata()
    if folder is None:
        raise MissingDependency("the Vietnamese model of Tesseract is not installed", advice=MODEL_ADVICE)
    return tesserocr.PyTessBaseAPI(path=f"{folder}/", lang=language, psm=tesserocr.PSM.AUTO)
