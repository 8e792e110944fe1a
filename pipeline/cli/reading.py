"""Commands that bring documents in: `run`, `fetch`, `retry`, and `extract`, which stores nothing."""

import gc
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractors.domain.errors import ExitCode, ReadError, UsageError
from extractors.domain.records import Json
from pipeline.cli.group import INTERRUPTED, cli, complain, db_option
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.run import Report, Start


def engine_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that choose what does the work."""
    for option in (
        click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler [one inside this process]."),
        click.option(
            "--engine",
            type=click.Choice(["pool", "dask"]),
            default="pool",
            show_default=True,
            help="Processes of this machine, or a cluster of Dask.",
        ),
        click.option("--workers", type=click.IntRange(1), help="Worker processes [one for each processor]."),
    ):
        command = option(command)
    return command


def _start(engine: str, scheduler: str | None) -> "Start":
    if engine == "dask":
        from pipeline.cluster import Cluster

        return partial(Cluster, scheduler=scheduler)
    if scheduler:
        raise UsageError("--scheduler is of use only with --engine dask", advice="Add --engine dask")
    from pipeline.pool import Pool

    return Pool


def _source(name: str) -> Path | str:
    from pipeline.sources import is_address

    return name if is_address(name) else Path(name)


@cli.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path())
@db_option
@engine_options
@click.option("--limit", type=click.IntRange(1), help="Look at no more than this many files.")
@click.option("--renew", is_flag=True, help="Read again what an earlier version of the program read.")
@click.option("--dry-run", is_flag=True, help="Only list what would be done.")
@click.pass_obj
def run(
    settings: Settings, sources: tuple[str, ...], db: Path | None, workers: int | None, engine: str,
    scheduler: str | None, limit: int | None, renew: bool, dry_run: bool,
) -> None:  # fmt: skip
    """Read SOURCES (files, folders with all that is in them, zip files, s3://...) into the database.

    What the database has already is skipped. Stopped or killed, the next run goes on.
    """
    from pipeline import terminal
    from pipeline.run import Order, count_sources
    from pipeline.run import run as carry_out

    named = tuple(_source(name) for name in sources)
    missing = [str(path) for path in named if isinstance(path, Path) and not path.exists()]
    if missing:
        raise UsageError(f"There is no {', '.join(missing)}", advice="Check the path")
    settings = replace(settings, db=db or settings.db, workers=workers or settings.workers)
    order = Order(sources=named, limit=limit, renew=renew, dry_run=dry_run)
    start, total = _start(engine, scheduler), count_sources(order, settings)
    with terminal.progress("Reading", total) as tick:
        report = carry_out(order, settings, tick, start, total, tick.stage)
    if dry_run:
        terminal.console().print(terminal.plan_summary(report))
    else:
        _end_run(report, settings)


@cli.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL|FEED|SITEMAP...")
@db_option
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Of feeds and sitemaps, only what changed since.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, help="Fetch no more than this many pages."
)
@click.option(
    "--delay", type=click.FloatRange(0), default=2.0, show_default=True, help="Seconds between requests to one host."
)
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), help="Folder of the archives [web/ beside the database]."
)
@click.option("--no-run", is_flag=True, help="Only fetch; do not read what was fetched into the database.")
@click.pass_obj
def fetch(
    settings: Settings, urls: tuple[str, ...], db: Path | None, since: datetime | None, limit: int, delay: float,
    to: Path | None, no_run: bool,
) -> None:  # fmt: skip
    """Fetch pages, or what feeds and sitemaps list, into a web archive and read it into the database.

    The robots.txt of each site is obeyed; pages that have not changed since the last fetch are left.
    """
    from pipeline import terminal
    from pipeline.fetch import FetchOrder, Manners
    from pipeline.fetch import fetch as carry_out
    from pipeline.run import Order
    from pipeline.run import run as read_archive

    settings = replace(settings, db=db or settings.db)
    since = since.replace(tzinfo=UTC) if since else None
    folder = to or settings.db.parent / "web"
    order = FetchOrder(urls=urls, folder=folder, since=since, limit=limit, manners=Manners(delay_s=delay))
    with terminal.progress("Fetching", limit) as tick:
        report = carry_out(order, tick)
    terminal.console().print(terminal.fetch_summary(report))
    if report.archive and not no_run and not report.is_interrupted:
        with terminal.progress("Reading", report.fetched) as tick:
            read = read_archive(Order(sources=(report.archive,)), settings, tick, tell=tick.stage)
        _end_run(read, settings)
    if report.is_interrupted:
        sys.exit(INTERRUPTED)
    if report.failures:
        sys.exit(ExitCode.SOME_FAILED)


@cli.command()
@click.argument("failures", nargs=-1, metavar="[FAILURE]...")
@db_option
@engine_options
@click.pass_obj
def retry(
    settings: Settings, failures: tuple[str, ...], db: Path | None, workers: int | None, engine: str,
    scheduler: str | None,
) -> None:  # fmt: skip
    """Try everything again that failed or was cut short, from the originals kept.

    FAILURE is the id of one in the table `failures`: nothing else is tried then.
    """
    from pipeline import terminal
    from pipeline.run import count_failed
    from pipeline.run import retry as carry_out

    settings = replace(settings, db=db or settings.db, workers=workers or settings.workers)
    start, total = _start(engine, scheduler), len(failures) or count_failed(settings)
    with terminal.progress("Trying again", total) as tick:
        report = carry_out(settings, tick, failures, start, total, tick.stage)
    _end_run(report, settings)


def _end_run(report: "Report", settings: Settings) -> None:
    from pipeline import terminal
    from pipeline.store import Store, top_provinces

    with Store(settings.db) as store:
        provinces = top_provinces(store)
    terminal.console().print(terminal.run_summary(report, settings, provinces))
    if report.interrupted:
        sys.exit(INTERRUPTED)
    if report.has_failures:
        sys.exit(ExitCode.SOME_FAILED)


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--format", "form", type=click.Choice(["jsonl", "table", "html"]), default="jsonl", show_default=True)
@click.option(
    "--reference-date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day that `hôm qua` counts from.",
)
def extract(files: tuple[str, ...], form: str, reference_date: datetime | None) -> None:
    """Print what is found in FILES (`-` reads standard input); no database is touched."""
    gc.disable()  # what loading makes stays to the end: looking for garbage in it takes a tenth of a second
    import pipeline.engine  # noqa: F401  # before spaCy
    from pipeline.exports import write
    from pipeline.extraction import as_json, extract_document

    gc.freeze()
    gc.enable()
    day = reference_date.date() if reference_date else None
    failed = []

    def documents() -> Iterator[Json]:
        for file in files:
            try:
                data = sys.stdin.buffer.read() if file == "-" else _bytes_of(file)
                yield as_json(extract_document(data, file, reference_date=day))
            except ReadError as error:
                failed.append(file)
                complain(error, file)

    write(form, documents(), sys.stdout)
    if failed:
        sys.exit(ExitCode.SOME_FAILED)


def _bytes_of(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise ReadError(
            f"It cannot be opened: {error.strerror or error}", advice="Check path and permissions"
        ) from error
