"""Documents that are the same thing twice are found, others are not, whatever the order of work."""

import importlib.util
import itertools
import random
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.domain.orthography import fold
from extractors.domain.records import Family, FigureRecord
from pipeline.run import Order, run
from pipeline.settings import Settings
from pipeline.store import (
    FoundRecord,
    Store,
    count_copies,
    dump,
    link_documents,
    links_of,
    record_row,
    signature_of,
)
from pipeline.store.likeness import (
    NEAR,
    PROMISING,
    Content,
    Likeness,
    bands_of,
    compare,
    containment,
    content_of,
    estimate,
    jaccard,
    own_share,
)
from pipeline.verify import verify

ROOT = Path(__file__).parents[2]
GOLD = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpus" / "gold").glob("*.txt"))}
ARTICLE = GOLD["bao-quang-binh-2007"]
FORM = (
    "ỦY BAN NHÂN DÂN\nTỈNH LẠNG SƠN\nSố: {number}/QĐ-UBND\nLạng Sơn, ngày {day} tháng 5 năm 2016\nQUYẾT ĐỊNH\n"
    "Về việc tặng Bằng khen\nCăn cứ Luật Thi đua, Khen thưởng ngày 26 tháng 11 năm 2003; theo đề nghị của Trưởng Ban "
    "Thi đua - Khen thưởng tỉnh tại Tờ trình số 41/TTr-BTĐKT ngày 2 tháng 5 năm 2016,\nĐiều 1. Tặng Bằng khen kèm theo "
    "số tiền thưởng 1.210.000 đồng cho {name}, đã có thành tích trong phong trào thi đua năm 2015.\nĐiều 2. Chánh Văn "
    "phòng Ủy ban nhân dân tỉnh, Trưởng Ban Thi đua - Khen thưởng tỉnh và người có tên ở Điều 1 chịu trách nhiệm thi "
    "hành Quyết định này.\nCHỦ TỊCH\nLê Giả Định"
)


def _bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("likeness_bench", ROOT / "tests" / "bench" / "likeness.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


BENCH = _bench()
texts = st.text(st.sampled_from("abcđêớ 0123\n"), max_size=200)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "sovang.db") as opened:
        yield opened


def content(text: str) -> Content:
    return content_of(fold(text), is_scan=False)


def begin(store: Store, number: int) -> int:
    return store.begin_document(f"{number:064x}", f"{number}.txt", 1, "none", store.start_run("run", [], "1"))


def finish(store: Store, serial: int, text: str, **options: object) -> None:
    store.finish_document(serial, BENCH.rows_of_text(text, **options), extractor="1", run=1)


def links(store: Store) -> list[tuple[object, ...]]:
    return [
        (row["document"], row["other"], row["kind"], row["copy"])
        for row in store.rows("SELECT * FROM document_links ORDER BY document, other")
    ]


# --- the measure ------------------------------------------------------------------------------------


@given(texts, texts)
def test_likeness_is_symmetric_and_at_most_one(one: str, other: str) -> None:
    a, b = content(one).shingles, content(other).shingles
    assert 0 <= jaccard(a, b) == jaccard(b, a) <= containment(a, b) == containment(b, a) <= 1
    assert 0 <= own_share(content(one), content(other)) <= 1


@given(texts)
def test_a_text_is_wholly_like_itself(text: str) -> None:
    same = content(text.upper().replace(" ", "\n"))
    if len(same.shingles):
        assert jaccard(content(text).shingles, same.shingles) == 1
        assert compare(content(text), same) == (Likeness.NEAR_DUPLICATE, 1.0)
    else:
        assert compare(content(text), same) is None


@pytest.mark.parametrize("name", ["wrapped", "cut", "half", "scanned", "unmarked"])
def test_every_way_of_copying_is_recognised(name: str) -> None:
    dice = random.Random(1)
    for text in GOLD.values():
        copy = content_of(fold(BENCH.COPIES[name](text, dice)), is_scan=name == "scanned")
        assert compare(copy, content(text))


def test_different_texts_are_strangers() -> None:
    contents = [content(text) for text in GOLD.values()]
    for one, other in itertools.combinations(contents, 2):
        assert jaccard(one.shingles, other.shingles) < NEAR / 2
        assert compare(one, other) is None


