"""A cluster gives the database that the pool gives, though a worker of it is lost on the way."""

import importlib
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra `dask` is not installed")

from extractors.domain.errors import ProjectError, UsageError
from pipeline import cluster
from pipeline.calibrate import installed_table
from pipeline.cluster import Cluster, NotHere, OtherVersion, read_there
from pipeline.pool import Pool
from pipeline.run import Order, Report, Start, run
from pipeline.settings import Settings
from pipeline.store import Store, dump
from pipeline.verify import verify
from pipeline.version import use_calibration
from pipeline.worker import Job
from tests.processes import documents_done, interrupt

ROOT = Path(__file__).parents[2]
LEAD = "Ngày 25/12/2013, UBND tỉnh Lạng Sơn tặng bằng khen cho hai tập thể và trao 1.494.284 giấy mời."
pytestmark = pytest.mark.filterwarnings("default::ResourceWarning", "ignore::DeprecationWarning:distributed.*")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "in"
    source.mkdir()
    for number in range(90):
        text = f"Tin số {number}: tỉnh Phú Thọ họp\n{LEAD}\nNăm {1930 + number} có {number + 2} xã mới.\n{LEAD}"
        (source / f"{number:02}.txt").write_text(text, encoding="utf-8")
    (source / "mislabelled.pdf").write_bytes(bytes(range(256)) * 20)
    with zipfile.ZipFile(source / "more.zip", "w") as archive:
        archive.writestr("inside.txt", "Ngày 2/9/1995, tỉnh Hà Tây khánh thành 3 cây cầu.")
    return source


def read(source: Path, db: Path, start: Start, **settings: int) -> Report:
    return run(Order(sources=(source,)), Settings(db=db, **{"workers": 2, **settings}), start=start)  # type: ignore[arg-type]


def content(db: Path) -> list[str]:
    with Store(db, must_exist=True) as store:
        assert not list(verify(store))
        return list(dump(store))


class Machines:
    """Starts the parts of a cluster as processes of their own, and ends each with all that it started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str, wait_for: str) -> tuple[subprocess.Popen[bytes], str]:
        """Starts one part and returns it with what its log says where it is ready."""
        log = self.folder / f"{time.monotonic_ns()}.log"
        with log.open("wb") as sink:
            process = subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
                start_new_session=True,
            )
        self.started.append(process)
        for _ in range(900):
            if found := re.search(wait_for, log.read_text(errors="replace")):
                return process, found[0]
            time.sleep(0.1)
        raise AssertionError(log.read_text(errors="replace"))

    def scheduler(self) -> str:
        """Starts a scheduler and returns its address."""
        words = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        return self.start(*words, wait_for=r"tcp://127\.0\.0\.1:\d+")[1]

    def worker(self, address: str, nanny: str) -> subprocess.Popen[bytes]:
        """Starts a worker with one thread, with a nanny or without."""
        words = ("distributed.cli.dask_worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard")
        space = ("--local-directory", str(self.folder / f"space{nanny}"), nanny)
        return self.start(*words, *space, wait_for="Starting established connection")[0]

    def end(self) -> None:
        """Ends everything, politely where it listens."""
        for process in reversed(self.started):
            process.terminate()
        for process in reversed(self.started):
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # and what a worker left
            process.wait(10)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    made = Machines(tmp_path)
    try:
        yield made
    finally:
        made.end()


def test_a_lost_worker_makes_no_difference(folder: Path, tmp_path: Path, machines: Machines) -> None:
    read(folder, tmp_path / "pool" / "sovang.db", Pool)
    address = machines.scheduler()
    _, lost = machines.worker(address, "--nanny"), machines.worker(address, "--no-nanny")
    seen = []

    def tick(name: str) -> None:
        seen.append(name)
        if len(seen) == 20:
            os.kill(lost.pid, signal.SIGKILL)

    db = tmp_path / "cluster" / "sovang.db"
    order = Order(sources=(folder,))
    report = run(order, Settings(db=db), tick, partial(Cluster, scheduler=address))
    assert (report.done.total(), len(report.failures)) == (91, 1)
    assert lost.poll() == -signal.SIGKILL
    assert content(db) == content(tmp_path / "pool" / "sovang.db")


def test_without_an_address_a_cluster_inside_this_process_does_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its workers are told not to see the originals, so the bytes have to travel."""
    read(folder, tmp_path / "pool" / "sovang.db", Pool)
    monkeypatch.setattr(cluster, "_is_here", lambda _path: False)
    read(folder, tmp_path / "cluster" / "sovang.db", Cluster)
    assert content(tmp_path / "cluster" / "sovang.db") == content(tmp_path / "pool" / "sovang.db")


