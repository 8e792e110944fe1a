"""What a person types and what comes back: output, exit code, and a message that says what to do next."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from extractors.domain.records import Json
from pipeline.cli import main
from pipeline.store import Store
from pipeline.version import __version__

ROOT = Path(__file__).parents[2]
SNAPSHOTS = ROOT / "tests" / "snapshots"
TEXT = "Tin mừng từ phương Bắc\nNgày 25/12/2013, UBND tỉnh Lạng Sơn tặng bằng khen cho 2 tập thể."

Result = tuple[int, str, str]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Result]:
    """Calls `sovang` in an empty folder; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["sovang", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "tin.txt").write_text(TEXT, encoding="utf-8")
    (folder / "khac.txt").write_text("Năm 1995, tỉnh Hà Tây có 3 cầu.", encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", ["", "run", "extract", "verify"])
def test_help_reads_as_it_should(cli: Callable[..., Result], command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = cli(*command.split(), "--help")
    assert code == 0
    snapshot = SNAPSHOTS / f"help{'-' if command else ''}{command}.txt"
    if os.environ.get("SOVANG_UPDATE_SNAPSHOTS"):
        snapshot.parent.mkdir(exist_ok=True)
        snapshot.write_text(out, encoding="utf-8")
        pytest.fail("snapshots were rewritten: look at them line by line, then unset SOVANG_UPDATE_SNAPSHOTS")
    assert out == snapshot.read_text(encoding="utf-8")


def test_help_does_not_load_the_engine() -> None:
    heavy = ("spacy", "rich", "sqlite_utils", "underthesea")
    probe = f"import sys, pipeline.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["pipeline.run", "pipeline.verify", "pipeline.web.app"])
def test_what_only_keeps_and_shows_does_not_load_the_engine(module: str) -> None:
    probe = f"import sys, {module}; print([m for m in ('spacy', 'underthesea', 'pipeline.nlp') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_version_is_that_of_the_package(cli: Callable[..., Result]) -> None:
    assert cli("--version") == (0, f"sovang, version {__version__}\n", "")


def test_run_status_show_verify(cli: Callable[..., Result], source: Path) -> None:
    code, out, err = cli("run", str(source), "--workers", "1")
    assert (code, err) == (0, "")
    assert "2 documents" in out
    assert "outputs/sovang.db" in out
    code, out, _ = cli("run", str(source), "--workers", "1")
    assert (code, "nothing new to do" in out) == (0, True)
    code, out, _ = cli("status")
    assert (code, "2 article" in out) == (0, True)
    code, out, _ = cli("show", "tin")
    assert (code, "Tin mừng từ phương Bắc" in out, "lang-son" in out) == (0, True, True)
    code, out, _ = cli("show", "tin", "--text")
    assert (code, "tặng bằng khen cho 2 tập thể" in " ".join(out.split())) == (0, True)
    code, out, _ = cli("verify")
    assert (code, "is whole: 2 documents" in out) == (0, True)


def test_a_bad_file_gives_code_3_and_advice(cli: Callable[..., Result], source: Path) -> None:
    (source / "leer.pdf").write_bytes(b"")
    code, out, _ = cli("run", str(source), "--workers", "1")
    assert code == 3
    assert "leer.pdf" in out
    assert "Copy or scan it again" in out
    code, out, _ = cli("retry", "--workers", "1")
    assert code == 3


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE dates SET edtf = '1999' WHERE edtf = '2013-12-25'", "not those it was entered with"),
        ("UPDATE provinces SET start = start + 1", "is not what stands at"),
        ("UPDATE documents SET text = 'x' || text WHERE serial = 1", "characters, not"),
        ("UPDATE documents SET folded = 'x' || folded WHERE serial = 1", "folded text"),
        ("INSERT INTO document_search(document_search) VALUES ('delete-all')", "search index"),
        ('UPDATE blocks SET start = start + 1000, "end" = "end" + 1000', "out of place"),
        ("DELETE FROM units WHERE id = 'lang-son'", "points to nothing"),
    ],
)
def test_verify_finds_tampering(
    cli: Callable[..., Result], source: Path, tmp_path: Path, statement: str, said: str
) -> None:
    cli("run", str(source), "--workers", "1")
    with Store(tmp_path / "outputs" / "sovang.db") as store:
        store.db.execute("PRAGMA foreign_keys = OFF")
        store.db.execute(statement)
    code, out, err = cli("verify")
    assert code == 5
    assert said in " ".join(out.split())
    assert "faults in" in err


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_verify_misses_an_original(cli: Callable[..., Result], source: Path, tmp_path: Path, damage: str) -> None:
    cli("run", str(source), "--workers", "1")
    original = next((tmp_path / "outputs" / "originals").rglob("*.txt"))
    if damage == "gone":
        original.unlink()
    else:
        original.write_text("other")
    code, out, _ = cli("verify")
    assert code == 5
    assert "its original" in " ".join(out.split())


