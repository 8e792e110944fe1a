"""Who may do what: users with their roles, sessions of the browser, tokens of scripts, limits of attempts.

Passwords are kept as argon2id hashes, session and script tokens only as SHA-256; what was handed out cannot
be read back. Hashes are computed outside of transactions, so that a log-in keeps no writer waiting.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from extractors.domain.orthography import nfc
from pipeline.review.errors import Gone, Refused
from pipeline.settings import Settings
from pipeline.store import Row, Store

_DEFAULTS: Final = Settings()
_LIFE: Final = timedelta(days=7)  # the longest that a session lasts, however busy
_ATTEMPTS: Final = 5  # that failed, for each name and each address, within
_WITHIN: Final = timedelta(minutes=15)
_SHORTEST, _LONGEST = 8, 1000  # characters of a password
_NAME: Final = re.compile(r"\w[\w.@-]{0,39}")


class Role(StrEnum):
    """What a person may do; each may what the ones before may."""

    READER = "reader"
    REVIEWER = "reviewer"
    ADJUDICATOR = "adjudicator"
    ADMIN = "admin"

    def may(self, needed: "Role") -> bool:
        """Tells whether this role is `needed` or above."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One account."""

    name: str
    role: Role
    is_disabled: bool
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who is logged in; `csrf` is what every form has to bring."""

    user: User
    csrf: str
    expires_at: str


def utc_now() -> datetime:
    """Returns the present moment, the default of every `now` below."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Returns a moment as it is stored: UTC with milliseconds, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


# --- users ------------------------------------------------------------------------------------------


def add_user(store: Store, name: str, password: str, role: Role, *, now: datetime | None = None) -> User:
    """Enters a person; raises `Refused` for a name that is taken or a password that is too short."""
    name = nfc(name).strip().lower()
    if not _NAME.fullmatch(name):
        raise Refused(
            f"{name!r} is no name of an account",
            f"Tên đăng nhập {name!r} không hợp lệ",
            advice="Use at most 40 letters, digits, points, hyphens",
        )
    hashed = _hash(password)
    user = User(name=name, role=Role(role), is_disabled=False, created_at=stamp(now or utc_now()))
    with store.immediate():
        if store.rows("SELECT 1 FROM users WHERE name = ?", [name]):
            raise Refused(f"There is an account {name!r} already", f"Đã có tài khoản {name!r}")
        store.db.execute(
            "INSERT INTO users (name, role, password_hash, is_disabled, created_at) VALUES (?, ?, ?, 0, ?)",
            [user.name, user.role.value, hashed, user.created_at],
        )
    return user


def set_password(store: Store, name: str, password: str) -> None:
    """Gives a person a new password and ends all their sessions."""
    hashed = _hash(password)
    _change(store, name, "password_hash = ?", hashed)
    log_out_everywhere(store, name)


def set_role(store: Store, name: str, role: Role) -> None:
    """Gives a person another role."""
    _change(store, name, "role = ?", Role(role).value)


def disable_user(store: Store, name: str, *, disabled: bool = True) -> None:
    """Keeps a person from logging in, and ends their sessions and leases; `disabled=False` lets them in again."""
    _change(store, name, "is_disabled = ?", int(disabled))
    if disabled:
        log_out_everywhere(store, name)
        with store.immediate():
            store.db.execute("DELETE FROM leases WHERE user = ?", [_known(name)])


def users(store: Store) -> list[User]:
    """Returns all accounts by name."""
    return [_user(row) for row in store.rows("SELECT * FROM users ORDER BY name")]


def find_user(store: Store, name: str) -> User:
    """Returns the account of a name; raises `Gone` where there is none."""
    rows = store.rows("SELECT * FROM users WHERE name = ?", [_known(name)])
    if not rows:
        raise Gone(f"There is no account {name!r}", f"Không có tài khoản {name!r}")
    return _user(rows[0])