def test_signatures_tell_the_likeness_to_a_few_hundredths() -> None:
    whole = fold(ARTICLE)
    for share in (0.9, 0.8, 0.7, 0.6):
        part = whole[: int(len(whole) * share)]
        [told] = estimate(signature_of(whole), [signature_of(part)])
        true = jaccard(content(whole).shingles, content(part).shingles)
        assert told == pytest.approx(true, abs=0.1)
        assert told >= PROMISING
        assert set(bands_of(signature_of(whole))) & set(bands_of(signature_of(part)))


def test_a_text_without_letters_has_no_signature() -> None:
    assert signature_of(" \n-- ") == b""
    assert bands_of(b"") == []


# --- links ------------------------------------------------------------------------------------------


def test_a_form_filled_in_anew_is_another_document(store: Store) -> None:
    for number, (day, name) in enumerate([(9, "bà Nông Thị Mẫu"), (17, "ông Lò Văn Thử")], 1):
        text = FORM.format(number=900 + number, day=day, name=name)
        finish(store, begin(store, number), text, kind="decision")
        store.db.execute("UPDATE documents SET number = ? WHERE serial = ?", [f"{900 + number}/QĐ-UBND", number])
    link_documents(store)
    assert jaccard(*(content(FORM.format(number=n, day=9, name="bà Mẫu")).shingles for n in (901, 902))) > NEAR
    assert links(store) == []


def test_a_bulletin_of_another_day_is_another_document(store: Store) -> None:
    bulletin = (
        "Giá nông sản ngày {}/5: lúa tươi tại Cần Thơ {} đồng/kg, cà phê tại Đắk Lắk {} đồng/kg, hồ tiêu tại Gia Lai "
        "{} đồng/kg. Theo Sở Thử nghiệm, sức mua trên thị trường không đổi so với tuần trước, thương lái vẫn chờ."
    )
    for number, values in enumerate([(3, 5400, 41200, 77000), (4, 5350, 41900, 76500)], 1):
        finish(store, begin(store, number), bulletin.format(*values))
    link_documents(store)
    assert links(store) == []


