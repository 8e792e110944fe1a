"""The command that brings the tellings of one award decision together: `link`."""

from dataclasses import replace
from pathlib import Path

import click

from pipeline.cli.group import cli, db_option
from pipeline.settings import Settings


@cli.command()
@db_option
@click.pass_obj
def link(settings: Settings, db: Path | None) -> None:
    """Link what several documents tell of one award decision, and the mentions of one recipient.

    Only what is new or changed since the last time is compared.
    """
    from pipeline import terminal
    from pipeline.decisions import link_awards
    from pipeline.store import Store

    settings = replace(settings, db=db or settings.db)
    with Store(settings.db, must_exist=True) as store, store.sole_writer():
        report = link_awards(store)
    terminal.console().print(
        f"{report.compared:,} awards compared. {report.tellings:,} tellings of {report.decisions:,} decisions, "
        f"{report.contradicted:,} of them told in contradictory ways; {report.recipients:,} recipients; "
        f"{report.sequels:,} proposals granted or decisions revoked"
    )
