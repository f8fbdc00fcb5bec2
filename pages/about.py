"""What is known of a notice besides its text: relations, where it came from, gaps and what cleaning changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from corpus.types import Notice
from pages.graph import graph_html, relation_name
from pages.markup import chinese, esc
from pages.words import CHINESE, Words

_CHANGES = ("boilerplate", "page_break", "width", "whitespace", "repeat", "restored", "gap")
_SHOWN = 40


def _change_name(kind: str, say: Words) -> str:
    return esc(say(f"change.{kind}") if kind in _CHANGES else kind)


def _relations(notice: Notice, say: Words) -> str:
    relations = [relation for relation in notice.relations if relation.target_id != notice.id]
    if not relations:
        return f"<p>{esc(say('about.no_relations'))}</p>"
    rows = []
    for relation in relations:
        title = f"《{relation.title}》" if relation.title else ""
        name = chinese(f"{title}{relation.number or ''}", say)
        target = (
            f'<button type="button" class="link" data-notice="{esc(relation.target_id)}">{name}</button>'
            if relation.target_id
            else f"{name}<small>{esc(say('about.not_held'))}</small>"
        )
        where = (
            f'<button type="button" class="link" data-cite="1" data-notice="{esc(notice.id)}" '
            f'data-start="{relation.span.start}" data-end="{relation.span.end}">{esc(say("source.see"))}</button>'
        )
        rows.append(f"<li><b>{esc(relation_name(relation.kind.value, say))}</b>{target} {where}</li>")
    return f'<ul class="relations">{"".join(rows)}</ul>'


def _changes(notice: Notice, say: Words) -> str:
    if not notice.changes:
        return f"<p>{esc(say('about.no_changes'))}</p>"
    counts = Counter(change.kind for change in notice.changes)
    summary = esc(say("about.semicolon")).join(
        say("about.times", what=_change_name(kind, say), count=count) for kind, count in counts.most_common()
    )
    rows = []
    listed = [change for change in notice.changes if change.kind != "restored"]
    for change in listed[:_SHOWN]:
        before, after = change.source.strip(), change.result.strip()
        before, after = (text if len(text) <= 60 else text[:59] + "…" for text in (before, after))
        became = f"<ins>{chinese(after, say)}</ins>" if after else esc(say("about.deleted"))
        rows.append(f"<li><span>{_change_name(change.kind, say)}</span>{chinese(before, say)} → {became}</li>")
    more = f"<p>{esc(say('about.more', count=len(listed) - _SHOWN))}</p>" if len(listed) > _SHOWN else ""
    if not rows:
        return f"<p>{summary}</p>"
    listing = f'<ul class="changes">{"".join(rows)}</ul>{more}'
    return f"<p>{summary}</p><details><summary>{esc(say('about.each'))}</summary>{listing}</details>"


def about_html(notice: Notice, referring: Sequence[tuple[str, Notice]] = (), say: Words = CHINESE) -> str:
    """A closed section for the top of the reading view; ``referring`` are the notices that name this one, and how."""
    pairs = [
        ("addressees", "；".join(notice.addressees)),
        ("aliases", "、".join(notice.aliases)),
        ("origin", notice.origin),
        ("replaced_by", notice.replaced_by or ""),
    ]
    facts = "".join(
        f"<div><dt>{esc(say(f'about.{name}'))}</dt><dd>{chinese(value, say)}</dd></div>"
        for name, value in pairs
        if value
    )
    return (
        f'<details class="about cite-scope"><summary>{esc(say("about.summary"))}</summary>'
        f'<dl class="facts one">{facts}</dl><h3>{esc(say("about.relations"))}</h3>'
        f"{graph_html(notice, referring, say)}{_relations(notice, say)}"
        f"<h3>{esc(say('about.changes'))}</h3>{_changes(notice, say)}</details>"
    )
