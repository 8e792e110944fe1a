"""Loads spaCy without its command line, which it brings along for one function (`spacy.info`).

That command line stands for a quarter of the start: typer, rich, requests, a project manager. Whoever imports this
module before spaCy spares them; `spacy.info` and `spacy.cli` work as ever, and are loaded when they are asked for.
"""

import importlib
import sys
from types import ModuleType
from typing import Final

_SPARED: Final = "spacy.cli.info"


def _info(*words: object, **options: object) -> object:
    return importlib.import_module(_SPARED).info(*words, **options)


def _load() -> None:
    if "spacy" in sys.modules:
        return
    stand_in = ModuleType(_SPARED)
    vars(stand_in)["info"] = _info
    sys.modules[_SPARED] = stand_in
    try:
        importlib.import_module("spacy")
    finally:
        del sys.modules[_SPARED]


_load()
