"""Search finds what it should with and without marks, in working databases and datasets, and shows where."""

import contextlib
import csv
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from extractors.domain.errors import StoreError, UsageError
from pipeline.cli import cli
from pipeline.search import Ask, Hit, folded_places, search_documents, search_records

with (Path(__file__).parent / "queries.tsv").open(encoding="utf-8", newline="") as table:
    QUERIES = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(params=["working", "published"])
def connection(request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    file: Path = request.getfixturevalue(request.param)
    opened = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    yield opened
    opened.close()


def names(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.source.rsplit("/", 1)[-1].removesuffix(".txt") for hit in hits]


def test_the_table_has_twenty_queries() -> None:
    assert len(QUERIES) >= 20


@pytest.mark.parametrize("row", QUERIES, ids=lambda row: row["query"])
def test_with_marks_exactly_what_is_meant_is_found(connection: sqlite3.Connection, row: dict[str, str]) -> None:
    hits = search_documents(connection, Ask(words=row["query"])).hits
    assert sorted(names(hits)) == sorted(row["found"].split())
    assert all(any(piece.is_match for piece in hit.snippet) for hit in hits)


@pytest.mark.parametrize("row", QUERIES, ids=lambda row: row["query"])
def test_without_marks_it_is_found_too(connection: sqlite3.Connection, row: dict[str, str]) -> None:
    found = names(search_documents(connection, Ask(words=row["unmarked"])).hits)
    assert set(row["found"].split()) <= set(found)


def test_words_side_by_side_come_first(connection: sqlite3.Connection) -> None:
    hits = search_documents(connection, Ask(words="gió biển")).hits
    assert names(hits) == ["da-nang", "bien-gio"]
    assert [hit.is_together for hit in hits] == [True, False]


def test_snippets_show_the_text_with_its_marks(connection: sqlite3.Connection) -> None:
    (hit,) = search_documents(connection, Ask(words="dang van")).hits
    assert [piece.text for piece in hit.snippet if piece.is_match] == ["Đặng Văn"]
    table = "documents" if len(hit.id) == 64 else "texts"
    text = connection.execute(f"SELECT text FROM {table} WHERE serial = ?", [hit.serial]).fetchone()[0]  # noqa: S608  # one of two names
    assert text[hit.start : hit.end] == "".join(piece.text for piece in hit.snippet)


def test_other_spellings_are_told_and_old_and_new_names_only_offered(connection: sqlite3.Connection) -> None:
    answer = search_documents(connection, Ask(words="dak lak"))
    assert any("Đắc" in name or "Dac" in name for name in answer.also)
    exact = search_documents(connection, Ask(words="dak lak", is_exact=True))
    assert (names(exact.hits), exact.also) == (["dak-lak"], ())
    answer = search_documents(connection, Ask(words="ha tay"))
    assert [(offer.words, offer.unit) for offer in answer.offers] == [("Hà Nội", "ha-noi")]
    expanded = search_documents(connection, Ask(words="ha tay", is_expanded=True))
    assert sorted(names(expanded.hits)) == ["ha-noi", "ha-tay"]


@pytest.mark.parametrize(
    ("narrow", "found"),
    [
        ({"kind": "minutes"}, []),
        ({"province": "Lạng Sơn"}, ["lang-son"]),
        ({"province": "lang son"}, ["lang-son"]),
        ({"province": "lang-son"}, ["lang-son"]),
        ({"year": "1800"}, []),
    ],
)
def test_filters_narrow(connection: sqlite3.Connection, narrow: dict[str, str], found: list[str]) -> None:
    hits = search_documents(connection, Ask(words="sach", **narrow)).hits  # type: ignore[arg-type]  # words only
    assert names(hits) == found


def test_records_are_found_by_their_quotes(connection: sqlite3.Connection) -> None:
    for words in ("dac lac", "Đắk Lắk", "dak lak"):
        hits = search_records(connection, Ask(words=words)).hits
        assert {hit.quote.removeprefix("tỉnh ").removeprefix("Tỉnh ") for hit in hits} == {"Đắk Lắk", "Đắc Lắc"}
        assert all(hit.kind == "provinces" for hit in hits)
    assert search_records(connection, Ask(words="Đa Năng")).hits == ()


def test_no_word_and_no_such_province_are_told(connection: sqlite3.Connection) -> None:
    for ask in (Ask(words='"" - *'), Ask(words="mưa", province="Xứ Mẫu")):
        with pytest.raises(UsageError):
            search_documents(connection, ask)


@pytest.mark.parametrize("words", ['"', "*", "a" * 5000, 'x" OR y', "folded : z", "NEAR(a b)", "-a ^b {c}", "ﬃ ǅ ①"])
def test_no_query_breaks_the_index(connection: sqlite3.Connection, words: str) -> None:
    with contextlib.suppress(UsageError):
        search_documents(connection, Ask(words=words))


@pytest.mark.parametrize("text", ["Đà Nẵng", "İstanbul Đà", "a\u0301\u0302 Đà", "한국 Đà", "x\u0327 Đà 한"])
def test_folded_places_lead_back(text: str) -> None:
    folded, origin = folded_places(text)
    at = folded.index("da")
    assert text[origin[at] if origin else at] == "Đ"


def test_command_prints_or_gives_json(working: Path) -> None:
    shown: Callable[..., str] = lambda *words: CliRunner().invoke(cli, ["search", *words, "--db", str(working)]).output  # noqa: E731
    assert "[Đà Nẵng]" in shown("da", "nang")
    assert "--expand" in shown("ha", "tay")
    assert "provinces · ha-tay" in shown("Hà Tây", "--records")
    found = json.loads(CliRunner().invoke(cli, ["search", "thi đua", "--json", "--db", str(working)]).stdout)
    assert [piece["text"] for piece in found["hits"][0]["snippet"] if piece["is_match"]] == ["thi đua"]


def test_other_files_are_told(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    for make in (lambda: None, lambda: file.write_bytes(b"no database, but text " * 50)):
        make()
        with pytest.raises(StoreError):
            CliRunner().invoke(cli, ["search", "a", "--db", str(file)], catch_exceptions=False)
        file.unlink(missing_ok=True)
