"""Blocks to a PDF with a text layer: official papers in one column, newspaper pages in two."""

import io
from collections.abc import Callable, Sequence
from typing import Final
from xml.sax.saxutils import escape

import fonts
from layout import Article, Block, Columns, PageBreak, Paragraph, Table
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    HRFlowable,
    KeepTogether,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Paragraph as Line
from reportlab.platypus import Table as Grid

_MARGINS: Final = (30 * mm, 15 * mm, 20 * mm, 20 * mm)  # left, right, top, bottom: Decree 30/2020
_WIDTH: Final = A4[0] - _MARGINS[0] - _MARGINS[1]
_SHORT_CELL: Final = 12  # characters that stay on one line


def official_pdf(blocks: Sequence[Block], *, font: str, size: float, title: str) -> bytes:
    """A paper in one column, the letterhead and the signatures in two, tables with rules, pages numbered from 2."""
    styles = _styles(fonts.register(font), size)
    story: list[Flowable] = []
    for number, block in enumerate(blocks):
        match block:
            case Columns():
                table = _columns(block, styles)
                story.append(table if number == 0 else KeepTogether([Spacer(1, size), table]))
                story.append(Spacer(1, size))
            case Table():
                story.extend([Spacer(1, size / 3), _grid(block, styles), Spacer(1, size / 2)])
            case PageBreak():
                story.append(NewPage())
            case Paragraph():
                story.append(Line(_markup(block), styles[block.style]))
    left, right, top, bottom = _MARGINS
    frame = Frame(left, bottom, _WIDTH, A4[1] - top - bottom, 0, 0, 0, 0)
    document, out = _document([PageTemplate("page", [frame], onPage=_number_page(font, right))], title)
    document.build(story)
    return out.getvalue()


def newspaper_pdf(page: Article, *, font: str, size: float, masthead: str) -> bytes:
    """A newspaper page: masthead and headline across, the story in two columns of one height, a rule between them."""
    fonts.register(font)
    for part in range(30, 101):
        out, used = _newspaper(page, font=font, size=size, masthead=masthead, share=part / 100)
        if used == 1:
            return out
    raise ValueError(f"the story {page.title!r} needs more than a page")


def _newspaper(page: Article, *, font: str, size: float, masthead: str, share: float) -> tuple[bytes, int]:
    base = ParagraphStyle("base", fontName=font, fontSize=size, leading=size * 1.25)
    text = ParagraphStyle("text", base, alignment=TA_JUSTIFY, firstLineIndent=size)
    small = ParagraphStyle("small", base, fontSize=size * 0.85, leading=size * 1.1)
    caption = ParagraphStyle("caption", small, alignment=TA_CENTER, spaceBefore=size / 2, spaceAfter=size / 2)
    name = ParagraphStyle("name", base, fontName=fonts.bold(font), fontSize=30, leading=36, alignment=TA_CENTER)
    head = ParagraphStyle("head", base, fontName=fonts.bold(font), fontSize=size * 1.9, leading=size * 2.3)
    story: list[Flowable] = [Line(masthead, name), HRFlowable(width="100%", color=colors.black), Spacer(1, 4)]
    story.extend(Line(escape(line), small) for line in (page.date_line, *page.section) if line)
    story.extend([Spacer(1, 6), Line(escape(page.title), head), FrameBreak()])
    for number, line in enumerate(page.body):
        if number in page.captions:
            story.extend([Spacer(1, 3), _Picture(), Line(f"<i>{escape(line)}</i>", caption)])
        else:
            story.append(Line(escape(line), text))
    if page.byline:
        story.append(Line(f"<b>{escape(page.byline)}</b>", ParagraphStyle("by", base, alignment=TA_RIGHT)))
    side, gap, head_height = 18 * mm, 7 * mm, 62 * mm
    column = (A4[0] - 2 * side - gap) / 2
    height = (A4[1] - 2 * side - head_height) * share
    top = A4[1] - side - head_height
    frames = [
        Frame(side, top, A4[0] - 2 * side, head_height, 0, 0, 0, 0),
        Frame(side, top - height, column, height, 0, 0, 0, 0),
        Frame(side + column + gap, top - height, column, height, 0, 0, 0, 0),
    ]

    def rule(canvas: Canvas, _document: BaseDocTemplate) -> None:
        canvas.setLineWidth(0.4)
        canvas.line(A4[0] / 2, top - height, A4[0] / 2, top - 6)

    document, out = _document([PageTemplate("front", frames, onPage=rule)], masthead)
    document.build(story)
    return out.getvalue(), document.page


class _Picture(Flowable):
    """A grey box where the press photograph stood."""

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, available_width * 0.55
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setFillGray(0.72)
        self.canv.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        self.canv.setFillGray(0.55)
        self.canv.ellipse(self.width * 0.3, self.height * 0.2, self.width * 0.7, self.height * 0.8, stroke=0, fill=1)
        self.canv.setFillGray(0)


def _document(templates: list[PageTemplate], title: str) -> tuple[BaseDocTemplate, io.BytesIO]:
    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=A4, invariant=1, title=title, author="corpus/build", lang="vi")
    document.addPageTemplates(templates)
    return document, out


