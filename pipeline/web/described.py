"""What the OpenAPI document tells about a route beyond its method and path."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A line on what the call does, its query parameters and body fields with a line on each, and its answers."""

    summary: str
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    answers: dict[int, str] = field(default_factory=lambda: {200: "done"})
    media_type: str = "application/json"
    body_type: str = "application/json"
