"""The OpenAPI document as a page in Chinese (接口文档), made here: the usual viewers load their script from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from fastapi import APIRouter
from fastapi.requests import Request
from fastapi.responses import HTMLResponse

from assistant.api.errors import FAULTS

router = APIRouter(prefix="/api", include_in_schema=False)
_STYLE = (
    "body{font:16px/1.7 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;max-width:60em;margin:2em auto;padding:0 1em;"
    "color:#222}h2{border-top:1px solid #ccc;padding-top:.8em;margin-top:1.6em}code,pre{font:14px/1.5 ui-monospace,Consolas,"
    "monospace;background:#f4f4f2;border-radius:3px}code{padding:.1em .3em}pre{padding:.7em;overflow:auto}table{border-collapse:"
    "collapse;width:100%;font-size:.92em}th,td{border:1px solid #ddd;padding:.3em .6em;text-align:left;vertical-align:top}"
    ".verb{font-weight:700;color:#1d5f77;margin-right:.5em}@media(prefers-color-scheme:dark){body{background:#16191b;color:#ddd}"
    "code,pre{background:#22272a}th,td{border-color:#444}.verb{color:#7cc4dd}}"
)
_INTRO = (
    "<p>同一个进程里的接口：<code>/api</code> 下是本程序自己的，<code>/v1</code> 下兼容 OpenAI，<code>/mcp</code> 是 MCP"
    "（streamable HTTP）。机器可读的说明在 <a href='/api/openapi.json'>/api/openapi.json</a>。</p>"
    "<p>启用账号后，每次请求带 <code>Authorization: Bearer 密钥</code>；密钥由 <code>assistant users key 用户名</code> 发给。</p>"
)


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> HTMLResponse:
    return HTMLResponse(docs_html(request.app.openapi()))


def docs_html(document: Mapping[str, Any]) -> str:
    """The page for an OpenAPI document."""
    schemas = document.get("components", {}).get("schemas", {})
    parts, tag = [], ""
    for path, verbs in document["paths"].items():
        for verb, told in verbs.items():
            if told.get("tags", [""])[0] != tag:
                tag = told.get("tags", [""])[0]
                parts.append(f"<h2>{escape(tag)}</h2>")
            parts.append(_operation(path, verb, told, schemas))
    rows = "".join(
        f'<tr id="error-{code}"><td>{fault.status}</td><td><code>{code}</code></td><td>{escape(fault.title)}</td></tr>'
        for code, fault in FAULTS.items()
    )
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(document['info']['title'])}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(document['info']['title'])}</h1>{_INTRO}{''.join(parts)}<h2>出错时</h2>"
        "<p>一律是 <code>application/problem+json</code>（RFC 9457）：<code>status</code>、<code>title</code>、<code>detail</code>"
        "（出了什么事、怎么办）、<code>code</code>。<code>/v1</code> 下另有 OpenAI 客户端读的 <code>error</code>。</p>"
        f"<table><tr><th>状态码</th><th>code</th><th>意思</th></tr>{rows}</table></body></html>"
    )


def _operation(path: str, verb: str, told: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    rows = [
        (one["name"], _type(one["schema"]), bool(one.get("required")), one.get("description") or _said(one["schema"]))
        for one in told.get("parameters", ())
    ]
    example: dict[str, Any] = {}
    for kind, content in told.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(content["schema"], schemas)
        required = set(schema.get("required", ()))
        for name, field in schema.get("properties", {}).items():
            rows.append((name, _type(field), name in required, _said(field)))
            if kind == "application/json" and (name in required or field.get("examples")):
                example[name] = (field.get("examples") or [_sample(field)])[0]
    table = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(kind)}</td><td>{'必填' if needed else ''}</td>"
        f"<td>{escape(said)}</td></tr>"
        for name, kind, needed, said in rows
    )
    table = f"<table><tr><th>名</th><th>类型</th><th></th><th>说明</th></tr>{table}</table>" if table else ""
    sample = f"<pre>{escape(json.dumps(example, ensure_ascii=False, indent=2))}</pre>" if example else ""
    return (
        f'<h3><span class="verb">{verb.upper()}</span><code>{escape(path)}</code></h3><p>{escape(told.get("summary", ""))}。'
        f"{escape(told.get('description', ''))}</p>{table}{sample}"
    )


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return schemas.get(name, {}) if name else schema


def _type(schema: Mapping[str, Any]) -> str:
    options = [one for one in schema.get("anyOf", (schema,)) if one.get("type") != "null"]
    one = options[0] if options else schema
    if "enum" in one:
        return " | ".join(str(value) for value in one["enum"])
    if one.get("type") == "array":
        return f"{_type(one.get('items', {}))}[]"
    names = {"string": "文本", "integer": "整数", "number": "数", "boolean": "是否", "object": "对象"}
    return names.get(one.get("type", ""), str(one.get("$ref", "对象")).rpartition("/")[2])


def _said(field: Mapping[str, Any]) -> str:
    return str(field.get("description", ""))


def _sample(field: Mapping[str, Any]) -> Any:
    kind = field.get("type")
    return [] if kind == "array" else 0 if kind in ("integer", "number") else "…"
