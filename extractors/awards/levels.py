"""Which bodies of a list only tell where the one before them belongs: `Đội A, Công an huyện B, tỉnh C` is one."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from extractors.awards.names import Name
from extractors.domain.award_tables import award_words
from extractors.domain.orthography import matching_key
from extractors.matching import PhraseMatcher

_PLACE = "place "
_PROVINCE = 35  # the level of `thành phố` and above
_HEAD = 24  # characters of a name that its head may take


@cache
def _levels() -> tuple[PhraseMatcher, tuple[str, ...]]:
    table = award_words()["body_level"]
    return PhraseMatcher(tuple(table)), tuple(table.values())


def _level(name: Name) -> tuple[int | None, bool]:
    """The level of a body by its head and whether it is a place; no level for persons and unknown heads."""
    if name.kind == "person":
        return None, False
    matcher, levels = _levels()
    hits = matcher.find(matching_key(name.text[:_HEAD]))
    if not hits or hits[0][1] != 0:
        return None, False
    level = levels[hits[0][0]]
    return int(level.removeprefix(_PLACE)), level.startswith(_PLACE)


def without_parents(names: Sequence[Name], joins: Sequence[str], count: int | None) -> list[Name]:
    """Returns the names without those that only tell where the one before belongs.

    `joins` holds what stands before each name (`,`, `và`, `;`). A list that has just the number told stays whole.
    """
    if len(names) < 2 or count == len(names):
        return list(names)
    parts: list[list[Name]] = []
    for name, joined in zip(names, joins, strict=True):
        if joined == "," and parts:
            parts[-1].append(name)
        else:
            parts.append([name])
    ends_in_place = len(parts) > 1 and len(parts[-1]) == 1 and _level(parts[-1][0])[1]
    if ends_in_place:
        return list(names)  # `Công ty A, huyện B và xã C`
    are_alike = all(len(part) > 1 for part in parts)
    return [name for part in parts for name in _of_part(part, may_belong=are_alike)]


def _of_part(part: Sequence[Name], *, may_belong: bool) -> list[Name]:
    """The names of one run of commas; bodies belong to each other only where each stands above the one before."""
    levels = [_level(name) for name in part]
    places = [level for level, is_place in levels if level is not None and is_place]
    if any(after < before for before, after in pairwise(places)) and levels[0][1]:
        return list(part)  # `huyện A, xã B`: places listed
    bodies = [level for level, is_place in levels if not is_place]
    rises = may_belong and all(a is not None and b is not None and a < b for a, b in pairwise(bodies))
    kept = [part[0]]
    for at in range(1, len(part)):
        level, is_place = levels[at]
        above, above_is_place = levels[at - 1]
        if is_place and level is not None and part[at - 1].kind == "collective":
            is_county = matching_key(part[at - 1].text).startswith("sở ") and level < _PROVINCE
            belongs = above is None or above < level if above_is_place else not is_county
        else:
            belongs = rises and level is not None
        if not belongs:
            kept.append(part[at])
    return kept
