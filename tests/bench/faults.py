"""Disturbs `sovang run` in other ways than `kills.py` does, and compares the database at the end.

usage: python tests/bench/faults.py [SCENARIO...] [--documents 60]

Scenarios: full (the disk is full: a small tmpfs where that may be mounted, else a limit on the size of files), locked
(another process holds the database), wal (write-ahead log and its index are cut, damaged or deleted after a kill),
writers (two runs at once), workers (worker processes are killed, one after the other), office (LibreOffice dies).
After each, `sovang verify` must be clean, or say what to restore, and a further run must give the database of an
undisturbed one. Exit code 1 where anything differs.
"""

import argparse
import contextlib
import difflib
import functools
import itertools
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))

from kills import command, contents, finish, kill_once, make_documents

RTF: Final = r"{\rtf1\ansi T\u7881?nh L\u7841?ng S\u417?n, ng\u224?y 2/9/1985.}"


def run(source: Path, db: Path, *options: str, **how: object) -> subprocess.CompletedProcess[bytes]:
    """Runs once, disturbed or not."""
    words = command("run", str(source), "--db", str(db), "--workers", "2", *options)
    return subprocess.run(words, capture_output=True, timeout=300, **how)  # type: ignore[call-overload,no-any-return]


def verify(db: Path) -> str:
    """Returns nothing where the database is whole, else what `sovang verify` said."""
    done = subprocess.run(command("verify", "--db", str(db)), capture_output=True, timeout=300)
    return (done.stdout + done.stderr).decode() if done.returncode else ""


def is_told(done: subprocess.CompletedProcess[bytes]) -> bool:
    """Tells whether a run ended with a message for people, not with a traceback."""
    return b"Traceback" not in done.stderr


def full(source: Path, scratch: Path) -> Iterator[tuple[str, Path, bool]]:
    """The disk fills up at several sizes; afterwards there is room again."""
    for kilobytes in (300, 700, 1000, 1400):
        folder = scratch / f"full{kilobytes}"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
        if subprocess.run(mount, capture_output=True).returncode == 0:
            try:
                done = run(source, folder / "sovang.db")
                subprocess.run(["mount", "-o", "remount,size=200m", str(folder)], check=True)
                aside = scratch / f"aside{kilobytes}"
                shutil.copytree(folder, aside)
            finally:
                subprocess.run(["umount", str(folder)], check=True)
        else:
            most = kilobytes * 1024
            limit = functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most))
            aside = folder
            done = run(source, folder / "sovang.db", preexec_fn=limit)
        yield f"disk of {kilobytes} kB, code {done.returncode}", aside / "sovang.db", is_told(done)


