"""What is known of a notice besides its text: relations, where it came from, gaps and what cleaning changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from corpus.types import Notice
from pages.graph import graph_html
from pages.markup import esc

_CHANGES = {
    "boilerplate": "删去网站栏目、页眉页脚等非正文文字",
    "page_break": "接上被换页断开的句子",
    "width": "统一全角、半角符号",
    "whitespace": "整理空白",
    "repeat": "删去换页处重复的字词",
    "restored": "恢复错位或重复的语句",
    "gap": "标出采集缺失之处",
}
_SHOWN = 40


def _relations(notice: Notice) -> str:
    relations = [relation for relation in notice.relations if relation.target_id != notice.id]
    if not relations:
        return "<p>正文中没有读出与其他文件的关系。</p>"
    rows = []
    for relation in relations:
        name = esc(
            "".join(part for part in (f"《{relation.title}》" if relation.title else "", relation.number) if part)
        )
        target = (
            f'<button type="button" class="link" data-notice="{esc(relation.target_id)}">{name}</button>'
            if relation.target_id
            else f"{name}<small>（未收录）</small>"
        )
        where = (
            f'<button type="button" class="link" data-cite="1" data-notice="{esc(notice.id)}" '
            f'data-start="{relation.span.start}" data-end="{relation.span.end}">看原文</button>'
        )
        rows.append(f"<li><b>{esc(relation.kind.value)}</b>{target} {where}</li>")
    return f'<ul class="relations">{"".join(rows)}</ul>'


def _changes(notice: Notice) -> str:
    if not notice.changes:
        return "<p>正文与采集文本一致，没有改动。</p>"
    counts = Counter(change.kind for change in notice.changes)
    summary = "；".join(f"{esc(_CHANGES.get(kind, kind))} {count} 处" for kind, count in counts.most_common())
    rows = []
    listed = [change for change in notice.changes if change.kind != "restored"]
    for change in listed[:_SHOWN]:
        before, after = change.source.strip(), change.result.strip()
        before, after = (text if len(text) <= 60 else text[:59] + "…" for text in (before, after))
        became = f"<ins>{esc(after)}</ins>" if after else "（删去）"
        rows.append(f"<li><span>{esc(_CHANGES.get(change.kind, change.kind))}</span>{esc(before)} → {became}</li>")
    more = f"<p>另有 {len(listed) - _SHOWN} 处。</p>" if len(listed) > _SHOWN else ""
    if not rows:
        return f"<p>{summary}。</p>"
    listing = f'<ul class="changes">{"".join(rows)}</ul>{more}'
    return f"<p>{summary}。</p><details><summary>逐处查看</summary>{listing}</details>"


def about_html(notice: Notice, referring: Sequence[tuple[str, Notice]] = ()) -> str:
    """A closed section for the top of the reading view; ``referring`` are the notices that name this one, and how."""
    pairs = [
        ("主送", "；".join(notice.addressees)),
        ("简称", "、".join(notice.aliases)),
        ("来源", notice.origin),
        ("替代文件", notice.replaced_by or ""),
    ]
    facts = "".join(f"<div><dt>{name}</dt><dd>{esc(value)}</dd></div>" for name, value in pairs if value)
    return (
        '<details class="about cite-scope"><summary>文件信息、关系与清洗记录</summary>'
        f'<dl class="facts one">{facts}</dl><h3>与其他文件的关系</h3>{graph_html(notice, referring)}{_relations(notice)}'
        f"<h3>清洗记录</h3>{_changes(notice)}</details>"
    )
