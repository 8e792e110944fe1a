"""Who gets in, how long, and who does not."""

from datetime import datetime, timedelta

import pytest

from pipeline import review
from pipeline.review import Gone, Refused, Role, User
from pipeline.store import Store, dump

PASSWORD = "mật khẩu dài"


def test_a_person_logs_in_and_out(store: Store, lan: User, noon: datetime) -> None:
    token = review.log_in(store, " LAN ", PASSWORD, now=noon)
    session = review.session_user(store, token, now=noon)
    assert session is not None
    assert session.user == lan
    assert review.session_user(store, token + "x", now=noon) is None
    review.log_out(store, token)
    assert review.session_user(store, token, now=noon) is None


def test_each_session_is_new(store: Store, lan: User, noon: datetime) -> None:
    one, other = (review.log_in(store, "lan", PASSWORD, now=noon) for _ in range(2))
    assert one != other
    review.log_out_everywhere(store, "lan")
    assert review.session_user(store, one, now=noon) is None


def test_a_session_ends_after_silence_and_after_a_week(store: Store, lan: User, noon: datetime) -> None:
    token = review.log_in(store, "lan", PASSWORD, now=noon, hours=12)
    moment = noon
    for _ in range(16):
        moment += timedelta(hours=10)
        assert review.session_user(store, token, now=moment, hours=12) is not None
    assert review.session_user(store, token, now=moment + timedelta(hours=10), hours=12) is None  # a week is over
    token = review.log_in(store, "lan", PASSWORD, now=noon, hours=12)
    assert review.session_user(store, token, now=noon + timedelta(hours=13), hours=12) is None


def test_wrong_names_and_passwords_are_told_alike(store: Store, lan: User, noon: datetime) -> None:
    said = set()
    for name, password in (("lan", "wrong password"), ("nobody", PASSWORD)):
        with pytest.raises(Refused) as refused:
            review.log_in(store, name, password, now=noon)
        said.add(str(refused.value))
    assert len(said) == 1


@pytest.mark.parametrize(("names", "where"), [(["lan"] * 5, ""), (["a", "b", "c", "d", "e"], "10.0.0.9")])
def test_attempts_are_limited_by_name_and_by_address(
    store: Store, lan: User, noon: datetime, names: list[str], where: str
) -> None:
    for name in names:
        with pytest.raises(Refused, match="wrong"):
            review.log_in(store, name, "wrong password", where=where, now=noon)
    with pytest.raises(Refused, match="Too many"):
        review.log_in(store, "lan", PASSWORD, where=where, now=noon)
    assert review.log_in(store, "lan", PASSWORD, where=where, now=noon + timedelta(minutes=16))


def test_a_disabled_person_is_out_at_once(store: Store, lan: User, noon: datetime) -> None:
    token, key = review.log_in(store, "lan", PASSWORD, now=noon), review.add_token(store, "lan", "script")
    assert review.token_user(store, key) == lan
    review.disable_user(store, "lan")
    assert review.session_user(store, token, now=noon) is None
    assert review.token_user(store, key) is None
    with pytest.raises(Refused):
        review.log_in(store, "lan", PASSWORD, now=noon)
    with pytest.raises(Refused, match="disabled"):
        review.next_items(store, lan)


def test_a_new_password_ends_old_sessions(store: Store, lan: User, noon: datetime) -> None:
    token = review.log_in(store, "lan", PASSWORD, now=noon)
    review.set_password(store, "lan", "another password")
    assert review.session_user(store, token, now=noon) is None
    assert review.log_in(store, "lan", "another password", now=noon)


def test_tokens_are_taken_back(store: Store, lan: User) -> None:
    key = review.add_token(store, "lan", "script")
    with pytest.raises(Refused):
        review.add_token(store, "lan", "script")
    review.revoke_token(store, "lan", "script")
    assert review.token_user(store, key) is None
    with pytest.raises(Gone):
        review.revoke_token(store, "lan", "script")


def test_nothing_secret_is_stored(store: Store, lan: User, noon: datetime) -> None:
    secrets = [PASSWORD, review.log_in(store, "lan", PASSWORD, now=noon), review.add_token(store, "lan", "script")]
    content = "\n".join(dump(store))
    assert not [secret for secret in secrets if secret in content]


@pytest.mark.parametrize(("name", "password"), [("", PASSWORD), ("a b", PASSWORD), ("<b>", PASSWORD), ("mai", "short")])
def test_impossible_accounts_are_refused(store: Store, name: str, password: str) -> None:
    with pytest.raises(Refused):
        review.add_user(store, name, password, Role.READER)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_what_those_before_may(store: Store, role: Role) -> None:
    user = review.add_user(store, "mai", PASSWORD, role)
    assert review.counts(store, user).left == 11
    if role is Role.READER:
        with pytest.raises(Refused, match="needs the role reviewer"):
            review.next_items(store, user)
        with pytest.raises(Refused):
            review.undo(store, user)
    else:
        assert review.next_items(store, user)
