"""Prints one table of all speeds: ours, and a peer that does part of the same, measured in the same run.

usage: python tests/bench/all.py [PART...] [--megabytes 5] [--starts 10]

Parts: extraction, documents, readers, scans, memory, start; without any, all (four minutes). Rates are by CPU
second of one process, so that a busy machine matters little; only `start` reads the clock on the wall too. Peers:
dateparser and underthesea.ner (extra `bench`), trafilatura, pdfplumber and python-docx alone, bare Tesseract,
`import spacy`. Where a peer is not installed its columns stay empty. A text file counts as one page.
"""

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import peers
import speed

ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = ROOT / "corpus" / "documents"
SPACY: Final = [sys.executable, "-c", "import spacy"]


class Line(NamedTuple):
    """One row of the table: a rate or a size, and that of the peer."""

    what: str
    ours: float
    unit: str
    peer: str = ""
    theirs: float | None = None

    def show(self) -> str:
        """The row as it is printed; the ratio is ours to theirs."""
        row = f"{self.what:34} {figure(self.ours)} {self.unit:14}"
        if self.theirs is None:
            return row.rstrip()
        return f"{row} {self.peer:24} {figure(self.theirs)} {self.ours / self.theirs:9.2f}"


def figure(number: float) -> str:
    """Returns a number in a column, fractions only of small ones."""
    return f"{number:13,.2f}" if number < 1000 else f"{number:13,.0f}"


def extraction(options: argparse.Namespace) -> Iterator[Line]:
    """Characters per CPU second of each component and of the whole."""
    characters, spent = speed.measure(speed.NEWS, options.megabytes)
    share = peers.pieces(peers.texts(speed.NEWS, 100_000), 40_000)
    others: dict[str, tuple[str, float]] = {}
    try:
        from dateparser.search import search_dates

        others["sovang_dates"] = "dateparser", peers.rate(lambda text: search_dates(text, languages=["vi"]), share)
    except ImportError:
        pass
    from underthesea import ner

    others["whole"] = "underthesea.ner", peers.rate(ner, share)
    for name, seconds in [*spent.items(), ("whole", sum(spent.values()))]:
        yield Line(name, characters / seconds, "characters/s", *others.get(name, ()))


def documents(options: argparse.Namespace) -> Iterator[Line]:
    """News articles from bytes to rows of the database, nothing stored."""
    from pipeline.extraction import as_rows, extract_document

    texts = [text.encode() for text in peers.texts(speed.NEWS, int(options.megabytes * 200_000))]
    seconds = cpu(lambda: [as_rows(extract_document(data, "a.txt")) for data in texts])
    yield Line("articles, bytes to rows", len(texts) / seconds, "documents/s")


def cpu(work: Callable[[], object]) -> float:
    """Returns the CPU seconds of one call after one that warms up."""
    work()
    started = time.process_time()
    work()
    return time.process_time() - started


def readers(_options: argparse.Namespace) -> Iterator[Line]:
    """Pages per CPU second of the readers that need no OCR; what has no pages counts as one."""
    import docx
    import pdfplumber
    import trafilatura

    from pipeline.readers import read_bytes

    def bare_pdf(data: bytes) -> None:
        with pdfplumber.open(io.BytesIO(data)) as opened:
            for page in opened.pages:
                page.extract_text()

    def bare_docx(data: bytes) -> None:
        "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)

    bare: dict[str, tuple[str, Callable[[bytes], object]]] = {
        "text": ("bytes.decode", lambda data: data.decode(errors="replace")),
        "html": ("trafilatura.extract", trafilatura.extract),
        "pdf": ("pdfplumber.extract_text", bare_pdf),
        "docx": ("python-docx paragraphs", bare_docx),
    }
    for folder, (peer, work) in bare.items():
        files = [(path.name, path.read_bytes()) for path in sorted((DOCUMENTS / folder).iterdir())]
        pages = sum(max(1, len(read_bytes(data, name).pages)) for name, data in files)
        mine = cpu(lambda files=files: [read_bytes(data, name) for name, data in files])
        theirs = cpu(lambda files=files, work=work: [work(data) for _, data in files])
        yield Line(f"{folder} reader", pages / mine, "pages/s", peer, pages / max(theirs, 1e-6))


