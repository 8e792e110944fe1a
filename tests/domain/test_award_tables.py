"""The tables of awards are consistent, and a wrong row is told with its file and line."""

from pathlib import Path

import pytest

import extractors.domain.award_tables as tables
import extractors.domain.tables as reader
from extractors.awards.bodies import form_for
from extractors.domain.errors import DomainDataError
from extractors.domain.orthography import matching_key


def test_forms_have_unique_phrases_in_matching_form() -> None:
    forms = tables.award_forms()
    phrases = [p for form in forms.values() for p in form.phrases]
    assert len(set(phrases)) == len(phrases)
    assert all(matching_key(p) == p for p in phrases)
    assert {"bk", "gk", "co", "knc", "hc", "hch", "bk-ttg", "hc-lao-dong", "hh-tuoi-dang"} <= set(forms)


def test_spelling_variants_are_looked_for() -> None:
    phrases = set(tables.award_forms()["dh-nsut"].phrases)
    assert {"nghệ sĩ ưu tú", "nghệ sỹ ưu tú"} <= phrases
    assert 'kỉ niệm chương "vì thế hệ trẻ' in tables.award_forms()["knc-doan"].phrases


def test_forms_outside_the_law_are_known_but_give_no_record() -> None:
    forms = tables.award_forms()
    assert not forms["co-luan-phien"].in_scope
    assert not forms["ng-nga"].in_scope
    assert forms["gt-hcm"].in_scope


@pytest.mark.parametrize(
    ("family", "kind", "form"),
    [
        ("bk", "ttg", "bk-ttg"),
        ("bk", "tinh", "bk-tinh"),
        ("co", "ttg", "co-chinh-phu"),
        ("gk", "doan-the-tinh", "gk-doan-the"),
        ("bk", "hoi", "bk"),
        ("gk", "tinh", "gk"),
        ("bk", None, "bk"),
    ],
)
def test_the_grantors_level_decides_the_form(family: str, kind: str | None, form: str) -> None:
    assert form_for(family, kind) == form


def test_every_decision_number_matches_its_own_shape() -> None:
    assert len(tables.decision_numbers()) > 100
    assert {p.can_award for p in tables.decision_numbers()} == {"yes", "maybe", "no"}


def test_verbs_words_and_grantors_load() -> None:
    assert {c.role for c in tables.award_verbs()} == set(tables.VERB_ROLES)
    assert "ông" in tables.award_words()["honorific"]
    assert tables.grantor_heads()["thủ tướng chính phủ"].kind == "ttg"
    assert tables.body_names()["bộ tn&mt"] == "Bộ Tài nguyên và Môi trường"


@pytest.mark.parametrize(
    ("name", "header", "row", "loader"),
    [
        ("award_verbs.csv", "phrase,role,status,posthumous,note", "tặng,gives,granted,no,", "award_verbs"),
        ("award_words.csv", "phrase,role,kind,note", "ông,title,person,", "award_words"),
        ("award_grantors.csv", "head,kind,reach,note", "bộ,bo,far,", "grantor_heads"),
        ("award_grantors.csv", "head,kind,reach,note", "bộ,bo", "grantor_heads"),
        ("award_grantors.csv", "head,kind,note", "bộ,bo,", "grantor_heads"),
        ("award_grantors.csv", "head,kind,reach,note", "bộ,bo,name,\nbộ,bo,name,", "grantor_heads"),
    ],
)
def test_a_wrong_row_is_told(
    name: str, header: str, row: str, loader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text(f"{header}\n{row}\n", encoding="utf-8")
    monkeypatch.setattr(reader, "FOLDER", tmp_path)
    load = getattr(tables, loader).__wrapped__
    with pytest.raises(DomainDataError, match=name):
        load()
