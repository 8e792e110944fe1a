"""The command group `sovang` with its log, and what all commands share: the option `--db`, how errors are told."""

import json
import logging
from pathlib import Path
from typing import Final

import click

from extractors.domain.errors import ProjectError
from pipeline.settings import load_settings
from pipeline.version import __version__, use_calibration

log = logging.getLogger(__name__)
INTERRUPTED: Final = 130  # as shells report a command that Ctrl-C ended
db_option = click.option(
    "--db", type=click.Path(path_type=Path, dir_okay=False), help="The database file [outputs/sovang.db]."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Settings file [sovang.toml].")
@click.option("-v", "--verbose", count=True, help="Log each document to stderr; twice for everything.")
@click.option("--log-json", is_flag=True, help="Write log and progress as one JSON object a line.")
@click.version_option(__version__, prog_name="sovang")
@click.pass_context
def cli(context: click.Context, config: Path | None, verbose: int, log_json: bool) -> None:
    """Dates, provinces, figures and award decisions from Vietnamese documents, in a reviewed database."""
    _set_up_log(verbose, log_json=log_json)
    context.obj = load_settings(config)
    use_calibration(context.obj.calibration)


def complain(error: ProjectError, where: str = "") -> None:
    """Tells an error and what to do about it on stderr; `where` names the file it is about."""
    say(f"{where}: {error}" if where else str(error))
    log.debug("raised here", exc_info=error)


def say(message: str) -> None:
    """Writes one line to stderr."""
    click.echo(f"sovang: {message}", err=True)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
        }
        entry |= {"logger": record.name, "message": record.getMessage()}
        if progress := getattr(record, "progress", None):
            entry["progress"] = progress
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
