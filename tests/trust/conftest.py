"""A store with one small document as the tests of review have it, and a person who reads."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from argon2 import PasswordHasher

from pipeline import review
from pipeline.review import accounts
from pipeline.store import Store


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "review"))
    return importlib.import_module("review_papers")


@pytest.fixture
def store(tmp_path: Path, papers: ModuleType) -> Iterator[Store]:
    with Store(tmp_path / "sovang.db") as opened:
        papers.enter_document(opened)
        yield opened


@pytest.fixture
def lan(store: Store, monkeypatch: pytest.MonkeyPatch) -> review.User:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)
    accounts._nobody.cache_clear()
    return review.add_user(store, "lan", "mật khẩu dài", review.Role.REVIEWER)
