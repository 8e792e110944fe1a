"""Maps of the units of today and of those before, as SVG: shapes from the border tables, projected once.

The archipelagos Hoàng Sa and Trường Sa lie far from the coast and are tiny: they stand in an inset, as circles.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, cast

from markupsafe import Markup

from extractors.domain.records import Json

Point = tuple[float, float]
BORDERS: Final = ("34", "63")
CREDIT: Final = "https://github.com/whosonfirst-data/whosonfirst-data/blob/master/LICENSE.md"
_SCALE: Final = 42.0  # units of the drawing to a degree of latitude
_WEST, _NORTH, _NARROWER = 102.0, 23.6, 0.961  # the cosine of 16° north
_SEA: Final = 110.5  # islands east of here stand in the inset
_INSET: Final = (330.0, 300.0, 170.0, 250.0)  # left, top, width, height
_INSET_SCALE: Final = 21.0
_INSET_WEST, _INSET_NORTH = 110.6, 18.0
_VIEW: Final = "0 0 510 655"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A unit: its path on the map, where a label may stand, and its islets in the inset."""

    unit: str
    name: str
    path: str
    middle: Point
    islets: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shade:
    """How a unit is drawn: class 0 to 5, the value as words, its title and the rows behind it."""

    level: int
    value: str
    title: str
    href: str
    is_labelled: bool


def draw(borders: str, shades: Mapping[str, Shade], name: str) -> Markup:
    """Returns the map with each unit as a link; a unit without shade is drawn empty."""
    parts = [Markup('<svg class="map" viewBox="{}" role="group" aria-label="{}">').format(_VIEW, name)]
    labels, islets = [], []
    for shape in shapes(borders):
        shade = shades[shape.unit]
        parts.append(_linked(shade, Markup('<path class="q{}" d="{}"/>').format(shade.level, shape.path)))
        if shade.is_labelled:
            labels.append(
                Markup('<text class="value" x="{:.1f}" y="{:.1f}">{}</text>').format(*shape.middle, shade.value)
            )
        if shape.islets:
            circles = Markup("").join(
                Markup('<circle class="islet q{}" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(shade.level, x, y)
                for x, y in shape.islets
            )
            islets.append(_linked(shade, circles))
    left, top, width, height = _INSET
    parts += labels
    parts.append(Markup('<rect class="frame" x="{}" y="{}" width="{}" height="{}"/>').format(left, top, width, height))
    parts += islets
    for words, latitude in (("Quần đảo Hoàng Sa", 17.45), ("Quần đảo Trường Sa", 12.3)):
        y = top + (_INSET_NORTH - latitude) * _INSET_SCALE
        parts.append(Markup('<text x="{}" y="{:.1f}">{}</text>').format(left + 8, y, words))
    return Markup("").join(parts) + Markup("</svg>")


def _linked(shade: Shade, inner: Markup) -> Markup:
    return Markup('<a href="{}" aria-label="{}"><title>{}</title>{}</a>').format(
        shade.href, shade.title, shade.title, inner
    )


@cache
def shapes(borders: str) -> tuple[Shape, ...]:
    """Returns the shapes of the 34 units or the 63, from their border table."""
    file = files("extractors.domain").joinpath(f"borders_{borders}.topojson")
    topology = cast(Json, json.loads(file.read_text(encoding="utf-8")))
    arcs = _arcs(topology)
    objects = cast(Mapping[str, Json], topology["objects"])
    found = []
    for geometry in cast(list[Json], objects["provinces"]["geometries"]):
        told = cast(Mapping[str, str], geometry["properties"])
        polygons = cast(list[list[list[int]]], geometry["arcs"])
        if geometry["type"] == "Polygon":
            polygons = [cast(list[list[int]], geometry["arcs"])]
        rings = [_ring(ring, arcs) for polygon in polygons for ring in polygon]
        found.append(_shape(told["id"], told["name_vi"], rings))
    return tuple(found)


def _arcs(topology: Json) -> list[list[Point]]:
    """The arcs in degrees; each is stored as differences of whole numbers."""
    transform = cast(Mapping[str, list[float]], topology["transform"])
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    arcs = []
    for steps in cast(list[list[tuple[int, int]]], topology["arcs"]):
        x = y = 0
        line = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            line.append((left + x * scale_x, bottom + y * scale_y))
        arcs.append(line)
    return arcs


def _ring(numbers: list[int], arcs: list[list[Point]]) -> list[Point]:
    """A closed line of arcs; `~n` is arc n the other way round."""
    ring: list[Point] = []
    for number in numbers:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += line[1:] if ring else line
    return ring


def _shape(unit: str, name: str, rings: list[list[Point]]) -> Shape:
    near = [[_on_map(point) for point in ring] for ring in rings if ring[0][0] < _SEA]
    far = [ring[0] for ring in rings if ring[0][0] >= _SEA]
    largest = max(near, key=lambda ring: abs(_area(ring)))
    return Shape(
        unit=unit,
        name=name,
        path="".join(_path(ring) for ring in near),
        middle=_middle(largest),
        islets=tuple(_in_inset(point) for point in far),
    )


def _on_map(point: Point) -> Point:
    return (point[0] - _WEST) * _SCALE * _NARROWER, (_NORTH - point[1]) * _SCALE


def _in_inset(point: Point) -> Point:
    left, top, _, _ = _INSET
    return left + (point[0] - _INSET_WEST) * _INSET_SCALE, top + (_INSET_NORTH - point[1]) * _INSET_SCALE


def _path(ring: list[Point]) -> str:
    """The ring to a tenth of a unit; points that fall together are written once."""
    points = dict.fromkeys((round(x, 1), round(y, 1)) for x, y in ring)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def _area(ring: list[Point]) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


def _middle(ring: list[Point]) -> Point:
    area = _area(ring) or 1.0
    x = y = 0.0
    for (x0, y0), (x1, y1) in pairwise(ring):
        cross = x0 * y1 - x1 * y0
        x, y = x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return x / (6 * area), y / (6 * area)
