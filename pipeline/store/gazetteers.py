"""Fills `units`, `unit_states` and `award_forms` from the tables of the extractors, again after each change."""

import csv
import hashlib
import io
from importlib import resources
from typing import Final

from sqlite_utils import Database

from pipeline.store.rows import Row, to_json

_TABLES: Final = ("provinces.csv", "province_states.csv", "awards.csv")
_FACT: Final = "gazetteers"

# An award whose level the text does not tell has only its family; the table of forms lacks these three.
_BARE_FAMILIES: Final = {"dh": "danh hiệu", "td": "danh hiệu thi đua", "gt": "giải thưởng"}


def refresh_gazetteers(db: Database) -> None:
    """Brings the three tables up to the installed ones in one transaction; does nothing where they agree."""
    files = {name: resources.files("extractors.domain").joinpath(name).read_bytes() for name in _TABLES}
    digest = hashlib.sha256(b"\0".join(files[name] for name in _TABLES)).hexdigest()
    stored = db.execute("SELECT value FROM facts WHERE name = ?", [_FACT]).fetchone()
    if stored and stored[0] == digest:
        return
    rows = {name: list(csv.DictReader(io.StringIO(content.decode(), newline=""))) for name, content in files.items()}
    with db.atomic():
        _upsert(db, "units", ("id",), [_unit(row) for row in rows["provinces.csv"]])
        db.execute("DELETE FROM unit_states")
        _upsert(db, "unit_states", ("unit", "valid_from"), [_unit_state(row) for row in rows["province_states.csv"]])
        forms = [_award_form(row) for row in rows["awards.csv"]]
        known = {form["id"] for form in forms}
        forms += [
            {**dict.fromkeys(forms[0]), "id": bare, "name": name, "family": name}
            for bare, name in _BARE_FAMILIES.items()
            if bare not in known
        ]
        _upsert(db, "award_forms", ("id",), forms)
        db.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", [_FACT, digest])


def _upsert(db: Database, table: str, keys: tuple[str, ...], rows: list[Row]) -> None:
    columns = list(rows[0])
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in keys)
    db.conn.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{c}' for c in columns)}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}",
        rows,
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _unit(row: dict[str, str]) -> Row:
    today = row["today_ids"].split(";") if row["today_ids"] else []
    return {
        "id": row["id"],
        "name": row["name_vi"],
        "kind": row["kind"],
        "country": row["state"] or None,
        "valid_from": row["valid_from"] or None,
        "valid_to": row["valid_to"] or None,
        "region": row["region"] or None,
        "region_2025": row["region_2025"] or None,
        "capital": row["capital"] or None,
        "gso_code": row["gso_code"] or row["gso_code_pre2025"] or None,
        "iso_3166_2": row["iso_3166_2"] or None,
        "latitude": _number(row["lat"]),
        "longitude": _number(row["lon"]),
        "today": today[0] if today else None,
        "today_all": to_json(today),
        "note": row["note"] or None,
    }


def _unit_state(row: dict[str, str]) -> Row:
    return {
        "unit": row["id"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"] or None,
        "name": row["name_vi"],
        "kind": row["kind"],
        "gso_code": row["gso_code"] or None,
        "capital": row["capital"] or None,
        "latitude": _number(row["lat"]),
        "longitude": _number(row["lon"]),
        "note": row["note"] or None,
    }


def _award_form(row: dict[str, str]) -> Row:
    return {
        "id": row["id"],
        "name": row["name_vi"],
        "family": row["group"],
        "classes": row["classes"] or None,
        "recipient_kind": row["recipient_kind"] or None,
        "who_confers": row["who_confers"] or None,
        "level": row["level"] or None,
        "law": row["law"] or None,
        "valid_from": row["valid_from"] or None,
        "valid_to": row["valid_to"] or None,
        "abbreviation": row["abbr"] or None,
        "note": row["note"] or None,
    }
