"""Times of the review server under load: `python tests/bench/review_load.py [--db FILE] [--seconds 60]`.

A database of 1,000,000 records, 20 reviewers who decide every 2 s over HTTP, `sovang run` writing beside them. Prints
median and p95 from the decision to the next item (both requests one after the other; a page has the next item before
it asks), the same from key press to paint in one headless Chromium, the time in which a document of 3,000 records
opens, and how many decisions were lost or made twice.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import httpx
from reviewers import PASSWORD, BulkRun, Server, Tally, lost_and_double, prepared, work

CHROMIUM = os.environ.get("SOVANG_CHROMIUM") or shutil.which("chromium") or ""
PRESSED = """() => {
    const shown = () => sovang.bench.item?.record.record_id;
    window.took = [];
    let since = null, from = null;
    addEventListener("keydown", (event) => { since = event.timeStamp; from = shown(); }, true);
    const look = () => {
        if (since !== null && shown() !== from && document.querySelector("#panel .quote")) {
            const began = since;
            since = null;
            requestAnimationFrame(() => took.push(performance.now() - began));
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


def told(name: str, took_ms: list[float]) -> None:
    took = sorted(took_ms)
    if not took:
        print(f"{name}: nothing was measured")
        return
    p95 = took[min(len(took) - 1, int(len(took) * 0.95))]
    print(
        f"{name:52} median {median(took):7.1f} ms  p95 {p95:7.1f} ms  most {took[-1]:7.1f} ms  of {len(took)}",
        flush=True,
    )


def look_on(base: str, seconds: float, every_s: float, large: int) -> None:
    """Decides in Chromium by key, then opens the large document three times."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(base_url=base)
        page.goto("/login")
        page.locator("[name=name]").fill("eye")
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/review")
        page.wait_for_selector("#panel .quote")
        page.evaluate(PRESSED)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            page.keyboard.press("Enter")
            page.wait_for_timeout(every_s * 1000)
        told("key press to next item painted, Chromium", page.evaluate("took"))
        page.wait_for_selector("#save-state[data-state=saved]", timeout=60_000)
        opened = []
        for _ in range(3):
            page.goto("/status")
            began = time.perf_counter()
            page.goto(f"/documents/{large}", wait_until="commit")
            page.wait_for_selector("#panel .quote", timeout=60_000)
            opened.append((time.perf_counter() - began) * 1000)
        told("document of 3,000 records until it can be read", opened)
        browser.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--db", type=Path)
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--reviewers", type=int, default=20)
    options.add_argument("--every", type=float, default=2.0)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--no-browser", action="store_true")
    options.add_argument("--no-bulk", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="sovang-load-") as scratch:
        path = chosen.db or Path(scratch, "sovang.db")
        tokens, large = prepared(path, chosen.records, chosen.reviewers)
        bulk = None if chosen.no_bulk else BulkRun(path, Path(scratch))
        server = Server(path)
        tally = Tally()
        eye = threading.Thread(target=look_on, args=(server.base, chosen.seconds, chosen.every, large))
        try:
            if not chosen.no_browser and CHROMIUM:
                eye.start()
            asyncio.run(work(server.base, tokens, chosen.every, chosen.seconds, tally))
            if eye.ident:
                eye.join()
            headers = {"authorization": f"Bearer {tokens[0]}"}
            opened = []
            for _ in range(3):
                began = time.perf_counter()
                httpx.get(f"{server.base}/api/v1/documents/{large}/records", headers=headers, timeout=60)
                opened.append((time.perf_counter() - began) * 1000)
        finally:
            was_working = bulk.stop() if bulk else False
            server.stop()
        told("decision answered, HTTP", tally.decision_ms)
        told("decision and next items, HTTP", tally.took_ms)
        told("records of a document of 3,000, HTTP", opened)
        for line in tally.refused[:5]:
            print("refused:", line)
        lost, double = lost_and_double(path, tally.answered)
        beside = "a bulk run wrote all the time" if was_working else "NO bulk run at the end"
        print(f"{len(tally.answered)} answered, {len(tally.refused)} refused, lost {lost}, double {double}; {beside}")
    sys.exit(bool(lost or double))


if __name__ == "__main__":
    main()
