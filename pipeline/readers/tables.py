"""Rows of ruled tables: merged cells filled, and tables that run over the end of a page put together again.

What goes on is a table with the same columns and nothing but page furniture between: its repeated heading is left
out, a row cut in two becomes one, and a cell that reaches over the page end keeps its text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final

from pipeline.readers.page import PageTable, PageWord, holds, rows_of

_ALIKE: Final = 0.85  # two readings of one heading
_HEADING_ROWS: Final = 3
_EDGE: Final = 0.015  # of the width of the table, by which the edges of its columns may differ from page to page
Cell = tuple[PageWord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """The cells of one row; `filled` are the columns whose text comes from the cell above."""

    table: PageTable
    page: int
    cells: tuple[Cell, ...]
    filled: frozenset[int] = frozenset()
    elsewhere: frozenset[int] = frozenset()  # ids of its words that stand on another page

    @property
    def text(self) -> str:
        """Its words without the spaces between, in small letters."""
        return "".join(word.text for cell in self.cells for word in cell).casefold()


def table_rows(table: PageTable, words: Sequence[PageWord], page: int) -> tuple[list[TableRow], list[PageWord]]:
    """Returns the rows of a table that hold text, and the words that stand in none of its cells."""
    placed: set[int] = set()
    reaching: dict[int, tuple[float, Cell]] = {}  # by column: how far down a cell reaches, and its words
    rows: list[TableRow] = []
    for row in table.rows:
        top = min((cell.y0 for cell in row if cell is not None), default=0.0)
        cells: list[Cell] = []
        filled: set[int] = set()
        has_text = False
        for column, cell in enumerate(row):
            if cell is None:
                bottom, content = reaching.get(column, (0.0, ()))
                if bottom > top + 1:  # merged with the cell above; else with its left neighbour
                    filled.add(len(cells))
                    cells.append(content)
                continue
            own = [word for word in words if id(word) not in placed and holds(cell, word)]
            placed.update(map(id, own))
            has_text = has_text or bool(own)
            cells.append(tuple(word for line in rows_of(own) for word in line.words))
            reaching[column] = (cell.y1, cells[-1])
        if has_text:
            rows.append(TableRow(table=table, page=page, cells=tuple(cells), filled=frozenset(filled)))
    return rows, [word for word in words if id(word) not in placed]


def joined(rows: Iterable[TableRow]) -> list[TableRow]:
    """Returns the rows of tables that follow each other without text between, as if no page had ended."""
    found: list[TableRow] = []
    heading: list[TableRow] = []
    for _, group in groupby(rows, key=lambda row: id(row.table)):
        part = list(group)
        if not found or part[0].page == found[-1].page or not _same_columns(found[-1].table, part[0].table):
            heading = part[:_HEADING_ROWS]
        else:
            part = part[_repeated(heading, part) :]
            _carry_on(found, part, {column for row in found for column in row.filled})
        found += part
    return found


def _carry_on(above: list[TableRow], below: list[TableRow], merged: set[int]) -> None:
    """Fills cells that reach over the page end, or moves the rest of a cut row to its beginning."""
    if not below or len(below[0].cells) != len(above[-1].cells) or below[0].cells[0]:
        return
    last, first = above[-1], below[0]
    if 0 not in merged:
        alike = [row for row in above if len(row.cells) == len(last.cells)]
        if last.cells[0] and sum(bool(row.cells[0]) for row in alike) >= 0.8 * len(alike):
            words = {id(word) for cell in first.cells for word in cell}
            cells = tuple(a + b for a, b in zip(last.cells, first.cells, strict=True))
            above[-1] = replace(last, cells=cells, elsewhere=last.elsewhere | words)
            del below[0]
        return
    for number, row in enumerate(below):
        if len(row.cells) != len(last.cells) or row.cells[0]:
            break
        lent = {c for c in merged if c < len(row.cells) and not row.cells[c]}
        cells = tuple(last.cells[c] if c in lent else cell for c, cell in enumerate(row.cells))
        words = {id(word) for c in lent for word in last.cells[c]}
        below[number] = replace(row, cells=cells, filled=row.filled | lent, elsewhere=row.elsewhere | words)


def _repeated(heading: Sequence[TableRow], rows: Sequence[TableRow]) -> int:
    """How many of the first rows say again what the heading says."""
    count = 0
    for old, new in zip(heading, rows, strict=False):
        a, b = old.text, new.text
        if a != b and (not any(w.confidence for cell in new.cells for w in cell) or not _is_alike(a, b)):
            break
        count += 1
    return count


def _is_alike(a: str, b: str) -> bool:
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _ALIKE


def _same_columns(a: PageTable, b: PageTable) -> bool:
    """Tells whether two tables have the same columns, as far apart."""
    first, second = _edges(a), _edges(b)
    width = max(first[-1], 1.0)
    return len(first) == len(second) and all(abs(x - y) <= _EDGE * width for x, y in zip(first, second, strict=True))


def _edges(table: PageTable) -> list[float]:
    """Left edges of its columns, counted from the left edge of the table, and its width; close ones as one."""
    width = table.box.x1 - table.box.x0
    edges: list[float] = []
    for edge in sorted(cell.x0 - table.box.x0 for row in table.rows for cell in row if cell is not None):
        if not edges or edge - edges[-1] > _EDGE * width:
            edges.append(edge)
    return [*edges, width]
