"""Whatever several people do in whatever order: the log replays to what stands, nothing is lost, all is whole."""

import tempfile
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pipeline import review
from pipeline.review import Changed, Refused, Role
from pipeline.store import Store
from pipeline.verify import verify

NAMES = ("lan", "bình", "cúc")
AFTER = {
    "dates": [{"edtf": "2014"}, {"edtf": "1/2/2015", "role": "event"}, {"start": 5}],
    "provinces": [{"id": "ha-tay"}, {"qualifies": "body"}, {"end": -1}],
    "figures": [{"value": 7}, {"unit": "cái", "mod": ">"}, {"start": 2}],
    "awards": [{"status": "proposed"}, {"recipients": ["Nông Thị Mẫu", "Tổ múa rối"]}, {"grantor": None, "count": 9}],
    "document_facts": [{"value": "Ban thi đua"}, {"field": "chair"}],
}
ADDED = {
    "dates": {"edtf": "2016"},
    "provinces": {"id": "ha-noi"},
    "figures": {"value": 1, "unit": "việc"},
    "awards": {"form": "gk", "status": "granted", "recipients": ["Lò Văn Thử"]},
    "document_facts": {"field": "subject", "value": "Việc"},
}
PIECES = ["", " ", "x", "2 người", "Ngày 25/12/2013", "\n", "tỉnh Hà Tây "]


class Reviewing(RuleBasedStateMachine):
    """Three people, one document that is also read again by other readers and another extractor."""

    papers: ModuleType

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "sovang.db")
        self.papers.enter_document(self.store)
        roles = (Role.REVIEWER, Role.REVIEWER, Role.ADJUDICATOR)
        self.users = [review.add_user(self.store, n, "correct horse", r) for n, r in zip(NAMES, roles, strict=True)]
        self.reviews = 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    def rows(self, who: int) -> list[dict[str, object]]:
        return review.document_items(self.store, self.users[who], 1)

    @rule(
        who=st.integers(0, 2), at=st.integers(0, 99), verdict=st.sampled_from(review.VERDICTS), pick=st.integers(0, 2)
    )
    def decide(self, who: int, at: int, verdict: str, pick: int) -> None:
        rows = self.rows(who)
        row = rows[at % len(rows)]
        choices = AFTER[str(row["kind"])]
        after = dict(choices[pick % len(choices)])
        for name in {"start", "end"} & set(after):
            after[name] += int(str(row[name]))
        try:
            review.decide(
                self.store, self.users[who], str(row["record_id"]), verdict, version=str(row["version"]),
                after=after if verdict == "corrected" else None, share=0.5,
            )  # fmt: skip
        except Refused:
            return
        seconds = self.store.count("SELECT count(*) FROM readings WHERE purpose = 'second'")
        assert self.store.count("SELECT count(*) FROM readings") - seconds == self.store.count(
            "SELECT count(*) FROM reviews"
        )

    @rule(who=st.integers(0, 2), at=st.integers(0, 99))
    def decide_on_what_is_gone(self, who: int, at: int) -> None:
        rows = self.rows(who)
        with pytest.raises(Changed):
            review.decide(
                self.store, self.users[who], str(rows[at % len(rows)]["record_id"]), "accepted", version="old"
            )

    @rule(who=st.integers(0, 1), choice=st.sampled_from(["first", "second", "rejected", None]))
    def read_second(self, who: int, choice: str | None) -> None:
        for item in review.next_items(self.store, self.users[who], n=3):
            if item.purpose == "second":
                verdict = "accepted" if item.record["kind"] == "dates" else "rejected"
                done = review.decide(
                    self.store, self.users[who], str(item.record["record_id"]), verdict, version=item.version
                )
                assert done.purpose == "second"
        if choice:
            self.adjudicate(choice)

    def adjudicate(self, choice: str) -> None:
        for found in review.disagreements(self.store)[:1]:
            try:
                review.adjudicate(self.store, self.users[2], found.record_id, choice, version=found.version)
            except Refused:  # another record stands there by now
                return

    @rule(who=st.integers(0, 2), times=st.integers(1, 4))
    def undo(self, who: int, times: int) -> None:
        for _ in range(times):
            try:
                if review.undo(self.store, self.users[who]) is None:
                    return
            except Changed:
                return

    @rule(
        who=st.integers(0, 2), start=st.integers(0, 200), length=st.integers(1, 9), kind=st.sampled_from(sorted(ADDED))
    )
    def add(self, who: int, start: int, length: int, kind: review.Kind) -> None:
        try:
            review.add_record(self.store, self.users[who], 1, kind, start, start + length, ADDED[kind])
        except Refused:
            return

    @rule(who=st.integers(0, 2), start=st.integers(0, 200), length=st.integers(0, 9), new=st.sampled_from(PIECES))
    def correct_text(self, who: int, start: int, length: int, new: str) -> None:
        text = str(self.store.value("SELECT text FROM documents"))
        try:
            review.correct_text(
                self.store, self.users[who], 1, start, start + length, new, before=text[start : start + length]
            )
        except Refused:
            return

    @rule(extractor=st.sampled_from("12"), cut=st.integers(0, 150), length=st.integers(0, 30))
    def read_again(self, extractor: str, cut: int, length: int) -> None:
        text = self.papers.TEXT
        self.papers.enter_document(self.store, text[:cut] + text[cut + length :], extractor=extractor)

    @precondition(lambda self: hasattr(self, "store"))
    @invariant()
    def all_is_whole(self) -> None:
        assert [fault for fault in verify(self.store) if "link" not in fault.what] == []
        made = self.store.count("SELECT count(*) FROM reviews")
        assert made >= self.reviews
        self.reviews = made
        for record_id, (kind, state) in review.replay(self.store, 1).items():
            if state is not None and state["state"] != "machine":
                assert self.store.count(
                    f"SELECT count(*) FROM {kind} WHERE record_id = ? AND state = ?",  # noqa: S608
                    [record_id, str(state["state"])],
                )


@pytest.fixture
def machine(papers: ModuleType) -> type[Reviewing]:
    Reviewing.papers = papers
    return Reviewing


def test_the_log_replays_to_what_stands(machine: type[Reviewing]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
