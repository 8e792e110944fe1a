"""Prints character and word errors of OCR, and its time beside bare Tesseract, on 20 pages made for the purpose.

usage: python tests/bench/ocr.py [--wear clean300 scan200 ...] [--half tuning held-out] [--pages 1-20] [--verbose]
                                  [--stages]

Ten newspaper pages in two columns and ten official papers with letterhead and table are rendered from
`corpus/gold` in five fonts, clean and worn down with fixed seeds. Rules and thresholds are tuned on the pages
with odd numbers; those with even numbers are only ever looked at as a figure. Seconds are CPU seconds of one
thread; bare Tesseract reads the same picture in the same run.
"""

import argparse
import io
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

import cv2
import numpy as np
import tesserocr
from numpy.typing import NDArray
from PIL import Image as PillowImage
from reportlab.platypus.doctemplate import LayoutError

ROOT: Final = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "corpus" / "build")]

import layout  # noqa: E402
import pages  # noqa: E402
import scans  # noqa: E402

from extractors.domain.records import BlockKind, SourceText  # noqa: E402
from pipeline.readers import missed, ocr, orientation, tessdata  # noqa: E402
from pipeline.readers.arrange import arrange  # noqa: E402
from pipeline.readers.misreadings import mend  # noqa: E402
from pipeline.readers.tesseract import engine  # noqa: E402
from pipeline.text import normalise  # noqa: E402

Grey = NDArray[np.uint8]

