"""Logging in at an identity provider: a made-up one on the loopback address, honest first, then lying in every way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI, Request
from pydantic import SecretStr
from service_fixtures import serving
from test_api import told

from assistant.accounts.identity import Role
from assistant.accounts.store import AccountStore
from assistant.accounts.viewing import Views
from assistant.api.services import Services
from assistant.application import behind_door, create_app
from assistant.keeping.live import LiveAssistant

OURS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
Change = Callable[[dict[str, Any]], tuple[dict[str, Any], Any, str]]


class MadeUpProvider:
    """``change`` turns honest claims into what is signed, the key and the algorithm."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.issuer = ""
        self.asked: dict[str, str] = {}
        self.sent: dict[str, str] = {}
        self.claims: dict[str, Any] = {"sub": "u-1", "preferred_username": "钱八", "groups": ["院办", "it-admins"]}
        self.change: Change = lambda claims: (claims, OURS, "RS256")
        self.app.get("/.well-known/openid-configuration")(self.found)
        self.app.get("/keys")(self.keys)
        self.app.post("/token")(self.token)

    def found(self) -> dict[str, str]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(OURS.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}

    async def token(self, request: Request) -> dict[str, str]:
        self.sent = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        now = int(time.time())
        claims = {
            **self.claims, "iss": self.issuer, "aud": "policy", "iat": now, "exp": now + 300, "nonce": self.asked["nonce"],
        }  # fmt: skip
        signed, key, algorithm = self.change(claims)
        return {"id_token": jwt.encode(signed, key, algorithm=algorithm, headers={"kid": "one"}), "access_token": "x"}


@pytest.fixture(scope="module")
def provider() -> Iterator[MadeUpProvider]:
    found = MadeUpProvider()
    with serving(found.app) as address:
        found.issuer = address
        yield found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> AccountStore:
    found = AccountStore(tmp_path_factory.mktemp("oidc"))
    found.add_user("管", "correct-horse-battery", Role.ADMIN)
    return found


@pytest.fixture(scope="module")
def house(live: LiveAssistant, provider: MadeUpProvider, store: AccountStore) -> Iterator[str]:
    change = {
        "enabled": True, "oidc_issuer": provider.issuer, "oidc_client_id": "policy", "oidc_admin_group": "it-admins",
        "oidc_client_secret": SecretStr("s3cret"),
    }  # fmt: skip
    settings = live.settings.model_copy(update={"accounts": live.settings.accounts.model_copy(update=change)})
    with serving(behind_door(create_app(Services(live, settings, Views(live, store.limits), store)))) as address:
        yield address


def log_in(house: str, provider: MadeUpProvider, **change: str) -> tuple[httpx.Client, httpx.Response]:
    """As a browser does it; ``change`` alters what comes back from the provider."""
    client = httpx.Client(base_url=house, timeout=250)
    begun = client.get("/oidc/start", params={"next": "/en"})
    assert begun.status_code == 303 and begun.headers["location"].startswith(f"{provider.issuer}/authorize?")
    provider.asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["location"]).query).items()}
    back = {"state": provider.asked["state"], "code": "c0de", **change}
    return client, client.get("/oidc/callback", params=back)


def test_an_honest_login(house: str, provider: MadeUpProvider, store: AccountStore) -> None:
    client, answer = log_in(house, provider)
    assert answer.status_code == 303 and answer.headers["location"] == "/en"
    me = client.get("/api/me").json()
    assert me["name"] == "钱八" and me["admin"] is True and me["groups"] == ["it-admins", "院办"]
    assert provider.asked["code_challenge_method"] == "S256" and "code_verifier" in provider.sent
    assert provider.sent["client_secret"] == "s3cret" and "s3cret" not in str(provider.asked)
    provider.claims = {**provider.claims, "groups": ["院办"]}
    again, _ = log_in(house, provider)
    assert again.get("/api/me").json()["admin"] is False
    assert [user.source for user in store.users() if user.name == "钱八"] == ["oidc"]
    assert store.check("钱八", "") is None
    client.close()
    again.close()


LIES: dict[str, Change] = {
    "another key": lambda c: (c, ANOTHER, "RS256"),
    "no signature": lambda c: (c, None, "none"),
    "our public key as a secret": lambda c: (c, "x" * 64, "HS256"),
    "another issuer": lambda c: ({**c, "iss": "https://evil.example"}, OURS, "RS256"),
    "for somebody else": lambda c: ({**c, "aud": "other"}, OURS, "RS256"),
    "over": lambda c: ({**c, "iat": 1, "exp": 2}, OURS, "RS256"),
    "another nonce": lambda c: ({**c, "nonce": "x"}, OURS, "RS256"),
    "without a subject": lambda c: ({k: v for k, v in c.items() if k != "sub"}, OURS, "RS256"),
    "without an end": lambda c: ({k: v for k, v in c.items() if k != "exp"}, OURS, "RS256"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused(house: str, provider: MadeUpProvider, lie: str) -> None:
    honest, provider.change = provider.change, LIES[lie]
    try:
        client, answer = log_in(house, provider)
    finally:
        provider.change = honest
    told(answer, 401, "unauthenticated")
    told(client.get("/api/me"), 401, "unauthenticated")
    client.close()


def test_a_state_counts_once_and_only_in_its_own_browser(house: str, provider: MadeUpProvider) -> None:
    client, _ = log_in(house, provider)
    state = provider.asked["state"]
    client.cookies.set("hpa-oidc", state, path="/oidc")
    told(client.get("/oidc/callback", params={"state": state, "code": "c0de"}), 401, "expired")
    client.close()
    other, answer = log_in(house, provider, state="somebody-elses")
    told(answer, 401, "unauthenticated")
    told(other.get("/oidc/callback", params={"error": "access_denied"}), 401, "unauthenticated")
    other.close()


def test_a_provider_that_is_down_or_not_the_one_is_told(
    live: LiveAssistant, tmp_path: Path, provider: MadeUpProvider
) -> None:
    from assistant.api.errors import ApiError
    from assistant.api.oidc import Provider

    down = live.settings.accounts.model_copy(update={"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "policy"})
    with pytest.raises(ApiError, match="连不上"):
        Provider(down).start("http://x/oidc/callback", "/")
    wrong = down.model_copy(update={"oidc_issuer": provider.issuer.replace("127.0.0.1", "localhost")})
    with pytest.raises(ApiError, match="不符"):
        Provider(wrong).start("http://x/oidc/callback", "/")
