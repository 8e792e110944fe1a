"""Commands that fit and judge confidences: `calibrate`, `evaluate`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.group import cli, db_option
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.judging import Judged

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_NEWS = Path("../shared/news/articles-20k.jsonl.gz")


def _sources(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name what records are judged by."""
    for option in (
        click.option("--articles", type=click.Path(path_type=Path), default=_NEWS, show_default=True,
                     help="Articles of the judged files (gzipped JSON lines with id and text)."),
        click.option("--judged", type=_FILE, multiple=True, help="A file of judged records (CSV); may be repeated."),
        click.option("--seen", type=_FOLDER, multiple=True, help="Gold that rules were written from; may be repeated."),
        click.argument("gold", type=_FOLDER, nargs=-1),
    ):  # fmt: skip
        command = option(command)
    return command


def _count(*folders: tuple[Path, ...]) -> int:
    return sum(len(list(folder.glob("*.gold.jsonl"))) for group in folders for folder in group)


def _print_table(rows: list[list[str]]) -> None:
    from rich.table import Table

    from pipeline import terminal

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        table.add_column(name, justify="left" if name == "kind" else "right", no_wrap=True)
    for row in rows[1:]:
        table.add_row(*row)
    terminal.console().print(table)


@cli.command()
@_sources
@click.option("--keep", type=click.Path(path_type=Path, dir_okay=False),
              help="Write the judged records with their terms to a CSV file for --judged.")  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False),
              help="Where to write [the installed table; with --from-reviews the setting calibration].")  # fmt: skip
@click.option("--from-reviews", is_flag=True, help="Learn from the decisions of people too; never install a worse fit.")
@db_option
@click.pass_obj
def calibrate(
    settings: Settings,
    db: Path | None,
    gold: tuple[Path, ...],
    seen: tuple[Path, ...],
    judged: tuple[Path, ...],
    articles: Path,
    keep: Path | None,
    output: Path | None,
    *,
    from_reviews: bool,
) -> None:
    """Fit the confidences to gold documents (folders GOLD of NAME.txt with NAME.gold.jsonl) and judged records."""
    from pipeline import calibrate as calibration
    from pipeline import terminal
    from pipeline.samples import write_kept

    sources = calibration.Sources(gold=gold, seen=seen, judged=judged, articles=articles)
    with terminal.progress("Judging", _count(gold, seen)) as tick:
        is_alone = from_reviews and not (gold or seen or judged)
        records = [] if is_alone else calibration.judged_records(sources, tick)
    if keep:
        write_kept(records, keep)
    if from_reviews:
        _learn(db or settings.db, records, settings.calibration, output or settings.calibration)
        return
    text, fits = calibration.calibrate(records)
    target = output or calibration.installed_table()
    calibration.write_table(text, target)
    console = terminal.console()
    for kind, fitted in fits.items():
        console.print(f"{kind}: {fitted.right} of {fitted.total} right, {len(fitted.model.weights)} weights")
    console.print(str(target))


def _learn(db: Path, gold: "list[Judged]", known: Path, target: Path) -> None:
    """Fits to reviews and gold, tells how that does on reviews kept aside, and installs what is better."""
    from pipeline import terminal
    from pipeline.calibrate import installed_table, write_table
    from pipeline.store import Store
    from pipeline.trust.learning import merged_table, proposed_aliases, reviewed, try_fits

    with Store(db, must_exist=True) as store:
        with terminal.progress("Reading", store.count("SELECT count(DISTINCT document) FROM reviews")) as tick:
            reviews = reviewed(store, tick)
        aliases = proposed_aliases(store)
    trials, fits = try_fits(reviews, gold)
    rows = [["kind", "reviews", "wrong", "loss before", "after", "new fit"]]
    for trial in trials:
        told = [f"{trial.before:.4f}", f"{trial.after:.4f}"] if trial.after is not None else ["-", "-"]
        what = "taken" if trial.kind in fits else "too few reviews" if trial.after is None else "refused: not better"
        rows.append([trial.kind, str(trial.reviews), str(trial.wrong), *told, what])
    _print_table(rows)
    for name, unit, times in aliases:
        click.echo(f"Perhaps a name for province_aliases.csv: {name} = {unit} ({times})")
    if fits:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_table(merged_table(known if known.is_file() else installed_table(), fits), target)
        terminal.console().print(f"{target}\nRead the documents again with `sovang run --renew`")


@cli.command()
@_sources
@click.option(
    "--cross-fit",
    is_flag=True,
    help="Confidences by tables fitted without the record's own document.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the report with its diagrams.")
@click.option("--charts", type=click.Path(path_type=Path, file_okay=False), help="Write the diagrams as SVG files.")
@click.option("--errors", is_flag=True, help="List every wrong, extra and missed record with its reasons.")
def evaluate(
    gold: tuple[Path, ...],
    seen: tuple[Path, ...],
    judged: tuple[Path, ...],
    articles: Path,
    *,
    cross_fit: bool,
    as_json: bool,
    html: Path | None,
    charts: Path | None,
    errors: bool,
) -> None:
    """Measure records and confidences on gold documents (folders GOLD) and judged records."""
    from pipeline import terminal
    from pipeline.calibrate import Sources, fresh, judged_records, kept_aside
    from pipeline.evaluate import compare_folders, report, text_table
    from pipeline.evaluate.page import page, write_charts
    from pipeline.samples import read_samples

    if not (gold or seen or judged):
        raise click.UsageError("Name a folder of gold documents, or a file with --judged")
    with terminal.progress("Judging", _count(gold, seen)) as tick:
        findings = compare_folders((*gold, *seen), tick)
        sampled = read_samples(judged, articles, tick).judged
        aside = None
        if cross_fit and findings.compared:  # the judged records only help to fit
            aside = kept_aside(judged_records(Sources(gold=gold, seen=seen), tick), sampled)
        elif cross_fit:
            aside = findings.sampled = fresh(kept_aside(sampled))
        else:
            findings.sampled = sampled if findings.compared else fresh(sampled)
    told = report(findings, aside)
    if html:
        html.write_text(page(told), encoding="utf-8")
    if charts:
        write_charts(told, charts)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    _print_table(text_table(told))
    if errors:
        for error in told["errors"]:  # type: ignore[attr-defined]  # a list of objects
            click.echo(json.dumps(error, ensure_ascii=False))
