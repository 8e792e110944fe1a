"""What a cold start loads, and what it leaves until somebody asks for it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPARED = ("spacy.cli", "typer", "requests", "viparse", "underthesea", "sqlite_utils")


def told(probe: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", probe], capture_output=True, text=True, cwd=ROOT, check=True, timeout=120
    )
    return done.stdout.strip()


def test_an_extraction_loads_the_components_and_no_command_line_of_spacy() -> None:
    probe = (
        "import sys, pipeline.engine\n"
        "from pipeline.extraction import extract_document\n"
        "found = extract_document('Ngày 2/9/1985, tỉnh Hà Tây.'.encode(), 'a.txt')\n"
        f"print(len(found.records), [name for name in {SPARED} if name in sys.modules])"
    )
    assert told(probe) == "4 []"


@pytest.mark.parametrize("first", ["pipeline.engine, spacy", "spacy, pipeline.engine"])
def test_spacy_is_whole_for_whoever_asks(first: str) -> None:
    probe = (
        f"import {first}\n"
        "assert spacy.info(silent=True)['spacy_version'] == spacy.__version__\n"
        "import spacy.cli\n"
        "print(spacy.cli.info.__module__)"
    )
    assert told(probe) == "spacy.cli.info"
