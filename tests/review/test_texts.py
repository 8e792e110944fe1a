"""A corrected text carries everything that counts in it along; what finds no place is kept and named."""

from collections.abc import Callable
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import review
from pipeline.review import Changed, Gone, Refused, User
from pipeline.store import Store
from pipeline.store.places import edits_between, find_quote, move_by_context, move_by_edits
from pipeline.stored import corrected_text, stored_text

Decide = Callable[..., review.Review]
Whole = Callable[[], bool]


def text_of(store: Store) -> str:
    return str(store.value("SELECT text FROM documents"))


def correct(store: Store, user: User, old: str, new: str) -> review.TextCorrection:
    start = text_of(store).index(old)
    return review.correct_text(store, user, 1, start, start + len(old), new, before=old)


def quotes(store: Store, user: User) -> list[str]:
    return [str(row["quote"]) for row in review.document_items(store, user, 1)]


def test_everything_behind_a_correction_moves(store: Store, lan: User, decide: Decide, is_whole: Whole) -> None:
    decide(lan, "bằng khen", "corrected", status="proposed")
    before = quotes(store, lan)
    done = correct(store, lan, "họp sáng nay", "họp vào buổi sáng hôm nay")
    assert (done.cause, done.reviewer, done.before, done.lost) == ("person", "lan", "họp sáng nay", ())
    assert quotes(store, lan) == before
    text = text_of(store)
    [recipient, _] = store.rows('SELECT name, start, "end" FROM award_recipients ORDER BY position')
    assert text[int(str(recipient["start"])) : int(str(recipient["end"]))] == recipient["name"]
    content = stored_text(store, 1)
    assert [text[block.start : block.end] for block in content.blocks] == text.strip().split("\n")
    assert [text[word.start : word.end] for word in content.words][-3:] == ["16", "máy", "cày."]
    assert store.count("SELECT count(*) FROM document_search WHERE document_search MATCH '\"vao buoi sang\"'") == 1
    assert is_whole()


def test_a_misread_quote_takes_the_right_letters(store: Store, lan: User, is_whole: Whole) -> None:
    correct(store, lan, "25/12/2013", "24/12/2013")
    assert "Ngày 24/12/2013" in quotes(store, lan)
    assert store.value("SELECT edtf FROM dates WHERE quote LIKE '%24/12%'") == "2013-12-25"  # until it is read again
    assert is_whole()


def test_what_loses_its_place_is_kept_and_named(store: Store, lan: User, decide: Decide, is_whole: Whole) -> None:
    decide(lan, "2 người", "corrected", value=3)
    done = correct(store, lan, " cho 2 người: ông Lò Văn Thử,", "")
    assert {(lost.kind, lost.parts) for lost in done.lost} == {("figures", ("record",)), ("awards", ("Lò Văn Thử",))}
    [row] = [row for row in review.document_items(store, lan, 1) if row["is_lost"]]
    assert (row["quote"], row["value"]) == ("2 người", 3)
    assert [row["kind"] for row in review.lost_places(store, 1)] == ["figures"]
    assert store.value("SELECT start FROM award_recipients WHERE name = 'Lò Văn Thử'") is None
    assert [item.is_lost for item in review.next_items(store, lan, review.Filters(state="lost"))] == [True]
    assert is_whole()
    start = text_of(store).index("bà Nông")
    version = str(row["version"])
    review.decide(
        store, lan, str(row["record_id"]), "corrected", version=version, after={"start": start, "end": start + 7}
    )
    assert not review.lost_places(store, 1)
    assert is_whole()


def test_two_corrections_of_one_place(store: Store, lan: User, binh: User) -> None:
    correct(store, lan, "2 người", "3 người")
    start = text_of(store).index("3 người")
    with pytest.raises(Changed) as changed:
        review.correct_text(store, binh, 1, start, start + 7, "4 người", before="2 người")
    assert changed.value.current is not None
    assert changed.value.current["text"] == "3 người"
    assert len(review.text_corrections(store, 1)) == 1


