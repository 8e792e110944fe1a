"""Backs a database up while others write to it, and puts it back.

A backup folder holds the database under a name of its own, the originals by their hash, and a manifest that names
the database with its sum. The manifest is renamed last, so a backup that is cut short leaves the one before it whole.
"""

import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from extractors.domain.errors import StoreError, UsageError
from pipeline.store import Store, sync
from pipeline.version import extractor_version

MANIFEST: Final = "manifest.json"
_ORIGINALS: Final = "originals"
_PLACE: Final = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})(\.[a-z0-9]{1,8})?")
Tick = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a backup or a restoring did; `present` originals lay there already."""

    database: Path
    documents: int
    copied: int = 0
    present: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """What stands in the manifest; `originals` is the sum over the sorted names, which are sums themselves."""

    file: str
    sha256: str
    bytes: int
    documents: int
    originals_count: int
    originals_sha256: str
    extractor: str
    made_at: str


def backup(db: Path, target: Path, tick: Tick = lambda name: None) -> Copied:
    """Copies the database and its originals to the folder `target`, or the database alone to a file `*.db`.

    Runs and servers may write meanwhile: what is copied is the state of one moment, checked afterwards.
    Originals that lie in the folder already are left. Raises `StoreError` where something cannot be copied whole.
    """
    if not db.is_file():
        raise StoreError(f"There is no database at {db}", advice="Give --db")
    with _told(target):
        if target.suffix == ".db" and not target.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            names = _snapshot(db, target)
            return Copied(database=target, documents=len(names))
        return _to_folder(db, target, tick)


def _to_folder(db: Path, folder: Path, tick: Tick) -> Copied:
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    file = folder / f"{db.stem}-{now:%Y%m%dT%H%M%S%fZ}.db"
    names = _snapshot(db, file)
    copied = _copy_originals(db.parent / _ORIGINALS, folder / _ORIGINALS, names, tick)
    manifest = _Manifest(
        file=file.name,
        sha256=_sum_of(file),
        bytes=file.stat().st_size,
        documents=len(names),
        originals_count=len(names),
        originals_sha256=_sum_of_names(names),
        extractor=extractor_version(),
        made_at=now.isoformat(timespec="seconds"),
    )
    text = json.dumps({name: getattr(manifest, name) for name in _Manifest.__slots__}, indent=2)
    part = folder / f".part-{MANIFEST}"
    part.write_text(text + "\n", encoding="utf-8")
    sync(part)
    part.replace(folder / MANIFEST)
    sync(folder)
    for older in folder.glob(f"{db.stem}-*Z.db"):
        if older != file:
            older.unlink()
    return Copied(database=file, documents=len(names), copied=copied, present=len(names) - copied)


def _snapshot(db: Path, file: Path) -> list[str]:
    """Copies one moment of the database to `file`, checks the copy and returns the names of its originals."""
    part = file.with_name(f".part-{file.name}")
    part.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=rw", uri=True, timeout=30)) as source,
            closing(sqlite3.connect(part)) as copy,
        ):
            part.chmod(0o600)
            source.backup(copy)  # in one step: in WAL mode no writer waits for it, and it waits for none
            copy.execute("PRAGMA journal_mode = DELETE")
        names = _checked(part)
        sync(part)
        part.replace(file)
        sync(file.parent)
    finally:
        part.unlink(missing_ok=True)
    return names


def _checked(file: Path) -> list[str]:
    """Returns the names of the originals of a database that is whole; `StoreError` where it is not."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check")]
        broken = copy.execute("PRAGMA foreign_key_check").fetchall()
        if found != ["ok"] or broken:
            raise StoreError(
                f"The database {file} is not whole: {'; '.join(found[:3])}, {len(broken)} rows point to nothing",
                advice="Run `sovang verify`, and restore an earlier backup",
            )
        return sorted(str(row[0]) for row in copy.execute("SELECT original FROM documents"))


def restore(source: Path, db: Path, *, force: bool = False, tick: Tick = lambda name: None) -> Copied:
    """Puts a backup (folder or file) back as the database `db` with its originals, all checked against their sums.

    Raises `UsageError` where `db` exists and `force` is not given, `StoreError` where the backup is not
    whole or another program has `db` open.
    """
    if db.exists() and not force:
        raise UsageError(f"There is a database at {db} already", advice="Give another --db, or --force to replace it")
    with _told(db):
        file = _file_of(source)
        names = _checked(file)
        db.parent.mkdir(parents=True, exist_ok=True)
        copied = 0
        if source.is_dir():
            copied = _copy_originals(source / _ORIGINALS, db.parent / _ORIGINALS, names, tick)
        part = db.with_name(f".part-{db.name}")
        shutil.copyfile(file, part)
        part.chmod(0o600)
        sync(part)
        _close_for_good(db)
        part.replace(db)
        sync(db.parent)
    with Store(db, must_exist=True) as store:  # brings an older one up to date
        documents = store.count("SELECT count(*) FROM documents")
    present = len(names) - copied if source.is_dir() else 0
    return Copied(database=db, documents=documents, copied=copied, present=present)


def _file_of(source: Path) -> Path:
    """The database file of a backup; of a folder the one that its manifest names, if it is that still."""
    if not source.is_dir():
        return source
    try:
        manifest = _Manifest(**json.loads((source / MANIFEST).read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise StoreError(f"{source / MANIFEST} is no manifest: {error}", advice="Take another backup") from error
    file = source / Path(manifest.file).name
    if _sum_of(file) != manifest.sha256 or _sum_of_names(_checked(file)) != manifest.originals_sha256:
        raise StoreError(f"{file} is not what was backed up", advice="Take another backup")
    return file


def _close_for_good(db: Path) -> None:
    """Folds the write-ahead log of a database in that is to be replaced; refused while anyone has it open."""
    if not db.exists():
        return
    try:
        with closing(sqlite3.connect(db, timeout=1)) as old:
            old.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"The database {db} is in use: {error}", advice="Stop runs and servers that use it, then restore"
        ) from error
    except sqlite3.DatabaseError:  # damaged: the reason why it is replaced
        for left in ("-wal", "-shm"):
            db.with_name(db.name + left).unlink(missing_ok=True)


# --- originals -----------------------------------------------------------------------------------------


def _copy_originals(source: Path, target: Path, names: Iterable[str], tick: Tick) -> int:
    """Copies those that are missing and returns how many; each has to be what its name says."""
    copied = 0
    for name in names:
        place = _PLACE.fullmatch(name)
        if place is None:
            raise StoreError(f"{name!r} is no place of an original", advice="Run `sovang verify`")
        if not (target / name).exists():
            _copy_original(source / name, target / name, place[1])
            copied += 1
        tick(name)
    return copied


def _copy_original(source: Path, target: Path, expected: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".part-{target.name}")
    try:
        shutil.copyfile(source, part)
        if _sum_of(part) != expected:
            raise StoreError(f"The original {source} is not the file that was read", advice="Run `sovang verify`")
        sync(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _sum_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sum_of_names(names: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


@contextmanager
def _told(where: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{where}: the database cannot be copied: {error}", advice="Run `sovang verify`") from error
    except OSError as error:
        raise StoreError(
            f"{error.filename or where} cannot be read or written: {error.strerror or error}",
            advice="Check path, free space and permissions",
        ) from error
