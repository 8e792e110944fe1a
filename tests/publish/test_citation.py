"""Citations: what they say, and that nothing in a document breaks out of them."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.domain.errors import UsageError
from pipeline.publish.citation import Citation, as_bibtex, as_csl, as_text, cite, date_parts, tex

SAMPLE = Citation(
    record_id="9d1f0b7a9d1f0b7a",
    quote="Bằng khen",
    document="3f0a9c1be274",
    link="https://example.org/d/3f0a9c1be274/9d1f0b7a9d1f0b7a",
    dataset="Sổ Vàng",
    version="3",
    kind="article",
    title="Trao bằng khen cho Trường Mẫu",
    publisher="Báo Ví Dụ",
    author="Nguyễn Thị Mẫu",
    dated="2019-01-05T08:30",
    page=2,
)
_NAMES = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciicircum": "^",
    "textasciitilde": "~",
}
_SIGN = re.compile(r"\\([a-z]+)\{\}|\\(.)")
pieces = st.builds(
    Citation,
    record_id=st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    quote=st.text(),
    document=st.just("3f0a9c1be274"),
    link=st.just("/d/3f0a9c1be274/9d1f"),
    dataset=st.text(),
    version=st.just("1"),
    kind=st.sampled_from(["article", "decision", "minutes", "other"]),
    title=st.text(),
    publisher=st.text(),
    author=st.text(),
    number=st.text(),
    dated=st.one_of(st.text(), st.from_regex(r"\d{4}-\d\d-\d\d", fullmatch=True)),
    page=st.one_of(st.none(), st.integers(1, 9999)),
)


def one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def test_text_names_document_record_and_dataset() -> None:
    assert as_text(SAMPLE) == (
        "Nguyễn Thị Mẫu, “Trao bằng khen cho Trường Mẫu”, Báo Ví Dụ, 05/01/2019, tr. 2: “Bằng khen”. "
        "Bản ghi 9d1f0b7a9d1f0b7a trong bộ dữ liệu Sổ Vàng, phiên bản 3, "
        "https://example.org/d/3f0a9c1be274/9d1f0b7a9d1f0b7a"
    )
    assert "2019-01-05, p. 2" in as_text(SAMPLE, "en")


def test_bibtex_of_the_sample() -> None:
    assert as_bibtex(SAMPLE).splitlines() == [
        "@misc{sovang-9d1f0b7a9d1f0b7a,",
        "  author = {Nguyễn Thị Mẫu},",
        "  title = {{Trao bằng khen cho Trường Mẫu}},",
        "  howpublished = {Báo Ví Dụ},",
        "  year = {2019},",
        "  month = {1},",
        "  pages = {2},",
        "  url = {https://example.org/d/3f0a9c1be274/9d1f0b7a9d1f0b7a},",
        "  note = {“Bằng khen”, record 9d1f0b7a9d1f0b7a of the dataset Sổ Vàng, version 3},",
        "}",
    ]


def test_csl_of_the_sample() -> None:
    item = as_csl(SAMPLE)
    assert item["type"] == "article-newspaper"
    assert item["issued"] == {"date-parts": [[2019, 1, 5]]}
    assert (item["container-title"], item["page"], item["version"]) == ("Báo Ví Dụ", "2", "3")


@given(st.text())
def test_tex_reads_back(text: str) -> None:
    written = tex(text)
    assert _SIGN.sub(lambda m: _NAMES[m[1]] if m[1] else m[2], written) == one_line(text)


@given(pieces)
def test_nothing_breaks_out_of_bibtex(citation: Citation) -> None:
    entry = as_bibtex(citation)
    depth = 0
    for position, sign in enumerate(entry.rstrip("\n")):
        depth += (sign == "{") - (sign == "}")
        assert depth > 0 or position < entry.index("{") or position == len(entry.rstrip("\n")) - 1
    assert depth == 0
    assert all(re.match(r"@misc\{|  [a-z]+ = \{.*\},$|\}$", line) for line in entry.rstrip("\n").split("\n"))
    bare = _SIGN.sub("", entry.split("\n", 1)[1].replace(citation.link, ""))
    assert not re.search(r"[%$&#_^~\\]", bare)


@given(pieces)
def test_csl_is_json_and_text_is_one_line(citation: Citation) -> None:
    item = as_csl(citation)
    assert json.loads(json.dumps(item, ensure_ascii=False)) == item
    line = as_text(citation)
    assert line == one_line(line)
    assert citation.record_id in line


@pytest.mark.parametrize(
    ("edtf", "parts"),
    [
        ("2019-01-05", [[2019, 1, 5]]),
        ("2019-01", [[2019, 1]]),
        ("2019", [[2019]]),
        ("2019-36", [[2019]]),
        ("2011/2015", [[2011], [2015]]),
        ("2014/..", []),
        ("XXXX-01-16", []),
        ("1975~", [[1975]]),
        ("199X", []),
        ("", []),
    ],
)
def test_dates_as_csl_has_them(edtf: str, parts: list[list[int]]) -> None:
    assert date_parts(edtf) == parts


def test_every_record_of_a_release_can_be_cited(dataset: Path) -> None:
    with closing(sqlite3.connect(f"{(dataset / 'sovang.db').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        for (record,) in db.execute("SELECT record_id FROM records").fetchall():
            citation = cite(db, record)
            assert f"https://example.org/sovang/d/{citation.document}/{record}" in as_text(citation)
            assert citation.title
        with pytest.raises(UsageError, match="no record"):
            cite(db, "none")
