"""Annotations of news articles kept without the articles: a folder of them turned into a gold folder, and back.

Such a folder (``news_gold``, ``award_gold``) holds ``articles.csv`` (article id, split, SHA-256 of the text) and
``records.jsonl`` (offsets and values). Its ``build.py`` is ``main`` of this module.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEWS = Path(__file__).resolve().parents[2] / "shared" / "news" / "articles-20k.jsonl.gz"
SPLITS = ("a", "b")
VALUES = (
    *("edtf", "alt", "mod", "calendar", "id", "value", "unit", "of"),
    *("form", "form_alt", "class", "status", "grantor", "recipients", "count", "posthumous"),
    *("decision_no", "decision_date", "date", "period", "optional", "note"),
)

Record = dict[str, Any]


def nfc(text: str) -> str:
    """The text as the offsets count it: NFC, no-break spaces as spaces."""
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ")


def file_name(article: str) -> str:
    """The file name (without suffix) of an article: ``train/000123`` is ``train-000123``."""
    return article.replace("/", "-")


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


def name_spans(text: str, name: str, near: int) -> list[list[int]]:
    """Offsets of each wording (they stand apart by ``|``) that the text has, at the place nearest to ``near``."""
    spans: list[list[int]] = []
    for wording in map(nfc, name.split("|")):
        places = [at for at in range(len(text)) if text.startswith(wording, at)]
        if places:
            at = min(places, key=lambda place: abs(place - near))
            spans.append([at, at + len(wording)])
    if not spans:
        raise ValueError(f"name not in the text: {name!r}")
    return spans


def name_at(text: str, spans: list[list[int]]) -> str:
    """The wordings of a name as the gold files write them: the reverse of ``name_spans``."""
    return "|".join(text[start:end] for start, end in spans)


def to_quotes(text: str, record: Record) -> Record:
    """A record of ``records.jsonl`` in the form of the gold files."""
    start, end = record["start"], record["end"]
    out = {"kind": record["kind"], "quote": text[start:end], "nth": occurrence(text, start, end)}
    out |= {key: record[key] for key in VALUES if key in record}
    if out.get("grantor"):
        out["grantor"] = name_at(text, out["grantor"])
    if "recipients" in out:
        out["recipients"] = [name_at(text, spans) for spans in out["recipients"]]
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
        out["grantor"] = name_spans(text, out["grantor"], start)
    if "recipients" in out:
        out["recipients"] = [name_spans(text, name, start) for name in out["recipients"]]
    return out


def read_lines(path: Path) -> list[Record]:
    """The records of a JSON-lines file, in file order."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def write_lines(path: Path, rows: list[Record]) -> None:
    """The reverse of ``read_lines``."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


@dataclass(frozen=True)
class BlindGold:
    """A folder of text-free annotations."""

    folder: Path

    def articles(self, split: str | None = None) -> dict[str, dict[str, str]]:
        """Rows of ``articles.csv`` by article id, in the order drawn."""
        with (self.folder / "articles.csv").open(encoding="utf-8", newline="") as table:
            return {row["id"]: row for row in csv.DictReader(table) if split in (None, row["split"])}

    def records(self) -> list[Record]:
        """All annotated records, in file order."""
        return read_lines(self.folder / "records.jsonl")

    def texts(self, split: str | None, news: Path) -> dict[str, str]:
        """Texts of the articles in the order drawn; one that is missing or has changed ends the run."""
        wanted = self.articles(split)
        with gzip.open(news, "rt", encoding="utf-8") as lines:
            found = {row["id"]: nfc(row["text"]) for row in map(json.loads, lines) if row["id"] in wanted}
        for article, row in wanted.items():
            if article not in found:
                sys.exit(f"{news}: no article {article}")
            if hashlib.sha256(found[article].encode()).hexdigest() != row["sha256"]:
                sys.exit(f"{news}: the text of {article} is not the one that was annotated")
        return {article: found[article] for article in wanted}

    def write_folder(self, out: Path, split: str | None, news: Path) -> int:
        """Writes the gold folder; returns the number of records in it."""
        records = self.records()
        out.mkdir(parents=True, exist_ok=True)
        written = 0
        for article, text in self.texts(split, news).items():
            rows = [to_quotes(text, record) for record in records if record["article"] == article]
            (out / f"{file_name(article)}.txt").write_text(text, encoding="utf-8", newline="")
            write_lines(out / f"{file_name(article)}.gold.jsonl", rows)
            written += len(rows)
        return written

    def write_records(self, source: Path, out: Path) -> int:
        """Writes ``records.jsonl`` from quote-style annotations; returns the number of records in it."""
        rows: list[Record] = []
        for article in self.articles():
            text = nfc((source / f"{file_name(article)}.txt").read_text(encoding="utf-8"))
            gold = read_lines(source / f"{file_name(article)}.gold.jsonl")
            found = [to_offsets(article, text, record) for record in gold]
            rows += sorted(found, key=lambda row: (row["start"], row["end"], row["kind"]))
        out.mkdir(parents=True, exist_ok=True)
        write_lines(out / "records.jsonl", rows)
        return len(rows)


def main(folder: Path, usage: str | None) -> None:
    """The command of a folder's ``build.py``."""
    gold = BlindGold(folder)
    parser = argparse.ArgumentParser(description=usage, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder to write to")
    parser.add_argument("--split", choices=SPLITS, help="only this part (both when left out)")
    parser.add_argument("--news", type=Path, default=NEWS, help="the articles (gzipped JSON lines)")
    parser.add_argument("--from", dest="source", type=Path, help="folder of quote-style annotations to turn back")
    args = parser.parse_args()
    if args.source:
        written = gold.write_records(args.source, args.out)
    elif args.news.exists():
        written = gold.write_folder(args.out, args.split, args.news)
    else:
        sys.exit(f"{args.news}: the news articles are not here; name the file with --news")
    sys.stdout.write(f"{written} records\n")
