"""``assistant settings``: every setting with its meaning and value; also writes ``docs/settings.md``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, get_args, get_origin

_HEAD = """# 设置

<!-- 由 make docs 从 assistant/settings.py 生成，请勿手改 -->

每一项都可以写在环境变量里，也可以写在 TOML 文件里（当前目录的 `assistant.toml`，或 `ASSISTANT_CONFIG` 指定的文件）；
两处都有时以环境变量为准。写错的名字会报错，不会被悄悄忽略。TOML 里小节用方括号：

```toml
data_dir = "/srv/policy"

[ui]
port = 8080
```

另有两个环境变量不属于设置：`ASSISTANT_CONFIG`（TOML 文件的位置）和 `ASSISTANT_CACHE_DIR`（内置向量模型解包后
存放的目录，默认在用户缓存目录下）。
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One setting. ``key`` is how the file names it (``ui.port``); values are as they are written."""

    key: str
    variable: str
    meaning: str
    default: str
    value: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "列出全部设置的名字、含义和当前值（密钥不显示）。"
    parser.add_argument("--markdown", action="store_true", help="输出 docs/settings.md 的内容（默认值，不含当前值）")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from assistant.settings import Settings
    from assistant.terminal.console import say, say_json

    if arguments.markdown:
        say(page())
        return 0
    rows = list(read(Settings.load()))
    if arguments.json:
        say_json([asdict(row) for row in rows])
        return 0
    for row in rows:
        changed = "" if row.value == row.default else f"（默认 {row.default or '空'}）"
        say(f"{row.variable} = {row.value or '空'}{changed}\n    {row.meaning}")
    return 0


def page() -> str:
    """The text of ``docs/settings.md`` without its last newline."""
    lines = [_HEAD]
    for section, rows in groupby(read(), key=lambda row: row.key.rpartition(".")[0]):
        lines += [f"## {f'[{section}]' if section else '顶层'}", ""]
        lines += ["| 设置 | 环境变量 | 默认值 | 含义 |", "| --- | --- | --- | --- |"]
        for row in rows:
            default = f"`{row.default}`" if row.default else "空"
            lines.append(f"| `{row.key}` | `{row.variable}` | {default} | {row.meaning} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def read(settings: Any = None) -> Iterator[Row]:
    """Every setting, top level first; with ``settings`` also its value there."""
    from pydantic import BaseModel

    from assistant.settings import Settings

    fields = Settings.model_fields
    sections = {name: f.annotation for name, f in fields.items() if _is_section(f.annotation, BaseModel)}
    for name, field in fields.items():
        if name not in sections:
            yield _row(name, field, getattr(settings, name, None), settings is not None)
    for section, model in sections.items():
        for name, field in model.model_fields.items():  # type: ignore[union-attr]
            value = getattr(getattr(settings, section, None), name, None)
            yield _row(f"{section}.{name}", field, value, settings is not None)


def _row(key: str, field: Any, value: Any, known: bool) -> Row:
    variable = f"ASSISTANT_{key.replace('.', '__').upper()}"
    meaning = field.description or ""
    if get_origin(field.annotation) is Literal:
        meaning += f"；可取 {'、'.join(get_args(field.annotation))}"
    return Row(key, variable, meaning, _written(field.default), _written(value) if known else "")


def _written(value: Any) -> str:
    """How a value is typed in a file; secrets never show."""
    from pydantic import SecretStr

    if isinstance(value, SecretStr):
        return "******" if value.get_secret_value() else ""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _is_section(annotation: Any, base: type) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, base)
