"""Plots as SVG made on the server: every mark is a link with a title; the style sheet colours its classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_LABEL: Final = 230  # units of width for the names beside bars
_WIDTH: Final = 900
_BAR: Final = 22
_HEIGHT: Final = 220
_FOOT: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One bar or one year: its name, one value or two that are stacked, and the address of the rows behind it."""

    label: str
    values: tuple[float, ...]
    href: str
    title: str


def bars(marks: Sequence[Mark], name: str) -> Markup:
    """Returns horizontal bars, the first value filled, the second outlined and dashed."""
    top = max((sum(mark.values) for mark in marks), default=0) or 1
    scale = (_WIDTH - _LABEL - 70) / top
    parts = []
    for place, mark in enumerate(marks):
        y, x = place * _BAR, float(_LABEL)
        parts.append(_open(mark))
        parts.append(Markup('<rect class="touch" x="0" y="{}" width="{}" height="{}"/>').format(y, _WIDTH, _BAR))
        parts.append(
            Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(_LABEL - 8, y + 15, _short(mark.label))
        )
        for value, style in zip(mark.values, ("first", "second"), strict=False):
            parts.append(
                Markup('<rect class="{}" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>').format(
                    style, x, y + 4, value * scale, _BAR - 8
                )
            )
            x += value * scale
        told = " + ".join(f"{value:g}" for value in mark.values if value) or "0"
        parts.append(Markup('<text class="muted" x="{:.1f}" y="{}">{}</text></a>').format(x + 6, y + 15, told))
    return _svg(len(marks) * _BAR, name, parts)


def years(marks: Sequence[tuple[int, Mark]], name: str) -> Markup:
    """Returns upright bars along the years, with years that have nothing left empty."""
    if not marks:
        return Markup("")
    first, last = marks[0][0], max(marks[-1][0], marks[0][0] + 9)
    step = _WIDTH / (last - first + 1)
    top = max(sum(mark.values) for _, mark in marks) or 1
    scale = (_HEIGHT - 20) / top
    parts = [
        Markup('<line class="axis" x1="0" x2="{0}" y1="{1}" y2="{1}"/>').format(_WIDTH, _HEIGHT),
        Markup('<text class="muted" x="2" y="12">{:g}</text>').format(top),
    ]
    every = next(each for each in (1, 2, 5, 10, 20, 50, 100) if each * step >= 40 or each == 100)
    parts += [
        Markup('<text class="muted" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            (year - first + 0.5) * step, _HEIGHT + 16, year
        )
        for year in range(first, last + 1)
        if year % every == 0
    ]
    for year, mark in marks:
        x, y = (year - first) * step, float(_HEIGHT)
        parts.append(_open(mark))
        parts.append(
            Markup('<rect class="touch" x="{:.1f}" y="0" width="{:.1f}" height="{}"/>').format(x, step, _HEIGHT)
        )
        for value, style in zip(mark.values, ("first", "second"), strict=False):
            y -= value * scale
            parts.append(
                Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                    style, x + step * 0.1, y, step * 0.8, value * scale
                )
            )
        parts.append(Markup("</a>"))
    return _svg(_HEIGHT + _FOOT, name, parts)


def _open(mark: Mark) -> Markup:
    return Markup('<a href="{}"><title>{}</title>').format(mark.href, mark.title)


def _svg(height: int, name: str, parts: Sequence[Markup]) -> Markup:
    head = Markup('<svg class="chart" viewBox="0 0 {} {}" role="group" aria-label="{}">').format(_WIDTH, height, name)
    return head + Markup("").join(parts) + Markup("</svg>")


def _short(label: str) -> str:
    return label if len(label) <= 34 else f"{label[:33]}…"
