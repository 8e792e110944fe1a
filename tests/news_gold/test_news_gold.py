"""The blind news annotations: they load, stand in order and have the forms that the scorer reads."""

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

from extractors.domain.gazetteer import units

HERE = Path(__file__).resolve().parent


def load_build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("news_gold_build", HERE / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = load_build()
RECORDS: list[dict[str, Any]] = build.read_records()
EDTF_PART = r"(?:[0-9X]{4}(?:-[0-9X]{2}(?:-[0-9X]{2}(?:T\d{2}(?::\d{2})?)?)?)?[~?%]?|\d{2,3}X{1,2}[~?%]?|\.\.)"
EDTF = re.compile(f"{EDTF_PART}(?:/{EDTF_PART})?")
NEEDS = {
    "date": {"edtf"},
    "province": {"id"},
    "figure": {"value", "unit"},
    "award": {"form", "class", "status", "grantor", "recipients"},
}
needs_news = pytest.mark.skipif(
    not build.NEWS.exists(), reason=f"the news articles are not here ({build.NEWS.name} in ../shared/news)"
)


def test_articles_are_split_in_the_order_drawn() -> None:
    splits = [row["split"] for row in build.read_articles().values()]
    assert splits == ["a"] * 24 + ["b"] * 16


def test_every_record_belongs_to_a_drawn_article() -> None:
    assert {record["article"] for record in RECORDS} <= build.read_articles().keys()


def test_offsets_rise_within_an_article() -> None:
    order = {article: number for number, article in enumerate(build.read_articles())}
    places = [(order[record["article"]], record["start"], record["end"]) for record in RECORDS]
    assert places == sorted(places)
    assert all(0 <= record["start"] < record["end"] for record in RECORDS)


def test_no_record_stands_twice() -> None:
    keys = Counter(
        (record["article"], record["kind"], record["start"], record.get("form"), record.get("status"))
        for record in RECORDS
    )
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize("kind", NEEDS)
def test_values_have_their_forms(kind: str) -> None:
    provinces = units().keys()
    for record in (record for record in RECORDS if record["kind"] == kind):
        assert record.keys() >= NEEDS[kind], record
        assert record.keys() <= {"article", "kind", "start", "end", *build.VALUES}, record
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
            assert record["status"] in ("proposed", "granted", "revoked"), record


def test_an_award_goes_to_offsets_and_back() -> None:
    text = "Hội Ong Vàng tặng ông Lê Thử bằng khen.\nÔng Lê Thử nhận bằng khen, bằng khen thứ hai."
    award = {
        "kind": "award",
        "quote": "bằng khen",
        "nth": 3,
        "form": "bk",
        "class": None,
        "status": "granted",
        "grantor": "Hội Ong Vàng",
        "recipients": ["Lê Thử"],
        "count": 1,
    }
    stored = build.to_offsets("train/0", text, award)
    assert (stored["grantor"], stored["recipients"]) == ([0, 12], [[44, 50]])
    assert build.to_quotes(text, stored) == award


def test_a_quote_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match="not found"):
        build.find("một bản thử", "bản", 2)


@needs_news
def test_the_folder_goes_back_to_the_same_records(tmp_path: Path) -> None:
    assert build.write_folder(tmp_path / "gold", None, build.NEWS) == len(RECORDS)
    assert build.write_records(tmp_path / "gold", tmp_path) == len(RECORDS)
    assert (tmp_path / "records.jsonl").read_bytes() == (HERE / "records.jsonl").read_bytes()


@needs_news
def test_a_split_holds_only_its_articles(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "build.py"), str(tmp_path), "--split", "b"]
    subprocess.run(command, check=True, capture_output=True)
    names = {path.name.removesuffix(".txt") for path in tmp_path.glob("*.txt")}
    assert names == {build.file_name(article) for article in build.read_articles("b")}
