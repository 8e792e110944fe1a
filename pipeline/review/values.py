"""Checks what a person enters for a record and completes what follows from it: bounds of dates, today's units."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, cast

from extractors.domain.award_tables import award_forms
from extractors.domain.gazetteer import units
from extractors.domain.orthography import nfc
from extractors.domain.records import AwardStatus, DateRole, DocumentKind, Json
from extractors.numbers import parse_digits, parse_number
from pipeline.review.edtf import read_date
from pipeline.review.errors import Refused
from pipeline.review.states import VALUES_OF, Kind
from pipeline.store import sql_number, to_json

MODS: Final = {
    "dates": ("morning", "noon", "afternoon", "evening", "night", "start", "mid", "end"),
    "figures": (">", ">=", "<", "<=", "~"),
}
ROLES: Final = tuple(role.value for role in DateRole)
QUALIFIES: Final = ("place", "body", "city")
STATUSES: Final = tuple(status.value for status in AwardStatus)
CLASSES: Final = ("đặc biệt", "nhất", "nhì", "ba", "vàng", "bạc")  # where the table of forms names none
BARE_FORMS: Final = ("dh", "td", "gt")  # families that the table of forms has no row of their own for
RECIPIENT_KINDS: Final = ("person", "collective")
FACT_FIELDS: Final = (
    *("kind", "issuing_body", "superior_body", "number", "symbol", "place_of_issue", "date_of_issue", "subject"),
    *("addressee", "recipient", "signing_authority", "signer", "start_time", "place", "chair", "secretary", "present"),
    *("members", "absent", "absence_reason", "votes_issued", "votes_returned", "votes_valid", "end_time"),
    *("copies_made", "publisher", "author", "kicker"),
)
_COUNTS: Final = frozenset(
    {"present", "members", "absent", "votes_issued", "votes_returned", "votes_valid", "copies_made"}
)
_DAYS: Final = frozenset({"date_of_issue", "start_time"})
_LONGEST: Final = 2000


def completed(kind: Kind, current: Json, changes: Mapping[str, object], reference: date | None) -> Json:
    """Returns `current` with the changed values, checked, and everything that follows from them.

    `changes` may also hold `start` and `end`, which are left to the caller. Raises `Refused` for a column that a
    person does not set and for a value that no record can have.
    """
    derived = {"grain", "earliest", "latest", "today", "today_all", "grantor_confidence", "slots"}
    known = {*VALUES_OF[kind], "recipients", "start", "end", "quote"} - ({"recipients"} if kind != "awards" else set())
    if unknown := set(changes) - known:
        raise _wrong(", ".join(sorted(unknown)), "no such column", "không có cột này")
    wanted = {name: value for name, value in changes.items() if name not in derived | {"start", "end", "quote"}}
    return _COMPLETE[kind](dict(current), wanted, reference)


def _date(state: Json, wanted: Json, reference: date | None) -> Json:
    typed = wanted.pop("edtf", state.get("edtf"))
    if typed != state.get("edtf") or state.get("grain") is None:
        reading = read_date(_needed(typed, "edtf"), reference)
        state.update(
            edtf=reading.edtf,
            grain=reading.grain,
            earliest=_iso(reading.earliest),
            latest=_iso(reading.latest),
            mod=reading.mod or state.get("mod"),
            calendar=reading.calendar or state.get("calendar"),
        )
    if "mod" in wanted:
        state["mod"] = _one_of(wanted["mod"], MODS["dates"], "mod")
    if "calendar" in wanted:
        state["calendar"] = _one_of(wanted["calendar"], ("lunar",), "calendar")
    if "role" in wanted:
        state["role"] = _one_of(wanted["role"], ROLES, "role")
    if "reference" in wanted:
        state["reference"] = _edtf(wanted["reference"], reference)
    return state


def _province(state: Json, wanted: Json, _reference: date | None) -> Json:
    unit_id = str(wanted.get("id", state.get("id")) or "")
    if unit_id not in units():
        raise _wrong("id", f"{unit_id!r} is no first-level unit", f"{unit_id!r} không có trong danh mục tỉnh, thành")
    if "id" in wanted:
        today = units()[unit_id].today_ids
        state.update(id=unit_id, today=today[0] if today else None, today_all=to_json(list(today)))
    if "qualifies" in wanted:
        state["qualifies"] = _one_of(wanted["qualifies"], QUALIFIES, "qualifies")
    return state


def _figure(state: Json, wanted: Json, _reference: date | None) -> Json:
    for name in ("value", "upper", "of"):
        if name in wanted:
            number = _number(wanted[name], name)
            state[name] = None if number is None else sql_number(number)
    if state.get("value") is None:
        raise _wrong("value", "a figure needs a number", "thiếu con số")
    if state.get("upper") is not None and Decimal(str(state["upper"])) < Decimal(str(state["value"])):
        raise _wrong("upper", "a range ends below its beginning", "cuối khoảng nhỏ hơn đầu khoảng")
    if "unit" in wanted:
        state["unit"] = _text(wanted["unit"], "unit")
    if not state.get("unit"):
        raise _wrong("unit", "a figure needs a unit or the noun that is counted", "thiếu đơn vị hoặc danh từ được đếm")
    if "mod" in wanted:
        state["mod"] = _one_of(wanted["mod"], MODS["figures"], "mod")
    if "noun" in wanted:
        state["noun"] = _text(wanted["noun"], "noun")
    return state


def _award(state: Json, wanted: Json, reference: date | None) -> Json:
    state.setdefault("slots", "{}")
    _award_frame(state, wanted)
    for name in ("level", "decision_no", "reason"):
        if name in wanted:
            state[name] = _text(wanted[name], name)
    for name in ("decision_date", "date", "period"):
        if name in wanted:
            state[name] = _edtf(wanted[name], reference)
    if "posthumous" in wanted:
        state["posthumous"] = int(_is_true(wanted["posthumous"]))
    state["posthumous"] = state.get("posthumous") or 0
    if "count" in wanted:
        state["count"] = _count(wanted["count"], "count")
    if "grantor" in wanted:
        _grantor(state, wanted)
    if "recipients" in wanted:
        old = {str(each["name"]): each for each in cast(list[Json], state.get("recipients") or [])}
        listed = wanted["recipients"] or []
        if not isinstance(listed, list) or len(listed) > 5000:
            raise _wrong("recipients", "a list of recipients is needed", "cần một danh sách")
        state["recipients"] = [_recipient(each, old) for each in listed]
    state.setdefault("recipients", [])
    return state


def _award_frame(state: Json, wanted: Json) -> None:
    form = str(wanted.get("form", state.get("form")) or "")
    known = award_forms()
    if form not in known and form not in BARE_FORMS:
        raise _wrong("form", f"{form!r} is no form of award", f"{form!r} không có trong danh mục hình thức khen thưởng")
    state["form"] = form
    if "class" in wanted:
        rank = _text(wanted["class"], "class")
        allowed = [each.lower() for each in known[form].classes] if form in known else []
        if rank is not None and rank.lower() not in (*allowed, *(() if allowed else CLASSES)):
            raise _wrong("class", f"{form} has no class {rank!r}", f"hình thức này không có hạng {rank!r}")
        state["class"] = rank.lower() if rank else None
    status = _one_of(wanted.get("status", state.get("status")), STATUSES, "status")
    if status is None:
        raise _wrong("status", "an award needs a status", "thiếu tình trạng")
    state["status"] = status


def _grantor(state: Json, wanted: Json) -> None:
    name = _text(wanted["grantor"], "grantor")
    if name != state.get("grantor"):
        state.update(grantor=name, grantor_start=None, grantor_end=None)
        state["grantor_confidence"] = None if name is None else 1.0
    for place in ("grantor_start", "grantor_end"):
        if place in wanted:
            state[place] = _count(wanted[place], place)


def _recipient(given: object, old: Mapping[str, Json]) -> Json:
    if isinstance(given, str):
        given = {"name": given}
    if not isinstance(given, dict):
        raise _wrong("recipients", "each recipient needs a name", "mỗi người nhận cần một tên")
    name = _text(given.get("name"), "name")
    if name is None:
        raise _wrong("recipients", "each recipient needs a name", "mỗi người nhận cần một tên")
    before = old.get(name, {})
    province = given.get("province", before.get("province"))
    if province is not None and province not in units():
        raise _wrong("province", f"{province!r} is no first-level unit", f"{province!r} không có trong danh mục")
    start, end = given.get("start", before.get("start")), given.get("end", before.get("end"))
    if (start is None) != (end is None):
        raise _wrong("recipients", "a place needs start and end", "vị trí cần cả đầu và cuối")
    return {
        "name": name,
        "start": _count(start, "start"),
        "end": _count(end, "end"),
        "kind": _one_of(given.get("kind", before.get("kind")), RECIPIENT_KINDS, "kind"),
        "province": province,
        "confidence": before.get("confidence", 1.0),
    }


def _fact(state: Json, wanted: Json, reference: date | None) -> Json:
    field = _one_of(wanted.get("field", state.get("field")), FACT_FIELDS, "field")
    if field is None:
        raise _wrong("field", "a header fact needs its field", "thiếu tên trường")
    state["field"] = field
    value = wanted.get("value", state.get("value"))
    if field == "kind":
        state["value"] = _one_of(value, tuple(kind.value for kind in DocumentKind), "value")
    elif field in _COUNTS:
        state["value"] = _count(value, "value")
    elif field in _DAYS and value != state.get("value"):
        state["value"] = _edtf(value, reference)
    else:
        state["value"] = _text(value, "value")
    if state["value"] is None:
        raise _wrong("value", f"{field} needs a value", "thiếu giá trị")
    return state


_COMPLETE: Final[dict[Kind, Callable[[Json, Json, date | None], Json]]] = {
    "dates": _date,
    "provinces": _province,
    "figures": _figure,
    "awards": _award,
    "document_facts": _fact,
}


# --- single values ----------------------------------------------------------------------------------


def _text(value: object, name: str) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise _wrong(name, "text is needed", "cần một đoạn chữ")
    text = " ".join(nfc(str(value)).split())
    if len(text) > _LONGEST or any(not c.isprintable() for c in text):
        raise _wrong(name, f"at most {_LONGEST} printable characters", f"nhiều nhất {_LONGEST} ký tự")
    return text or None


def _needed(value: object, name: str) -> str:
    text = _text(value, name)
    if text is None:
        raise _wrong(name, "is empty", "còn trống")
    return text


def _one_of(value: object, allowed: tuple[str, ...], name: str) -> str | None:
    if value is None or value == "":
        return None
    if value not in allowed:
        raise _wrong(name, f"{value!r} is none of {', '.join(allowed)}", f"{value!r} không hợp lệ")
    return str(value)


def _edtf(value: object, reference: date | None) -> str | None:
    text = _text(value, "edtf")
    return None if text is None else read_date(text, reference).edtf


def _number(value: object, name: str) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        typed = " ".join(value.split())
        sign = -1 if typed.startswith("-") else 1
        number = parse_digits(typed.lstrip("-")) or parse_number(typed.lstrip("-").lower())
        if number is not None:
            return sign * number
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or isinstance(value, bool):
        raise _wrong(name, f"{value!r} is no number", f"{value!r} không phải là số")
    if number.adjusted() > 60 or len(number.as_tuple().digits) > 60:
        raise _wrong(name, "has too many digits", "có quá nhiều chữ số")
    return number


def _count(value: object, name: str) -> int | None:
    number = _number(value, name)
    if number is None:
        return None
    if number != number.to_integral_value() or not 0 <= number < 2**53:
        raise _wrong(name, f"{value!r} is no count", f"{value!r} không phải là số đếm")
    return int(number)


def _is_true(value: object) -> bool:
    if value in (True, False):  # 0 and 1 too
        return bool(value)
    raise _wrong("posthumous", f"{value!r} is neither true nor false", f"{value!r} không hợp lệ")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _wrong(name: str, message: str, vietnamese: str) -> Refused:
    return Refused(f"{name}: {message}", f"{name}: {vietnamese}")
