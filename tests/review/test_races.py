"""Two people at one record, a bulk run beside them, a server killed at the worst moment: nothing is lost."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from pipeline import review
from pipeline.review import Changed, Filters, Role
from pipeline.store import Store
from pipeline.verify import verify

REVIEWER = """
import sys
from pathlib import Path
from pipeline import review
from pipeline.store import Store

with Store(Path(sys.argv[1])) as store:
    user = review.find_user(store, sys.argv[2])
    while True:
        for item in review.next_items(store, user, review.Filters(kind="dates"), n=3):
            done = review.decide(store, user, item.record["record_id"], "rejected", version=item.version, share=0)
            print(done.id, done.record_id, flush=True)
        while (undone := review.undo(store, user)) is not None:
            print(undone.id, undone.record_id, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path, papers: ModuleType) -> Path:
    with Store(tmp_path / "sovang.db") as store:
        for number in range(6):
            papers.enter_document(store, name=f"d{number}")
        for name in ("lan", "bình", "cúc", "dũng"):
            review.add_user(store, name, "correct horse", Role.REVIEWER)
    return tmp_path / "sovang.db"


def test_of_two_who_decide_at_once_one_is_told(path: Path) -> None:
    outcomes: Counter[str] = Counter()
    ready = threading.Barrier(4, timeout=60)

    def race(name: str) -> None:
        with Store(path) as store:
            user = review.find_user(store, name)
            for row in review.document_items(store, user, 1):
                ready.wait()
                try:
                    review.decide(store, user, str(row["record_id"]), "rejected", version=str(row["version"]), share=0)
                    outcomes["saved"] += 1
                except Changed:
                    outcomes["changed"] += 1

    threads = [threading.Thread(target=race, args=(name,), daemon=True) for name in ("lan", "bình", "cúc", "dũng")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
        assert not thread.is_alive()
    with Store(path) as store:
        records = len(review.document_items(store, review.find_user(store, "lan"), 1))
        assert outcomes == {"saved": records, "changed": 3 * records}
        assert store.count("SELECT count(*) FROM reviews") == records
        assert list(verify(store)) == []


def test_people_and_a_bulk_run_share_the_database(path: Path, papers: ModuleType) -> None:
    stop, decided = threading.Event(), Counter[str]()
    entered = []

    def bulk() -> None:
        with Store(path) as store:
            while not stop.is_set():
                entered.append(papers.enter_document(store, name=f"b{len(entered)}"))
                papers.enter_document(store, name="d1", extractor=str(1 + len(entered) % 2))

    def work(name: str) -> None:
        with Store(path) as store:
            user = review.find_user(store, name)
            for _ in range(15):
                for item in review.next_items(store, user, Filters(), n=1):
                    try:
                        review.decide(store, user, str(item.record["record_id"]), "accepted", version=item.version)
                        decided[name] += 1
                    except review.Refused:  # read again meanwhile, and no more what it was
                        decided["changed"] += 1

    writer = threading.Thread(target=bulk, daemon=True)
    people = [threading.Thread(target=work, args=(name,), daemon=True) for name in ("lan", "bình", "cúc")]
    for thread in (writer, *people):
        thread.start()
    for thread in people:
        thread.join(90)
    stop.set()
    writer.join(90)
    assert not any(thread.is_alive() for thread in (writer, *people))
    with Store(path) as store:
        for name in ("lan", "bình", "cúc"):
            assert store.count("SELECT count(*) FROM readings WHERE reviewer = ?", [name]) == decided[name]
        assert store.count("SELECT count(*) FROM documents WHERE status = 'done'") == 6 + len(set(entered))
        assert list(verify(store)) == []


def test_what_was_answered_survives_a_kill(path: Path) -> None:
    rng = random.Random(3)
    answered: set[str] = set()
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", REVIEWER, str(path), "lan"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(review.__file__).parents[2],
        )
        assert process.stdout is not None
        too_late = threading.Timer(120, process.kill)
        too_late.start()
        answered.add(process.stdout.readline().strip())
        too_late.cancel()
        time.sleep(rng.random() * 0.3)
        os.kill(process.pid, signal.SIGKILL)
        lines = process.stdout.read().split("\n")
        answered.update(line for line in lines[:-1] if line)
        process.stdout.close()
        process.wait(60)
    with Store(path) as store:
        kept = {f"{row['id']} {row['record_id']}" for row in store.rows("SELECT id, record_id FROM reviews")}
        assert answered <= kept
        assert len(answered) > 5
        assert list(verify(store)) == []
