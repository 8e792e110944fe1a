"""Logging in and out, language and colours, one's own account, and the admin's page of users."""

from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from pipeline.review import (
    Refused,
    Role,
    add_token,
    add_user,
    disable_user,
    log_in,
    log_out,
    log_out_everywhere,
    revoke_token,
    set_password,
    set_role,
    tokens,
    users,
)
from pipeline.store import Store
from pipeline.web.guard import FORM_COOKIE, LANGUAGE_COOKIE, SESSION_COOKIE, THEME_COOKIE, THEMES, Visit
from pipeline.web.messages import LANGUAGES

_YEAR_S: Final = 365 * 24 * 3600


async def start_page(visit: Visit) -> Response:
    """Leads to where the person's work is."""
    return RedirectResponse("/review" if visit.may(Role.REVIEWER) else "/documents", 303)


async def login_page(visit: Visit) -> Response:
    """Shows the form, or, where there is no account yet, how the first one is made."""
    if visit.user is not None:
        return RedirectResponse("/", 303)
    if not await visit.read(users):
        return visit.page("welcome.html", {"db": visit.desk.settings.db})
    return _login_form(visit, "")


def _login_form(visit: Visit, problem: str, status: int = 200) -> Response:
    target = local_path(visit.request.query_params.get("next", ""))
    response = visit.page("login.html", {"problem": problem, "next": target, "name": ""}, status)
    response.set_cookie(
        FORM_COOKIE,
        visit.csrf,
        max_age=3600,
        httponly=True,
        samesite="strict",
        secure=visit.has_secure_cookies,
    )
    return response


async def login(visit: Visit) -> Response:
    """Checks name and password; a right pair gets a fresh session, never one that the browser brought along."""
    form = await visit.form()
    where = visit.request.client.host if visit.request.client else ""
    hours = visit.desk.settings.session_hours
    try:
        token = await visit.desk.doors.do(
            log_in, form.get("name", ""), form.get("password", ""), where=where, hours=hours
        )
    except Refused as refusal:
        return _login_form(visit, refusal.vietnamese if visit.language == "vi" else str(refusal), 403)
    if old := visit.request.cookies.get(SESSION_COOKIE):
        await visit.write(log_out, old)
    response = RedirectResponse(local_path(form.get("next", "")), 303)
    response.set_cookie(SESSION_COOKIE, token, httponly=True, samesite="strict", secure=visit.has_secure_cookies)
    response.delete_cookie(FORM_COOKIE)
    return response


async def logout(visit: Visit) -> Response:
    """Ends the session."""
    if token := visit.request.cookies.get(SESSION_COOKIE):
        await visit.write(log_out, token)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def local_path(target: str) -> str:
    """Returns the target where it is a path of this server, else the start page."""
    is_local = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if is_local else "/"


async def choose_language(visit: Visit) -> Response:
    """Keeps the language in a cookie and goes back to where the person was."""
    return _chosen(visit, LANGUAGE_COOKIE, str(visit.request.path_params["choice"]), LANGUAGES)


async def choose_theme(visit: Visit) -> Response:
    """Keeps the colours in a cookie and goes back to where the person was."""
    return _chosen(visit, THEME_COOKIE, str(visit.request.path_params["choice"]), THEMES)


def _chosen(visit: Visit, cookie: str, choice: str, known: tuple[str, ...]) -> Response:
    if choice not in known:
        raise HTTPException(404)
    response = RedirectResponse(local_path(visit.request.query_params.get("to", "")), 303)
    response.set_cookie(cookie, choice, max_age=_YEAR_S, httponly=True, samesite="lax", secure=visit.has_secure_cookies)
    return response


# --- one's own account ------------------------------------------------------------------------------


async def account_page(visit: Visit) -> Response:
    """Shows the person's tokens for scripts and lets them change their password."""
    return await _account(visit)


async def _account(visit: Visit, **more: object) -> Response:
    own = await visit.read(tokens, visit.someone.name)
    return visit.page("account.html", {"tokens": own, "problem": "", "told": "", "token": "", **more})


async def change_account(visit: Visit) -> Response:
    """Changes the password, makes or takes back a token, or ends all sessions: as the form says."""
    form = await visit.form()
    name = visit.someone.name
    try:
        match form.get("do"):
            case "password":
                await visit.desk.doors.do(_change_own_password, name, form.get("old", ""), form.get("new", ""))
                return RedirectResponse("/login", 303)
            case "token":
                return await _account(visit, token=await visit.write(add_token, name, form.get("label", "")))
            case "revoke":
                await visit.write(revoke_token, name, form.get("label", ""))
            case "everywhere":
                await visit.write(log_out_everywhere, name)
                return RedirectResponse("/login", 303)
            case _:
                raise HTTPException(400)
    except Refused as refusal:
        return await _account(visit, problem=refusal.vietnamese if visit.language == "vi" else str(refusal))
    return RedirectResponse("/account", 303)


def _change_own_password(store: Store, name: str, old: str, new: str) -> None:
    """The old one is asked for again, with the same limit of attempts as at the door."""
    log_out(store, log_in(store, name, old))
    set_password(store, name, new)


# --- users ------------------------------------------------------------------------------------------


async def users_page(visit: Visit) -> Response:
    """Lists the accounts with what an admin may do to them."""
    return await _users(visit)


async def _users(visit: Visit, problem: str = "", status: int = 200) -> Response:
    accounts = await visit.read(users)
    told = visit.request.query_params.get("done", "")
    told = visit.say("users.done", name=told) if any(told == account.name for account in accounts) else ""
    return visit.page("users.html", {"users": accounts, "roles": list(Role), "problem": problem, "told": told}, status)


async def change_user(visit: Visit) -> Response:
    """Adds an account, or changes password, role or access of one: as the form says."""
    form = await visit.form()
    name = form.get("name", "")
    try:
        await visit.desk.doors.do(_change_user, form, visit.someone.name)
    except (Refused, ValueError) as problem:
        words = problem.vietnamese if isinstance(problem, Refused) and visit.language == "vi" else str(problem)
        return await _users(visit, words, 422)
    return RedirectResponse(f"/users?{urlencode({'done': name.strip().lower()})}", 303)


def _change_user(store: Store, form: dict[str, str], admin: str) -> None:
    name, task = form.get("name", "").strip().lower(), form.get("do")
    if name == admin and task in {"role", "disable"}:
        raise Refused(
            "An admin cannot take away their own rights",
            "Quản trị viên không thể tự bỏ quyền của mình",
            advice="Ask another admin",
        )
    match task:
        case "add":
            add_user(store, name, form.get("password", ""), Role(form.get("role", "")))
        case "password":
            set_password(store, name, form.get("password", ""))
        case "role":
            set_role(store, name, Role(form.get("role", "")))
        case "disable" | "enable":
            disable_user(store, name, disabled=task == "disable")
        case _:
            raise HTTPException(400)
