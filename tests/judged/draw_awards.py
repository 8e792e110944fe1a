"""Draw award records that a program finds in news articles, for a reader to judge.

usage: PYTHONPATH=PROGRAM python tests/judged/draw_awards.py OUT.csv [--buckets 0] [--news FILE]

PROGRAM is a frozen copy of the repository. An article's bucket is ``crc32(id) % 4``; articles of the gold folders are
left out. OUT.csv gets the columns of ``awards.csv`` with verdict, full, slots and note empty: a simple random sample of
records and a further one of those of low confidence or rare rules, each with the inverse of its chance to be drawn as
weight. Where there are fewer records than asked for, all are taken.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

from blind_gold import NEWS, BlindGold, Record, nfc  # noqa: E402 (found through the line above)

from pipeline.nlp import extract  # noqa: E402

COLUMNS = (
    *("article", "kind", "start", "end", "value", "rule", "confidence", "weight"),
    *("verdict", "full", "slots", "note"),
)
BUCKETS = 4
SEED = 20261124
EACH = 3  # records of one article at most
PLAIN, FURTHER = 240, 80
LOW = 0.8  # a confidence below it is low
RARE = 0.05  # a rule with a smaller share of the records is rare


def articles(news: Path, buckets: set[int]) -> Iterator[tuple[str, str]]:
    """Yields id and text of the articles of some buckets that are in no gold folder, in file order."""
    gold = {name for folder in ("news_gold", "award_gold") for name in BlindGold(HERE.parent / folder).articles()}
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["id"] not in gold and zlib.crc32(row["id"].encode()) % BUCKETS in buckets:
                yield row["id"], nfc(row["text"])


def found(name: str, text: str, dice: random.Random) -> list[Record]:
    """The records of an article, at most ``EACH`` of them, each with its first weight."""
    awards = cast(list[Record], extract(text)["awards"])
    taken = awards if len(awards) <= EACH else sorted(dice.sample(awards, EACH), key=lambda award: award["start"])
    return [{"article": name, "weight": len(awards) / len(taken), **award} for award in taken]


def draw(pool: list[Record], dice: random.Random) -> list[Record]:
    """The two samples with their weights, in the order of the pool."""
    rules = Counter(record["rule"] for record in pool)
    odd = {i for i, r in enumerate(pool) if r["confidence"] < LOW or rules[r["rule"]] < RARE * len(pool)}
    drawn = set(dice.sample(range(len(pool)), min(PLAIN, len(pool))))
    left = sorted(odd - drawn)
    drawn |= set(dice.sample(left, min(FURTHER, len(left))))
    share = [sum((i in odd) is side for i in drawn) for side in (False, True)]
    whole = [len(pool) - len(odd), len(odd)]
    return [{**pool[i], "weight": pool[i]["weight"] * whole[i in odd] / share[i in odd]} for i in sorted(drawn)]


def as_row(record: Record) -> Record:
    """A drawn record as a row of ``awards.csv``, not yet judged."""
    value = "|".join(str(record[key] or "") for key in ("form", "class", "status"))
    known = {
        "article": record["article"],
        "kind": "award",
        "start": record["start"],
        "end": record["end"],
        "value": value,
    }
    known |= {"rule": record["rule"], "confidence": f"{record['confidence']:.4f}", "weight": f"{record['weight']:.4f}"}
    return dict.fromkeys(COLUMNS, "") | known


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the table to write")
    parser.add_argument("--buckets", default="0", help="numbers of buckets, with commas")
    parser.add_argument("--news", type=Path, default=NEWS, help="the articles (gzipped JSON lines)")
    args = parser.parse_args()
    dice = random.Random(SEED)
    buckets = {int(number) for number in args.buckets.split(",")}
    pool = [record for name, text in articles(args.news, buckets) for record in found(name, text, dice)]
    rows = draw(pool, dice)
    with args.out.open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(map(as_row, rows))
    sys.stdout.write(f"{len(rows)} of {len(pool)} records\n")


if __name__ == "__main__":
    main()
