"""Decisions and recipients across documents in the browser: lists, one with its sources, and people's word on links."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.decisions import link_awards
from pipeline.store import Store
from tests.web_app.conftest import Served, fill, serve

ONE = "Theo Quyết định số 218/QĐ-UBND ngày 5/6/2014, Chủ tịch UBND tỉnh Gia Lai tặng Bằng khen cho ông Rơ Châm Bút."
TEXTS = {
    "one.txt": ONE,
    "two.txt": "Ông Rơ Châm Bút được Chủ tịch UBND tỉnh Gia Lai tặng Bằng khen ngày 5/6/2014.",
    "third.txt": f"{ONE} <script>document.title = 1</script> Cả làng cùng mừng.",
}


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Served]:
    settings = fill(tmp_path / "filled", TEXTS)
    with Store(settings.db) as store:
        link_awards(store)
    yield from serve(tmp_path / "filled", tmp_path / "served")


def test_a_source_is_told_apart_and_taken_back_at_once(linked: Served) -> None:
    async def play() -> None:
        async with linked.as_user("binh") as person:
            [decision] = (await person.get("/decisions")).json()["decisions"]
            whole = (await person.get(f"/decisions/{decision['id']}")).json()
            last = whole["tellings"][-1]["record_id"]
            path = f"/decisions/{decision['id']}/sources/{last}"
            told = await person.post(path, {"verdict": "rejected", "reason": "another day"})
            assert told.status_code == 200, told.text
            assert told.json()["now"] != decision["id"]
            assert (await person.get("/decisions?what=all")).json()["total"] == 2
            assert (await person.post(path, {"verdict": "rejected"})).status_code == 409
            assert (await person.post(f"/links/{told.json()['review']}/undo")).status_code == 200
            assert (await person.get("/decisions?what=all")).json()["total"] == 1
            assert (await person.post(f"/links/{told.json()['review']}/undo")).status_code == 404
            assert (await person.post(path, {"verdict": "perhaps"})).status_code == 400

    asyncio.run(play())


def test_a_mention_is_judged(linked: Served) -> None:
    async def play() -> None:
        async with linked.as_user("binh") as person:
            [recipient] = (await person.get("/recipients")).json()["recipients"]
            mention = (await person.get(f"/recipients/{recipient['id']}")).json()["mentions"][-1]
            path = f"/recipients/{recipient['id']}/mentions/{mention['award']}/{mention['position']}"
            assert (await person.post(path, {"verdict": "accepted"})).status_code == 200
            assert (await person.post(path, {"verdict": "rejected"})).json()["now"] != recipient["id"]
            assert (await person.get("/recipients?what=all")).json()["total"] == 2

    asyncio.run(play())


def test_pages_show_sources_and_only_reviewers_judge(linked: Served) -> None:
    async def play() -> None:
        async with linked.as_user("binh") as person:
            [decision] = (await person.get("/decisions")).json()["decisions"]
            [recipient] = (await person.get("/recipients")).json()["recipients"]
            for path in (f"/decisions/{decision['id']}", f"/recipients/{recipient['id']}"):
                page = await person.http.get(path)
                assert page.status_code == 200
                assert 'data-verdict="rejected"' in page.text
                assert "Rơ Châm Bút" in page.text
                assert "<script>document" not in page.text
            for path in ("/decisions?what=contradictory", "/recipients?what=nothing&offset=99999999999"):
                assert (await person.http.get(path)).status_code == 200
        async with linked.as_user("em") as reader:
            page = await reader.http.get(f"/decisions/{decision['id']}")
            assert "data-verdict" not in page.text
            refused = await reader.post(f"/decisions/{decision['id']}/sources/x", {"verdict": "rejected"})
            assert refused.status_code == 403
            assert (await reader.http.get("/decisions/nothing")).status_code == 404

    asyncio.run(play())
