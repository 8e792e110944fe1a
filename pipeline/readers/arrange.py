"""From the words and tables of pages to blocks in reading order, with hard line breaks undone.

A line goes on in the next one where the next word would not have fitted any more; where a paragraph runs
over the end of a column or page, its two blocks are separated by a space.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from extractors.domain.records import Block, BlockKind, Word
from pipeline.readers.columns import Column, Grid, in_order
from pipeline.readers.page import PageTable, PageWord, Row, holds, rows_of, union
from pipeline.readers.tables import TableRow, joined, table_rows

_PAGE_NUMBER = re.compile(r"[-–—.\s]*(?:(?:trang|tr\.|page)\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–—.\s]*", re.IGNORECASE)
_OPENER = re.compile(
    r"[-–•*+]\s|\(?\d{1,2}[.)]\s|\d{1,2}(?:\.\d{1,2})+\.?\s|[a-zđ]\)\s|[IVX]{1,5}[.)]\s|[A-Z]\.\s|Điều \d"
)
_PAGE_GAP = 6.0  # line heights between the pages of a picture that shows two
_ENDS = (".", ":", ";", "!", "?", "./.", "”", '"', ")")
# First words of a line of a letterhead or signature that do not go on with the line above.
_NEW_LINE_LIST = """TỈNH THÀNH HUYỆN QUẬN THỊ XÃ PHƯỜNG SỞ BAN BỘ PHÒNG TRƯỜNG HỘI CÔNG CỤM KHỐI CHI VĂN ỦY UỶ UBND HĐND
    ĐẢNG TỔNG CỤC VỤ VIỆN TRUNG LIÊN PHÓ CHỦ KT KT. TM TM. TL TL. TUQ. T/M K/T GIÁM THỨ BÍ THƯ MẶT NƯỚC NGƯỜI TRƯỞNG
    THỦ QUYỀN CHÁNH HIỆU ĐẠI CÁC BÁO BIÊN QUYẾT DANH"""
_NEW_LINE = frozenset(_NEW_LINE_LIST.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """One page as a reader sees it."""

    number: int
    height: float
    words: tuple[PageWord, ...]
    tables: tuple[PageTable, ...] = ()
    quarter_turns: int = 0  # anticlockwise, by which the picture was turned to stand upright


@dataclass(slots=True, kw_only=True)
class _Piece:
    """A block in the making; `is_cut` where its last line is full and its sentence open."""

    block: Block
    is_cut: bool = False
    row: TableRow | None = None


def arrange(pages: Sequence[PageContent]) -> tuple[Block, ...]:
    """Returns the blocks of all pages in reading order.

    Page numbers and running heads are furniture and stand behind the text, each wording once.
    """
    running = _running_lines(pages)
    seen: set[str] = set()
    pieces: list[_Piece] = []
    furniture: list[_Piece] = []
    for page in pages:
        heads, rest = _without_furniture(page, running, seen)
        furniture += heads
        pieces += _page_pieces(page, rest)
    pieces = [*_with_whole_tables(pieces), *furniture]
    blocks: list[Block] = []
    for at, piece in enumerate(pieces):
        cut = at + 1 < len(pieces) and _goes_on(piece, pieces[at + 1 :])
        blocks.append(replace(piece.block, separator=" ") if cut else piece.block)
    return tuple(blocks)


def turn_notes(pages: Sequence[PageContent]) -> tuple[str, ...]:
    """Returns a note for each page that was turned before it was read; its boxes are those of the upright page."""
    return tuple(
        f"page {page.number} turned by {90 * page.quarter_turns} degrees anticlockwise"
        for page in pages
        if page.quarter_turns
    )


def _goes_on(piece: _Piece, following: Sequence[_Piece]) -> bool:
    if not (piece.is_cut and following):
        return False
    after = following[0].block
    return after.kind is BlockKind.PARAGRAPH and not _OPENER.match(after.text) and not after.text.isupper()


def _page_pieces(page: PageContent, words: Iterable[PageWord]) -> Iterator[_Piece]:
    """Tables keep their place among the rows: what is above them first, then they, then what is below."""
    free = list(words)
    tables = sorted(page.tables, key=lambda table: table.box.y0)
    inside: list[list[PageWord]] = [[word for word in free if holds(table.box, word)] for table in tables]
    taken = {id(word) for group in inside for word in group}
    free = [word for word in free if id(word) not in taken]
    margins = min((word.box.x0 for word in free), default=0.0), _right_edge(rows_of(free))
    for table, content in zip(tables, inside, strict=True):
        above = [word for word in free if word.box.y1 <= table.box.y0 + word.height]
        free = [word for word in free if word.box.y1 > table.box.y0 + word.height]
        yield from _text_pieces(rows_of(above), page.number, margins)
        yield from _table_pieces(table, content, page.number)
    yield from _text_pieces(rows_of(free), page.number, margins)


def _text_pieces(rows: Sequence[Row], page: int, margins: tuple[float, float]) -> Iterator[_Piece]:
    for part in in_order(rows):
        if isinstance(part, Grid):
            for cells in part.rows:
                yield _Piece(block=_cells_block(cells, page))
        else:
            right = _right_edge(part.rows) if part.is_side else margins[1]
            left = min(row.x0 for row in part.rows) if part.is_side else margins[0]
            yield from _paragraphs(part, page, (left, right))


def _right_edge(rows: Sequence[Row]) -> float:
    """Where full lines end; of many rows the few that overhang are not counted."""
    edges = sorted((row.x1 for row in rows), reverse=True)
    return edges[len(edges) // 20] if edges else 0.0


def _paragraphs(column: Column, page: int, margins: tuple[float, float]) -> Iterator[_Piece]:
    rows = column.rows
    pitch = _pitch(rows)
    start = 0
    for at in range(1, len(rows) + 1):
        if at < len(rows) and _joins(rows, at, margins, pitch, column.is_side):
            continue
        group = rows[start:at]
        last = group[-1]
        is_full = margins[1] - last.x1 < 4 * last.height and not last.text.endswith(_ENDS)
        is_prose = len(group) > 1 or len(last.words) > 5
        yield _Piece(
            block=_block([row.words for row in group], BlockKind.PARAGRAPH, page),
            is_cut=is_full and is_prose and (at == len(rows) or rows[at].level - last.level > _PAGE_GAP * last.height),
        )
        start = at


def _pitch(rows: Sequence[Row]) -> float:
    steps = [b.level - a.level for a, b in pairwise(rows)]
    return median(steps) if steps else 0.0


def _joins(rows: Sequence[Row], at: int, margins: tuple[float, float], pitch: float, is_side: bool) -> bool:
    """Tells whether row `at` goes on with the paragraph of the row before it."""
    above, below = rows[at - 1], rows[at]
    step, em = below.level - above.level, above.height
    if step > max(1.45 * pitch, 1.2 * em) and step > 1.9 * em:
        return False
    if not 0.8 < below.height / em < 1.25 and abs(len(above.words) - len(below.words)) < 4:
        return False
    if above.is_bold != below.is_bold and above.text.isupper() != below.text.isupper():
        return False
    first = below.words[0]
    centred = _is_centred(rows, at, margins[0], is_side=is_side)
    blank = margins[1] - margins[0] - (above.x1 - above.x0) if centred else margins[1] - above.x1
    if blank > first.box.x1 - first.box.x0 + 0.35 * em:
        return False  # the word would have fitted: the line was ended on purpose
    upper, lower = above.text, below.text
    if upper.isupper() and lower.isupper() and (is_side or centred):
        return first.text not in _NEW_LINE
    if upper.isupper() and any(c.islower() for c in lower) and len(above.words) > 1:
        return False
    if _OPENER.match(lower + " ") and upper.endswith(_ENDS):
        return False
    indent = below.x0 - above.x0
    return not (indent > 0.8 * em and upper.endswith((".", ":", ";", "!", "?")) and _is_indented(rows, at, em))


def _is_centred(rows: Sequence[Row], at: int, left: float, *, is_side: bool) -> bool:
    """Lines about one middle; in a column beside another all its lines are.

    Prose with first-line indents is not: its next line starts at the margin.
    """
    above, below = rows[at - 1], rows[at]
    em = above.height
    middle = (above.x0 + above.x1) / 2 - (below.x0 + below.x1) / 2
    if abs(middle) > em or abs(above.x0 - below.x0) < 0.5 * em:
        return False
    if is_side:
        middles = [(row.x0 + row.x1) / 2 for row in rows]
        return sum(abs(x - median(middles)) < 0.8 * em for x in middles) >= 0.9 * len(rows)
    return below.x0 - left > 0.8 * em


def _is_indented(rows: Sequence[Row], at: int, em: float) -> bool:
    """A first-line indent: the row after steps back to the left, or there is none to tell."""
    return at + 1 >= len(rows) or rows[at + 1].x0 < rows[at].x0 - 0.8 * em or len(rows[at].words) > 3


def _table_pieces(table: PageTable, words: Sequence[PageWord], page: int) -> Iterator[_Piece]:
    """One block a row; words beside all cells (a caption inside the frame) come behind."""
    rows, rest = table_rows(table, words, page)
    for row in rows:
        yield _Piece(block=_row_block(row), row=row)
    if rest:
        yield _Piece(block=_block([row.words for row in rows_of(rest)], BlockKind.PARAGRAPH, page))


def _with_whole_tables(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """The pieces with tables joined that run over the end of a page."""
    for is_table, group in groupby(pieces, key=lambda piece: piece.row is not None):
        if not is_table:
            yield from group
            continue
        known = {id(piece.row): piece for piece in group}
        for row in joined(piece.row for piece in known.values() if piece.row is not None):
            yield known.get(id(row)) or _Piece(block=_row_block(row), row=row)


def _row_block(row: TableRow) -> Block:
    """The block of a row of a ruled table, with the spans of the cells that were filled from above."""
    block = _cells_block(row.cells, row.page, row.elsewhere)
    start, filled = 0, []
    for column, cell in enumerate(block.text.split("\t")):
        if column in row.filled and cell:
            filled.append((start, start + len(cell)))
        start += len(cell) + 1
    return replace(block, repeated=tuple(filled))


def _cells_block(cells: Sequence[Sequence[PageWord]], page: int, elsewhere: frozenset[int] = frozenset()) -> Block:
    kind = BlockKind.TABLE_ROW if len(cells) > 1 else BlockKind.PARAGRAPH
    return _block(cells, kind, page, between="\t", elsewhere=elsewhere)


def _block(
    lines: Sequence[Sequence[PageWord]],
    kind: BlockKind,
    page: int,
    *,
    between: str = " ",
    elsewhere: frozenset[int] = frozenset(),
) -> Block:
    """Makes a block of lines (or cells) of words and notes where each word stands in its text.

    Words `elsewhere` are on another page and have no place on this one.
    """
    text = ""
    words: list[Word] = []
    for number, line in enumerate(lines):
        if number:
            text += "" if between == " " and _is_split(text, line) else between
        for at, word in enumerate(line):
            if at:
                text += " "
            if id(word) not in elsewhere:
                words.append(
                    Word(start=len(text), end=len(text) + len(word.text), box=word.ink, confidence=word.confidence)
                )
            text += word.text
    box = union([word.ink for line in lines for word in line if id(word) not in elsewhere])
    return Block(text=text, kind=kind, page=page, box=box, words=tuple(words))


def _is_split(text: str, line: Sequence[PageWord]) -> bool:
    """A hyphen that closes a line without a space before it: `2011-` `2015`, `Ê-` `đê`."""
    return bool(line) and re.search(r"\w-$", text) is not None and line[0].text[:1].isalnum()


def _running_lines(pages: Sequence[PageContent]) -> frozenset[str]:
    """Texts of first and last rows that at least three pages, and a third of all, have in common."""
    if len(pages) < 3:
        return frozenset()
    counts = Counter(key for page in pages for key in {_running_key(row) for row in _edges(page)})
    return frozenset(key for key, count in counts.items() if count >= max(3, len(pages) / 3) and len(key) > 3)


def _edges(page: PageContent) -> list[Row]:
    """The two rows at the top and at the bottom; what repeats inside a table is its heading, not the page's."""
    rows = rows_of(word for word in page.words if not any(holds(table.box, word) for table in page.tables))
    return [*rows[:2], *rows[max(2, len(rows) - 2) :]]


def _running_key(row: Row) -> str:
    return re.sub(r"\d+", "#", row.text).casefold()


def _without_furniture(
    page: PageContent, running: frozenset[str], seen: set[str]
) -> tuple[list[_Piece], list[PageWord]]:
    """Returns furniture worded as none before, and the words of the page without its furniture."""
    edges = _edges(page)
    outer = edges[:1] + edges[-1:] if len(edges) > 1 else edges
    gone: set[int] = set()
    heads: list[_Piece] = []
    for row in edges:
        key = _running_key(row)
        is_number = any(row is edge for edge in outer) and _PAGE_NUMBER.fullmatch(row.text) is not None
        if key in running or (is_number and len(page.words) > len(row.words)):
            gone.update(map(id, row.words))
            if row.text not in seen:
                seen.add(row.text)
                heads.append(_Piece(block=_block([row.words], BlockKind.FURNITURE, page.number)))
    return heads, [word for word in page.words if id(word) not in gone]
