"""Kills `sovang run` with SIGKILL at random moments, starts it again, and compares the database at the end.

usage: python tests/bench/kills.py [--kills 20] [--most 3] [--documents 400] [--seed 1] [--steps]

Each trial starts from nothing, is killed up to `--most` times (the parent alone or all its processes), then
runs to its end; the dump must equal that of an undisturbed run, `sovang verify` must be clean, and no
worker may outlive its parent. Only a kill that meets the run with documents entered and work left counts; how
far the run was is told at the end. With `--steps` it is killed instead at every single step: before and after
each commit, each sync of a file and each renaming, on a handful of documents. Exit code 1 where anything differs.
"""

import argparse
import itertools
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

PLACES = ("Lạng Sơn", "Phú Thọ", "Bắc Cạn", "Hà Tây", "Thừa Thiên Huế", "TP. HCM", "Đắk Lắk", "Cần Thơ")
RUN_S = 600  # more than any run of these takes on a busy machine
OUTLIVE_S = 60  # a fork server that is still importing sees the end of its parent only then
NAMES = ("Lò Thị Xuyến", "Hoàng Văn Thử", "Nông Thị Mẫu", "Trần Giả Định")


def make_documents(folder: Path, count: int, zipped: int = 10) -> None:
    """Writes `count` small texts of the program's own making, some bad files and a zip file into the folder."""
    dice = random.Random(7)
    folder.mkdir(parents=True)
    for number in range(count):
        place, other = dice.sample(PLACES, 2)
        day, year = f"{dice.randint(1, 28)}/{dice.randint(1, 12)}", dice.randint(1990, 2024)
        lead = f"Ngày {day}/{year}, Sở Thử nghiệm tỉnh {place} họp mặt {dice.randint(2, 900)} người dân xã bên."
        lines = [
            f"{place} họp bàn việc số {number}",
            lead,
            f"Ông {dice.choice(NAMES)} cho biết tỉnh {other} đã chi hơn {dice.randint(2, 99)},5 tỷ đồng năm {year}.",
            f"Dịp này, UBND tỉnh {place} tặng bằng khen cho {dice.randint(2, 9)} tập thể và bà {dice.choice(NAMES)}.",
            lead,
        ]
        sub = folder / f"part{number % 5}"
        sub.mkdir(exist_ok=True)
        (sub / f"{number:05}.txt").write_text("\n".join(lines), encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "mislabelled.pdf").write_bytes(bytes(range(256)) * 9)
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        for number in range(zipped):
            archive.writestr(
                f"../{number}.txt", f"Năm {1990 + number}, tỉnh {PLACES[number % 8]} có {number + 2} xã mới."
            )


def command(*words: str) -> list[str]:
    """Returns the command line of this checkout's program."""
    return [sys.executable, "-m", "pipeline", *words]


def finish(source: Path, db: Path) -> None:
    """Runs to the end; code 3 is right, since some files are bad."""
    done = subprocess.run(
        command("run", str(source), "--db", str(db), "--workers", "2"), capture_output=True, timeout=RUN_S
    )
    if done.returncode != 3:
        raise SystemExit(f"a run ended with {done.returncode}:\n{done.stderr.decode()[-3000:]}")


def is_clean(db: Path) -> bool:
    """Tells whether `sovang verify` finds nothing."""
    return subprocess.run(command("verify", "--db", str(db)), capture_output=True, timeout=RUN_S).returncode == 0


def progress(db: Path, scratch: Path) -> float | None:
    """Returns the share of the entered documents that are done, or None before any; looks at a copy of the files."""
    seen = scratch / "seen"
    shutil.rmtree(seen, ignore_errors=True)
    seen.mkdir()
    for name in (db.name, f"{db.name}-wal"):
        if db.with_name(name).exists():
            shutil.copy(db.with_name(name), seen / name)
    try:
        with closing(sqlite3.connect(seen / db.name)) as opened:
            [(done, entered)] = opened.execute("SELECT total(status = 'done'), count(*) FROM documents")
    except sqlite3.OperationalError:
        return None  # no table yet
    return float(done / entered) if entered else None


def contents(db: Path) -> list[str]:
    """Returns the dump of a database and the list of its originals."""
    from pipeline.store import Store, dump

    with Store(db, must_exist=True) as store:
        lines = list(dump(store))
        return lines + sorted(p.relative_to(store.originals).as_posix() for p in store.originals.rglob("*.*"))


