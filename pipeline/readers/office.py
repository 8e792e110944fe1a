"""Word 97-2003, RTF and OpenDocument text: LibreOffice prints them to PDF, which gives pages and boxes.

It goes through DOCX first: there each run still names its font, .VnTime for one, in whose place another stands in the
PDF, and there deleted text can be hidden, which LibreOffice prints struck through.
"""

import io
import os
import re
import shutil
import signal
import struct
import subprocess
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from extractors.domain.errors import Damaged, Encrypted, MissingDependency, TooLarge
from extractors.domain.records import SourceText
from pipeline.readers import OFFICE_ADVICE, office_program, pdf
from pipeline.readers.fonts import in_unicode
from pipeline.readers.limits import LIMITS, check, check_package

_FIB: Final = re.compile(rb"[\xec\xdc]\xa5[\x00-\xff][\x00\x01].{8}", re.DOTALL)  # Word 97 and later, Word 6 and 95
_FIB_ENCRYPTED: Final = 0x0100
_SETTINGS: Final = re.compile(rb"(<w:settings\b[^>]*[^/>]>)")
# Settings of the scratch profile: no macros, no links that are fetched, and a proxy that answers nobody.
_PROFILE: Final = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "int", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "boolean", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "boolean", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "boolean", "true"),
    ("Office.Writer/Content/Update", "Link", "int", "0"),
    ("Inet/Settings", "ooInetProxyType", "int", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "string", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "int", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "string", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "int", "9"),
)


def read(data: bytes, name: str) -> SourceText:
    """Returns the blocks of a .doc, .rtf or .odt file as printed, with pages and boxes. Needs LibreOffice."""
    paper, notes = as_printed(data, name)
    found = pdf.read(paper, name)
    return replace(found, format=_kind(data), notes=(*notes, *found.notes))


def as_printed(data: bytes, name: str) -> tuple[bytes, tuple[str, ...]]:
    """Returns the PDF whose pages and boxes are read, and notes on how it was made."""
    kind = _kind(data)
    _check(data, name, kind)
    program = office_program()
    if program is None:
        raise MissingDependency(f"{name} is read through LibreOffice, which is not installed", advice=OFFICE_ADVICE)
    with TemporaryDirectory(prefix="sovang-office-") as folder:
        scratch = _Scratch(program=program, folder=Path(folder), name=name)
        package, notes = in_unicode(scratch.convert(data, kind, "docx"))
        return scratch.convert(_hiding_deletions(package), "docx", "pdf"), tuple(notes)


def _kind(data: bytes) -> str:
    return "rtf" if data.startswith(b"{\\rtf") else "odt" if data.startswith(b"PK") else "doc"


class _Scratch:
    """A folder with a LibreOffice profile of its own, so that no setting or open window of the user matters."""

    def __init__(self, *, program: str, folder: Path, name: str) -> None:
        self.program, self.folder, self.name = program, folder, name
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_profile(), encoding="utf-8")

    def convert(self, data: bytes, suffix: str, target: str) -> bytes:
        """Returns the document in another format; raises `Damaged` where LibreOffice makes nothing of it."""
        source = self.folder / f"in.{suffix}"
        source.write_bytes(data)
        made = self.folder / f"in.{target}"
        command = [self.program, f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"]
        command += ["--headless", "--norestore", "--nolockcheck", "--convert-to", target]
        _run([*command, "--outdir", str(self.folder), str(source)], self.folder, self.name)
        if not made.is_file() or not made.stat().st_size:
            raise Damaged(
                f"{self.name} cannot be opened by LibreOffice",
                advice="Open it in Word and save it anew as .docx or .pdf",
            )
        check(self.name, "bytes after conversion", made.stat().st_size, LIMITS.file_bytes)
        return made.read_bytes()


def _run(command: Sequence[str], folder: Path, name: str) -> None:
    """Runs LibreOffice and ends it with all its children when its time is up.

    coreutils' `timeout` stands between where it is there: it ends them even if this process is killed first.
    """
    limit = LIMITS.office_s
    guard = [found, "--signal=KILL", str(limit)] if (found := shutil.which("timeout")) else []
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
    process = subprocess.Popen(
        [*guard, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    try:
        code = process.wait(limit + 1)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if code is None or code in (137, -signal.SIGKILL):
        raise TooLarge(
            f"{name} was not converted by LibreOffice within {limit} seconds", advice="Save it as .docx or .pdf"
        )


def _profile() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{prop}" oor:op="fuse" oor:type="xs:{kind}">'
        f"<value>{value}</value></prop></item>"
        for path, prop, kind, value in _PROFILE
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )


def _check(data: bytes, name: str, kind: str) -> None:
    if kind == "doc" and _word_flags(data) is None:
        raise Damaged(f"{name} is a broken Word document", advice="Copy it again, or save it anew as .docx")
    if kind == "odt":
        check_package(data, name)
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
        is_locked = b"encryption-data" in manifest
    else:
        is_locked = kind == "doc" and bool((_word_flags(data) or 0) & _FIB_ENCRYPTED)
    if is_locked:
        raise Encrypted(f"{name} is locked with a password", advice="Save it without the password")


def _word_flags(data: bytes) -> int | None:
    """Returns the flags at the start of the Word stream (MS-DOC 2.5.2), which begins on a mini sector of 64 bytes.

    None where there is no such stream: LibreOffice would take the bytes for plain text then.
    """
    for match in _FIB.finditer(data):
        if match.start() % 64 == 0:
            return int(struct.unpack_from("<H", data, match.start() + 10)[0])
    return None


def _hiding_deletions(package: bytes) -> bytes:
    """Sets the package to be shown without its changes: deletions are printed struck through otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            part = old.read(member)
            if member.filename == "word/settings.xml":
                part = _SETTINGS.sub(rb'\1<w:revisionView w:insDel="0" w:formatting="0"/>', part, count=1)
            new.writestr(member, part)
    return out.getvalue()
