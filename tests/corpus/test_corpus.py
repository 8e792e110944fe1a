"""The corpus is whole: gold texts and annotations fit each other, and every rendered file is listed with its hash."""

import csv
import hashlib
import importlib
import json
import re
import sys
import unicodedata
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
GOLD = CORPUS / "gold"
DOCUMENTS = CORPUS / "documents"
DOMAIN = ROOT / "extractors" / "domain"

FAMILIES = {"bk", "gk", "co", "knc", "hc", "hch", "dh", "td", "gt"}
STATUSES = {"proposed", "granted", "revoked"}
KEYS = {
    "date": {"edtf", "alt", "mod", "calendar"},
    "province": {"id"},
    "figure": {"value", "unit", "of", "mod"},
    "award": {
        *("form", "form_alt", "class", "status", "grantor", "recipients", "count", "posthumous"),
        *("decision_no", "decision_date", "date", "period"),
    },
}
NEEDED = {
    "date": {"edtf"},
    "province": {"id"},
    "figure": {"value", "unit"},
    "award": {"form", "class", "status", "grantor", "recipients"},
}
COMMON = {"kind", "quote", "nth", "optional", "note"}
DAY = r"[0-9X]{4}(?:-[0-9X]{2}(?:-[0-9X]{2}(?:T\d{2}(?::\d{2})?)?)?)?[~?%]?"
EDTF = re.compile(rf"(?:{DAY}|\.\.|\d{{2,3}}X{{1,2}}[~?%]?)(?:/(?:{DAY}|\.\.))?")

NAMES = sorted(path.name.removesuffix(".txt") for path in GOLD.glob("*.txt"))
Record = dict[str, object]


def text_of(name: str) -> str:
    return (GOLD / f"{name}.txt").read_bytes().decode("utf-8")


def records_of(name: str) -> list[Record]:
    lines = (GOLD / f"{name}.gold.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def ids(table: str) -> set[str]:
    with (DOMAIN / table).open(encoding="utf-8", newline="") as file:
        return {row["id"] for row in csv.DictReader(file)}


def place_of(text: str, record: Record) -> int:
    """Offset of the occurrence that the record means; -1 where there is none."""
    quote, nth = str(record["quote"]), record.get("nth", 1)
    assert isinstance(nth, int)
    at = -1
    for _ in range(nth):
        at = text.find(quote, at + 1)
        if at < 0:
            break
    return at


def is_edtf(value: object) -> bool:
    if not isinstance(value, str) or not EDTF.fullmatch(value):
        return False
    months = [int(month) for month in re.findall(r"(?:^|/)[0-9X]{4}-(\d\d)", value)]
    days = [int(day) for day in re.findall(r"-\d\d-(\d\d)", value)]
    in_year = all(1 <= month <= 12 or 33 <= month <= 36 or month in (40, 41) for month in months)
    return in_year and all(1 <= day <= 31 for day in days)


def test_both_halves_have_twelve_documents() -> None:
    articles = [name for name in NAMES if name.startswith("bao-")]
    papers = [name for name in NAMES if name.startswith(("bb-", "qd-", "ttr-", "bc-"))]
    assert len(articles) >= 12
    assert len(papers) >= 12
    assert len(articles) + len(papers) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_gold_text_is_nfc_with_plain_line_ends(name: str) -> None:
    text = text_of(name)
    assert text == unicodedata.normalize("NFC", text)
    assert "\r" not in text
    assert text.endswith("\n")
    assert 900 <= len(text) <= 3000


@pytest.mark.parametrize("name", NAMES)
def test_gold_records_are_well_formed(name: str) -> None:
    text, seen = text_of(name), set()
    for record in records_of(name):
        kind = str(record["kind"])
        assert place_of(text, record) >= 0, record
        assert NEEDED[kind] <= record.keys() <= KEYS[kind] | COMMON, record
        spot = (kind, place_of(text, record), record["quote"], *(str(record.get(k)) for k in sorted(KEYS[kind])))
        assert spot not in seen, record
        seen.add(spot)


@pytest.mark.parametrize("name", NAMES)
def test_gold_values_are_known(name: str) -> None:
    provinces, forms = ids("provinces.csv"), ids("awards.csv") | FAMILIES
    text = text_of(name)
    for record in records_of(name):
        match record["kind"]:
            case "date":
                alternatives = record.get("alt", [])
                assert isinstance(alternatives, list)
                assert all(is_edtf(value) for value in (record["edtf"], *alternatives)), record
            case "province":
                assert record["id"] in provinces, record
            case "figure":
                assert isinstance(record["value"], int | float | list), record
                assert record["unit"], record
            case "award":
                check_award(record, text, forms)


def check_award(record: Record, text: str, forms: set[str]) -> None:
    alternatives, recipients = record.get("form_alt", []), record["recipients"]
    assert isinstance(alternatives, list)
    assert isinstance(recipients, list)
    assert {record["form"], *alternatives} <= forms, record
    assert record["status"] in STATUSES, record
    for slot in (*recipients, record["grantor"]):
        assert slot is None or any(wording in text for wording in str(slot).split("|")), (record, slot)
    for key in ("decision_date", "date", "period"):
        assert record.get(key) is None or is_edtf(record[key]), (record, key)
    count = record.get("count")
    assert count is None or not recipients or count == len(recipients), record


def listed() -> list[dict[str, str]]:
    with (CORPUS / "sources.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_rendered_file_is_listed_with_its_hash() -> None:
    rows = {row["file"]: row for row in listed()}
    files = {path.relative_to(DOCUMENTS).as_posix(): path for path in DOCUMENTS.rglob("*") if path.is_file()}
    assert rows.keys() == files.keys()
    for name, path in files.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == rows[name]["sha256"], name
    assert all(row["licence"] == "CC0-1.0" and row["purpose"] for row in rows.values())
    assert sum(path.stat().st_size for path in files.values()) <= 9_000_000


def test_every_gold_document_is_rendered() -> None:
    rendered = {name for row in listed() for name in row["gold"].split(" ")}
    assert rendered == set(NAMES)


def test_five_documents_stand_in_four_forms() -> None:
    forms: dict[str, set[str]] = {}
    for row in listed():
        forms.setdefault(row["gold"], set()).add(row["format"])
    assert sum({"docx", "pdf", "scan", "png"} <= have for have in forms.values()) >= 5


@pytest.fixture
def render(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for library in ("reportlab", "cv2", "numpy", "PIL"):
        pytest.importorskip(library)
    monkeypatch.syspath_prepend(str(CORPUS / "build"))
    module = importlib.import_module("render")
    monkeypatch.delitem(sys.modules, "render")
    return module


def test_text_and_html_are_what_the_gold_renders_to(render: ModuleType) -> None:
    jobs = [job for job in render.read_plan() if job.form in {"txt", "html", "zip"}]
    stale = [job.file for job in jobs if render.FORMS[job.form](job) != (DOCUMENTS / job.file).read_bytes()]
    assert not stale, "run python corpus/build/render.py"
