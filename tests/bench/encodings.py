"""Prints how much of Vietnamese text comes back from each coding, and what is changed that should not be.

usage: python tests/bench/encodings.py [--news ARTICLES.jsonl.gz] [--limit 1000]
"""

import argparse
import gzip
import itertools
import json
import sys
import unicodedata
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "formats")]

import make  # noqa: E402

from pipeline.readers.encodings import decode, repair  # noqa: E402

CODINGS: dict[str, Callable[[str], bytes]] = {
    "TCVN3": lambda text: make.legacy(text, "tcvn3"),
    "VNI-Windows": lambda text: make.legacy(text, "vni", (("aú", "ẳ"), ("AÚ", "Ẳ"), ("AÜ", "Ẵ"))),
    "VISCII": lambda text: make.legacy(text, "viscii"),
    "VPS": lambda text: make.legacy(text, "vps", (("Ý", "Ý"),)),  # its own code, which the table leaves out
    "VIQR": make.viqr,
    "Windows-1258": make.windows_1258,
    "mojibake": lambda text: text.encode().decode("latin-1").encode(),
}
PLAIN = str.maketrans({"“": '"', "”": '"', "–": "-", "—": "-", "’": "'", "‘": "'", "…": "..."})


def plain(text: str) -> str:
    """What every coding can write: letters of Vietnamese and ASCII."""
    text = unicodedata.normalize("NFC", text).translate(PLAIN)
    return "".join(c if c.isascii() or c in "đĐ" or len(unicodedata.normalize("NFD", c)) > 1 else " " for c in text)


def texts() -> list[str]:
    """The gold documents, the longer ones in halves, 50 texts at most."""
    halves: list[str] = []
    for path in sorted((ROOT / "corpus" / "gold").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").split("\n")
        middle = len(lines) // 2
        halves += ["\n".join(lines[:middle]), "\n".join(lines[middle:])]
    return [plain(text) for text in halves if len(text) > 200][:50]


def lost(wanted: str, found: str) -> int:
    a, b = wanted.split(), found.split()
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return sum(max(i1 - i0, j1 - j0) for op, i0, i1, j0, j1 in codes if op != "equal")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--news", type=Path)
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    samples = texts()
    total = sum(len(text.split()) for text in samples)
    print(f"{len(samples)} texts, {total} syllables")
    for name, encode in CODINGS.items():
        wrong = caseless = unseen = 0
        for text in samples:
            decoded = decode(encode(text))
            wrong += lost(text, decoded.text)
            caseless += lost(text.lower(), decoded.text.lower())
            unseen += not decoded.notes
            if args.errors:
                pairs = [(a, b) for a, b in zip(text.split(), decoded.text.split(), strict=False) if a != b][:4]
                if pairs:
                    print("   ", name, decoded.notes, pairs)
        print(f"{name:14} right {1 - wrong / total:8.4%}  but for case {1 - caseless / total:8.4%}  unseen {unseen}")
    if args.news:
        with gzip.open(args.news, "rt", encoding="utf-8") as lines:
            articles = [json.loads(line) for line in itertools.islice(lines, args.limit)]
        bodies = ["\n".join(v for v in a.values() if isinstance(v, str)) for a in articles]
        changed = [b for b in bodies if repair(b).text != b or decode(b.encode()).text != b]
        print(f"{len(bodies)} articles in Unicode, {len(changed)} changed")


if __name__ == "__main__":
    main()
