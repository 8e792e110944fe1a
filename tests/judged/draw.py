"""Draw machine records from news articles for judging, or rebuild the reading sheets of the sample that was judged.

usage: python tests/judged/draw.py OUT_DIR [--rebuild] [--news FILE]

Without ``--rebuild`` it extracts from the held-out articles, draws the sample and writes ``KIND.csv`` (verdicts empty)
and ``KIND.txt`` (the records in their context) into OUT_DIR. With ``--rebuild`` it takes the records from the CSV files
beside this script, runs no extractor, and writes only the contexts. The contexts belong to the publishers.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import re
import sys
import zlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

from blind_gold import NEWS, nfc  # noqa: E402 (found through the line above)

from pipeline import extract  # noqa: E402

KINDS = ("provinces", "dates", "figures")
COLUMNS = ["article", "kind", "start", "end", "value", "rule", "confidence", "weight", "verdict", "note", "part"]
SEED = 20261124
HELD_OUT = 4  # articles whose CRC-32 leaves no remainder
PLAIN, LOW, RARE = 300, 60, 40
PER_ARTICLE = 4
RARE_SHARE = 0.005  # a rule is rare when it gives less than this share of its kind's records
MARGIN = 150
SPACE = re.compile(r"\s+")

Row = dict[str, Any]


def held_out(news: Path) -> dict[str, str]:
    """Texts of the articles that no rule writer reads and no gold folder holds."""
    taken = set()
    for folder in ("news_gold", "award_gold"):
        with (HERE.parent / folder / "articles.csv").open(encoding="utf-8", newline="") as table:
            taken |= {row["id"] for row in csv.DictReader(table)}
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        articles = {row["id"]: nfc(row["text"]) for row in map(json.loads, lines)}
    return {k: v for k, v in articles.items() if zlib.crc32(k.encode()) % HELD_OUT == 0 and k not in taken}


def value_of(kind: str, record: Row) -> str:
    """The value as the verdicts compare it: EDTF, unit id, or number and unit apart by ``|``."""
    if kind == "dates":
        return str(record["edtf"])
    if kind == "provinces":
        return str(record["id"])
    number = record["value"]
    number = "..".join(map(str, number)) if isinstance(number, list) else str(number)
    return number + (f" of {record['of']}" if record.get("of") else "") + f"|{record.get('unit') or ''}"


def records(texts: dict[str, str]) -> dict[str, list[Row]]:
    """All machine records of the articles, by kind."""
    found: dict[str, list[Row]] = defaultdict(list)
    for article, text in texts.items():
        extracted: Any = extract(text)
        for kind in KINDS:
            for r in extracted[kind]:
                if text[r["start"] : r["end"]] != r["text"]:
                    sys.exit(f"{article}: offsets do not fit the text")
                row = {"article": article, "kind": kind[:-1], "start": r["start"], "end": r["end"]}
                found[kind].append(row | {"value": value_of(kind, r), "rule": r["rule"], "confidence": r["confidence"]})
    return found


def strata(rows: list[Row]) -> None:
    """Mark each record low (lowest fifth of confidence), rare (by rule) or rest."""
    limit = sorted(row["confidence"] for row in rows)[len(rows) // 5]
    rules = Counter(row["rule"] for row in rows)
    for row in rows:
        if row["confidence"] <= limit:
            row["stratum"] = "low"
        else:
            row["stratum"] = "rare" if rules[row["rule"]] < RARE_SHARE * len(rows) else "rest"


def draw(rows: list[Row], rng: random.Random) -> list[Row]:
    """The plain part, then the extra part; the weights make weighted means of both together unbiased."""
    strata(rows)
    shuffled = rng.sample(rows, len(rows))
    wanted = {"plain": PLAIN, "rare": RARE, "low": LOW}
    per_article: Counter[str] = Counter()
    chosen: list[Row] = []
    for part in wanted:
        if part == "low":  # takes what the rare rules could not give
            wanted["low"] += wanted["rare"]
        for row in shuffled:
            if not wanted[part]:
                break
            if "part" in row or per_article[row["article"]] == PER_ARTICLE or part not in ("plain", row["stratum"]):
                continue
            row["part"] = "plain" if part == "plain" else "extra"
            per_article[row["article"]] += 1
            wanted[part] -= 1
            chosen.append(row)
    whole, taken = (Counter(row["stratum"] for row in part) for part in (rows, chosen))
    for row in chosen:
        share = whole[row["stratum"]] / len(rows) * len(chosen) / taken[row["stratum"]]
        row["weight"] = f"{share:.4f}"
        row["confidence"] = f"{row['confidence']:.4f}"
    return sorted(chosen, key=lambda row: (row["article"], row["start"]))


def sheet(rows: list[Row], texts: dict[str, str]) -> str:
    """The records in their contexts, numbered; for dates also what the article says of years."""
    lines, last = [], None
    for number, row in enumerate(rows, 1):
        text, start, end = texts[row["article"]], int(row["start"]), int(row["end"])
        if row["kind"] == "date" and row["article"] != last:
            said = [SPACE.sub(" ", text[max(0, m.start() - 15) : m.end() + 4]) for m in re.finditer(r"20[012]\d", text)]
            lines.append(f"== {' … '.join(said[:12])}")
        last = row["article"]
        before = SPACE.sub(" ", text[max(0, start - MARGIN) : start])
        after = SPACE.sub(" ", text[end : end + MARGIN])
        lines.append(f"[{number}] {before}«{SPACE.sub(' ', text[start:end])}»{after} => {row['value']}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rebuild", action="store_true", help="take the records from the CSV files beside this script")
    parser.add_argument("--news", type=Path, default=NEWS)
    arguments = parser.parse_args()
    texts = held_out(arguments.news)
    found = {} if arguments.rebuild else records(texts)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        if arguments.rebuild:
            with (HERE / f"{kind}.csv").open(encoding="utf-8", newline="") as table:
                rows: list[Row] = list(csv.DictReader(table))
        else:
            rows = draw(found[kind], random.Random(SEED))
            with (arguments.out / f"{kind}.csv").open("w", encoding="utf-8", newline="") as table:
                writer = csv.DictWriter(table, COLUMNS, extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        (arguments.out / f"{kind}.txt").write_text(sheet(rows, texts), encoding="utf-8")


if __name__ == "__main__":
    main()
