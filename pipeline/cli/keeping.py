"""Commands that keep a database safe: `backup` and `restore`."""

from pathlib import Path

import click

from pipeline.cli.group import cli, db_option
from pipeline.settings import Settings


@cli.command()
@click.argument("target", metavar="FOLDER|FILE.db", type=click.Path(path_type=Path))
@db_option
@click.pass_obj
def backup(settings: Settings, target: Path, db: Path | None) -> None:
    """Copy the database and its originals to a FOLDER, or the database alone to a FILE.db.

    Runs and servers may write meanwhile. A second backup to the same folder copies only new originals.
    """
    from pipeline import backup as work

    copied = work.backup(db or settings.db, target)
    click.echo(
        f"{copied.database}: {copied.documents:,} documents, checked; "
        f"originals: {copied.copied:,} copied, {copied.present:,} there already"
    )


@cli.command()
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path, exists=True))
@db_option
@click.option("--force", is_flag=True, help="Replace the database that is there.")
@click.pass_obj
def restore(settings: Settings, source: Path, db: Path | None, force: bool) -> None:
    """Put a BACKUP (folder or file) back as the database, checked against its sums."""
    from pipeline import backup as work

    copied = work.restore(source, db or settings.db, force=force)
    click.echo(f"{copied.database}: {copied.documents:,} documents; originals: {copied.copied:,} copied")
    click.echo("Next: sovang verify", err=True)
