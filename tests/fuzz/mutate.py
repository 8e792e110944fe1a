"""Makes damaged files from `corpus/documents` with a seed, runs `sovang run` over them and counts what became of them.

usage: python tests/fuzz/mutate.py [--files 10000] [--seed 1] [--portion 500] [--images .02] [--seconds 60] [--keep DIR]

Bits are flipped, files cut, spliced, doubled and filled, members of zip files changed, suffixes exchanged, files put
into zip files. Every distinct file must end as a document or in `failures`, and the run with code 0 or 3; a failure
that names a defect of the program, the time limit or a dead worker counts as a finding, and so does a database that
`sovang verify` complains of. Exit code 1 where anything was found; the files behind it are kept with `--keep`.
"""

import argparse
import contextlib
import hashlib
import io
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = ROOT / "corpus" / "documents"
PICTURES: Final = {"scan", "image", "zip"}  # folders whose files need OCR: slow, so few of them
SUFFIXES: Final = (".txt", ".html", ".pdf", ".docx", ".png", ".jpg", ".tif", ".mht", ".warc", ".zip")
SIZE: Final = 400_000  # bytes; larger files are damaged no differently
RIGHT: Final = (0, 3)
TROUBLE: Final = ("A defect of the program", "stopped", "ended without a word", "more memory")

Damage = Callable[[bytes, random.Random], bytes]


def flipped(data: bytes, dice: random.Random) -> bytes:
    """Flips one to a thousand bits."""
    changed = bytearray(data)
    for _ in range(int(10 ** dice.uniform(0, 3))):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def cut(data: bytes, dice: random.Random) -> bytes:
    """Keeps the beginning."""
    return data[: dice.randrange(len(data))]


def beheaded(data: bytes, dice: random.Random) -> bytes:
    """Keeps the end."""
    return data[dice.randrange(len(data)) :]


def without_middle(data: bytes, dice: random.Random) -> bytes:
    """Leaves a piece out."""
    first, last = sorted(dice.choices(range(len(data)), k=2))
    return data[:first] + data[last:]


def filled(data: bytes, dice: random.Random) -> bytes:
    """Overwrites a piece with one byte."""
    first = dice.randrange(len(data))
    length = min(len(data) - first, int(10 ** dice.uniform(0, 5)))
    return data[:first] + bytes([dice.choice((0, 0x20, 0xFF, 0x3C, 0x28))]) * length + data[first + length :]


def doubled(data: bytes, dice: random.Random) -> bytes:
    """Repeats a piece up to a hundred times."""
    first = dice.randrange(len(data))
    piece = data[first : first + dice.randint(1, 2000)]
    return data[:first] + piece * dice.randint(2, 100) + data[first:]


def digits_changed(data: bytes, dice: random.Random) -> bytes:
    """Exchanges digits: lengths, counts, offsets and sizes."""
    places = [at for at, byte in enumerate(data) if 0x30 <= byte <= 0x39]
    changed = bytearray(data)
    for at in dice.sample(places, min(len(places), dice.randint(1, 30))):
        changed[at] = dice.choice(b"0123456789-")
    return bytes(changed)


