"""A polite client: asks robots.txt first, waits between requests to one host, tries again, keeps within limits."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit, urlunsplit

import urllib3
from protego import Protego

from extractors.domain.errors import ReadError, TooLarge, Unsupported
from pipeline.version import __version__

USER_AGENT: Final = f"sovang/{__version__} (reads news for research; obeys robots.txt)"
_REDIRECTS: Final = 5
_MOST_WAIT_S: Final = 60.0  # the longest delay that a robots.txt or a busy server may ask for
_ROBOTS_BYTES: Final = 500_000
_CHUNK: Final = 1 << 16
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_BUSY: Final = frozenset({429, 500, 502, 503, 504})


class Refused(ReadError):
    """The site does not want this page to be read by programs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with its answer; `body` is as it was sent, still packed where the server packed it."""

    url: str
    sent: tuple[tuple[str, str], ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Returns a header of the answer, an empty string where it has none of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How often a host is asked and how much one answer may take."""

    delay_s: float = 2.0
    timeout_s: float = 30.0  # of silence
    total_s: float = 120.0  # for one answer
    most_bytes: int = 50_000_000
    tries: int = 4
    backoff_s: float = 1.0


class Client:
    """Fetches one address after the other; remembers for each host its rules and when it was asked last."""

    def __init__(self, manners: Manners, sleep: Callable[[float], None] = time.sleep) -> None:
        self._manners = manners
        self._sleep = sleep
        self._rules: dict[str, Protego] = {}
        self._unreachable: dict[str, ReadError] = {}
        self._asked: dict[str, float] = {}
        retries = urllib3.Retry(
            total=manners.tries - 1,
            redirect=False,
            status_forcelist=_BUSY,
            backoff_factor=manners.backoff_s,
            backoff_max=_MOST_WAIT_S,
            retry_after_max=int(_MOST_WAIT_S),
            raise_on_status=False,
        )
        self._pool = urllib3.PoolManager(retries=retries, timeout=urllib3.Timeout(manners.timeout_s))

    def close(self) -> None:
        """Closes all connections."""
        self._pool.clear()

    def get(self, url: str, extra: dict[str, str] | None = None) -> list[Exchange]:
        """Returns the exchanges that lead to the page, redirects first; each step asks the robots.txt of its host.

        Raises `Refused`, `TooLarge`, or another `ReadError` that says why there is no answer.
        """
        steps: list[Exchange] = []
        seen: set[str] = set()
        while True:
            url = plain(url)
            if url in seen or len(steps) > _REDIRECTS:
                raise ReadError("The redirects lead nowhere", advice="Open it in a browser and give the last address")
            seen.add(url)
            self._ask_leave(url)
            steps.append(self._exchange(url, extra or {}, self._manners.most_bytes))
            target = steps[-1].header("Location")
            if steps[-1].status not in _MOVED or not target:
                return steps
            url = urljoin(url, target)

    def _ask_leave(self, url: str) -> None:
        host = _origin(url)
        if host in self._unreachable:
            raise self._unreachable[host]
        if host not in self._rules:
            try:
                self._rules[host] = Protego.parse(self._robots(host))
            except ReadError as error:
                self._unreachable[host] = error
                raise
        if not self._rules[host].can_fetch(url, USER_AGENT):
            raise Refused("The robots.txt of the site refuses it", advice="Save the page by hand, or ask the site")

    def _robots(self, host: str) -> str:
        """The rules as RFC 9309 wants them: none where there is no file, no leave where it cannot be had."""
        url = f"{host}/robots.txt"
        for _ in range(_REDIRECTS):
            answer = self._exchange(url, {}, _ROBOTS_BYTES)
            if answer.status in _MOVED and answer.header("Location"):
                url = plain(urljoin(url, answer.header("Location")))
                continue
            if answer.status >= 500 or answer.status == 429:
                raise ReadError(f"Its robots.txt cannot be had (status {answer.status})", advice="Try again later")
            return answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
        return ""

    def _wait(self, host: str) -> None:
        rules = self._rules.get(host)
        asked_for = float(rules.crawl_delay(USER_AGENT) or 0) if rules else 0.0
        delay = max(self._manners.delay_s, min(asked_for, _MOST_WAIT_S))
        if (left := self._asked.get(host, -delay) + delay - time.monotonic()) > 0:
            self._sleep(left)

    def _exchange(self, url: str, extra: dict[str, str], most: int) -> Exchange:
        host = _origin(url)
        self._wait(host)
        coding = "identity" if most == _ROBOTS_BYTES else "gzip"
        sent = {"User-Agent": USER_AGENT, "Accept-Encoding": coding, "Accept": "text/html,*/*;q=0.8", **extra}
        try:
            answer = self._pool.request("GET", url, headers=sent, redirect=False, preload_content=False)
            try:
                body = self._body(answer, most)
            finally:
                answer.close()
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise ReadError(
                f"No answer: {str(reason)[:200]}", advice="Check the address and the network, or try again later"
            ) from error
        finally:
            self._asked[host] = time.monotonic()
        return Exchange(
            url=url,
            sent=tuple(sent.items()),
            status=answer.status,
            reason=answer.reason or "",
            headers=tuple((key, value) for key, value in answer.headers.iteritems()),
            body=body,
        )

    def _body(self, answer: urllib3.BaseHTTPResponse, most: int) -> bytes:
        ends = time.monotonic() + self._manners.total_s
        pieces: list[bytes] = []
        size = 0
        for piece in answer.stream(_CHUNK, decode_content=False):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise TooLarge(f"The answer is larger than {most // 1_000_000} MB", advice="Save it by hand")
            if time.monotonic() > ends:
                raise ReadError("The answer comes too slowly", advice="Try again later")
        return b"".join(pieces)


def plain(url: str) -> str:
    """Returns the address without its fragment, in ASCII. Raises `Unsupported` where it is none of http or https."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        host = ""
    if not host or parts.scheme not in {"http", "https"}:
        raise Unsupported(f"{url[:200]!r} is no address of the web", advice="Give one that begins with https://")
    host = f"[{host}]" if ":" in host else host
    target = urllib3.util.parse_url(urlunsplit(("", "", parts.path or "/", parts.query, ""))).request_uri
    return f"{parts.scheme}://{host}{port}{target}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
