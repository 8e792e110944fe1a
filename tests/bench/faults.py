"""Disturbs `sovang run` in other ways than `kills.py` does, and compares the database at the end.

usage: python tests/bench/faults.py [SCENARIO...] [--documents 60]

Scenarios: full (the disk is full: a small tmpfs where that may be mounted, else a limit on the size of files), locked
(another process holds the database), log-cut, log-damaged, log-gone, index-gone, index-damaged (of the write-ahead
log, after a kill with documents in it that the database file lacks), writers (two runs at once), worker and workers
(one worker process is killed at work, and eight, one after the other), server (the process that workers are forked
from is killed), office (LibreOffice dies, in three ways). After each, `sovang verify` must be clean, or say what to
restore, and `sovang retry` and a further run must give the database of an undisturbed one. Exit code 1 where anything
differs; a disturbance that did not take place ends the harness.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))

from kills import command, contents, finish, make_documents

RTF: Final = r"{\rtf1\ansi T\u7881?nh L\u7841?ng S\u417?n, ng\u224?y 2/9/1985.}"
RUN_S: Final = 300  # more than any run of these takes on a busy machine
IN_LOG: Final = 5  # documents that the write-ahead log must hold before it is harmed
WORKERS: Final = 2


@dataclass(frozen=True, slots=True)
class Disturbed:
    """What was done to a run over which files, which database it left, and whether people were told properly."""

    what: str
    source: Path
    db: Path
    is_told: bool = True
    told: str = ""  # what the run wrote


def run(source: Path, db: Path, *options: str, **how: object) -> subprocess.CompletedProcess[bytes]:
    """Runs once, disturbed or not."""
    words = command("run", str(source), "--db", str(db), "--workers", str(WORKERS), *options)
    return subprocess.run(words, capture_output=True, timeout=RUN_S, **how)  # type: ignore[call-overload,no-any-return]


@contextlib.contextmanager
def running(source: Path, db: Path, workers: int = WORKERS) -> Iterator[subprocess.Popen[bytes]]:
    """Starts a run that is disturbed from outside; nothing of it is left at the end."""
    words = command("run", str(source), "--db", str(db), "--workers", str(workers))
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(what: str, is_so: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Waits until something holds of a run; ends the harness where the run ended before."""
    until = time.monotonic() + RUN_S
    while not is_so():
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"the run ended before {what}: give it more --documents")
        time.sleep(0.01)


def verify(db: Path) -> str:
    """Returns nothing where the database is whole, else what `sovang verify` said."""
    done = subprocess.run(command("verify", "--db", str(db)), capture_output=True, timeout=RUN_S)
    return (done.stdout + done.stderr).decode() if done.returncode else ""


def is_told(error: bytes) -> bool:
    """Tells whether a run ended with a message for people, not with a traceback."""
    return b"Traceback" not in error


def full(source: Path, scratch: Path) -> Iterator[Disturbed]:
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
        what = f"disk of {kilobytes} kB, code {done.returncode}"
        yield Disturbed(what, source, aside / "sovang.db", done.returncode != 0 and is_told(done.stderr))


def locked(source: Path, scratch: Path) -> Iterator[Disturbed]:
    """Another process holds the database for writing, for less and for more than a writer waits."""
    for name, seconds in (("shortly", 3.0), ("for long", 45.0)):
        db = scratch / f"locked {name}" / "sovang.db"
        run(source, db, "--limit", "5")
        with contextlib.closing(sqlite3.connect(db, isolation_level=None)) as other, running(source, db) as process:
            other.execute("BEGIN IMMEDIATE")
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
            other.execute("ROLLBACK")
            _, told = process.communicate(timeout=RUN_S)
        yield Disturbed(f"locked {name}, code {process.returncode}", source, db, is_told(told))


# --- the write-ahead log --------------------------------------------------------------------------------


def log_of(db: Path) -> Path:
    return db.with_name(db.name + "-wal")


def index_of(db: Path) -> Path:
    return db.with_name(db.name + "-shm")


def frames(db: Path) -> int:
    """Returns how many pages a write-ahead log holds: a header of 32 bytes, then pages with 24 bytes before each."""
    try:
        with log_of(db).open("rb") as opened:
            page = int.from_bytes(opened.read(32)[8:12], "big")
        return (log_of(db).stat().st_size - 32) // (page + 24) if page else 0
    except FileNotFoundError:
        return 0


