"""Runs a whole collection into a database and prints time, speed and memory of all its processes as it goes.

usage: python tests/bench/load.py [--articles 20000] [--workers 2] [--engine pool|dask] [--keep FOLDER]

The articles are those of ../shared/news, written as .txt files to a scratch folder first. Memory is the
proportional set size of the run and all that it started (shared pages counted once), the peak by every
tenth of the way: flat is what it should be.
"""

import argparse
import contextlib
import gzip
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
NEWS = ROOT.parent / "shared" / "news" / "articles-20k.jsonl.gz"
STEP_S = 0.5


def write_articles(folder: Path, count: int) -> int:
    """Writes up to `count` articles as text files; returns how many characters."""
    characters = 0
    with gzip.open(NEWS, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(itertools.islice(lines, count)):
            text = json.loads(line)["text"]
            part = folder / f"{number // 1000:03}"
            part.mkdir(exist_ok=True)
            (part / f"{number:06}.txt").write_text(text, encoding="utf-8")
            characters += len(text)
    return characters


def family(pid: int) -> list[int]:
    """Returns a process and all below it."""
    found, waiting = [], [pid]
    while waiting:
        at = waiting.pop()
        found.append(at)
        with contextlib.suppress(OSError, ValueError):
            for thread in Path(f"/proc/{at}/task").iterdir():
                waiting += [int(child) for child in (thread / "children").read_text().split()]
    return found


class Memory(NamedTuple):
    """Proportional set size of all processes and of the first, which writes, in bytes, and how many they are."""

    whole: int
    writer: int
    processes: int


def memory(pid: int) -> Memory:
    """Looks at a process and all below it."""
    sizes = []
    for each in family(pid):
        with contextlib.suppress(OSError, IndexError, ValueError, StopIteration):
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            sizes.append(1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:")))
    return Memory(sum(sizes), sizes[0] if sizes else 0, len(sizes))


def processor_ticks(pid: int) -> dict[int, int]:
    """Returns the clock ticks that a process and all below it have used so far, by process."""
    found = {}
    for each in family(pid):
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            found[each] = int(fields[11]) + int(fields[12])
    return found


def documents_done(db: Path) -> int:
    """Returns how many documents are finished, 0 while there is no table yet."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as opened:
            return int(opened.execute("SELECT count(*) FROM documents WHERE status = 'done'").fetchone()[0])
    except sqlite3.Error:
        return 0


def run(sources: Path, db: Path, arguments: argparse.Namespace, total: int) -> None:
    """Runs `sovang run` on the folder and prints a line for each tenth of the way."""
    command = [sys.executable, "-m", "pipeline", "run", str(sources), "--db", str(db)]
    command += ["--workers", str(arguments.workers), "--engine", arguments.engine]
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    peak, most, next_line = Memory(0, 0, 0), 0, total // 10
    ticks: dict[int, int] = {}
    print(f"{'documents':>10} {'seconds':>8} {'docs/s':>7} {'peak MB':>8} {'writer MB':>9} {'processes':>9}")
    while process.poll() is None:
        held = memory(process.pid)
        ticks |= processor_ticks(process.pid)
        peak, most = max(peak, held), max(most, held.whole)
        done = documents_done(db)
        if done >= next_line:
            spent = time.monotonic() - started
            sizes = f"{peak.whole / 1e6:>8.0f} {peak.writer / 1e6:>9.0f} {peak.processes:>9}"
            print(f"{done:>10,} {spent:>8.1f} {done / spent:>7.0f} {sizes}", flush=True)
            peak, next_line = Memory(0, 0, 0), next_line + total // 10
        time.sleep(STEP_S)
    spent = time.monotonic() - started
    print(f"exit code {process.returncode} after {spent:.1f} s: {total / spent:.0f} documents a second")
    used = sum(ticks.values()) / os.sysconf("SC_CLK_TCK")
    print(f"CPU of all processes {used:.0f} s, {used / total:.4f} s a document, as last seen of each")
    print(f"since the last line {peak.whole / 1e6:.0f} MB, the writer {peak.writer / 1e6:.0f} MB")
    print(f"peak memory of all processes {most / 1e6:.0f} MB")
    print(f"database {db.stat().st_size / total / 1000:.1f} kB a document")


def main() -> None:
    """Writes the articles, runs them and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--engine", choices=["pool", "dask"], default="pool")
    parser.add_argument("--keep", type=Path, help="leave the database in this folder")
    arguments = parser.parse_args()
    if not NEWS.is_file():
        sys.exit("../shared/news is not beside this checkout: there are no articles to run")
    with tempfile.TemporaryDirectory() as scratch:
        sources = Path(scratch) / "articles"
        sources.mkdir()
        characters = write_articles(sources, arguments.articles)
        total = sum(1 for _ in sources.rglob("*.txt"))
        print(f"{total:,} articles, {characters:,} characters, {arguments.workers} workers, engine {arguments.engine}")
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        run(sources, folder / "load.db", arguments, total)


if __name__ == "__main__":
    main()
