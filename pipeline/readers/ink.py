"""The picture of a page before it is read: skew, ruled tables, amount of ink, and the rescue of poor scans.

Rescue blurs tone marks on good pages, so it is for pages that read badly as they are (see `ocr.py`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.domain.records import Box
from pipeline.readers.page import Image, PageTable

cv2.setNumThreads(1)  # one page, one core, as in `tesseract.py`

_EDGES = 3  # of the columns of a table
_WORKING_SIDE = 1000  # pixels of the longer side when only the shape of lines matters
_ENOUGH_INK = 30_000  # pixels that tell which way lines run
_PALE = 0.3  # of the contrast of the page: what shines through from the back of the sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A rotation of a page about its middle, in degrees anticlockwise, and back again."""

    degrees: float
    width: int
    height: int

    def apply(self, image: Image) -> Image:
        """Returns the picture turned, in the same size, new corners white."""
        if not self.degrees:
            return image
        matrix = cv2.getRotationMatrix2D((self.width / 2, self.height / 2), self.degrees, 1.0)
        turned = cv2.warpAffine(
            image, matrix, (self.width, self.height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(turned, dtype=np.uint8)

    def applied(self, letters: NDArray[np.int32]) -> NDArray[np.int32]:
        """Returns where letters (left, top, width, height) lie in the turned picture: middles moved, sizes kept."""
        if not self.degrees:
            return letters
        angle = math.radians(self.degrees)
        half = letters[:, 2:] / 2
        x, y = (letters[:, :2] + half - (self.width / 2, self.height / 2)).T
        turned = np.stack(
            [x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)], axis=1
        )
        found = letters.copy()
        found[:, :2] = np.rint(turned + np.array([self.width, self.height]) / 2 - half)
        return found

    def back(self, box: Box) -> Box:
        """Returns where a box of the turned picture lies in the original: the middle moved, the size kept."""
        if not self.degrees:
            return box
        angle = math.radians(self.degrees)
        x = (box.x0 + box.x1) / 2 - self.width / 2
        y = (box.y0 + box.y1) / 2 - self.height / 2
        middle_x = x * math.cos(angle) - y * math.sin(angle) + self.width / 2
        middle_y = x * math.sin(angle) + y * math.cos(angle) + self.height / 2
        half_x, half_y = (box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2
        return Box(x0=middle_x - half_x, y0=middle_y - half_y, x1=middle_x + half_x, y1=middle_y + half_y)


def skew(image: Image) -> float:
    """Returns by how many degrees anticlockwise the picture must be turned to set its lines level.

    The angle at which the rows of ink are sharpest, within 5 degrees; 0 for less than a fifth of a degree.
    """
    scale = _WORKING_SIDE / max(image.shape)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
    ink = cv2.subtract(255 - small, cv2.blur(255 - small, (51, 51)))
    ys, xs = np.nonzero(ink > 40)
    if len(xs) < 200:
        return 0.0
    chosen = np.random.default_rng(0).permutation(len(xs))[:_ENOUGH_INK]
    xs, ys = xs[chosen], ys[chosen]

    def sharpness(degrees: float, part: int = 1) -> float:
        levels = ys[::part] - xs[::part] * math.tan(math.radians(degrees))
        counts = np.bincount((levels - levels.min()).astype(np.int64))
        return float(np.square(np.diff(counts.astype(np.float64))).sum())

    best = max(np.arange(-5, 5.01, 0.5), key=lambda degrees: sharpness(degrees, part=3))
    best = max(np.arange(best - 0.4, best + 0.41, 0.1), key=sharpness)
    return float(best) if abs(best) >= 0.2 else 0.0


def black_on_white(image: Image) -> Image:
    """Returns a picture of ink only, 255 where there is ink, by the local mean."""
    side = max(15, (max(image.shape) // 60) | 1)
    return np.asarray(
        cv2.adaptiveThreshold(image, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, side, 15),
        dtype=np.uint8,
    )


def ruled_tables(image: Image) -> tuple[list[PageTable], Image]:
    """Returns the tables that ruled lines draw on a level picture, and the picture with their lines whitened."""
    ink = black_on_white(image)
    reach = image.shape[1] // 25  # longer than a letter is high, shorter than a cell is wide
    down = _lines(ink, (1, reach))
    strokes_in_columns = np.count_nonzero(down, axis=0).astype(np.int64, copy=False)
    if len(_positions(strokes_in_columns, 1)) < _EDGES:  # most pages: no table can follow
        return [], image
    tables: list[PageTable] = []
    clean = image
    across = _lines(ink, (reach, 1))
    joined = cv2.dilate(cv2.bitwise_or(across, down), np.ones((5, 5), np.uint8))
    short = _lines(ink, (1, max(8, reach // 3)))  # edges of a row by itself, once columns are known
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, ltype=cv2.CV_16U)  # strokes are few
    for label in range(1, count):
        x, y, width, height, _ = stats[label]
        if width < 3 * reach or height < reach:
            continue
        here = labels[y : y + height, x : x + width] == label
        part_across = np.where(here, across[y : y + height, x : x + width], 0)
        part_down = np.where(here, down[y : y + height, x : x + width], 0)
        table = _grid(part_across, part_down, short[y : y + height, x : x + width], x, y)
        if table is None:
            continue
        tables.append(table)
        if clean is image:
            clean = image.copy()
        part_down |= _walls(table, short, part_down, x, y)
        strokes = cv2.dilate(np.maximum(part_across, part_down).astype(np.uint8), np.ones((5, 5), np.uint8))
        region = clean[y : y + height, x : x + width]
        region[strokes > 0] = int(np.percentile(region, 90))
    return tables, clean


def _lines(ink: Image, kernel: tuple[int, int]) -> Image:
    """Strokes at least as long as the kernel; short breaks are closed first."""
    width, height = kernel
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((min(height, 3), min(width, 3)), np.uint8))
    return np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((height, width), np.uint8)), dtype=np.uint8)


def _walls(table: PageTable, short: Image, down: Image, x: int, y: int) -> Image:
    """The strokes between the cells of each row, those too that are only one row high."""
    found = np.zeros_like(down)
    for row in table.rows:
        for cell in row[:-1]:
            if cell is not None:
                part = np.s_[int(cell.y0) - y : int(cell.y1) - y, max(0, int(cell.x1) - x - 6) : int(cell.x1) - x + 7]
                found[part] = short[part[0].start + y : part[0].stop + y, part[1].start + x : part[1].stop + x]
    return found


def _grid(across: Image, down: Image, short: Image, x: int, y: int) -> PageTable | None:
    """Cells between the lines of one grid; a missing stroke between two cells merges them."""
    levels = _positions((across > 0).sum(axis=1), 0.35 * across.shape[1])
    edges = _positions((down > 0).sum(axis=0), 0.35 * max(1, _tallest(down)))
    if len(levels) < 3 or len(edges) < _EDGES:
        return None
    rows: list[list[Box | None]] = []
    for top, bottom in pairwise(levels):
        cells: list[Box | None] = []
        left = edges[0]
        for edge in edges[1:]:
            wall = short[top:bottom, max(0, edge - 6) : edge + 7]
            if edge != edges[-1] and wall.any(axis=1).mean() < 0.6:
                cells.append(None)
                continue
            cells.append(Box(x0=x + left, y0=y + top, x1=x + edge, y1=y + bottom))
            left = edge
        rows.append(cells)
    _merge_downwards(rows, across, x, y)
    box = Box(x0=x + edges[0], y0=y + levels[0], x1=x + edges[-1], y1=y + levels[-1])
    return PageTable(box=box, rows=tuple(map(tuple, rows)))


def _merge_downwards(rows: list[list[Box | None]], across: Image, x: int, y: int) -> None:
    """Joins cells that no stroke separates from the one above: that one grows, the lower one becomes None."""
    for column in range(len(rows[0])):
        owner = 0
        for number in range(1, len(rows)):
            upper, lower = rows[owner][column], rows[number][column]
            if upper is not None and lower is not None and (upper.x0, upper.x1) == (lower.x0, lower.x1):
                level, left, right = int(lower.y0) - y, int(lower.x0) - x, int(lower.x1) - x
                wall = across[max(0, level - 6) : level + 7, left + 6 : right - 6]
                if wall.size and wall.any(axis=0).mean() < 0.5:
                    rows[owner][column] = replace(upper, y1=lower.y1)
                    rows[number][column] = None
                    continue
            owner = number


def _tallest(down: Image) -> int:
    return int((down > 0).sum(axis=0).max(initial=0))


def _positions(profile: NDArray[np.int64], least: float) -> list[int]:
    """Middles of the runs where the profile reaches `least`, runs closer than 12 pixels as one."""
    found: list[list[int]] = []
    for at in np.flatnonzero(profile >= least):
        if found and at - found[-1][-1] <= 12:
            found[-1].append(int(at))
        else:
            found.append([int(at)])
    return [(run[0] + run[-1]) // 2 for run in found]


def letter_boxes(image: Image) -> NDArray[np.int32]:
    """Returns left, top, width and height in pixels of what may be letters on a page, marks and specks left out."""
    step = 2 if image.shape[1] > 2000 else 1  # half the detail tells letters as well, in a quarter of the time
    stats = _pieces(black_on_white(np.ascontiguousarray(image[::step, ::step])))
    stats *= np.array([step, step, step, step, step * step], dtype=np.int32)
    heights, widths, areas = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_AREA]
    is_letter = (heights > 5) & (heights < 120) & (widths > 2) & (widths < 200) & (areas > 0.2 * heights * widths)
    return np.asarray(stats[is_letter, :4], dtype=np.int32)


def _pieces(ink: Image) -> NDArray[np.int32]:
    """Returns left, top, width, height and area of each connected piece of ink.

    Each has a pixel with none above and none to its left; where those are few, short labels do, in half the time.
    """
    corners = np.count_nonzero(ink[1:, 1:] > (ink[:-1, 1:] | ink[1:, :-1]))
    few = corners + sum(ink.shape) < np.iinfo(np.uint16).max
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, ltype=cv2.CV_16U if few else cv2.CV_32S)
    return np.asarray(stats[1:count], dtype=np.int32)


def letter_heights(image: Image) -> NDArray[np.int32]:
    """Returns the heights of what may be letters on a page."""
    return letter_boxes(image)[:, 3]


def bands(letters: NDArray[np.int32], reach: int) -> list[tuple[Box, int]]:
    """Returns the boxes of letters that stand within `reach` of each other on a line, and how many each holds."""
    if not len(letters):
        return []
    x0, y0 = (int(edge) for edge in letters[:, :2].min(axis=0))
    right, bottom = (letters[:, :2] + letters[:, 2:]).max(axis=0)
    mask = np.zeros((bottom - y0, right - x0 + reach), dtype=np.uint8)
    for left, top, width, height in letters - (x0, y0, 0, 0):
        mask[top : top + height, left : left + width + reach] = 255
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    held = np.bincount(labels[letters[:, 1] - y0, letters[:, 0] - x0], minlength=count)
    return [
        (Box(x0=int(x) + x0, y0=int(y) + y0, x1=int(x + w - reach) + x0, y1=int(y + h) + y0), int(held[number]))
        for number, (x, y, w, h, _) in enumerate(stats[:count])
        if number
    ]


def typical_height(heights: NDArray[np.int32]) -> float:
    """Returns how high letters are, marks that stand apart from their letters left out; expects some heights."""
    return float(heights[heights >= 0.6 * np.percentile(heights, 75)].mean())


def resized(image: Image, factor: float) -> Image:
    """Returns the picture larger or smaller; the same one for a factor of 1."""
    if factor == 1.0:
        return image
    method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=method), dtype=np.uint8)


