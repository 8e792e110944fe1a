"""What a reviewer may mean by the first letters of a value: units, award forms, bodies, measures, closed sets."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Final

from extractors.domain.award_tables import award_forms, body_names
from extractors.domain.gazetteer import aliases, organisations, state_on, units, valid_on
from extractors.domain.orthography import fold
from extractors.figures.lexicon import units as measures
from pipeline.review.errors import Refused
from pipeline.review.values import CLASSES, FACT_FIELDS, MODS, QUALIFIES, RECIPIENT_KINDS, ROLES, STATUSES
from pipeline.store import Store

Choice = tuple[str, str]
"""The value that a column takes, and how a person reads it."""

_PREFIX: Final = 40  # characters of what was typed that are looked at
_BODIES: Final = 400  # bodies named in the database that are weighed
_VIETNAMESE: Final = {
    "proposed": "đề nghị",
    "granted": "đã tặng",
    "revoked": "thu hồi",
    "person": "cá nhân",
    "collective": "tập thể",
    "event": "sự việc",
    "publication": "đăng báo",
    "decision": "quyết định",
    "period": "giai đoạn",
    "deadline": "thời hạn",
    "birth": "ngày sinh",
    "death": "ngày mất",
    "law": "văn bản luật",
    "furniture": "chữ của trang báo",
    "morning": "sáng",
    "noon": "trưa",
    "afternoon": "chiều",
    "evening": "tối",
    "night": "đêm",
    "start": "đầu",
    "mid": "giữa",
    "end": "cuối",
    ">": "trên",
    ">=": "ít nhất",
    "<": "dưới, gần",
    "<=": "nhiều nhất",
    "~": "khoảng",
    "place": "nơi chốn",
    "body": "cơ quan",
    "city": "thành phố cùng tên",
}


def complete(
    store: Store, what: str, text: str, *, day: date | None = None, limit: int = 10, form: str | None = None
) -> list[Choice]:
    """Returns values with labels that fit what was typed, with or without marks; the likeliest first.

    `what` is one of `COMPLETIONS`; units that existed on `day` come before others, classes are those of `form`.
    """
    if what not in COMPLETIONS:
        raise Refused(f"{what!r} is none of {', '.join(COMPLETIONS)}", f"Không có danh mục {what!r}")
    typed = fold(" ".join(text[:_PREFIX].split()))
    if what == "province":
        return _provinces(typed, day, limit)
    if what == "body":
        return _best(typed, _bodies(store, typed), limit)
    if what == "class":
        known = award_forms().get(form or "")
        classes = [each.lower() for each in known.classes] if known and known.classes else list(CLASSES)
        return _best(typed, [(each, each) for each in classes], limit)
    return _best(typed, _TABLES[what](), limit)


def _provinces(typed: str, day: date | None, limit: int) -> list[Choice]:
    ranked: dict[str, tuple[bool, int, str]] = {}
    for written, unit_id in _unit_names():
        rank = _rank(typed, written)
        if rank is None:
            continue
        key = (day is not None and not valid_on(unit_id, day), rank, units()[unit_id].name)
        ranked[unit_id] = min(ranked.get(unit_id, key), key)
    best = sorted(ranked, key=lambda unit_id: (*ranked[unit_id], unit_id))[:limit]
    return [(unit_id, _unit_label(unit_id, day)) for unit_id in best]


@cache
def _unit_names() -> tuple[tuple[str, str], ...]:
    names = {(fold(unit.name), unit.id) for unit in units().values()}
    names |= {(fold(alias.alias), alias.id) for alias in aliases()}
    return tuple(sorted(names))


def _unit_label(unit_id: str, day: date | None) -> str:
    unit = units()[unit_id]
    state = state_on(unit_id, day) if day else None
    years = f"{unit.valid_from[:4]}–{unit.valid_to[:4]}".strip("–") if unit.valid_to else f"từ {unit.valid_from[:4]}"
    return f"{state.name if state else unit.name} ({years})"


def _bodies(store: Store, typed: str) -> Iterable[Choice]:
    """Bodies that the database names as grantors and as known names, most frequent first."""
    rows = store.rows(
        "SELECT grantor FROM awards WHERE grantor IS NOT NULL AND state <> 'rejected' "
        "GROUP BY grantor ORDER BY count(*) DESC, grantor LIMIT ?",
        [_BODIES],
    )
    names = [str(row["grantor"]) for row in rows]
    if typed:
        names += [each.name for each in organisations()] + list(body_names().values())
    return [(name, name) for name in dict.fromkeys(names)]


def _best(typed: str, choices: Iterable[Choice], limit: int) -> list[Choice]:
    ranked = []
    for at, (value, label) in enumerate(choices):
        ranks = [rank for name in {value, label} if (rank := _rank(typed, fold(name))) is not None]
        if ranks:
            ranked.append((min(ranks), at, value, label))
    labels: dict[str, str] = {}
    for _, _, value, label in sorted(ranked):
        labels.setdefault(value, label)
    return list(labels.items())[:limit]


def _rank(typed: str, name: str) -> int | None:
    """0 for the whole name, 1 for its beginning, 2 for the beginning of a word, 3 for initials, None for no fit."""
    if not typed or name == typed:
        return 0
    if name.startswith(typed):
        return 1
    if f" {typed}" in f" {name}":
        return 2
    return 3 if "".join(word[0] for word in name.split()).startswith(typed) else None


def _closed(values: Iterable[str]) -> Callable[[], list[Choice]]:
    return lambda: [(value, _VIETNAMESE.get(value, value)) for value in values]


_TABLES: Final[dict[str, Callable[[], Iterable[Choice]]]] = {
    "form": lambda: [(form.id, form.name) for form in award_forms().values()],
    "unit": lambda: [(each.symbol, each.form) for each in measures().values()],
    "status": _closed(STATUSES),
    "role": _closed(ROLES),
    "mod": _closed((*MODS["dates"], *MODS["figures"])),
    "qualifies": _closed(QUALIFIES),
    "recipient_kind": _closed(RECIPIENT_KINDS),
    "field": _closed(FACT_FIELDS),
}
COMPLETIONS: Final = ("province", "body", "class", *_TABLES)
