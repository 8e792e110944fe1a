"""Prints how many rows of annex tables come out exact, from PDFs and scans of tables that run over several pages.

usage: python tests/bench/pdf_tables.py [--scans] [--verbose]

Twelve lists of made-up people and bodies are set with reportlab: headings repeated or not, rows cut by the end of a
page or not, cells merged down and across, three fonts. A row is exact where all its cells are; a heading counts once,
merged cells are filled. Scans are the same pages at 200 dpi, three lists of them.
"""

import argparse
import io
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image as PillowImage
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

ROOT: Final = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "corpus" / "build")]

import fonts  # noqa: E402
import scans  # noqa: E402

from extractors.domain.records import BlockKind  # noqa: E402
from pipeline.readers import read_bytes  # noqa: E402
from pipeline.text import normalise  # noqa: E402

FAMILIES: Final = ("Lường", "Thạch", "Quàng", "Nông", "Lò", "Triệu", "Đèo", "Hoàng", "Vừ", "Cầm")
GIVEN: Final = ("Thị Mận", "Văn Sảng", "Minh Đức", "Hữu Phước", "Thị Hồng Nhung", "A Páo", "Thanh Tùng", "Quốc Khánh")
POSTS: Final = ("Trưởng thôn", "Giáo viên Trường Tiểu học Suối Trong", "Bí thư Chi bộ", "Nông dân", "Y sĩ Trạm Y tế")
PLACES: Final = ("xã Suối Trong", "xã Bản Mây", "phường Cầu Đá", "thị trấn Nà Lúa", "xã Đồi Chè")
DEEDS: Final = (
    "Hiến 350 m2 đất làm đường liên thôn và vận động 12 hộ cùng làm",
    "Xây dựng nếp sống văn hoá",
    "Cứu 2 em nhỏ khỏi dòng nước lũ tháng 9 năm 2018 tại ngầm tràn suối Trong, nhiều lần được biểu dương",
    "Dạy chữ cho 41 học viên",
)
HEADING: Final = ("Số TT", "Họ và tên", "Chức vụ, nơi công tác", "Thành tích", "Mức thưởng (đồng)")
WIDTHS: Final = (38, 105, 130, 150, 72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A list as PDF and the rows that a reader should find."""

    name: str
    pdf: bytes
    rows: tuple[tuple[str, ...], ...]


def made(number: int, count: int = 70) -> Sheet:
    """List `number` with its own mixture of the things that make tables hard."""
    chance = random.Random(number)  # the same lists every time
    repeats, cuts, merges, sections = number % 2 == 0, number % 3 == 0, number % 4 > 1, number % 5 == 0
    family = fonts.register(("liberation", "noto", "sans")[number % 3])
    style = ParagraphStyle("cell", fontName=family, fontSize=10, leading=12.5)
    cells: list[list[object]] = [[Paragraph(text, style) for text in HEADING]]
    rows: list[tuple[str, ...]] = [HEADING]
    commands: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    at = 0
    while at < count:
        if sections and at % 15 == 0:
            title = f"Cụm thi đua số {at // 15 + 1}"
            commands.append(("SPAN", (0, len(cells)), (-1, len(cells))))
            cells.append([Paragraph(title, style), *[""] * 4])
            rows.append((title,))
        size = chance.choice((1, 1, 2, 3)) if merges else 1
        place = f"{chance.choice(POSTS)}, {chance.choice(PLACES)}"
        if size > 1:
            commands.append(("SPAN", (2, len(cells)), (2, len(cells) + size - 1)))
        for part in range(size):
            at += 1
            post = place if size > 1 else f"{chance.choice(POSTS)}, {chance.choice(PLACES)}"
            name = f"{chance.choice(FAMILIES)} {chance.choice(GIVEN)}"
            deed, money = chance.choice(DEEDS), f"{chance.randrange(3, 20) * 100}.000"
            shown = post if part == 0 else ""
            row = (str(at), name, post, deed, money)
            cells.append([Paragraph(text, style) for text in (str(at), name, shown, deed, money)])
            rows.append(row)
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=50, rightMargin=50, topMargin=60, bottomMargin=55, title=""
    )
    table = Table(cells, colWidths=WIDTHS, repeatRows=1 if repeats else 0, splitInRow=1 if cuts and not merges else 0)
    table.setStyle(TableStyle(commands))
    title = Paragraph(
        "DANH SÁCH ĐƯỢC TẶNG GIẤY KHEN NĂM 2018", ParagraphStyle("title", fontName=family, fontSize=12, spaceAfter=10)
    )
    closing = Paragraph("Danh sách này do Ban Thi đua lập.", style)

    def number_page(canvas: object, page: object) -> None:
        canvas.setFont(family, 10)  # type: ignore[attr-defined]  # reportlab has no types
        canvas.drawCentredString(A4[0] / 2, A4[1] - 40, str(page.page))  # type: ignore[attr-defined]

    document.build([title, table, closing], onFirstPage=number_page, onLaterPages=number_page)
    parts = ("repeated heading" * repeats, "cut rows" * (cuts and not merges), "merged" * merges, "sections" * sections)
    return Sheet(name=f"{number}: {', '.join(filter(None, parts)) or 'plain'}", pdf=out.getvalue(), rows=tuple(rows))


def found_rows(data: bytes, name: str) -> list[tuple[str, ...]]:
    """The cells of each row of a table, and of rows that are one cell, as the reader gives them."""
    text = normalise(read_bytes(data, name))
    return [
        tuple(text.text[block.start : block.end].split("\t"))
        for block in text.blocks
        if block.kind in (BlockKind.TABLE_ROW, BlockKind.PARAGRAPH)
    ]


def as_scan(pdf: bytes) -> bytes:
    """The pages as a TIFF at 200 dpi."""
    frames = [PillowImage.fromarray(page) for page in scans.page_images(pdf, 200)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_lzw", dpi=(200, 200))
    return out.getvalue()


def measure(sheet: Sheet, data: bytes, name: str, *, verbose: bool) -> tuple[int, int]:
    """Returns how many rows are exact and how many there are, rows too many counted in."""
    started = time.process_time()
    found = found_rows(data, name)
    seconds = time.process_time() - started
    left = list(found)
    exact = 0
    for row in sheet.rows:
        if row in left:
            left.remove(row)
            exact += 1
        elif verbose:
            print("    missing", row)
    extra = [row for row in left if len(row) > 1]
    if verbose:
        for row in extra:
            print("    found  ", row)
    total = max(len(sheet.rows), exact + len(extra))
    print(f"{sheet.name:45} {name[-4:]} {exact:4}/{total:<4} {seconds:6.2f} s", flush=True)
    return exact, total


def main() -> None:
    """Measures and prints a line for each list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", action="store_true", help="read three of the lists as scans, too")
    parser.add_argument("--verbose", action="store_true", help="show the rows that differ")
    arguments = parser.parse_args()
    figures = [measure(sheet, sheet.pdf, "list.pdf", verbose=arguments.verbose) for sheet in map(made, range(12))]
    print(f"rows exact in PDF: {100 * sum(a for a, _ in figures) / sum(b for _, b in figures):.2f} %")
    if arguments.scans:
        sheets = [made(number, 40) for number in (0, 2, 5)]
        figures = [measure(s, as_scan(s.pdf), "list.tiff", verbose=arguments.verbose) for s in sheets]
        print(f"rows exact in scans: {100 * sum(a for a, _ in figures) / sum(b for _, b in figures):.2f} %")


if __name__ == "__main__":
    main()
