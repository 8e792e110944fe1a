"""The blind annotations of news articles: they load, stand in order and have the forms that the scorer reads."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from extractors.domain.award_tables import award_forms
from extractors.domain.gazetteer import units

HERE = Path(__file__).resolve().parent
SPLITS = {"news_gold": {"a": 24, "b": 16}, "award_gold": {"a": 36, "b": 24}}
EDTF_PART = r"(?:[0-9X]{4}(?:-[0-9X]{2}(?:-[0-9X]{2}(?:T\d{2}(?::\d{2})?)?)?)?[~?%]?|\d{2,3}X{1,2}[~?%]?|\.\.)"
EDTF = re.compile(f"{EDTF_PART}(?:/{EDTF_PART})?")
NEEDS = {
    "date": {"edtf"},
    "province": {"id"},
    "figure": {"value", "unit"},
    "award": {"form", "class", "status", "grantor", "recipients"},
}


def load_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("blind_gold", HERE / "blind_gold.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["blind_gold"] = module
    spec.loader.exec_module(module)
    return module


blind_gold = load_module()
RECORDS: dict[str, list[dict[str, Any]]] = {name: blind_gold.BlindGold(HERE / name).records() for name in SPLITS}
each_folder = pytest.mark.parametrize("name", SPLITS)
needs_news = pytest.mark.skipif(
    not blind_gold.NEWS.exists(), reason=f"the news articles are not here ({blind_gold.NEWS.name} in ../shared/news)"
)


def spans_of(record: dict[str, Any]) -> list[list[int]]:
    """All spans of the names in a record."""
    return [*(record.get("grantor") or []), *(span for name in record.get("recipients", []) for span in name)]


@each_folder
def test_articles_are_split_in_the_order_drawn(name: str) -> None:
    splits = [row["split"] for row in blind_gold.BlindGold(HERE / name).articles().values()]
    assert splits == ["a"] * SPLITS[name]["a"] + ["b"] * SPLITS[name]["b"]


def test_no_article_is_in_two_folders() -> None:
    ids = Counter(article for name in SPLITS for article in blind_gold.BlindGold(HERE / name).articles())
    assert [article for article, times in ids.items() if times > 1] == []


@each_folder
def test_offsets_rise_through_the_articles_drawn(name: str) -> None:
    order = {article: number for number, article in enumerate(blind_gold.BlindGold(HERE / name).articles())}
    places = [(order[record["article"]], record["start"], record["end"]) for record in RECORDS[name]]
    assert places == sorted(places)
    assert all(0 <= record["start"] < record["end"] for record in RECORDS[name])
    assert all(0 <= start < end for record in RECORDS[name] for start, end in spans_of(record))


@each_folder
def test_no_record_stands_twice(name: str) -> None:
    keys = Counter(
        (record["article"], record["kind"], record["start"], record["end"], record.get("form"), record.get("status"))
        for record in RECORDS[name]
    )
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize("kind", NEEDS)
@each_folder
def test_values_have_their_forms(name: str, kind: str) -> None:
    provinces, forms = units().keys(), award_forms().keys()
    for record in (record for record in RECORDS[name] if record["kind"] == kind):
        assert record.keys() >= NEEDS[kind], record
        assert record.keys() <= {"article", "kind", "start", "end", *blind_gold.VALUES}, record
        if kind == "date":
            assert all(EDTF.fullmatch(edtf) for edtf in [record["edtf"], *record.get("alt", [])]), record
        if kind == "province":
            assert record["id"] in provinces, record
        if kind == "figure":
            low_and_high = record["value"] if isinstance(record["value"], list) else [record["value"]] * 2
            assert low_and_high == sorted(low_and_high), record
            assert 1 <= len(record["unit"].split()) <= 2, record
            assert record.get("mod") in (None, ">", ">=", "<", "<=", "~"), record
        if kind == "award":
            assert {record["form"], *record.get("form_alt", [])} <= {*forms, "co", "dh", "td", "gt"}, record
            assert record["status"] in ("proposed", "granted", "revoked"), record
            dates = [record.get(slot) for slot in ("decision_date", "date", "period")]
            assert all(EDTF.fullmatch(date) for date in dates if date), record


def test_an_award_goes_to_offsets_and_back() -> None:
    text = "Hội Ong Vàng tặng ông Lê Thử bằng khen.\nÔng Lê Thử nhận bằng khen, bằng khen thứ hai của Hội."
    award = {
        "kind": "award",
        "quote": "bằng khen",
        "nth": 3,
        "form": "bk",
        "class": None,
        "status": "granted",
        "grantor": "Hội Ong Vàng|Hội",
        "recipients": ["Lê Thử"],
        "count": 1,
    }
    stored = blind_gold.to_offsets("train/0", text, award)
    assert (stored["grantor"], stored["recipients"]) == ([[0, 12], [89, 92]], [[[44, 50]]])
    assert blind_gold.to_quotes(text, stored) == award


def test_a_quote_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match="not found"):
        blind_gold.find("một bản thử", "bản", 2)


def test_a_name_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match="not in the text"):
        blind_gold.name_spans("một bản thử", "Lê Thử|Thử", 0)


@needs_news
@each_folder
def test_the_folder_goes_back_to_the_same_records(name: str, tmp_path: Path) -> None:
    gold = blind_gold.BlindGold(HERE / name)
    assert gold.write_folder(tmp_path / "gold", None, blind_gold.NEWS) == len(RECORDS[name])
    assert gold.write_records(tmp_path / "gold", tmp_path) == len(RECORDS[name])
    assert (tmp_path / "records.jsonl").read_bytes() == (HERE / name / "records.jsonl").read_bytes()


@needs_news
@each_folder
def test_a_split_holds_only_its_articles(name: str, tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / name / "build.py"), str(tmp_path), "--split", "b"]
    subprocess.run(command, check=True, capture_output=True)
    names = {path.name.removesuffix(".txt") for path in tmp_path.glob("*.txt")}
    assert names == {blind_gold.file_name(article) for article in blind_gold.BlindGold(HERE / name).articles("b")}
