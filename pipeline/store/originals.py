"""Keeps the bytes of every document under `originals/aa/HASH.ext`, written beside and renamed."""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final

from extractors.domain.errors import ReadError, StoreError

_CHUNK: Final = 1 << 20
_SYNCED_AT_ONCE: Final = 8
_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """A copy that is written beside its place and waits to be synced and named."""

    written: Path
    target: Path


def digest_of(stream: BinaryIO, head: bytes = b"") -> tuple[str, int]:
    """Returns the SHA-256 of `head` and what is left of the stream, in hex, and the number of these bytes."""
    digest = hashlib.sha256(head)
    size = len(head)
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def original_name(document_id: str, suffix: str) -> str:
    """Returns the place of a document below the folder of originals; a suffix that is no plain word is dropped."""
    suffix = suffix.lower()
    return f"{document_id[:2]}/{document_id}{suffix if _SUFFIX.fullmatch(suffix) else ''}"


def write_partial(folder: Path, document_id: str, suffix: str, stream: BinaryIO) -> Partial | None:
    """Copies the stream beside its place in `folder`, not yet synced; None where the place is taken already.

    Raises `ReadError` where the bytes are no longer those of `document_id`, `StoreError` where they
    cannot be written.
    """
    target = folder / original_name(document_id, suffix)
    if target.exists():
        return None
    written = target.with_name(f".part-{document_id}")
    digest = hashlib.sha256()
    with _told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with written.open("wb") as copy:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                copy.write(chunk)
    if digest.hexdigest() != document_id:
        written.unlink(missing_ok=True)
        raise ReadError("The file changed while it was being read", advice="Run again when it is at rest")
    return Partial(written=written, target=target)


def settle(partials: Sequence[Partial]) -> None:
    """Syncs copies and gives them their names; all are on disk on return. Many at once cost little more than one.

    Raises `StoreError` where that fails.
    """
    if not partials:
        return
    with _told(partials[0].target):
        _sync([partial.written for partial in partials])
        for partial in partials:
            partial.written.replace(partial.target)
        _sync(sorted({partial.target.parent for partial in partials}))


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The original cannot be kept at {target}: {error.strerror or error}",
            advice="Check free space and permissions of that folder, then run again",
        ) from error


def sweep_partial(folder: Path) -> None:
    """Removes copies that a killed run left half written; call it only while no other run is at work."""
    for left in folder.glob("*/.part-*"):
        left.unlink(missing_ok=True)


def _sync(paths: Sequence[Path]) -> None:
    """Several at a time, so that a file system with a journal writes it once for all of them."""
    if len(paths) == 1:
        sync(paths[0])
        return
    for _ in _threads().map(sync, paths):
        pass


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_SYNCED_AT_ONCE, thread_name_prefix="sync")


def sync(path: Path) -> None:
    """Returns when a file, or the names in a folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