def authorise(store: Store, user: User, needed: Role) -> User:
    """Returns the account as it stands now; raises `Refused` where it is disabled or its role is below `needed`."""
    current = find_user(store, user.name)
    if current.is_disabled:
        raise Refused(f"The account {user.name!r} is disabled", f"Tài khoản {user.name!r} đã bị khóa")
    if not current.role.may(needed):
        raise Refused(
            f"This needs the role {needed}, {user.name!r} is {current.role}",
            f"Việc này cần quyền {needed}, tài khoản {user.name!r} chỉ có quyền {current.role}",
        )
    return current


def _change(store: Store, name: str, change: str, value: str | int) -> None:
    find_user(store, name)
    with store.immediate():
        store.db.execute(f"UPDATE users SET {change} WHERE name = ?", [value, _known(name)])  # noqa: S608


def _known(name: str) -> str:
    return nfc(name).strip().lower()


def _user(row: Row) -> User:
    return User(
        name=str(row["name"]),
        role=Role(str(row["role"])),
        is_disabled=bool(row["is_disabled"]),
        created_at=str(row["created_at"]),
    )


# --- passwords --------------------------------------------------------------------------------------


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """The hash of a password that no one has, so that an unknown name takes as long as a known one."""
    return _hasher().hash(secrets.token_urlsafe())


def _hash(password: str) -> str:
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise Refused(
            f"A password has {_SHORTEST} to {_LONGEST} characters", f"Mật khẩu dài từ {_SHORTEST} đến {_LONGEST} ký tự"
        )
    return _hasher().hash(nfc(password))


def _is_right(hashed: str, password: str) -> bool:
    try:
        return _hasher().verify(hashed, nfc(password[:_LONGEST]))
    except (VerificationError, InvalidHashError):
        return False


# --- sessions ---------------------------------------------------------------------------------------


def log_in(
    store: Store,
    name: str,
    password: str,
    *,
    where: str = "",
    now: datetime | None = None,
    hours: int = _DEFAULTS.session_hours,
) -> str:
    """Returns the token of a new session; `where` is the address that the attempt came from.

    Raises `Refused`, the same for an unknown name, a wrong password and a disabled account, and another one
    where too many attempts failed.
    """
    moment = now or utc_now()
    name = _known(name)
    attempt = _enter_attempt(store, name, where, moment)
    rows = store.rows("SELECT * FROM users WHERE name = ?", [name])
    is_right = _is_right(str(rows[0]["password_hash"]) if rows else _nobody(), password)
    if not is_right or not rows or rows[0]["is_disabled"]:
        raise Refused("Name or password is wrong", "Sai tên đăng nhập hoặc mật khẩu")
    token = secrets.token_urlsafe(32)
    with store.immediate():
        store.db.execute("DELETE FROM login_attempts WHERE id = ? OR name = ?", [attempt, name])
        store.db.execute("DELETE FROM sessions WHERE expires_at < ?", [stamp(moment)])
        store.db.execute(
            "INSERT INTO sessions (token_hash, user, csrf, created_at, expires_at, ends_at) VALUES (?, ?, ?, ?, ?, ?)",
            [
                _digest(token),
                name,
                secrets.token_urlsafe(32),
                stamp(moment),
                stamp(moment + timedelta(hours=hours)),
                stamp(moment + max(_LIFE, timedelta(hours=hours))),
            ],
        )
    return token