def cut(db: Path) -> None:
    os.truncate(log_of(db), log_of(db).stat().st_size * 2 // 3)


def damage_log(db: Path) -> None:
    data = bytearray(log_of(db).read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(64)
    log_of(db).write_bytes(data)


def lose_log(db: Path) -> None:
    log_of(db).unlink()
    lose_index(db)


def lose_index(db: Path) -> None:
    index_of(db).unlink()


def damage_index(db: Path) -> None:
    index_of(db).write_bytes(os.urandom(index_of(db).stat().st_size))


def harm(name: str, do: Callable[[Path], None], source: Path, scratch: Path) -> Iterator[Disturbed]:
    """After a kill the write-ahead log or its index is harmed; there are documents in it."""
    db = scratch / name / "sovang.db"
    with running(source, db) as process:
        wait_for(f"{IN_LOG} documents were done", lambda: done_now(db) >= IN_LOG, process)
    process.wait(RUN_S)
    held, lost = frames(db), done_in(db, scratch) - done_in(db, scratch, with_log=False)
    if lost < IN_LOG:
        raise SystemExit(f"{name}: the log holds {held} pages and {lost} documents: there is nothing to harm")
    do(db)
    yield Disturbed(f"{name}, {held} pages and {lost} documents in it", source, db)


def done_in(db: Path, scratch: Path, *, with_log: bool = True) -> int:
    """Returns how many documents are done, by a copy of the database with its log or without."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        seen = Path(folder, db.name)
        shutil.copy(db, seen)
        if with_log:
            shutil.copy(log_of(db), log_of(seen))
        with contextlib.closing(sqlite3.connect(seen)) as opened:
            try:
                return int(opened.execute("SELECT count(*) FROM documents WHERE status = 'done'").fetchone()[0])
            except sqlite3.OperationalError:
                return 0  # not even the tables are in the file yet


# --- processes ------------------------------------------------------------------------------------------


def writers(source: Path, scratch: Path) -> Iterator[Disturbed]:
    """Two runs over the same files into one database."""
    db = scratch / "writers" / "sovang.db"
    with running(source, db, 1) as one, running(source, db, 1) as other:
        told = [process.communicate(timeout=RUN_S)[1] for process in (one, other)]
    codes = f"{one.returncode}, {other.returncode}"
    yield Disturbed(f"two writers, codes {codes}", source, db, all(is_told(text) for text in told))


def children(pid: int) -> list[int]:
    """Returns the numbers of the processes that one has started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.name))
    return found


def server_of(pid: int) -> int | None:
    """Returns the process that the workers of a run are forked from."""
    for child in children(pid):
        with contextlib.suppress(OSError):
            if b"multiprocessing.forkserver" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
    return None


def workers_of(pid: int) -> list[int]:
    """Returns the worker processes of a run."""
    server = server_of(pid)
    return children(server) if server else []


def kill_workers(name: str, most: int, source: Path, scratch: Path) -> Iterator[Disturbed]:
    """Workers are killed while documents are read; what fell with them is tried again."""
    db = scratch / name / "sovang.db"
    killed: set[int] = set()
    with running(source, db) as process:
        wait_for("any document was done", lambda: done_now(db) > 0, process)
        until = time.monotonic() + 60
        while process.poll() is None and len(killed) < most and time.monotonic() < until:
            if fresh := set(workers_of(process.pid)) - killed:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(max(fresh), signal.SIGKILL)
                    killed.add(max(fresh))
            time.sleep(0.05)
        _, told = process.communicate(timeout=RUN_S)
    if not killed:
        raise SystemExit(f"{name}: no worker was killed")
    fell = count(db, "SELECT count(*) FROM failures WHERE error = 'WorkerDied'")
    what = f"{len(killed)} of {most} workers killed, {fell} documents fell, code {process.returncode}"
    yield Disturbed(what, source, db, is_told(told) and fell <= len(killed), told.decode())


