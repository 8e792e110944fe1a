"""Turn the text-free annotations of news articles into a gold folder for scoring, and back.

usage: python tests/news_gold/build.py OUT_DIR [--split a|b] [--news FILE] [--from DIR]

Without ``--from`` it writes NAME.txt and NAME.gold.jsonl for each article into OUT_DIR. With ``--from DIR`` it reads a
folder of quote-style annotations and writes ``records.jsonl`` into OUT_DIR.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NEWS = HERE.parents[2] / "shared" / "news" / "articles-20k.jsonl.gz"
SPLITS = ("a", "b")
VALUES = (
    *("edtf", "alt", "mod", "calendar", "id", "value", "unit", "of"),
    *("form", "form_alt", "class", "status", "grantor", "recipients", "count", "posthumous"),
    *("decision_no", "decision_date", "date", "period", "optional"),
)

Record = dict[str, Any]


def nfc(text: str) -> str:
    """The text as the offsets count it: NFC, no-break spaces as spaces."""
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ")


def file_name(article: str) -> str:
    """The file name (without suffix) of an article: ``train/000123`` is ``train-000123``."""
    return article.replace("/", "-")


def read_articles(split: str | None = None) -> dict[str, dict[str, str]]:
    """Rows of ``articles.csv`` by article id, in the order drawn."""
    with (HERE / "articles.csv").open(encoding="utf-8", newline="") as table:
        return {row["id"]: row for row in csv.DictReader(table) if split in (None, row["split"])}


def read_records(path: Path = HERE / "records.jsonl") -> list[Record]:
    """All annotated records, in file order."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def read_texts(wanted: dict[str, dict[str, str]], news: Path) -> dict[str, str]:
    """Texts of the wanted articles; an article that is missing or has changed ends the run."""
    texts: dict[str, str] = {}
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            if article["id"] in wanted:
                texts[article["id"]] = nfc(article["text"])
    for article_id, row in wanted.items():
        if article_id not in texts:
            sys.exit(f"{news}: no article {article_id}")
        if hashlib.sha256(texts[article_id].encode()).hexdigest() != row["sha256"]:
            sys.exit(f"{news}: the text of {article_id} is not the one that was annotated")
    return texts


def find(text: str, quote: str, nth: int) -> int:
    """Where the quote stands for the nth time, counted as the scorer counts."""
    at = -1
    for _ in range(nth):
        at = text.find(quote, at + 1)
        if at < 0:
            raise ValueError(f"quote not found ({nth}x): {quote!r}")
    return at


def occurrence(text: str, start: int, end: int) -> int:
    """The number of the occurrence that starts at ``start``: the reverse of ``find``."""
    quote, nth, at = text[start:end], 1, text.find(text[start:end])
    while at < start:
        nth, at = nth + 1, text.find(quote, at + 1)
    return nth


def to_quotes(text: str, record: Record) -> Record:
    """A record of ``records.jsonl`` in the form of the gold files."""
    start, end = record["start"], record["end"]
    out = {"kind": record["kind"], "quote": text[start:end], "nth": occurrence(text, start, end)}
    out |= {key: record[key] for key in VALUES if key in record}
    if out.get("grantor"):
        out["grantor"] = text[slice(*out["grantor"])]
    if "recipients" in out:
        out["recipients"] = [text[slice(*name)] for name in out["recipients"]]
    return out


def to_offsets(article: str, text: str, record: Record) -> Record:
    """A record of a gold file without any of the article's sentences."""
    quote = nfc(record["quote"])
    start = find(text, quote, record.get("nth", 1))
    out: Record = {"article": article, "kind": record["kind"], "start": start, "end": start + len(quote)}
    out |= {key: record[key] for key in VALUES if key in record}
    if "unit" in out:
        out["unit"] = " ".join(out["unit"].split()[:2])
    if out.get("grantor"):
        out["grantor"] = name_span(text, out["grantor"], start)
    if "recipients" in out:
        out["recipients"] = [name_span(text, name, start) for name in out["recipients"]]
    return out


def name_span(text: str, name: str, near: int) -> list[int]:
    """Offsets of the first wording (they stand apart by ``|``) that the text has, at the place nearest to ``near``."""
    for wording in map(nfc, name.split("|")):
        places = [at for at in range(len(text)) if text.startswith(wording, at)]
        if places:
            at = min(places, key=lambda place: abs(place - near))
            return [at, at + len(wording)]
    raise ValueError(f"name not in the text: {name!r}")


def write_folder(out: Path, split: str | None, news: Path) -> int:
    """Writes the gold folder; returns the number of records in it."""
    articles = read_articles(split)
    texts, records = read_texts(articles, news), read_records()
    out.mkdir(parents=True, exist_ok=True)
    written = 0
    for article, text in texts.items():
        rows = [to_quotes(text, record) for record in records if record["article"] == article]
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (out / f"{file_name(article)}.txt").write_text(text, encoding="utf-8")
        (out / f"{file_name(article)}.gold.jsonl").write_text("".join(lines), encoding="utf-8")
        written += len(rows)
    return written


def write_records(source: Path, out: Path) -> int:
    """Writes ``records.jsonl`` from quote-style annotations; returns the number of records in it."""
    rows: list[Record] = []
    for article in read_articles():
        text = nfc((source / f"{file_name(article)}.txt").read_text(encoding="utf-8"))
        found = [
            to_offsets(article, text, record) for record in read_records(source / f"{file_name(article)}.gold.jsonl")
        ]
        rows += sorted(found, key=lambda row: (row["start"], row["end"], row["kind"]))
    out.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    (out / "records.jsonl").write_text("".join(lines), encoding="utf-8")
    return len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder to write to")
    parser.add_argument("--split", choices=SPLITS, help="only this part (both when left out)")
    parser.add_argument("--news", type=Path, default=NEWS, help="the articles (gzipped JSON lines)")
    parser.add_argument("--from", dest="source", type=Path, help="folder of quote-style annotations to turn back")
    args = parser.parse_args()
    if args.source:
        written = write_records(args.source, args.out)
    else:
        if not args.news.exists():
            sys.exit(f"{args.news}: the news articles are not here; name the file with --news")
        written = write_folder(args.out, args.split, args.news)
    sys.stdout.write(f"{written} records\n")


if __name__ == "__main__":
    main()