def test_a_story_told_on_is_another_document(store: Store) -> None:
    cut = ARTICLE[: len(ARTICLE) * 7 // 10]
    told_on = cut + GOLD["bao-long-an-2005"][: len(ARTICLE) * 3 // 10]
    finish(store, begin(store, 1), ARTICLE)
    finish(store, begin(store, 2), told_on)
    link_documents(store)
    assert links(store) == []


def test_the_whole_and_the_clean_text_are_counted(store: Store) -> None:
    dice = random.Random(2)
    finish(store, begin(store, 1), BENCH.half(ARTICLE, dice))
    finish(store, begin(store, 2), BENCH.scanned(ARTICLE, dice), ocr_confidence=0.9)
    finish(store, begin(store, 3), ARTICLE)
    finish(store, begin(store, 4), BENCH.wrapped(ARTICLE, dice))
    finish(store, begin(store, 5), GOLD["bao-long-an-2005"])
    link_documents(store)
    found = {(document, other): (kind, copy) for document, other, kind, copy in links(store)}
    assert found[3, 1] == ("part", 1)
    assert found[3, 2] == ("near-duplicate", 2)
    assert found[4, 3] == ("near-duplicate", 4)
    assert store.rows("SELECT serial FROM distinct_documents ORDER BY serial") == [{"serial": 3}, {"serial": 5}]
    assert count_copies(store) == 3
    assert [(link.serial, link.is_copy) for link in links_of(store, 4)][:1] == [(3, False)]
    assert {link.serial for link in links_of(store, 3)} == {1, 2, 4}


def test_facts_of_copies_are_counted_once(store: Store) -> None:
    figure = FigureRecord(start=0, end=1, text="3", rule="figures.test", value=Decimal(3), unit="xã")
    for number in (1, 2):
        serial = begin(store, number)
        rows = BENCH.rows_of_text("3" + ARTICLE + "\n" * number)
        rows.records[Family.FIGURES] = (record_row(FoundRecord(record=figure, record_id=f"{number}")),)
        store.finish_document(serial, rows, extractor="1", run=1)
    link_documents(store)
    assert store.value("SELECT count(*) FROM figures") == 2
    assert store.rows("SELECT document, value, unit FROM figure_facts") == [{"document": 1, "value": 3, "unit": "xã"}]


@pytest.mark.parametrize("seed", range(6))
def test_links_do_not_depend_on_the_order_of_work(tmp_path: Path, seed: int) -> None:
    dice = random.Random(3)
    names = ["bao-quang-binh-2007", "bao-long-an-2005", "qd-bo-tnmt-2016"]
    made = [copy(GOLD[name], dice) for name in names for copy in BENCH.COPIES.values()]
    orderly, shuffled = tmp_path / "a" / "sovang.db", tmp_path / "b" / "sovang.db"
    order = list(range(len(made)))
    for path in (orderly, shuffled):
        with Store(path) as store:
            serials = [begin(store, number) for number in range(len(made))]
            for at in order:
                finish(store, serials[at], made[at])
                if path == shuffled and dice.random() < 0.4:
                    link_documents(store)
            if path == shuffled:  # read again by a newer version, some first with another text
                for at in dice.sample(order, 5):
                    finish(store, serials[at], made[dice.choice(order)])
                    link_documents(store)
                    finish(store, serials[at], made[at])
            link_documents(store)
        dice.seed(seed)
        dice.shuffle(order)
    with Store(orderly) as one, Store(shuffled) as other:
        assert list(dump(one)) == list(dump(other))
        assert len(links(one)) > 20


def test_a_text_that_came_often_is_met_every_time(store: Store) -> None:
    for number in range(1, 90):
        finish(store, begin(store, number), ARTICLE + f"\nBản {'i' * number}.")
    link_documents(store)
    assert store.count("SELECT count(*) FROM distinct_documents") == 1
    assert store.count("SELECT max(n) FROM (SELECT count(*) AS n FROM document_links GROUP BY document)") <= 32


def test_documents_of_an_earlier_version_are_signed_and_linked(store: Store) -> None:
    for number in (1, 2):
        finish(store, begin(store, number), ARTICLE + "\n" * number)
    store.db.execute("DELETE FROM document_bands")
    store.db.execute("DELETE FROM document_signatures")
    link_documents(store)
    assert links(store) == [(2, 1, "near-duplicate", 2)]


def test_verify_finds_a_link_that_does_not_fit(store: Store) -> None:
    for number in (1, 2):
        finish(store, begin(store, number), ARTICLE + "\n" * number)
    link_documents(store)
    store.db.execute("UPDATE document_links SET similarity = 0.7")
    store.db.execute("UPDATE document_signatures SET signature = zeroblob(256) WHERE document = 1")
    told = [fault.what for fault in verify(store) if "original" not in fault.what]
    assert told == [
        "has a signature that is not of its own text",
        "its link with document 1 does not fit the two texts",
    ]


# --- the corpus -------------------------------------------------------------------------------------


def test_each_rendered_document_of_the_corpus_is_found_once(tmp_path: Path) -> None:
    """All forms of one text are linked with each other, no two texts are; scans only where they can be read."""
    folders = ["docx", "html", "pdf", "text", "zip"]
    if importlib.util.find_spec("tesserocr"):
        folders += ["image", "scan"]
    db = tmp_path / "out" / "sovang.db"
    report = run(
        Order(sources=tuple(ROOT / "corpus" / "documents" / folder for folder in folders)), Settings(db=db, workers=2)
    )
    assert not report.failures
    with Store(db) as store:
        names = {
            int(str(row["serial"])): Path(str(row["source"])).stem
            for row in store.rows("SELECT serial, source FROM documents")
        }
        found = {(a, b) for a, b, _, _ in links(store)}
        assert found == {(a, b) for a in names for b in names if a > b and names[a] == names[b]}
        distinct = [names[int(str(row["serial"]))] for row in store.rows("SELECT serial FROM distinct_documents")]
        assert sorted(distinct) == sorted(set(names.values()))
        assert report.copies == len(names) - len(distinct) > 0
        counted = store.rows("SELECT document FROM award_facts")
        assert {names[int(str(row["document"]))] for row in counted} <= set(distinct)