@pytest.mark.parametrize(
    ("start", "end", "new"),
    [
        (5, 3, "a"),
        (0, 10**6, "a"),
        (-1, 2, "a"),
        (0, 3, "a\x00b"),
        (0, 3, "x" * 3000),
        (0, 3, "Hội"),
        (1, 3, "\u0302x"),
    ],
)
def test_impossible_corrections_are_refused(store: Store, lan: User, start: int, end: int, new: str) -> None:
    before = text_of(store)
    with pytest.raises(Refused):
        review.correct_text(store, lan, 1, start, end, new, before=before[max(0, start) : end])
    assert text_of(store) == before


def test_a_text_is_never_emptied_nor_of_no_document(store: Store, lan: User) -> None:
    text = text_of(store)
    with pytest.raises(Refused, match="without text"):
        review.correct_text(store, lan, 1, 0, len(text), "", before=text)
    with pytest.raises(Gone):
        review.correct_text(store, lan, 7, 0, 1, "a", before="x")


def test_decisions_are_undone_in_the_corrected_text(store: Store, lan: User, decide: Decide, is_whole: Whole) -> None:
    start = text_of(store).index("2 người")
    decide(lan, "2 người", "corrected", start=start - 4, end=start + 7)
    correct(store, lan, "Hội đồng", "Hội đồng cấp cao")
    correct(store, lan, "cho 2 người", "cho 2  người")
    assert "cho 2  người" in quotes(store, lan)
    review.undo(store, lan)
    assert "2  người" in quotes(store, lan)
    assert is_whole()


# --- reading again ----------------------------------------------------------------------------------


def test_a_corrected_text_survives_another_reading(
    store: Store, lan: User, papers: ModuleType, decide: Decide, is_whole: Whole
) -> None:
    decide(lan, "2 người", "corrected", value=3)
    correct(store, lan, "Hội đồng", "Hội đồng cấp cao")
    papers.enter_document(store, extractor="2")  # the reader still sees the old text
    assert text_of(store).startswith("Hội đồng cấp cao")
    assert store.value("SELECT extractor FROM documents") == ""
    assert store.value("SELECT value FROM figures WHERE state = 'corrected'") == 3
    assert store.count("SELECT count(*) FROM dates") == 3
    assert is_whole()


def test_a_run_reads_the_corrected_text(store: Store, lan: User, is_whole: Whole) -> None:
    correct(store, lan, "25/12/2013", "24/12/2013")
    content = corrected_text(store, 1)
    assert content is not None
    assert "24/12/2013" in content.text
    review.reread(store, 1)
    assert store.count("SELECT count(*) FROM dates WHERE edtf = '2013-12-24' AND quote LIKE '%24/12%'") == 1
    assert text_of(store) == content.text
    assert is_whole()


def test_decided_records_find_their_place_in_another_reading(
    store: Store, lan: User, papers: ModuleType, decide: Decide, is_whole: Whole
) -> None:
    for quote in ("2 người", "15 máy cày", "16 máy cày", "bằng khen", "Cao Bằng"):
        decide(lan, quote)
    decide(lan, "Bắc Kạn", "rejected")
    other = papers.TEXT.replace("Hội đồng thi đua họp sáng nay\n", "").replace("15 máy cày", "I5 máy cày")
    papers.enter_document(store, "Tít báo mới\n" + other.replace(", tỉnh Bắc Kạn nhận 16 máy cày", ""))
    rows = {str(row["quote"]): row for row in review.document_items(store, lan, 1) if row["state"] != "machine"}
    assert set(rows) == {"2 người", "I5 máy cày", "16 máy cày", "bằng khen", "tỉnh Cao Bằng", "tỉnh Bắc Kạn"}
    assert {quote for quote, row in rows.items() if row["is_lost"]} == {"16 máy cày", "tỉnh Bắc Kạn"}
    assert is_whole()
    papers.enter_document(store, papers.TEXT)
    assert not review.lost_places(store, 1)
    rows = {str(row["quote"]): row for row in review.document_items(store, lan, 1) if row["state"] != "machine"}
    assert "16 máy cày" in rows
    assert is_whole()
    while review.undo(store, lan):
        assert is_whole()
    assert {row["state"] for row in review.document_items(store, lan, 1)} == {"machine"}


