"""PDF files: words, boxes and ruled tables by pdfplumber; pages without usable text are rendered and read by OCR."""

import io
import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pdfplumber
import pypdfium2
from pdfplumber.page import Page as PlumberPage

from extractors.domain.errors import Damaged, Encrypted, NotText
from extractors.domain.records import Box, Page, SourceText
from pipeline.readers.arrange import PageContent, arrange, turn_notes
from pipeline.readers.encodings import repair_blocks
from pipeline.readers.fonts import by_font
from pipeline.readers.limits import LIMITS, check
from pipeline.readers.misreadings import mend
from pipeline.readers.page import Image, PageTable, PageWord
from pipeline.readers.syllables import marked_words, share_of_syllables

_OCR_DPI: Final = 300
_WORD_SETTINGS: Final = {"x_tolerance_ratio": 0.15, "y_tolerance": 3, "extra_attrs": ["fontname"]}
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_OUTLINES: Final = 300  # drawn shapes from which a page without text is taken for outlined letters
_LIGATURES: Final = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_UNMAPPED = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff\x00-\x08]")


def read(data: bytes, name: str) -> SourceText:
    """Returns the blocks of a PDF in reading order, page by page.

    A page whose text layer is missing, covers nothing but furniture over a scan, or maps to no letters is read
    by OCR; its words then carry confidences.
    """
    document = _open(data, name)
    try:
        count = len(document)
        check(name, "pages", count, LIMITS.pages)
        if not count:
            raise Damaged(f"{name} has no pages", advice="Print it to PDF anew")
        contents: list[PageContent] = []
        pages: list[Page] = []
        notes: list[str] = []
        with pdfplumber.open(io.BytesIO(data)) as plumber:
            for number, source in enumerate(_plumber_pages(plumber, name), start=1):
                content, page = _page(source, document, number, name)
                contents.append(content)
                pages.append(page)
                source.close()
    finally:
        document.close()
    if not any(content.words for content in contents):
        raise NotText(f"{name} has {count} pages without text", advice="Scan it again with more contrast")
    read_by_ocr = [page.number for page in pages if page.is_ocr]
    if read_by_ocr:
        notes.append(f"read by OCR: {len(read_by_ocr)} of {count} pages")
        notes += turn_notes(contents)
    blocks, repairs = repair_blocks(arrange(contents))
    blocks, mended = mend(blocks) if read_by_ocr else (blocks, ())
    return SourceText(format="pdf", blocks=blocks, pages=tuple(pages), notes=(*notes, *repairs, *mended))


def _open(data: bytes, name: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == 4 or "password" in str(error).lower():
            raise Encrypted(f"{name} is locked with a password", advice="Save it without the password") from error
        raise Damaged(f"{name} is a broken or truncated PDF", advice="Copy or scan it again") from error


def _plumber_pages(plumber: pdfplumber.pdf.PDF, name: str) -> Iterator[PlumberPage]:
    try:
        yield from plumber.pages
    except RecursionError as error:
        raise Damaged(f"{name} has pages that hold themselves", advice="Print it to PDF anew") from error


def _page(source: PlumberPage, document: pypdfium2.PdfDocument, number: int, name: str) -> tuple[PageContent, Page]:
    width, height = float(source.width), float(source.height)
    characters = document[number - 1].get_textpage().count_chars()  # before the slow and hungry parser sees the page
    check(name, "characters on a page", characters, LIMITS.pdf_characters_per_page)
    found = _single(source).extract_words(**_WORD_SETTINGS) if source.chars else []
    words = tuple(_word(item) for item in found if item["text"].strip())
    if _needs_ocr(source, words):
        from pipeline.readers import ocr  # only here: text PDFs are read without Tesseract

        content, page = ocr.read_page(_render(document, number, name), number, scale=72 / _OCR_DPI)
        if content.words or not words:
            return content, page
    page = Page(number=number, width=width, height=height)
    return PageContent(number=number, height=height, words=words, tables=tuple(_tables(source))), page


def _single(source: PlumberPage) -> PlumberPage:
    """The page without letters printed twice for boldness; they are looked for only where there are some."""
    places = {(char["text"], round(char["x0"]), round(char["top"])) for char in source.chars}
    return source.dedupe_chars() if len(places) < 0.98 * len(source.chars) else source


def _word(item: dict[str, Any]) -> PageWord:
    box = Box(x0=float(item["x0"]), y0=float(item["top"]), x1=float(item["x1"]), y1=float(item["bottom"]))
    return PageWord(
        text=_plain(by_font(item["text"], item["fontname"])),
        box=box,
        ink=box,
        level=(box.y0 + box.y1) / 2,
        height=box.y1 - box.y0,
        is_bold=_BOLD.search(item["fontname"] or "") is not None,
    )


def _plain(text: str) -> str:
    """Ligatures are spelled out, soft hyphens and zero-width marks dropped; NFC is left to the text."""
    for ligature, letters in _LIGATURES.items():
        if ligature in text:
            text = text.replace(ligature, letters)
    return _INVISIBLE.sub("", text) or "\ufffd"


def _tables(source: PlumberPage) -> Iterator[PageTable]:
    """Ruled tables with at least two rows or three columns; frames around a page or a box of text are none."""
    for table in source.find_tables():
        rows = tuple(tuple(_box(cell) for cell in row.cells) for row in table.rows)
        width = max(sum(cell is not None for cell in row) for row in rows)
        if width >= 2 and (len(rows) >= 2 or width >= 3):
            yield PageTable(box=Box(**dict(zip(("x0", "y0", "x1", "y1"), table.bbox, strict=True))), rows=rows)


def _box(cell: tuple[float, float, float, float] | None) -> Box | None:
    return None if cell is None else Box(x0=cell[0], y0=cell[1], x1=cell[2], y1=cell[3])


def _needs_ocr(source: PlumberPage, words: tuple[PageWord, ...]) -> bool:
    """No words though something is drawn, letters without a meaning, or a scan with a poor text layer."""
    if not words:
        return bool(source.images) or len(source.curves) + len(source.rects) > _OUTLINES
    text = " ".join(word.text for word in words)
    if len(_UNMAPPED.findall(text)) > 0.05 * len(text):
        return True
    area = float(source.width) * float(source.height)
    covered = max(
        (abs((i["x1"] - i["x0"]) * (i["bottom"] - i["top"])) for i in source.images),
        default=0.0,
    )
    if covered < 0.5 * area:
        return False
    marked = marked_words(text)
    return len(words) < 30 or len(marked) < 0.25 * len(words) or share_of_syllables(marked) < 0.8


def _render(document: pypdfium2.PdfDocument, number: int, name: str) -> Image:
    page = document[number - 1]
    width, height = page.get_size()
    check(name, "pixels on a page", width * height * (_OCR_DPI / 72) ** 2, LIMITS.page_pixels)
    return np.asarray(page.render(scale=_OCR_DPI / 72, grayscale=True).to_numpy(), dtype=np.uint8).squeeze()