def test_limits_of_one_document_hold_on_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "run"))
    monkeypatch.setattr(cluster, "Pool", partial(Pool, work=importlib.import_module("faults").by_name))
    source = tmp_path / "in"
    source.mkdir()
    for number, name in enumerate(("first", "hangs", "dies", "eats", "last")):
        (source / f"{name}.txt").write_text(f"Năm {1990 + number}, tỉnh Lạng Sơn họp.", encoding="utf-8")
    report = read(source, tmp_path / "out" / "sovang.db", Cluster, time_limit_s=3, memory_limit_mb=2048)
    assert report.done.total() == 2
    assert {failure.error for failure in report.failures} == {"TimeLimit", "WorkerDied", "TooLarge"}


def test_a_worker_of_another_version_or_without_the_file_says_so(tmp_path: Path) -> None:
    job = Job(serial=1, original=tmp_path / "none.txt", source="none.txt")
    assert isinstance(read_there(job, Settings(), "0+other"), OtherVersion)
    assert isinstance(read_there(job, Settings(), cluster.extractor_version()), NotHere)


def test_a_sites_own_confidences_hold_on_a_cluster(
    folder: Path, tmp_path: Path, machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workers do not see the table, as on other machines: it has to travel."""
    rows = installed_table().read_text(encoding="utf-8").splitlines()
    (tmp_path / "site.csv").write_text("\n".join([rows[0], *(row for row in rows[1:] if "dates" not in row)]))
    for file in sorted(folder.glob("*.txt"))[5:]:
        file.unlink()
    address = machines.scheduler()
    machines.worker(address, "--no-nanny")
    try:
        for name, start, table in (
            ("usual", Pool, "none.csv"),
            ("pool", Pool, "site.csv"),
            ("cluster", partial(Cluster, scheduler=address), "site.csv"),
        ):
            settings = Settings(db=tmp_path / name / "sovang.db", workers=1, calibration=tmp_path / table)
            run(Order(sources=(folder,)), settings, start=start)
    finally:
        use_calibration(None)
    assert content(tmp_path / "cluster" / "sovang.db") == content(tmp_path / "pool" / "sovang.db")
    assert confidences(tmp_path / "cluster") != confidences(tmp_path / "usual")


def confidences(folder: Path) -> list[object]:
    with Store(folder / "sovang.db") as store:
        return [row["confidence"] for row in store.rows("SELECT confidence FROM dates ORDER BY record_id")]


def test_interrupted_by_ctrl_c_it_stops_soon_and_goes_on_later(tmp_path: Path) -> None:
    source, db = tmp_path / "in", tmp_path / "out" / "sovang.db"
    source.mkdir()
    for number in range(300):
        (source / f"{number}.txt").write_text(f"{LEAD} Lần thứ {number}. " * 40, encoding="utf-8")
    took = interrupt(source, db, "--engine", "dask", patience_s=60, ends_in_s=30)
    assert took < 10  # 2 s on a quiet machine
    assert 3 < documents_done(db) < 300
    report = run(Order(sources=(source,), limit=20), Settings(db=db, workers=2))
    assert not report.has_failures
    content(db)


def test_no_scheduler_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_S", 1)
    with pytest.raises(UsageError, match="no Dask scheduler"):
        Cluster(Settings(), "tcp://127.0.0.1:9")


def test_a_cluster_without_workers_is_given_up(
    tmp_path: Path, machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE_S", 1.0)
    (tmp_path / "a.txt").write_text("Năm 1990, tỉnh Lạng Sơn họp.", encoding="utf-8")
    start = partial(Cluster, scheduler=machines.scheduler())
    with pytest.raises(ProjectError, match="no workers"):
        read(tmp_path / "a.txt", tmp_path / "out" / "sovang.db", start)
