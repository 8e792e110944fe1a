"""Files that people send in: their names, their limits, their way into the database, what a kill leaves."""

import asyncio
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.store import Store
from pipeline.web.app import create_app
from pipeline.web.receiving import clean_name
from tests.web_app.conftest import Person, Served

Play = Callable[..., None]
PAPER = "Ngày 3/4/2015, tại tỉnh Nghệ An, hội nghị có 40 đại biểu dự.".encode()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("giấy mời.txt", "giấy mời.txt"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\autoexec.bat", "autoexec.bat"),
        ("/absolute/path.pdf", "path.pdf"),
        ("..", "document"),
        ("", "document"),
        ("...hidden.txt", "hidden.txt"),
        ("-rf.txt", "rf.txt"),
        ("a\x00b\nc\t.txt", "ab c.txt"),
        ("\u202efdp.exe", "fdp.exe"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        ("đ" * 400 + ".pdf", "đ" * 73 + ".pdf"),
        ("thu\u031b.txt", "thư.txt"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept
    assert len(kept.encode()) <= 150
    assert Path("/room", kept).resolve().parent == Path("/room")


async def send(person: Person, *files: tuple[str, bytes]) -> Any:
    parts = [("file", (name, data)) for name, data in files]
    return await person.http.post("/api/v1/uploads", files=parts, headers={"x-csrf-token": person.csrf})


async def wait(person: Person, batch: str) -> dict[str, Any]:
    for _ in range(2000):
        told = dict((await person.get(f"/uploads/{batch}")).json())
        if told["state"] in {"done", "stopped"}:
            return told
        await asyncio.sleep(0.1)
    raise AssertionError("the batch was not read")


def test_files_are_read_duplicates_linked_failures_told_and_tried_again(served: Served, play: Play) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../outside.txt", PAPER + b" Trong kho.")
    uploads = served.app.state.desk.uploads

    async def work() -> None:
        uploads.start()
        async with served.as_user("binh") as person:
            sent = await send(
                person,
                ("../một.txt", PAPER),
                ("một.txt", PAPER),
                ("hỏng.pdf", b"%PDF-1.4 broken"),
                ("kho.zip", packed.getvalue()),
                ("lạ.xyz", bytes(range(256))),
            )
            assert sent.status_code == 201
            told = await wait(person, sent.json()["id"])
            found = {document["name"]: document for file in told["files"] for document in file["documents"]}
            assert told["state"] == "done"
            assert found["một.txt"]["state"] == "done"
            assert found["một (2).txt"]["serial"] == found["một.txt"]["serial"]
            assert found["kho.zip!/../outside.txt"]["state"] == "done"
            assert found["hỏng.pdf"]["state"] == "failed"
            assert found["hỏng.pdf"]["advice"]
            assert found["lạ.xyz"]["state"] == "failed"
            again = await send(person, ("hai.txt", PAPER))
            told = await wait(person, again.json()["id"])
            [same] = told["files"][0]["documents"]
            assert same["state"] == "same"
            assert same["other"] == found["một.txt"]["serial"]
            listed = (await person.get("/failures")).json()["failures"]
            broken = next(each for each in listed if each["source"].endswith("hỏng.pdf"))
            assert (await person.post(f"/failures/{broken['id']}/retry")).status_code == 202
            assert (await person.post("/failures/none/retry")).status_code == 404
            for _ in range(1000):
                if not uploads.waiting_retries:
                    break
                await asyncio.sleep(0.1)
            assert not uploads.waiting_retries
        await uploads.stop()
        assert not (served.settings.db.parent / "outside.txt").exists()
        assert [path.name for path in uploads.folder.rglob("*") if path.suffix != ".json"] == []
        assert {path.name for path in served.settings.db.parent.iterdir()} >= {"uploads", "originals", "sovang.db"}

    play(work)


def test_limits_are_kept_and_nothing_is_left_behind(served: Served, play: Play) -> None:
    object.__setattr__(served.settings, "upload_limit_mb", 1)
    object.__setattr__(served.settings, "upload_files", 2)

    async def work() -> None:
        async with served.as_user("binh") as person:
            for files in (
                [("groß.txt", b"x" * (1 << 20) + b"y")],
                [(f"{n}.txt", PAPER) for n in range(3)],
                [],
            ):
                answer = await send(person, *files)
                assert answer.status_code == 422
                assert answer.json()["error"]["message"]
            headers = {"x-csrf-token": person.csrf, "content-type": "multipart/form-data; boundary=x"}
            cut = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf'
            for body in (cut, b"no form at all"):
                answer = await person.http.post("/api/v1/uploads", content=body, headers=headers)
                assert answer.status_code == 422
            long = b'--x\r\ncontent-disposition: form-data; filename="' + b"a" * 20_000 + b'"\r\n\r\nx\r\n--x--\r\n'
            assert (await person.http.post("/api/v1/uploads", content=long, headers=headers)).status_code == 422
            assert list((served.settings.db.parent / "uploads").iterdir()) == []
            assert (await person.get("/uploads/../../sovang")).status_code == 404
            assert (await person.get(f"/uploads/{'0' * 32}")).status_code == 404

    play(work)


def test_a_batch_that_a_kill_cut_off_is_read_at_the_next_start(served: Served, play: Play) -> None:
    async def take_in() -> None:
        async with served.as_user("binh") as person:
            assert (await send(person, ("một.txt", PAPER))).json()["state"] == "waiting"  # nobody reads: no task runs

    async def work() -> None:
        app = create_app(served.settings)
        uploads = app.state.desk.uploads
        uploads.start()
        for _ in range(2000):
            if uploads.latest()[0].state == "done":
                break
            await asyncio.sleep(0.1)
        await uploads.stop()
        for connections in (app.state.desk.reading, app.state.desk.writing, app.state.desk.doors):
            connections.close()

    play(take_in)
    play(work)
    with Store(served.settings.db) as store:
        assert store.count("SELECT count(*) FROM documents WHERE source LIKE '%/một.txt' AND status = 'done'") == 1
