"""What the benches of the review server share: the server as a process, a bulk run beside it, people who decide."""

import asyncio
import json
import multiprocessing
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from kills import command, make_documents
from review_queue import enter, fill

from pipeline import review
from pipeline.store import Store

PASSWORD = "correct horse"
AHEAD = 5  # items that a page asks for after a decision
RIGHT = {
    "dates": {"edtf": "2014-03-06"},
    "provinces": {"id": "cao-bang"},
    "figures": {"value": 3},
    "awards": {"status": "proposed"},
    "document_facts": {"value": "Việc khác"},
}


def prepared(path: Path, records: int, people: int) -> tuple[list[str], int]:
    """Returns tokens of the reviewers of a database, made where it is new, and the document of 3,000 records in it."""
    rng = random.Random(11)
    with Store(path) as store:
        if not store.count("SELECT count(*) FROM documents"):
            fill(store, records)
        known = {user.name for user in review.users(store)}
        tokens = []
        for at in range(people):
            name = f"r{at}"
            if name not in known:
                review.add_user(store, name, PASSWORD, review.Role.REVIEWER)
            for row in review.tokens(store, name):
                review.revoke_token(store, name, str(row["label"]))
            tokens.append(review.add_token(store, name, "bench"))
        if "eye" not in known:
            review.add_user(store, "eye", PASSWORD, review.Role.REVIEWER)
        with store.immediate():
            store.db.execute("DELETE FROM leases")
            large = store.value("SELECT serial FROM documents WHERE source = '/in/9000000.txt'")
            if large is None:
                large = enter(store, 9_000_000, rng, times=60)
        return tokens, int(str(large))


class Server:
    """`sovang serve` as a process of its own."""

    def __init__(self, path: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            command("serve", "--db", str(path), "--port", str(self.port)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                httpx.get(f"{self.base}/login", timeout=5)
                return
            except httpx.TransportError:
                time.sleep(0.02)
        self.process.kill()
        told = self.process.stderr.read().decode() if self.process.stderr else ""
        raise SystemExit(f"the server did not start: {told[-2000:]}")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=60)


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["uvicorn", "pipeline.web.app"])


class ForkedServer:
    """The application of `sovang serve` in a process that has all modules loaded, so that it starts in a moment."""

    def __init__(self, path: Path) -> None:
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.process = _FORKS.Process(target=_serve, args=(path, port), daemon=True)
        self.process.start()
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                httpx.get(f"{self.base}/login", timeout=5)
                return
            except httpx.TransportError:
                time.sleep(0.02)
        raise SystemExit("the server did not start")

    def kill(self) -> None:
        self.process.kill()
        self.process.join()


def _serve(path: Path, port: int) -> None:
    import uvicorn

    from pipeline.settings import Settings
    from pipeline.web.app import create_app

    uvicorn.run(create_app(Settings(db=path)), port=port, log_level="critical", access_log=False)


class BulkRun:
    """`sovang run` over made documents, one run after the other, until it is stopped."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self.folder = scratch / "bulk"
        if not self.folder.exists():
            make_documents(self.folder, 20_000)
        self.process = subprocess.Popen(
            command("run", str(self.folder), "--db", str(path), "--workers", "1"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> bool:
        """Ends the run and tells whether it was still at work."""
        was_working = self.process.poll() is None
        self.process.terminate()
        self.process.wait()
        return was_working


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@dataclass
class Tally:
    """What was measured and what was answered; `answered` holds number of reading, record, verdict, reviewer."""

    took_ms: list[float] = field(default_factory=list)
    decision_ms: list[float] = field(default_factory=list)
    answered: list[tuple[int, str, str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


async def reviewer(base: str, token: str, every_s: float, until: float, tally: Tally, seed: int) -> None:
    """Decides on one record after the other, each `every_s` after the one before; ends where the server dies."""
    dice = random.Random(seed)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=30) as client:
        try:
            items = (await client.get("/api/v1/queue", params={"n": AHEAD})).json()["items"]
            await asyncio.sleep(dice.uniform(0, every_s))
            while time.monotonic() < until and items:
                began = time.perf_counter()
                items = await _decide(client, items[0], dice, tally)
                tally.took_ms.append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(max(0.0, every_s - (time.perf_counter() - began)))
        except (httpx.TransportError, json.JSONDecodeError):
            return


async def _decide(client: httpx.AsyncClient, item: dict, dice: random.Random, tally: Tally) -> list[dict]:  # type: ignore[type-arg]
    record = item["record"]
    verdict = dice.choices(("accepted", "rejected", "corrected"), (7, 2, 1))[0]
    body = {"verdict": verdict, "version": item["version"], "seconds": 2}
    if verdict == "corrected":
        body["after"] = RIGHT[record["kind"]]
    began = time.perf_counter()
    answer = await client.post(f"/api/v1/records/{record['record_id']}/decision", json=body)
    tally.decision_ms.append((time.perf_counter() - began) * 1000)
    if answer.status_code == 200:
        done = answer.json()["review"]
        tally.answered.append((done["reading"], record["record_id"], done["verdict"], done["reviewer"]))
    else:
        tally.refused.append(f"{answer.status_code} {verdict} {record['kind']} {answer.text[:200]}")
    found: list[dict] = (await client.get("/api/v1/queue", params={"n": AHEAD})).json()["items"]  # type: ignore[type-arg]
    return found


async def work(base: str, tokens: Sequence[str], every_s: float, seconds: float, tally: Tally) -> None:
    """Lets all reviewers work for so many seconds."""
    until = time.monotonic() + seconds
    await asyncio.gather(*(reviewer(base, token, every_s, until, tally, seed) for seed, token in enumerate(tokens)))


def lost_and_double(path: Path, answered: Sequence[tuple[int, str, str, str]]) -> tuple[int, int]:
    """Returns how many answered decisions are not in the database, and how many records were decided twice as new."""
    with Store(path) as store:
        first = min((each[0] for each in answered), default=0)
        kept = {
            (row["id"], row["record_id"], row["verdict"], row["reviewer"])
            for row in store.rows("SELECT id, record_id, verdict, reviewer FROM readings WHERE id >= ?", [first])
        }
        double = store.count(
            "SELECT count(*) FROM "
            "(SELECT 1 FROM readings WHERE purpose = 'first' GROUP BY record_id HAVING count(*) > 1)"
        )
        union = " UNION ALL ".join(f"SELECT record_id, state FROM {kind}" for kind in review.KINDS)  # noqa: S608
        unseen = 0
        second = {row["id"] for row in store.rows("SELECT id FROM readings WHERE purpose = 'second'")}
        for reading, record, verdict, _ in answered:
            if reading in second:  # a blind second reading leaves the record as it is
                continue
            state = store.value(f"SELECT state FROM ({union}) WHERE record_id = ?", [record])  # noqa: S608
            unseen += state != verdict
        if unseen:
            print(f"{unseen} records do not stand as they were decided", file=sys.stderr)
    return sum(each not in kept for each in answered) + unseen, double
