"""A second person reads blind, a third settles, and the figures of agreement are those of the literature."""

from collections.abc import Callable

import pytest

from pipeline import review
from pipeline.review import Changed, Filters, Gone, Refused, User
from pipeline.review.verdicts import is_chosen
from pipeline.store import Store

Decide = Callable[..., review.Review]
Whole = Callable[[], bool]


def second_items(store: Store, user: User) -> dict[str, review.Item]:
    items = review.next_items(store, user, n=99)
    return {str(item.record["quote"]): item for item in items if item.purpose == "second"}


def read(store: Store, user: User, item: review.Item, verdict: str = "accepted", **after: object) -> review.Review:
    return review.decide(
        store, user, str(item.record["record_id"]), verdict, version=item.version, after=after, seconds=4
    )


def test_the_share_is_kept_and_always_the_same() -> None:
    ids = [f"{number:016x}" for number in range(4000)]
    chosen = [rid for rid in ids if is_chosen(rid, 0.05)]
    assert 140 < len(chosen) < 260
    assert set(chosen) <= {rid for rid in ids if is_chosen(rid, 0.1)}
    assert not any(is_chosen(rid, 0) for rid in ids)
    assert all(is_chosen(rid, 1) for rid in ids)


def test_a_second_reading_is_blind_and_changes_nothing(
    store: Store, lan: User, binh: User, decide: Decide, is_whole: Whole
) -> None:
    decide(lan, "2 người", "corrected", value=3, share=1)
    item = second_items(store, binh)["2 người"]
    assert (item.record["state"], item.record["value"], item.history, item.machine) == ("machine", 2, (), None)
    assert not second_items(store, lan)
    told = {str(row["quote"]): row for row in review.document_items(store, binh, 1)}["2 người"]
    assert (told["state"], told["value"], told["version"]) == ("machine", 2, item.version)
    done = read(store, binh, item, "corrected", value=3)
    assert (done.purpose, done.id) == ("second", None)
    assert store.value("SELECT state FROM second_readings") == "agreed"
    assert store.value("SELECT value FROM figures WHERE state = 'corrected'") == 3
    assert store.count("SELECT count(*) FROM reviews") == 1
    assert not second_items(store, binh)
    assert is_whole()


@pytest.mark.parametrize(
    ("choice", "state", "value"),
    [
        ("first", "corrected", 3),
        ("second", "corrected", 4),
        ("rejected", "rejected", 3),
        ({"value": 5}, "corrected", 5),
    ],
)
def test_a_third_settles_what_two_see_differently(
    store: Store, lan: User, binh: User, cuc: User, decide: Decide, is_whole: Whole,
    choice: str | dict[str, object], state: str, value: int,
) -> None:  # fmt: skip
    decide(lan, "2 người", "corrected", value=3, share=1)
    read(store, binh, second_items(store, binh)["2 người"], "corrected", value=4)
    [found] = review.disagreements(store)
    assert (found.first.reviewer, found.first.value["value"]) == ("lan", 3)
    assert (found.second.reviewer, found.second.value["value"]) == ("bình", 4)
    with pytest.raises(Refused, match="needs the role"):
        review.adjudicate(store, lan, found.record_id, choice, version=found.version)
    with pytest.raises(Changed):
        review.adjudicate(store, cuc, found.record_id, choice, version="old")
    done = review.adjudicate(store, cuc, found.record_id, choice, version=found.version, reason="counted again")
    assert done.purpose == "adjudication"
    [row] = store.rows("SELECT state, value FROM figures WHERE record_id = ?", [found.record_id])
    assert (row["state"], row["value"]) == (state, value)
    assert not review.disagreements(store)
    with pytest.raises(Gone):
        review.adjudicate(store, cuc, found.record_id, choice, version=str(done.version))
    with pytest.raises(Changed):
        review.undo(store, binh)
    review.undo(store, cuc)
    assert [each.record_id for each in review.disagreements(store)] == [found.record_id]
    assert is_whole()


