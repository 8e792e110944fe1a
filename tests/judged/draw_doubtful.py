"""Draw machine records for judging, doubtful ones more often, with the chance of each known.

usage: python tests/judged/draw_doubtful.py OUT_DIR [--news FILE]

From the articles that ``draw.py`` keeps apart, without the records that a file beside this script has already: of each
kind a plain random sample and, independently, each record with a chance of its own, that grows where its confidence is
low and where a term that few records hold lowers it. OUT_DIR gets ``KIND.csv`` (verdicts empty) and ``KIND.txt`` (the
records in their context, without confidence). The contexts belong to the publishers.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1]), str(HERE)]

from blind_gold import NEWS  # noqa: E402 (found through the line above)
from draw import COLUMNS, SPACE, held_out, value_of  # noqa: E402

from extractors.confidence.reasons import Effect, reasons  # noqa: E402
from pipeline.judging import read_records  # noqa: E402

SEED = 20261125
PLAIN = {"dates": 250, "provinces": 250, "figures": 300}
LOW = {"dates": 60, "provinces": 60, "figures": 60}  # of the lowest twentieth of confidence
EACH = {"dates": 3, "provinces": 3, "figures": 9}  # records that hold a term that lowers
LEAST_SHARE = 20
MARGINS = {"dates": (130, 60), "provinces": (75, 50), "figures": (85, 65)}
DOUBTS = (Effect.LOWERS, Effect.WARNS)

Row = dict[str, Any]


def records(texts: dict[str, str]) -> dict[str, list[Row]]:
    """All machine records of the articles that are not judged yet, by kind, with their terms."""
    met = known()
    found: dict[str, list[Row]] = defaultdict(list)
    for article, text in texts.items():
        read: Any = read_records(text)
        for kind in PLAIN:
            for r in read[kind]:
                if any(a < r["end"] and r["start"] < b for a, b in met[kind, article]):
                    continue
                row = {"article": article, "kind": kind[:-1], "start": r["start"], "end": r["end"]}
                row |= {"value": value_of(kind, r), "rule": r["rule"], "confidence": r["confidence"]}
                found[kind].append(row | {"terms": r["terms"]})
    return found


def known() -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Spans that are judged already, by kind and article."""
    spans: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for file in (*HERE.glob("*s.csv"), HERE.parent / "confidence" / "ambiguous.csv"):
        with file.open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                spans[f"{row['kind']}s", row["article"]].append((int(row["start"]), int(row["end"])))
    return spans


def draw(kind: str, rows: list[Row], rng: random.Random) -> list[Row]:
    """The two samples; the weights, inverse chances of mean one, make weighted means unbiased."""
    held = Counter(term for row in rows for term in row["terms"] if doubts(term))
    low = sorted(row["confidence"] for row in rows)[len(rows) // LEAST_SHARE]
    lows = sum(row["confidence"] <= low for row in rows)
    plain = set(rng.sample(range(len(rows)), min(PLAIN[kind], len(rows))))
    chosen = []
    for at, row in enumerate(rows):
        missed = 1.0
        for term in filter(doubts, row["terms"]):
            missed *= 1 - min(1.0, EACH[kind] / held[term])
        if row["confidence"] <= low:
            missed *= 1 - min(1.0, LOW[kind] / lows)
        is_extra = rng.random() >= missed
        if at in plain or is_extra:
            row["part"] = "plain" if at in plain else "extra"
            row["weight"] = 1 / (1 - missed * (1 - len(plain) / len(rows)))
            chosen.append(row)
    mean = sum(row["weight"] for row in chosen) / len(chosen)
    for row in chosen:
        row |= {"weight": f"{row['weight'] / mean:.4f}", "confidence": f"{row['confidence']:.4f}"}
    return chosen


def doubts(term: str) -> bool:
    """Whether a term is a reason that lowers."""
    return term in reasons() and reasons()[term].effect in DOUBTS


def sheet(kind: str, rows: list[Row], texts: dict[str, str]) -> str:
    """The records in their contexts, numbered."""
    before, behind = MARGINS[kind]
    lines = []
    for number, row in enumerate(rows, 1):
        text, start, end = texts[row["article"]], row["start"], row["end"]
        left, inside, right = (
            SPACE.sub(" ", part)
            for part in (text[max(0, start - before) : start], text[start:end], text[end : end + behind])
        )
        lines.append(f"[{number}] {left}«{inside}»{right} => {row['value']}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--news", type=Path, default=NEWS)
    arguments = parser.parse_args()
    texts = held_out(arguments.news)
    found = records(texts)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for kind in PLAIN:
        rows = draw(kind, found[kind], random.Random(SEED))
        with (arguments.out / f"{kind}.csv").open("w", encoding="utf-8", newline="") as table:
            writer = csv.DictWriter(table, COLUMNS, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        (arguments.out / f"{kind}.txt").write_text(sheet(kind, rows, texts), encoding="utf-8")


if __name__ == "__main__":
    main()
