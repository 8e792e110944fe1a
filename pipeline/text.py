"""One NFC text of a document and the map from its offsets back to block, page and box.

Readers hand over blocks; everything behind them works with `DocumentText` and its offsets, which are code
points, half-open. Nothing of the language is repaired here beyond NFC, line ends and no-break spaces.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from extractors.domain.records import Block, BlockKind, Box, Page, Sourced, SourceText

_LINE_ENDS = str.maketrans({"\u00a0": " "})
_JAMO = range(0x1160, 0x1200)  # Hangul vowels and finals compose backwards though they are letters


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBlock:
    """A block with its span in the document text."""

    start: int
    end: int
    kind: BlockKind
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedWord:
    """A word of a page with its span in the document text; `confidence` is that of OCR, 0..1."""

    start: int
    end: int
    page: int
    box: Box
    confidence: float | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentText:
    """The text that all offsets count in, with what is known of its pages and its making.

    `blocks` and `words` are sorted by `start` and do not overlap; blocks without text are left out.
    """

    text: str
    format: str
    blocks: tuple[PlacedBlock, ...] = ()
    pages: tuple[Page, ...] = ()
    words: tuple[PlacedWord, ...] = ()
    title: Sourced | None = None
    author: Sourced | None = None
    publisher: Sourced | None = None
    published: Sourced | None = None
    notes: tuple[str, ...] = ()
    repeats: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()  # a merged cell, and itself in a row below

    @property
    def without_furniture(self) -> str:
        """The text with blanks in place of running heads and page numbers; all offsets stay."""
        text = self.text
        for block in self.blocks:
            if block.kind is BlockKind.FURNITURE:
                text = text[: block.start] + " " * (block.end - block.start) + text[block.end :]
        return text

    @cached_property
    def _word_starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    def words_in(self, start: int, end: int) -> tuple[PlacedWord, ...]:
        """Returns the words that share at least one character with the span, in order."""
        first = bisect_right(self._word_starts, start) - 1
        if first < 0 or self.words[first].end <= start:
            first += 1
        return self.words[first : max(first, bisect_left(self._word_starts, end))]

    def block_at(self, offset: int) -> PlacedBlock | None:
        """Returns the block that holds `offset`, None between blocks."""
        at = bisect_right(self._block_starts, offset) - 1
        if at >= 0 and offset < self.blocks[at].end:
            return self.blocks[at]
        return None

    def page_at(self, offset: int) -> int | None:
        """Returns the number of the page that `offset` stands on, None in a text without pages."""
        at = bisect_right(self._block_starts, offset) - 1
        return self.blocks[at].page if at >= 0 else None

    def boxes(self, start: int, end: int) -> list[tuple[int, Box]]:
        """Returns page and rectangle of each printed line that the span covers, in reading order.

        Where the reader knows no words, the boxes of the blocks stand in; the list is empty where it
        knows no places at all.
        """
        words = self.words_in(start, end)
        if words:
            return list(_lines(words))
        at = max(0, bisect_right(self._block_starts, start) - 1)
        found: list[tuple[int, Box]] = []
        for block in self.blocks[at:]:
            if block.start >= end:
                break
            if block.end > start and block.page is not None and block.box is not None:
                found.append((block.page, block.box))
        return found

    def ocr_confidence(self, start: int, end: int) -> float | None:
        """Returns the lowest word confidence in the span, None where no word of it comes from OCR.

        The lowest, because one misread digit spoils a value however clear its neighbours are.
        """
        known = [word.confidence for word in self.words_in(start, end) if word.confidence is not None]
        return min(known) if known else None


def normalise(source: SourceText) -> DocumentText:
    """Returns the document text of a reader's blocks: NFC, plain line ends and spaces.

    Blocks are joined by their separators; the places of words are carried through every change of length.
    Normalising the text of the result once more changes nothing.
    """
    pieces: list[str] = []
    blocks: list[PlacedBlock] = []
    words: list[PlacedWord] = []
    again: list[tuple[int, int]] = []
    at = 0
    for number, block in enumerate(source.blocks):
        text, offsets = _normal_text(block.text)
        if text:
            blocks.append(
                PlacedBlock(start=at, end=at + len(text), kind=block.kind, page=block.page, box=block.box),
            )
            words.extend(_place_words(block, offsets, at))
            again += [(at + _moved(start, offsets), at + _moved(end, offsets)) for start, end in block.repeated]
        separator = block.separator if number + 1 < len(source.blocks) else ""
        pieces += [text, separator]
        at += len(text) + len(separator)
    whole = "".join(pieces)
    return DocumentText(
        text=whole,
        format=source.format,
        blocks=tuple(blocks),
        pages=source.pages,
        words=tuple(words),
        title=_normal_metadata(source.title),
        author=_normal_metadata(source.author),
        publisher=_normal_metadata(source.publisher),
        published=source.published,
        notes=source.notes,
        repeats=tuple(_repeats(whole, blocks, again)),
    )


def _repeats(
    text: str, blocks: list[PlacedBlock], again: list[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Pairs each filled cell with the one above that is printed: the last before it that says the same."""
    printed: dict[str, tuple[int, int]] = {}
    filled = set(again)
    for block in blocks if again else ():
        if block.kind is not BlockKind.TABLE_ROW:
            continue
        start = block.start
        for cell in text[block.start : block.end].split("\t"):
            span = (start, start + len(cell))
            if span not in filled:
                printed[cell] = span
            elif cell in printed:
                yield printed[cell], span
            start = span[1] + 1


