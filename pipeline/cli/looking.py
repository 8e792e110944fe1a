"""Commands that look and change nothing: `show`, `status`, `verify`, `doctor`."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from extractors.domain.errors import ExitCode
from pipeline.cli.group import cli, db_option, say
from pipeline.settings import Settings


@cli.command()
@click.argument("document")
@db_option
@click.option("--text", "as_text", is_flag=True, help="Show the text with its records in colour, not the list.")
@click.pass_obj
def show(settings: Settings, document: str, db: Path | None, as_text: bool) -> None:
    """Show one DOCUMENT, named by the start of its id or of its file name."""
    from pipeline import terminal
    from pipeline.store import Store, facts_of, find_one, links_of, records_of, sources_of

    with Store(db or settings.db, must_exist=True) as store:
        row = find_one(store, document)
        serial = int(str(row["serial"]))
        page = terminal.document_page(
            row,
            sources_of(store, serial),
            links_of(store, serial),
            facts_of(store, serial),
            records_of(store, serial),
            as_text=as_text,
        )
    terminal.console().print(page)


@cli.command()
@db_option
@click.pass_obj
def status(settings: Settings, db: Path | None) -> None:
    """Tell what the database holds, what failed and why, and what waits."""
    from pipeline import terminal
    from pipeline.store import Store, overview
    from pipeline.trust import audits
    from pipeline.version import extractor_version

    settings = replace(settings, db=db or settings.db)
    with Store(settings.db, must_exist=True) as store:
        terminal.console().print(terminal.status_page(overview(store, extractor_version()), settings))
        if found := audits(store):
            terminal.console().print("\nPassed unread, and what the audit found:")
            terminal.console().print(terminal.audit_table(found, extractor_version()))


@cli.command()
@db_option
@click.pass_obj
def verify(settings: Settings, db: Path | None) -> None:
    """Prove that the database is whole: file, links, originals, quotes, ids, search index."""
    from pipeline import terminal
    from pipeline.store import Store, overview
    from pipeline.verify import verify as examine
    from pipeline.version import extractor_version

    settings = replace(settings, db=db or settings.db)
    with Store(settings.db, must_exist=True) as store:
        total = store.count("SELECT count(*) FROM documents")
        with terminal.progress("Checking", total) as tick:
            faults = [(fault.where, fault.what) for fault in examine(store, tick)]
        records = store.count("SELECT count(*) FROM records")
        older = overview(store, extractor_version()).outdated
    if faults:
        terminal.console().print(terminal.faults_table(faults))
        say(f"{len(faults):,} faults in {settings.db}. Restore it from a copy, or read the documents named anew")
        sys.exit(ExitCode.OUTPUT)
    terminal.console().print(f"{settings.db} is whole: {total:,} documents, {records:,} records checked")
    if older:
        terminal.console().print(
            f"{older:,} documents were read by an earlier version: their ids were not derived again"
        )


@cli.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Tell what is installed, which formats can be read, and what to do about the rest."""
    from pipeline import terminal
    from pipeline.doctor import examine

    terminal.console().print(terminal.doctor_page(examine(settings)))