def scans(_options: argparse.Namespace) -> Iterator[Line]:
    """Pages per CPU second of OCR on three documents made for `ocr.py`, clean and bad."""
    import ocr

    ocr.ours(ocr.printed(1, 100))
    ocr.bare(ocr.printed(1, 100), 100)
    for wear in ("clean300", "bad200"):
        found = ocr.total([next(iter(ocr.measure(n, ocr.WEARS[wear], verbose=False)))[1] for n in (1, 11, 12)])
        rate, bare = found.pages / found.seconds, found.pages / found.bare_seconds
        yield Line(f"OCR, {wear}", rate, "pages/s", "bare Tesseract", bare)


# A process counts as its own the memory of the one it was forked from, so a small one has to start it.
_LAUNCHER: Final = """
import os, sys
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
_, status, usage = os.wait4(os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)
sys.stderr.write(f"\\n{usage.ru_maxrss}")
sys.exit(os.waitstatus_to_exitcode(status))
"""


def megabytes_of(words: Sequence[str]) -> float:
    """Returns the most memory that the process of a command held."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCHER, *words], stderr=subprocess.PIPE, text=True, check=True
    )
    return int(done.stderr.rpartition("\n")[2]) / 1024


def memory(_options: argparse.Namespace) -> Iterator[Line]:
    """The most memory of one process: many articles, the dearest PDF, the dearest scan."""
    alone = megabytes_of(SPACY)
    with tempfile.TemporaryDirectory(prefix="sovang-bench-") as scratch:
        files = []
        for number, text in enumerate(peers.texts(speed.NEWS, 2_000_000)):
            files.append(str(Path(scratch, f"{number}.txt")))
            Path(files[-1]).write_text(text, encoding="utf-8")
        for name, chosen in (("a hundred articles", files[:100]), (f"{len(files)} articles", files)):
            yield Line(f"extract, {name}", megabytes_of(extract(*chosen)), "MB", "import spacy", alone)
    for kind in ("pdf", "scan"):
        largest = max((DOCUMENTS / kind).iterdir(), key=lambda path: path.stat().st_size)
        yield Line(f"extract, largest {kind}", megabytes_of(extract(str(largest))), "MB", "import spacy", alone)


def extract(*files: str) -> list[str]:
    """Returns the command line that reads the files."""
    return [sys.executable, "-m", "pipeline", "extract", *files]


def start(options: argparse.Namespace) -> Iterator[Line]:
    """Seconds of one short article from a cold start, on the clock and of CPU, medians."""
    article = min((DOCUMENTS / "text").glob("bao-*.txt"), key=lambda path: path.stat().st_size)

    def seconds(words: Sequence[str]) -> tuple[float, float]:
        before, started = os.times(), time.perf_counter()
        subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
        clock, after = time.perf_counter() - started, os.times()
        return clock, sum(after[2:4]) - sum(before[2:4])

    pairs = [(seconds(extract(str(article))), seconds(SPACY)) for _ in range(options.starts)]
    for at, kind in enumerate(("clock", "CPU")):
        mine, theirs = (statistics.median(one[at] for one in column) for column in zip(*pairs, strict=True))
        yield Line(f"extract, cold start, {kind}", mine, "s", "import spacy", theirs)


PARTS: Final = {part.__name__: part for part in (extraction, documents, readers, scans, memory, start)}


def main() -> None:
    """Measures the chosen parts and prints each row when it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--megabytes", type=float, default=5.0, help="of news")
    parser.add_argument("--starts", type=int, default=10)
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    os.environ["OMP_THREAD_LIMIT"] = "1"  # CPU seconds of one thread, for Tesseract too
    print(f"{'what':34} {'ours':>13} {'unit':14} {'peer':24} {'peer':>13} {'ratio':>9}")
    for name in options.parts or PARTS:
        for line in PARTS[name](options):
            print(line.show(), flush=True)


if __name__ == "__main__":
    main()
