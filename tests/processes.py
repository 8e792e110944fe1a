"""The program and its benches as processes of their own, and what becomes of the processes that a test starts."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from extractors.domain.errors import StoreError
from pipeline.store import Store

ROOT = Path(__file__).parents[1]


def offspring(of: int) -> set[int]:
    """Returns the processes that descend from one, as /proc tells; none where there is no /proc."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found, more = set[int](), {of}
    while more:
        more = {child for child, parent in parents.items() if parent in more} - found
        found |= more
    return found


def bench(name: str, *words: str) -> str:
    """Runs a bench to its end and returns what it printed; one that fails, or takes too long, fails the test."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "bench" / name), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def interrupt(source: Path, db: Path, *options: str, patience_s: float, ends_in_s: float) -> float:
    """Sends Ctrl-C to a run that has done a few documents, and returns the seconds that it took to end as it should."""
    command = [sys.executable, "-m", "pipeline", "run", str(source), "--db", str(db), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            until = time.monotonic() + patience_s
            while time.monotonic() < until and not (db.exists() and documents_done(db) > 3):
                time.sleep(0.01)
            interrupted_at = time.monotonic()
            os.kill(running.pid, signal.SIGINT)
            shown, errors = running.communicate(timeout=ends_in_s)
        finally:
            running.kill()
    took = time.monotonic() - interrupted_at
    assert running.returncode == 130, errors
    assert "goes on where it stopped" in shown
    assert "Traceback" not in errors, errors
    return took


def documents_done(db: Path) -> int:
    """Returns how many documents of a database are done, 0 while it is being made."""
    try:
        with Store(db) as store:
            return store.count("SELECT count(*) FROM documents WHERE status = 'done'")
    except StoreError:
        return 0