def test_conflicts_show_three_sides_and_are_settled_once(
    store: Store, lan: User, papers: ModuleType, decide: Decide, is_whole: Whole
) -> None:
    decide(lan, "25/12", "corrected", edtf="2014-12-25")
    decide(lan, "26/12")
    decide(lan, "Bắc Kạn")
    papers.enter_document(store, extractor="2")
    assert review.counts(store, lan).conflicts == 3
    items = {str(i.record["quote"]): i for i in review.next_items(store, lan, n=99) if i.purpose == "conflict"}
    corrected = items["Ngày 25/12/2013"]
    assert corrected.machine is not None
    assert corrected.machine_now is not None
    sides = (corrected.machine["edtf"], corrected.machine_now["edtf"], corrected.record["edtf"])
    assert sides == ("2013-12-25", "2013-12-26", "2014-12-25")
    decide(lan, "25/12")
    decide(lan, "26/12", "corrected", edtf=str(items["Ngày 26/12/2013"].machine_now["edtf"]))  # type: ignore[index]
    decide(lan, "Bắc Kạn")
    states = {str(r["quote"]): (r["state"], r.get("edtf")) for r in review.document_items(store, lan, 1)}
    assert states["Ngày 25/12/2013"] == ("corrected", "2014-12-25")
    assert states["Ngày 26/12/2013"] == ("accepted", "2013-12-27")
    assert states["tỉnh Bắc Kạn"] == ("accepted", None)
    assert is_whole()
    papers.enter_document(store, extractor="2")
    assert review.counts(store, lan).conflicts == 0
    for _ in range(3):
        review.undo(store, lan)
    assert review.counts(store, lan).conflicts == 3
    assert is_whole()
    while review.undo(store, lan):
        assert is_whole()
    assert review.counts(store, lan).conflicts == 0


def test_an_added_record_that_the_machine_finds_later_stays_when_the_adding_is_undone(
    store: Store, lan: User, papers: ModuleType, is_whole: Whole
) -> None:
    papers.enter_document(store, papers.TEXT.replace("16", "mười sáu"))
    papers.enter_document(store, papers.TEXT.replace("16 máy", "16  máy"))
    start = text_of(store).index("16  máy cày")
    done = review.add_record(store, lan, 1, "figures", start, start + 11, {"value": 16, "unit": "máy cày"})
    papers.enter_document(store, papers.TEXT)
    assert store.value("SELECT state FROM figures WHERE record_id = ?", [done.record_id]) == "added"
    assert is_whole()
    review.undo(store, lan)
    assert store.count("SELECT count(*) FROM figures WHERE quote = '16 máy cày' AND state = 'machine'") == 1
    assert is_whole()


# --- places -----------------------------------------------------------------------------------------


@given(st.text("ab ", max_size=30), st.text("ab ", max_size=30), st.text("ab ", max_size=8))
def test_edits_give_the_new_text_and_unmoved_words(before: str, after: str, around: str) -> None:
    edits = edits_between(before, after, len(around))
    text = around + before + around
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    assert text == around + after + around
    move = move_by_edits(edits)
    if around:
        assert move(0, len(around)) == (0, len(around))
        behind = len(around) + len(before)
        assert move(behind, behind + len(around)) == (len(around) + len(after), len(around) * 2 + len(after))


@given(st.text("abc \n", min_size=1, max_size=60), st.data())
def test_a_quote_is_found_in_its_own_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert move_by_context(text, text)(start, end) == (start, end)


@pytest.mark.parametrize(
    ("text", "quote", "prefix", "suffix", "found"),
    [
        ("một 2 người đến, hai 2 người đi", "2 người", "đến, hai ", " đi", "2 người"),
        ("ngày  25\n/12", "ngày 25", "", " /12", "ngày  25"),
        ("họ nhận l5 máy cày hôm ấy", "15 máy", "họ nhận ", " cày hôm", "l5 máy"),
        ("ngày 2 tháng 5", "2", "hoàn toàn khác ", " chỗ", None),
        ("", "2", "a", "b", None),
    ],
)
def test_a_quote_is_told_by_its_context(text: str, quote: str, prefix: str, suffix: str, found: str | None) -> None:
    place = find_quote(text, quote, prefix, suffix, near=3)
    assert (None if place is None else text[slice(*place)]) == found
    if text.startswith("một"):
        assert place == (text.rindex(quote), text.rindex(quote) + len(quote))
