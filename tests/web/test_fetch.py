"""Fetching against a server of our own on 127.0.0.1; nothing else is ever asked."""

import gzip
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from extractors.domain.errors import ReadError, TooLarge, Unsupported
from pipeline.fetch import FetchOrder, FetchReport, fetch
from pipeline.fetch.client import USER_AGENT, Manners, Refused, plain
from pipeline.fetch.lists import listed
from pipeline.webarchive import Answer, answers

pytestmark = pytest.mark.filterwarnings(  # warcio's writer leaves its temporary files to the collector
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
PAGE = "<html><body><h1>Tin {0}</h1><p>Ngày 2/9/2020, tỉnh Lạng Sơn có {0} xã nhận Bằng khen.</p></body></html>"
FAST = Manners(delay_s=0, backoff_s=0, timeout_s=5, total_s=10, most_bytes=200_000)
Reply = tuple[int, dict[str, str], bytes]


class Site:
    """What the server answers, and what it was asked."""

    def __init__(self) -> None:
        self.replies: dict[str, Callable[[dict[str, str]], Reply]] = {}
        self.asked: Counter[str] = Counter()
        self.agents: set[str] = set()
        self.url = ""

    def put(self, path: str, body: str | bytes, mime: str = "text/html", status: int = 200, **more: str) -> str:
        data = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": mime, **{name.replace("_", "-"): value for name, value in more.items()}}
        self.replies[path] = lambda _: (status, headers, data)
        return self.url + path


@pytest.fixture
def site() -> Iterator[Site]:
    answers_of = Site()

    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # of one that connects and asks nothing

        def do_GET(self) -> None:
            answers_of.asked[self.path] += 1
            answers_of.agents.add(self.headers["User-Agent"])
            missing: Reply = (404, {}, b"")
            found = answers_of.replies.get(self.path)
            status, headers, body = found(dict(self.headers)) if found else missing
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answers_of.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield answers_of
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def got(folder: Path, *urls: str, **more: object) -> FetchReport:
    order = FetchOrder(urls=urls, folder=folder, manners=FAST)
    return fetch(replace(order, **more))  # type: ignore[arg-type]


def pages(report: FetchReport) -> dict[str, bytes]:
    assert report.archive
    found = answers(report.archive, 10**6)
    return {each.url: each.payload for each in found if isinstance(each, Answer)}


def only_failure(report: FetchReport) -> ReadError:
    [(_, error)] = report.failures
    return error


def test_pages_are_archived_byte_for_byte(site: Site, tmp_path: Path) -> None:
    body = PAGE.format(1).encode()
    first = site.put("/1.html", body)
    second = site.put("/2.html", gzip.compress(body), Content_Encoding="gzip")
    report = got(tmp_path, first, second, first + "#part")
    assert pages(report) == {first: body, second: body}
    assert report.fetched == 2
    assert site.agents == {USER_AGENT}
    assert site.asked["/robots.txt"] == 1


def test_robots_are_obeyed(site: Site, tmp_path: Path) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /kin/*.html$\n", "text/plain")
    closed = site.put("/kin/1.html", PAGE)
    moved = site.put("/di", "", status=302, Location="/kin/1.html")
    report = got(tmp_path, closed, moved)
    assert [type(error) for _, error in report.failures] == [Refused, Refused]
    assert site.asked["/kin/1.html"] == 0
    assert report.archive is None
    assert not list(tmp_path.glob("*.warc.gz"))


def test_no_leave_where_robots_cannot_be_had(site: Site, tmp_path: Path) -> None:
    site.put("/robots.txt", "", status=500)
    assert "robots.txt" in str(only_failure(got(tmp_path, site.put("/1.html", PAGE))))
    assert site.asked["/1.html"] == 0


def test_what_has_not_changed_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    url = site.url + "/1.html"

    def reply(headers: dict[str, str]) -> Reply:
        is_known = headers.get("If-None-Match") == '"a"'
        return (304, {}, b"") if is_known else (200, {"ETag": '"a"', "Content-Type": "text/html"}, PAGE.encode())

    site.replies["/1.html"] = reply
    assert got(tmp_path, url).fetched == 1
    again = got(tmp_path, url)
    assert (again.fetched, again.unchanged, again.archive) == (0, 1, None)


def test_a_busy_server_is_asked_again(site: Site, tmp_path: Path) -> None:
    def reply(_: dict[str, str]) -> Reply:
        if site.asked["/1.html"] < 3:
            return 503, {"Retry-After": "0"}, b""
        return 200, {"Content-Type": "text/html"}, PAGE.encode()

    site.replies["/1.html"] = reply
    assert got(tmp_path, site.url + "/1.html").fetched == 1
    assert site.asked["/1.html"] == 3
    site.put("/2.html", "", status=503)
    assert "503" in str(only_failure(got(tmp_path, site.url + "/2.html")))
    assert site.asked["/2.html"] == FAST.tries


def test_feeds_are_followed(site: Site, tmp_path: Path) -> None:
    items = "".join(
        f"<item><link>{site.put(f'/{n}.html', PAGE.format(n))}</link>"
        f"<pubDate>0{n} Mar 2026 08:00:00 +0700</pubDate></item>"
        for n in range(1, 6)
    )
    feed = site.put("/rss", f"<?xml version='1.0'?><rss version='2.0'><channel>{items}</channel></rss>", "text/xml")
    since = datetime(2026, 3, 2, tzinfo=UTC)
    report = got(tmp_path, feed, since=since, limit=2)
    assert sorted(url[-6:] for url in pages(report)) == ["2.html", "3.html"]
    assert (report.fetched, report.older, report.is_limited) == (2, 1, True)
    assert sum(site.asked[f"/{n}.html"] for n in range(1, 6)) == 2
    rest = got(tmp_path, feed, since=since)
    assert (rest.fetched, rest.known) == (2, 2)


def test_sitemaps_are_followed_and_never_in_circles(site: Site, tmp_path: Path) -> None:
    head = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
    page = site.put("/1.html", PAGE.format(1))
    part = f"<urlset {head}><url><loc>{page}</loc><lastmod>2026-03-01</lastmod></url></urlset>"
    site.put("/part.xml.gz", gzip.compress(part.encode()), "application/gzip")
    index = f"{site.url}/index.xml"
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in (f"{site.url}/part.xml.gz", index))
    site.put("/index.xml", f"<sitemapindex {head}>{entries}</sitemapindex>", "application/xml")
    report = got(tmp_path, index)
    assert (report.fetched, report.failures) == (1, [])
    assert site.asked["/index.xml"] == 1


def test_redirects(site: Site, tmp_path: Path) -> None:
    target = site.put("/new.html", PAGE.format(1))
    assert set(pages(got(tmp_path, site.put("/old", "", status=301, Location="/new.html")))) == {target}
    site.put("/a", "", status=302, Location="/b")
    site.put("/b", "", status=302, Location="/a")
    assert "lead nowhere" in str(only_failure(got(tmp_path, site.url + "/a")))
    assert site.asked["/a"] == 1
    assert isinstance(
        only_failure(got(tmp_path, site.put("/c", "", status=302, Location="file:///etc/hosts"))), Unsupported
    )


def test_too_large_wrong_kind_missing_unreachable(site: Site, tmp_path: Path) -> None:
    assert isinstance(only_failure(got(tmp_path, site.put("/big", b"x" * 300_000))), TooLarge)
    assert isinstance(only_failure(got(tmp_path, site.put("/v", b"x", "video/mp4"))), Unsupported)
    assert "404" in str(only_failure(got(tmp_path, site.url + "/none")))
    assert isinstance(only_failure(got(tmp_path, "ftp://127.0.0.1/x")), Unsupported)
    assert "No answer" in str(only_failure(got(tmp_path, "http://127.0.0.1:1/x")))


def test_the_delay_is_kept(site: Site, tmp_path: Path) -> None:
    from pipeline.fetch.client import Client

    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 7\n", "text/plain")
    waits: list[float] = []
    client = Client(FAST, sleep=waits.append)
    for number in (1, 2):
        client.get(site.put(f"/{number}.html", PAGE))
    client.close()
    assert [round(wait) for wait in waits] == [7, 7]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Báo.example/tin tức?q=hà#x", "http://xn--bo-mia.example/tin%20t%E1%BB%A9c?q=h%C3%A0"),
        ("https://a.example", "https://a.example/"),
        ("https://a.example:8080/a%20b", "https://a.example:8080/a%20b"),
    ],
)
def test_addresses(url: str, expected: str) -> None:
    assert plain(url) == expected


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "javascript:x", "http://", "http://[x/", "note.txt"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(Unsupported):
        plain(url)


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\x00\xff", b"<rss", b"{}", b"<!DOCTYPE html><rss>"])
def test_what_is_no_list(body: bytes) -> None:
    assert not listed(body)


def test_hostile_lists_cost_nothing() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    assert not listed(f"<?xml version='1.0'?>{bomb}]><urlset><url><loc>&j;</loc></url></urlset>".encode())


def test_the_command(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.cli import cli

    monkeypatch.chdir(tmp_path)
    url = site.put("/1.html", PAGE.format(3))
    result = CliRunner().invoke(cli, ["fetch", "--no-run", "--delay", "0", url, site.url + "/none"])
    assert result.exit_code == 3
    assert "Fetched" in result.output
    assert len(list(tmp_path.glob("outputs/web/*.warc.gz"))) == 1
