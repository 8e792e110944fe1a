"""A small database with records of all kinds, the application over it, and people who are logged in."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from pipeline.extraction import as_rows, extract_document
from pipeline.review import Role, add_user
from pipeline.settings import Settings
from pipeline.store import Store, original_name
from pipeline.web.app import create_app
from pipeline.web.shield import Reach

PASSWORD = "mat khau dai"
PEOPLE = {"em": Role.READER, "binh": Role.REVIEWER, "chi": Role.REVIEWER, "dung": Role.ADJUDICATOR, "an": Role.ADMIN}
NAUGHTY = '<img src=x onerror="document.title=1">'
TEXT = f"""Ngày 25/12/2013, tại tỉnh Lạng Sơn, Bộ trưởng Bộ Tài nguyên và Môi trường tặng Bằng khen cho 02 tập thể.
Trước đó, tháng 3/2012, Ủy ban nhân dân tỉnh Phú Thọ tặng Cờ thi đua cho Trường Tiểu học Đồi Cọ năm 2011.
{NAUGHTY} Ông Nguyễn Văn Thử nhận Huân chương Lao động hạng Nhì ngày 2/9/1985.
Hội nghị có 150 đại biểu của 12 tỉnh dự, thu 3,2 tỷ đồng; hơn 50 người được khen, 98% tán thành.
Các tỉnh Hà Giang, Tuyên Quang, Yên Bái và Lào Cai cùng ký giao ước thi đua năm 2014 và giai đoạn 2011-2015.
"""


@dataclass
class Served:
    """The application over its database."""

    app: Starlette
    settings: Settings

    def client(self, **more: object) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8600", **more)  # type: ignore[arg-type]

    @asynccontextmanager
    async def as_user(self, name: str) -> AsyncIterator["Person"]:
        async with self.client() as client:
            page = await client.get("/login")
            csrf = client.cookies["sovang_form"]
            answer = await client.post("/login", data={"name": name, "password": PASSWORD, "csrf": csrf})
            assert page.status_code == 200
            assert answer.status_code == 303, answer.text
            me = (await client.get("/api/v1/me")).json()
            yield Person(client, me["csrf"])


@dataclass
class Person:
    """A browser in which someone is logged in."""

    http: httpx.AsyncClient
    csrf: str

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(f"/api/v1{path}")

    async def post(self, path: str, body: object | None = None) -> httpx.Response:
        return await self.http.post(f"/api/v1{path}", json=body or {}, headers={"x-csrf-token": self.csrf})


def fill(folder: Path, texts: dict[str, str]) -> Settings:
    """Returns settings of a new database with these texts read, and all people entered."""
    settings = Settings(db=folder / "sovang.db", workers=1, second_reading_share=0.0)
    with Store(settings.db) as store:
        run = store.start_run("run", [], "test")
        for name, text in texts.items():
            data = text.encode()
            document_id = hashlib.sha256(data).hexdigest()
            original = original_name(document_id, ".txt")
            (store.originals / original).parent.mkdir(parents=True, exist_ok=True)
            (store.originals / original).write_bytes(data)
            serial = store.begin_document(document_id, f"/tài liệu/{name}", len(data), original, run)
            store.finish_document(serial, as_rows(extract_document(data, name)), extractor="test", run=run)
        store.end_run(run, "finished", done=len(texts), unchanged=0, failed=0)
        for name, role in PEOPLE.items():
            add_user(store, name, PASSWORD, role)
    return settings


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(
        folder,
        {
            f"{NAUGHTY.replace('/', '')}.txt": TEXT,
            "thường.txt": TEXT.replace("Lạng Sơn", "Cao Bằng").replace(NAUGHTY, ""),
        },
    )
    return folder


@pytest.fixture
def served(filled: Path, tmp_path: Path) -> Iterator[Served]:
    yield from serve(filled, tmp_path)


def serve(filled: Path, folder: Path, reach: Reach | None = None) -> Iterator[Served]:
    shutil.copytree(filled, folder, dirs_exist_ok=True)
    settings = Settings(db=folder / "sovang.db", workers=1, second_reading_share=0.0)
    app = create_app(settings, reach)
    yield Served(app, settings)
    desk = app.state.desk
    for connections in (desk.reading, desk.writing, desk.doors):
        connections.close()
    desk.images.close()


@pytest.fixture
def play() -> Callable[[Callable[[], Coroutine[object, object, None]]], None]:
    """Runs a coroutine function to its end, in a thread of its own: a browser may hold the loop of this one."""

    def run(work: Callable[[], Coroutine[object, object, None]]) -> None:
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(lambda: asyncio.run(asyncio.wait_for(work(), 300))).result()

    return run
