"""Pictures of pages to words with boxes and confidences, by Tesseract with its Vietnamese model.

A page is read as it is; only where that goes badly is it cleaned and read again, and the better reading kept.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from extractors.domain.errors import MissingDependency
from extractors.domain.records import Box, Page
from pipeline.readers import MODEL_ADVICE, tessdata
from pipeline.readers.arrange import PageContent
from pipeline.readers.page import Image, PageTable, PageWord, rows_of
from pipeline.readers.syllables import is_syllable

try:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.readers.ink import Turn, darkness, letter_boxes, rescue, resized, ruled_tables, skew, typical_height
    from pipeline.readers.missed import missed_words
    from pipeline.readers.orientation import quarter_turns
    from pipeline.readers.tesseract import BLOCK, LINE, PAGE, engine, recognised
except ImportError as error:
    raise MissingDependency(
        f"a page needs OCR and {error.name} is not installed",
        advice=f"Install it with: pip install 'sovang[ocr]' (and {MODEL_ADVICE})",
    ) from error

_GOOD: Final = 92.0  # mean word confidence; all 170 good pages of the trial lay above 93.5, poor ones below 92
_FEW: Final = 0.45  # of the letters that the ink makes up
_LETTER_HEIGHT: Final = 19.0  # pixels, at 200 dpi and 11 points; the model reads no better above
_SMALL_PRINT: Final = 1.4  # where level print without tables is worth the time of enlarging it
_PALE_WORD: Final = 0.55  # of the darkness of ink on the page
_POOR_LINE: Final = 75.0
_SOME_DROPPED: Final = 3
_WORD_PART: Final = re.compile(r"[^\W\d_]+|\d+")
_SOME_LETTERS: Final = 50
_NUMBER: Final = re.compile(r"\d[\d/.,%-]*")
_LIKE_NUMBER: Final = re.compile(r"[A-ZĐ]?[\d/.,%:-]{1,15}[A-Z\])]?|\W{1,2}|[A-Za-zÀ-ỹ]{1,2}[)\]]?")
_PAD: Final = 12  # white pixels around a column of a table; Tesseract misses letters at the edge


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """Words of one pass of Tesseract over one picture."""

    words: tuple[PageWord, ...]
    dropped: tuple[PageWord, ...] = ()  # words that no one wrote

    @property
    def mean(self) -> float:
        """Mean word confidence, 0..100."""
        return _mean(list(self.words))

    @property
    def total(self) -> float:
        """Sum of the word confidences: more words read well is better than few."""
        return sum(word.confidence or 0.0 for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A page set level in the size in which it reads best, and the first reading of it."""

    level: Image
    clean: Image  # the same without the lines of its tables
    tables: list[PageTable]
    letters: NDArray[np.int32]  # left, top, width, height of each
    turn: Turn
    shrunk: float  # its size beside that of the picture
    reading: _Reading

    @property
    def is_poor(self) -> bool:
        """Tells whether it read badly."""
        return _reads_badly(self.reading, len(self.letters))

    @property
    def is_sideways(self) -> bool:
        """Tells whether its words run up or down the page; Tesseract may read them all the same."""
        upright = [w.box.x1 - w.box.x0 > w.box.y1 - w.box.y0 for w in self.reading.words if len(w.text) > 3]
        return sum(upright) < 0.5 * len(upright)


def read_page(image: Image, number: int, *, scale: float = 1.0) -> tuple[PageContent, Page]:
    """Returns the words and ruled tables of a grey picture, and the page they stand on, upright.

    Boxes and size are in pixels times `scale`; with a scale below 1 the unit is points.
    """
    turns = 0
    sheet = _sheet(image)
    if (sheet.is_poor or sheet.is_sideways) and (turns := quarter_turns(sheet.clean)):
        image = np.ascontiguousarray(np.rot90(image, turns))
        sheet = _sheet(image)
    reading, ruled = _rescued(sheet) if sheet.is_poor else (sheet.reading, sheet.tables)
    height, width = image.shape[0] * scale, image.shape[1] * scale
    size = scale / sheet.shrunk
    words = tuple(_scaled(word, sheet.turn, size) for word in reading.words)
    page = Page(
        number=number,
        width=width,
        height=height,
        unit="px" if scale == 1.0 else "pt",
        is_ocr=True,
        confidence=round(reading.mean / 100, 4) if words else None,
        turned=turns,
    )
    tables = tuple(_scaled_table(table, size) for table in ruled)
    return PageContent(number=number, height=height, words=words, tables=tables, quarter_turns=turns), page


def _sheet(image: Image) -> _Sheet:
    """Large print is made smaller, which is faster and reads better; small print is enlarged for reading only."""
    letters = letter_boxes(image)
    factor = _factor(letters[:, 3])
    shrunk = min(1.0, factor)
    small = resized(image, shrunk)
    turn = Turn(degrees=skew(small), width=small.shape[1], height=small.shape[0])
    level = turn.apply(small)
    tables, clean = ruled_tables(level)
    if shrunk < 1.0:
        letters = (letters * shrunk).astype(np.int32)
    letters = _between_lines(turn.applied(letters), clean, tables)
    factor = max(1.0, factor)
    is_hard = bool(turn.degrees) or factor > _SMALL_PRINT
    reading = _legible(_read(clean, tables, factor if is_hard else 1.0, factor), clean)
    sheet = _Sheet(level=level, clean=clean, tables=tables, letters=letters, turn=turn, shrunk=shrunk, reading=reading)
    return sheet if sheet.is_poor else replace(sheet, reading=_completed(sheet, factor))


