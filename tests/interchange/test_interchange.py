"""What goes out to Label Studio and BRAT comes back as equal records, as reviews, and overwrites nobody."""

import importlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from extractors.domain.errors import UsageError
from extractors.domain.records import Json
from pipeline import review
from pipeline.cli import cli
from pipeline.interchange import Manner, Outcome, bring_in, export, read
from pipeline.interchange.stored_documents import stored_document
from pipeline.review import accounts
from pipeline.store import Store
from pipeline.verify import verify

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FORMS = ("labelstudio", "brat")


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "review"))
    return importlib.import_module("review_papers")


@pytest.fixture
def make(tmp_path: Path, papers: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Store]]:
    """Makes a database with the small document of the tests and two people, Lan and Bình."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)
    opened: list[Store] = []

    def made(name: str) -> Store:
        store = Store(tmp_path / name / "sovang.db")
        opened.append(store)
        papers.enter_document(store)
        for person in ("lan", "bình"):
            review.add_user(store, person, "mật khẩu dài", review.Role.REVIEWER, now=NOON)
        return store

    yield made
    for store in opened:
        assert list(verify(store)) == []
        store.close()


def records(store: Store) -> list[Json]:
    """All that stands in the database of records that hold, without what only tells who decided."""
    document = stored_document(store, 1, with_rejected=False)
    found = [record for kind in ("dates", "provinces", "figures", "awards") for record in document[kind]]  # type: ignore[attr-defined]  # JSON
    untold = ("state", "machine", "boxes", "evidence", "rule", "confidence", "slots")

    def bare(value: object) -> object:
        if isinstance(value, dict):
            return {name: bare(each) for name, each in value.items() if name not in untold}
        return [bare(each) for each in value] if isinstance(value, list) else value

    return [bare(record) for record in found]  # type: ignore[misc]  # objects stay objects


def decide_on_some(store: Store) -> None:
    """Lan accepts, corrects (a date, the award with its recipients, a span), rejects and adds."""
    lan = review.find_user(store, "lan")
    rows = {str(row["quote"]): row for row in review.document_items(store, lan, 1)}

    def decide(quote: str, verdict: str, **after: object) -> None:
        item = review.item_of(store, lan, str(rows[quote]["record_id"]))
        review.decide(store, lan, str(item.record["record_id"]), verdict, version=item.version, after=after, share=0.0)

    decide("Ngày 25/12/2013", "accepted")
    decide("Ngày 26/12/2013", "corrected", edtf="2013-12", role="event")
    decide("tỉnh Cao Bằng", "corrected", start=149, end=157)
    decide("16 máy cày", "rejected")
    decide("15 máy cày", "corrected", value="1.234,5", mod="~")
    people = [
        {"name": "Nông Thị Mẫu", "start": 113, "end": 125, "kind": "person", "province": "lang-son"},
        {"name": "Đội \"Mẫu\"", "kind": "collective"},
        {"name": "Lò Văn Thử", "start": 98, "end": 108, "kind": "person"},
    ]  # fmt: skip
    decide(
        "bằng khen",
        "corrected",
        recipients=people,
        status="proposed",
        grantor="Chủ tịch tỉnh",
        posthumous=True,
        count=3,
    )
    review.add_record(store, lan, 1, "figures", 127, 142, {"value": "2.013", "unit": "người"})


def sent(store: Store, form: str, folder: Path) -> Path:
    target = folder / f"{form}.json" if form == "labelstudio" else folder / "brat"
    assert export(store, form, (), target) == 1
    return target


def taken(store: Store, source: Path, name: str = "lan", **manner: bool) -> Outcome:
    return bring_in(store, review.find_user(store, name), read(source), Manner(**manner))


@pytest.mark.parametrize("form", FORMS)
def test_out_and_in_again_gives_equal_records(make: Callable[[str], Store], tmp_path: Path, form: str) -> None:
    one, other = make("one"), make("other")
    decide_on_some(one)
    outcome = taken(other, sent(one, form, tmp_path), is_complete=form == "brat")
    assert outcome.problems == []
    assert records(other) == records(one)
    assert outcome.done["corrected"] == 4
    assert outcome.done["added"] == 1
    assert outcome.done["rejected"] == 1
    reasons = {row["reason"] for row in other.rows("SELECT reviewer, reason FROM reviews WHERE reviewer = 'lan'")}
    assert reasons == {"imported"}


@pytest.mark.parametrize("form", FORMS)
def test_a_document_without_records_gets_all_of_them(
    make: Callable[[str], Store], tmp_path: Path, form: str, papers: ModuleType
) -> None:
    one, other = make("one"), make("other")
    lan = review.find_user(one, "lan")
    for row in review.document_items(one, lan, 1):
        if row["kind"] != "document_facts":
            item = review.item_of(one, lan, str(row["record_id"]))
            review.decide(one, lan, str(row["record_id"]), "accepted", version=item.version, share=0.0)
    for kind in ("dates", "provinces", "figures", "awards"):
        other.db.execute(f"DELETE FROM {kind}")  # noqa: S608
    other.db.conn.commit()
    outcome = taken(other, sent(one, form, tmp_path))
    assert (outcome.problems, set(outcome.done)) == ([], {"added"})
    assert records(other) == records(one)


@pytest.mark.parametrize("form", FORMS)
def test_again_changes_nothing(make: Callable[[str], Store], tmp_path: Path, form: str) -> None:
    store = make("one")
    decide_on_some(store)
    before, source = records(store), sent(store, form, tmp_path)
    log = store.count("SELECT count(*) FROM reviews")
    outcome = taken(store, source, only_changes=True)
    assert (outcome.problems, records(store)) == ([], before)
    assert set(outcome.done) <= {"known", "left"}
    assert store.count("SELECT count(*) FROM reviews") == log


@pytest.mark.parametrize("form", FORMS)
def test_what_a_person_decided_is_reported_and_not_overwritten(
    make: Callable[[str], Store], tmp_path: Path, form: str
) -> None:
    one, other = make("one"), make("other")
    decide_on_some(one)
    binh = review.find_user(other, "bình")
    row = next(r for r in review.document_items(other, binh, 1) if r["quote"] == "Ngày 26/12/2013")
    item = review.item_of(other, binh, str(row["record_id"]))
    review.decide(
        other, binh, str(row["record_id"]), "corrected", version=item.version, after={"edtf": "2014"}, share=0.0
    )
    outcome = taken(other, sent(one, form, tmp_path))
    assert [("26/12/2013" in where, "bình" in what) for where, what in outcome.problems] == [(True, True)]
    (stands,) = [r for r in records(other) if r["text"] == "Ngày 26/12/2013" and "edtf" in r]
    assert stands["edtf"] == "2014"


@pytest.mark.parametrize("form", FORMS)
def test_changed_text_is_refused(make: Callable[[str], Store], tmp_path: Path, form: str) -> None:
    one, other = make("one"), make("other")
    decide_on_some(one)
    lan = review.find_user(other, "lan")
    review.correct_text(other, lan, 1, 0, 3, "Hoi", before="Hội")
    before = other.count("SELECT count(*) FROM reviews")
    outcome = taken(other, sent(one, form, tmp_path))
    assert len(outcome.problems) == 1
    assert "text has changed" in outcome.problems[0][1]
    assert other.count("SELECT count(*) FROM reviews") == before


def test_dry_run_tells_the_same_and_changes_nothing(make: Callable[[str], Store], tmp_path: Path) -> None:
    one, other = make("one"), make("other")
    decide_on_some(one)
    source, before = sent(one, "labelstudio", tmp_path), list(other.db.conn.iterdump())
    tried = taken(other, source, is_tried=True)
    assert list(other.db.conn.iterdump()) == before
    assert tried.done == taken(other, source).done


def brat(folder: Path, papers: ModuleType, *lines: str) -> Path:
    folder.mkdir()
    (folder / "x.txt").write_text(papers.TEXT, encoding="utf-8")
    (folder / "x.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_bare_labels_are_read_by_their_words_or_told(
    make: Callable[[str], Store], tmp_path: Path, papers: ModuleType
) -> None:
    store = make("one")
    for kind in ("dates", "provinces", "figures", "awards"):
        store.db.execute(f"DELETE FROM {kind}")  # noqa: S608
    store.db.conn.commit()
    source = brat(
        tmp_path / "in", papers,
        "T1\tDate 30 45\tNgày 25/12/2013", "T2\tProvince 52 65\ttỉnh Lạng Sơn", "T3\tFigure 163 173\t15 máy cày",
        "T4\tAward 71 80\tbằng khen", '#4\tAnnotatorNotes T4\t{"form": "bk", "status": "granted"}',
        "T5\tRecipient 98 108\tLò Văn Thử", "R1\tRecipient Arg1:T4 Arg2:T5",
        "T6\tFigure 0 8\tHội đồng", "T7\tPerson 98 108\tLò Văn Thử",
    )  # fmt: skip
    outcome = taken(store, source)
    assert outcome.done == {"added": 4}, outcome.problems
    assert [where for where, _ in outcome.problems] == ["x.ann, figures 'Hội đồng'"]
    said = [(r["edtf"] if "edtf" in r else r.get("value") or r.get("id") or r["form"]) for r in records(store)]
    assert said == ["2013-12-25", "lang-son", 15, "bk"]
    assert [r["text"] for r in records(store)[3]["recipients"]] == ["Lò Văn Thử"]  # type: ignore[attr-defined]  # JSON


def test_places_of_browsers_beyond_the_basic_plane_are_understood(tmp_path: Path) -> None:
    value = {"start": 3, "end": 7, "text": "2013", "labels": ["date"]}
    result = [{"id": "a", "from_name": "label", "type": "labels", "value": value}]
    file = tmp_path / "a.json"
    file.write_text(json.dumps([{"data": {"text": "🏅 2013"}, "annotations": [{"result": result}]}]), encoding="utf-8")
    (document,) = read(file)
    assert [(mark.start, mark.end) for mark in document.marks] == [(2, 6)]


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", '[{"annotations": [{"result": 5}]}]', '[{"data": {"text": "a"}, "annotations": [{}]}]']
)
def test_what_is_no_export_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="Label Studio"):
        list(read(file))


def test_brat_without_its_text_or_with_odd_lines_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.ann"
    file.write_text("T1\tDate x y\tz\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"a\.txt"):
        list(read(file))
    (tmp_path / "a.txt").write_text("z", encoding="utf-8")
    with pytest.raises(UsageError, match="BRAT"):
        list(read(file))


def test_unknown_documents_and_readers_without_rights_are_told(
    make: Callable[[str], Store], tmp_path: Path, papers: ModuleType
) -> None:
    one, other = make("one"), make("other")
    decide_on_some(one)
    source = sent(one, "brat", tmp_path)
    review.add_user(other, "khách", "mật khẩu dài", review.Role.READER, now=NOON)
    outcome = taken(other, source, "khách")
    assert not outcome.done
    assert outcome.problems
    (source / "ffffffffffffffff.ann").write_bytes(b"")
    (source / "ffffffffffffffff.txt").write_bytes(b"")
    outcome = taken(other, source)
    assert [where for where, what in outcome.problems if "no such document" in what] == ["ffffffffffffffff.ann"]


def test_commands_export_and_import(make: Callable[[str], Store], tmp_path: Path) -> None:
    one, other = make("one"), make("other")
    decide_on_some(one)
    tasks = tmp_path / "out" / "tasks.json"
    shown = CliRunner().invoke(cli, ["export", "labelstudio", "--db", str(one.path), "-o", str(tasks)])
    assert shown.exit_code == 0
    assert tasks.with_suffix(".xml").read_text(encoding="utf-8").startswith("<View>")
    again = CliRunner().invoke(cli, ["export", "labelstudio", "--db", str(one.path), "--document", "a.txt"])
    assert again.stdout == tasks.read_text(encoding="utf-8")
    words = ["import", str(tasks), "--db", str(other.path), "--reviewer", "lan"]
    assert "Would enter: " in CliRunner().invoke(cli, [*words, "--dry-run"]).output
    done = CliRunner().invoke(cli, words)
    assert (done.exit_code, "1 added" in done.output) == (0, True)
    folder = tmp_path / "brat"
    for code in (0, 2):  # a folder that is there is not written over
        result = CliRunner().invoke(cli, ["export", "brat", "--db", str(one.path), "-o", str(folder)])
        assert (getattr(result.exception, "exit_code", result.exit_code)) == code
    shutil.rmtree(folder)
    with pytest.raises(UsageError, match="-o"):
        CliRunner().invoke(cli, ["export", "spacy", "--db", str(one.path)], catch_exceptions=False)
