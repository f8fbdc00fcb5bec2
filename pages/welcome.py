"""The empty conversation: what the corpus holds, and questions to start with.

The questions are made from the corpus itself, so that they stay answerable when notices come and go.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.regions import display
from corpus.types import Article, Notice
from pages.markup import esc

_TOPICS = (
    "院长年薪",
    "薪酬制度",
    "药品采购",
    "两票制",
    "医保支付方式",
    "分级诊疗",
    "医联体",
    "家庭医生",
    "编制",
    "价格调整",
)


def _place(notice: Notice) -> str:
    return display(notice.region.split("/")[-1]) if notice.region else "国家"


def _headed(notice: Notice, *, bodies: bool) -> Article | None:
    """An item whose heading can stand in a question: short, deep enough, with responsible bodies if asked for."""
    fit = [
        article
        for article in notice.articles
        if article.level >= 2 and 5 <= len(article.heading.rstrip("。")) <= 16 and bool(article.bodies) is bodies
    ]
    return fit[len(fit) // 2] if fit else None


def example_questions(notices: Sequence[Notice], limit: int = 6) -> tuple[str, ...]:
    """At most ``limit`` questions of different kinds: comparison, body, measures, applicability."""
    found: list[str] = []
    for topic in _TOPICS:
        places = list(dict.fromkeys(_place(notice) for notice in notices if topic in notice.text))
        if len(places) >= 2:
            found.append(f"{places[-2]}和{places[-1]}对{topic}的规定有什么不同？")
            break
    recent = sorted(notices, key=lambda notice: notice.issued_on.isoformat() if notice.issued_on else "", reverse=True)
    for notice in recent:
        if article := _headed(notice, bodies=True):
            found.append(f"{_place(notice)}“{article.heading.rstrip('。')}”由哪个部门牵头？")
            break
    for notice in recent:
        if article := _headed(notice, bodies=False):
            found.append(f"{_place(notice)}在“{article.heading.rstrip('。')}”方面有哪些要求？")
            break
    for notice in recent:
        if notice.horizon and notice.number:
            found.append(f"{notice.number}规定的目标要在哪一年前完成？")
            break
    for notice in reversed(recent):
        if notice.issued_on and notice.region.count("/"):
            found.append(f"{display(notice.region)}的公立医院，{notice.issued_on.year + 1}年适用哪份文件？")
            break
    for notice in recent[1:]:
        if article := _headed(notice, bodies=False):
            found.append(f"{_place(notice)}对“{article.heading.rstrip('。')}”是怎么规定的？")
            break
    return tuple(dict.fromkeys(found))[:limit]


def welcome_html(notices: Sequence[Notice]) -> str:
    """What an empty conversation shows: what the corpus holds, and questions to start with."""
    asks = "".join(
        f'<button type="button" data-act="ask" data-q="{esc(text)}">{esc(text)}</button>'
        for text in example_questions(notices)
    )
    held = "".join(
        f'<li><button type="button" class="link" data-notice="{esc(n.id)}">{esc(n.title)}</button>'
        f'<span class="path">{esc(n.number or "无文号")} · {n.issued_on or "日期不详"}</span></li>'
        for n in notices[:8]
    )
    more = f"<p>另有 {len(notices) - 8} 份，见“政策库”。</p>" if len(notices) > 8 else ""
    return (
        '<div class="welcome"><h2>查政策，句句有出处</h2>'
        "<p>用日常说法提问即可。每一句回答后的数字都能点开，原文就在旁边；政策库没有写到的，会直接说没有。</p>"
        f'<div class="suggest" aria-label="示例问题">{asks}</div>'
        f"<details class=held><summary>政策库现有 {len(notices)} 份文件</summary><ul>{held}</ul>{more}</details></div>"
    )


def link_notice(corpus_hash: str, linked_hash: str) -> str:
    """What to say when a link was made with another state of the corpus, else ""."""
    if linked_hash and not corpus_hash.startswith(linked_hash):
        return "此链接生成后政策库已有变化，下面是按现有文件重新给出的回答，可能与原回答不同。"
    return ""
