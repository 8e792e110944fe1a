"""Ruled tables: merged cells are filled, and a table that runs over pages is one table."""

from collections.abc import Sequence

from extractors.domain.records import Block, BlockKind, Box, Family, SourceText
from extractors.view import TextView
from pipeline.nlp import analyse, copies, records_by_id
from pipeline.readers.arrange import PageContent, arrange
from pipeline.readers.page import PageTable, PageWord
from pipeline.text import normalise

EDGES = (50, 90, 250, 400)
HEIGHT = 20.0


def word(text: str, x: float, y: float) -> PageWord:
    box = Box(x0=x, y0=y - 5, x1=x + 5 * len(text), y1=y + 5)
    return PageWord(text=text, box=box, ink=box, level=y, height=10)


def page(number: int, rows: Sequence[Sequence[str | None]], top: float = 100, below: str = "") -> PageContent:
    """A page with one table of three columns; None continues the cell above."""
    cells: list[list[Box | None]] = []
    words = [word(str(number), 225, 30)]
    for at, row in enumerate(rows):
        y = top + at * HEIGHT
        cells.append([])
        for column, text in enumerate(row):
            if text is None:
                cells[-1].append(None)
                continue
            reach = 1
            while at + reach < len(rows) and rows[at + reach][column] is None:
                reach += 1
            cells[-1].append(Box(x0=EDGES[column], y0=y, x1=EDGES[column + 1], y1=y + reach * HEIGHT))
            x = EDGES[column] + 3.0
            for part in text.split():
                words.append(word(part, x, y + 10))
                x += 5 * len(part) + 3
    bottom = top + len(rows) * HEIGHT
    words += [word(part, 50 + 40 * at, bottom + 30) for at, part in enumerate(below.split())]
    box = Box(x0=EDGES[0], y0=top, x1=EDGES[-1], y1=bottom)
    return PageContent(
        number=number, height=800, words=tuple(words), tables=(PageTable(box=box, rows=tuple(map(tuple, cells))),)
    )


def table_rows(pages: Sequence[PageContent]) -> list[Block]:
    return [block for block in arrange(pages) if block.kind is BlockKind.TABLE_ROW]


HEADING = ("TT", "Họ tên", "Đơn vị")


def test_cell_merged_downwards_counts_for_each_row() -> None:
    rows = table_rows([page(1, [HEADING, ("1", "Lò A", "Đội 3"), ("2", "Lò B", None), ("3", "Lò C", "Đội 4")])])
    assert [row.text for row in rows[1:]] == ["1\tLò A\tĐội 3", "2\tLò B\tĐội 3", "3\tLò C\tĐội 4"]


def test_records_of_a_filled_cell_are_copies_of_those_printed() -> None:
    listed = [HEADING, ("1", "Lò A", "Bản Mây 12 hộ"), ("2", "Lò B", None), ("3", "Lò C", "Bản Mây 12 hộ")]
    content = normalise(SourceText(format="pdf", blocks=arrange([page(1, listed)])))
    assert [[content.text[slice(*span)] for span in pair] for pair in content.repeats] == [["Bản Mây 12 hộ"] * 2]
    view = TextView(content.without_furniture, repeats=content.repeats)
    figures = records_by_id(analyse(view), Family.FIGURES, "d")
    homes = [rid for rid, figure in figures.items() if figure.text.startswith("12")]
    assert len(homes) == 3
    assert copies(figures, view) == {homes[1]: homes[0]}


def test_page_numbers_are_kept_and_told_from_the_text() -> None:
    content = normalise(SourceText(format="pdf", blocks=arrange([page(1, [HEADING] * 2), page(12, [HEADING] * 2)])))
    assert [content.text[b.start : b.end] for b in content.blocks if b.kind is BlockKind.FURNITURE] == ["1", "12"]
    assert len(content.without_furniture) == len(content.text)
    assert content.without_furniture.rstrip().endswith(HEADING[-1])


def test_repeated_heading_is_no_data() -> None:
    pages = [page(n, [HEADING, (f"{n}1", "Lò A", "Đội 3"), (f"{n}2", "Lò B", "Đội 3")]) for n in (1, 2, 3)]
    rows = table_rows(pages)
    assert [row.text.split("\t")[0] for row in rows] == ["TT", "11", "12", "21", "22", "31", "32"]
    assert [row.page for row in rows] == [1, 1, 1, 2, 2, 3, 3]


def test_row_cut_by_the_end_of_the_page_is_one_row() -> None:
    first = page(1, [HEADING, ("1", "Lò A", "Đội 3"), ("2", "Lò B", "Trường học")])
    second = page(2, [HEADING, ("", "", "bản Mây"), ("3", "Lò C", "Đội 4")])
    rows = table_rows([first, second])
    assert [row.text for row in rows[2:]] == ["2\tLò B\tTrường học bản Mây", "3\tLò C\tĐội 4"]
    on_its_page = [rows[2].text[w.start : w.end] for w in rows[2].words]
    assert on_its_page == ["2", "Lò", "B", "Trường", "học"]


def test_text_between_makes_two_tables() -> None:
    first = page(1, [HEADING, ("1", "Lò A", "Đội 3")], below="Danh sách thứ hai")
    second = page(2, [HEADING, ("1", "Lò C", "Đội 4")])
    assert [row.text for row in table_rows([first, second])].count("TT\tHọ tên\tĐơn vị") == 2


def test_other_first_row_stays() -> None:
    first = page(1, [HEADING, ("1", "Lò A", "Đội 3")])
    second = page(2, [("2", "Lò C", "Đội 4"), ("3", "Lò D", "Đội 4")])
    assert len(table_rows([first, second])) == 4
