"""Fixtures that all tests share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.language import Language

from extractors.domain.records import Json

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def nlp() -> Language:
    from pipeline.nlp import load

    return load()


@pytest.fixture(scope="session")
def extract() -> Callable[..., Json]:
    from pipeline.nlp import extract

    return extract


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project with gold and news; tests that read it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside this checkout: gold documents cannot be scored")
    return SHARED
