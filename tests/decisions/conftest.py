import hashlib
from collections.abc import Callable, Mapping

import pytest

from pipeline.extraction import as_rows, extract_document
from pipeline.store import Store, original_name

Enter = Callable[[Store, Mapping[str, str]], None]


@pytest.fixture(scope="session")
def enter() -> Enter:
    """Reads texts into a database in the order given, as a run does, without its workers."""

    def _enter(store: Store, texts: Mapping[str, str]) -> None:
        run = store.start_run("run", [], "test")
        for source, text in texts.items():
            data = text.encode()
            digest = hashlib.sha256(data).hexdigest()
            original = original_name(digest, ".txt")
            serial = store.begin_document(digest, source, len(data), original, run)
            store.finish_document(serial, as_rows(extract_document(data, source)), extractor="test", run=run)

    return _enter