FONTS: Final = ("liberation", "dejavu", "noto", "sans", "typewriter")
ARTICLES: Final = tuple(sorted(path.stem for path in (ROOT / "corpus" / "gold").glob("bao-*.txt")))[:10]
PAPERS: Final = (
    "bb-cum-tu-phap-2012",
    "bb-ha-nam-ninh-1976",
    "bb-truong-thua-thien-hue-1998",
    "bb-xa-phu-tho-2026",
    "bc-an-giang-2023",
    "qd-bo-tnmt-2016",
    "qd-ca-mau-2025",
    "qd-ctn-truy-tang-2021",
    "qd-nghe-tinh-1984",
    "ttr-quang-tri-2026",
)
NAMES: Final = (*ARTICLES, *PAPERS)
SIZES: Final = {"liberation": 12.0, "dejavu": 10.5, "noto": 10.5, "sans": 10.5, "typewriter": 9.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """How a page is photographed; contrast is given as the greys of ink and paper."""

    dpi: int
    bleed: float = 0.0
    degrees: float = 0.0
    blur: float = 0.0
    ink: int = 0
    paper: int = 255
    shade: float = 0.0
    noise: float = 0.0
    quality: int = 0  # of JPEG; 0 for none
    quarter_turns: int = 0
    is_sparse: bool = False  # only letterhead and title: what shines through is most of the ink


WEARS: Final = {
    "clean300": Wear(dpi=300),
    "clean200": Wear(dpi=200),
    "clean150": Wear(dpi=150),
    "scan200": Wear(dpi=200, bleed=0.15, degrees=1, blur=0.6, ink=40, paper=235, noise=6, quality=60),
    "bleed200": Wear(dpi=200, bleed=0.3, degrees=1, blur=0.6, ink=40, paper=235, noise=6, quality=60),
    "bad200": Wear(dpi=200, bleed=0.3, degrees=1.8, blur=1.0, ink=90, paper=200, shade=20, noise=14, quality=40),
    "bad150": Wear(dpi=150, bleed=0.3, degrees=1.8, blur=1.0, ink=90, paper=200, shade=20, noise=14, quality=40),
    "sparse200": Wear(dpi=200, bleed=0.3, degrees=1, blur=0.6, ink=40, paper=235, noise=6, quality=60, is_sparse=True),
    "turned90": Wear(dpi=200, blur=0.6, noise=6, quality=60, quarter_turns=1),
    "turned180": Wear(dpi=200, blur=0.6, noise=6, quality=60, quarter_turns=2),
    "turned270": Wear(dpi=200, blur=0.6, noise=6, quality=60, quarter_turns=3),
}


@dataclass(slots=True, kw_only=True)
class Tally:
    """Errors and seconds of several pages."""

    characters: int = 0
    words: int = 0
    errors: int = 0
    word_errors: int = 0
    bare_errors: int = 0
    pages: int = 0
    seconds: float = 0.0
    bare_seconds: float = 0.0
    retried: int = 0
    plain: list[float] = field(default_factory=list)  # our seconds and those of bare Tesseract, no page retried
    plain_bare: list[float] = field(default_factory=list)

    def line(self) -> str:
        """The figures in one line."""
        ratio = f"{sum(self.plain) / sum(self.plain_bare):.2f}" if self.plain else "-"
        return (
            f"{100 * self.errors / self.characters:7.2f} {100 * self.word_errors / self.words:7.2f}"
            f" {100 * self.bare_errors / self.characters:9.2f} {self.seconds / self.pages:8.2f}"
            f" {self.bare_seconds / self.pages:9.2f} {self.retried:4}/{self.pages:<3} {ratio:>6}"
        )


@cache
def printed(number: int, dpi: int, *, is_sparse: bool = False) -> tuple[Grey, ...]:
    """The pictures of document `number` (from 1) as printed."""
    name, font = NAMES[number - 1], FONTS[(number - 1) // 2 % len(FONTS)]
    text = _text(name, is_sparse=is_sparse)
    if name.startswith("bao-"):
        pdf = _front_page(layout.article(text), font, SIZES[font] - 1)
    else:
        pdf = pages.official_pdf(layout.official(text), font=font, size=SIZES[font], title=name)
    return tuple(scans.page_images(pdf, dpi))


def _front_page(article: layout.Article, font: str, size: float) -> bytes:
    """As `pages.newspaper_pdf`, for stories too with a picture that needs more height than the text."""
    pages.fonts.register(font)
    for part in range(30, 101):
        with suppress(LayoutError):
            out, used = pages._newspaper(article, font=font, size=size, masthead="TIN SÔNG LÀNH", share=part / 100)
            if used == 1:
                return bytes(out)
    raise ValueError(f"the story {article.title!r} needs more than a page")


def _text(name: str, *, is_sparse: bool) -> str:
    text = (ROOT / "corpus" / "gold" / f"{name}.txt").read_text(encoding="utf-8")
    return "\n\n".join(text.split("\n\n")[: 3 if name.startswith("bao-") else 2]) if is_sparse else text


def expected(number: int, *, is_sparse: bool = False) -> str:
    """The text of document `number` in reading order."""
    name = NAMES[number - 1]
    text = _text(name, is_sparse=is_sparse)
    return f"TIN SÔNG LÀNH\n{text}" if name.startswith("bao-") else text


def worn(number: int, wear: Wear) -> list[Grey]:
    """The pictures of document `number` after wear; what shines through is the first page of the next document."""
    chance = np.random.default_rng(number)
    found = []
    for page in printed(number, wear.dpi, is_sparse=wear.is_sparse):
        image = page.astype(np.float32)
        if wear.bleed:
            back = printed(number % len(NAMES) + 1, wear.dpi)[0][:, ::-1].astype(np.float32)
            image = np.minimum(image, 255 - (255 - cv2.GaussianBlur(back, (0, 0), 1.0)) * wear.bleed)
        height, width = image.shape
        if wear.degrees:
            sign = 1 if number % 4 < 2 else -1
            matrix = cv2.getRotationMatrix2D((width / 2, height / 2), sign * wear.degrees, 1)
            image = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
        if wear.blur:
            image = cv2.GaussianBlur(image, (0, 0), wear.blur)
        image = wear.ink + image * (wear.paper - wear.ink) / 255
        image = image + np.linspace(-wear.shade, wear.shade, width)[None, :]
        if wear.noise:
            image = image + chance.normal(0, wear.noise, image.shape)
        grey = np.clip(image, 0, 255).astype(np.uint8)
        if wear.quality:
            buffer = io.BytesIO()
            PillowImage.fromarray(grey).save(buffer, "JPEG", quality=wear.quality)
            grey = np.asarray(PillowImage.open(buffer).convert("L"))
        found.append(np.ascontiguousarray(np.rot90(grey, wear.quarter_turns)))
    return found


@cache
def _bare_engine() -> "tesserocr.PyTessBaseAPI":
    return tesserocr.PyTessBaseAPI(path=f"{tessdata()}/", lang="vie", psm=tesserocr.PSM.AUTO)


def bare(images: Sequence[Grey], dpi: int) -> str:
    """What Tesseract reads when it is simply called."""
    api, texts = _bare_engine(), []
    for image in images:
        api.SetImage(PillowImage.fromarray(image))
        api.SetSourceResolution(dpi)
        texts.append(api.GetUTF8Text())
        api.Clear()
    return "\n".join(texts)


def ours(images: Sequence[Grey]) -> str:
    """What the reader of pictures makes of the pages."""
    read = [ocr.read_page(image, number) for number, image in enumerate(images, start=1)]
    blocks, _ = mend(arrange([content for content, _ in read]))
    blocks = tuple(block for block in blocks if block.kind is not BlockKind.FURNITURE)
    return normalise(SourceText(format="png", blocks=blocks, pages=tuple(page for _, page in read))).text


def plain(text: str) -> str:
    """White space, quotation marks and dashes unified."""
    for found, instead in (("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("’", "'"), ("‘", "'")):
        text = text.replace(found, instead)
    return " ".join(unicodedata.normalize("NFC", text).split())


def distance(wanted: Sequence[str], found: Sequence[str]) -> int:
    """Levenshtein distance."""
    codes: dict[str, int] = {}
    a = np.array([codes.setdefault(item, len(codes)) for item in wanted], dtype=np.int64)
    b = np.array([codes.setdefault(item, len(codes)) for item in found], dtype=np.int64)
    steps = np.arange(len(b) + 1)
    row = steps.copy()
    for at, item in enumerate(a, start=1):
        best = np.empty_like(row)
        best[0] = at
        np.minimum(row[1:] + 1, row[:-1] + (b != item), out=best[1:])
        row = np.minimum.accumulate(best - steps) + steps
    return int(row[-1])


def _timed(action: Callable[[], str]) -> tuple[str, float]:
    started = time.process_time()
    text = action()
    return text, time.process_time() - started


def measure(number: int, wear: Wear, *, verbose: bool) -> Iterator[tuple[str, Tally]]:
    """Yields the figures of one document under the names of the groups it counts in."""
    images = worn(number, wear)
    wanted = plain(expected(number, is_sparse=wear.is_sparse))
    retries = 0
    rescue = ocr.rescue

    def counted(image: Grey) -> Grey:
        nonlocal retries
        retries += 1
        return rescue(image)

    ocr.rescue = counted
    try:
        text, seconds = _timed(lambda: ours(images))
    finally:
        ocr.rescue = rescue
    raw, bare_seconds = _timed(lambda: bare(images, wear.dpi))
    found, raw = plain(text), plain(raw)
    tally = Tally(
        characters=len(wanted),
        words=len(wanted.split()),
        errors=distance(wanted, found),
        word_errors=distance(wanted.split(), found.split()),
        bare_errors=distance(wanted, raw),
        pages=len(images),
        seconds=seconds,
        bare_seconds=bare_seconds,
        retried=retries,
        plain=[] if retries else [seconds],
        plain_bare=[] if retries else [bare_seconds],
    )
    if verbose:
        print(f"  {number:2} {NAMES[number - 1]:31}{tally.line()}", flush=True)
    half = "tuning" if number % 2 else "held-out"
    yield half, tally
    yield ("news" if NAMES[number - 1].startswith("bao-") else "papers"), tally


def clock(spent: Counter[str]) -> None:
    """Has each stage of reading a page add its own seconds, without those of the stages it calls."""
    inner: list[float] = []

    def timed(module: ModuleType, name: str) -> None:
        stage = getattr(module, name)

        def run(*args: object, **more: object) -> object:
            started = time.process_time()
            inner.append(0.0)
            try:
                found = stage(*args, **more)
                return iter(list(found)) if name == "recognised" else found
            finally:
                seconds = time.process_time() - started
                spent[name] += seconds - inner.pop()
                if inner:
                    inner[-1] += seconds

        setattr(module, name, run)

    for name in (
        "letter_boxes",
        "resized",
        "skew",
        "ruled_tables",
        "_legible",
        "missed_words",
        "quarter_turns",
        "rescue",
    ):
        timed(ocr, name)
    for module in (ocr, missed, orientation):
        timed(module, "recognised")
    timed(ocr, "read_page")


def total(tallies: Sequence[Tally]) -> Tally:
    """The sum of several tallies."""
    whole = Tally()
    for tally in tallies:
        for name in Tally.__dataclass_fields__:
            setattr(whole, name, getattr(whole, name) + getattr(tally, name))
    return whole


def main() -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wear", nargs="+", choices=WEARS, default=["clean300", "clean150", "scan200", "bad200"])
    parser.add_argument("--half", nargs="+", choices=("tuning", "held-out"), default=["tuning", "held-out"])
    parser.add_argument("--pages", default="1-20", help="numbers of the documents, such as 3-8")
    parser.add_argument("--verbose", action="store_true", help="a line for each document")
    parser.add_argument("--stages", action="store_true", help="what part of the time each stage takes")
    arguments = parser.parse_args()
    first, _, last = arguments.pages.partition("-")
    chosen = [
        number
        for number in range(int(first), int(last or first) + 1)
        if ("tuning" if number % 2 else "held-out") in arguments.half
    ]
    bare([np.full((200, 200), 255, np.uint8)], 300)  # the models are loaded before time is taken
    engine("eng")
    ocr.read_page(printed(1, 100)[0], 1)
    spent: Counter[str] = Counter()
    if arguments.stages:
        clock(spent)
    print(f"{'':24}  CER %   WER %  bare CER  s/page  bare s/p  retried  ratio where not retried")
    for name in arguments.wear:
        groups: dict[str, list[Tally]] = {}
        for number in chosen:
            for group, tally in measure(number, WEARS[name], verbose=arguments.verbose):
                groups.setdefault(group, []).append(tally)
        for group, tallies in sorted(groups.items()):
            print(f"{name:12} {group:10} {total(tallies).line()}", flush=True)
        whole = total(groups.get("tuning", []) + groups.get("held-out", []))
        for stage, seconds in spent.most_common():
            print(f"  {stage:16} {100 * seconds / whole.bare_seconds:6.1f} % of the time of bare Tesseract")
        spent.clear()


if __name__ == "__main__":
    main()
