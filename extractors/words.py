"""Words and parts of speech by underthesea, for the few sentences where a boundary depends on them."""

from collections.abc import Iterator
from functools import cache


@cache
def tagged_words(sentence: str) -> tuple[tuple[int, int, str], ...]:
    """Returns `(start, end, part of speech)` of each word; offsets into `sentence`, half-open.

    Tags are those of underthesea (N noun, Np proper noun, V verb, M number ...). The library is loaded
    at the first call, which takes a second.
    """
    from underthesea import pos_tag

    return tuple(_aligned(sentence, pos_tag(sentence)))


def _aligned(sentence: str, tagged: list[tuple[str, str]]) -> Iterator[tuple[int, int, str]]:
    at = 0
    for word, tag in tagged:
        start = sentence.find(word, at)
        if start < 0:  # the library rewrote the word; skip it and keep the rest in place
            continue
        at = start + len(word)
        yield start, at, tag
