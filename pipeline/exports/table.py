"""A table for the terminal: one line for each record, in the order of the text."""

from collections.abc import Iterable
from typing import Final, TextIO, cast

from rich.console import Console
from rich.table import Table
from rich.text import Text

from extractors.domain.records import Json
from pipeline.wording import STYLES, reasons, records_in_order, shown, value_line

_WIDTH: Final = 140  # where the output is no terminal


def write(documents: Iterable[Json], target: TextIO) -> int:
    """Writes a headed table for each document; returns how many."""
    console = Console(file=target, width=None if target.isatty() else _WIDTH, highlight=False)
    count = 0
    for document in documents:
        count += 1
        head = cast(Json, document["document"])
        title = f"{head['source']} ({head['kind']}): {head['title'] or head['subject'] or 'no title'}"
        table = Table(title=shown(title), title_justify="left", box=None, pad_edge=False, header_style="bold")
        for name, width in (("page", 4), ("kind", 9), ("quote", None), ("value", None), ("sure", 4), ("why", None)):
            table.add_column(name, min_width=width, no_wrap=width is not None, overflow="fold")
        for kind, record in records_in_order(document):
            table.add_row(
                shown(record["page"] or ""),
                Text(kind, STYLES[kind]),
                shown(record["text"], STYLES[kind]),
                shown(value_line(kind, record)),
                shown(f"{cast(float, record['confidence']):.0%}"),
                shown(reasons(record), "dim"),
            )
        console.print(table)
        console.print()
    return count
