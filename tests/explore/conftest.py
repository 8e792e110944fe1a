"""A database of documents of the corpus with its release beside it, served as `sovang serve` does."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.publish import Conditions, Order, publish
from pipeline.review import Role, add_user
from pipeline.run import Order as RunOrder
from pipeline.run import run
from pipeline.settings import Settings
from pipeline.store import Store
from tests.browser.conftest import browser, chromium, page
from tests.browser.driving import Server
from tests.web_app.conftest import PASSWORD, Served, play, serve

__all__ = ["browser", "chromium", "page", "play"]

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
READ = ("text", "docx", "html", "pdf/qd-ca-mau-2025.pdf")
UNDATED = (
    "Ghi chép ở Đà Nẵng\n\nNgười kể chuyện nhớ hai dãy nhà lá và một cây đa bên bến sông Hàn, không nhớ là bao giờ.\n"
)


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a database with accounts and a published dataset; tests only read it."""
    folder = tmp_path_factory.mktemp("released")
    (folder / "ghi-chep.txt").write_text(UNDATED, encoding="utf-8")
    sources = (folder / "ghi-chep.txt", *(DOCUMENTS / name for name in READ))
    run(RunOrder(sources=sources), Settings(db=folder / "sovang.db", workers=1), lambda _: None)
    with Store(folder / "sovang.db") as store:
        add_user(store, "em", PASSWORD, Role.READER)
    publish(
        Order(
            working=folder / "sovang.db",
            target=folder / "dataset",
            conditions=Conditions(),
            title="Sổ Vàng",
            creator="Nhóm Mẫu",
            licence="CC0-1.0",
        )
    )
    return folder


@pytest.fixture
def research(released: Path, tmp_path: Path) -> Iterator[Served]:
    yield from serve(released, tmp_path)


@pytest.fixture
def server(released: Path, tmp_path: Path) -> Iterator[Server]:
    shutil.copytree(released, tmp_path, dirs_exist_ok=True)
    running = Server(Settings(db=tmp_path / "sovang.db", workers=1))
    yield running
    running.stop()
