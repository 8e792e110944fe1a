"""The forms in which extracted documents leave the program: exact, escaped, self-contained."""

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import pipeline.exports
from extractors.domain.records import Json
from pipeline.exports import EXPORTS, TEXT_EXPORTS, write
from pipeline.wording import value_line

TEXT = 'Ngày 25/12/2013\n<script>alert("Đ")</script> tại tỉnh Lạng Sơn & \x1b[31mđỏ\x1b[0m'


def record(quote: str, **values: object) -> Json:
    start = TEXT.index(quote)
    shared = {"record_id": f"{start:016x}", "start": start, "end": start + len(quote), "text": quote, "rule": "r.test"}
    more = {"confidence": 0.5, "evidence": ['said "so" <b>'], "page": None, "copy_of": None}
    return {**shared, **more, **values}


@pytest.fixture
def document() -> Json:
    head = {"id": "ab" * 32, "source": "a<b>.txt", "kind": "article", "title": "<script>tin</script>", "subject": None}
    return {
        "document": head,
        "text": TEXT,
        "dates": [
            record("Ngày 25/12/2013", edtf="2013-12-25", mod=None, calendar=None),
            record("12/2013", edtf="2013-12", mod=None, calendar=None),
        ],
        "provinces": [record("tỉnh Lạng Sơn", id="lang-son", today=["lang-son"])],
        "figures": [],
        "awards": [],
    }


def written(form: str, *documents: Json) -> str:
    target = io.StringIO()
    assert write(form, iter(documents), target) == len(documents)
    return target.getvalue()


def test_the_list_of_exports_equals_the_files() -> None:
    folder = Path(pipeline.exports.__file__).parent
    assert sorted(EXPORTS) == sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("form", TEXT_EXPORTS)
def test_nothing_found_is_no_error(form: str, document: Json) -> None:
    empty = {**document, "dates": [], "provinces": []}
    assert written(form, empty, empty)
    written(form)


def test_jsonl_reads_back(document: Json) -> None:
    lines = written("jsonl", document, document).splitlines()
    assert [json.loads(line) for line in lines] == [document, document]


def test_table_shows_each_record_and_no_control_characters(document: Json) -> None:
    document["provinces"] = [record("\x1b[31mđỏ", id="lang-son", today=[])]
    shown = written("table", document)
    for part in ("2013-12-25", "lang-son", "r.test", "50%"):
        assert part in shown
    assert "\x1b" not in shown


class _Page(HTMLParser):
    """Gathers tags, and the text inside the element with class `text`."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.body = ""
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.depth += (tag == "div") or (self.depth > 0 and tag == "a")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= self.depth > 0 and tag in {"div", "a"}

    def handle_data(self, data: str) -> None:
        self.body += data if self.depth else ""


def test_html_holds_the_text_and_nothing_that_runs_or_loads(document: Json) -> None:
    source = written("html", document)
    page = _Page()
    page.feed(source)
    assert page.body == TEXT
    assert not [tag for tag, _ in page.tags if tag in {"script", "link", "img", "iframe", "object", "form"}]
    assert not re.search(r"(?:src|href)=\"(?!#)|url\(|@import|\son\w+=", source)
    assert "default-src 'none'" in source


def test_html_marks_link_to_reasons_and_back(document: Json) -> None:
    page = _Page()
    page.feed(written("html", document))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    links = [str(attributes["href"]) for tag, attributes in page.tags if tag == "a"]
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links} <= set(ids)
    reasons = [str(attributes["data-why"]) for _, attributes in page.tags if "data-why" in attributes]
    assert any('lang-son · 50% · r.test: said "so" <b>' in reason for reason in reasons)


def test_html_overlapping_records_show_the_shorter_and_name_both(document: Json) -> None:
    page = _Page()
    page.feed(written("html", document))
    reasons = [str(a["data-why"]) for tag, a in page.tags if tag == "a" and "data-why" in a]
    assert reasons[1].splitlines()[0].startswith("2013-12 ·")
    assert reasons[1].splitlines()[1].startswith("2013-12-25 ·")


@pytest.mark.parametrize(
    ("kind", "values", "line"),
    [
        ("dates", {"edtf": "2013", "mod": "start", "calendar": "lunar"}, "2013 start lunar"),
        ("provinces", {"id": "ha-tay", "today": ["ha-noi"]}, "ha-tay (today ha-noi)"),
        ("figures", {"value": 1494284, "of": None, "unit": "giấy", "mod": ">"}, "> 1,494,284 giấy"),
        ("figures", {"value": [2, 3.5], "of": None, "unit": "ha", "mod": None}, "2 to 3.5 ha"),
        ("figures", {"value": 5, "of": 9, "unit": "tỉnh", "mod": None}, "5 of 9 tỉnh"),
        (
            "awards",
            {
                "form": "bk", "class": None, "status": "granted", "posthumous": True, "grantor": {"text": "UBND tỉnh"},
                "recipients": [{"text": "A"}, {"text": "B"}], "count": 2, "decision_no": "1/QĐ", "date": None,
                "period": "2013",
            },
            "bk granted posthumous, by UBND tỉnh, to A; B, no. 1/QĐ, for 2013",
        ),
    ],
)  # fmt: skip
def test_values_are_told_in_one_line(kind: str, values: Json, line: str) -> None:
    assert value_line(kind, values) == line
