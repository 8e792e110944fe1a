"""A published dataset in Python, and the two commands."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pandas
import polars
import pytest

from extractors.domain.errors import UsageError
from pipeline import open_dataset
from pipeline.cli import main
from pipeline.dataset import Dataset
from pipeline.publish import Release

README = Path(__file__).parents[2] / "README.md"
Publisher = Callable[..., Release]
Result = tuple[int, str, str]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["sovang", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def test_frames_of_tables_and_views_are_typed(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        for name in opened.names:
            frame, other = opened[name], opened.polars(name)
            assert frame.shape == other.shape, name
            assert list(frame.columns) == other.columns
        dates = opened["date_facts"]
        assert str(dates.earliest.dtype) == "datetime64[s]"
        assert str(dates.counted.dtype) == "boolean"
        assert (str(dates.start.dtype), str(dates.confidence.dtype)) == ("Int64", "float64")
        assert dates["mod"].isna().any()
        assert dates.earliest.max() == pandas.Timestamp("2019-01-01")
        assert opened.polars("date_facts").schema["earliest"] == polars.Date
        assert opened.polars("award_facts").schema["posthumous"] == polars.Boolean
        assert opened.version == "1"


def test_a_table_and_the_view_on_it_agree(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        awards = opened.frame("awards", ["record_id", "status", "counted"])
        assert list(awards.columns) == ["record_id", "status", "counted"]
        assert set(awards[awards.counted].record_id) == set(opened["award_facts"].record_id)


def test_quotes_stand_in_the_text(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        for row in opened["records"].itertuples():
            assert opened.text(row.document)[row.start : row.end] == row.quote


def test_sql_gives_frames(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        found = opened.query("SELECT unit_name FROM province_facts WHERE unit = ?", ["ha-tay"])
        assert set(found.unit_name) == {"Hà Tây"}
        with pytest.raises(Exception, match="readonly"):
            opened.connection.execute("DELETE FROM labels")


def test_what_is_not_there_is_told(dataset: Path, published: Publisher, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="sovang publish"):
        open_dataset(tmp_path)
    with open_dataset(dataset) as opened:
        for call in (
            lambda: opened["medals"],
            lambda: opened.frame("awards", ["colour"]),
            lambda: opened.text("000000000000"),
        ):
            with pytest.raises(UsageError):
                call()
    published(with_texts=False)
    with Dataset(tmp_path / "dataset") as opened:
        assert "texts" not in opened.names
        assert len(opened["contexts"]) == len(opened["records"])
        with pytest.raises(UsageError, match="no texts"):
            opened.text("000000000000")


def test_frames_without_the_library_are_told(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with open_dataset(dataset) as opened, pytest.raises(UsageError, match="pip install polars"):
        opened.polars("awards")


def test_the_example_of_the_readme_runs(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    section = README.read_text(encoding="utf-8").split("\n## Research\n")[1].split("\n## ")[0]
    example = re.findall(r"```python\n(.*?)```", section, re.DOTALL)[0]
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "dataset").symlink_to(dataset)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README", "exec"), {})  # noqa: S102  # our own example
    out = capsys.readouterr().out
    assert "Certificate of Merit" in out
    assert "https://example.org/sovang/d/" in out


def test_publish_and_cite(cli: Callable[..., Result], working: Path, tmp_path: Path) -> None:
    code, out, err = cli("publish", "--db", str(working), "--version-name", "2026.1", "--date", "2026-11-24")
    assert (code, err) == (0, "")
    assert "version 2026.1" in out
    target = tmp_path / "outputs" / "dataset"
    assert (target / "CITATION.cff").is_file()
    assert "Unchanged" in cli("publish", "--db", str(working))[1]
    with open_dataset(target) as opened:
        record = opened["award_facts"].record_id[0]
    code, out, _ = cli("cite", record)
    assert (code, out.count("\n")) == (0, 1)
    assert "phiên bản 2026.1" in out
    assert cli("cite", record, "--format", "bibtex")[1].startswith("@misc{sovang-")
    assert json.loads(cli("cite", record, record, "--format", "csl")[1])[1]["version"] == "2026.1"
    assert "version 2026.1" in cli("cite", record, "--format", "text-en")[1]
    code, _, err = cli("cite", "nothing")
    assert code == 2
    assert "no record" in err


def test_settings_and_options_reach_the_release(
    cli: Callable[..., Result], working: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOVANG_BASE_URL", "https://example.org/so")
    monkeypatch.setenv("SOVANG_DATASET_LICENCE", "ODbL-1.0")
    monkeypatch.setenv("SOVANG_DATASET_CREATOR", "Nhóm Mẫu")
    code, _, _ = cli(
        "publish", "--db", str(working), "-o", "ra", "--min-confidence", "0.5", "--reviewed-only", "--without-texts"
    )
    assert code == 0
    with open_dataset(tmp_path / "ra") as opened:
        about = opened.about
    assert (about["licence"], about["creator"], about["base_url"]) == ("ODbL-1.0", "Nhóm Mẫu", "https://example.org/so")
    assert (about["min_confidence"], about["reviewed_only"], about["with_texts"]) == ("0.5", "yes", "no")
    monkeypatch.setenv("SOVANG_BASE_URL", "ftp://x")
    assert cli("publish", "--db", str(working))[0] == 4
