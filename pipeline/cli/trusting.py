"""Commands about what may pass unread: `thresholds`, `audit`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline.cli.group import cli, db_option, say
from pipeline.settings import Settings

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.trust import Certificate

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)
_NEWS: Final = Path("../shared/news/articles-20k.jsonl.gz")
_KINDS: Final = ("dates", "provinces", "figures", "awards", "document_facts")


@cli.command()
@db_option
@click.option("--precision", type=_SHARE, default=0.99, show_default=True, help="Share of passed records to be right.")
@click.option("--confidence", type=_SHARE, default=0.95, show_default=True, help="How sure that is to be, by kind.")
@click.option(
    "--gold",
    type=_FOLDER,
    multiple=True,
    help="Gold documents drawn at random, one record of a kind counts of each; may be repeated.",
)
@click.option(
    "--judged",
    type=_FILE,
    multiple=True,
    help="A file of judged records (CSV); those of part `plain` count, all help to fit; may be repeated.",
)
@click.option(
    "--articles",
    type=click.Path(path_type=Path),
    default=_NEWS,
    show_default=True,
    help="Articles of the judged files (gzipped JSON lines with id and text).",
)
@click.option("--dry-run", is_flag=True, help="Only tell; store and mark nothing.")
@click.pass_obj
def thresholds(
    settings: Settings, db: Path | None, precision: float, confidence: float, gold: tuple[Path, ...],
    judged: tuple[Path, ...], articles: Path, *, dry_run: bool,
) -> None:  # fmt: skip
    """Find for each kind the least confidence from which records are right often enough to pass unread.

    It stands on reviews of records that `sovang audit --draw` drew, on judged records and on gold. Records of
    the database above it are marked `auto`: the queue leaves them out, the audit draws some of them.
    """
    from pipeline import terminal
    from pipeline.calibrate import Sources, held_out
    from pipeline.store import Store
    from pipeline.trust import Draw, at_random, certify, enter, mark_all, standing
    from pipeline.version import extractor_version

    points = {}
    if gold or judged:
        with terminal.progress("Judging", len(gold)) as tick:
            points = held_out(Sources(gold=gold, judged=judged, articles=articles), tick)
    version = extractor_version()
    files = [str(path) for path in (*gold, *judged)]
    with Store(db or settings.db, must_exist=True) as store:
        told: list[tuple[str, Certificate, str]] = []
        for kind in _KINDS:
            reviewed = at_random(store, kind, version)
            sample = [*points.get(kind, ()), *((verdict.confidence, verdict.is_right) for verdict in reviewed)]
            certificate = certify(sample, precision, confidence)
            note = ""
            if certificate.threshold is not None and not dry_run:
                sources = [*files, f"{len(reviewed)} reviews"] if reviewed else files
                held = enter(store, kind, certificate, sources, version)
                passed = mark_all(store, held, Draw(rate=settings.audit_rate, seed=settings.audit_seed))
                note = f"{passed:,} records pass"
            elif certificate.threshold is None and kind in standing(store):
                note = "the earlier threshold is left as it is"
            told.append((kind, certificate, note))
    terminal.console().print(_certificates(told))


def _certificates(told: "list[tuple[str, Certificate, str]]") -> "RenderableType":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("kind", "threshold", "right", "of", "at least", "passes", ""):
        table.add_column(name, justify="left" if name in ("kind", "") else "right", no_wrap=name != "")
    for kind, found, note in told:
        if found.threshold is None:
            counted = [f"{found.right:,}", f"{found.total:,}", f"{found.bound:.4f}" if found.total else "-"]
            told_why = f"too few records read: {found.missing:,} more at least, all right"
            table.add_row(kind, "none", *counted, "-", "; ".join(filter(None, [told_why, note])))
        else:
            table.add_row(
                kind, f"{found.threshold:.4f}", f"{found.right:,}", f"{found.total:,}", f"{found.bound:.4f}",
                f"{found.share:.0%}", note,
            )  # fmt: skip
    return table


@cli.command()
@db_option
@click.option(
    "--draw",
    type=click.IntRange(1),
    metavar="N",
    help="Draw N records of each kind at random, passed or not, to be read for `sovang thresholds`.",
)
@click.option("--kind", "kinds", type=click.Choice(_KINDS), multiple=True, help="Only this kind; may be repeated.")
@click.option("--withdraw", is_flag=True, help="Withdraw the thresholds of the kinds named.")
@click.pass_obj
def audit(settings: Settings, db: Path | None, draw: int | None, kinds: tuple[str, ...], *, withdraw: bool) -> None:
    """Tell how right the records are that passed unread; withdraw thresholds that no longer hold."""
    from pipeline import terminal, trust
    from pipeline.store import Store
    from pipeline.version import extractor_version

    if withdraw and not kinds:
        raise click.UsageError("Name the kinds with --kind")
    settings = replace(settings, db=db or settings.db)
    with Store(settings.db, must_exist=True) as store:
        for kind in _KINDS:
            if kinds and kind not in kinds:
                continue
            if withdraw:
                trust.withdraw(store, kind, "by hand")
            if draw:
                drawn = trust.draw_random(store, kind, draw, settings.audit_seed, extractor_version())
                terminal.console().print(f"{kind}: {drawn:,} drawn")
        for each in trust.heed(store):
            say(str(each.warning))
        found = trust.audits(store)
    if found:
        terminal.console().print(terminal.audit_table(found, extractor_version()))
    else:
        terminal.console().print("No threshold was ever set: every record waits for a person. See `sovang thresholds`")
