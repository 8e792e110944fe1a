"""Defaults, then the file, then the environment; what is wrong is told with its place."""

from pathlib import Path

import pytest

from extractors.domain.errors import SettingsError
from pipeline.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_file_and_environment_the_defaults_hold() -> None:
    assert load_settings(environment={}) == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    Path("sovang.toml").write_text('db = "a/b.db"\ntime_limit_s = 9\nworkers = 3\n')
    settings = load_settings(environment={"SOVANG_WORKERS": "5"})
    assert (settings.db, settings.time_limit_s, settings.workers) == (Path("a/b.db"), 9, 5)
    Path("other.toml").write_text("workers = 7")
    assert load_settings(Path("other.toml"), environment={}).workers == 7


@pytest.mark.parametrize(
    ("file", "environment", "said"),
    [
        ("worker = 3", {}, "no setting 'worker'"),
        ("workers = 0", {}, "workers is 0"),
        ("workers = 2.5", {}, "workers is 2.5"),
        ("workers = true", {}, "workers is True"),
        ("db = 3", {}, "db is 3"),
        ("workers =", {}, "sovang.toml cannot be read"),
        ("second_reading_share = 1.5", {}, "second_reading_share is 1.5"),
        ("second_reading_share = true", {}, "second_reading_share is True"),
        ("", {"SOVANG_SECOND_READING_SHARE": "half"}, "second_reading_share is 'half'"),
        ("", {"SOVANG_WORKERS": "many"}, "SOVANG_WORKERS: workers is 'many'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(file: str, environment: dict[str, str], said: str) -> None:
    Path("sovang.toml").write_text(file)
    with pytest.raises(SettingsError, match=said):
        load_settings(environment=environment)


def test_shares_are_fractions() -> None:
    Path("sovang.toml").write_text("second_reading_share = 1")
    assert load_settings(environment={}).second_reading_share == 1.0
    assert load_settings(environment={"SOVANG_SECOND_READING_SHARE": "0.25"}).second_reading_share == 0.25
