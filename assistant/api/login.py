"""Logging in and out (登录): a plain page without script, the session cookie, one's own password and keys.

The trap: the address to go back to comes from outside, so only a path of ours is taken; and a wrong name and a wrong password
are told alike, after the same time.
"""

from __future__ import annotations

from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.requests import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.accounts.limits import Rate
from assistant.accounts.store import AccountStore, User
from assistant.api.errors import ApiError
from assistant.api.gate import COOKIE, address_of, cookie_of
from assistant.api.services import Services, services_of
from assistant.settings import AccountSettings

router = APIRouter(tags=["账号"])
With = Annotated[Services, Depends(services_of)]
_STYLE = (
    "body{font:16px/1.7 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;max-width:22em;margin:12vh auto;padding:0 1em;"
    "color:#1f292e}h1{font-size:1.3em}label{display:block;margin:.8em 0}input{display:block;width:100%;box-sizing:border-box;font:"
    "inherit;padding:.5em;border:1px solid #889;border-radius:6px}button,.oidc{display:block;width:100%;box-sizing:border-box;font:"
    "inherit;padding:.6em;margin-top:1.2em;border:0;border-radius:6px;background:#1d5f77;color:#fff;text-align:center;text-decoration:"
    "none;cursor:pointer}.fault{color:#b42318}@media(prefers-color-scheme:dark){body{background:#16191b;color:#ddd}input{background:"
    "#22272a;color:#eee}.fault{color:#ff8a7a}}"
)


class Attempts:
    """Failed logins, by name and by address."""

    def __init__(self, most: int) -> None:
        self._rate = Rate(most, 300.0)

    def check(self, *keys: str) -> None:
        """Raises :class:`ApiError` where one of ``keys`` has failed too often."""
        wait = max(self._rate.wait(key) for key in keys)
        if wait:
            raise ApiError("too_many", f"输错太多次，请 {wait} 秒后再试", retry_seconds=wait)

    def failed(self, *keys: str) -> None:
        for key in keys:
            self._rate.take(key)


def store_of(services: Services) -> AccountStore:
    """The account store.

    Raises:
        ApiError: accounts are off.
    """
    if services.accounts is None:
        raise ApiError("not_found", "没有启用账号（ASSISTANT_ACCOUNTS__ENABLED）")
    return services.accounts


@router.get("/login", response_class=HTMLResponse, include_in_schema=False)
def login_page(request: Request, services: With, next: str = "/") -> Response:
    store_of(services)
    if services.identity(request).via == "session":
        return RedirectResponse(own_path(next), 303)
    return HTMLResponse(login_html(services.settings.accounts, own_path(next)), headers={"cache-control": "no-store"})


@router.post("/login", include_in_schema=False)
def login(
    request: Request,
    services: With,
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=2000)],
    next: Annotated[str, Form(max_length=4000)] = "/",
) -> Response:
    store = store_of(services)
    attempts: Attempts = request.app.state.attempts
    keys = (f"name {name.strip()[:64]}", f"address {address_of(request.scope)}")
    settings, back = services.settings.accounts, own_path(next)
    try:
        attempts.check(*keys)
    except ApiError as error:
        services.metrics.count("limited")
        headers = {"retry-after": str(error.retry_seconds), "cache-control": "no-store"}
        return HTMLResponse(login_html(settings, back, str(error)), 429, headers)
    user = store.check(name, password)
    if user is None:
        attempts.failed(*keys)
        services.metrics.count("login_failed")
        told = login_html(settings, back, "用户名或密码不对")
        return HTMLResponse(told, 401, {"cache-control": "no-store"})
    return signed_in(store, user, settings, request, back)


