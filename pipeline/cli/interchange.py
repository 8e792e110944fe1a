"""Commands that find things and pass them on to other tools and back: `search`, `export`, `import`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.group import cli, db_option, say
from pipeline.settings import Settings

if TYPE_CHECKING:
    from rich.text import Text

    from pipeline.search import Offer, Piece


@cli.command()
@click.argument("words", nargs=-1, required=True)
@db_option
@click.option("--records", is_flag=True, help="Find records by their quotes, not documents.")
@click.option("--kind", default="", help="Only documents of this kind: article, decision, minutes ...")
@click.option("--year", default="", metavar="YYYY", help="Only documents of this year.")
@click.option("--province", default="", metavar="NAME", help="Only documents that name this first-level unit.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--exact", is_flag=True, help="No other spellings of provinces.")
@click.option("--expand", is_flag=True, help="The old and new names of provinces too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def search(
    settings: Settings, words: tuple[str, ...], db: Path | None, records: bool, kind: str, year: str, province: str,
    limit: int, exact: bool, expand: bool, as_json: bool,
) -> None:  # fmt: skip
    """Find documents or records by WORDS, with or without marks.

    `"side by side"` is a phrase, `khen*` a beginning. The database may also be the `sovang.db` of a published dataset.
    """
    import sqlite3

    from extractors.domain.errors import StoreError
    from pipeline import search as searching

    file = db or settings.db
    if not file.is_file():
        raise StoreError(f"There is no database at {file}", advice="Run `sovang run SOURCE` first, or give --db")
    ask = searching.Ask(
        words=" ".join(words), kind=kind, year=year, province=province, limit=limit, is_exact=exact, is_expanded=expand
    )
    # not through the store: a published file is read-only, and a search changes nothing
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        found = (searching.search_records if records else searching.search_documents)(connection, ask)
    finally:
        connection.close()
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    _print(found.hits)
    _tell(found.also, found.offers, has_hits=bool(found.hits))


def _print(hits: tuple[object, ...]) -> None:
    from pipeline import terminal
    from pipeline.search import Hit, RecordHit
    from pipeline.wording import shown

    console = terminal.console()
    for hit in hits:
        match hit:
            case Hit():
                head = shown(" · ".join(filter(None, (hit.title or hit.source, hit.year, hit.id[:12]))), "bold")
                console.print(head, soft_wrap=True)
                console.print(_marked(hit.snippet), soft_wrap=True)
            case RecordHit():
                console.print(shown(f"{hit.kind} · {hit.value} · {hit.record_id}", "bold"), soft_wrap=True)
                console.print(_marked(hit.snippet), soft_wrap=True)


def _marked(pieces: "tuple[Piece, ...]") -> "Text":
    """The snippet with its matches in brackets and colour, so that they show in a file as well."""
    from rich.text import Text

    line = Text("   ")
    for piece in pieces:
        inner = "".join(c if c.isprintable() else " " for c in piece.text)
        line.append(f"[{inner}]" if piece.is_match else inner, "bold yellow" if piece.is_match else "")
    return line


def _tell(also: tuple[str, ...], offers: "tuple[Offer, ...]", *, has_hits: bool) -> None:
    if not has_hits:
        say("Nothing was found")
    if also:
        say(f"Also looked for: {', '.join(also)} (--exact leaves them out)")
    if offers:
        names = ", ".join(f"{o.words} ({o.valid_from[:4]} to {o.valid_to[:4] or 'today'})" for o in offers[:8])
        say(f"Other names of that ground: {names} (--expand looks for them too)")