def server(source: Path, scratch: Path) -> Iterator[Disturbed]:
    """The process that workers are forked from is killed, and with it all of them."""
    db = scratch / "server" / "sovang.db"
    with running(source, db) as process:
        wait_for("any document was done", lambda: done_now(db) > 0, process)
        if (number := server_of(process.pid)) is None:
            raise SystemExit("server: there is no such process")
        os.kill(number, signal.SIGKILL)
        _, told = process.communicate(timeout=RUN_S)
    yield Disturbed(f"fork server killed, code {process.returncode}", source, db, is_told(told), told.decode())


def done_now(db: Path) -> int:
    try:
        return count(db, "SELECT count(*) FROM documents WHERE status = 'done'")
    except sqlite3.OperationalError:
        return 0


def count(db: Path, sql: str) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as opened:
        return int(opened.execute(sql).fetchone()[0])


OFFICES: Final = {
    "dies": "kill -9 $$",
    "ends with nothing": "exit 0",
    "writes half": "for word; do last=$word; done; head -c 40 $last > ${last%.*}.docx; kill -9 $$",
}


def office(source: Path, scratch: Path) -> Iterator[Disturbed]:
    """LibreOffice fails while it converts: the one document fails with a reason, and nothing else does."""
    folder = scratch / "with rtf"
    shutil.copytree(source, folder)
    (folder / "letter.rtf").write_text(RTF)
    for name, script in OFFICES.items():
        programs = scratch / f"programs, {name}"
        programs.mkdir()
        for program in ("soffice", "libreoffice"):
            (programs / program).write_text(f"#!/bin/sh\n{script}\n")
            (programs / program).chmod(0o755)
        db = scratch / f"office {name}" / "sovang.db"
        done = run(folder, db, env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"})
        with contextlib.closing(sqlite3.connect(db)) as opened:
            rows = opened.execute("SELECT error FROM failures WHERE source LIKE '%letter.rtf'").fetchall()
        reasons = [row[0] for row in rows]
        is_right = is_told(done.stderr) and len(reasons) == 1 and reasons[0] not in ("WorkerDied", "TimeLimit")
        yield Disturbed(f"LibreOffice {name}, code {done.returncode}, {reasons}", folder, db, is_right)


Scenario = Callable[[Path, Path], Iterator[Disturbed]]
SCENARIOS: Final[dict[str, Scenario]] = {
    "full": full,
    "locked": locked,
    **{
        name: functools.partial(harm, name, do)
        for name, do in (
            ("log-cut", cut),
            ("log-damaged", damage_log),
            ("log-gone", lose_log),
            ("index-gone", lose_index),
            ("index-damaged", damage_index),
        )
    },
    "writers": writers,
    "worker": functools.partial(kill_workers, "worker", 1),
    "workers": functools.partial(kill_workers, "workers", 8),
    "server": server,
    "office": office,
}


def undisturbed(source: Path, scratch: Path, known: dict[Path, list[str]]) -> list[str]:
    """Returns what a run over these files gives that nothing disturbs."""
    if source not in known:
        db = scratch / f"undisturbed{len(known)}" / "sovang.db"
        finish(source, db)
        known[source] = contents(db)
    return known[source]


def disturb(names: list[str], documents: int, scratch: Path) -> int:
    """Carries scenarios out, prints a line for each and returns how many did not end as they should."""
    source, known, wrong = scratch / "in", dict[Path, list[str]](), 0
    make_documents(source, documents)
    for each in itertools.chain.from_iterable(SCENARIOS[name](source, scratch) for name in names):
        expected = undisturbed(each.source, scratch, known)
        before = verify(each.db) if each.db.is_file() else ""
        subprocess.run(command("retry", "--db", str(each.db)), capture_output=True, timeout=RUN_S)
        finish(each.source, each.db)
        after, ended = verify(each.db), contents(each.db)
        is_equal = ended == expected
        wrong += not (each.is_told and is_equal and not after)
        clean = f"verify clean {not before} before the rerun, {not after} after"
        print(f"{each.what}: message clear {each.is_told}, equal {is_equal}, {clean}", flush=True)
        differences = () if is_equal else difflib.unified_diff(expected, ended, lineterm="", n=0)
        told = [] if each.is_told else each.told.splitlines()[-8:]
        lines = (line[:200] for line in itertools.islice(differences, 12))
        for line in [*told, *(before + after).splitlines()[:6], *lines]:
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
