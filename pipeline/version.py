"""Which program made a record: its version, and a digest that changes with any rule, table or reader."""

import hashlib
from functools import cache
from pathlib import Path

import extractors

__version__ = "0.1.0"

_SUFFIXES = {".py", ".csv", ".jsonl"}


@cache
def extractor_version() -> str:
    """Returns the release and eight digits over all files that decide what is read and found."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    folders = {"extractors": Path(extractors.__file__).parent, "readers": here / "readers"}
    for label, folder in folders.items():
        for path in sorted(p for p in folder.rglob("*") if p.suffix in _SUFFIXES):
            digest.update(f"{label}/{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    for name in ("text.py", "nlp.py", "extraction.py"):
        digest.update(here.joinpath(name).read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"
