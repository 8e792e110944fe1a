"""Prints characters per CPU second of each component and of the whole.

usage: python tests/bench/speed.py [--news FILE.jsonl.gz] [--megabytes 2]

Without `--news` it reads the articles of `corpus/gold` over and over. Ratios between components mean
more than the absolute figures, which differ from machine to machine.
"""

import argparse
import gzip
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path

from extractors.docs import attach_view
from extractors.view import TextView
from pipeline.nlp import load

ROOT = Path(__file__).parents[2]
NEWS = ROOT.parent / "shared" / "news" / "articles-20k.jsonl.gz"


def articles(news: Path) -> Iterator[str]:
    """Yields article texts for ever."""
    if news.is_file():
        with gzip.open(news, "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in itertools.islice(lines, 4000)]
    else:
        texts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "corpus" / "gold").glob("*.txt"))]
    return itertools.cycle(texts)


def measure(news: Path, megabytes: float) -> tuple[int, dict[str, float]]:
    """Returns the characters read and the CPU seconds that each component spent on them."""
    nlp = load()
    spent = dict.fromkeys(["tokenizer", "matching key, layout", *nlp.pipe_names], 0.0)
    wanted, done = int(megabytes * 1_000_000), 0
    for text in articles(news):
        started = time.process_time()
        doc = nlp.make_doc(text)
        spent["tokenizer"] += time.process_time() - started
        started = time.process_time()
        view = TextView(text)
        _ = view.key, view.layout
        attach_view(doc, view)
        spent["matching key, layout"] += time.process_time() - started
        for name, component in nlp.pipeline:
            started = time.process_time()
            doc = component(doc)
            spent[name] += time.process_time() - started
        done += len(text)
        if done >= wanted:
            break
    return done, spent


def main() -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--news", type=Path, default=NEWS)
    parser.add_argument("--megabytes", type=float, default=2.0)
    arguments = parser.parse_args()
    done, spent = measure(arguments.news, arguments.megabytes)
    whole = sum(spent.values())
    print(f"{done:,} characters")
    for name, seconds in [*spent.items(), ("whole", whole)]:
        print(f"{name:24} {done / max(seconds, 1e-9):14,.0f} characters/s   {seconds / whole:6.1%}")


if __name__ == "__main__":
    main()
