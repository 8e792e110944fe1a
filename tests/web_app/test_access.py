"""Who may do what: every route of the table without log-in, with too low a role, without the token of the page."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from pipeline.review import Role
from pipeline.settings import Settings
from pipeline.web.app import Mounted, create_app
from pipeline.web.guard import Way
from pipeline.web.shield import CSP, Reach, is_loopback
from pipeline.web.ways import WAYS
from tests.web_app.conftest import PASSWORD, PEOPLE, Served

Play = Callable[..., None]
GUARDED = [way for way in WAYS if way.needs is not None]
LOWER = {Role.REVIEWER: "em", Role.ADJUDICATOR: "binh", Role.ADMIN: "dung"}


def address(way: Way) -> str:
    """The path of a way with something in the place of each parameter."""
    return re.sub(r"\{(\w+)(:\w+)?\}", "1", way.path)


def test_every_route_without_log_in_is_refused(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.client() as client:
            for way in GUARDED:
                answer = await client.request(way.method, address(way))
                if way.is_api:
                    assert answer.status_code == 401, way
                    assert answer.json()["error"]["message"]
                elif way.method == "GET":
                    assert answer.status_code == 303, way
                    assert answer.headers["location"].startswith("/login?next=")
                else:
                    assert answer.status_code == 401, way

    play(work)


def test_every_route_with_too_low_a_role_is_refused(served: Served, play: Play) -> None:
    async def work() -> None:
        for role, name in LOWER.items():
            async with served.as_user(name) as person:
                for way in GUARDED:
                    if way.needs is role:
                        headers = {"x-csrf-token": person.csrf}
                        answer = await person.http.request(way.method, address(way), headers=headers)
                        assert answer.status_code == 403, way

    play(work)


def test_what_changes_something_needs_the_token_of_the_page(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("an") as person:
            for way in GUARDED:
                if way.method == "GET":
                    continue
                for headers in ({}, {"x-csrf-token": "wrong"}):
                    answer = await person.http.request(way.method, address(way), headers=headers)
                    assert answer.status_code == 403, way
                foreign = {"x-csrf-token": person.csrf, "origin": "https://elsewhere.example"}
                answer = await person.http.request(way.method, address(way), headers=foreign)
                assert answer.status_code == 403, way
                cross = {"x-csrf-token": person.csrf, "sec-fetch-site": "cross-site"}
                answer = await person.http.request(way.method, address(way), headers=cross)
                assert answer.status_code == 403, way

    play(work)


def test_every_answer_carries_the_safety_headers(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("an") as person:
            for way in WAYS:
                if way.method != "GET":
                    continue
                answer = await person.http.get(address(way))
                assert answer.status_code < 500, way
                assert answer.headers["content-security-policy"] == CSP
                assert answer.headers["x-frame-options"] == "DENY"
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert answer.headers["referrer-policy"] == "no-referrer"
            missing = await person.http.get("/no/such/page")
            assert missing.status_code == 404
            assert missing.headers["content-security-policy"] == CSP

    play(work)


def test_policy_admits_no_inline_code_and_no_other_host() -> None:
    assert "unsafe" not in CSP
    assert "http" not in CSP
    assert CSP.startswith("default-src 'none'")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8600", "", "192.168.1.5"])
def test_other_hosts_are_refused_against_rebinding(served: Served, play: Play, host: str) -> None:
    async def work() -> None:
        async with served.client() as client:
            answer = await client.get("/login", headers={"host": host})
            assert answer.status_code == 421
            assert "form" not in answer.text

    play(work)


def test_reach_knows_its_own_names() -> None:
    assert Reach().answers_to("localhost:8600")
    assert Reach().answers_to("[::1]:8600")
    wide = Reach(host="10.0.0.7", names=frozenset({"so-vang.example"}))
    assert wide.answers_to("so-vang.example")
    assert wide.answers_to("10.0.0.7:8600")
    assert not wide.answers_to("evil.example")
    assert not wide.is_loopback
    assert is_loopback("127.8.9.1")


def test_session_cookie_is_out_of_reach_of_scripts(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.client() as client:
            await client.get("/login")
            form = {"name": "an", "password": PASSWORD, "csrf": client.cookies["sovang_form"]}
            answer = await client.post("/login", data=form)
            cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("sovang_session="))
            assert "HttpOnly" in cookie
            assert "SameSite=strict" in cookie
            assert "Secure" not in cookie  # loopback without TLS

    play(work)


def test_log_in_gives_a_session_of_its_own(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.client() as client:
            client.cookies.set("sovang_session", "planted-by-someone-else")
            await client.get("/login")
            form = {"name": "an", "password": PASSWORD, "csrf": client.cookies["sovang_form"], "next": "//evil.example"}
            answer = await client.post("/login", data=form)
            assert answer.headers["location"] == "/"
            assert "planted" not in client.cookies.get("sovang_session", domain="127.0.0.1", default="")
            again = await client.post("/login", data={"name": "an", "password": PASSWORD})
            assert again.status_code == 403

    play(work)


def test_wrong_passwords_are_refused_alike_and_limited(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.client() as client:
            await client.get("/login")
            csrf = client.cookies["sovang_form"]
            told = []
            for name in ("an", "nobody"):
                answer = await client.post("/login", data={"name": name, "password": "not it at all", "csrf": csrf})
                assert answer.status_code == 403
                told.append(re.search(r'role="alert">([^<]+)<', answer.text)[1])  # type: ignore[index]
            assert told[0] == told[1]
            for _ in range(5):
                answer = await client.post("/login", data={"name": "an", "password": "not it at all", "csrf": csrf})
            right = await client.post("/login", data={"name": "an", "password": PASSWORD, "csrf": csrf})
            assert right.status_code == 403

    play(work)


def test_log_out_ends_the_session(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            await person.http.post("/logout", data={"csrf": person.csrf})
            assert (await person.get("/me")).status_code == 401

    play(work)


def test_scripts_come_with_a_token_and_without_the_one_of_a_page(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            form = {"do": "token", "label": "script", "csrf": person.csrf}
            page = await person.http.post("/account", data=form)
            token = re.search(r'class="token">([\w-]+)<', page.text)[1]  # type: ignore[index]
        async with served.client(headers={"authorization": f"Bearer {token}"}) as client:
            assert (await client.get("/api/v1/me")).json()["name"] == "binh"
            assert (await client.post("/api/v1/undo", json={})).json() == {"undone": None}
            assert (await client.get("/users")).status_code == 403
        async with served.client(headers={"authorization": "Bearer wrong"}) as client:
            assert (await client.get("/api/v1/me")).status_code == 401

    play(work)


def test_a_disabled_person_is_out_at_once(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person, served.as_user("an") as admin:
            form = {"do": "disable", "name": "binh", "csrf": admin.csrf}
            assert (await admin.http.post("/users", data=form)).status_code == 303
            assert (await person.get("/me")).status_code == 401

    play(work)


def test_an_admin_keeps_their_own_rights(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("an") as admin:
            for task in ({"do": "disable"}, {"do": "role", "role": "reader"}):
                answer = await admin.http.post("/users", data={**task, "name": "an", "csrf": admin.csrf})
                assert answer.status_code == 422
            added = await admin.http.post(
                "/users",
                data={"do": "add", "name": "moi", "password": "du dai roi", "role": "reader", "csrf": admin.csrf},
            )
            assert added.status_code == 303

    play(work)


def test_without_any_account_the_page_tells_how_to_make_one(tmp_path: Path, play: Play) -> None:
    app = create_app(Settings(db=tmp_path / "empty.db"))

    async def work() -> None:
        async with Served(app, Settings()).client() as client:
            page = await client.get("/login")
            assert "sovang user add" in page.text
            assert '<form method="post" action="/login"' not in page.text

    play(work)
    for connections in (app.state.desk.reading, app.state.desk.writing, app.state.desk.doors):
        connections.close()


def test_mounted_guests_stand_behind_the_same_door(filled: Path, tmp_path: Path, play: Play) -> None:
    async def guest(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].endswith("/broken"):
            raise RuntimeError("a defect of the guest")
        await PlainTextResponse("inside")(scope, receive, send)

    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    mounted = Mounted(path="/guest", make=lambda _settings: guest, needs=Role.REVIEWER, csp="default-src 'self'")
    settings = Settings(db=tmp_path / "sovang.db")
    served = Served(create_app(settings, mounts=(mounted,)), settings)

    async def work() -> None:
        async with served.client() as client:
            assert (await client.get("/guest/x")).headers["location"].startswith("/login")
        async with served.as_user("em") as person:
            assert (await person.http.get("/guest/x")).status_code == 403
        async with served.as_user("binh") as person:
            answer = await person.http.get("/guest/x")
            assert answer.text == "inside"
            assert answer.headers["content-security-policy"] == "default-src 'self'"
            assert (await person.http.post("/guest/x", headers={"x-csrf-token": person.csrf})).status_code == 405
            defect = await person.http.get("/guest/broken")
            assert defect.status_code == 500
            assert "defect of the guest" not in defect.text
            assert defect.headers["x-frame-options"] == "DENY"

    play(work)
    desk = served.app.state.desk
    for connections in (desk.reading, desk.writing, desk.doors):
        connections.close()


def test_people_of_the_fixture_have_all_roles() -> None:
    assert set(PEOPLE.values()) == set(Role)
