"""The JSON API: what a reviewer does, what scripts read, and that its description leaves nothing out."""

import re
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from pipeline.store import Store
from pipeline.web.openapi import openapi
from pipeline.web.ways import API, WAYS
from tests.web_app.conftest import NAUGHTY, Person, Served

Play = Callable[..., None]


async def first(person: Person, query: str = "") -> dict[str, Any]:
    items = (await person.get(f"/queue?n=1{query}")).json()["items"]
    return dict(items[0])


async def decide(person: Person, item: dict[str, Any], verdict: str, after: dict[str, Any] | None = None) -> Any:
    body = {"verdict": verdict, "version": item["version"], "after": after, "seconds": 1.5}
    return await person.post(f"/records/{item['record']['record_id']}/decision", body)


def test_every_api_route_is_described() -> None:
    described = openapi(WAYS)
    for way in API:
        path = re.sub(r"\{(\w+):\w+\}", r"{\1}", way.path)
        operation = described["paths"][path][way.method.lower()]  # type: ignore[index]
        assert operation["summary"]
        named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)", way.path))
        assert operation["x-role"] == way.needs
    ids = [each["operationId"] for ways in described["paths"].values() for each in ways.values()]  # type: ignore[attr-defined]
    assert len(ids) == len(set(ids)) == len(API)