def _moved(offset: int, offsets: list[int] | None) -> int:
    return offset if offsets is None else offsets[offset]


def _place_words(block: Block, offsets: list[int] | None, at: int) -> Iterator[PlacedWord]:
    if block.page is None:
        return
    for word in block.words:
        start, end = _moved(word.start, offsets), _moved(word.end, offsets)
        if start < end:
            yield PlacedWord(start=at + start, end=at + end, page=block.page, box=word.box, confidence=word.confidence)


def _normal_metadata(item: Sourced | None) -> Sourced | None:
    if item is None:
        return None
    value = " ".join(unicodedata.normalize("NFC", item.value).split())
    return Sourced(value=value, evidence=item.evidence) if value else None


def _normal_text(text: str) -> tuple[str, list[int] | None]:
    """Returns the text as it is stored, and for each old offset (the end too) the new one.

    The list is None where no length changed. An offset inside a character sequence that was composed
    maps to the start of the composed character.
    """
    if "\r" not in text and unicodedata.is_normalized("NFC", text):
        return text.translate(_LINE_ENDS), None
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for cluster in _clusters(text):
        piece = "\n" if cluster in {"\r\n", "\r"} else unicodedata.normalize("NFC", cluster)
        offsets += [at] * len(cluster)
        pieces.append(piece)
        at += len(piece)
    offsets.append(at)
    return "".join(pieces).translate(_LINE_ENDS), offsets


def _clusters(text: str) -> Iterator[str]:
    """Splits where NFC on both sides gives NFC of the whole: before any character that cannot compose backwards."""
    start = 0
    for at in range(1, len(text)):
        char = text[at]
        composes = ord(char) in _JAMO or (char > "\u02ff" and unicodedata.category(char)[0] == "M")
        if not composes and not (char == "\n" and text[at - 1] == "\r"):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _lines(words: tuple[PlacedWord, ...]) -> Iterator[tuple[int, Box]]:
    """Joins neighbours that stand on one line: same page, overlapping in height, not running backwards."""
    page, box = words[0].page, words[0].box
    for word in words[1:]:
        overlap = min(box.y1, word.box.y1) - max(box.y0, word.box.y0)
        lower = min(box.y1 - box.y0, word.box.y1 - word.box.y0)
        if word.page == page and overlap > lower / 2 and word.box.x1 >= box.x0 and word.box.x0 >= box.x0:
            box = Box(
                x0=min(box.x0, word.box.x0),
                y0=min(box.y0, word.box.y0),
                x1=max(box.x1, word.box.x1),
                y1=max(box.y1, word.box.y1),
            )
        else:
            yield page, box
            page, box = word.page, word.box
    yield page, box
