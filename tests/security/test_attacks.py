"""What somebody with bad intentions sends to the server; the walks over all routes stand in `tests/web_app`."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import quote

import httpx
import pytest

from pipeline.review import KINDS, Refused, Role, add_user, disable_user, log_in
from pipeline.store import Store
from pipeline.web.entrance import local_path
from pipeline.web.shield import BODY_LIMIT
from pipeline.web.ways import WAYS
from tests.web_app.conftest import PASSWORD, Served

Play = Callable[..., None]
INJECTIONS = (
    "' OR 1=1 --",
    '" OR ""="',
    "1; DROP TABLE dates",
    "%' UNION SELECT password_hash FROM users --",
    "\x00",
    "*",
)


def everything(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("sovang.db")}


# --- who gets in --------------------------------------------------------------------------------------


def seconds_of(store: Store, name: str) -> float:
    """CPU time of this process, so that the load of the machine does not count."""
    began = time.process_time()
    with pytest.raises(Refused):
        log_in(store, name, "not the right one")
    return time.process_time() - began


def test_unknown_names_take_as_long_as_known_and_disabled_ones(tmp_path: Path) -> None:
    with Store(tmp_path / "sovang.db") as store:
        for at in range(4):
            add_user(store, f"known{at}", PASSWORD, Role.READER)
            add_user(store, f"gone{at}", PASSWORD, Role.READER)
            disable_user(store, f"gone{at}")
        seconds_of(store, "warm-up")  # the hash that nobody has is made at the first need
        times = {
            group: median(seconds_of(store, f"{group}{at}") for at in range(4)) for group in ("known", "gone", "nobody")
        }
    assert max(times.values()) < 2 * min(times.values()), times


def test_each_log_in_has_a_session_of_its_own_and_ends_the_one_before(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            old = person.http.cookies["sovang_session"]
            await person.http.get("/login")
            person.http.cookies.delete("sovang_session")
            await person.http.get("/login")
            cookies = {"sovang_session": old, "sovang_form": person.http.cookies["sovang_form"]}
            form = {"name": "chi", "password": PASSWORD, "csrf": person.csrf}
            async with served.client(cookies=cookies) as client:
                answer = await client.post("/login", data=form)
                assert answer.status_code == 303
                new = re.search(r"sovang_session=([^;]+)", answer.headers["set-cookie"])
                assert new
                assert new[1] != old
            async with served.client(cookies={"sovang_session": old}) as client:
                assert (await client.get("/api/v1/me")).status_code == 401

    play(work)


def test_a_new_password_ends_every_session(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as here, served.as_user("binh") as there:
            form = {"do": "password", "old": PASSWORD, "new": "một mật khẩu khác", "csrf": here.csrf}
            assert (await here.http.post("/account", data=form)).status_code == 303
            assert (await here.get("/me")).status_code == 401
            assert (await there.get("/me")).status_code == 401

    play(work)


def test_the_token_of_one_page_is_of_no_use_in_another_session(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as one, served.as_user("chi") as other:
            headers = {"x-csrf-token": other.csrf}
            assert (await one.http.post("/api/v1/undo", json={}, headers=headers)).status_code == 403
            for kind in ("text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
                answer = await one.http.post("/api/v1/undo", content=b"{}", headers={"content-type": kind})
                assert answer.status_code == 403

    play(work)


def test_head_and_unknown_methods_open_no_door(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.client() as client:
            for way in WAYS:
                path = re.sub(r"\{(\w+)(:\w+)?\}", "1", way.path)
                for method in ("HEAD", "PUT", "DELETE", "PATCH", "TRACE"):
                    answer = await client.request(method, path)
                    allowed = {401, 303, 405, 404} | ({200} if way.needs is None and method == "HEAD" else set())
                    assert answer.status_code in allowed, (method, way)
                    if answer.status_code == 303 and way.needs is not None:
                        assert answer.headers["location"].startswith("/login")

    play(work)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "",
        "/a\r\nx: y",
    ],
)
def test_nobody_is_led_elsewhere(served: Served, play: Play, target: str) -> None:
    assert local_path(target) == "/"

    async def work() -> None:
        async with served.client() as client:
            answer = await client.get(f"/language/en?to={quote(target)}")
            assert answer.headers["location"] == "/"

    play(work)


def test_forwarded_hosts_change_no_address(served: Served, play: Play) -> None:
    async def work() -> None:
        forwarded = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
        async with served.client(headers=forwarded) as client:
            answer = await client.get("/documents")
            assert answer.headers["location"] == "/login?next=/documents"
            assert "evil" not in (await client.get("/login")).text

    play(work)


# --- what is sent ---------------------------------------------------------------------------------------


def test_words_of_filters_are_never_read_as_sql(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("dung") as person:
            for words in INJECTIONS:
                for name in ("reason", "text", "province", "year", "kind", "state", "document", "min_confidence"):
                    answer = await person.http.get("/api/v1/queue", params={name: words})
                    assert answer.status_code in {200, 422}, (name, words, answer.text)
                    assert "$argon2" not in answer.text
                for name in ("q", "kind", "format", "province", "year"):
                    answer = await person.http.get("/api/v1/documents", params={name: words})
                    assert answer.status_code in {200, 422}, (name, words, answer.text)
                    assert "$argon2" not in answer.text
                for path in ("/records", "/documents", "/complete/unit", "/uploads"):
                    answer = await person.http.get(f"/api/v1{path}/{quote(words, safe='')}")
                    assert answer.status_code < 500, (path, words, answer.text)

    play(work)
    with Store(served.settings.db) as store:
        assert all(store.count(f"SELECT count(*) FROM {kind}") for kind in KINDS[:4])  # noqa: S608


def test_bodies_beyond_measure_are_refused(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            headers = {"x-csrf-token": person.csrf, "content-type": "application/json"}
            for body, status in (
                (b"[" * 100_000 + b"]" * 100_000, 400),
                (b'{"record_ids": [' + b"1," * 20_000 + b"1]}", 400),
                (b" " * (BODY_LIMIT + 1), 413),
                (b'{"record_id": NaN', 400),
                (b"\xff\xfe{}", 400),
            ):
                answer = await person.http.post("/api/v1/leases/renew", content=body, headers=headers)
                assert answer.status_code == status, (body[:20], answer.text)
            form = {"name": "x" * 3_000_000, "password": "y", "csrf": person.csrf}
            assert (await person.http.post("/login", data=form)).status_code == 413

    play(work)


def test_impossible_numbers_in_decisions_are_refused(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            item = (await person.get("/queue?kind=figures&n=1")).json()["items"][0]
            record, version = item["record"]["record_id"], item["version"]
            path = f"/records/{record}/decision"
            for after in (
                {"start": -1, "end": 5},
                {"start": 0, "end": 10**12},
                {"start": True, "end": 2},
                {"value": "1e999999999"},
                {"value": [1]},
                {"document": 2},
                {"record_id": "another"},
                {"machine": "{}"},
                {"state": "accepted; --"},
            ):
                body = {"verdict": "corrected", "version": version, "after": after}
                answer = await person.post(path, body)
                assert answer.status_code in {422, 400}, (after, answer.text)
            with Store(served.settings.db) as store:
                assert store.count("SELECT count(*) FROM reviews") == 0

    play(work)


# --- files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../../escaped.txt",
        "..\\..\\escaped.txt",
        "/tmp/escaped.txt",  # noqa: S108 (what is sent, not where we write)
        "C:\\escaped.txt",
        "%2e%2e%2fescaped.txt",
        "uploads.json",
        "batch.json",
        "con",
        "a/../../b.txt",
        "\u2025/escaped.txt",
    ],
)
def test_no_upload_leaves_its_folder(served: Served, play: Play, name: str) -> None:
    folder = served.settings.db.parent
    before = everything(folder.parent)

    async def work() -> None:
        async with served.as_user("binh") as person:
            disposition = f'form-data; name="file"; filename="{name}"'.encode()
            body = b"--x\r\ncontent-disposition: " + disposition + b"\r\n\r\nwords\r\n--x--\r\n"
            headers = {"x-csrf-token": person.csrf, "content-type": "multipart/form-data; boundary=x"}
            answer = await person.http.post("/api/v1/uploads", content=body, headers=headers)
            assert answer.status_code == 201, answer.text
            assert len(answer.json()["files"]) == 1

    play(work)
    new = everything(folder.parent) - before
    assert new
    assert all(path.is_relative_to(folder / "uploads") for path in new), new
    assert any(path.read_bytes() == b"words" for path in new)


def test_paths_lead_to_no_other_file(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("an") as person:
            for climb in (
                "../app.py",
                "../../app.py",
                "..%2f..%2fapp.py",
                "%2e%2e/app.py",
                "/etc/passwd",
                "js/../../ways.py",
            ):
                for start in ("/static/x/", "/api/v1/documents/", "/documents/", "/api/v1/uploads/"):
                    answer = await person.http.send(
                        httpx.Request("GET", f"http://127.0.0.1:8600{start}{climb}", headers=dict(person.http.headers))
                    )
                    assert answer.status_code in {303, 307, 401, 404}, (start, climb, answer.status_code)
                    assert "import" not in answer.text
                    assert "root:" not in answer.text

    play(work)


def test_originals_are_saved_and_never_run(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("em") as person:
            answer = await person.http.get("/documents/1/original")
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["content-disposition"].startswith("attachment; ")
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "<" not in answer.headers["content-disposition"]

    play(work)