def rescue(image: Image) -> Image:
    """Returns a cleaner picture of a poor scan.

    The shade of the paper is divided out, noise smoothed, and ink so pale that it shines through from the back
    whitened; a smoothing finer than that would leave the noise, a coarser one takes the marks.
    """
    smooth = cv2.GaussianBlur(image, (0, 0), 2.5)
    paper = cv2.GaussianBlur(cv2.dilate(smooth, np.ones((25, 25), np.uint8)), (0, 0), 15).astype(np.float32)
    even = np.clip(image.astype(np.float32) * 250 / np.maximum(paper, 1), 0, 255)
    quiet = cv2.GaussianBlur(even, (0, 0), 0.9)
    darkest, black = (float(grey) for grey in np.percentile(quiet[::3, ::3], (0.05, 1)))
    if 255 - black < 0.5 * (255 - darkest):  # hardly any ink on this side of the sheet
        black = darkest
    white = 255 - _PALE * (255 - black)
    return np.asarray(np.clip((quiet - black) * 255 / max(1.0, white - black), 0, 255), dtype=np.uint8)


def darkness(image: Image, boxes: Sequence[tuple[int, int, int, int]]) -> list[float]:
    """Returns for each box (left, top, right, bottom) how much darker its ink is than the paper in it."""
    found = []
    for left, top, right, bottom in boxes:
        part = image[max(0, top) : bottom, max(0, left) : right].ravel()
        if not part.size:
            found.append(0.0)
            continue
        low, high = part.size // 20, part.size * 9 // 10
        ordered = np.partition(part, (low, high))
        found.append(float(ordered[high]) - float(ordered[low]))
    return found
