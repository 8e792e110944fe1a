"""Makes a release beside its folder and puts it in place whole: tables, files, descriptions, version, changes."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from extractors.domain.errors import StoreError, UsageError
from pipeline.publish import about as details
from pipeline.publish import build, explore, metadata, pages
from pipeline.publish.about import About, Licence
from pipeline.publish.build import Conditions
from pipeline.publish.changes import compare, summary
from pipeline.publish.files import PublishedFile, described, need_parquet, write_csv, write_parquet
from pipeline.publish.quality import measures
from pipeline.publish.schema import LATE, RECORD_TABLES, Table, tables_of
from pipeline.store import Store, sync

STEPS: Final = 20 * 3 + 2  # ticks of one release, about
_QUALITY: Final = "quality"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for. `version` and `date` are chosen where they are empty."""

    working: Path
    target: Path
    conditions: Conditions
    title: str
    creator: str
    licence: str
    version: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What became of an order."""

    target: Path
    version: str
    previous: str
    is_new: bool
    documents: int
    records: int
    changes: tuple[tuple[str, str, str, int], ...] = ()  # table, change, why, how many


def publish(order: Order, tick: Callable[[], None] = lambda: None) -> Release:
    """Writes the release into its folder; a release that would say the same as the one there is left as it is.

    Raises `UsageError` where the folder holds something else or the version was published with other content,
    `StoreError` where it cannot be written.
    """
    need_parquet()
    licence = details.licence_of(order.licence)
    _bring_back(order.target)
    if order.target.is_dir() and any(order.target.iterdir()) and not (order.target / "sovang.db").is_file():
        raise UsageError(f"{order.target} holds other things than a release", advice="Give a folder of its own with -o")
    before = details.published_before(order.target)
    with Store(order.working, must_exist=True):
        pass  # brings the tables up to this version before they are read
    try:
        with _building(order.target) as folder:
            return _publish(order, licence, before, folder, tick)
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(
            f"{order.target} cannot be written: {error}", advice="Check free space and permissions"
        ) from error


def _publish(order: Order, licence: Licence, before: dict[str, str], folder: Path, tick: Callable[[], None]) -> Release:
    conditions = order.conditions
    file = folder / "build.db"
    connection = build.connect(file, order.working, conditions)
    try:
        build.fill(connection, conditions, tick)
        tables = tables_of(with_texts=conditions.with_texts)
        quality = next(table for table in tables if table.name == _QUALITY)
        build.insert(
            connection,
            quality,
            ((m.kind, m.measure, m.value, m.low, m.high, m.cases) for m in measures(connection)),
        )
        data = [_written(write_csv(connection, table, folder), tick) for table in tables if table.name not in LATE]
        about = _about(connection, order, licence, before, data)
        if before.get("digest") == about.digest and before.get("version") == about.version:
            return _unchanged(order, before)
        _tell(connection, about, order.target if before else None, tables)
        late = [write_csv(connection, table, folder) for table in tables if table.name in LATE]
        columns = [_written(write_parquet(connection, table, folder), tick) for table in tables]
        counts = {table.name: file.rows for table, file in zip(tables, columns, strict=True)}
        build.finish(connection, folder / "sovang.db", with_texts=conditions.with_texts)
        tick()
        files = [described(folder, folder / "sovang.db"), *data, *late, *columns]
        _describe(connection, about, folder, files, counts, order.target)
        told = tuple(row[:2] + row[3:] for row in summary(connection))
    finally:
        connection.close()
    file.unlink()
    _put_in_place(folder, order.target)
    return Release(
        target=order.target,
        version=about.version,
        previous=about.previous,
        is_new=True,
        documents=about.documents,
        records=about.records,
        changes=told,
    )


def _written(file: PublishedFile, tick: Callable[[], None]) -> PublishedFile:
    tick()
    return file


def _unchanged(order: Order, before: dict[str, str]) -> Release:
    return Release(
        target=order.target,
        version=before["version"],
        previous=before.get("previous_version", ""),
        is_new=False,
        documents=int(before["documents"]),
        records=int(before["records"]),
    )


def _about(
    connection: sqlite3.Connection,
    order: Order,
    licence: Licence,
    before: dict[str, str],
    data: list[PublishedFile],
) -> About:
    """Settles version and date; what the release before says of itself counts where nothing changed since."""
    conditions = order.conditions
    said = (
        order.title, order.creator, licence.id, conditions.base_url, f"{conditions.min_confidence:g}",
        str(conditions.reviewed_only), str(conditions.with_texts),
    )  # fmt: skip
    digest = details.digest_of(data, said)
    previous = before.get("version", "")
    is_same = digest == before.get("digest")
    version = details.check_version(order.version) if order.version else previous if is_same else ""
    if version and version == previous and not is_same:
        raise UsageError(
            f"Version {version} was published with other content", advice="Give another --version-name, or none"
        )
    return About(
        version=version or details.next_version(previous),
        previous=previous,
        date=order.date or details.last_change(connection),
        title=order.title,
        creator=order.creator,
        licence=licence,
        conditions=conditions,
        digest=digest,
        documents=connection.execute("SELECT count(*) FROM documents").fetchone()[0],
        records=connection.execute("SELECT count(*) FROM records").fetchone()[0],
        extractors=tuple(
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT extractor FROM documents WHERE extractor IS NOT NULL ORDER BY extractor"
            )
        ),
    )


def _tell(connection: sqlite3.Connection, about: About, before: Path | None, tables: tuple[Table, ...]) -> None:
    """Fills the tables about the release itself."""
    by_name = {table.name: table for table in tables}
    if before:
        compare(connection, before / "sovang.db")
    build.insert(connection, by_name["release"], about.rows())
    build.create_views(connection, with_texts=about.conditions.with_texts)
    counts = {
        table.name: connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]  # noqa: S608
        for table in tables
    }
    build.insert(connection, by_name["dictionary"], pages.dictionary_rows(connection, tables, counts))


def _describe(
    connection: sqlite3.Connection,
    about: About,
    folder: Path,
    files: list[PublishedFile],
    counts: dict[str, int],
    target: Path,
) -> None:
    """Writes all that describes the release, the hashes of everything last."""
    tables = tables_of(with_texts=about.conditions.with_texts)
    columns = next(table.columns for table in tables if table.name == "dictionary")
    rows = connection.execute("SELECT * FROM dictionary ORDER BY rowid").fetchall()
    reviewed = sum(
        connection.execute(f"SELECT count(*) FROM {kind} WHERE state <> 'machine'").fetchone()[0]  # noqa: S608
        for kind in RECORD_TABLES
    )
    log = target / "CHANGELOG.md"
    before = log.read_text(encoding="utf-8") if about.previous and log.is_file() else ""
    texts = {
        "README.md": pages.readme(about, tables, counts),
        "DICTIONARY.md": pages.dictionary_page(about, rows, tables),
        "DICTIONARY.csv": pages.dictionary_csv(rows, [column.name for column in columns]),
        "QUALITY.md": pages.quality_page(about, connection),
        "CHANGELOG.md": pages.changelog(about, connection, before),
        "LICENSE.md": pages.licence_page(about),
        "CITATION.cff": metadata.citation_file(about),
        "datapackage.json": metadata.data_package(about, tables, files),
        "prov.json": metadata.prov(about, {**counts, "reviewed": reviewed}),
        "metadata.json": explore.datasette_metadata(about, tables),
        "settings.json": explore.datasette_settings(),
        "inspect-data.json": explore.datasette_inspection(files[0], counts),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        files.append(described(folder, folder / name))
    crate = folder / "ro-crate-metadata.json"
    crate.write_text(metadata.ro_crate(about, files), encoding="utf-8")
    files.append(described(folder, crate))
    sums = "".join(f"{file.sha256}  {file.path}\n" for file in sorted(files, key=lambda file: file.path))
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")


# --- the folder -------------------------------------------------------------------------------------


@contextmanager
def _building(target: Path) -> Iterator[Path]:
    """An empty folder beside the target, gone in the end unless it took the target's place; one at a time."""
    folder = target.with_name(f".{target.name}.new")
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in folder.iterdir():  # by a process that was killed
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield folder
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError as error:
        raise StoreError(f"Another process is publishing to {target}", advice="Wait until it is done") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        os.close(handle)


def _put_in_place(folder: Path, target: Path) -> None:
    """Gives a finished folder the name of the target; killed in between, `_bring_back` mends it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            path.chmod(0o444)
            sync(path)
    old = _old(target)
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    folder.rename(target)
    sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _bring_back(target: Path) -> None:
    """Puts the release before back where a kill fell between the two renamings of `_put_in_place`."""
    old = _old(target)
    if old.is_dir() and not target.exists():
        old.rename(target)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")
