"""Carries a record with all its parts from one text to another; what finds no place keeps its words and is named.

A record here is the JSON of its row: places of the award's grantor, recipients and slots move with it, and so do the
machine's own rows that it keeps.
"""

import json
from typing import cast

from extractors.domain.records import Json
from pipeline.store.places import Move, context_of
from pipeline.store.rows import to_json


def parsed(value: object) -> Json | None:
    """Returns a machine's row that is kept as JSON, None where there is none or the machine finds nothing."""
    if not isinstance(value, str):
        return None
    row = json.loads(value)
    return cast(Json, row) if isinstance(row, dict) else None


def carry(kind: str, state: Json, move: Move, text: str) -> tuple[Json, list[str]]:
    """Returns a record with all places moved to another text, and the names of the parts that lost theirs.

    A record that has no place any more keeps its old one and its old quote, and `"record"` is among the names.
    """
    lost: list[str] = []
    moved = dict(state)
    place = move(cast(int, state["start"]), cast(int, state["end"]))
    if place:
        moved["start"], moved["end"] = place
        moved["quote"] = text[place[0] : place[1]]
        if "prefix" in state:
            moved["prefix"], moved["suffix"] = context_of(text, *place)
    else:
        lost.append("record")
    if kind == "awards":
        lost += _carry_slots(moved, move)
    for name in ("machine", "machine_now"):
        row = parsed(state.get(name))
        if row and "start" in row:
            moved[name] = to_json(carry(kind, row, move, text)[0])
    return moved, lost


def _carry_slots(moved: Json, move: Move) -> list[str]:
    lost: list[str] = []
    if _moved(moved, "grantor_start", "grantor_end", move) is None:
        lost.append("grantor")
    recipients = [dict(each) for each in cast(list[Json], moved.get("recipients") or [])]
    lost += [str(each["name"]) for each in recipients if _moved(each, "start", "end", move) is None]
    if "recipients" in moved:
        moved["recipients"] = recipients
    slots = cast(dict[str, Json], json.loads(str(moved.get("slots") or "{}")))
    lost += [name for name, slot in slots.items() if _moved(slot, "start", "end", move) is None]
    moved["slots"] = to_json(slots)
    return lost


def _moved(part: Json, start: str, end: str, move: Move) -> bool | None:
    """Moves the place of a slot; None where it had one and lost it."""
    if not isinstance(part.get(start), int) or not isinstance(part.get(end), int):
        return False
    place = move(cast(int, part[start]), cast(int, part[end]))
    part[start], part[end] = place or (None, None)
    return True if place else None
