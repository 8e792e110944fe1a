"""The notebook is built from its text and answers its questions on a dataset of the corpus."""

import contextlib
import importlib.util
import io
import json
from pathlib import Path

import pytest

from pipeline.publish import Conditions, publish
from pipeline.publish import Order as PublishOrder
from pipeline.run import Order, run
from pipeline.settings import Settings

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "corpus" / "notebook"
DOCUMENTS = ROOT / "corpus" / "documents"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made of those documents of the corpus that need no OCR and no LibreOffice."""
    folder = tmp_path_factory.mktemp("corpus")
    order = Order(sources=(DOCUMENTS / "text", DOCUMENTS / "html"))
    run(order, Settings(db=folder / "sovang.db", workers=1), lambda _: None)
    conditions = Conditions()
    target = folder / "dataset"
    publish(
        PublishOrder(
            working=folder / "sovang.db", target=target, conditions=conditions, title="Sổ Vàng", creator="",
            licence="CC0-1.0",
        )
    )  # fmt: skip
    return target


def test_notebook_is_what_its_text_makes() -> None:
    spec = importlib.util.spec_from_file_location("notebook_build", NOTEBOOK / "build.py")
    assert spec
    assert spec.loader
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    made = build.notebook((NOTEBOOK / "questions.md").read_text(encoding="utf-8"))
    assert made == (NOTEBOOK / "questions.ipynb").read_text(encoding="utf-8")
    ids = [cell["id"] for cell in json.loads(made)["cells"]]
    assert len(ids) == len(set(ids))


def test_notebook_answers_its_questions(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVANG_DATASET", str(dataset))
    cells = json.loads((NOTEBOOK / "questions.ipynb").read_text(encoding="utf-8"))["cells"]
    names: dict[str, object] = {}
    told = []
    for cell in cells:
        if cell["cell_type"] == "code":
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                exec("".join(cell["source"]), names)  # noqa: S102  # that is what a notebook is for
            told.append(printed.getvalue())
    start, forms, proposals, places, gone, area, source = told
    assert "documents" in start
    assert "granted" in forms
    assert "proposed" in forms
    assert len(proposals.splitlines()) > 1
    assert "names_then" in places
    assert gone.strip()
    assert " ha, " in area
    assert "confidence" in source
