"""A bad document ends that document and no other, however it is bad."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest

from extractors.domain.errors import ProjectError
from pipeline.pool import WINDOW, Pool, outcomes
from pipeline.settings import Settings
from pipeline.store import DocumentRows, Failure
from pipeline.worker import Job

NAMES = ("first", "hangs", "dies", "eats", "breaks", "damaged", "last")


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Callable[[Job], DocumentRows]:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return cast(Callable[[Job], DocumentRows], importlib.import_module("faults").by_name)


def jobs(folder: Path, names: Sequence[str] = NAMES) -> Iterator[list[Job]]:
    for number, name in enumerate(names):
        original = folder / f"{name}.txt"
        original.write_text(f"Năm {1990 + number}, tỉnh Lạng Sơn họp.", encoding="utf-8")
        yield [Job(serial=number, original=original, source=str(original))]


def test_each_fault_ends_its_own_document(tmp_path: Path, faulty: Callable[[Job], DocumentRows]) -> None:
    pool = Pool(Settings(workers=2, time_limit_s=3, memory_limit_mb=2048), faulty)
    try:
        got = {
            Path(job.source).stem: outcome for gathered in outcomes(jobs(tmp_path), pool) for job, outcome in gathered
        }
    finally:
        pool.close()
    errors = {name: outcome.error for name, outcome in got.items() if isinstance(outcome, Failure)}
    assert errors == {
        "hangs": "TimeLimit",
        "dies": "WorkerDied",
        "eats": "TooLarge",
        "breaks": "ZeroDivisionError",
        "damaged": "Damaged",
    }
    assert isinstance(got["first"], DocumentRows)
    assert isinstance(got["last"], DocumentRows)
    assert all(outcome.advice for outcome in got.values() if isinstance(outcome, Failure))


def test_a_worker_full_of_others_memory_fails_no_document(
    tmp_path: Path, faulty: Callable[[Job], DocumentRows]
) -> None:
    pool = Pool(Settings(workers=1, memory_limit_mb=2048), faulty)
    try:
        names = ("fills", "first", "fills", "last")
        got = [outcome for gathered in outcomes(jobs(tmp_path, names), pool) for _, outcome in gathered]
    finally:
        pool.close()
    assert len(got) == 4
    assert not [outcome for outcome in got if isinstance(outcome, Failure)]


@pytest.mark.usefixtures("faulty")
def test_workers_that_never_answer_again_end_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is killed from outside while it speaks leaves a torn message, and the others wait for its end."""
    monkeypatch.setattr("pipeline.pool._SILENCE_S", -298.0)  # after two seconds
    pool = Pool(Settings(workers=1, time_limit_s=300), importlib.import_module("faults").by_name)
    with pytest.raises(ProjectError, match="do not answer"):
        list(outcomes(jobs(tmp_path, ("hangs",)), pool))
    pool.close()


def test_a_broken_pool_is_told(tmp_path: Path) -> None:
    pool = Pool(Settings(workers=1))
    pool.close()
    with pytest.raises(ProjectError, match="cannot go on"):
        list(outcomes(jobs(tmp_path), pool))


def test_jobs_are_taken_only_as_there_is_room(tmp_path: Path) -> None:
    taken = done = 0

    def counted() -> Iterator[list[Job]]:
        nonlocal taken
        original = tmp_path / "a.txt"
        original.write_text("Năm 1990", encoding="utf-8")
        for start in range(0, 60, 6):
            taken += 6
            yield [Job(serial=start + n, original=original, source="a.txt") for n in range(6)]

    pool = Pool(Settings(workers=1))
    try:
        for gathered in outcomes(counted(), pool):
            assert taken <= done + WINDOW
            done += len(gathered)
    finally:
        pool.close()
    assert taken == done == 60
