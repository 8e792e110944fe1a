"""Commands for research: `publish`, `cite`."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline.cli.group import cli, db_option
from pipeline.settings import Settings

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.publish import Release

_DATASET: Final = Path("outputs/dataset")


@cli.command()
@db_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), default=_DATASET, show_default=True,
    help="Folder of the release.",
)  # fmt: skip
@click.option(
    "--min-confidence", type=click.FloatRange(0, 1), default=0.0, metavar="SHARE",
    help="Leave out what no person has decided on and is less sure.",
)  # fmt: skip
@click.option("--reviewed-only", is_flag=True, help="Leave out all that no person has decided on.")
@click.option("--without-texts", is_flag=True, help="Leave out the texts; quotes keep a few words around them.")
@click.option("--version-name", default="", metavar="NAME", help="Version [the number after the release there].")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="Date of the release [last change of the database].",
)  # fmt: skip
@click.pass_obj
def publish(
    settings: Settings, db: Path | None, output: Path, min_confidence: float, reviewed_only: bool, without_texts: bool,
    version_name: str, day: datetime | None,
) -> None:  # fmt: skip
    """Write the database as a dataset for research: SQLite, CSV, Parquet, and all that describes them.

    A release that would say the same as the one in the folder leaves it as it is.
    """
    from pipeline import publish as publishing
    from pipeline import terminal

    order = publishing.Order(
        working=db or settings.db,
        target=output,
        conditions=publishing.Conditions(
            min_confidence=min_confidence,
            reviewed_only=reviewed_only,
            with_texts=not without_texts,
            base_url=settings.base_url,
        ),
        title=settings.dataset_title,
        creator=settings.dataset_creator,
        licence=settings.dataset_licence,
        version=version_name,
        date=day.date().isoformat() if day else "",
    )
    with terminal.progress("Publishing", publishing.STEPS) as tick:
        release = publishing.publish(order, lambda: tick(""))
    terminal.console().print(_summary(release))


def _summary(release: "Release") -> "RenderableType":
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    size = f"{release.documents:,} documents, {release.records:,} records"
    if release.is_new:
        table.add_row("Published", f"version {release.version}: {size}")
    else:
        table.add_row("Unchanged", f"version {release.version} says all of it already: {size}")
    for name, change, why, count in release.changes:
        table.add_row("", f"{name}: {count:,} {change}, {why}")
    table.add_row("Folder", str(release.target))
    return table


@cli.command()
@click.argument("records", nargs=-1, required=True, metavar="RECORD...")
@click.option(
    "--dataset", type=click.Path(path_type=Path, file_okay=False), default=_DATASET, show_default=True,
    help="Folder of the release.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "text-en", "bibtex", "csl"]), default="text", show_default=True
)
def cite(records: tuple[str, ...], dataset: Path, form: str) -> None:
    """Print how to cite records of a published dataset, named by their record_id."""
    from pipeline.dataset import open_dataset
    from pipeline.publish import citation

    with open_dataset(dataset) as opened:
        citations = [citation.cite(opened.connection, record) for record in records]
    if form == "csl":
        click.echo(json.dumps([citation.as_csl(each) for each in citations], ensure_ascii=False, indent=2))
        return
    for each in citations:
        match form:
            case "bibtex":
                click.echo(citation.as_bibtex(each))
            case _:
                click.echo(citation.as_text(each, "en" if form == "text-en" else "vi"))
