"""Keeps the traits of awards in the database and finds which awards are worth comparing.

A block is the awards that share a key: a number, a recipient, or authority, day and count. A block that is too
large is ordered by time, and each award meets only its neighbours there, so that the work stays near linear and
does not depend on the order in which documents came.
"""

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, cast

from pipeline.decisions.hints import Dated
from pipeline.decisions.reading import Paper, home_of, read_traits, spoken
from pipeline.decisions.spelling import is_office
from pipeline.decisions.times import days_of, is_day
from pipeline.decisions.traits import Party, Traits
from pipeline.store import Row, Store, to_json

Far = Callable[[int, int], None]  # how much is done, and how much there is
IDENTITY: Final = "i|"  # what the keys of names begin with, by which identities are found
LARGE: Final = 48  # awards that are compared each with each
_NEIGHBOURS: Final = 16  # on each side, in a larger block
_BATCH: Final = 500  # documents read at once
_PARTIES: Final = 300  # recipients of one award that make keys
_CACHED: Final = 60_000  # traits in memory
_BLOCKS: Final = 20_000  # blocks in memory
_DOCUMENT: Final = "serial, id, kind, issued, published, reference_date, number, issuing_body"
_AWARDS: Final = (
    "SELECT * FROM awards WHERE document BETWEEN ? AND ? AND state <> 'rejected' AND copy_of IS NULL "
    "ORDER BY document, record_id"
)


