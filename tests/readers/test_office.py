"""Word 97-2003, RTF and OpenDocument files through LibreOffice; fonts before Unicode by their names."""

from pathlib import Path

import pytest

from extractors.domain.errors import Damaged, Encrypted, MissingDependency
from pipeline.readers import availability, office, read, read_bytes, recognise
from pipeline.readers.fonts import by_font, coding_of

FORMATS = Path(__file__).parent.parent / "formats"
EXPECTED = (FORMATS / "expected" / "vntime.rtf").read_text(encoding="utf-8").rstrip("\n")
missing = availability()["doc"]
needs_office = pytest.mark.skipif(bool(missing), reason=missing)


@needs_office
@pytest.mark.parametrize("kind", ["rtf", "doc", "odt"])
def test_fonts_are_converted_and_deletions_stay_out(kind: str) -> None:
    found = read(FORMATS / f"vntime.{kind}")
    assert "\n".join(block.text for block in found.blocks) == EXPECTED
    assert found.format == kind
    assert found.notes[0] == "converted from TCVN3 by the names of fonts"
    assert all(block.page == 1 and block.words for block in found.blocks)


@needs_office
def test_what_libreoffice_cannot_open_is_damaged() -> None:
    data = bytearray((FORMATS / "vntime.doc").read_bytes())
    data[512:] = bytes(len(data) - 512)
    with pytest.raises(Damaged):
        office.read(bytes(data), "hurt.doc")


def test_capitals_and_coding_are_told_by_the_font() -> None:
    assert by_font("céng hßa", "ABCDEF+.VnTimeH-Bold") == "CỘNG HÒA"
    assert by_font("Thuû töôùng", "VNI-Times") == "Thủ tướng"
    assert by_font("été", "Times New Roman") == "été"
    assert by_font("Việt", ".VnTime") == "Việt"
    assert coding_of("Vni") is None


def test_formats_are_told_from_the_bytes() -> None:
    for kind in ("rtf", "doc", "odt"):
        assert recognise((FORMATS / f"vntime.{kind}").read_bytes(), "a.txt") == kind


def test_absent_libreoffice_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingDependency, match="libreoffice-writer-nogui"):
        read(FORMATS / "vntime.rtf")
    assert "libreoffice-writer-nogui" in availability()["odt"]


def test_locked_word_file_is_told_from_its_flags() -> None:
    data = bytearray((FORMATS / "vntime.doc").read_bytes())
    start = data.find(b"\xec\xa5")
    data[start + 11] |= 1
    with pytest.raises(Encrypted):
        read_bytes(bytes(data), "locked.doc")


def test_conversion_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 61 & echo $! > " + str(tmp_path / "child") + "\nwait\n")
    program.chmod(0o755)
    monkeypatch.setattr(office, "office_program", lambda: str(program))
    monkeypatch.setattr(office, "LIMITS", office.LIMITS.__class__(office_s=1))
    with pytest.raises(office.TooLarge, match="within 1 seconds"):
        read(FORMATS / "vntime.rtf")
    status = Path("/proc", (tmp_path / "child").read_text().strip(), "stat")
    assert not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"
