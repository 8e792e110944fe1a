"""Every reason that a record can carry stands in the table, in both languages."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.confidence.reasons import Effect, in_vietnamese, reasons, reasons_of
from extractors.docs import get
from extractors.domain.records import Family
from extractors.headers import read_header
from extractors.view import TextView
from pipeline.nlp import analyse

ROOT = Path(__file__).parents[2]
EXTRACTORS = sorted((ROOT / "extractors").rglob("*.py"))


def texts() -> Iterator[str]:
    for file in sorted((ROOT / "corpus" / "gold").glob("*.txt")):
        yield file.read_text(encoding="utf-8")
    for file in sorted((ROOT / "tests" / "examples").glob("*.tsv")):
        with file.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            yield "\n\n".join(dict.fromkeys(row["text"].replace("\\n", "\n").replace("\\t", "\t") for row in rows))


def phrases_told() -> set[str]:
    told: set[str] = set()
    for text in texts():
        view = TextView(text)
        doc = analyse(view)
        for family in Family:
            told |= {phrase for record in get(doc, family) for phrase in record.evidence}
        told |= {phrase for fact in read_header(view) for phrase in fact.evidence}
    return told


def literals(node: ast.expr) -> Iterator[str]:
    """The strings that an expression can come to, with `1` for each part that changes."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "1" for p in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from literals(one)
            yield from literals(other)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from literals(part)


def phrases_written() -> Iterator[tuple[str, str]]:
    """The phrases in the code: what is added to evidence or handed on as evidence or reason."""
    for file in EXTRACTORS:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            is_evidence = isinstance(node.func, ast.Attribute) and ast.unparse(node.func).endswith(
                ("evidence.append", "evidence.insert", "doubts.append", "reasons.append")
            )
            found = [node.args[-1]] if is_evidence else []
            found += [word.value for word in node.keywords if word.arg in ("evidence", "reason")]
            for expression in found:
                for phrase in literals(expression):
                    yield file.name, phrase


def test_every_phrase_that_records_carry_is_in_the_table() -> None:
    told = phrases_told()
    assert len(told) > 200
    assert sorted(phrase for phrase in told if not reasons_of(phrase)) == []


@pytest.mark.parametrize(("file", "phrase"), sorted(set(phrases_written())))
def test_every_phrase_in_the_code_is_in_the_table(file: str, phrase: str) -> None:
    assert file
    assert reasons_of(phrase), phrase


def test_terms_without_a_phrase_have_a_colon() -> None:
    folder = ROOT / "extractors" / "confidence"
    files = [folder / f"{name}.py" for name in ("features", "place", "figures", "awards")]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    named = set(re.findall(r'(?:append\(|terms = \(\*terms, |\(\)? ?\()"([a-z_]+)"', source))
    assert len(named) > 25
    assert named <= reasons().keys()


def test_both_wordings_are_there_and_different() -> None:
    assert [r.id for r in reasons().values() if r.english == r.vietnamese] == []


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [
        ("written in full", "viết đầy đủ"),
        ("year nearest to 2019-05-12 (the lead of the article)", "năm gần nhất với 2019-05-12 (phần mở đầu bài báo)"),
        ("the weekday does not agree: 2020-07-10 was a Friday", "thứ trong tuần không khớp: 2020-07-10 là thứ sáu"),
        ("5 announced, 4 listed", "nói 5, liệt kê 4"),
        ("open end: từ", "mốc mở (cuối): từ"),
        ("said by nobody", "said by nobody"),
    ],
)
def test_phrases_are_told_in_vietnamese(phrase: str, wanted: str) -> None:
    assert in_vietnamese(phrase) == wanted


def test_a_phrase_tells_the_reasons_inside_it_too() -> None:
    assert reasons_of("year nearest to 2019-05-12 (the lead of the article)") == ("year_nearest", "from_lead")
    assert reasons_of("year nearest to 2019-05-12 (JSON-LD datePublished)") == ("year_nearest",)
    assert reasons_of("said by nobody") == ()


def test_doubts_of_the_law_warn() -> None:
    assert reasons()[reasons_of("form in force only from 2004-07-01")[0]].effect is Effect.WARNS
