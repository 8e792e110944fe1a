"""Times of the review queue over a made database: `python tests/bench/review_queue.py [RECORDS] [FILE]`.

Prints the plan of the query for the next item, its time and that of the other calls of a review page, alone and while
a bulk run writes, with several reviewers deciding at once, and how many decisions were lost or made twice.
"""

import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import cast

from extractors.domain.orthography import fold
from pipeline import review
from pipeline.review.queue import Filters, _narrow, first_query
from pipeline.store import Store

PER_DOCUMENT = {"dates": 20, "provinces": 12, "figures": 13, "awards": 3, "document_facts": 2}
LINE = "Ngày 5/3/2014, UBND tỉnh Lạng Sơn tặng bằng khen cho 2 người của đội múa rối nước số "
ROWS = {
    "dates": ("edtf, grain, earliest, latest", "'2014-03-05', 'day', '2014-03-05', '2014-03-05'"),
    "provinces": ("id, today, today_all", "'lang-son', 'lang-son', '[\"lang-son\"]'"),
    "figures": ("value, unit", "2, 'người'"),
    "awards": ("form, status, posthumous, slots", "'bk', 'granted', 0, '{}'"),
    "document_facts": ("field, value", "'subject', 'Việc'"),
}


def fill(store: Store, records: int, at: int = 0) -> None:
    documents = records // sum(PER_DOCUMENT.values())
    rng = random.Random(7)
    for first in range(at, at + documents, 1000):
        with store.immediate():
            for number in range(first, min(first + 1000, at + documents)):
                enter(store, number, rng)
    store.db.execute("ANALYZE")


def enter(store: Store, number: int, rng: random.Random, times: int = 1) -> int:
    """Enters a document with `times` 50 records and returns its number."""
    text = "\n".join(f"{LINE}{number}-{line}." for line in range(20 * times))
    cursor = store.db.execute(
        "INSERT INTO documents (id, source, status, kind, format, bytes, original, extractor, text, folded, chars, "
        "published) VALUES (?, ?, 'done', 'article', 'txt', 9, 'x', 'b', ?, ?, ?, ?)",
        [f"{number:064x}", f"/in/{number}.txt", text, fold(text), len(text), f"{2005 + number % 20}-01-01"],
    )
    serial = cursor.lastrowid
    store.db.execute(
        "INSERT INTO blocks (document, position, start, \"end\", kind) VALUES (?, 1, 0, ?, 'paragraph')",
        [serial, len(text)],
    )
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:at]) for at in range(20 * times)]
    quotes = {
        "dates": (0, 13),
        "provinces": (20, 33),
        "figures": (53, 60),
        "awards": (39, 48),
        "document_facts": (0, 4),
    }
    for kind, count in PER_DOCUMENT.items():
        names, values = ROWS[kind]
        a, b = quotes[kind]
        store.db.conn.executemany(
            f'INSERT INTO {kind} (record_id, document, start, "end", quote, confidence, rule, evidence, {names}) '  # noqa: S608
            f"VALUES (?, ?, ?, ?, ?, ?, ?, '[\"stands in the line\"]', {values})",
            [
                (
                    f"{rng.getrandbits(64):016x}", serial, starts[at] + a, starts[at] + b,
                    text[starts[at] + a : starts[at] + b], round(rng.betavariate(9, 1), 4), f"{kind}.made",
                )
                for at in range(count * times)
            ],
        )  # fmt: skip
    return cast(int, serial)


def timed(name: str, call: Callable[[], object], times: int = 30) -> None:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    print(f"{name:48} median {median(took):8.2f} ms   p95 {took[max(0, int(len(took) * 0.95) - 1)]:8.2f} ms")


def plans(store: Store, user: review.User, wanted: Filters) -> None:
    narrow, index = _narrow(store, wanted, "")
    for kind in review.KINDS:
        sql, values = first_query(store, kind, user, wanted, narrow, index, 3)
        print(kind, *(row["detail"] for row in store.rows(f"EXPLAIN QUERY PLAN {sql}", values)), sep="\n    ")
        timed(f"  next of {kind}", lambda sql=sql, values=values: store.rows(sql, values))


def decide_for(path: Path, name: str, seconds: float, took: list[float], answered: list[str]) -> None:
    end = time.monotonic() + seconds
    with Store(path) as store:
        user = review.find_user(store, name)
        items = review.next_items(store, user, n=3)
        while time.monotonic() < end and items:
            began = time.perf_counter()
            item = items[0]
            done = review.decide(
                store, user, str(item.record["record_id"]), "accepted", version=item.version, seconds=2
            )
            items = review.next_items(store, user, n=3)
            took.append((time.perf_counter() - began) * 1000)
            answered.append(f"{done.reading} {done.record_id} {done.purpose}")
            time.sleep(2)


def bulk(path: Path, stop: threading.Event) -> None:
    rng = random.Random(8)
    with Store(path) as store:
        number = 5_000_000 + store.count("SELECT max(serial) FROM documents")
        while not stop.is_set():
            with store.immediate():
                enter(store, number, rng)
            number += 1


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    path = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp()) / "sovang.db"
    with Store(path) as store:
        if not store.count("SELECT count(*) FROM documents"):
            began = time.monotonic()
            fill(store, records)
            print(f"made {records} records in {time.monotonic() - began:.0f} s")
            for at in range(20):
                review.add_user(store, f"r{at}", "correct horse", review.Role.REVIEWER)
        user = review.find_user(store, "r0")
        plans(store, user, Filters())
        timed("next_items, n=3", lambda: review.next_items(store, user, n=3))
        timed("next_items, year", lambda: review.next_items(store, user, Filters(year="2011"), n=3), 5)
        timed("next_items, province", lambda: review.next_items(store, user, Filters(province="lang-son"), n=3), 3)
        timed("next_items, one document", lambda: review.next_items(store, user, Filters(document=77), n=3), 5)
        timed("next_items, words", lambda: review.next_items(store, user, Filters(text="5000 5"), n=3), 5)
        timed(
            "next_items, reason that is nowhere", lambda: review.next_items(store, user, Filters(reason="qq"), n=3), 2
        )
        timed("counts, not remembered", lambda: review.queue._left(store, user, Filters()), 1)
        timed("counts", lambda: review.counts(store, user), 5)
        timed("document_items", lambda: review.document_items(store, user, 5))
        review.release(store, user, [str(item.record["record_id"]) for item in review.next_items(store, user, n=3)])
    took: list[float] = []
    answered: list[str] = []
    stop = threading.Event()
    writer = threading.Thread(target=bulk, args=(path, stop))
    people = [threading.Thread(target=decide_for, args=(path, f"r{at}", 30, took, answered)) for at in range(20)]
    for thread in (writer, *people):
        thread.start()
    for thread in people:
        thread.join()
    stop.set()
    writer.join()
    took.sort()
    print(f"20 reviewers beside a bulk run: {len(took)} decisions, decide + next_items median {median(took):.1f} ms, "
          f"p95 {took[int(len(took) * 0.95)]:.1f} ms, most {took[-1]:.1f} ms")  # fmt: skip
    with Store(path) as store:
        kept = {f"{r['id']} {r['record_id']} {r['purpose']}" for r in store.rows("SELECT * FROM readings")}
        first = store.count("SELECT count(*) - count(DISTINCT record_id) FROM readings WHERE purpose = 'first'")
        print(f"lost {len(set(answered) - kept)}, double {first}")


if __name__ == "__main__":
    main()
