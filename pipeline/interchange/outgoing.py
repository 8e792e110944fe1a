"""Writes documents of the database in one of the forms of `pipeline.exports`, beside the target and then renamed."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from extractors.domain.errors import StoreError, UsageError
from pipeline.exports import FILE_EXPORTS, FOLDERS, write, write_files
from pipeline.interchange.stored_documents import serials_of, stored_documents
from pipeline.store import Store


def export(store: Store, form: str, documents: Sequence[str] = (), target: Path | None = None) -> int:
    """Writes all documents, or those named, in the order of their ids; returns how many.

    Without a target, text goes to standard output. Raises `UsageError` for a form that needs a target and for one
    that is taken, `StoreError` where it cannot be written.
    """
    found = stored_documents(store, serials_of(store, documents), with_rejected=form == "labelstudio")
    if target is None:
        if form in FILE_EXPORTS:
            raise UsageError(f"{form} is no text", advice="Say with -o where to write it")
        return write(form, found, sys.stdout)
    if form in FOLDERS and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is there already", advice="Give a new folder with -o")
    made = target.with_name(f".{target.name}.new")
    try:
        _remove(made)
        if form in FOLDERS:
            made.mkdir(parents=True)
        else:
            made.parent.mkdir(parents=True, exist_ok=True)
        if form in FILE_EXPORTS:
            count = write_files(form, found, made)
        else:
            with made.open("w", encoding="utf-8", newline="\n") as file:
                count = write(form, found, file)
        made.replace(target)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error}", advice="Check free space and permissions") from error
    finally:
        _remove(made)
    return count


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