def member_changed(data: bytes, dice: random.Random) -> bytes:
    """Changes one member of a zip file (a DOCX is one), packed properly again; damages other files as they are."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(name, archive.read(name)) for name in archive.namelist()]
    except Exception:  # damaged already; zipfile raises a dozen kinds
        return dice.choice(SIMPLE)(data, dice)
    chosen = dice.randrange(len(members))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, (name, content) in enumerate(members):
            if at != chosen:
                archive.writestr(name, content)
            elif content and dice.random() < 0.8:
                archive.writestr(name, dice.choice(SIMPLE)(content, dice))
    return packed.getvalue()


SIMPLE: Final[tuple[Damage, ...]] = (flipped, cut, beheaded, without_middle, filled, doubled, digits_changed)


class Maker:
    """Makes damaged files from the corpus; equal seeds make equal files."""

    def __init__(self, seed: int, images: float) -> None:
        self.dice = random.Random(seed)
        self._images = images
        every = [p for p in sorted(DOCUMENTS.rglob("*")) if p.is_file() and p.stat().st_size <= SIZE]
        self._slow = [(p.suffix, p.read_bytes()) for p in every if p.parent.name in PICTURES]
        self._quick = [(p.suffix, p.read_bytes()) for p in every if p.parent.name not in PICTURES]

    def make(self) -> tuple[str, bytes]:
        """Returns suffix and bytes of one damaged file."""
        dice = self.dice
        suffix, data = dice.choice(self._slow if dice.random() < self._images else self._quick)
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            if data:
                is_zip = data.startswith(b"PK") and dice.random() < 0.6
                data = member_changed(data, dice) if is_zip else dice.choice(SIMPLE)(data, dice)
        if dice.random() < 0.08:
            other = dice.choice(self._quick)[1]
            data = data[: dice.randrange(len(data) + 1)] + other[dice.randrange(len(other)) :]
        if dice.random() < 0.1:
            suffix = dice.choice(SUFFIXES)
        if dice.random() < 0.03:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                archive.writestr(f"{dice.choice(('', '../', '/', 'a/' * 40))}inner{suffix}", data)
            suffix, data = ".zip", packed.getvalue()
        return suffix, data


def run_portion(folder: Path, db: Path, seconds: int) -> list[str]:
    """Reads a folder and returns what went wrong, in words."""
    environment = {**os.environ, "SOVANG_TIME_LIMIT_S": str(seconds), "SOVANG_MEMORY_LIMIT_MB": "2048"}
    command = [sys.executable, "-m", "pipeline"]
    most = 60 + seconds * sum(1 for _ in folder.iterdir())
    try:
        ran = subprocess.run(
            [*command, "run", str(folder), "--db", str(db)], capture_output=True, env=environment, timeout=most
        )
    except subprocess.TimeoutExpired:
        return ["the run hangs"]
    wrong = [] if ran.returncode in RIGHT else [f"the run ended with {ran.returncode}: {ran.stderr.decode()[-2000:]}"]
    checked = subprocess.run([*command, "verify", "--db", str(db)], capture_output=True, timeout=600)
    if checked.returncode:
        wrong.append(f"verify: {checked.stdout.decode()[-1000:]}{checked.stderr.decode()[-1000:]}")
    return wrong


def judge(folder: Path, db: Path, told: Counter[str]) -> list[tuple[str, str]]:
    """Returns files that were lost or show a defect, each with the reason; counts in `told` what became of all."""
    found = []
    with contextlib.closing(sqlite3.connect(db)) as opened:
        done = {row[0] for row in opened.execute("SELECT id FROM documents WHERE status = 'done'")}
        failed: dict[str, tuple[str, str]] = {}
        for source, error, message in opened.execute("SELECT source, error, message FROM failures"):
            failed.setdefault(source.partition("!/")[0], (error, message))
        inside = {row[0].partition("!/")[0] for row in opened.execute("SELECT source FROM document_sources")}
    for path in sorted(folder.iterdir()):
        error, message = failed.get(str(path), ("", ""))
        if error:
            told[error] += 1
            if any(word in message for word in TROUBLE):
                found.append((str(path), f"{error}: {message}"))
        elif hashlib.sha256(path.read_bytes()).hexdigest() in done or str(path) in inside:
            told["extracted"] += 1
        elif path.suffix in (".zip", ".warc"):
            told["archives with nothing to read"] += 1
        else:
            found.append((str(path), "neither extracted nor in failures"))
    return found


def main() -> None:
    """Makes the files in portions, runs over each, and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--portion", type=int, default=500)
    parser.add_argument("--images", type=float, default=0.02, help="share of files that need OCR")
    parser.add_argument("--seconds", type=int, default=60, help="time limit of one file")
    parser.add_argument("--keep", type=Path, help="folder for files that something was found with")
    options = parser.parse_args()
    maker, told, findings = Maker(options.seed, options.images), Counter[str](), 0
    for first in range(0, options.files, options.portion):
        with tempfile.TemporaryDirectory(prefix="sovang-mutate-") as scratch:
            folder, db = Path(scratch, "in"), Path(scratch, "out", "sovang.db")
            folder.mkdir()
            for number in range(first, min(first + options.portion, options.files)):
                suffix, data = maker.make()
                Path(folder, f"{number:06}{suffix}").write_bytes(data)
            started = time.monotonic()
            wrong = run_portion(folder, db, options.seconds)
            found = judge(folder, db, told)
            for text in wrong:
                print(f"files from {first}: {text}")
            for path, text in found:
                print(f"{Path(path).name}: {text}")
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, options.keep)
            findings += len(wrong) + len(found)
            print(f"{sum(told.values())} files, {time.monotonic() - started:.0f} s, {findings} findings", flush=True)
    for word, count in told.most_common():
        print(f"{count:7} {word}")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
