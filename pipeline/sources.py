"""Walks over what the person named: files, folders, zip files, web archives, in an order that never changes.

What is named by an address (`s3://bucket/folder`) is listed and read through fsspec, whatever it has a driver for.
"""

import io
import lzma
import os
import re
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, Protocol, cast

from extractors.domain.errors import Damaged, Encrypted, ReadError, TooLarge, Unsupported, UsageError
from pipeline.readers import READERS
from pipeline.webarchive import Broken, Skipped, answers, is_archive

MEGABYTE: Final = 1 << 20
_RATIO: Final = 200  # unpacked to packed size beyond which an entry above a megabyte is taken for a bomb
# Documents that no reader takes yet are tried all the same: a line in `failures` says what to do with them.
_NO_READER: Final = {
    ".docm", ".xls", ".xlsx", ".ppt", ".pptx", ".epub", ".djvu", ".eml", ".msg",
    ".gif", ".bmp", ".webp", ".heic", ".jp2",
}  # fmt: skip
_SUFFIXES: Final = _NO_READER | {suffix for reader in READERS.values() for suffix in reader.suffixes}
# All that zipfile lets through when the bytes of an archive are not what they should be.
_BROKEN: Final = (
    *(zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OverflowError),
    *(zlib.error, lzma.LZMAError, struct.error),
)
_FURNITURE: Final = ("_files", "_file", "_tập tin", "-Dateien", "_fichiers", "_archivos")  # as browsers name them
_PAGES: Final = (".html", ".htm", ".xhtml")
_DEBRIS: Final = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a file and a zip file may unpack to, in bytes, and how many entries a zip file may have."""

    file_bytes: int
    zip_bytes: int
    zip_entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file to read; `name` is its absolute path, with `!/entry` behind it inside a zip file or web archive.

    `captured` tells when a web archive got the page, as it writes it; `remote` opens what lies in an object store.
    """

    name: str
    suffix: str
    path: Path
    entry: zipfile.ZipInfo | None = None
    archive: zipfile.ZipFile | None = None
    limit: int = 0
    payload: bytes | None = None  # what a web archive holds
    captured: str | None = None
    remote: Callable[[], BinaryIO] | None = None

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Opens the bytes; `ReadError` where that fails, also halfway. Valid until the walk goes on."""
        try:
            if self.payload is not None:
                yield io.BytesIO(self.payload)
            elif self.archive and self.entry:
                with self.archive.open(self.entry) as stream:
                    yield cast(BinaryIO, _Measured(stream, self.entry, self.limit, self.name))
            else:
                with self.remote() if self.remote else self.path.open("rb") as stream:
                    yield stream
        except _BROKEN as error:
            raise Damaged(f"This entry of the zip file is broken: {error}", advice="Copy the zip file again") from error
        except RuntimeError as error:
            raise Encrypted("This entry of the zip file is locked", advice="Unpack it with its password") from error
        except OSError as error:
            raise ReadError(
                f"The file cannot be opened: {error.strerror or error}", advice="Check path and permissions"
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Something named or met on the walk that cannot be opened at all."""

    name: str
    error: ReadError


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file that is no document: its suffix belongs to no format that is read, or `why` tells more."""

    name: str
    why: str = ""


Met = Source | Unreadable | LeftOut


class _Measured:
    """A stream that stops once an entry unpacks to more than its limit or than packing can honestly save."""

    def __init__(self, stream: object, entry: zipfile.ZipInfo, limit: int, name: str) -> None:
        self._stream = cast(BinaryIO, stream)
        self._limit = min(limit, max(MEGABYTE, entry.compress_size * _RATIO))
        self._read = 0
        self._name = name

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size if size >= 0 else self._limit + 1)
        self._read += len(data)
        if self._read > self._limit:
            raise TooLarge(
                f"This entry of the zip file unpacks to more than {self._limit // MEGABYTE} MB",
                advice="Unpack it yourself and look at it before you feed it",
            )
        return data


def walk(named: Sequence[Path | str], limits: Limits, leave_out: Path | None = None) -> Iterator[Met]:
    """Yields everything under the named paths and addresses, sorted within each folder.

    The folder `leave_out` is entered only where it is named itself, the one called `originals` in it never.
    Raises `UsageError` for an address that cannot be read at all.
    """
    skipped = leave_out.resolve() if leave_out else None
    for path in named:
        if isinstance(path, str) and is_address(path):
            yield from _walk_remote(path, limits)
            continue
        absolute = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would lose the name of a symbolic link
        yield from _walk_one(absolute, limits, skipped, is_named=True)


def _walk_one(path: Path, limits: Limits, skipped: Path | None, *, is_named: bool) -> Iterator[Met]:
    name = printable(path)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield Unreadable(name=name, error=_not_opened(error))
        return
    if stat.S_ISDIR(mode):
        real = path.resolve()
        if skipped is None or (real != skipped / "originals" and (is_named or real != skipped)):
            yield from _walk_folder(path, limits, skipped)
    elif not stat.S_ISREG(mode):
        yield Unreadable(name=name, error=Unsupported("This is no ordinary file", advice="Leave it out"))
    elif path.suffix.lower() == ".zip":
        yield from _walk_zip(path, name, limits)
    elif is_archive(path.name):
        yield from _walk_web_archive(path, name, limits)
    elif not is_named and path.suffix.lower() not in _SUFFIXES:
        yield LeftOut(name=name)
    elif path.stat().st_size > limits.file_bytes:
        yield Unreadable(name=name, error=_too_large(limits))
    else:
        yield Source(name=name, suffix=path.suffix, path=path)


def _walk_folder(folder: Path, limits: Limits, skipped: Path | None) -> Iterator[Met]:
    try:
        children = sorted(folder.iterdir())
    except OSError as error:
        yield Unreadable(name=printable(folder), error=_not_opened(error))
        return
    for child in children:
        if child.name.startswith(".") or child.name in _DEBRIS or (child.is_symlink() and child.is_dir()):
            continue
        if child.is_dir() and _is_furniture(child):
            yield from _leave_out(child)
        else:
            yield from _walk_one(child, limits, skipped, is_named=False)


def _is_furniture(folder: Path) -> bool:
    """Tells whether a folder holds the pictures and scripts of a page that a browser saved beside it."""
    name = unicodedata.normalize("NFC", folder.name)
    pages = [folder.name[: -len(end)] for end in _FURNITURE if name.endswith(end)]
    return any((folder.parent / f"{page}{suffix}").is_file() for page in pages for suffix in _PAGES)


def _leave_out(folder: Path) -> Iterator[Met]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield LeftOut(name=printable(path), why="parts of saved pages")


def _walk_web_archive(path: Path, name: str, limits: Limits) -> Iterator[Met]:
    """The address of a page is only ever shown: nothing is written under it."""
    try:
        for found in answers(path, limits.file_bytes):
            inner = f"{name}!/{found.url.encode('utf-8', 'backslashreplace').decode()}"
            if isinstance(found, Broken):
                yield Unreadable(name=inner, error=found.error)
            elif isinstance(found, Skipped):
                yield LeftOut(name=inner, why=found.why)
            else:
                yield Source(name=inner, suffix=found.suffix, path=path, payload=found.payload, captured=found.captured)
    except OSError as error:
        yield Unreadable(name=name, error=_not_opened(error))


def _walk_zip(path: Path, name: str, limits: Limits) -> Iterator[Met]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = sorted((e for e in archive.infolist() if not e.is_dir()), key=lambda e: e.filename)
            total = sum(entry.file_size for entry in entries)
            if len(entries) > limits.zip_entries or total > limits.zip_bytes:
                raise TooLarge(
                    f"The zip file holds {len(entries):,} files of {total // MEGABYTE:,} MB together",
                    advice="Unpack it and feed the folder, or raise zip_entries and zip_limit_mb",
                )
            for entry in entries:
                yield from _entry(path, name, archive, entry, limits)
    except TooLarge as error:
        yield Unreadable(name=name, error=error)
    except _BROKEN as error:
        broken = Damaged("The zip file is broken or truncated", advice="Copy it again")
        broken.__cause__ = error
        yield Unreadable(name=name, error=broken)
    except OSError as error:
        yield Unreadable(name=name, error=_not_opened(error))


def _entry(path: Path, outer: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> Iterator[Met]:
    """An entry's own name is only ever shown: nothing is written under it, so `../` in it leads nowhere."""
    inner = PurePosixPath(entry.filename)
    name = f"{outer}!/{inner.as_posix().encode('utf-8', 'backslashreplace').decode()}"
    if any(part.startswith(".") and part != ".." for part in inner.parts) or _DEBRIS & set(inner.parts):
        return
    if inner.suffix.lower() == ".zip":
        error = Unsupported("A zip file inside a zip file is not opened", advice="Unpack the outer one first")
        yield Unreadable(name=name, error=error)
    elif is_archive(inner.name):
        error = Unsupported("A web archive inside a zip file is not opened", advice="Unpack the zip file first")
        yield Unreadable(name=name, error=error)
    elif inner.suffix.lower() not in _SUFFIXES:
        yield LeftOut(name=name)
    elif entry.file_size > limits.file_bytes:
        yield Unreadable(name=name, error=_too_large(limits))
    else:
        yield Source(name=name, suffix=inner.suffix, path=path, entry=entry, archive=archive, limit=limits.file_bytes)