def test_verify_reports_a_file_with_holes(cli: Callable[..., Result], source: Path, tmp_path: Path) -> None:
    cli("run", str(source), "--workers", "1")
    path = tmp_path / "outputs" / "sovang.db"
    with path.open("r+b") as file:
        for page in range(8, path.stat().st_size // 4096, 2):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)
    code, out, err = cli("verify")
    assert code == 5
    assert "malformed" in out + err or "SQLite" in out
    assert "Traceback" not in err


def test_extract_prints_the_contract(cli: Callable[..., Result], source: Path) -> None:
    code, out, _ = cli("extract", "in/tin.txt")
    document = json.loads(out)
    assert code == 0
    assert document["document"]["source"] == "in/tin.txt"
    assert document["text"] == TEXT
    assert [record["id"] for record in document["provinces"]] == ["lang-son"]
    for kind in ("dates", "provinces", "figures", "awards"):
        for record in document[kind]:
            assert TEXT[record["start"] : record["end"]] == record["text"]
            assert {"record_id", "confidence", "evidence", "page", "copy_of"} <= set(record)


def test_extract_gives_what_the_function_gives(
    cli: Callable[..., Result], source: Path, extract: Callable[..., Json]
) -> None:
    (source / "tin.txt").write_text(f"{TEXT}\nHai năm sau\n{TEXT.splitlines()[1]}", encoding="utf-8")
    _, out, _ = cli("extract", "in/tin.txt")
    by_command, by_function = json.loads(out), extract((source / "tin.txt").read_text(encoding="utf-8"))
    assert by_command.pop("document") == {**by_function.pop("document"), "source": "in/tin.txt", "format": "txt"}
    assert by_command == by_function
    assert any(record["copy_of"] for record in by_command["provinces"])


def test_extract_counts_from_the_reference_date(cli: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hôm qua, tỉnh Phú Thọ họp.", encoding="utf-8")
    _, out, _ = cli("extract", "--reference-date", "2019-01-16", "a.txt")
    assert [record["edtf"] for record in json.loads(out)["dates"]] == ["2019-01-15"]


def test_extract_goes_on_after_a_bad_file(cli: Callable[..., Result], source: Path) -> None:
    (source / "blank.txt").write_text(" ")
    code, out, err = cli("extract", "in/blank.txt", "in/no-such.txt", "in/tin.txt")
    assert code == 3
    assert len(out.splitlines()) == 1
    assert "in/blank.txt:" in err
    assert "in/no-such.txt:" in err


@pytest.mark.parametrize("form", ["table", "html"])
def test_extract_has_other_forms(cli: Callable[..., Result], source: Path, form: str) -> None:
    code, out, _ = cli("extract", "--format", form, "in/tin.txt", "in/khac.txt")
    assert code == 0
    assert "lang-son" in out
    assert "ha-tay" in out


def test_a_dry_run_names_what_it_would_read(cli: Callable[..., Result], source: Path, tmp_path: Path) -> None:
    code, out, _ = cli("run", "--dry-run", str(source))
    assert code == 0
    assert "tin.txt" in out
    assert not (tmp_path / "outputs").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("run", "nowhere"), 2, "There is no nowhere"),
        (("run",), 2, "Missing argument"),
        (("frobnicate",), 2, "No such command"),
        (("status",), 5, "Run `sovang run SOURCE` first"),
        (("extract", "--reference-date", "gestern", "a.txt"), 2, "gestern"),
        (("--config", "nowhere.toml", "doctor"), 4, "nowhere.toml"),
    ],
)
def test_mistakes_are_told_with_what_to_do(
    cli: Callable[..., Result], words: tuple[str, ...], code: int, said: str
) -> None:
    got, out, err = cli(*words)
    assert (got, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


def test_show_asks_for_more_of_the_name_where_several_fit(cli: Callable[..., Result], source: Path) -> None:
    (source / "tin-2.txt").write_text("Năm 1990", encoding="utf-8")
    cli("run", str(source), "--workers", "1")
    code, _, err = cli("show", "tin")
    assert (code, "tin-2.txt" in err, "tin.txt" in err) == (2, True, True)
    code, out, _ = cli("show", "tin.txt")
    assert (code, "lang-son" in out) == (0, True)
    code, _, err = cli("show", "100%_")
    assert (code, "No document is called" in err) == (2, True)


def test_doctor_names_libraries_formats_and_model(cli: Callable[..., Result]) -> None:
    code, out, _ = cli("doctor")
    assert code == 0
    for name in ("Python", "SQLite", "spacy", "Vietnamese OCR model", "format txt", "format pdf"):
        assert name in out


def test_the_log_is_json_lines_where_asked(cli: Callable[..., Result], source: Path) -> None:
    _, _, err = cli("--log-json", "run", str(source), "--workers", "1")
    entries = [json.loads(line) for line in err.splitlines()]
    done = [entry for entry in entries if entry["message"].endswith(": done")]
    assert len(done) == 2
    assert all(entry["level"] == "info" for entry in entries)
    progress = [entry for entry in entries if "progress" in entry]
    assert progress[-1]["progress"] == {**progress[-1]["progress"], "done": 2, "total": 2, "failed": 0}


@pytest.fixture(autouse=True)
def _quiet_log() -> object:
    yield
    for name in ("pipeline", "extractors"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


def test_python_m_pipeline_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "pipeline", "--version"], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == f"sovang, version {__version__}\n"
