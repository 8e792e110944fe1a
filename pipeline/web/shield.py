"""What holds for every answer and every request, whatever the route: hosts, headers, how large a body may be."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
CSP: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
BODY_LIMIT: Final = 2 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Under which names the server answers: `host` it listens on, further `names`, and whether TLS is its own."""

    host: str = "127.0.0.1"
    names: frozenset[str] = frozenset()
    has_tls: bool = False
    is_plain_allowed: bool = False  # the session cookie may travel without TLS beyond this machine

    @property
    def is_loopback(self) -> bool:
        """Tells whether nobody but this machine can reach the server."""
        return is_loopback(self.host)

    def answers_to(self, host_header: str) -> bool:
        """Tells whether a request for that host is meant for this server and not lured here by a rebound name.

        A bare address cannot be rebound, so beyond loopback any address will do.
        """
        name = _name_of(host_header)
        if name in LOOPBACK or name == self.host or name in self.names:
            return True
        return not self.is_loopback and _is_address(name)


def is_loopback(host: str) -> bool:
    """Tells whether an address or name is one of this machine alone."""
    name = host.strip("[]").lower()
    return name in LOOPBACK or (_is_address(name) and ipaddress.ip_address(name).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _name_of(host_header: str) -> str:
    host = host_header.strip().lower()
    if host.startswith("["):
        return host[1:].split("]", 1)[0]
    return host.rsplit(":", 1)[0] if host.count(":") == 1 else host


class Shield:
    """Refuses requests for other hosts and bodies beyond the limit, and puts the safety headers on every answer.

    `policies` maps the start of a path to another Content-Security-Policy, for a guest mounted there that brings
    pages of its own; `body_limits` maps a path to the bytes that may be sent to it.
    """

    def __init__(
        self, app: ASGIApp, *, reach: Reach, policies: Mapping[str, str], body_limits: Mapping[str, int]
    ) -> None:
        self.app = app
        self.reach = reach
        self.policies = policies
        self.body_limits = body_limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        policy = next((csp for start, csp in self.policies.items() if scope["path"].startswith(start)), CSP)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = policy
                for name, value in _HEADERS.items():
                    headers[name] = value
                if "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
            await send(message)

        if not self.reach.answers_to(Headers(scope=scope).get("host", "")):
            refusal = PlainTextResponse("This server does not answer to that host name.\n", 421)
            await refusal(scope, receive, send_with_headers)
            return
        limit = self.body_limits.get(scope["path"], BODY_LIMIT)
        await self.app(scope, _limited(receive, limit), send_with_headers)


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(413)
        return message

    return counted
