"""Kills the review server with SIGKILL under load: `python tests/bench/review_kills.py [--kills 200] [--db FILE]`.

20 reviewers decide over HTTP in a database of 1,000,000 records while `sovang run` writes to it. The server is killed
at a random moment and started again; after each kill every decision that was answered must stand in the database,
and nothing may be decided twice. Exit code 1 otherwise.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

from reviewers import BulkRun, ForkedServer, Tally, lost_and_double, prepared, work


def kill_once(path: Path, tokens: list[str], every_s: float, after_s: float, tally: Tally) -> None:
    """Lets the reviewers work until the server is killed, `after_s` seconds from the first decision that it answers."""
    server = ForkedServer(path)

    def kill() -> None:
        end = time.monotonic() + 30
        while not tally.answered and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(after_s)
        server.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    asyncio.run(work(server.base, tokens, every_s, after_s + 60, tally))
    killer.join()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--db", type=Path)
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--reviewers", type=int, default=20)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--every", type=float, default=0.5)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    dice = random.Random(chosen.seed)
    lost = answered = double = 0
    with tempfile.TemporaryDirectory(prefix="sovang-review-kills-") as scratch:
        path = chosen.db or Path(scratch, "sovang.db")
        tokens, _ = prepared(path, chosen.records, chosen.reviewers)
        bulk = BulkRun(path, Path(scratch))
        began = time.monotonic()
        for kill in range(1, chosen.kills + 1):
            if bulk.process.poll() is not None:
                bulk = BulkRun(path, Path(scratch, str(kill)))
            tally = Tally()
            kill_once(path, tokens, chosen.every, dice.uniform(0.0, 2.0), tally)
            gone, double = lost_and_double(path, tally.answered)
            lost += gone
            answered += len(tally.answered)
            if gone or double or kill % 20 == 0:
                print(f"kill {kill}: {answered} answered so far, lost {lost}, double {double}, "
                      f"{time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
        bulk.stop()
    print(f"{chosen.kills} kills, {answered} answered decisions, lost {lost}, double {double}")
    sys.exit(bool(lost or double))


if __name__ == "__main__":
    main()
