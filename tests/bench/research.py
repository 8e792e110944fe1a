"""Times what researchers wait for: every ready query and twenty searches, each asked again until it is warm.

usage: python tests/bench/research.py DATASET [--working DATABASE]

DATASET is the folder that `sovang publish` wrote; --working also searches the working database. Prints median and
largest processor time and wall time in ms, and the load of the machine: wall times of a busy one tell little.
"""

import argparse
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.publish import explore  # noqa: E402
from pipeline.search import Ask, search_documents, search_records  # noqa: E402

SEARCHES = (
    "ha noi", "Đà Nẵng", "da nang", "dak lak", "thi dua", '"thi đua yêu nước"', "bằng khen", "huan chuong lao dong",
    "Thừa Thiên Huế", "hue", "ba ria vung tau", "nghị quyết", "nghi quyet 30a", '"phòng chống dịch"', "nhà giáo ưu tú",
    "khuyế*", "đường sắt Cát Linh", "2014", "Công an tỉnh", "tai nan giao thong",
)  # fmt: skip
ASKED = {"place": "Hà Nội", "noun": "người", "year": "2016", "words": "da nang"}
TIMES = 5
LIMITS_MS = {"query": 300, "search": 100}


def timed(ask: Callable[[], object]) -> tuple[float, float]:
    """Returns the median processor time and the median wall time of some calls after a first one, in ms."""
    ask()
    spent = []
    for _ in range(TIMES):
        cpu, wall = time.process_time(), time.perf_counter()
        ask()
        spent.append(((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000))
    cpus, walls = (sorted(column) for column in zip(*spent, strict=True))
    return cpus[TIMES // 2], walls[TIMES // 2]


def told(what: str, limit: int, times: dict[str, tuple[float, float]]) -> None:
    for at, name in enumerate(("cpu", "wall")):
        values = sorted(each[at] for each in times.values())
        slowest = max(times, key=lambda key: times[key][at])
        print(f"{what:<28} {name:<4} p50 {values[len(values) // 2]:7.1f} ms  max {values[-1]:7.1f} ms  ({slowest})")
    over = {name: f"{cpu:.0f}/{wall:.0f}" for name, (cpu, wall) in times.items() if cpu > limit}
    if over:
        print(f"  over {limit} ms of processor time: {over}")


def opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def searches(file: Path) -> None:
    connection = opened(file)
    for name, search in (("documents", search_documents), ("records", search_records)):
        times = {words: timed(lambda w=words, s=search: s(connection, Ask(words=w))) for words in SEARCHES}  # type: ignore[misc]
        told(f"search {name} in {file.name}", LIMITS_MS["search"], times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--working", type=Path)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    file = options.dataset / "sovang.db"
    connection = opened(file)
    times = {}
    for query in explore.queries().values():
        values = {name: ASKED.get(name, "") for name in query.parameters}
        times[query.name] = timed(lambda q=query, v=values: connection.execute(q.sql, v).fetchall())  # type: ignore[misc]
    told("ready queries", LIMITS_MS["query"], times)
    for name, (cpu, wall) in sorted(times.items(), key=lambda item: -item[1][0])[:8]:
        print(f"    {name:<28} {cpu:7.1f} {wall:7.1f}")
    searches(file)
    if options.working:
        searches(options.working)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
