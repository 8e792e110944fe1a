"""A run ends with the linking of awards; cut short there, the next one catches up."""

from pathlib import Path

import pytest

import pipeline.run
from pipeline.decisions import LinkReport, Tell
from pipeline.run import Order, run
from pipeline.settings import Settings
from pipeline.store import Store, dump

ONE = "Theo Quyết định số 218/QĐ-UBND ngày 5/6/2014, Chủ tịch UBND tỉnh Gia Lai tặng Bằng khen cho ông Rơ Châm Bút."
TWO = "Ông Rơ Châm Bút được Chủ tịch UBND tỉnh Gia Lai tặng Bằng khen ngày 5/6/2014."


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for number, text in enumerate((ONE, TWO)):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder


def test_a_run_links_what_it_read(source: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    settings = Settings(db=tmp_path / "a.db", workers=1)
    report = run(Order(sources=(source,)), settings, tell=lambda *far: told.append(far))
    assert report.linked is not None
    assert (report.linked.tellings, report.linked.decisions) == (2, 1)
    assert told
    assert all(0 <= done <= total for _, done, total in told)


def test_a_run_cut_short_while_linking_is_caught_up(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_short(store: Store, tell: Tell) -> LinkReport:
        raise KeyboardInterrupt

    whole, cut = Settings(db=tmp_path / "a.db", workers=1), Settings(db=tmp_path / "b.db", workers=1)
    run(Order(sources=(source,)), whole)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline.run, "link_awards", cut_short)
        assert run(Order(sources=(source,)), cut).interrupted
    with Store(cut.db) as store:
        assert store.count("SELECT count(*) FROM decisions") == 0
    run(Order(sources=(source,)), cut)
    with Store(whole.db) as one, Store(cut.db) as other:
        assert list(dump(one)) == list(dump(other))