class Shelf:
    """The traits of one database."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.get = lru_cache(maxsize=_CACHED)(self._read)
        self.small = lru_cache(maxsize=_BLOCKS)(self._small)
        self._statuses: dict[str, str] = {}
        self.left: dict[str, list[tuple[str, str]]] = {}  # keys that awards stood under before they changed or went

    def _read(self, record_id: str) -> Traits:
        found = self.store.value("SELECT traits FROM award_traits WHERE record_id = ?", [record_id])
        traits = Traits.of_json(str(found))
        self._statuses[record_id] = sys.intern(traits.status)
        return traits

    def status(self, record_id: str) -> str:
        """Returns the status of an award; remembered for all that were ever read, so that no traits are for this."""
        return self._statuses.get(record_id) or self.get(record_id).status

    def refresh(self, tell: Far = lambda done, total: None) -> tuple[set[str], set[str]]:
        """Reads what is new or changed; returns the ids of such awards and of those that are gone."""
        known = {
            str(row["record_id"]): str(row["stamp"])
            for row in self.store.rows("SELECT record_id, stamp FROM award_traits")
        }
        changed: set[str] = set()
        seen: set[str] = set()
        for rows in self._batches(tell):
            fresh = []
            for award, recipients, paper in rows:
                record = str(award["record_id"])
                seen.add(record)
                stamp = _stamp(award, recipients, paper)
                if known.get(record) != stamp:
                    fresh.append((stamp, read_traits(award, recipients, paper)))
            changed.update(traits.record_id for _, traits in fresh)
            self._keep(fresh)
        gone = set(known) - seen
        self._forget(gone)
        self.small.cache_clear()
        return changed, gone

    def outdated(self) -> set[str]:
        """Returns the awards that changed since their traits were read."""
        known = {
            str(row["record_id"]): str(row["stamp"])
            for row in self.store.rows("SELECT record_id, stamp FROM award_traits")
        }
        found: set[str] = set()
        for rows in self._batches():
            found.update(
                str(award["record_id"])
                for award, recipients, paper in rows
                if known.get(str(award["record_id"])) != _stamp(award, recipients, paper)
            )
        return found

    def _batches(self, tell: Far = lambda done, total: None) -> Iterator[list[tuple[Row, list[Row], Paper]]]:
        serials = [
            cast(int, row["document"])
            for row in self.store.rows(
                "SELECT DISTINCT document FROM awards WHERE state <> 'rejected' AND copy_of IS NULL ORDER BY document"
            )
        ]
        for at in range(0, len(serials), _BATCH):
            past = min(at + _BATCH, len(serials))
            yield self._batch(serials[at], serials[past - 1])
            tell(past, len(serials))

    def _batch(self, first: int, last: int) -> list[tuple[Row, list[Row], Paper]]:
        awards = self.store.rows(_AWARDS, [first, last])
        serials = to_json(sorted({cast(int, row["document"]) for row in awards}))
        units: dict[int, list[tuple[int, int, str]]] = {}
        for row in self.store.rows(
            'SELECT document, start, "end", id FROM provinces WHERE document IN (SELECT value FROM json_each(?)) '
            "AND state <> 'rejected' ORDER BY document, start",
            [serials],
        ):
            mention = (cast(int, row["start"]), cast(int, row["end"]), str(row["id"]))
            units.setdefault(cast(int, row["document"]), []).append(mention)
        dates: dict[int, list[Dated]] = {}
        for row in self.store.rows(
            'SELECT document, start, "end", edtf FROM dates WHERE document IN (SELECT value FROM json_each(?)) '
            "AND state <> 'rejected' ORDER BY document, start, record_id",
            [serials],
        ):
            dated = (cast(int, row["start"]), cast(int, row["end"]), str(row["edtf"]))
            dates.setdefault(cast(int, row["document"]), []).append(dated)
        places: dict[int, list[tuple[int, int]]] = {}
        for row in awards:
            spot = (cast(int, row["start"]), cast(int, row["end"]))
            places.setdefault(cast(int, row["document"]), []).append(spot)
        papers = {}
        for row in self.store.rows(
            f"SELECT {_DOCUMENT}, text FROM documents WHERE serial IN (SELECT value FROM json_each(?))",  # noqa: S608
            [serials],
        ):
            serial = cast(int, row["serial"])
            own = units.get(serial, [])
            papers[row["serial"]] = Paper(
                row=row,
                home=home_of(row, own),
                units=tuple(own),
                dates=tuple(dates.get(serial, ())),
                awards=tuple(sorted(places.get(serial, ()))),
            )
        recipients: dict[str, list[Row]] = {}
        for row in self.store.rows(
            "SELECT r.* FROM award_recipients r JOIN awards a ON a.record_id = r.award "
            "WHERE a.document BETWEEN ? AND ? ORDER BY r.award, r.position",
            [first, last],
        ):
            recipients.setdefault(str(row["award"]), []).append(row)
        return [(award, recipients.get(str(award["record_id"]), []), papers[award["document"]]) for award in awards]

    def _keep(self, fresh: Iterable[tuple[str, Traits]]) -> None:
        rows = [(traits.record_id, stamp, moment_of(traits), traits.as_json(), traits) for stamp, traits in fresh]
        db = self.store.db.conn
        self._leave_keys([row[0] for row in rows])
        db.executemany("INSERT OR REPLACE INTO award_traits VALUES (?, ?, ?, ?)", [row[:4] for row in rows])
        db.executemany(
            "INSERT INTO award_keys VALUES (?, ?, ?)",
            [(key, moment, record) for record, _, moment, _, traits in rows for key in sorted(keys_of(traits))],
        )

    def _forget(self, gone: Iterable[str]) -> None:
        self._leave_keys(sorted(gone))
        self.store.db.conn.executemany("DELETE FROM award_traits WHERE record_id = ?", [(r,) for r in sorted(gone)])

    def _leave_keys(self, records: Iterable[str]) -> None:
        for record in records:
            for key, moment in self.store.db.conn.execute(
                "SELECT key, moment FROM award_keys WHERE record_id = ?", [record]
            ):
                self.left.setdefault(str(key), []).append((str(moment), record))
            self.store.db.conn.execute("DELETE FROM award_keys WHERE record_id = ?", [record])

    def keys(self, record: str) -> list[str]:
        """Returns the keys that an award stands under."""
        found = self.store.db.conn.execute("SELECT key FROM award_keys WHERE record_id = ? ORDER BY key", [record])
        return [str(row[0]) for row in found]

    def promising(self, record: str) -> set[str]:
        """Returns the awards that one is to be compared with."""
        met: set[str] = set()
        for key in self.keys(record):
            if not key.startswith(IDENTITY):
                small = self.small(key)
                met.update(self._around(key, moment_of(self.get(record)), record) if small is None else small)
        met.discard(record)
        return met

    def moved(self, changed: Iterable[str]) -> set[str]:
        """Returns the awards whose neighbours in large blocks changed because of new, changed or gone awards."""
        places = {key: list(left) for key, left in self.left.items()}
        grown = dict.fromkeys(places, 0)
        for record in sorted(changed):
            moment = moment_of(self.get(record))
            for key in self.keys(record):
                places.setdefault(key, []).append((moment, record))
                grown[key] = grown.get(key, 0) + 1
        met: set[str] = set()
        for key, spots in places.items():
            if key.startswith(IDENTITY):
                continue
            size = self.store.count("SELECT count(*) FROM award_keys WHERE key = ?", [key])
            before = size - grown[key] + len(self.left.get(key, ()))
            if size > LARGE and before > LARGE:
                met.update(*(self._around(key, moment, record) for moment, record in spots))
            elif size > LARGE or before > LARGE:
                met.update(self._members(key))
        return met

    def by_block(self, records: set[str]) -> list[str]:
        """Returns the awards ordered so that those of one block follow each other and are read from memory."""
        first: dict[str, str] = {}
        for key, record in self.store.db.conn.execute(
            "SELECT max(key), record_id FROM award_keys WHERE record_id IN "
            "(SELECT value FROM json_each(?)) GROUP BY record_id",
            [to_json(sorted(records))],
        ):
            first[str(record)] = str(key)
        return sorted(records, key=lambda record: (first.get(record, ""), record))

    def _small(self, key: str) -> frozenset[str] | None:
        """The members of a block, None where it is large."""
        members = self._members(key, LARGE + 1)
        return frozenset(members) if len(members) <= LARGE else None

    def _members(self, key: str, most: int = -1) -> list[str]:
        found = self.store.db.conn.execute("SELECT record_id FROM award_keys WHERE key = ? LIMIT ?", [key, most])
        return [str(row[0]) for row in found]

    def _around(self, key: str, moment: str, record: str) -> Iterator[str]:
        """The neighbours in time of a place in a large block."""
        for step, order in (("<", "DESC"), (">", "ASC")):
            for row in self.store.db.conn.execute(
                f"SELECT record_id FROM award_keys WHERE key = ? AND (moment, record_id) {step} (?, ?) "  # noqa: S608
                f"ORDER BY moment {order}, record_id {order} LIMIT ?",
                [key, moment, record, _NEIGHBOURS],
            ):
                yield str(row[0])

    def identity_keys(self, records: Iterable[str]) -> set[str]:
        """Returns the keys of the names that awards give or gave before."""
        found = {key for record in records for key in self.keys(record)}
        return {key for key in found.union(self.left) if key.startswith(IDENTITY)}


def _stamp(award: Row, recipients: list[Row], paper: Paper) -> str:
    document = {name: value for name, value in paper.row.items() if name not in ("serial", "text")}
    text = hashlib.blake2b(paper.text.encode(), digest_size=8).hexdigest()
    own = {name: value for name, value in award.items() if name not in ("document", "confidence", "machine_now")}
    whole = to_json([own, recipients, document, text, paper.units, paper.dates, paper.awards, _VERSION])
    return hashlib.blake2b(whole.encode(), digest_size=12).hexdigest()


_VERSION: Final = 2  # grows whenever traits are read otherwise, so that stored ones are read anew


def moment_of(traits: Traits) -> str:
    """Returns the first day that an award may have been decided on, empty where nothing is known."""
    days = days_of(traits.decided) or days_of(traits.given)
    return days[0].isoformat() if days else ""


def keys_of(traits: Traits) -> set[str]:
    """Returns the keys of the blocks that an award stands in."""
    keys = {party_key(traits, party) for party in traits.parties[:_PARTIES]}
    keys |= {identity_key(party) for party in traits.parties}
    keys |= {f"o|{traits.family}|{head}|{year}" for head in _office_heads(traits) for year in _years(traits)}
    keys |= {named_key(traits, name) for name in traits.named}
    if traits.number and traits.number.digits:
        number = f"n|{traits.number.digits}|{traits.family}|"
        keys |= {f"{number}{year}" for year in _years(traits)} | {number}
    if (traits.count or 0) > 1 and traits.authority.kind:
        for written in {traits.decided, traits.given}:
            days = days_of(written)
            if days and is_day(days):
                keys.add(f"c|{traits.family}|{traits.authority.kind}|{traits.authority.name}|{days[0]}|{traits.count}")
    return keys


def _years(traits: Traits) -> set[int]:
    days = days_of(traits.decided) or days_of(traits.given)
    return {days[0].year, days[1].year} if days else set()


def _office_heads(traits: Traits) -> set[str]:
    """The names of offices without their place, which one paper tells and another does not, and without what is above.

    `Phòng Cảnh sát hình sự` and `Phòng Cảnh sát hình sự Công an tỉnh` share their first four words.
    """
    cores = (p.core for p in traits.parties[:_PARTIES] if p.kind == "collective" and is_office(p.core))
    return {" ".join(core.split()[:4]) for core in cores}


def named_key(traits: Traits, name: str) -> str:
    """Returns the key under which a name of the paragraph meets those who are listed by it."""
    core, _, place = name.partition(" @")
    return f"r|{traits.family}|{core}|{place}"


def party_key(traits: Traits, party: Party) -> str:
    """Returns the key of a recipient's block; a name that many offices bear counts with its place."""
    return named_key(traits, spoken(party))


def identity_key(party: Party) -> str:
    """Returns the key under which all mentions of one name stand."""
    return f"{IDENTITY}{party.kind}|{party.core}"
