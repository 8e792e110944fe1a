"""Keeps the bytes of every document under `originals/aa/HASH.ext`, written beside and renamed."""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

from extractors.domain.errors import ReadError, StoreError

_CHUNK: Final = 1 << 20
_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,8}")


def digest_of(stream: BinaryIO) -> tuple[str, int]:
    """Returns the SHA-256 of what is left of the stream, in hex, and the number of its bytes."""
    digest = hashlib.sha256()
    size = 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def original_name(document_id: str, suffix: str) -> str:
    """Returns the place of a document below the folder of originals; a suffix that is no plain word is dropped."""
    suffix = suffix.lower()
    return f"{document_id[:2]}/{document_id}{suffix if _SUFFIX.fullmatch(suffix) else ''}"


def keep_original(folder: Path, document_id: str, suffix: str, stream: BinaryIO) -> str:
    """Copies the stream to its place and returns that place, relative to `folder`; it is on disk on return.

    Raises `ReadError` where the bytes are no longer those of `document_id`, `StoreError` where they
    cannot be written.
    """
    name = original_name(document_id, suffix)
    target = folder / name
    if target.exists():
        return name
    written: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".part-", delete=False) as copy:
            written = Path(copy.name)
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        if digest.hexdigest() != document_id:
            raise ReadError("The file changed while it was being read", advice="Run again when it is at rest")
        written.chmod(0o644)
        written.replace(target)
        written = None
        _sync_folder(target.parent)
    except OSError as error:
        raise StoreError(
            f"The original cannot be kept at {target}: {error.strerror or error}",
            advice="Check free space and permissions of that folder, then run again",
        ) from error
    finally:
        if written is not None:
            written.unlink(missing_ok=True)
    return name


def sweep_partial(folder: Path) -> None:
    """Removes copies that a killed run left half written; call it only while no other run is at work."""
    for left in folder.glob("*/.part-*"):
        left.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