# --- object stores -----------------------------------------------------------------------------------


class _Remote(Protocol):
    """What is used of a file system of fsspec."""

    def find(self, path: str, *, detail: bool) -> dict[str, dict[str, object]]: ...
    def unstrip_protocol(self, name: str) -> str: ...
    def open(self, path: str, mode: str) -> BinaryIO: ...
    def get_file(self, rpath: str, lpath: str) -> None: ...


def is_address(name: str) -> bool:
    """Tells an address (`s3://bucket/folder`) from a path."""
    return re.match(r"[A-Za-z][\w+.-]+://", name) is not None


def _walk_remote(address: str, limits: Limits) -> Iterator[Met]:
    system, root = _connect(address)
    try:
        found = system.find(root, detail=True)
    except OSError as error:
        yield Unreadable(name=address, error=_not_opened(error))
        return
    if not found:
        missing = ReadError("There is nothing at this address", advice="Check it, and the rights to list it")
        yield Unreadable(name=address, error=missing)
    names = frozenset(found)
    for path in sorted(found):
        size = found[path].get("size")
        yield from _remote_file(system, path, size if isinstance(size, int) else 0, names, limits)


def _connect(address: str) -> tuple[_Remote, str]:
    if address.lower().startswith(("http://", "https://")):
        raise UsageError(f"{address} is a web page", advice="Use `sovang fetch`")
    try:
        from fsspec.core import url_to_fs

        system, root = url_to_fs(address)
    except ImportError as error:
        raise UsageError(
            f"Addresses like {address} need a package that is not installed: {error}",
            advice="pip install 'sovang[dask]', and for s3:// also s3fs, for gs:// gcsfs, for abfs:// adlfs",
        ) from error
    except (ValueError, OSError) as error:
        raise UsageError(f"{address} cannot be opened: {error}", advice="Check the address") from error
    return cast(_Remote, system), root


