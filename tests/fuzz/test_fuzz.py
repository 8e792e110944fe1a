"""Readers meet damaged files and extractors texts of scraps; more of both by `tests/fuzz/mutate.py` and SOVANG_FUZZ."""

import importlib.util
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.domain.errors import ReadError
from extractors.domain.records import Family
from pipeline.nlp import extract
from pipeline.readers import read_bytes
from pipeline.text import normalise

TIMES = int(os.environ.get("SOVANG_FUZZ", "1"))  # so many times the files and texts of CI
SCRAPS = """
ngày|tháng|năm|quý|31/02/2013|29.2.1900|1-1-|20/|Rằm|tỉnh|TP.|Huế|BR-VT|UBND|hơn|từ|đến|một|trăm|nghìn|lẻ|rưỡi|3,5|%
1.000.000|hecta|/|-|–|tặng|cho|ông|bà|và|,|.|;|:|(|)|“|”|QĐ-UBND|số|nhiệm kỳ|năm 2|thế kỷ XX|hôm qua|Hà Nam|Hà Nội
Bắc - Nam|tỷ đồng|Bằng khen|Huân chương|hạng Nhì|Lò Thị Mẫu|các tập thể|Điều 1|truy tặng
"""
WORDS = [*SCRAPS.strip().replace("\n", "|").split("|"), "\n", "\t", "\u00a0", "\u0300", "\u200b"]


def _maker(seed: int, images: float):  # noqa: ANN202  # the class of a module that is loaded from its path
    spec = importlib.util.spec_from_file_location("mutate", Path(__file__).with_name("mutate.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Maker(seed, images)


@pytest.mark.filterwarnings("ignore")  # libraries warn of what is damaged
def test_readers_read_damaged_files_or_say_why_not() -> None:
    maker, until = _maker(seed=11, images=0.0), time.monotonic() + 25 * TIMES
    made = [maker.make() for _ in range(150 * TIMES)]
    tried = 0
    for suffix, data in made:
        if time.monotonic() > until:
            break
        tried += 1
        try:  # anything but `ReadError` is a defect
            text = normalise(read_bytes(data, f"damaged{suffix}"))
        except ReadError:
            continue
        else:
            assert all(0 <= block.start <= block.end <= len(text.text) for block in text.blocks)
    assert tried >= 10


@settings(max_examples=150 * TIMES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=TIMES == 1)
@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=60), st.sampled_from((" ", "", "\n")))
def test_extractors_stand_any_text_and_quote_it(scraps: list[str], between: str) -> None:
    found = extract(between.join(scraps))
    for family in Family:
        for record in found[family.value]:
            assert found["text"][record["start"] : record["end"]] == record["text"]
            assert 0 <= record["confidence"] <= 1
