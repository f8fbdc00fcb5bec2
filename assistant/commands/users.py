"""``assistant users``: users, their roles, groups and keys, and which groups may see a notice."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.accounts.store import AccountStore

_HELP = """角色：读者只能问答和查看；管理员还能添加、移除文件，看看板。
密码从终端输入，或从标准输入读一行；不写在命令行里，免得留在历史记录中。
文件限定给几个组后，别的读者在回答、列表、检索、统计和报错里都看不到它。"""
_GROUPS = "组名，多个用逗号隔开"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = f"{parser.description}\n\n{_HELP}"
    actions = parser.add_subparsers(
        dest="action", metavar="动作", title="动作", required=True, help="要做什么", parser_class=type(parser)
    )

    def action(name: str, told: str, *positional: tuple[str, str]) -> argparse.ArgumentParser:
        found: argparse.ArgumentParser = actions.add_parser(name, help=told, description=f"{told}。")
        for key, words in positional:
            found.add_argument(key, metavar=words, help=words)
        return found

    who = ("name", "用户名")
    action("list", "列出用户").add_argument("--json", action="store_true", help="输出 JSON")
    add = action("add", "添加用户", who)
    add.add_argument("--role", default="读者", metavar="角色", help="读者（默认）或 管理员")
    add.add_argument("--groups", default="", metavar="组", help=_GROUPS)
    action("password", "改密码；该用户须重新登录", who)
    action("role", "改角色", who, ("role", "读者或管理员"))
    action("groups", "改所在的组；空字符串为不在任何组", who, ("groups", _GROUPS))
    action("disable", "停用用户；其登录和密钥立即失效", who)
    action("enable", "恢复停用的用户", who)
    action("remove", "删去用户及其密钥", who)
    key = action("key", "给用户的程序发一个密钥，只显示一次", who)
    key.add_argument("--label", default="", metavar="用途", help="用在哪里")
    key.add_argument("--days", type=float, metavar="天数", help="多少天后失效；不写则不失效")
    keys = action("keys", "列出密钥")
    keys.add_argument("name", metavar="用户名", nargs="?", help="只看这个用户的")
    keys.add_argument("--json", action="store_true", help="输出 JSON")
    action("revoke", "收回密钥", ("key_id", "密钥编号"))
    action("limit", "把文件限定给几个组；空字符串为人人可见", ("notice", "文件的编号、文号或标题"), ("groups", _GROUPS))
    action("limits", "列出有限定的文件").add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from assistant.accounts.store import AccountStore
    from assistant.settings import Settings
    from assistant.terminal.console import say

    settings = Settings.load()
    store = AccountStore(settings.data_dir)
    action, name = arguments.action, str(getattr(arguments, "name", ""))
    if action in ("list", "keys", "limits"):
        _show(action, arguments, store)
        return 0
    if action == "add":
        user = store.add_user(name, _password(), _role(arguments.role), _parts(arguments.groups))
        say(f"已添加{user.role.value}“{user.name}”")
    elif action == "password":
        store.user(name)
        store.set_password(name, _password())
        say("已改密码")
    elif action == "role":
        store.set_role(name, _role(arguments.role))
        say(f"“{name}”现在是{arguments.role}")
    elif action == "groups":
        store.set_groups(name, _parts(arguments.groups))
        say(f"“{name}”所在的组：{'、'.join(sorted(store.user(name).groups)) or '无'}")
    elif action in ("disable", "enable"):
        store.set_enabled(name, action == "enable")
        say(f"“{name}”已{'恢复' if action == 'enable' else '停用'}")
    elif action == "remove":
        store.remove_user(name)
        say(f"已删去“{name}”")
    elif action == "key":
        say(store.make_key(name, arguments.label, days=arguments.days))
    elif action == "revoke":
        store.revoke_key(arguments.key_id)
        say("已收回")
    else:
        say(_limited(store, settings.data_dir, arguments.notice, _parts(arguments.groups)))
    return 0


def _limited(store: AccountStore, data_dir: Any, wanted: str, groups: list[str]) -> str:
    from corpus import load_corpus

    notice = load_corpus(data_dir).find(wanted)
    store.limit(notice.id, groups)
    return f"{notice.id} 只给这些组看：{'、'.join(sorted(groups))}" if groups else f"{notice.id} 人人可见"


def _show(action: str, arguments: argparse.Namespace, store: AccountStore) -> None:
    from datetime import datetime

    from assistant.terminal.console import note, say, say_json

    def day(seconds: float | None) -> str | None:
        return None if seconds is None else datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="minutes")

    rows: list[dict[str, Any]]
    if action == "list":
        rows = [
            {"name": u.name, "role": u.role.value, "groups": sorted(u.groups), "enabled": u.enabled, "source": u.source}
            for u in store.users()
        ]
        lines = [
            f"{r['name']}  {r['role']}  组：{'、'.join(r['groups']) or '无'}{'' if r['enabled'] else '  （已停用）'}"
            for r in rows
        ]
    elif action == "keys":
        rows = [
            {"id": k.id, "name": k.user, "label": k.label, "created_at": day(k.created_at), "expires_at": day(k.expires_at),
             "used_at": day(k.used_at)}
            for k in store.keys(arguments.name)
        ]  # fmt: skip
        lines = [
            f"{r['id']}  {r['name']}  {r['label']}  发于 {r['created_at']}  {r['expires_at'] or '不'}失效  上次用 {r['used_at'] or '从未'}"
            for r in rows
        ]
    else:
        rows = [{"notice_id": n, "groups": sorted(groups)} for n, groups in sorted(store.limits().items())]
        lines = [f"{r['notice_id']}  只给：{'、'.join(r['groups'])}" for r in rows]
    if arguments.json:
        say_json(rows)
        return
    for line in lines:
        say(line)
    note(f"共 {len(rows)} 条")


def _password() -> str:
    """Typed twice on a terminal, else one line of the standard input."""
    from getpass import getpass

    from assistant.accounts.store import AccountError

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass("密码：")
    if getpass("再输一次：") != first:
        raise AccountError("两次输入的密码不一样，请重来")
    return first


def _role(wanted: str) -> Any:
    from assistant.accounts.identity import Role
    from assistant.accounts.store import AccountError

    try:
        return Role(wanted)
    except ValueError:
        raise AccountError(f"没有角色“{wanted}”，可用：{'、'.join(one.value for one in Role)}") from None


def _parts(text: str) -> list[str]:
    return [one.strip() for one in text.replace("，", ",").split(",") if one.strip()]
