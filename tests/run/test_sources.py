"""What a walk meets, in which order, and what it refuses to open."""

import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from extractors.domain.errors import Encrypted, ReadError, TooLarge
from pipeline.sources import LeftOut, Limits, Source, Unreadable, walk
from pipeline.store import digest_of

LIMITS = Limits(file_bytes=1 << 20, zip_bytes=1 << 24, zip_entries=50)


def names(folder: Path, *, limits: Limits = LIMITS, leave_out: Path | None = None) -> list[tuple[str, str]]:
    return [
        (type(met).__name__, met.name.removeprefix(f"{folder}/")) for met in walk([folder], limits, leave_out=leave_out)
    ]


def test_a_folder_is_walked_in_one_fixed_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.pdf", "a/.hidden.txt", "c.csv", "A.TXT", "a/letter.doc", ".git/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == [
        ("Source", "A.TXT"),
        ("Source", "a/letter.doc"),
        ("Source", "a/z.pdf"),
        ("Source", "b.txt"),
        ("LeftOut", "c.csv"),
    ]


def test_a_file_named_is_always_tried(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("x")
    [met] = walk([tmp_path / "c.csv"], LIMITS)
    assert isinstance(met, Source)


def test_outputs_are_not_read_back(tmp_path: Path) -> None:
    for name in ("outputs/demo.html", "outputs/originals/ab/x.txt", "in.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path, leave_out=tmp_path / "outputs") == [("Source", "in.txt")]
    named = [met.name for met in walk([tmp_path / "outputs"], LIMITS, leave_out=tmp_path / "outputs")]
    assert named == [str(tmp_path / "outputs/demo.html")]


def test_zip_entries_are_read_and_never_written_by_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../evil.txt", "Năm 1990")
        archive.writestr("sub/b.txt", "Năm 1991")
        archive.writestr("sub/inner.zip", b"PK")
        archive.writestr("__MACOSX/b.txt", "x")
        archive.writestr("c.csv", "x")
    read = {}
    for met in walk([tmp_path], LIMITS):
        if isinstance(met, Source):
            with met.open() as stream:
                read[met.name.split("!/")[1]] = stream.read().decode()
        else:
            assert isinstance(met, Unreadable | LeftOut)
    assert read == {"../../evil.txt": "Năm 1990", "sub/b.txt": "Năm 1991"}


def test_a_zip_bomb_stops_at_its_limit(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"0" * (8 << 20))
    met = next(on_its_way := walk([tmp_path], Limits(file_bytes=1 << 30, zip_bytes=1 << 30, zip_entries=5)))
    assert isinstance(met, Source)
    with pytest.raises(TooLarge, match="unpacks to more than"), met.open() as stream:
        digest_of(stream)
    assert not list(on_its_way)


@pytest.mark.parametrize("limits", [replace(LIMITS, zip_bytes=10), replace(LIMITS, zip_entries=1)])
def test_a_zip_file_beyond_its_limits_is_one_failure(tmp_path: Path, limits: Limits) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "0123456789")
        archive.writestr("b.txt", "0123456789")
    assert names(tmp_path, limits=limits) == [("Unreadable", "a.zip")]


def test_broken_zip_pipe_and_dead_link_are_failures_not_hangs(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 torn")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to(tmp_path / "nowhere.txt")
    assert names(tmp_path) == [("Unreadable", "broken.zip"), ("Unreadable", "link.txt"), ("Unreadable", "pipe.txt")]


def test_a_locked_zip_entry_is_a_failure_of_that_entry(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "Năm 1990")
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag of encryption, in the entry and in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    met = next(on_its_way := walk([path], LIMITS))
    assert isinstance(met, Source)
    with pytest.raises(Encrypted, match="locked"), met.open() as stream:
        stream.read()
    assert not list(on_its_way)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_torn_zip_entry_is_a_failure_of_that_entry(tmp_path: Path, method: int) -> None:
    path = tmp_path / "a.zip"
    text = " ".join(str(number * 7919) for number in range(3000))
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.txt", text)
    data = bytearray(path.read_bytes())
    data[60:200] = bytes(255 - byte for byte in data[60:200])
    path.write_bytes(data)
    met = next(on_its_way := walk([path], LIMITS))
    assert isinstance(met, Source)
    with pytest.raises(ReadError), met.open() as stream:
        digest_of(stream)
    assert not list(on_its_way)