def test_awards_with_other_recipients_are_a_disagreement(
    store: Store, lan: User, binh: User, cuc: User, decide: Decide, is_whole: Whole
) -> None:
    decide(lan, "bằng khen", share=1)
    read(store, binh, second_items(store, binh)["bằng khen"], "corrected", recipients=["Lò Văn Thử"], count=1)
    [found] = review.disagreements(store)
    review.adjudicate(store, cuc, found.record_id, "second", version=found.version)
    assert [row["name"] for row in store.rows("SELECT name FROM award_recipients")] == ["Lò Văn Thử"]
    assert store.value("SELECT start FROM award_recipients") is not None
    assert is_whole()


def test_second_readings_survive_a_corrected_text(
    store: Store, lan: User, binh: User, cuc: User, decide: Decide, is_whole: Whole
) -> None:
    decide(lan, "2 người", "corrected", value=3, share=1)
    item = second_items(store, binh)["2 người"]
    review.correct_text(store, lan, 1, 0, 3, "Cái Hội", before="Hội")
    with pytest.raises(Changed):
        read(store, binh, item, "rejected")
    read(store, binh, second_items(store, binh)["2 người"], "rejected")
    review.correct_text(store, lan, 1, 0, 4, "", before="Cái ")
    [found] = review.disagreements(store)
    review.adjudicate(store, cuc, found.record_id, "first", version=found.version)
    assert is_whole()


def test_undoing_a_first_reading_takes_the_record_back_to_the_queue(
    store: Store, lan: User, binh: User, decide: Decide, is_whole: Whole
) -> None:
    decide(lan, "2 người", "rejected", share=1)
    read(store, binh, second_items(store, binh)["2 người"])
    review.undo(store, lan)
    assert not review.disagreements(store)
    assert "2 người" in {item.record["quote"] for item in review.next_items(store, lan, Filters(kind="figures"), n=9)}
    assert review.undo(store, binh) is not None
    assert review.undo(store, binh) is None
    assert is_whole()


def test_undoing_a_second_reading_makes_it_due_again(store: Store, lan: User, binh: User, decide: Decide) -> None:
    decide(lan, "2 người", "rejected", share=1)
    read(store, binh, second_items(store, binh)["2 người"])
    undone = review.undo(store, binh)
    assert undone is not None
    assert undone.purpose == "second"
    assert "2 người" in second_items(store, binh)


# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections A (two observers, binary, 10 units),
# B (two observers, nominal, 12 units) and C (four observers, nominal, 12 units, some not observed).
MEG, OWEN = "0100000010", "1110010000"
BEN, GERRY = "aabbdcccedda", "babbbccceddd"
FOUR = ("123321412***", "1233224125*3", "*3332342251*", "12332441251*")


def units(*observers: str) -> list[list[str]]:
    return [[value for value in unit if value != "*"] for unit in zip(*observers, strict=True)]


@pytest.mark.parametrize(
    ("observed", "alpha"),
    [
        (units(MEG, OWEN), 0.095),
        (units(BEN, GERRY), 0.692),
        (units(*FOUR), 0.743),
        (units("aabb", "aabb"), 1.0),
        (units("ab", "ba"), -0.5),
    ],
)
def test_alpha_is_that_of_the_literature(observed: list[list[str]], alpha: float) -> None:
    assert review.krippendorff_alpha(observed) == pytest.approx(alpha, abs=0.0006)


@pytest.mark.parametrize("observed", [[], [["a"]], [["a", "a"], ["a", "a"]], [["a"], ["b"]]])
def test_alpha_is_not_defined_without_anything_to_compare(observed: list[list[str]]) -> None:
    assert review.krippendorff_alpha(observed) is None


def test_figures_of_agreement(store: Store, lan: User, binh: User, decide: Decide) -> None:
    quotes = ("25/12", "26/12", "27/12", "2 người", "15 máy")
    for quote in quotes:
        decide(lan, quote, "accepted", share=1)
    for quote, item in second_items(store, binh).items():
        read(store, binh, item, "rejected" if "15 máy" in quote else "accepted")
    found = review.agreement(store)
    assert (found.overall.records, found.overall.same) == (5, 4)
    assert found.by_kind["dates"].value == 1.0
    assert found.by_kind["figures"].same == 1
    assert list(found.by_pair) == [("bình", "lan")]
    assert {(pace.reviewer, pace.kind): pace.median_s for pace in found.paces}["bình", "dates"] == 4
    figures = next(rule for rule in found.rules if rule.rule == "figures.test")
    assert (figures.accepted, figures.rejected) == (3, 1)
