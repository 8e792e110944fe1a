"""Brings tellings together into decisions: strongest pairs first, never against a conflict or a person's word."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

_EXAMINED: Final = 12  # members of each side that are held against each other
Pair = tuple[str, str]


class _Groups:
    """Disjoint groups of record ids."""

    def __init__(self, records: Iterable[str]) -> None:
        self.of = {record: record for record in records}
        self.members = {record: [record] for record in self.of}

    def join(self, one: str, other: str) -> None:
        keep, lose = sorted((self.of[one], self.of[other]))
        for record in self.members[lose]:
            self.of[record] = keep
        self.members[keep] = sorted(self.members[keep] + self.members.pop(lose))


def cluster(
    records: Iterable[str],
    pairs: Mapping[Pair, float],
    conflict: Callable[[str, str], bool],
    accepted: Iterable[Pair] = (),
    rejected: Iterable[Pair] = (),
) -> list[list[str]]:
    """Returns the groups, each sorted, in the order of their first ids; the order of the input does not matter.

    `conflict` tells of two records whether they can never be one. What a person accepted comes together first,
    what a person rejected never does.
    """
    groups = _Groups(sorted(records))
    refused = {tuple(sorted(pair)) for pair in rejected}
    for one, other in sorted(tuple(sorted(pair)) for pair in accepted):
        if groups.of[one] != groups.of[other] and not _is_refused(groups, one, other, refused):
            groups.join(one, other)
    for (one, other), _ in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        if groups.of[one] == groups.of[other] or _is_refused(groups, one, other, refused):
            continue
        if not _conflicts(groups, one, other, conflict):
            groups.join(one, other)
    return [groups.members[first] for first in sorted(groups.members)]


def _is_refused(groups: _Groups, one: str, other: str, refused: set[tuple[str, ...]]) -> bool:
    if not refused:
        return False
    mine, theirs = groups.members[groups.of[one]], groups.members[groups.of[other]]
    return any(tuple(sorted((a, b))) in refused for a in mine for b in theirs)


def _conflicts(groups: _Groups, one: str, other: str, conflict: Callable[[str, str], bool]) -> bool:
    mine = groups.members[groups.of[one]][:_EXAMINED]
    theirs = groups.members[groups.of[other]][:_EXAMINED]
    return any(conflict(a, b) for a in mine for b in theirs)
