"""Fitting and measuring on gold: as the scorer of the gold documents counts, and equal bytes each time."""

import gzip
import importlib.util
import json
import re
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from extractors.domain.errors import UsageError
from extractors.domain.records import Json
from pipeline.calibrate import Sources, calibrate, installed_table, judged_records, write_table
from pipeline.cli import cli as commands
from pipeline.evaluate import Findings, report
from pipeline.judging import KINDS, compare, gold_documents, judge, read_records
from pipeline.samples import read_samples

ROOT = Path(__file__).parents[2]
TEXT = "Ngày 25/12/2013, hai người ở tỉnh Lạng Sơn, Lạng Sơn và Huế."


@pytest.fixture
def cli() -> CliRunner:
    return CliRunner()


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    tmp_path = tmp_path / "gold"
    tmp_path.mkdir()
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


def test_the_table_is_sorted_and_equal_each_time(gold: Path, cli: CliRunner, tmp_path: Path) -> None:
    tables = []
    for name in ("one.csv", "two.csv"):
        done = cli.invoke(commands, ["calibrate", str(gold), "--output", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        tables.append((tmp_path / name).read_text(encoding="utf-8"))
    assert tables[0] == tables[1]
    head, *rows = tables[0].splitlines()
    assert head == "kind,part,term,value,right,total"
    assert [row.split(",")[0] for row in rows] == sorted(row.split(",")[0] for row in rows)
    assert any(row.startswith("dates,base,,") and row.endswith(",1,1") for row in rows)


def test_kept_records_give_the_same_table_without_the_documents(gold: Path, cli: CliRunner, tmp_path: Path) -> None:
    kept, first, second = (tmp_path / name for name in ("kept.csv", "first.csv", "second.csv"))
    cli.invoke(commands, ["calibrate", str(gold), "--keep", str(kept), "--output", str(first)])
    done = cli.invoke(commands, ["calibrate", "--judged", str(kept), "--output", str(second)])
    assert done.exit_code == 0, done.output
    assert first.read_bytes() == second.read_bytes()


def test_the_installed_table_is_what_its_records_give(tmp_path: Path) -> None:
    records = judged_records(Sources(judged=(ROOT / "tests" / "confidence" / "first_sight.csv",)))
    text, _ = calibrate(records)
    assert text == installed_table().read_text(encoding="utf-8")


def test_nothing_to_learn_from_is_refused(cli: CliRunner) -> None:
    done = cli.invoke(commands, ["calibrate"])
    assert isinstance(done.exception, UsageError)


def test_the_table_is_written_whole(tmp_path: Path) -> None:
    write_table("kind,part,term,value,right,total\n", tmp_path / "calibration.csv")
    assert (tmp_path / "calibration.csv").read_text() == "kind,part,term,value,right,total\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_without_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no gold documents"):
        judged_records(Sources(gold=(tmp_path,)))


def test_a_quote_that_is_not_there_is_refused(gold: Path) -> None:
    (gold / "a.gold.jsonl").write_text('{"kind":"date","quote":"1999","edtf":"1999"}')
    with pytest.raises(UsageError, match="has no '1999'"):
        judged_records(Sources(gold=(gold,)))


# --- evaluate ---------------------------------------------------------------------------------------


def test_evaluate_tells_what_is_right_and_what_is_missed(gold: Path, cli: CliRunner, tmp_path: Path) -> None:
    missed = {"kind": "date", "quote": "Huế", "edtf": "1999"}
    with (gold / "a.gold.jsonl").open("a", encoding="utf-8") as lines:
        lines.write("\n" + json.dumps(missed))
    page = tmp_path / "report.html"
    done = cli.invoke(commands, ["evaluate", str(gold), "--json", "--html", str(page), "--charts", str(tmp_path / "c")])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    dates = told["kinds"]["dates"]
    assert (dates["right"], dates["found"], dates["gold"]) == (1, 1, 2)
    assert [error["what"] for error in told["errors"] if error["kind"] == "dates"] == ["missed"]
    assert "figures" not in told["kinds"]
    content = page.read_text(encoding="utf-8")
    assert content.count("<svg") == 2 * len(told["kinds"])
    assert not re.search(r"<script|<link|src=|@import|url\(", content)
    assert (tmp_path / "c" / "reliability_dates.svg").read_text(encoding="utf-8").startswith("<svg")


def test_evaluate_lists_errors_with_reasons(gold: Path, cli: CliRunner) -> None:
    (gold / "a.gold.jsonl").write_text('{"kind":"date","quote":"25/12/2013","edtf":"2013-12-24"}', encoding="utf-8")
    done = cli.invoke(commands, ["evaluate", str(gold), "--errors"])
    assert done.exit_code == 0, done.output
    error = json.loads(done.stdout.strip().splitlines()[-1])
    assert (error["what"], error["found"]["edtf"], error["gold"]["edtf"]) == ("wrong", "2013-12-25", "2013-12-24")
    assert error["found"]["evidence"]


def test_evaluate_without_anything_is_refused(cli: CliRunner) -> None:
    assert cli.invoke(commands, ["evaluate"]).exit_code == 2


# --- judged files -----------------------------------------------------------------------------------

_HEAD = "article,kind,start,end,value,rule,confidence,weight,verdict,note,part\n"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    target = tmp_path / "articles.jsonl.gz"
    with gzip.open(target, "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({"id": "x/1", "text": TEXT}) + "\n")
    return target


def test_judged_records_are_found_again_by_span_and_value(articles: Path, tmp_path: Path) -> None:
    file = tmp_path / "judged.csv"
    file.write_text(
        f"{_HEAD}x/1,date,0,15,2013-12-25,dates.day_month_year_slashes,0.9,2.5,right,,plain\n"
        "x/1,date,0,15,2013-12-26,dates.day_month_year_slashes,0.9,1,wrong,2013-12-25,plain\n"
        "x/1,figure,17,26,2|người,figures.counted_noun_words,0.9,1,wrong,none,plain\n"
        "x/1,province,56,59,hue,provinces.bare_name,0.9,1,optional,,plain\n",
        encoding="utf-8",
    )
    sample = read_samples([file], articles)
    assert [(j.kind, j.is_right, j.weight, j.document) for j in sample.judged] == [
        ("dates", True, 2.5, "x/1"),
        ("figures", False, 1.0, "x/1"),
    ]
    assert sample.lost == 1
    assert all(j.terms[1] == j.rule for j in sample.judged)


def test_slots_of_a_judged_award_count_too(tmp_path: Path) -> None:
    text = "Ngày 5/3/2019, UBND tỉnh Bình Định tặng bằng khen cho ông Nguyễn Văn Thử."
    target = tmp_path / "articles.jsonl.gz"
    with gzip.open(target, "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({"id": "x/1", "text": text}) + "\n")
    [award] = read_records(text)["awards"]  # type: ignore[misc]  # a list of one
    file = tmp_path / "judged.csv"
    slots = json.dumps({"grantor": "right", "recipients": "wrong", "missing": ["period"]}).replace('"', '""')
    value = f"{award['form']}||granted"
    file.write_text(
        "article,kind,start,end,value,rule,confidence,weight,verdict,full,slots,note\n"
        f'x/1,award,{award["start"]},{award["end"]},{value},{award["rule"]},0.9,1,right,no,"{slots}",\n',
        encoding="utf-8",
    )
    judged = read_samples([file], target).judged
    assert [(j.kind, j.rule, j.is_right) for j in judged] == [
        ("awards", award["rule"], True),
        ("award_slots", "grantor", True),
        ("award_slots", "recipients", False),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("article,kind\n", "lacks rule, verdict"),
        (f"{_HEAD}x/1,date,0,15,2013,dates.year,0.9,1,maybe,,plain\n", "unknown verdict"),
        (f"{_HEAD}x/2,date,0,15,2013,dates.year,0.9,1,right,,plain\n", "no article x/2"),
    ],
)
def test_a_file_that_is_no_judged_file_is_refused(content: str, message: str, articles: Path, tmp_path: Path) -> None:
    file = tmp_path / "judged.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_samples([file], articles)


def test_articles_that_are_not_there_are_told(tmp_path: Path) -> None:
    file = tmp_path / "judged.csv"
    file.write_text(f"{_HEAD}x/1,date,0,15,2013,dates.year,0.9,1,right,,plain\n", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read"):
        read_samples([file], tmp_path / "nothing.gz")


# --- the scorer of the guide --------------------------------------------------------------------------


@pytest.fixture
def score(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "gold" / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_counts_agree_with_the_scorer(score: ModuleType, shared: Path, tmp_path: Path) -> None:
    folder = shared / "gold" / "dev"
    gold = score.load_gold(folder)
    chosen = dict(list(gold.items())[::3])
    for name in chosen:
        for suffix in (".txt", ".gold.jsonl"):
            shutil.copy(folder / f"{name}{suffix}", tmp_path / f"{name}{suffix}")
    predictions = {name: read_records(text) for name, (text, _) in chosen.items()}
    spoil(predictions)
    errors: list[tuple[str, str, str, Json, Json]] = []
    tallies, points = score.score(chosen, predictions, errors)
    findings = Findings()
    for name, _, golds in gold_documents(tmp_path):
        findings.compared[name] = compare(golds, predictions[name], name)
    told: Any = report(findings)
    named = {kind: tallies[kind.removesuffix("s")] for kind in KINDS}
    ours = {**told["kinds"], "slots": told["award_slots"]["all"], "modifiers": told["figure_modifiers"]}
    for kind, tally in {**named, "slots": tallies["award slots"], "modifiers": tallies["figure modifier"]}.items():
        precision, recall, f1 = tally.prf()
        assert ours[kind]["precision"] == pytest.approx(precision), kind
        assert ours[kind]["recall"] == pytest.approx(recall), kind
        assert ours[kind]["f1"] == pytest.approx(f1), kind
    for kind in KINDS:
        theirs = score.calibration(points[kind.removesuffix("s")])
        measured = told["kinds"][kind]["calibration"]
        assert measured["records"] == theirs["n"]
        assert measured["brier"] == pytest.approx(theirs["brier"])
        assert measured["ece"] == pytest.approx(theirs["ece"], abs=0.005)  # equal confidences may lie in either bin
    assert len(told["errors"]) == len(errors) > 20


def spoil(predictions: dict[str, Json]) -> None:
    """Makes mistakes of every kind, so that there is something to count."""
    for at, document in enumerate(predictions.values()):
        lists: Any = document
        for record in lists["dates"][at % 3 :: 5]:
            record["edtf"] = "1901"
        del lists["provinces"][at % 4 :: 6]
        for record in lists["figures"][at % 2 :: 9]:
            record["unit"], record["mod"] = "bánh chưng", "~"
        for record in lists["figures"][1::7]:
            record["mod"] = "<="
        for record in lists["awards"][at % 2 :: 3]:
            record["status"], record["count"] = "revoked", 99