def signed_in(store: AccountStore, user: User, settings: AccountSettings, request: Request, back: str) -> Response:
    """The answer that starts a session; one the browser still had ends, so that none can be planted."""
    store.end_session(cookie_of(request.headers.get("cookie", ""), COOKIE))
    answer = RedirectResponse(back, 303, {"cache-control": "no-store"})
    answer.set_cookie(
        COOKIE,
        store.start_session(user),
        max_age=int(settings.session_hours * 3600),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return answer


@router.post("/logout", include_in_schema=False)
def logout(request: Request, services: With) -> Response:
    store_of(services).end_session(cookie_of(request.headers.get("cookie", ""), COOKIE))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def own_path(wanted: str) -> str:
    """``wanted`` if it is a path of ours, else the front page.

    >>> own_path("/en?q=1"), own_path("//evil.example"), own_path("/\\\\evil"), own_path("https://evil.example")
    ('/en?q=1', '/', '/', '/')
    """
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if plain and wanted.isprintable() and wanted.isascii() else "/"


def login_html(settings: AccountSettings, back: str, fault: str = "") -> str:
    """The page, with what went wrong."""
    told = f'<p class="fault" role="alert">{escape(fault)}</p>' if fault else ""
    oidc = f'<a class="oidc" href="/oidc/start?next={escape(back)}">用统一认证登录</a>' if settings.oidc_issuer else ""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>登录 · 医改政策问答</title><style>{_STYLE}</style></head><body><main><h1>医改政策问答</h1>{told}"
        '<form method="post" action="/login"><label>用户名<input name="name" autocomplete="username" required autofocus></label>'
        '<label>密码<input name="password" type="password" autocomplete="current-password" required></label>'
        f'<input type="hidden" name="next" value="{escape(back)}"><button>登录</button></form>{oidc}</main></body></html>'
    )


class PasswordIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    old: str = Field(max_length=2000, description="现在的密码")
    new: str = Field(max_length=2000, description="新密码，至少 10 个字")


class KeyIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    label: str = Field("", max_length=60, description="用在哪里")
    days: float | None = Field(None, gt=0, le=3650, description="多少天后失效；不填则不失效")


@router.get("/api/me", summary="我是谁", description="未启用账号时是本机管理员。")
def me(request: Request, services: With) -> dict[str, Any]:
    identity = services.identity(request)
    return {
        "name": identity.name,
        "role": identity.role.value,
        "admin": identity.is_admin,
        "groups": sorted(identity.groups),
        "via": identity.via,
        "accounts": services.accounts is not None,
    }


@router.post("/api/me/password", summary="改自己的密码", description="改后各处都要重新登录。")
def password(asked: PasswordIn, request: Request, services: With) -> dict[str, str]:
    store, identity = store_of(services), services.identity(request)
    attempts: Attempts = request.app.state.attempts
    attempts.check(f"name {identity.name}")
    if identity.via != "session" or store.check(identity.name, asked.old) is None:
        attempts.failed(f"name {identity.name}")
        raise ApiError("forbidden", "现在的密码不对，或不是用密码登录的")
    store.set_password(identity.name, asked.new)
    return {"status": "ok"}


@router.post("/api/me/keys", summary="给自己发一个密钥", description="密钥只显示这一次，请存好。")
def make_key(asked: KeyIn, request: Request, services: With) -> dict[str, str]:
    store, identity = store_of(services), services.identity(request)
    if identity.via != "session":
        raise ApiError("forbidden", "请在网页登录后再发密钥")
    return {"key": store.make_key(identity.name, asked.label, days=asked.days)}


@router.get("/api/me/keys", summary="自己的密钥")
def my_keys(request: Request, services: With) -> list[dict[str, Any]]:
    store, identity = store_of(services), services.identity(request)
    return [
        {
            "id": one.id,
            "label": one.label,
            "created_at": one.created_at,
            "expires_at": one.expires_at,
            "used_at": one.used_at,
        }
        for one in store.keys(identity.name)
    ]


@router.delete("/api/me/keys/{key_id}", summary="收回自己的一个密钥")
def revoke(key_id: str, request: Request, services: With) -> dict[str, str]:
    store_of(services).revoke_key(key_id, of=services.identity(request).name)
    return {"status": "ok"}
