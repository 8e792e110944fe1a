"""Counting what is right on gold: as the scorer of the gold documents counts, and equal bytes each time."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from extractors.domain.errors import UsageError
from extractors.domain.records import Json
from pipeline.calibrate import KINDS, calibrate, gold_documents, judge, write_table

TEXT = "Ngày 25/12/2013, hai người ở tỉnh Lạng Sơn, Lạng Sơn và Huế."


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    records = [
        {"kind": "date", "quote": "ngày", "edtf": "2013-12-25"},
        {"kind": "province", "quote": "Lạng Sơn", "nth": 2, "id": "lang-son", "optional": True},
    ]
    records[0]["quote"] = "Ngày 25/12/2013"
    (tmp_path / "a.gold.jsonl").write_text("\n".join(json.dumps(r) for r in records), encoding="utf-8")
    return tmp_path


def found(quote: str, nth: int = 1, **values: object) -> Json:
    at = -1
    for _ in range(nth):
        at = TEXT.index(quote, at + 1)
    return {"start": at, "end": at + len(quote), "text": quote, "rule": "rule", **values}


def verdicts(golds: list[Json], **records: list[Json]) -> list[tuple[str, bool]]:
    document: Json = {kind: records.get(kind, []) for kind in KINDS}
    return [(judged.kind, judged.is_right) for judged in judge(golds, document)]


def test_right_wrong_and_optional(gold: Path) -> None:
    [(_, _, golds)] = gold_documents(gold)
    assert verdicts(golds, dates=[found("25/12/2013", edtf="2013-12-25")]) == [("dates", True)]
    assert verdicts(golds, dates=[found("25/12/2013", edtf="2013-12-25T08:00")]) == [("dates", True)]
    assert verdicts(golds, dates=[found("12/2013", edtf="2013-12")]) == [("dates", False)]
    assert verdicts(golds, provinces=[found("Lạng Sơn", 2, id="lang-son")]) == []
    assert verdicts(golds, provinces=[found("Huế", id="hue")]) == [("provinces", False)]


def test_the_table_is_sorted_and_equal_each_time(gold: Path) -> None:
    table = calibrate(gold)
    assert table == calibrate(gold)
    head, *rows = table.splitlines()
    assert head == "kind,rule,right,total"
    assert rows == sorted(rows)
    assert any(row.startswith("dates,dates.") and row.endswith(",1,1") for row in rows)


def test_the_table_is_written_whole(tmp_path: Path) -> None:
    write_table("kind,rule,right,total\n", tmp_path / "calibration.csv")
    assert (tmp_path / "calibration.csv").read_text() == "kind,rule,right,total\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_without_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no gold documents"):
        calibrate(tmp_path)


def test_a_quote_that_is_not_there_is_refused(gold: Path) -> None:
    (gold / "a.gold.jsonl").write_text('{"kind":"date","quote":"1999","edtf":"1999"}')
    with pytest.raises(UsageError, match="has no '1999'"):
        calibrate(gold)


@pytest.fixture
def score(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "gold" / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_counts_agree_with_the_scorer(score: ModuleType, shared: Path, extract: Callable[..., Json]) -> None:
    gold = score.load_gold(shared / "gold" / "dev")
    chosen = dict(list(gold.items())[:12])
    predictions = {name: extract(text) for name, (text, _) in chosen.items()}
    _, points = score.score(chosen, predictions)
    ours: dict[str, list[int]] = {kind: [0, 0] for kind in KINDS}
    for name, _, golds in gold_documents(shared / "gold" / "dev"):
        if name in chosen:
            for judged in judge(golds, predictions[name]):
                ours[judged.kind][0] += judged.is_right
                ours[judged.kind][1] += 1
    for kind in KINDS:
        theirs = points[kind.removesuffix("s")]
        assert ours[kind] == [sum(right for _, right in theirs), len(theirs)]
