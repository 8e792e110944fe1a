"""The spaCy side of the extractors: factories, tokenizer, spans."""

from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.vocab import Vocab

from extractors.components import COMPONENTS
from extractors.docs import ExactTokenizer, get
from extractors.domain.records import Family

TEXT = "Ngày 12/5/2016, UBND tỉnh Hà Giang tặng Bằng khen cho 5 tập thể."
tokenizer = ExactTokenizer(Vocab())


@given(st.text(max_size=200))
def test_tokenizer_keeps_every_character(text: str) -> None:
    assert tokenizer(text).text == text


@pytest.mark.parametrize("text", ["", " ", "  a  b ", "a\n\nb\tc ", "ngày 3/2\u00a0năm", "e\u0301", "\t \n"])
def test_tokenizer_keeps_white_space(text: str) -> None:
    assert tokenizer(text).text == text


def test_components_are_the_four_families_in_the_order_they_build_on_each_other() -> None:
    assert list(COMPONENTS) == ["sovang_dates", "sovang_provinces", "sovang_figures", "sovang_awards"]


def test_pipeline_writes_a_span_group_for_each_family(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert sorted(doc.spans) == sorted(f.value for f in Family)
    for family in Family:
        records = get(doc, family)
        assert len(records) == len(doc.spans[family.value])
        for record, span in zip(records, doc.spans[family.value], strict=True):
            assert TEXT[record.start : record.end] == record.text
            assert span.start_char <= record.start
            assert span.end_char >= record.end


def test_a_component_serves_in_a_pipeline_of_another_language() -> None:
    foreign = spacy.blank("xx")
    foreign.add_pipe("sovang_dates")
    doc = foreign(TEXT)
    assert [span.text for span in doc.spans["dates"]] == ["Ngày 12/5/2016"]
    assert [record.text for record in get(doc, Family.DATES)] == ["Ngày 12/5/2016"]


def test_pipeline_survives_saving_and_loading(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    before, after = nlp(TEXT), again(TEXT)
    assert [s.text for s in after.spans["dates"]] == [s.text for s in before.spans["dates"]]
