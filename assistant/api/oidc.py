"""Logging in at the house's own identity provider (统一认证): OpenID Connect, code flow with PKCE, state and nonce.

Asks the configured issuer and nobody else. The trap: what comes back is only trusted after its signature, issuer, audience,
age and nonce are; an algorithm is taken from our list, never from the token alone.

Source: OpenID Connect Core 1.0, section 3.1; RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx
from fastapi import APIRouter, Depends
from fastapi.requests import Request
from fastapi.responses import RedirectResponse, Response

from assistant.accounts.identity import Role
from assistant.api.errors import ApiError
from assistant.api.gate import cookie_of
from assistant.api.login import own_path, signed_in, store_of
from assistant.api.services import Services, services_of
from assistant.settings import AccountSettings

router = APIRouter(prefix="/oidc", include_in_schema=False)
With = Annotated[Services, Depends(services_of)]
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
STATE_COOKIE = "hpa-oidc"
_WAIT_SECONDS, _MOST, _TIMEOUT_SECONDS, _LEEWAY_SECONDS = 600.0, 5000, 10.0, 60


@dataclass(frozen=True, slots=True)
class _Begun:
    nonce: str
    verifier: str
    back: str
    at: float


class Provider:
    """The configured identity provider, and the logins under way there."""

    def __init__(self, settings: AccountSettings) -> None:
        self._settings = settings
        self._begun: OrderedDict[str, _Begun] = OrderedDict()
        self._lock = Lock()
        self._found: dict[str, Any] = {}

    def start(self, callback: str, back: str) -> tuple[str, str]:
        """The address to send a visitor to, and the state that must come back with the same browser."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        with self._lock:
            self._begun[state] = _Begun(nonce, verifier, back, time.monotonic())
            while len(self._begun) > _MOST:
                self._begun.popitem(last=False)
        asked = {
            "response_type": "code", "client_id": self._settings.oidc_client_id, "redirect_uri": callback,
            "scope": "openid profile", "state": state, "nonce": nonce, "code_challenge": challenge,
            "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(asked)}", state

    def finish(self, state: str, code: str, callback: str) -> tuple[dict[str, Any], str]:
        """The checked claims of who logged in, and the path to go back to; a state counts once.

        Raises:
            ApiError: unknown or too old, or the provider's answer cannot be trusted.
        """
        with self._lock:
            begun = self._begun.pop(state, None)
        if begun is None or time.monotonic() - begun.at > _WAIT_SECONDS:
            raise ApiError("expired", "登录等待太久，请重新登录")
        sent = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": callback,
            "client_id": self._settings.oidc_client_id, "code_verifier": begun.verifier,
        }  # fmt: skip
        secret = self._settings.oidc_client_secret.get_secret_value()
        if secret:
            sent["client_secret"] = secret
        answer = self._asked("POST", self._endpoint("token_endpoint"), data=sent)
        claims = self._claims(str(answer.get("id_token", "")))
        if not secrets.compare_digest(str(claims.get("nonce", "")), begun.nonce):
            raise ApiError("unauthenticated", "统一认证的回应与这次登录对不上，请重新登录")
        return claims, begun.back

    def role_and_groups(self, claims: dict[str, Any]) -> tuple[Role, list[str]]:
        """What the provider's groups make of somebody here."""
        found = claims.get(self._settings.oidc_groups_claim, [])
        groups = [str(one) for one in found] if isinstance(found, list) else [str(found)]
        admin = self._settings.oidc_admin_group
        return (Role.ADMIN if admin and admin in groups else Role.READER), groups

    def name(self, claims: dict[str, Any]) -> str:
        return str(claims.get(self._settings.oidc_name_claim) or claims["sub"])

    def _claims(self, token: str) -> dict[str, Any]:
        import jwt

        try:
            header = jwt.get_unverified_header(token)
            keys = jwt.PyJWKSet.from_dict(self._asked("GET", self._endpoint("jwks_uri"))).keys
            kid = header.get("kid")
            key = next((one for one in keys if kid is None or one.key_id == kid), None)
            if key is None or header.get("alg") not in ALGORITHMS:
                raise jwt.InvalidTokenError("no such key or algorithm")
            return dict(
                jwt.decode(
                    token,
                    key.key,
                    algorithms=[str(header["alg"])],
                    audience=self._settings.oidc_client_id,
                    issuer=self._settings.oidc_issuer,
                    leeway=_LEEWAY_SECONDS,
                    options={"require": ["exp", "iat", "iss", "aud", "sub"]},
                )
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise ApiError("unauthenticated", "统一认证的回应不能确认真假，请重新登录或联系管理员") from error

    def _endpoint(self, name: str) -> str:
        if not self._found:
            issuer = self._settings.oidc_issuer.rstrip("/")
            found = self._asked("GET", f"{issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != issuer:
                raise ApiError(
                    "unavailable", "统一认证自报的 issuer 与设置不符，请管理员核对 ASSISTANT_ACCOUNTS__OIDC_ISSUER"
                )
            self._found = found
        try:
            return str(self._found[name])
        except KeyError:
            raise ApiError("unavailable", "统一认证没有给出需要的地址，请联系管理员") from None

    def _asked(self, method: str, url: str, data: dict[str, str] | None = None) -> dict[str, Any]:
        try:
            answer = httpx.request(method, url, data=data, timeout=_TIMEOUT_SECONDS, follow_redirects=False)
            found = answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise ApiError("unavailable", "统一认证连不上或没有正常回应，请稍后再试；本地用户仍可登录") from error
        if not isinstance(found, dict):
            raise ApiError("unavailable", "统一认证没有正常回应，请稍后再试")
        return found


def _provider(request: Request) -> Provider:
    found = request.app.state.oidc
    if not isinstance(found, Provider):
        raise ApiError("not_found", "没有设置统一认证（ASSISTANT_ACCOUNTS__OIDC_ISSUER）")
    return found


def _callback(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/oidc/callback"


@router.get("/start")
def start(request: Request, services: With, next: str = "/") -> Response:
    store_of(services)
    address, state = _provider(request).start(_callback(request), own_path(next))
    answer = RedirectResponse(address, 303, {"cache-control": "no-store"})
    secure = request.url.scheme == "https"
    answer.set_cookie(STATE_COOKIE, state, max_age=600, httponly=True, samesite="lax", secure=secure, path="/oidc")
    return answer


@router.get("/callback")
def callback(request: Request, services: With, state: str = "", code: str = "") -> Response:
    store, provider = store_of(services), _provider(request)
    same = cookie_of(request.headers.get("cookie", ""), STATE_COOKIE)
    if not state or not code or not secrets.compare_digest(same.encode(), state.encode()):
        raise ApiError("unauthenticated", "统一认证没有登录成功，请重新登录")
    claims, back = provider.finish(state, code, _callback(request))
    role, groups = provider.role_and_groups(claims)
    user = store.oidc_user(f"{claims['iss']}|{claims['sub']}", provider.name(claims), role, groups)
    answer = signed_in(store, user, services.settings.accounts, request, back)
    answer.delete_cookie(STATE_COOKIE, path="/oidc")
    return answer
