"""The tables of units: consistency, look-ups, and errors that name file and line."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from extractors.domain import gazetteer, tables
from extractors.domain.errors import DomainDataError

FOLDER = Path(gazetteer.__file__).parent

# How many first-level units there were on a day; khu tự trị stood above provinces and are not counted.
COUNTS = [
    ("1976-07-03", 38),
    ("1978-12-30", 39),
    ("1985-06-01", 40),
    ("1990-01-01", 44),
    ("1991-09-01", 49),
    ("1995-01-01", 53),
    ("1997-01-01", 61),
    ("2004-01-01", 64),
    ("2008-08-01", 63),
    ("2025-06-30", 63),
    ("2025-07-01", 34),
    ("2026-11-01", 34),
]


@pytest.fixture
def fresh_tables() -> Iterator[None]:
    """Lets a test load changed tables; everything is read anew afterwards."""
    caches = (gazetteer.units, gazetteer.aliases, gazetteer.states, gazetteer.blockers, gazetteer.cues)
    for loaded in caches:
        loaded.cache_clear()
    yield
    for loaded in caches:
        loaded.cache_clear()


def test_all_tables_load() -> None:
    gazetteer.check()
    assert len(gazetteer.units()) == 201


@pytest.mark.parametrize(("day", "count"), COUNTS)
def test_units_of_a_day_are_as_many_as_history_says(day: str, count: int) -> None:
    living = [u for u in gazetteer.units() if gazetteer.valid_on(u, date.fromisoformat(day))]
    assert len(living) == count


def test_successors_follow_from_the_chain_of_changes() -> None:
    """Every unit that ended is the source of a change, and changes lead to a unit of today."""
    following: dict[str, set[str]] = {}
    for change in gazetteer.changes():
        for source in change.from_ids:
            following.setdefault(source, set()).update(change.to_ids)
    for unit in gazetteer.units().values():
        if unit.period.last is None or unit.kind == "khu tự trị":
            continue
        reached, queue = set[str](), [unit.id]
        while queue:
            for successor in following.get(queue.pop(), set()) - reached:
                reached.add(successor)
                queue.append(successor)
        assert reached & set(unit.today_ids), unit.id


def test_units_of_today_are_their_own_successors() -> None:
    for unit in gazetteer.units().values():
        if unit.period.last is None:
            assert gazetteer.today(unit.id) == (unit.id,)


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("Bà Rịa–Vũng  Tàu", {"ba-ria-vung-tau"}),
        ("BẮC CẠN", {"bac-kan", "bac-kan-1945"}),
        ("Hoà Bình", {"hoa-binh", "hoa-binh-1945"}),
        ("tp.hcm", {"ho-chi-minh"}),
        ("Ðồng Nai", {"dong-nai"}),
        ("Thừa-Thiên Huế", {"thua-thien-hue"}),
        ("Atlantis", set()),
    ],
)
def test_candidates_do_not_mind_spelling(written: str, ids: set[str]) -> None:
    assert set(gazetteer.candidates(written)) == ids


def test_state_on_tells_kind_of_that_day() -> None:
    before, after = date(2003, 12, 31), date(2004, 1, 1)
    assert [s.kind for day in (before, after) if (s := gazetteer.state_on("can-tho", day))] == [
        "tỉnh",
        "thành phố trực thuộc trung ương",
    ]
    assert gazetteer.state_on("ha-tay", date(2010, 1, 1)) is None


def test_unknown_id_is_an_error() -> None:
    with pytest.raises(KeyError):
        gazetteer.valid_on("atlantis", date(2000, 1, 1))


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("1976", date(1976, 1, 1), date(1976, 12, 31)),
        ("1976-02", date(1976, 2, 1), date(1976, 2, 29)),
        ("1976-07-02", date(1976, 7, 2), date(1976, 7, 2)),
    ],
)
def test_partial_days_cover_their_whole_span(written: str, first: date, last: date) -> None:
    assert (tables.first_day(written), tables.last_day(written)) == (first, last)


BREAKS = [
    ("provinces.csv", "ha-noi,Hà Nội", "hai-phong,Hà Nội", "stands twice"),
    ("provinces.csv", "1945-09-02,,Đồng bằng sông Hồng,Hà Nội", "1945-13-02,,Đồng bằng sông Hồng,Hà Nội", "no days"),
    ("provinces.csv", ",ha-noi,Đồng bằng sông Hồng", ",ha-dong,Đồng bằng sông Hồng", "no unit of today"),
    ("province_aliases.csv", "an-giang,AG,", "an-gian,AG,", "unknown unit an-gian"),
    ("province_aliases.csv", "abbreviation,no", "abbreviation,perhaps", "yes or no"),
    ("province_blockers.csv", "Thái Bình; Bình Dương,no", "Thái Bình; Bình Dương,never", "decision"),
    ("province_cues.csv", "tỉnh,province", "tỉnh,provinz", "unknown cue"),
    ("province_aliases.csv", "id,alias,kind,safe,note\n", "id,alias,kind,safe,note\nan-giang,AG\n", "number of cells"),
]


@pytest.mark.usefixtures("fresh_tables")
@pytest.mark.parametrize(("table", "right", "wrong", "complaint"), BREAKS, ids=lambda x: str(x)[:24])
def test_wrong_row_is_named_with_file_and_line(
    table: str, right: str, wrong: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in FOLDER.glob("*.csv"):
        content = file.read_text(encoding="utf-8")
        if file.name == table:
            assert right in content
            content = content.replace(right, wrong, 1)
        (tmp_path / file.name).write_text(content, encoding="utf-8")
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    with pytest.raises(DomainDataError, match=complaint) as error:
        gazetteer.check()
    assert f"{table} line " in str(error.value)


def test_every_table_has_its_source() -> None:
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    for file in FOLDER.iterdir():
        if file.suffix in (".csv", ".topojson", ".jsonl"):
            assert f"`{file.name}`" in sources, file.name
