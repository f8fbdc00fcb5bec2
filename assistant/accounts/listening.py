"""Whether it may be served as it is set (启动前检查): accounts are off only where nobody else can come."""

from __future__ import annotations

import ipaddress
import socket

from assistant.accounts.store import AccountError, AccountStore
from assistant.errors import SettingsError
from assistant.settings import Settings


def checked_store(settings: Settings) -> AccountStore | None:
    """The account store if accounts are on, None where they are off and may be.

    Raises:
        SettingsError: they are off and other machines could come; says what to set.
        AccountError: they are on and nobody could administer them; says how to make somebody.
    """
    own = settings.accounts
    if not own.enabled:
        if is_loopback(settings.ui.host):
            return None
        raise SettingsError(
            f"监听 {settings.ui.host} 会让别的机器访问，必须启用账号：先运行 assistant users add 用户名 --role 管理员，"
            "再设置 ASSISTANT_ACCOUNTS__ENABLED=true；只在本机用则设置 ASSISTANT_UI__HOST=127.0.0.1"
        )
    if own.oidc_issuer and not own.oidc_client_id:
        raise SettingsError("设了统一认证的 issuer，还要设 ASSISTANT_ACCOUNTS__OIDC_CLIENT_ID")
    store = AccountStore(
        settings.data_dir, session_seconds=own.session_hours * 3600, idle_seconds=own.idle_minutes * 60
    )
    if not store.has_admin():
        raise AccountError("已启用账号，但还没有管理员。请先运行 assistant users add 用户名 --role 管理员")
    return store


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there; a name counts only if all it stands for is loopback.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0"), is_loopback("")
    (True, True, False, False)
    """
    if not host:
        return False
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False
    return all(ipaddress.ip_address(one.partition("%")[0]).is_loopback for one in found)
