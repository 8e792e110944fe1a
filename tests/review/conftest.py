"""A store with one small document and three people; a clock that stands still."""

import importlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from argon2 import PasswordHasher

from pipeline import review
from pipeline.review import accounts
from pipeline.store import Store
from pipeline.verify import verify

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)
    accounts._nobody.cache_clear()


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("review_papers")


@pytest.fixture
def store(tmp_path: Path, papers: ModuleType) -> Iterator[Store]:
    with Store(tmp_path / "sovang.db") as opened:
        papers.enter_document(opened)
        yield opened


@pytest.fixture
def lan(store: Store) -> review.User:
    return review.add_user(store, "lan", "mật khẩu dài", review.Role.REVIEWER, now=NOON)


@pytest.fixture
def binh(store: Store) -> review.User:
    return review.add_user(store, "bình", "mật khẩu dài", review.Role.REVIEWER, now=NOON)


@pytest.fixture
def cuc(store: Store) -> review.User:
    return review.add_user(store, "cúc", "mật khẩu dài", review.Role.ADJUDICATOR, now=NOON)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def open_item(store: Store) -> Callable[..., review.Item]:
    """Opens the record with this quote, or a part of it, as a person sees it outside of the queue."""

    def opened(user: review.User, quote: str) -> review.Item:
        rows = review.document_items(store, user, 1)
        found = [row for row in rows if quote in str(row["quote"])]
        return review.item_of(store, user, str(found[0]["record_id"]))

    return opened


@pytest.fixture
def decide(store: Store, open_item: Callable[..., review.Item]) -> Callable[..., review.Review]:
    """Decides on the record with this quote; no second reading comes of it unless a share is given."""

    def done(user: review.User, quote: str, verdict: str = "accepted", **after: object) -> review.Review:
        share = float(str(after.pop("share", 0.0)))
        seen = open_item(user, quote)
        return review.decide(
            store, user, str(seen.record["record_id"]), verdict, version=seen.version, after=after, share=share
        )

    return done


@pytest.fixture
def is_whole(store: Store) -> Callable[[], bool]:
    def checked() -> bool:
        assert list(verify(store)) == []
        return True

    return checked
