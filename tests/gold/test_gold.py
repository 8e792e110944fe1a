"""The extractors against gold: no family may fall below its floor, and the founding article reads as it must.

The floors stand in `pyproject.toml` under `[tool.sovang.floors]`, F1 by set and family; they only rise.
Sets beside the project are skipped, with a message, where ../shared is absent.
"""

import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from extractors.domain.records import Json
from pipeline.judging import gold_documents, judge

ROOT = Path(__file__).parents[2]
FLOORS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["sovang"]["floors"]


def folder_of(name: str, shared: Callable[[], Path], target: Path) -> Path:
    """The folder of a set's gold documents; blind sets hold no texts and are built from the news."""
    if name == "corpus":
        return ROOT / "corpus" / "gold"
    if name == "dev":
        return shared() / "gold" / "dev"
    shared()
    build = ROOT / "tests" / name.removesuffix("_a").removesuffix("_b") / "build.py"
    subprocess.run([sys.executable, str(build), str(target), "--split", name[-1]], check=True, capture_output=True)
    return target


def f1_by_kind(folder: Path, extract: Callable[..., Json]) -> dict[str, float]:
    """F1 by family over the documents of a folder, as the guide's scorer counts: optional gold is left out."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for _, text, golds in gold_documents(folder):
        wanted.update(f"{gold['kind']}s" for gold in golds if not gold.get("optional"))
        for judged in judge(golds, extract(text)):
            found[judged.kind] += 1
            right[judged.kind] += judged.is_right
    return {kind: 2 * right[kind] / (found[kind] + wanted[kind]) for kind in wanted}


@pytest.mark.parametrize("name", FLOORS)
def test_no_family_falls_below_its_floor(
    name: str, extract: Callable[..., Json], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = folder_of(name, lambda: request.getfixturevalue("shared"), tmp_path)
    scores = f1_by_kind(folder, extract)
    below = {kind: round(scores[kind], 3) for kind, floor in FLOORS[name].items() if scores[kind] < floor}
    assert not below, f"{name}: {below}, floors {FLOORS[name]}"


def test_founding_article(shared: Path, extract: Callable[..., Json]) -> None:
    """The bars of the first issue: the proposal with both recipients, nine provinces, a number and a ratio."""
    text = (shared / "gold" / "dev" / "seed-lang-son-2013.txt").read_text(encoding="utf-8")
    found = extract(text)
    (award,) = found["awards"]  # type: ignore[misc]  # a list of one
    assert (award["form"], award["status"], award["count"]) == ("co-bo", "proposed", 2)
    assert (award["date"], award["period"]) == ("2013-12-25", "2013")
    assert award["grantor"]["text"] == "Bộ TN&MT"
    assert [r["text"] for r in award["recipients"]] == ["Sở TN&MT tỉnh Lạng Sơn", "Sở TN&MT tỉnh Phú Thọ"]
    assert {p["id"] for p in found["provinces"]} == {  # type: ignore[attr-defined]
        *("lang-son", "cao-bang", "bac-kan", "thai-nguyen", "tuyen-quang", "ha-giang", "bac-giang", "quang-ninh"),
        "phu-tho",
    }
    figures = {f["text"]: f for f in found["figures"]}  # type: ignore[attr-defined]
    assert figures["1.494.284 giấy CNQSDĐ"]["value"] == 1494284
    assert (figures["5/9 tỉnh"]["value"], figures["5/9 tỉnh"]["of"]) == (5, 9)