def _number_page(font: str, right: float) -> Callable[[Canvas, BaseDocTemplate], None]:
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        if document.page > 1:
            canvas.setFont(font, 11)
            canvas.drawCentredString((A4[0] + _MARGINS[0] - right) / 2, A4[1] - 12 * mm, str(document.page))

    return draw


def _styles(family: str, size: float) -> dict[str, ParagraphStyle]:
    base = ParagraphStyle("base", fontName=family, fontSize=size, leading=size * 1.28, spaceAfter=size * 0.32)
    strong = fonts.bold(family)
    centre = ParagraphStyle("centre", base, fontName=strong, alignment=TA_CENTER)
    text = ParagraphStyle("text", base, alignment=TA_JUSTIFY, firstLineIndent=size * 2)
    return {
        "text": text,
        "article": text,
        "centre": centre,
        "title": ParagraphStyle("title", centre, fontSize=size + 1.5, leading=size * 1.5),
        "heading": ParagraphStyle("heading", base, fontName=strong, spaceBefore=size * 0.3),
        "note": ParagraphStyle("note", base, alignment=TA_CENTER, spaceAfter=size * 0.8),
        "cell": ParagraphStyle("cell", base, fontSize=size - 1, leading=size * 1.15, alignment=TA_LEFT, spaceAfter=0),
        "middle": ParagraphStyle(
            "middle", base, fontSize=size - 1, leading=size * 1.15, alignment=TA_CENTER, spaceAfter=0
        ),
    }


def _markup(paragraph: Paragraph) -> str:
    text = escape(paragraph.text)
    if paragraph.style == "note":
        return f"<i>{text}</i>"
    if paragraph.style == "article":
        head, dot, rest = text.partition(".")
        return f"<b>{head}{dot}</b>{rest}"
    return text


def _columns(block: Columns, styles: dict[str, ParagraphStyle]) -> Flowable:
    cells = []
    for column, lines in enumerate((block.left, block.right)):
        if block.role == "signature" and column == 0 and lines[0].lower().startswith("nơi nhận"):
            cell = [Line(f"<b><i>{escape(lines[0])}</i></b>", styles["cell"])]
            cell += [Line(escape(line), styles["cell"]) for line in lines[1:]]
        else:
            cell = [Line(_head_line(line, last=line == lines[-1]), styles["middle"]) for line in lines]
            if block.role == "signature":
                cell.insert(-1, Spacer(1, 34))
        cells.append(cell)
    widths = (_WIDTH * 0.42, _WIDTH * 0.58) if block.role == "letterhead" else (_WIDTH * 0.5, _WIDTH * 0.5)
    return Grid(
        [cells], colWidths=widths, style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    )


def _head_line(line: str, *, last: bool) -> str:
    if ", ngày" in line:
        return f"<i>{escape(line)}</i>"
    if line.startswith("Số") or line in {"*", "(Đã ký)"}:
        return escape(line)
    return f"<b>{escape(line)}</b>" if last or line[:1].isupper() else escape(line)


def _grid(table: Table, styles: dict[str, ParagraphStyle]) -> Flowable:
    columns = len(table.rows[0])
    rules: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        *((padding, (0, 0), (-1, -1), 3) for padding in ("LEFTPADDING", "RIGHTPADDING")),
        *((padding, (0, 0), (-1, -1), 1.5) for padding in ("TOPPADDING", "BOTTOMPADDING")),
    ]
    cells: list[list[Flowable]] = []
    for number, row in enumerate(table.rows):
        strong = number == 0 or table.is_section(number)
        cells.append(
            [
                Line(
                    f"<b>{escape(cell)}</b>" if strong else escape(cell),
                    styles["middle" if number == 0 or (column == 0 and not strong) else "cell"],
                )
                for column, cell in enumerate(row)
            ]
        )
        if table.is_section(number):
            rules.append(("SPAN", (1, number), (-1, number)))
        for column in range(columns):
            continues_below = number + 1 < len(table.rows) and table.continues(number + 1, column)
            if continues_below and not table.continues(number, column):
                last = number + 1
                while last + 1 < len(table.rows) and table.continues(last + 1, column):
                    last += 1
                rules.append(("SPAN", (column, number), (column, last)))
    return Grid(cells, colWidths=_widths(table, styles["cell"]), style=rules, repeatRows=1)


def _widths(table: Table, style: ParagraphStyle) -> list[float]:
    """No column narrower than its longest word or short cell; what is left goes where the cells are long."""
    least, wished = [], []
    for column in range(len(table.rows[0])):
        cells = [row[column] for number, row in enumerate(table.rows) if not table.is_section(number)]
        words = [word for cell in cells for word in ([cell] if len(cell) <= _SHORT_CELL else cell.split(" "))]
        face = fonts.bold(style.fontName)
        least.append(max(stringWidth(word, face, style.fontSize) for word in words) + 8)
        longest = max(stringWidth(cell, style.fontName, style.fontSize) for cell in cells) + 8
        wished.append(max(0.0, min(longest, _WIDTH / 2) - least[-1]) + 4)
    spare = _WIDTH - sum(least)
    return [low + spare * wish / sum(wished) for low, wish in zip(least, wished, strict=True)]