def _enter_attempt(store: Store, name: str, where: str, now: datetime) -> int | None:
    """Counts the attempt before the password is looked at, so that many at once are counted too."""
    since = stamp(now - _WITHIN)
    with store.immediate():
        store.db.execute("DELETE FROM login_attempts WHERE tried_at < ?", [since])
        failed = store.count("SELECT count(*) FROM login_attempts WHERE name = ?", [name])
        there = store.count("SELECT count(*) FROM login_attempts WHERE address = ?", [where]) if where else 0
        if failed >= _ATTEMPTS or there >= _ATTEMPTS:
            minutes = int(_WITHIN.total_seconds() // 60)
            raise Refused(
                "Too many attempts failed",
                f"Đăng nhập sai quá nhiều lần, hãy thử lại sau {minutes} phút",
                advice=f"Try again in {minutes} minutes",
            )
        cursor = store.db.execute(
            "INSERT INTO login_attempts (name, address, tried_at) VALUES (?, ?, ?)", [name[:80], where, stamp(now)]
        )
    return cursor.lastrowid


def session_user(
    store: Store, token: str, *, now: datetime | None = None, hours: int = _DEFAULTS.session_hours
) -> Session | None:
    """Returns who is logged in by this token and lets the session last; None where it ended or never was."""
    moment = now or utc_now()
    rows = store.rows(
        "SELECT s.csrf, s.expires_at, s.ends_at, u.* FROM sessions s JOIN users u ON u.name = s.user "
        "WHERE s.token_hash = ? AND s.expires_at > ? AND s.ends_at > ? AND NOT u.is_disabled",
        [_digest(token), stamp(moment), stamp(moment)],
    )
    if not rows:
        return None
    row = rows[0]
    expires = min(stamp(moment + timedelta(hours=hours)), str(row["ends_at"]))
    # written at most once in a twelfth of its life: every request would otherwise be a write
    if expires > stamp(datetime.fromisoformat(str(row["expires_at"])) + timedelta(hours=hours) / 12):
        with store.immediate():
            store.db.execute("UPDATE sessions SET expires_at = ? WHERE token_hash = ?", [expires, _digest(token)])
    else:
        expires = str(row["expires_at"])
    return Session(user=_user(row), csrf=str(row["csrf"]), expires_at=expires)


def log_out(store: Store, token: str) -> None:
    """Ends one session; nothing happens where there is none."""
    with store.immediate():
        store.db.execute("DELETE FROM sessions WHERE token_hash = ?", [_digest(token)])


def log_out_everywhere(store: Store, name: str) -> None:
    """Ends all sessions of a person."""
    with store.immediate():
        store.db.execute("DELETE FROM sessions WHERE user = ?", [_known(name)])


# --- tokens of scripts ------------------------------------------------------------------------------


def add_token(store: Store, name: str, label: str, *, now: datetime | None = None) -> str:
    """Returns a new token for scripts of a person; `label` tells it from their others."""
    user = find_user(store, name)
    label = " ".join(label.split())
    if not 1 <= len(label) <= 80:
        raise Refused("A token needs a label of at most 80 characters", "Mã truy cập cần một nhãn, dài nhất 80 ký tự")
    token = secrets.token_urlsafe(32)
    with store.immediate():
        if store.rows("SELECT 1 FROM api_tokens WHERE user = ? AND label = ?", [user.name, label]):
            raise Refused(f"There is a token {label!r} already", f"Đã có mã truy cập {label!r}")
        store.db.execute(
            "INSERT INTO api_tokens (token_hash, user, label, created_at) VALUES (?, ?, ?, ?)",
            [_digest(token), user.name, label, stamp(now or utc_now())],
        )
    return token


def token_user(store: Store, token: str) -> User | None:
    """Returns whose token it is, None where it was taken back, never was, or the person is disabled."""
    rows = store.rows(
        "SELECT u.* FROM api_tokens t JOIN users u ON u.name = t.user WHERE t.token_hash = ? AND NOT u.is_disabled",
        [_digest(token)],
    )
    return _user(rows[0]) if rows else None


def tokens(store: Store, name: str) -> list[Row]:
    """Returns label and day of each token of a person."""
    return store.rows("SELECT label, created_at FROM api_tokens WHERE user = ? ORDER BY label", [_known(name)])


def revoke_token(store: Store, name: str, label: str) -> None:
    """Takes a token back; raises `Gone` where there is none of that label."""
    with store.immediate():
        cursor = store.db.execute("DELETE FROM api_tokens WHERE user = ? AND label = ?", [_known(name), label])
        if not cursor.rowcount:
            raise Gone(f"There is no token {label!r}", f"Không có mã truy cập {label!r}")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
