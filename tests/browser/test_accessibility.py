"""Whether everybody can use the pages: axe-core's rules on each page and in both colours, the order of the focus.

`axe.min.js.gz` is axe-core 4.14.1 by Deque Systems as npm has it, under the Mozilla Public License 2.0.
"""

import gzip
from pathlib import Path

import pytest

from pipeline.decisions import link_awards
from pipeline.review import decide, find_user, item_of
from pipeline.store import Store
from tests.browser.driving import Browser, Page, Server, log_in, open_context

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of playwright's own sockets

AXE = gzip.decompress(Path(__file__).with_name("axe.min.js.gz").read_bytes()).decode()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATHS = (
    "/review",
    "/documents",
    "/documents/1",
    "/documents/1/awards",
    "/disagreements",
    "/agreement",
    "/archive",
    "/status",
    "/decisions?what=all",
    "/recipients?what=all",
    "/research",
    "/users",
    "/account",
)


def faults(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands, one line for each element."""
    page.evaluate(AXE)
    found = page.evaluate("(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } })", RULES)
    assert len(found["passes"]) > 10
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary'][:200]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def dispute(server: Server) -> None:
    """Lets two people differ about one record, so that the adjudicator's page has something on it."""
    with Store(server.settings.db) as store:
        record = str(store.value("SELECT record_id FROM figures WHERE document = 1 ORDER BY start LIMIT 1"))
        one, other = find_user(store, "binh"), find_user(store, "chi")
        decide(store, one, record, "rejected", version=item_of(store, one, record).version, share=1.0)
        blind = item_of(store, other, record, purpose="second")
        decide(store, other, record, "accepted", version=blind.version)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_keeps_anybody_out(server: Server, browser: Browser, theme: str) -> None:
    dispute(server)
    context = open_context(browser, server)
    page = context.new_page()
    page.goto(f"/theme/{theme}?to=/login")
    found = {"/login": faults(page)}
    log_in(page, "an")
    with Store(server.settings.db) as store:
        link_awards(store)
        decision = store.value("SELECT id FROM decisions ORDER BY id LIMIT 1")
        recipient = store.value("SELECT id FROM recipients ORDER BY id LIMIT 1")
    for path in (*PATHS, f"/decisions/{decision}", f"/recipients/{recipient}"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[path] = faults(page)
    page.goto("/review")
    page.wait_for_selector("#panel .quote")
    for name, key in (("correcting", "e"), ("help", "?")):
        page.keyboard.press(key)
        found[name] = faults(page)
        page.keyboard.press("Escape")
    context.close()
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_focus_goes_through_the_page_as_it_reads_and_is_seen(server: Server, page: Page) -> None:
    log_in(page)
    page.goto("/documents")
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => {
                    const focused = document.activeElement, box = focused.getBoundingClientRect();
                    const style = getComputedStyle(focused);
                    return { name: focused.className || focused.tagName, top: box.top, isSeen: box.width > 0,
                        outline: parseFloat(style.outlineWidth), isFirst: focused.classList.contains("skip-link") };
                }"""
            )
        )
    assert seen[0]["isFirst"]
    assert all(each["isSeen"] and each["outline"] >= 2 for each in seen), seen
    header = [each["top"] for each in seen[:10]]
    assert max(header) < 120  # first what stands in the head of the page


def test_the_skip_link_leads_past_the_head(page: Page) -> None:
    log_in(page)
    page.goto("/documents")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_what_happens_is_told_to_a_screen_reader(page: Page) -> None:
    log_in(page)
    page.wait_for_selector("#panel .quote")
    first = page.locator("#announce").inner_text()
    assert page.locator("#panel .quote").inner_text() in first
    page.keyboard.press("Enter")
    page.wait_for_function("(first) => document.querySelector('#announce').textContent !== first", arg=first)
    live = page.locator("#announce, #notices").evaluate_all(
        "(all) => all.map((each) => each.ariaLive ?? each.getAttribute('aria-live'))"
    )
    assert all(live)
