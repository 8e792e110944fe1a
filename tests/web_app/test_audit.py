"""The standing audit on the status page, and that nothing tells a reviewer which records it has drawn."""

from collections.abc import Callable

import pytest

from pipeline import review
from pipeline.review import Changed
from pipeline.store import Store
from pipeline.trust import Certificate, Draw, enter, mark_all, withdraw
from tests.web_app.conftest import Served

Play = Callable[..., None]


def pass_unread(store: Store, rate: float = 1.0) -> list[str]:
    """Lets all figures pass unread and returns those that the audit drew."""
    found = Certificate(threshold=0.01, right=300, total=300, bound=0.9901, sample=310, wanted=0.99, confidence=0.95)
    mark_all(store, enter(store, "figures", found, ["tests"], "test"), Draw(rate=rate, seed=1))
    return [str(row["record_id"]) for row in store.rows("SELECT record_id FROM audit_samples ORDER BY record_id")]


def decide(store: Store, record: str, verdict: str) -> None:
    user = review.find_user(store, "binh")
    review.decide(store, user, record, verdict, version=review.item_of(store, user, record).version, share=0)


def shapes(value: object) -> object:
    """The names in a piece of JSON without what they hold."""
    if isinstance(value, dict):
        return {name: shapes(each) for name, each in value.items() if name not in {"labels", "neighbours"}}
    return None


def test_measured_precision_stands_on_the_status_page_with_its_bound(served: Served, play: Play) -> None:
    with Store(served.settings.db) as store:
        drawn = pass_unread(store)
        for at, record in enumerate(drawn):
            decide(store, record, "rejected" if at == 0 else "accepted")
    right, read = len(drawn) - 1, len(drawn)

    async def work() -> None:
        async with served.as_user("em") as person:
            page = (await person.http.get("/status")).text
            assert "Tỷ lệ đúng đo được" in page
            assert f"{100 * right / read:.2f} %".replace(".", ",") in page
            assert f"({right} / {read})" in page
            assert "tin cậy 95 %" in page
            await person.http.get("/language/en")
            page = (await person.http.get("/status")).text
            assert "Measured precision" in page
            assert f"{100 * right / read:.2f}%" in page

    play(work)


def test_an_alarm_and_a_withdrawal_are_told(served: Served, play: Play) -> None:
    with Store(served.settings.db) as store:
        for record in pass_unread(store):
            decide(store, record, "rejected")

    async def work() -> None:
        async with served.as_user("em") as person:
            assert "bản ghi đã kiểm tra bị sai, cam kết là 99,0 % đúng" in (await person.http.get("/status")).text
            for reason, words in (
                ("4 of 10 audited records were wrong, 99.0% right were promised", "4 trong 10 bản ghi"),
                ("by hand", "do người quản lý"),
                ("another <b>reason</b>", "another &lt;b&gt;reason&lt;/b&gt;"),
            ):
                with Store(served.settings.db) as store:
                    pass_unread(store)
                    withdraw(store, "figures", reason)
                page = (await person.http.get("/status")).text
                assert "Ngưỡng đã thu hồi" in page
                assert words in page

    play(work)


def test_what_the_audit_draws_looks_like_any_other_record(served: Served, play: Play) -> None:
    async def work() -> None:
        async with served.as_user("binh") as person:
            one = (await person.get("/queue?kind=figures&n=1")).json()["items"][0]
            with Store(served.settings.db) as store:
                assert one["record"]["record_id"] in pass_unread(store)
            items = (await person.get("/queue?kind=figures&n=50")).json()["items"]
            assert {item["record"]["record_id"] for item in items} >= {one["record"]["record_id"]}
            for item in items:
                assert shapes(item) == shapes(one)
                assert item["purpose"] == "first"
            record = one["record"]["record_id"]
            for path in (
                "/queue?n=50",
                f"/records/{record}",
                "/documents/1/records",
                "/documents/1",
                "/documents",
            ):
                told = (await person.get(path)).text
                for word in ('"passed"', '"auto"', "audit", "threshold"):
                    assert word not in told, path
            for query in ("passed=auto", "purpose=audit", "audit=1"):  # no filter picks them out
                ids = [
                    item["record"]["record_id"] for item in (await person.get(f"/queue?n=50&{query}")).json()["items"]
                ]
                assert ids == [i["record"]["record_id"] for i in (await person.get("/queue?n=50")).json()["items"]]
            assert (await person.get("/queue?state=auto")).status_code == 422

    play(work)


def test_who_comes_second_is_not_told_that_a_record_passed(served: Served) -> None:
    with Store(served.settings.db) as store:
        record = pass_unread(store)[0]
        first, second = review.find_user(store, "binh"), review.find_user(store, "chi")
        version = review.item_of(store, second, record).version
        decide(store, record, "rejected")
        with pytest.raises(Changed) as caught:
            review.decide(store, second, record, "accepted", version=version, share=0)
        assert caught.value.current is not None
        assert caught.value.current["state"] == "rejected"
        assert "passed" not in caught.value.current
        decide_again = review.item_of(store, second, record).version
        review.decide(store, second, record, "accepted", version=decide_again, share=0)
        with pytest.raises(Changed) as caught:
            review.undo(store, first, record_id=record)
        assert caught.value.current is not None
        assert "passed" not in caught.value.current
