"""Who received: brings the mentions of one person or body together, and says what became of bodies.

Persons of one name are one only where something beside the name agrees: the decision, a body, a place, a year of
birth. Where nothing does and nothing speaks against it, the two are kept apart and listed as perhaps the same.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from extractors.domain.gazetteer import units
from pipeline.decisions.clusters import cluster
from pipeline.decisions.opinions import Member, Opinions
from pipeline.decisions.shelf import IDENTITY, Far, Shelf, moment_of
from pipeline.decisions.spelling import is_office, successors
from pipeline.decisions.traits import Party
from pipeline.decisions.weighing import Match, same_party
from pipeline.store import Row, Store, to_json

ONE: Final = 0.75  # from this score on two mentions are one recipient
MAYBE: Final = 0.5  # from this score on two recipients of one name are listed as perhaps the same
_TOLD: Final = 100  # names between two words of progress
_LARGE: Final = 60  # mentions of one name that are compared each with each
_NEIGHBOURS: Final = 12
_LISTED: Final = 12  # recipients of one name among which perhaps the same are listed


@dataclass(frozen=True, slots=True)
class _Mention:
    id: str  # award and position, sortable
    award: str
    position: int
    decision: str
    moment: str
    party: Party
    evidence: frozenset[str]

    @property
    def member(self) -> Member:
        return self.award, self.position


def identify(
    store: Store, shelf: Shelf, keys: Iterable[str], said: Opinions, tell: Far = lambda done, total: None
) -> None:
    """Makes the recipients of the names with these keys anew, and the links that lead from them."""
    affected = sorted(keys)
    by_hand = _Said(said)
    for at, key in enumerate(affected, 1):
        if at % _TOLD == 0 or at == len(affected):
            tell(at, len(affected))
        store.db.conn.execute("DELETE FROM recipients WHERE key = ?", [key.removeprefix(IDENTITY)])
        if mentions := _mentions(store, shelf, key):
            _enter(store, key.removeprefix(IDENTITY), mentions, by_hand)
    _succeed(store, {key.removeprefix(IDENTITY) for key in affected})


def named_keys(shelf: Shelf, said: Opinions) -> set[str]:
    """Returns the keys of all names that people have said anything of."""
    return {key for record, _ in said.named for key in shelf.keys(record) if key.startswith(IDENTITY)}


class _Said:
    def __init__(self, said: Opinions) -> None:
        self.accepted = [(_id(one), _id(other)) for one, other in sorted(said.accepted)]
        self.rejected = [(_id(one), _id(other)) for one, other in sorted(said.rejected)]


def _id(member: Member) -> str:
    return f"{member[0]} {member[1]:05}"


def _mentions(store: Store, shelf: Shelf, key: str) -> list[_Mention]:
    found = []
    for row in store.db.conn.execute(
        "SELECT k.record_id, s.decision FROM award_keys k JOIN decision_sources s ON s.record_id = k.record_id "
        "WHERE k.key = ? ORDER BY k.record_id",
        [key],
    ).fetchall():
        traits = shelf.get(str(row[0]))
        for party in traits.parties:
            if f"{IDENTITY}{party.kind}|{party.core}" == key:
                name = _id((traits.record_id, party.position))
                found.append(
                    _Mention(
                        name, traits.record_id, party.position, str(row[1]), moment_of(traits), party, _evidence(party)
                    )
                )
    return found


_ANY: Final = frozenset(("",))


def _evidence(party: Party) -> frozenset[str]:
    """All that can bring a person together with a namesake; of a body the name alone may do."""
    if party.kind != "person":
        return _ANY
    words = (f"about {word}" for word in party.about)
    return frozenset(
        (*words, *(f"in {place}" for place in party.places), *((f"born {party.born}",) * bool(party.born)))
    )


def _weigh(one: _Mention, other: _Mention) -> Match:
    if one.award == other.award:
        return Match(0.0, ("two recipients of one list",), is_conflict=True)
    same = same_party(one.party, other.party)
    if same is False:
        return Match(0.0, ("what stands beside the names differs",), is_conflict=True)
    if one.decision == other.decision:
        return Match(0.98, ("same name", "same decision"))
    if one.party.kind == "person":
        return _weigh_persons(one.party, other.party)
    if same is None:
        return Match(0.55, ("same name", "place not told or told differently"))
    if one.party.place and one.party.place == other.party.place:
        return Match(0.96, ("same name", "same place in the name"))
    if one.party.where and one.party.where == other.party.where:
        return Match(0.88, ("same name", "place of the document"))
    return Match(0.78, ("same name, which is no common one",))


def _conflict(one: _Mention, other: _Mention) -> bool:
    """Whether `_weigh` finds a conflict, told without its score."""
    return one.award == other.award or same_party(one.party, other.party) is False


def _weigh_persons(one: Party, other: Party) -> Match:
    score, reasons = 0.5, ["same name"]
    if one.born and one.born == other.born:
        score, reasons = score + 0.35, [*reasons, "same year of birth"]
    common = set(one.about) & set(other.about)
    if len(common) > 1 or (common and min(len(one.about), len(other.about)) == 1):
        score, reasons = score + 0.35, [*reasons, f"same body or place beside it: {' '.join(sorted(common))}"]
    if set(one.places) & set(other.places):
        score, reasons = score + 0.26, [*reasons, "same province beside it"]
    elif one.home and one.home == other.home:
        score, reasons = score + 0.1, [*reasons, "same province of the document"]
    if one.rank and one.rank == other.rank:
        score, reasons = score + 0.1, [*reasons, "same rank"]
    return Match(min(0.97, round(score, 4)), tuple(reasons))


def _enter(store: Store, key: str, mentions: Sequence[_Mention], said: _Said) -> None:
    by_id = {mention.id: mention for mention in mentions}
    met = _met(mentions)
    pairs = {
        _pair(one, other): match
        for one, other in met
        if _may_join(one, other) and (match := _weigh(one, other)).score >= ONE
    }
    groups = cluster(
        by_id,
        {pair: match.score for pair, match in pairs.items()},
        lambda a, b: ((a, b) if a < b else (b, a)) not in pairs and _conflict(by_id[a], by_id[b]),
        [pair for pair in said.accepted if set(pair) <= by_id.keys()],
        [pair for pair in said.rejected if set(pair) <= by_id.keys()],
    )
    best = _best(groups, pairs)
    of: dict[str, str] = {}
    for group in groups:
        row = _recipient(key, [by_id[m] for m in group])
        of |= dict.fromkeys(group, str(row["id"]))
        _insert(store, "recipients", [row])
        _insert(store, "recipient_mentions", [_mention_row(by_id[m], len(group), best.get(m), key, row) for m in group])
    if len(groups) <= _LISTED:
        likely = {_pair(one, other): _weigh(one, other) for one, other in met if of[one.id] != of[other.id]}
        _list_likely(store, {pair: match for pair, match in likely.items() if MAYBE <= match.score < ONE}, of, said)


def _pair(one: _Mention, other: _Mention) -> tuple[str, str]:
    return (one.id, other.id) if one.id < other.id else (other.id, one.id)


def _may_join(one: _Mention, other: _Mention) -> bool:
    """Whether two mentions have anything in common, beside the name, by which they could be one; tells it fast."""
    return one.decision == other.decision or not one.evidence.isdisjoint(other.evidence)


def _met(mentions: Sequence[_Mention]) -> list[tuple[_Mention, _Mention]]:
    """All pairs of a small block; of a large one the neighbours in time, and those of one decision or one place."""
    if len(mentions) <= _LARGE:
        return list(combinations(mentions, 2))
    orders = (
        sorted(mentions, key=lambda m: (m.moment, m.id)),
        sorted(mentions, key=lambda m: (m.decision, m.id)),
        sorted(mentions, key=lambda m: (m.party.about, m.party.places, m.party.where, m.moment, m.id)),
    )
    met = {
        _pair(a, b): (a, b) for order in orders for i, a in enumerate(order) for b in order[i + 1 : i + 1 + _NEIGHBOURS]
    }
    return list(met.values())


def _recipient(key: str, mentions: Sequence[_Mention]) -> Row:
    spellings = Counter(m.party.name for m in mentions)
    name = min(spellings, key=lambda spelling: (-spellings[spelling], -len(spelling), spelling))
    said = Counter(m.party.place for m in mentions if m.party.place) + Counter(
        place for m in mentions for place in m.party.places
    )
    places = said or Counter(m.party.home for m in mentions if m.party.home)
    province = min(places, key=lambda place: (-places[place], place)) if places else None
    return {
        "id": "r" + hashlib.sha256(f"recipient {mentions[0].id}".encode()).hexdigest()[:20],
        "name": name,
        "key": key,
        "kind": mentions[0].party.kind,
        "province": province if province in units() else None,
        "born": min((m.party.born for m in mentions if m.party.born), default=None),
        "rank": next((m.party.rank for m in sorted(mentions, key=_latest_first) if m.party.rank), None),
        "mentions": len(mentions),
        "spellings": to_json(dict(spellings)),
    }


def _latest_first(mention: _Mention) -> tuple[list[int], str]:
    return [-ord(c) for c in mention.moment], mention.id


def _best(groups: Sequence[Sequence[str]], pairs: dict[tuple[str, str], Match]) -> dict[str, Match]:
    """Returns for each mention the pair that holds it best in its group."""
    number = {member: at for at, group in enumerate(groups) for member in group}
    best: dict[str, Match] = {}
    for pair, match in pairs.items():
        if number[pair[0]] != number[pair[1]]:
            continue
        for member in pair:
            known = best.get(member)
            if known is None or (match.score, match.reasons) > (known.score, known.reasons):
                best[member] = match
    return best


def _mention_row(mention: _Mention, size: int, best: Match | None, key: str, recipient: Row) -> Row:
    match = best or Match(1.0, ("the only mention",) if size == 1 else ("linked by a person",))
    return {
        "award": mention.award,
        "position": mention.position,
        "recipient": recipient["id"],
        "key": key,
        "score": match.score,
        "reasons": to_json(list(match.reasons)),
    }


def _list_likely(store: Store, likely: dict[tuple[str, str], Match], of: dict[str, str], said: _Said) -> None:
    refused = {tuple(sorted(pair)) for pair in said.rejected}
    best: dict[tuple[str, str], Match] = {}
    for pair, match in likely.items():
        one, other = sorted((of[pair[0]], of[pair[1]]))
        if one == other or pair in refused:
            continue
        known = best.get((one, other))
        if known is None or (match.score, match.reasons) > (known.score, known.reasons):
            best[one, other] = match
    _insert(
        store,
        "recipient_links",
        [_link(one, other, "maybe_same", match) for (one, other), match in sorted(best.items(), key=lambda b: b[0])],
    )


def _link(one: str, other: str, kind: str, match: Match) -> Row:
    return {
        "recipient": one,
        "other": other,
        "kind": kind,
        "score": match.score,
        "reasons": to_json(list(match.reasons)),
    }


# --- what became of bodies --------------------------------------------------------------------------


def _succeed(store: Store, keys: set[str]) -> None:
    """Links a body to what it became: its province went into another, its office was merged or renamed."""
    cores = {key.removeprefix("collective|") for key in keys if key.startswith("collective|")}
    cores |= {old for old, new in successors().items() if new in cores}
    for core in sorted(cores):
        for row in store.rows("SELECT id, province FROM recipients WHERE key = ? ORDER BY id", [f"collective|{core}"]):
            store.db.conn.execute(
                "DELETE FROM recipient_links WHERE recipient = ? AND kind = 'succeeded_by'", [row["id"]]
            )
            _insert(store, "recipient_links", _successors_of(store, core, row))


def _successors_of(store: Store, core: str, row: Row) -> list[Row]:
    province = str(row["province"] or "")
    if not province:
        return []
    unit = units()[province]
    heirs = [u for u in unit.today_ids if u != province] if unit.valid_to else []
    found: dict[str, tuple[float, str]] = {}
    targets: list[tuple[str, str, float, str]] = []
    if is_office(core):
        targets += [(core, heir, 0.9, f"{unit.name} is {units()[heir].name} since {unit.valid_to}") for heir in heirs]
    if new := successors().get(core):
        targets += [(new, place, 0.85, f"{core} became {new}") for place in (province, *heirs)]
    for target, place, score, why in targets:
        for other in store.rows(
            "SELECT id FROM recipients WHERE key = ? AND province = ? ORDER BY id", [f"collective|{target}", place]
        ):
            found.setdefault(str(other["id"]), (score, why))
    return [
        _link(str(row["id"]), other, "succeeded_by", Match(score, (why,)))
        for other, (score, why) in sorted(found.items())
        if other != row["id"]
    ]


def _insert(store: Store, table: str, rows: Sequence[Row]) -> None:
    if rows:
        names = tuple(rows[0])
        store.db.conn.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})",  # noqa: S608
            rows,
        )
