"""Gold text to the blocks of a page: letterhead, titles, paragraphs, tables, signatures.

A gold text keeps the order of reading and no layout; what stands where is told from the fixed forms of
official papers and of newspaper pages. Every format is drawn from these blocks.
"""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

Style = Literal["title", "centre", "heading", "article", "note", "text"]

_RIGHT_COLUMN: Final = re.compile(r"cộng h(?:oà|òa) xã hội|đảng cộng sản việt nam$", re.IGNORECASE)
_NUMBERED_HEADING: Final = re.compile(r"(?:[IVX]+|[A-D]|\d)\. [^.;:]{1,60}$")
_SIGNED_BY: Final = ("thư ký", "chủ trì", "chủ toạ", "chủ tọa")
_MAX_TITLE: Final = 150
_MAX_BYLINE: Final = 60


@dataclass(frozen=True)
class Paragraph:
    """One line of the gold text."""

    text: str
    style: Style = "text"


@dataclass(frozen=True)
class Columns:
    """Two columns without rules, read left column first: a letterhead or the signatures."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    role: Literal["letterhead", "signature"]


@dataclass(frozen=True)
class Table:
    """Rows of cells, first the header; in the columns of `merged` an empty cell continues the one above."""

    rows: tuple[tuple[str, ...], ...]
    merged: frozenset[int] = frozenset()

    def is_section(self, row: int) -> bool:
        """A row that only names the part of the table that follows it."""
        cells = self.rows[row]
        return len(cells) > 2 and bool(cells[0]) and not cells[0].isdigit() and not any(cells[2:])

    def continues(self, row: int, column: int) -> bool:
        """Whether this cell is one with the cell above it."""
        if column not in self.merged or row < 2 or self.rows[row][column]:
            return False
        first = self.rows[row][0]
        return first.isdigit() and self.rows[row - 1][0].isdigit() and bool(self.owner(row, column))

    def owner(self, row: int, column: int) -> int:
        """The row whose cell covers this one; 0 where there is none."""
        above = row
        while above > 0 and self.rows[above][0].isdigit():
            if self.rows[above][column]:
                return above
            above -= 1
        return 0


@dataclass(frozen=True)
class PageBreak:
    """The annex begins on a page of its own."""


Block = Paragraph | Columns | Table | PageBreak


@dataclass(frozen=True)
class Article:
    """A newspaper page: what stands above the headline, the headline, and the paragraphs below it."""

    date_line: str
    section: tuple[str, ...]
    title: str
    body: tuple[str, ...]
    byline: str
    captions: frozenset[int] = field(default_factory=frozenset)


def official(text: str, merged: frozenset[int] = frozenset()) -> list[Block]:
    """The blocks of an official paper in the order of reading."""
    groups = [group.split("\n") for group in re.split(r"\n\n+", text.strip("\n"))]
    blocks: list[Block] = [_letterhead(groups[0])]
    in_head = True
    for group in groups[1:]:
        if group[0].lower().startswith("nơi nhận"):
            blocks.append(_signature(group))
            continue
        if group[0].lower() in _SIGNED_BY:
            half = len(group) // 2
            blocks.append(Columns(left=tuple(group[:half]), right=tuple(group[half:]), role="signature"))
            continue
        if group[0].startswith("DANH SÁCH"):
            blocks.append(PageBreak())
            blocks.extend(
                Paragraph(line, "note" if line.startswith("(") else "title" if number == 0 else "centre")
                for number, line in enumerate(group)
            )
            continue
        if in_head and all(_is_title_line(line) for line in group):
            first = len(blocks) == 1
            blocks.extend(Paragraph(line, "title" if first and not n else "centre") for n, line in enumerate(group))
            continue
        in_head = in_head and _is_title_line(group[0])
        blocks.extend(_body(group, merged))
    return blocks


def article(text: str) -> Article:
    """The parts of a newspaper article."""
    groups = [group.split("\n") for group in re.split(r"\n\n+", text.strip("\n"))]
    head, title, *rest = groups
    if len(title) != 1:
        raise ValueError(f"the headline is one line, not {title!r}")
    lines = [line for group in rest for line in group]
    byline = lines.pop() if len(lines[-1]) < _MAX_BYLINE else ""
    captions = frozenset(n for n, line in enumerate(lines) if "Ảnh:" in line and len(line) < _MAX_TITLE)
    dated = any(char.isdigit() for char in head[0])
    date_line, section = (head[0], head[1:]) if dated else ("", head)
    return Article(date_line, tuple(section), title[0], tuple(lines), byline, captions)


def _letterhead(lines: list[str]) -> Columns:
    split = next((n for n, line in enumerate(lines) if _RIGHT_COLUMN.match(line)), len(lines))
    return Columns(left=tuple(lines[:split]), right=tuple(lines[split:]), role="letterhead")


def _signature(lines: list[str]) -> Columns:
    split = next(n for n, line in enumerate(lines) if n > 0 and not line.startswith("-"))
    return Columns(left=tuple(lines[:split]), right=tuple(lines[split:]), role="signature")


def _is_title_line(line: str) -> bool:
    return len(line) <= _MAX_TITLE and "\t" not in line and line[-1] not in ".;:,"


def _body(lines: list[str], merged: frozenset[int]) -> list[Block]:
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    for line in [*lines, ""]:
        if "\t" in line:
            rows.append(tuple(line.split("\t")))
            continue
        if rows:
            blocks.append(Table(rows=tuple(rows), merged=merged))
            rows = []
        if line:
            blocks.append(Paragraph(line, _style(line)))
    return blocks


def _style(line: str) -> Style:
    if line.startswith("Điều "):
        return "article"
    if _NUMBERED_HEADING.fullmatch(line):
        return "heading"
    if line.upper() == line and len(line) <= _MAX_TITLE:
        return "centre"
    return "text"