def test_description_is_served_and_well_formed(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("em") as person:
            described = (await person.get("/openapi.json")).json()
            assert described["openapi"] == "3.1.0"
            for ways in described["paths"].values():
                for operation in ways.values():
                    for content in operation.get("requestBody", {}).get("content", {}).values():
                        jsonschema.Draft202012Validator.check_schema(content["schema"])

    play(work)


def test_queue_shows_text_page_reasons_and_version(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            item = await first(person, "&kind=provinces")
            record, context = item["record"], item["context"]
            start, end = record["start"] - context["start"], record["end"] - context["start"]
            assert "".join(list(context["text"])[start:end]) == record["quote"]
            assert item["version"]
            assert record["labels"][record["id"]]
            assert item["neighbours"]
            assert "machine" in item

    play(work)


def test_two_people_are_given_different_records(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as one, served.as_user("chi") as other:
            mine = (await one.get("/queue?n=5")).json()["items"]
            theirs = (await other.get("/queue?n=5")).json()["items"]
            ids = [item["record"]["record_id"] for item in mine + theirs]
            assert len(set(ids)) == 10

    play(work)


def test_a_decision_answered_saved_is_in_the_file(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            item = await first(person, "&kind=dates")
            answer = (await decide(person, item, "corrected", {"edtf": "25/12/2014"})).json()
            assert answer["saved"] is True
            with Store(served.settings.db) as store:
                rows = store.rows("SELECT edtf, state FROM dates WHERE record_id = ?", [item["record"]["record_id"]])
                assert rows == [{"edtf": "2014-12-25", "state": "corrected"}]
            # sent once more because the answer was lost: told as saved, entered once
            again = await decide(person, item, "corrected", {"edtf": "25/12/2014"})
            assert again.json() == {"saved": True, "again": True}
            with Store(served.settings.db) as store:
                assert store.count("SELECT count(*) FROM reviews") == 1

    play(work)


def test_who_comes_second_is_shown_both(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as one, served.as_user("chi") as other:
            item = await first(one)
            record = item["record"]["record_id"]
            seen = (await other.get(f"/records/{record}")).json()
            await decide(one, item, "rejected")
            answer = await decide(other, seen, "accepted")
            assert answer.status_code == 409
            told = answer.json()
            assert told["error"]["code"] == "changed"
            assert told["current"]["record"]["state"] == "rejected"
            assert told["current"]["history"][-1]["reviewer"] == "binh"
            later = await decide(other, told["current"], "accepted")
            assert later.status_code == 200

    play(work)


def test_undo_brings_back_what_was(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            item = await first(person)
            await decide(person, item, "rejected")
            undone = (await person.post("/undo")).json()["undone"]
            assert undone["record_id"] == item["record"]["record_id"]
            back = (await person.get(f"/records/{undone['record_id']}")).json()
            assert back["record"]["state"] == "machine"
            assert back["version"] == item["version"]
            assert (await person.post("/undo")).json() == {"undone": None}

    play(work)


@pytest.mark.parametrize(
    ("verdict", "after"),
    [("perhaps", None), ("corrected", {"edtf": "never"}), ("corrected", {"start": -1, "end": 10_000_000})],
)
def test_impossible_decisions_are_refused_in_both_languages(
    served: Served, play: Play, verdict: str, after: dict[str, Any] | None
) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            item = await first(person, "&kind=dates")
            vietnamese = await decide(person, item, verdict, after)
            person.http.cookies.set("sovang_language", "en")
            english = await decide(person, item, verdict, after)
            assert vietnamese.status_code == english.status_code == 422
            assert vietnamese.json()["error"]["message"] != english.json()["error"]["message"]

    play(work)


def test_a_missed_record_is_added_once(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            text = (await person.get("/documents/1")).json()["text"]["text"]
            start = text.index("Hội nghị")
            body = {"kind": "figures", "start": start, "end": start + 8, "values": {"value": "1.500", "unit": "người"}}
            added = await person.post("/documents/1/records", body)
            assert added.status_code == 201
            assert added.json()["review"]["after"]["value"] == 1500
            again = await person.post("/documents/1/records", {**body, "again": True})
            assert again.json() == {"saved": True, "again": True}
            assert (await person.post("/documents/1/records", body)).status_code == 422

    play(work)


def test_text_is_mended_and_records_move_along(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            before = (await person.get("/documents/2/records")).json()["records"]
            text = (await person.get("/documents/2")).json()["text"]["text"]
            start = text.index("Trước đó")
            body = {"start": start, "end": start + 8, "before": "Trước đó", "text": "Trước đây"}
            assert (await person.post("/documents/2/text", body)).json()["correction"]["lost"] == []
            after = (await person.get("/documents/2/records")).json()["records"]
            mended = (await person.get("/documents/2")).json()["text"]["text"]
            assert len(after) == len(before)
            assert all(mended[r["start"] : r["end"]] == r["quote"] for r in after)
            stale = await person.post("/documents/2/text", body)
            assert stale.status_code == 409

    play(work)


def test_filters_and_counts_agree(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            items = (await person.get("/queue?n=20&kind=awards&document=1")).json()["items"]
            assert {item["record"]["kind"] for item in items} == {"awards"}
            assert {item["document"]["serial"] for item in items} == {1}
            assert (await person.get("/counts?kind=awards&document=1")).json()["left"] == len(items)
            for wrong in ("kind=nonsense", "state=nonsense", "min_confidence=often"):
                assert (await person.get(f"/queue?{wrong}")).status_code == 422

    play(work)


def test_skipped_records_go_to_others(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as one, served.as_user("chi") as other:
            item = await first(one)
            ids = [item["record"]["record_id"]]
            assert (await one.post("/leases/renew", {"record_ids": ids})).json() == {"kept": ids}
            await one.post("/leases/release", {"record_ids": ids, "skip": True})
            assert (await first(one))["record"]["record_id"] != ids[0]
            assert (await first(other))["record"]["record_id"] == ids[0]

    play(work)


def test_dates_are_read_as_typed_and_slots_completed(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("em") as person:
            read = (await person.post("/edtf", {"text": "quý 4 2020"})).json()
            assert read == {"edtf": "2020-36", "grain": "quarter", "earliest": "2020-10-01", "latest": "2020-12-31"}
            assert (await person.post("/edtf", {"text": "chẳng bao giờ"})).status_code == 422
            choices = (await person.get("/complete/province?q=ha nam ninh")).json()["choices"]
            assert choices[0][0] == "ha-nam-ninh"
            assert (await person.get("/complete/nonsense?q=x")).status_code == 422

    play(work)


def test_documents_are_found_with_and_without_marks(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("em") as person:
            for words in ("Cao Bằng", "cao bang", 'cao" OR "1'):
                found = (await person.get(f"/documents?q={words}")).json()
                assert [row["serial"] for row in found["documents"]] in ([2], [])
            assert (await person.get("/documents?q=cao bang")).json()["total"] == 1
            assert (await person.get("/documents?province=cao-bang")).json()["total"] == 1
            assert (await person.get("/documents?open=1")).json()["total"] == 2
            assert (await person.get("/documents/999")).status_code == 404
            assert (await person.get("/documents/nonsense")).status_code == 404

    play(work)


def test_bodies_that_are_no_object_are_refused(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            headers = {"x-csrf-token": person.csrf, "content-type": "application/json"}
            for body in (b"[]", b"{", b'"x"', b"[" * 100_000, b"\xff"):
                answer = await person.http.post("/api/v1/undo", content=body, headers=headers)
                assert answer.status_code == 400
            large = await person.http.post("/api/v1/undo", content=b" " * (3 << 20), headers=headers)
            assert large.status_code == 413

    play(work)


def test_originals_come_as_downloads(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("em") as person:
            answer = await person.http.get("/documents/1/original")
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["content-disposition"].startswith("attachment")
            assert "<" not in answer.headers["content-disposition"]
            assert answer.text.startswith("Ngày 25/12/2013")

    play(work)


def test_names_of_files_are_text_in_pages(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("an") as person:
            for path in ("/documents", "/documents/1", "/documents/1/awards", "/status"):
                page = (await person.http.get(path)).text
                assert NAUGHTY.replace("/", "") not in page
                assert "<img src=x" not in page

    play(work)


def test_second_readings_are_blind_and_settled_by_an_adjudicator(served: Served, play: Play) -> None:
    object.__setattr__(served.settings, "second_reading_share", 1.0)

    async def work() -> None:
        async with served.as_user("binh") as one, served.as_user("chi") as other, served.as_user("dung") as judge:
            item = await first(one, "&kind=provinces&document=1")
            record = item["record"]["record_id"]
            await decide(one, item, "rejected")
            items = (await other.get("/queue?n=20&kind=provinces&document=1")).json()["items"]
            blind = next(each for each in items if each["record"]["record_id"] == record)
            assert blind["purpose"] == "first"
            assert blind["record"]["state"] == "machine"
            assert blind["history"] == []
            await decide(other, blind, "accepted")
            [dispute] = (await judge.get("/disagreements")).json()["disagreements"]
            assert (dispute["first"]["reviewer"], dispute["second"]["reviewer"]) == ("binh", "chi")
            settled = await judge.post(f"/disagreements/{record}", {"choice": "second", "version": dispute["version"]})
            assert settled.json()["saved"] is True
            assert (await judge.get("/disagreements")).json() == {"disagreements": []}
            seen = (await judge.get("/agreement")).json()
            assert seen["overall"]["records"] == 1
            assert seen["by_pair"][0]["reviewers"] == ["binh", "chi"]
            assert (await judge.http.get("/agreement")).status_code == 200

    play(work)
