"""From files to a reviewed dataset: reading, extraction, storage, commands.

>>> from pipeline import extract
>>> extract("Sáng 25/12/2013, tại Lạng Sơn")["dates"][0]["edtf"]
'2013-12-25'
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.dataset import open_dataset
    from pipeline.nlp import extract

__all__ = ["extract", "open_dataset"]


def __getattr__(name: str) -> object:
    """Loads the engine at first use, so that `sovang --help` need not wait for spaCy."""
    if name == "extract":
        from pipeline.nlp import extract

        return extract
    if name == "open_dataset":
        from pipeline.dataset import open_dataset

        return open_dataset
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
