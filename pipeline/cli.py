"""The command `sovang`: parses, calls one function of the stages, maps an error to an exit code.

Each command imports what it needs when it is called, so that `sovang --help` does not wait for spaCy.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from extractors.domain.errors import ExitCode, ProjectError, ReadError, UsageError
from extractors.domain.records import Json
from pipeline.settings import Settings, load_settings
from pipeline.version import __version__

if TYPE_CHECKING:
    from pipeline.run import Report

log = logging.getLogger(__name__)
_INTERRUPTED: Final = 130  # as shells report a command that Ctrl-C ended
_db = click.option(
    "--db", type=click.Path(path_type=Path, dir_okay=False), help="The database file [outputs/sovang.db]."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Settings file [sovang.toml].")
@click.option("-v", "--verbose", count=True, help="Log each document to stderr; twice for everything.")
@click.option("--log-json", is_flag=True, help="Write the log as one JSON object a line.")
@click.version_option(__version__, prog_name="sovang")
@click.pass_context
def cli(context: click.Context, config: Path | None, verbose: int, log_json: bool) -> None:
    """Dates, provinces, figures and award decisions from Vietnamese documents, in a reviewed database."""
    _set_up_log(verbose, log_json=log_json)
    context.obj = load_settings(config)


# --- reading ----------------------------------------------------------------------------------------


@cli.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@_db
@click.option("--workers", type=click.IntRange(1), help="Worker processes [one for each processor].")
@click.option("--limit", type=click.IntRange(1), help="Look at no more than this many files.")
@click.option("--renew", is_flag=True, help="Read again what an earlier version of the program read.")
@click.option("--dry-run", is_flag=True, help="Only list what would be done.")
@click.pass_obj
def run(
    settings: Settings, sources: tuple[Path, ...], db: Path | None, workers: int | None, limit: int | None, renew: bool,
    dry_run: bool,
) -> None:  # fmt: skip
    """Read SOURCES (files, folders with all that is in them, zip files) into the database.

    What the database has already is skipped. Stopped or killed, the next run goes on.
    """
    from pipeline import terminal
    from pipeline.run import Order, count_sources
    from pipeline.run import run as carry_out

    missing = [str(path) for path in sources if not path.exists()]
    if missing:
        raise UsageError(f"There is no {', '.join(missing)}", advice="Check the path")
    settings = replace(settings, db=db or settings.db, workers=workers or settings.workers)
    order = Order(sources=sources, limit=limit, renew=renew, dry_run=dry_run)
    with terminal.progress("Reading", count_sources(order, settings)) as tick:
        report = carry_out(order, settings, tick)
    if dry_run:
        terminal.console().print(terminal.plan_summary(report))
    else:
        _end_run(report, settings)


@cli.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL|FEED|SITEMAP...")
@_db
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
            read = read_archive(Order(sources=(report.archive,)), settings, tick)
        _end_run(read, settings)
    if report.is_interrupted:
        sys.exit(_INTERRUPTED)
    if report.failures:
        sys.exit(ExitCode.SOME_FAILED)


@cli.command()
@_db
@click.option("--workers", type=click.IntRange(1), help="Worker processes [one for each processor].")
@click.pass_obj
def retry(settings: Settings, db: Path | None, workers: int | None) -> None:
    """Try everything again that failed or was cut short, from the originals kept."""
    from pipeline import terminal
    from pipeline.run import count_failed
    from pipeline.run import retry as carry_out

    settings = replace(settings, db=db or settings.db, workers=workers or settings.workers)
    with terminal.progress("Trying again", count_failed(settings)) as tick:
        report = carry_out(settings, tick)
    _end_run(report, settings)


def _end_run(report: "Report", settings: Settings) -> None:
    from pipeline import terminal
    from pipeline.store import Store, top_provinces

    with Store(settings.db) as store:
        provinces = top_provinces(store)
    terminal.console().print(terminal.run_summary(report, settings, provinces))
    if report.interrupted:
        sys.exit(_INTERRUPTED)
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
    from pipeline.exports import write
    from pipeline.extraction import as_json, extract_document

    day = reference_date.date() if reference_date else None
    failed = []

    def documents() -> Iterator[Json]:
        for file in files:
            try:
                data = sys.stdin.buffer.read() if file == "-" else _bytes_of(file)
                yield as_json(extract_document(data, file, reference_date=day))
            except ReadError as error:
                failed.append(file)
                _complain(error, file)

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


# --- looking ----------------------------------------------------------------------------------------


@cli.command()
@click.argument("document")
@_db
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
@_db
@click.pass_obj
def status(settings: Settings, db: Path | None) -> None:
    """Tell what the database holds, what failed and why, and what waits."""
    from pipeline import terminal
    from pipeline.store import Store, overview
    from pipeline.version import extractor_version

    settings = replace(settings, db=db or settings.db)
    with Store(settings.db, must_exist=True) as store:
        terminal.console().print(terminal.status_page(overview(store, extractor_version()), settings))


@cli.command()
@_db
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
        _say(f"{len(faults):,} faults in {settings.db}. Restore it from a copy, or read the documents named anew")
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


# --- learning ---------------------------------------------------------------------------------------


@cli.command()
@click.argument("gold", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to write [the installed table].")
def calibrate(gold: Path, output: Path | None) -> None:
    """Fit the confidences to the gold documents of a folder GOLD (NAME.txt with NAME.gold.jsonl)."""
    from pipeline import calibrate as calibration
    from pipeline import terminal

    target = output or calibration.installed_table()
    total = len(list(gold.glob("*.gold.jsonl")))
    with terminal.progress("Judging", total) as tick:
        table = calibration.calibrate(gold, tick)
    calibration.write_table(table, target)
    terminal.console().print(f"{target}: {len(table.splitlines()) - 1} rules judged on {total} documents")


# --- errors and log ---------------------------------------------------------------------------------


def main() -> None:
    """Runs the command line; the exit code tells what became of it."""
    try:
        code = cli.main(prog_name="sovang", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else ExitCode.DONE)
    except ProjectError as error:
        _complain(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _say("Stopped")
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:  # `sovang extract FILE | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.OUTPUT)


def _complain(error: ProjectError, where: str = "") -> None:
    _say(f"{where}: {error}" if where else str(error))
    log.debug("raised here", exc_info=error)


def _say(message: str) -> None:
    click.echo(f"sovang: {message}", err=True)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {"time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname.lower()}
        entry |= {"logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def _set_up_log(verbose: int, *, log_json: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines() if log_json else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    level = [logging.INFO if log_json else logging.ERROR, logging.INFO, logging.DEBUG][min(verbose, 2)]
    for name in ("pipeline", "extractors"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