def survivors(mark: str) -> list[int]:
    """Returns the processes that carry the mark in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if mark.encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def kill_once(source: Path, db: Path, after_s: float, *, whole_group: bool) -> bool:
    """Starts a run and kills it after so many seconds; tells whether it was still at work."""
    mark = f"kills-{uuid.uuid4().hex}"
    running = subprocess.Popen(
        command("run", str(source), "--db", str(db), "--workers", "2"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "SOVANG_BENCH_MARK": mark},
        start_new_session=True,
    )
    try:
        running.wait(after_s)
        return False
    except subprocess.TimeoutExpired:
        if whole_group:
            os.killpg(running.pid, signal.SIGKILL)
        else:
            running.kill()
        running.wait()
    until = time.monotonic() + OUTLIVE_S
    while time.monotonic() < until:
        if not survivors(mark):
            return True
        time.sleep(0.1)
    raise SystemExit(f"workers outlived their parent: {survivors(mark)}")


def run_to_step(source: Path, db: Path, last: int) -> None:
    """Runs in this process and kills it at the step `last`, counted over commits, syncs and renamings."""
    from pipeline.run import Order, run
    from pipeline.settings import Settings
    from pipeline.store import Store

    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1
        if taken == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(action: Callable[..., object]) -> Callable[..., object]:
        def act(*given: object) -> object:
            step()
            result = action(*given)
            step()
            return result

        return act

    whole = Store.transaction

    @contextmanager
    def transaction(store: Store) -> Iterator[None]:
        with whole(store):
            yield
            step()
        step()

    Store.transaction = transaction  # type: ignore[method-assign]  # the seam where faults are injected
    Path.replace = counted(Path.replace)  # type: ignore[method-assign,assignment]  # the same
    os.fsync = counted(os.fsync)  # type: ignore[assignment]  # the same
    run(Order(sources=(source,)), Settings(db=db, workers=1))


def kill_at_every_step(scratch: Path) -> int:
    """Returns after how many of the steps the database did not end equal."""
    source = scratch / "in"
    make_documents(source, 3, zipped=1)
    finish(source, scratch / "undisturbed" / "sovang.db")
    expected = contents(scratch / "undisturbed" / "sovang.db")
    different = 0
    for last in itertools.count(1):
        db = scratch / f"step{last}" / "sovang.db"
        child = subprocess.run(
            [sys.executable, __file__, "--child", str(last), str(source), str(db)],
            stderr=subprocess.DEVNULL,
            timeout=RUN_S,
        )
        if child.returncode == 0:
            print(f"{last - 1} steps, {different} different")
            return different
        finish(source, db)
        clean, is_equal = is_clean(db), contents(db) == expected
        different += not (clean and is_equal)
        print(f"step {last}: equal {is_equal}, verify clean {clean}", flush=True)
    return different


def kill_at_random(scratch: Path, kills: int, most: int, documents: int, dice: random.Random) -> int:
    """Returns how many databases ended otherwise than undisturbed after so many kills at work."""
    source, first = scratch / "in", scratch / "undisturbed" / "sovang.db"
    make_documents(source, documents)
    started = time.monotonic()
    finish(source, first)
    whole_s = time.monotonic() - started
    started = time.monotonic()
    finish(source, first)
    start_s = time.monotonic() - started  # of a run that finds nothing to do
    expected = contents(first)
    print(f"undisturbed: {whole_s:.1f} s, {start_s:.1f} s of them to start; {len(expected)} lines of dump")
    different, reached, trial = 0, Counter[str](), 0
    while (at_work := reached.total() - reached["before any document"]) < kills and trial < 10 * kills:
        trial += 1  # on a fast machine a short run may be over before any kill meets it
        db = scratch / f"trial{trial}" / "sovang.db"
        wanted = min(dice.randint(1, most), kills - at_work)
        told = []
        for _ in range(wanted):  # each in its share of the work, so that there is work left for the next
            moment = start_s + dice.uniform(-0.3, 1) * (whole_s - start_s) / wanted
            if kill_once(source, db, moment, whole_group=dice.random() < 0.5):
                share = progress(db, scratch)
                told.append(f"{moment:.2f} s ({'-' if share is None else f'{share:.0%}'})")
                reached["before any document" if share is None else f"{min(int(share * 4), 3)}/4 done"] += 1
        finish(source, db)
        clean, is_equal = is_clean(db), contents(db) == expected
        different += not (clean and is_equal)
        print(f"trial {trial}: killed at {', '.join(told)}; equal {is_equal}, verify clean {clean}", flush=True)
        if clean and is_equal:
            shutil.rmtree(db.parent)
    spread = ", ".join(f"{word}: {count}" for word, count in sorted(reached.items()))
    print(f"{at_work} kills while at work, {trial} databases, {different} different ({spread})")
    return different


def main() -> None:
    """Runs the trials and prints a line for each."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--most", type=int, default=3, help="kills of one database")
    options.add_argument("--documents", type=int, default=400)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--steps", action="store_true")
    options.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        run_to_step(Path(chosen.child[1]), Path(chosen.child[2]), int(chosen.child[0]))
        return
    with tempfile.TemporaryDirectory(prefix="sovang-kills-") as scratch:
        if chosen.steps:
            different = kill_at_every_step(Path(scratch))
        else:
            dice = random.Random(chosen.seed)
            different = kill_at_random(Path(scratch), chosen.kills, chosen.most, chosen.documents, dice)
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
