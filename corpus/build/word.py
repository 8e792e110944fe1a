"""Blocks to a Word file: letterhead and signatures in tables without borders, lists in tables with merged cells."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from docx import Document
from docx.document import Document as WordFile
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph as WordParagraph
from layout import Block, Columns, PageBreak, Paragraph, Table

_WRITTEN: Final = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)  # a fixed day, so that equal texts give equal files
_ZIP_DATE: Final = (2026, 1, 5, 8, 0, 0)


def docx(blocks: Sequence[Block], *, title: str, header: str = "", footer: str = "") -> bytes:
    """A Word file of the paper; `header` and `footer` stand on every page, the page number in the header field."""
    document = Document()
    _page_setup(document, header, footer)
    for block in blocks:
        match block:
            case Columns():
                _columns(document, block)
            case Table():
                _table(document, block)
            case PageBreak():
                document.add_section(WD_SECTION.NEW_PAGE)
            case Paragraph():
                _paragraph(document.add_paragraph(), block)
    properties = document.core_properties
    properties.author, properties.title, properties.language = "corpus/build", title, "vi-VN"
    properties.created = properties.modified = _WRITTEN
    properties.last_modified_by, properties.revision, properties.comments = "corpus/build", 1, ""
    out = io.BytesIO()
    document.save(out)
    return zipped(_parts(out.getvalue()))


def zipped(parts: Sequence[tuple[str, bytes]]) -> bytes:
    """A zip of named parts whose bytes depend on nothing else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def _parts(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def _page_setup(document: WordFile, header: str, footer: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    section.different_first_page_header_footer = not header
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(13)
    normal.paragraph_format.space_after = Pt(4)
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(header) if header else _page_field(paragraph)
    if footer:
        section.footer.paragraphs[0].add_run(footer).font.size = Pt(9)


def _page_field(paragraph: WordParagraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _paragraph(paragraph: WordParagraph, block: Paragraph) -> None:
    if block.style == "article":
        head, dot, rest = block.text.partition(".")
        paragraph.add_run(head + dot).bold = True
        paragraph.add_run(rest)
    else:
        run = paragraph.add_run(block.text)
        run.bold = block.style in {"title", "centre", "heading"} or None
        run.italic = block.style == "note" or None
        if block.style == "title":
            run.font.size = Pt(14)
    if block.style in {"title", "centre", "note"}:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif block.style != "heading":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Cm(1)


def _columns(document: WordFile, block: Columns) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    widths = (Cm(7), Cm(9.5)) if block.role == "letterhead" else (Cm(8.25), Cm(8.25))
    for cell, lines, width in zip(table.rows[0].cells, (block.left, block.right), widths, strict=True):
        cell.width = width
        addresses = bool(lines) and lines[0].lower().startswith("nơi nhận")
        for number, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(line)
            if addresses:
                run.font.size, run.bold, run.italic = Pt(11), number == 0 or None, number == 0 or None
            else:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                plain = line.startswith("Số") or line in {"*", "(Đã ký)"}
                run.italic, run.bold = ", ngày" in line or None, not (plain or ", ngày" in line) or None
                if block.role == "signature" and line == lines[-1]:
                    paragraph.paragraph_format.space_before = Pt(40)


def _table(document: WordFile, block: Table) -> None:
    columns = len(block.rows[0])
    table = document.add_table(rows=len(block.rows), cols=columns)
    table.style = "Table Grid"
    cells = [list(row.cells) for row in table.rows]
    for number, row in enumerate(block.rows):
        section = block.is_section(number)
        for column, text in enumerate(row):
            if section and column == 2:
                cells[number][1].merge(cells[number][-1])
            if section and column > 1:
                break
            if block.continues(number, column):
                cells[block.owner(number, column)][column].merge(cells[number][column])
                continue
            paragraph = cells[number][column].paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(11.5), number == 0 or section or None
            if number == 0:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph().paragraph_format.space_after = Pt(0)
