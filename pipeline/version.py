"""Which program made a record: its version, and a digest that changes with any rule, table or reader."""

import hashlib
from functools import cache
from pathlib import Path

import extractors

__version__ = "0.1.0"

_SUFFIXES = {".py", ".csv", ".jsonl"}


_site: list[bytes] = []


def use_calibration(file: Path | None) -> None:
    """Lets the confidences of this process come from a site's own table, where the file exists, else from ours.

    Raises `DomainDataError` where the table is wrong.
    """
    use_table(file.read_bytes() if file is not None and file.is_file() else None)


def use_table(data: bytes | None) -> None:
    """Does the same with the bytes of a table, None for our own."""
    if data == table_in_use():
        return
    from extractors.confidence import model, weighing  # only a site with a table of its own pays for it

    model.use_table(None if data is None else data.decode())
    model.models()
    weighing.forget()
    _site[:] = [] if data is None else [data]
    extractor_version.cache_clear()


def table_in_use() -> bytes | None:
    """Returns the site's table that this process works with, None for our own; workers are given it."""
    return _site[0] if _site else None


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
    for name in ("text.py", "identity.py", "nlp.py", "extraction.py"):
        digest.update(here.joinpath(name).read_bytes())
    for table in _site:
        digest.update(b"calibration of the site\0" + table)
    return f"{__version__}+{digest.hexdigest()[:8]}"
