"""Prints characters per CPU second of dates, provinces and figures together, beside two known tools.

usage: python tests/bench/peers.py [--news FILE.jsonl.gz] [--megabytes 2] [--slow-kilobytes 60]

One process, one reading of the clock of the CPU for each tool. `dateparser.search` finds dates only and
`underthesea.ner` names only; both are slow, so they get the first `--slow-kilobytes` of the same text. Ratios
mean more than the absolute figures. Needs the extra `bench` (dateparser).
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from speed import NEWS, articles

from extractors.docs import attach_view
from extractors.domain.records import Family
from extractors.view import TextView
from pipeline.nlp import load

FAMILIES = (Family.DATES, Family.PROVINCES, Family.FIGURES)
PIECE = 2000  # code points in one call of the slow tools, cut at a line end


def texts(news: Path, characters: int) -> list[str]:
    """Returns whole articles until they hold that many characters."""
    found: list[str] = []
    total = 0
    for text in articles(news):
        found.append(text)
        total += len(text)
        if total >= characters:
            break
    return found


def pieces(found: list[str], characters: int) -> list[str]:
    """Returns lines of the articles, joined to pieces, until they hold that many characters."""
    cut: list[str] = []
    piece = ""
    for line in (line for text in found for line in text.split("\n")):
        piece += line + "\n"
        if len(piece) >= PIECE:
            cut.append(piece)
            piece = ""
            if sum(map(len, cut)) >= characters:
                break
    return cut or [piece]


def rate(work: Callable[[str], object], found: list[str]) -> float:
    """Returns characters per CPU second after one call that warms up."""
    work(found[0])
    started = time.process_time()
    for text in found:
        work(text)
    return sum(map(len, found)) / max(time.process_time() - started, 1e-9)


def ours(text: str) -> None:
    """Reads one text with the three families, everything they need included: spaCy doc, key, layout."""
    nlp = load()
    doc = nlp.make_doc(text)
    attach_view(doc, TextView(text))
    for name, component in nlp.pipeline:
        if name != "sovang_awards":
            doc = component(doc)


def main() -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--news", type=Path, default=NEWS)
    parser.add_argument("--megabytes", type=float, default=2.0)
    parser.add_argument("--slow-kilobytes", type=float, default=60.0)
    arguments = parser.parse_args()
    from dateparser.search import search_dates
    from underthesea import ner

    whole = texts(arguments.news, int(arguments.megabytes * 1_000_000))
    share = pieces(whole, int(arguments.slow_kilobytes * 1000))
    mine = rate(ours, whole)
    print(f"{'dates + provinces + figures':30} {mine:12,.0f} characters/s   {sum(map(len, whole)):,} characters")
    rows = (
        ("dateparser.search_dates (vi)", lambda text: search_dates(text, languages=["vi"])),
        ("underthesea.ner", ner),
    )
    for name, work in rows:
        other = rate(work, share)
        print(
            f"{name:30} {other:12,.0f} characters/s   {sum(map(len, share)):,} characters   ours: {mine / other:,.0f} ×"
        )


if __name__ == "__main__":
    main()
