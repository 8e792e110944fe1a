"""Measures how well documents that are the same thing twice are found, and what it costs.

usage: python tests/bench/likeness.py [TEXTS] [--texts 2500] [--made 100] [--others 30] [--seed 3]

TEXTS is a gzipped file of JSON lines with a "text" each; without it, the texts of corpus/gold. So many of them
are made again in each of the ways of `COPIES`, all go into a fresh database, and what is linked is compared with
what was made. Prints recall by kind, the pairs that nobody made, and the time for each document.
"""

import argparse
import gzip
import itertools
import json
import random
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from extractors.domain.orthography import fold
from extractors.domain.records import Family
from pipeline.store import DocumentRows, Store, link_documents, signature_of

CORPUS = Path(__file__).parents[2] / "corpus" / "gold"
_LETTERS = "abcdeghiklmnopqrstuvxyàáảãạăâêôơưđ0123456789"


def wrapped(text: str, _dice: random.Random) -> str:
    """Breaks the lines as a narrow column does."""
    return "\n".join(line for row in text.split("\n") for line in textwrap.wrap(row, 68))


def cut(text: str, _dice: random.Random) -> str:
    """Leaves out the last 17 %."""
    return text[: len(text) * 83 // 100]


def half(text: str, _dice: random.Random) -> str:
    """Leaves out the second half."""
    return text[: len(text) // 2]


def third(text: str, _dice: random.Random) -> str:
    """Keeps the middle third."""
    return text[len(text) // 3 : len(text) * 2 // 3]


def misread(text: str, dice: random.Random) -> str:
    """Misreads 3 % of the characters: another one, none, or one too many."""

    def seen(letter: str) -> str:
        if letter.isspace() or dice.random() >= 0.03:
            return letter
        return dice.choice((dice.choice(_LETTERS), dice.choice(_LETTERS), "", letter + dice.choice(_LETTERS)))

    return "".join(map(seen, text))


def scanned(text: str, dice: random.Random) -> str:
    """Misreads 3 % of the characters of a document that is known as a scan."""
    return misread(text, dice)


def unmarked(text: str, _dice: random.Random) -> str:
    """Loses all marks and capitals, as a text in a broken coding does."""
    return fold(text)


COPIES: dict[str, Callable[[str, random.Random], str]] = {
    copy.__name__: copy for copy in (wrapped, cut, half, third, misread, scanned, unmarked)
}


def rows_of_text(text: str, *, kind: str = "article", ocr_confidence: float | None = None) -> DocumentRows:
    """Returns the rows of a document of which nothing is known but its text."""
    folded = fold(text)
    return DocumentRows(
        document={
            "format": "txt", "kind": kind, "title": None, "author": None, "publisher": None, "published": None,
            "number": None, "issued": None, "issuing_body": None, "subject": None, "signer": None,
            "chars": len(text), "pages": None, "ocr_confidence": ocr_confidence, "reference_date": None,
            "reference_source": None, "notes": "[]", "metadata_evidence": "{}", "text": text, "folded": folded,
        },
        pages=(),
        blocks=(),
        records=dict.fromkeys(Family, ()),
        recipients=(),
        signature=signature_of(folded),
    )  # fmt: skip


def enter(store: Store, texts: Iterable[tuple[str, float | None]]) -> None:
    """Enters texts, each with its confidence of OCR, as done documents, without comparing them."""
    run = store.start_run("run", [], "1")
    for number, (text, ocr) in enumerate(texts, 1):
        serial = store.begin_document(f"{number:064x}", f"{number}.txt", len(text), "none", run)
        store.finish_document(serial, rows_of_text(text, ocr_confidence=ocr), extractor="1", run=run)


def main() -> None:
    """Makes, links, counts and prints."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("texts_file", nargs="?", type=Path)
    options.add_argument("--texts", type=int, default=2500)
    options.add_argument("--made", type=int, default=100)
    options.add_argument("--others", type=int, default=30)
    options.add_argument("--seed", type=int, default=3)
    chosen = options.parse_args()
    if chosen.texts_file:
        with gzip.open(chosen.texts_file, "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in itertools.islice(lines, chosen.texts)]
    else:
        texts = [path.read_text(encoding="utf-8") for path in sorted(CORPUS.glob("*.txt"))]
    dice = random.Random(chosen.seed)
    picked = dice.sample(range(len(texts)), min(chosen.made, len(texts)))
    made = [(name, number) for name in COPIES for number in picked]
    copies = [(COPIES[name](texts[number], dice), 0.9 if name == "scanned" else None) for name, number in made]
    truth = {(len(texts) + at + 1, number + 1): name for at, (name, number) in enumerate(made)}
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "sovang.db") as store:
        started = time.perf_counter()
        enter(store, [*((text, None) for text in texts), *copies])
        entered = time.perf_counter()
        link_documents(store)
        linked = time.perf_counter()
        links = store.rows("SELECT document, other, kind, similarity FROM document_links ORDER BY similarity DESC")
        size = store.count(
            "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'document\\_bands%' ESCAPE '\\' "
            "OR name LIKE 'document\\_signatures%' ESCAPE '\\'"
        )
    total = len(texts) + len(copies)
    print(f"{total} documents: entered at {(entered - started) / total * 1e3:.2f} ms each, ", end="")
    print(f"compared at {(linked - entered) / total * 1e3:.2f} ms each, index {size / total:.0f} bytes each")
    found = Counter(truth.get((link["document"], link["other"]), "") for link in links)  # type: ignore[call-overload]
    for name in COPIES:
        print(f"{name}: {found[name]} of {len(picked)}")
    others = [link for link in links if int(str(link["document"])) <= len(texts)]
    print(f"pairs that nobody made: {len(others)}")
    for link in others[: chosen.others]:
        print(link)


if __name__ == "__main__":
    main()