def _remote_file(system: _Remote, path: str, size: int, names: frozenset[str], limits: Limits) -> Iterator[Met]:
    name = system.unstrip_protocol(path).encode("utf-8", "backslashreplace").decode()
    inner = PurePosixPath(path)
    suffix = inner.suffix.lower()
    if inner.name.startswith(".") or _DEBRIS & set(inner.parts):
        return
    if any(_is_furniture_of(folder, names) for folder in inner.parents):
        yield LeftOut(name=name, why="parts of saved pages")
    elif suffix == ".zip" or is_archive(inner.name):
        yield from _remote_archive(system, path, name, size, limits)
    elif suffix not in _SUFFIXES:
        yield LeftOut(name=name)
    elif size > limits.file_bytes:
        yield Unreadable(name=name, error=_too_large(limits))
    else:
        yield Source(name=name, suffix=inner.suffix, path=Path(inner.name), remote=lambda: system.open(path, "rb"))


def _is_furniture_of(folder: PurePosixPath, names: frozenset[str]) -> bool:
    pages = [str(folder)[: -len(end)] for end in _FURNITURE if folder.name.endswith(end)]
    return any(f"{page}{suffix}" in names for page in pages for suffix in _PAGES)


def _remote_archive(system: _Remote, path: str, name: str, size: int, limits: Limits) -> Iterator[Met]:
    """A zip file or web archive is fetched whole for the time of its walk."""
    if size > limits.zip_bytes:
        yield Unreadable(name=name, error=TooLarge("The archive is larger than zip_limit_mb", advice="Split it"))
        return
    with tempfile.TemporaryDirectory(prefix="sovang-") as folder:
        local = Path(folder, "archive" + "".join(PurePosixPath(path).suffixes[-2:]))
        try:
            system.get_file(path, str(local))
        except OSError as error:
            yield Unreadable(name=name, error=_not_opened(error))
            return
        walked = _walk_zip if local.suffix.lower() == ".zip" else _walk_web_archive
        yield from walked(local, name, limits)


def printable(path: Path) -> str:
    """Returns the path as text that can be stored; bytes that are no UTF-8 become `xNN` after a backslash."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _not_opened(error: OSError) -> ReadError:
    failure = ReadError(f"It cannot be opened: {error.strerror or error}", advice="Check path and permissions")
    failure.__cause__ = error
    return failure


def _too_large(limits: Limits) -> ReadError:
    return TooLarge(
        f"The file is larger than {limits.file_bytes // MEGABYTE} MB", advice="Split it or raise file_limit_mb"
    )
