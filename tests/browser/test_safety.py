"""Markup from outside stays text in the browser, wherever it comes in, and the policy holds where it would not."""

from collections.abc import Iterator

import pytest

from pipeline.review import add_token, decide, find_user, item_of
from pipeline.store import Store
from tests.browser.driving import Browser, Page, Server, log_in, open_context
from tests.web_app.conftest import NAUGHTY

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of playwright's own sockets

MARKUP = NAUGHTY + "<script>document.title=1</script>"
PAGES = (
    "/review",
    "/review?document=1",
    "/documents",
    "/documents/1",
    "/documents/1/awards",
    "/disagreements",
    "/agreement",
    "/archive",
    "/status",
    "/users",
    "/account",
)


@pytest.fixture
def watched(browser: Browser, server: Server) -> Iterator[tuple[Page, list[str]]]:
    context = open_context(browser, server)
    page = context.new_page()
    told: list[str] = []
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda line: told.append(line.text) if "Content Security Policy" in line.text else None)
    yield page, told
    context.close()


def plant(server: Server) -> None:
    """Puts markup where people and files can put any: notes, values, labels, messages of failures."""
    with Store(server.settings.db) as store:
        one, other = find_user(store, "binh"), find_user(store, "chi")
        figure = str(store.value("SELECT record_id FROM figures WHERE document = 1 LIMIT 1"))
        seen = item_of(store, one, figure)
        decide(store, one, figure, "corrected", version=seen.version, after={"unit": MARKUP}, reason=MARKUP)
        record = str(store.value("SELECT record_id FROM dates WHERE document = 1 LIMIT 1"))
        seen = item_of(store, one, record)
        decide(store, one, record, "rejected", version=seen.version, share=1.0, reason=MARKUP)
        blind = item_of(store, other, record, purpose="second")
        decide(store, other, record, "accepted", version=blind.version, reason=MARKUP)
        add_token(store, "an", MARKUP[:80])
        store.db.execute(
            "INSERT INTO failures (id, source, error, message, advice, run) VALUES (?, ?, 'Damaged', ?, ?, 1)",
            ["0" * 64, f"/in/{MARKUP.replace('/', '')}", MARKUP, MARKUP],
        )
        store.db.conn.commit()


def test_markup_from_everywhere_stays_text(server: Server, watched: tuple[Page, list[str]]) -> None:
    page, told = watched
    plant(server)
    log_in(page, "an")
    shown = 0
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        if page.locator("#records button, .item").count():
            page.locator("#records button, .item").first.click()
        assert page.locator("img[src=x]").count() == 0, path
        assert page.locator("script:not([src])").count() == 0, path
        assert page.title() != "1", path
        shown += "onerror" in page.locator("body").inner_text()
    assert shown >= 5
    assert told == []


def test_the_policy_stops_what_would_slip_through(watched: tuple[Page, list[str]]) -> None:
    page, told = watched
    log_in(page, "an")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'run'";
            document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=\\"document.title='run'\\">");
            document.body.insertAdjacentHTML("beforeend", "<a id=j href=\\"javascript:document.title='run'\\">x</a>");
            document.getElementById("j").click();
        }"""
    )
    page.wait_for_timeout(300)
    assert page.title() != "run"
    assert len(told) >= 2
    reached = page.evaluate("() => fetch('https://elsewhere.example/').then(() => true, () => false)")
    assert not reached
    framed = page.evaluate(
        """() => new Promise((done) => {
            const frame = document.createElement("iframe");
            frame.src = "/documents";
            frame.onload = () => done(Boolean(frame.contentDocument?.querySelector("main")));
            document.body.append(frame);
            setTimeout(() => done(false), 1500);
        })"""
    )
    assert not framed
