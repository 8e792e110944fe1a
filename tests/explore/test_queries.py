"""Every ready query gives rows on documents of the corpus, in both languages, and plain Datasette takes them all."""

import asyncio
import json
import sqlite3
import time
from pathlib import Path

import pytest

from pipeline.publish import explore

ASKED = {"place": "Cà Mau", "noun": "tập thể", "year": "2025", "words": "da nang"}


@pytest.fixture
def release(released: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{released / 'dataset' / 'sovang.db'}?mode=ro&immutable=1", uri=True)


@pytest.mark.parametrize("name", list(explore.queries()))
def test_query_gives_rows_quickly(release: sqlite3.Connection, name: str) -> None:
    query = explore.queries()[name]
    values = {each: ASKED.get(each, "") for each in query.parameters}
    started = time.perf_counter()
    rows = release.execute(query.sql, values).fetchall()
    assert rows
    assert time.perf_counter() - started < 0.3


@pytest.mark.parametrize("name", list(explore.queries()))
def test_query_is_told_in_both_languages(release: sqlite3.Connection, name: str) -> None:
    query = explore.queries()[name]
    cursor = release.execute(query.sql, {each: ASKED.get(each, "") for each in query.parameters})
    columns = [column[0] for column in cursor.description]
    for words in (query.title, query.description):
        assert words["vi"]
        assert words["en"]
        assert words["vi"] != words["en"]
    assert set(query.parameters) <= set(explore.parameters())
    shown = {each for each in columns if not each.endswith(("_en", "_id"))}
    assert shown - {"record_kind"} <= set(explore.headings())
    assert set(query.chart[1:]) <= set(columns)
    if query.rows:
        behind, *pairs = query.rows
        for pair in pairs:
            parameter, column = pair.split("=")
            assert parameter in explore.queries()[behind].parameters
            assert column in columns


def test_every_file_has_its_row() -> None:
    folder = Path(explore.__file__).parent / "queries"
    assert {file.stem for file in folder.glob("*.sql")} == set(explore.queries())
    assert len(explore.queries()) >= 15


@pytest.mark.parametrize("words", ["da nang", "Đà Nẵng", 'đà "nẵng', "DA NANG"])
def test_search_finds_words_with_and_without_marks(release: sqlite3.Connection, words: str) -> None:
    rows = release.execute(explore.queries()["search_words"].sql, {"words": words}).fetchall()
    assert rows


def test_plain_datasette_opens_the_folder(released: Path) -> None:
    datasette = pytest.importorskip("datasette.app", reason="datasette is not installed: pip install 'sovang[publish]'")
    folder = released / "dataset"
    server = datasette.Datasette(config_dir=folder)

    async def ask() -> None:
        await server.invoke_startup()
        page = await server.client.get("/sovang")
        assert page.status_code == 200
        assert "searched_texts" not in page.text
        for query in explore.queries().values():
            assert query.title["vi"] in page.text
            answer = await server.client.get(f"/sovang/{query.name}.json", params={"_shape": "array", **ASKED})
            assert answer.status_code == 200, answer.text
            assert json.loads(answer.text)
        assert (await server.client.get("/sovang/award_facts?_facet=form_name")).status_code == 200
        found = await server.client.get("/sovang/documents.json?_search=ca+mau&_shape=array")
        assert json.loads(found.text)

    asyncio.run(ask())
    assert not server.databases["sovang"].is_mutable
