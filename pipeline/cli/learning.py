"""Commands that fit and judge confidences: `calibrate`."""

from pathlib import Path

import click

from pipeline.cli.group import cli


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
