"""The commands `thresholds` and `audit` as a person calls them, and what a run marks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import cli
from pipeline.judging import Judged
from pipeline.store import Store

TEXT = "Ngày 25/12/2013, UBND tỉnh Lạng Sơn họp.\nNgày 26/12/2013, tỉnh Cao Bằng nhận 15 máy cày, 16 máy bơm.\n"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("SOVANG_DB", str(tmp_path / "sovang.db"))
    monkeypatch.setenv("SOVANG_AUDIT_RATE", "1")
    (tmp_path / "in").mkdir()

    def call(*words: str) -> Result:
        return CliRunner().invoke(cli, words, catch_exceptions=False)

    def feed(name: str) -> None:
        (tmp_path / "in" / name).write_text(f"{name}\n{TEXT}", encoding="utf-8")
        assert call("run", str(tmp_path / "in"), "--workers", "1").exit_code == 0

    feed("một.txt")
    call.feed = feed  # type: ignore[attr-defined]  # the second thing that the tests do with it
    return call


@pytest.fixture
def certified(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A judged file whose 400 provinces were all right; nothing is fitted."""
    from pipeline import calibrate

    told = {"provinces": [(0.8, True)] * 400, "dates": [(0.9, True)] * 50}
    monkeypatch.setattr(calibrate, "held_out", lambda sources, tick: told)
    file = tmp_path / "judged.csv"
    file.write_text("article,kind,rule,verdict\n", encoding="utf-8")
    return file


def marked(folder: Path) -> dict[str, int]:
    with Store(folder / "sovang.db") as store:
        return {
            kind: store.count(f"SELECT count(*) FROM {kind} WHERE passed = 'auto' AND state = 'machine'")  # noqa: S608
            for kind in ("dates", "provinces", "figures", "awards")
        }


def test_too_few_records_are_told_and_nothing_passes(run: Run, tmp_path: Path) -> None:
    told = run("thresholds")
    assert "299 more at least" in told.output
    assert set(marked(tmp_path).values()) == {0}
    assert "every record waits" in run("audit").output


def test_a_threshold_marks_what_is_there_and_what_a_run_brings(run: Run, certified: Path, tmp_path: Path) -> None:
    assert "provinces" in run("thresholds", "--judged", str(certified), "--dry-run").output
    assert marked(tmp_path)["provinces"] == 0
    told = run("thresholds", "--judged", str(certified))
    assert "249 more at least" in told.output  # of dates
    assert marked(tmp_path) == {"dates": 0, "provinces": 2, "figures": 0, "awards": 0}
    run.feed("hai.txt")  # type: ignore[attr-defined]  # see `run`
    assert marked(tmp_path)["provinces"] == 4
    with Store(tmp_path / "sovang.db") as store:
        assert store.count("SELECT count(*) FROM audit_samples WHERE kind = 'provinces' AND purpose = 'audit'") == 4
    assert "0.8000" in run("status").output
    assert "withdrawn: by hand" in " ".join(run("audit", "--withdraw", "--kind", "provinces").output.split())
    assert marked(tmp_path)["provinces"] == 0
    assert run("audit", "--withdraw").exit_code == 2


def test_records_are_drawn_for_readers(run: Run, tmp_path: Path) -> None:
    told = run("audit", "--draw", "1", "--kind", "dates", "--kind", "figures")
    assert "dates: 1 drawn" in told.output
    assert "figures: 1 drawn" in told.output
    with Store(tmp_path / "sovang.db") as store:
        assert store.count("SELECT count(*) FROM audit_samples WHERE purpose = 'random'") == 2


def test_a_record_of_each_gold_document_counts_and_plain_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import calibrate

    def judged(at: int, *, is_plain: bool = False, is_seen: bool = False) -> Judged:
        record = {"start": at}
        return Judged(document=f"d{at % 7}", kind="dates", rule="dates.x", is_right=True, is_plain=is_plain,
                      is_seen=is_seen, record=record)  # fmt: skip

    gold = [judged(at, is_seen=at % 7 == 0) for at in range(21)]
    drawn = [judged(at, is_plain=at < 5) for at in range(9)]
    rest: list[int] = []

    def aside(records: list[Judged], more: list[Judged]) -> list[Judged]:
        rest.append(len(more))
        return records

    monkeypatch.setattr(calibrate, "judged_records", lambda s, tick: drawn if s.judged else gold)
    monkeypatch.setattr(calibrate, "kept_aside", aside)
    found = calibrate.held_out(calibrate.Sources(gold=(Path("g"),), judged=(Path("j"),)))
    assert len(found["dates"]) == 6 + 5
    assert rest == [21 + 9 - 11]
