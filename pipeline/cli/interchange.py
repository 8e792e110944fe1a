"""Commands that find things and pass them on to other tools and back: `search`, `export`, `import`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractors.domain.errors import ExitCode
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
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{file} cannot be searched: {error}", advice="Check that it is a Sổ Vàng database") from error
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


_FORMS = ("jsonl", "table", "html", "conll", "labelstudio", "webannotation", "brat", "spacy")


@cli.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(_FORMS))
@db_option
@click.option("--document", "documents", multiple=True, metavar="NAME", help="Only this document; may be repeated.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File, for brat a new folder [standard output].")
@click.pass_obj
def export(settings: Settings, form: str, db: Path | None, documents: tuple[str, ...], output: Path | None) -> None:
    """Write documents of the database with their records as FORMAT, for other tools.

    FORMAT is one of jsonl, table, html, conll, labelstudio, webannotation, brat, spacy. Equal databases give equal
    bytes.
    """
    from pipeline.exports import labelstudio
    from pipeline.interchange import export as write_out
    from pipeline.store import Store

    with Store(db or settings.db, must_exist=True) as store:
        count = write_out(store, form, documents, output)
    if output:
        say(f"{count:,} documents in {output}")
    if output and form == "labelstudio":
        interface = output.with_suffix(".xml")
        interface.write_text(labelstudio.configuration(), encoding="utf-8")
        say(f"The labelling interface for the project is {interface}")


@cli.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--reviewer", required=True, metavar="NAME", help="The account in whose name the decisions are entered.")
@db_option
@click.option("--dry-run", is_flag=True, help="Tell what would be entered, change nothing.")
@click.option("--complete", is_flag=True, help="Reject what the machine found and the annotations lack.")
@click.option("--changes-only", is_flag=True, help="Do not accept what was left as the machine had it.")
@click.pass_obj
def import_(
    settings: Settings, files: tuple[Path, ...], reviewer: str, db: Path | None, dry_run: bool, complete: bool,
    changes_only: bool,
) -> None:  # fmt: skip
    """Enter annotations of Label Studio (JSON) or BRAT (folder or .ann) as reviews.

    Records are matched by id, else by kind and span. What a person decided here is never overwritten: where the
    annotations say otherwise, that is told. A document whose text has changed is left out.
    """
    from pipeline.interchange import Manner, bring_in, read
    from pipeline.review import find_user
    from pipeline.store import Store

    manner = Manner(is_tried=dry_run, is_complete=complete, only_changes=changes_only)
    with Store(db or settings.db, must_exist=True) as store:
        user = find_user(store, reviewer)
        outcome = bring_in(store, user, (document for file in files for document in read(file)), manner)
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(outcome.done.items())) or "nothing"
    click.echo(f"{'Would enter' if dry_run else 'Entered'}: {told}")
    for where, what in outcome.problems:
        say(f"{where}: {what}")
    if outcome.problems:
        sys.exit(ExitCode.SOME_FAILED)
