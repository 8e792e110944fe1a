"""Names after `tỉnh` that are one mark or one letter away from a unit's name: typing slips and scanning errors."""

import re
from collections.abc import Iterator
from functools import cache

from extractors.domain import gazetteer
from extractors.domain.orthography import fold, matching_key
from extractors.provinces.names import Form, forms

_AFTER_GENERIC = re.compile(r"(?<!\w)tỉnh[^\S\n]{1,2}(?=[^\W\d_])")
_SYLLABLE = re.compile(r"[^\W\d_]+")
_SHORTEST = 7  # letters and space; below that one edit reaches names of other places


@cache
def _by_fold() -> dict[str, Form]:
    """Official names without marks; names gone before 1977 are too like those of today's towns."""
    return {fold(f.key): f for f in forms() if f.official_ids and not f.is_former and not f.lacks_marks}


@cache
def _right() -> frozenset[str]:
    """Keys that are right as they stand, names of units and what blockers put after `tỉnh`."""
    fixed = {matching_key(b.phrase).removeprefix("tỉnh ") for b in gazetteer.blockers() if b.is_phrase}
    return frozenset({f.key for f in forms()} | fixed)


def misspelt(text: str, key: str) -> Iterator[tuple[int, int, int, Form]]:
    """Yields `(start with tỉnh, start of the name, end, form)` of names that are nearly right, in order."""
    for match in _AFTER_GENERIC.finditer(key):
        syllables = list(_following(text, match.end()))
        choices = [(count, " ".join(key[a:b] for a, b in syllables[:count])) for count in (3, 2)]
        if any(written in _right() for _, written in choices):
            continue
        for count, written in choices:
            slips = not text[match.end() : match.end() + 4].isupper()  # TỈNH LÀM ĐƯỜNG is no Lâm Đồng
            if count <= len(syllables) and (form := _nearest(fold(written), may_slip=slips)) is not None:
                yield match.start(), syllables[0][0], syllables[count - 1][1], form
                break


def _following(text: str, start: int) -> Iterator[tuple[int, int]]:
    """The capitalised syllables from `start` on, up to three, one space apart."""
    at = start
    for _ in range(3):
        match = _SYLLABLE.match(text, at)
        if match is None or not text[at].isupper():
            return
        yield match.span()
        if text[match.end() : match.end() + 1] != " ":
            return
        at = match.end() + 1


def _nearest(folded: str, *, may_slip: bool) -> Form | None:
    if (form := _by_fold().get(folded)) is not None:
        return form
    if len(folded) < _SHORTEST or not may_slip:
        return None
    near = [name for name in _by_fold() if name[0] == folded[0] and _is_one_edit_away(name, folded)]
    return _by_fold()[near[0]] if len(near) == 1 else None


def _is_one_edit_away(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1 or one.count(" ") != other.count(" "):
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[at + 1 :] in (other[at + 1 :], other[at:]) or one[at:] == other[at + 1 :]