def _between_lines(letters: NDArray[np.int32], clean: Image, tables: list[PageTable]) -> NDArray[np.int32]:
    """The letters of a page whose tables have lost their lines: those that stood on lines show only now."""
    for table in tables:
        left, top, right, bottom = _inflated(table.box, 1.0)
        middles = letters[:, :2] + letters[:, 2:] // 2
        is_outside = ((middles < (left, top)) | (middles > (right, bottom))).any(axis=1)
        inside = letter_boxes(clean[top:bottom, left:right]) + np.array([left, top, 0, 0], dtype=np.int32)
        letters = np.concatenate([letters[is_outside], inside])
    return letters


def _completed(sheet: _Sheet, factor: float) -> _Reading:
    """The reading with what Tesseract left out, or read so badly that it was dropped."""
    reading = sheet.reading
    more = missed_words(sheet.clean, sheet.letters, reading.words, sheet.tables, factor)
    return replace(reading, words=(*reading.words, *more)) if more else reading


def _rescued(sheet: _Sheet) -> tuple[_Reading, list[PageTable]]:
    """The better of the first reading and that of a cleaner picture, with its tables.

    Lines of tables are found better on clean paper, and leave less behind than where they are taken out before.
    """
    first = sheet.reading
    tables, cleaner = ruled_tables(rescue(sheet.level))
    second = _legible(_read(cleaner, tables), cleaner)
    is_better = second.total > first.total or (first.dropped and not second.dropped and second.mean > first.mean)
    return (second, tables) if is_better else (first, sheet.tables)


def _factor(heights: NDArray[np.int32]) -> float:
    """By how much a page is made larger or smaller: both halve the wrong words of small print and of 300 dpi."""
    if len(heights) < _SOME_LETTERS:
        return 1.0
    factor = _LETTER_HEIGHT / typical_height(heights)
    return round(min(factor, 1.6), 2) if not 0.87 < factor < 1.15 else 1.0


def _reads_badly(reading: _Reading, letters: int) -> bool:
    """Low confidence, or much ink that no word accounts for."""
    if reading.mean < _GOOD or len(reading.dropped) > _SOME_DROPPED + len(reading.words) / 20:
        return True
    read = sum(len(word.text) for word in reading.words)
    return read < _FEW * letters


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
    return _Reading(
        words=tuple(word for word in reading.words if id(word) in places),
        dropped=tuple(word for word in reading.words if id(word) not in places),
    )


def _share_read(words: Sequence[PageWord]) -> float:
    """Which part of the letters and digits of a line stands in syllables and numbers; 0 for signs only."""
    parts = [part for word in words for part in _WORD_PART.findall(word.text)]
    good = sum(len(part) for part in parts if part.isdecimal() or is_syllable(part.lower()))
    return good / max(1, sum(len(word.text) for word in words))


def _read(image: Image, tables: list[PageTable], factor: float = 1.0, in_tables: float = 1.0) -> _Reading:
    """Reads the text around the tables as a page, and each column of a table as a block of its own, both enlarged.

    Tesseract takes a row of cells for one line and guesses its spaces wrongly.
    """
    page = image.copy() if tables else image
    strips = [_inflated(strip, 1.0) for table in tables for strip in _strips(table)]
    for left, top, right, bottom in strips:
        page[top:bottom, left:right] = 255
    words = list(recognised(resized(page, factor), (0, 0), PAGE, factor))
    for left, top, right, bottom in strips:
        words += _read_strip(image[top:bottom, left:right], (left, top), in_tables)
    return _Reading(words=tuple(dict.fromkeys(words)))  # one number may be found for two pieces of it


def _read_strip(strip: Image, origin: tuple[int, int], factor: float) -> list[PageWord]:
    """Reads one column of a table; what reads badly enlarged is read once more in its own size."""
    if not strip.size or strip.min() > 128:
        return []
    left, top = origin
    best = _read_column(resized(strip, factor), (round(left * factor), round(top * factor)), factor)
    if factor > 1.0 and _mean(best) < _GOOD:
        best = max(best, _read_column(strip, origin, 1.0), key=_mean)
    return best


def _read_column(strip: Image, origin: tuple[int, int], factor: float) -> list[PageWord]:
    """Words of a column; a column of numbers is read again with digits only to choose from.

    The Vietnamese model reads `7/7` as `7` and `6/7` as `G/7` and is sure of it; the English one does not.
    """
    padded = np.pad(strip, _PAD, constant_values=255)
    corner = (origin[0] - _PAD, origin[1] - _PAD)
    words = list(recognised(padded, corner, BLOCK, factor))
    body = [word for word in words if word.level > words[0].level + 0.5 * words[0].height]
    if len(body) < 3 or sum(_LIKE_NUMBER.fullmatch(word.text) is not None for word in body) < 0.6 * len(body):
        return words
    numbers = _numbers(padded, corner, BLOCK, factor)
    found = [_nearest(word, numbers) if word in body or _NUMBER.search(word.text) else None for word in words]
    return [
        number
        or (word if _NUMBER.fullmatch(word.text) or word not in body else _line_number(word, strip, origin, factor))
        for word, number in zip(words, found, strict=True)
    ]


def _numbers(image: Image, origin: tuple[int, int], mode: int, factor: float) -> list[PageWord]:
    """Numbers of a picture by the English model, where it is installed, with digits and their marks only."""
    folder = tessdata()
    language = "eng" if folder and (folder / "eng.traineddata").is_file() else "vie"
    api = engine(language)
    api.SetVariable("tessedit_char_whitelist", "0123456789/.,%-")
    try:
        words = list(recognised(image, origin, mode, factor, language))
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
    found = _numbers(line, (origin[0] - _PAD, origin[1] + top - _PAD), LINE, factor)
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