def locked(source: Path, scratch: Path) -> Iterator[tuple[str, Path, bool]]:
    """Another process holds the database for writing, before the run and in its midst."""
    for name, seconds in (("shortly", 3.0), ("for long", 45.0)):
        db = scratch / f"locked {name}" / "sovang.db"
        run(source, db, "--limit", "5")
        with contextlib.closing(sqlite3.connect(db, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            words = command("run", str(source), "--db", str(db), "--workers", "2")
            running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(seconds)
            other.execute("ROLLBACK")
        _, told = running.communicate(timeout=300)
        yield f"locked {name}, code {running.returncode}", db, b"Traceback" not in told


def wal(source: Path, scratch: Path) -> Iterator[tuple[str, Path, bool]]:
    """After a kill the write-ahead log or its index is damaged."""

    def log(db: Path) -> Path:
        return db.with_name(db.name + "-wal")

    def cut(db: Path) -> None:
        os.truncate(log(db), log(db).stat().st_size * 2 // 3)

    def damaged(db: Path) -> None:
        data = bytearray(log(db).read_bytes())
        middle = len(data) // 2
        data[middle : middle + 64] = bytes(64)
        log(db).write_bytes(data)

    def index_gone(db: Path) -> None:
        db.with_name(db.name + "-shm").unlink(missing_ok=True)

    def index_damaged(db: Path) -> None:
        index = db.with_name(db.name + "-shm")
        index.write_bytes(os.urandom(index.stat().st_size))

    def gone(db: Path) -> None:
        log(db).unlink()
        index_gone(db)

    for harm in (cut, damaged, index_gone, index_damaged, gone):
        db = scratch / f"wal {harm.__name__}" / "sovang.db"
        for moment in (4.0, 6.0, 9.0, 14.0):
            kill_once(source, db, moment, whole_group=True)
            if log(db).is_file() and log(db).stat().st_size > 32:
                break
        if log(db).is_file():
            harm(db)
        yield f"log {harm.__name__}", db, True


def writers(source: Path, scratch: Path) -> Iterator[tuple[str, Path, bool]]:
    """Two runs over the same files into one database."""
    db = scratch / "writers" / "sovang.db"
    words = command("run", str(source), "--db", str(db), "--workers", "1")
    both = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    told = [one.communicate(timeout=300)[1] for one in both]
    codes = ", ".join(str(one.returncode) for one in both)
    yield f"two writers, codes {codes}", db, not any(b"Traceback" in text for text in told)


def workers(source: Path, scratch: Path) -> Iterator[tuple[str, Path, bool]]:
    """The youngest process of a run is killed again and again; what fell with it is tried again."""
    db = scratch / "workers" / "sovang.db"
    words = command("run", str(source), "--db", str(db), "--workers", "2")
    running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    killed = 0
    for _ in range(100):
        if running.poll() is not None or killed == 8:
            break
        time.sleep(0.2)
        below = descendants(running.pid)
        if len(below) > 2:
            with contextlib.suppress(ProcessLookupError):
                os.kill(max(below), signal.SIGKILL)
                killed += 1
    _, told = running.communicate(timeout=300)
    subprocess.run(command("retry", "--db", str(db)), capture_output=True, timeout=300)
    yield f"{killed} workers killed, code {running.returncode}", db, b"Traceback" not in told


def descendants(pid: int) -> list[int]:
    """Returns the numbers of all processes below one."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def office(source: Path, scratch: Path) -> Iterator[tuple[str, Path, bool]]:
    """LibreOffice is killed while it converts: the one document fails with a reason, and nothing else does."""
    programs, folder = scratch / "programs", scratch / "with rtf"
    programs.mkdir()
    for name in ("soffice", "libreoffice"):
        (programs / name).write_text("#!/bin/sh\nkill -9 $$\n")
        (programs / name).chmod(0o755)
    shutil.copytree(source, folder)
    (folder / "letter.rtf").write_text(RTF)
    db = scratch / "office" / "sovang.db"
    done = run(folder, db, env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"})
    with contextlib.closing(sqlite3.connect(db)) as opened:
        rows = opened.execute("SELECT error FROM failures WHERE source LIKE '%letter.rtf'").fetchall()
        reasons = [row[0] for row in rows]
        opened.execute("PRAGMA foreign_keys = ON")
        opened.execute("DELETE FROM failures WHERE source LIKE '%letter.rtf'")
        opened.execute("DELETE FROM documents WHERE source LIKE '%letter.rtf'")
        opened.commit()
    for original in (db.parent / "originals").rglob("*.rtf"):
        original.unlink()  # compared is everything but the letter
    is_right = is_told(done) and len(reasons) == 1 and reasons[0] not in ("WorkerDied", "TimeLimit")
    yield f"LibreOffice killed, code {done.returncode}, {reasons}", db, is_right


SCENARIOS: Final[dict[str, Callable[[Path, Path], Iterator[tuple[str, Path, bool]]]]] = {
    scenario.__name__: scenario for scenario in (full, locked, wal, writers, workers, office)
}


def disturb(names: list[str], documents: int, scratch: Path) -> int:
    """Carries scenarios out, prints a line for each and returns how many did not end as they should."""
    source, undisturbed, wrong = scratch / "in", scratch / "undisturbed" / "sovang.db", 0
    make_documents(source, documents)
    finish(source, undisturbed)
    expected = contents(undisturbed)
    for name in names:
        for what, db, is_well_told in SCENARIOS[name](source, scratch):
            before = verify(db) if db.is_file() else ""
            finish(source, db)
            after, ended = verify(db), contents(db)
            is_equal = ended == expected
            is_right = is_well_told and is_equal and not after
            wrong += not is_right
            print(
                f"{what}: message clear {is_well_told}, equal {is_equal}, verify clean {not before}, {not after}",
                flush=True,
            )
            differences = () if is_equal else difflib.unified_diff(expected, ended, lineterm="", n=0)
            for line in [
                *(before + after).splitlines()[:6],
                *(line[:200] for line in itertools.islice(differences, 12)),
            ]:
                print(f"    {line}")
    return wrong


def main() -> None:
    """Carries out the chosen scenarios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--documents", type=int, default=60)
    options = parser.parse_args()
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="sovang-faults-") as scratch:
        wrong = disturb(options.scenarios or list(SCENARIOS), options.documents, Path(scratch))
    print(f"{wrong} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
