"""Reliability diagrams and risk-coverage curves as SVG; no script, no font, nothing from elsewhere."""

import math
from collections.abc import Sequence
from html import escape

_SIDE, _LEFT, _TOP, _RIGHT, _BOTTOM = 220, 52, 30, 14, 44
_INK, _FAINT, _LINE, _DOT = "#333", "#ddd", "#888", "#b3541e"


def reliability(bins: Sequence[Sequence[float]], title: str) -> str:
    """Returns the reliability diagram of bins (mean confidence, share right, count); the dots grow with the count.

    Both axes reach from the lowest bin to one, since most confidences are high.
    """
    low = math.floor(20 * min((min(b[0], b[1]) for b in bins), default=0.0) - 1e-9) / 20
    low = min(0.95, max(0.0, low))
    most = max((b[2] for b in bins), default=1)
    x, y = _axis(low, 1, flip=False), _axis(low, 1, flip=True)
    body = [f'<line x1="{x(low)}" y1="{y(low)}" x2="{x(1)}" y2="{y(1)}" stroke="{_LINE}" stroke-dasharray="4 3"/>']
    path = " ".join(f"{x(b[0])},{y(b[1])}" for b in bins)
    body.append(f'<polyline points="{path}" fill="none" stroke="{_DOT}" stroke-width="1.2"/>')
    body += [
        f'<circle cx="{x(b[0])}" cy="{y(b[1])}" r="{2 + 3 * math.sqrt(b[2] / most):.1f}" fill="{_DOT}" '
        f'fill-opacity=".75"><title>{b[0]:.3f} → {b[1]:.3f} ({b[2]:.0f})</title></circle>'
        for b in bins
    ]
    grid = _grid((low, 1), (low, 1), x, y)
    return _frame(title, "confidence · độ tin cậy", "right · đúng", [*grid, *body])


def risk(curve: Sequence[Sequence[float]], title: str) -> str:
    """Returns the risk-coverage curve: for each share of records that passes, surest first, the share wrong."""
    top = max(0.02, math.ceil(100 * max((point[1] for point in curve), default=0.0)) / 100)
    x, y = _axis(0, 1, flip=False), _axis(0, top, flip=True)
    path = " ".join(f"{x(share)},{y(wrong)}" for share, wrong in curve)
    body = [f'<polyline points="{path}" fill="none" stroke="{_DOT}" stroke-width="1.6"/>']
    body += [
        f'<line x1="{x(0)}" y1="{y(level)}" x2="{x(1)}" y2="{y(level)}" stroke="{_LINE}" stroke-dasharray="2 3"/>'
        for level in (0.01, 0.05)
        if level < top
    ]
    return _frame(title, "share passed · phần được thông qua", "wrong · sai", [*_grid((0, 1), (0, top), x, y), *body])


class _Axis:
    def __init__(self, low: float, high: float, *, flip: bool) -> None:
        self._low, self._scale = low, _SIDE / ((high - low) or 1)
        self._flip = flip

    def __call__(self, value: float) -> str:
        at = (value - self._low) * self._scale
        return f"{_TOP + _SIDE - at:.1f}" if self._flip else f"{_LEFT + at:.1f}"


def _axis(low: float, high: float, *, flip: bool) -> _Axis:
    return _Axis(low, high, flip=flip)


def _grid(across: tuple[float, float], up: tuple[float, float], x: _Axis, y: _Axis) -> list[str]:
    parts = [f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="{_FAINT}"/>']
    for step in range(6):
        at, high = (a + (b - a) * step / 5 for a, b in (across, up))
        parts += [
            f'<line x1="{x(at)}" y1="{_TOP}" x2="{x(at)}" y2="{_TOP + _SIDE}" stroke="{_FAINT}"/>',
            f'<line x1="{_LEFT}" y1="{y(high)}" x2="{_LEFT + _SIDE}" y2="{y(high)}" stroke="{_FAINT}"/>',
            f'<text x="{x(at)}" y="{_TOP + _SIDE + 15}" text-anchor="middle">{_tick(at)}</text>',
            f'<text x="{_LEFT - 5}" y="{y(high)}" dy="3" text-anchor="end">{_tick(high)}</text>',
        ]
    return parts


def _tick(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


def _frame(title: str, across: str, up: str, body: Sequence[str]) -> str:
    width, height = _LEFT + _SIDE + _RIGHT, _TOP + _SIDE + _BOTTOM
    middle = _LEFT + _SIDE / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(title)}" font-family="sans-serif" font-size="9.5" fill="{_INK}">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text x="{middle}" y="17" text-anchor="middle" font-size="12" font-weight="bold">{escape(title)}</text>'
        + "".join(body)
        + f'<text x="{middle}" y="{height - 8}" text-anchor="middle">{escape(across)}</text>'
        f'<text x="12" y="{_TOP + _SIDE / 2}" text-anchor="middle" '
        f'transform="rotate(-90 12 {_TOP + _SIDE / 2})">{escape(up)}</text></svg>\n'
    )
