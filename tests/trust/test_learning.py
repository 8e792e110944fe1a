"""What reviews teach is installed only where it is better on documents it never saw; inference picks it up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.confidence import confidence
from pipeline import fitting, review
from pipeline.calibrate import installed_table
from pipeline.cli import cli
from pipeline.fitting import folds
from pipeline.judging import Judged
from pipeline.review import User
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.trust import draw_random
from pipeline.trust.learning import merged_table, proposed_aliases, reviewed, try_fits
from pipeline.version import extractor_version, use_calibration

RULE, OTHER = "dates.day_month_year_slashes", "dates.year_bare"


def judged(at: int, *, rule: str, is_right: bool, confidence: float) -> Judged:
    return Judged(
        document=f"d{at}", kind="dates", rule=rule, is_right=is_right, confidence=confidence, terms=("dates.x*", rule)
    )


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folds, "FOLDS", 3)
    monkeypatch.setattr(fitting, "_STRENGTHS", (1.0,))


@pytest.fixture(autouse=True)
def _our_own_table_afterwards() -> Iterator[None]:
    yield
    use_calibration(None)


def test_a_fit_that_knows_better_is_taken() -> None:
    rows = [
        judged(at, rule=RULE if at % 2 else OTHER, is_right=bool(at % 2) or at % 8 == 0, confidence=0.9)
        for at in range(160)
    ]
    trials, fits = try_fits(rows, [])
    [dates, *others] = trials
    assert dates.before is not None
    assert dates.after is not None
    assert dates.after < dates.before
    assert dates.worse <= 0.05
    assert set(fits) == {"dates"}
    assert all(trial.after is None and not trial.is_better for trial in others)  # nothing was read of those


def test_a_worse_fit_is_refused() -> None:
    known = [judged(at, rule=RULE, is_right=at % 10 > 0, confidence=0.98 if at % 10 else 0.02) for at in range(100)]
    [dates, *_], fits = try_fits(known, [])
    assert dates.after is not None  # it was tried, and knows less than the present table
    assert not dates.is_better
    assert not fits


def test_a_site_table_changes_confidences_and_version_of_its_kinds_only(tmp_path: Path) -> None:
    rows = [judged(at, rule=RULE, is_right=at % 4 > 0, confidence=0.99) for at in range(120)]
    _, fits = try_fits(rows, [])
    text = merged_table(installed_table(), fits)
    assert merged_table(installed_table(), {}) == installed_table().read_text(encoding="utf-8")
    before = extractor_version(), confidence("dates", RULE), confidence("figures", "figures.money")
    site = tmp_path / "calibration.csv"
    site.write_text(text, encoding="utf-8")
    use_calibration(site)
    assert extractor_version() != before[0]
    assert confidence("dates", RULE) < before[1]
    assert confidence("figures", "figures.money") == before[2]
    use_calibration(tmp_path / "none.csv")
    assert (extractor_version(), confidence("dates", RULE), confidence("figures", "figures.money")) == before


def test_the_machines_own_row_is_judged(store: Store, lan: User) -> None:
    from pipeline.judging import read_records

    text = str(store.value("SELECT text FROM documents"))
    store.db.execute("UPDATE dates SET rule = 'none.such'")
    for record in read_records(text)["dates"]:  # type: ignore[attr-defined]  # a list of records
        store.db.execute("UPDATE dates SET rule = ?, start = ? WHERE \"end\" = ?",
                         [record["rule"], record["start"], record["end"]])  # fmt: skip
        store.db.execute("UPDATE dates SET quote = ? WHERE \"end\" = ?",
                         [text[record["start"] : record["end"]], record["end"]])  # fmt: skip
    store.db.conn.commit()
    draw_random(store, "dates", 1, 1, "1")
    rows = store.rows("SELECT record_id FROM dates WHERE rule <> 'none.such' ORDER BY start")
    assert rows
    for row, verdict in zip(rows, ("accepted", "rejected", "accepted"), strict=False):
        item = review.item_of(store, lan, str(row["record_id"]))
        review.decide(store, lan, str(row["record_id"]), verdict, version=item.version, share=0)
    found = reviewed(store)
    assert [record.is_right for record in found] == [True, False, True][: len(rows)]
    assert all(record.terms for record in found)
    assert sum(not record.is_seen for record in found) == 1  # the one that was drawn


def test_corrected_provinces_propose_names(store: Store, lan: User) -> None:
    [row] = store.rows("SELECT record_id FROM provinces WHERE id = 'cao-bang'")
    item = review.item_of(store, lan, str(row["record_id"]))
    review.decide(
        store, lan, str(row["record_id"]), "corrected", version=item.version, after={"id": "lang-son"}, share=0
    )
    assert proposed_aliases(store) == [("tỉnh Cao Bằng", "lang-son", 1)]


def test_the_command_refuses_what_it_cannot_know(
    store: Store, lan: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    monkeypatch.setenv("SOVANG_CALIBRATION", str(tmp_path / "site.csv"))
    told = CliRunner().invoke(cli, ["calibrate", "--from-reviews", "--db", str(store.path)], catch_exceptions=False)
    assert "too few reviews" in told.output
    assert not (tmp_path / "site.csv").exists()
    assert Settings().calibration == Path("outputs/calibration.csv")
