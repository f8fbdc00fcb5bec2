"""The empty conversation: what the corpus holds, and questions to start with.

The questions are made from the corpus itself, so that they stay answerable when notices come and go.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.regions import display
from corpus.types import Article, Notice
from pages.markup import chinese, esc
from pages.words import CHINESE, Words, only_chinese


def _place(notice: Notice) -> str:
    return display(notice.region.split("/")[-1]) if notice.region else only_chinese("nation")[0]


def _bare(article: Article) -> str:
    return article.heading.rstrip("\u3002")


def _headed(notice: Notice, *, bodies: bool) -> Article | None:
    """An item whose heading can stand in a question: short, deep enough, with responsible bodies if asked for."""
    fit = [
        article
        for article in notice.articles
        if article.level >= 2 and 5 <= len(_bare(article)) <= 16 and bool(article.bodies) is bodies
    ]
    return fit[len(fit) // 2] if fit else None


def example_questions(notices: Sequence[Notice], limit: int = 6) -> tuple[str, ...]:
    """At most ``limit`` questions of different kinds: comparison, body, measures, applicability."""
    found: list[str] = []
    compare, body, measures, deadline, binding, rule = only_chinese("questions")
    for topic in only_chinese("topics"):
        places = list(dict.fromkeys(_place(notice) for notice in notices if topic in notice.text))
        if len(places) >= 2:
            found.append(compare.format(one=places[-2], other=places[-1], topic=topic))
            break
    recent = sorted(notices, key=lambda notice: notice.issued_on.isoformat() if notice.issued_on else "", reverse=True)
    for notice in recent:
        if article := _headed(notice, bodies=True):
            found.append(body.format(place=_place(notice), heading=_bare(article)))
            break
    for notice in recent:
        if article := _headed(notice, bodies=False):
            found.append(measures.format(place=_place(notice), heading=_bare(article)))
            break
    for notice in recent:
        if notice.horizon and notice.number:
            found.append(deadline.format(number=notice.number))
            break
    for notice in reversed(recent):
        if notice.issued_on and notice.region.count("/"):
            found.append(binding.format(place=display(notice.region), year=notice.issued_on.year + 1))
            break
    for notice in recent[1:]:
        if article := _headed(notice, bodies=False):
            found.append(rule.format(place=_place(notice), heading=_bare(article)))
            break
    return tuple(dict.fromkeys(found))[:limit]


def welcome_html(notices: Sequence[Notice], say: Words = CHINESE) -> str:
    """What an empty conversation shows: what the corpus holds, and questions to start with."""
    asks = "".join(
        f'<button type="button" data-act="ask" data-q="{esc(text)}"{say.native}>{esc(text)}</button>'
        for text in example_questions(notices)
    )
    held = "".join(
        f'<li><button type="button" class="link" data-notice="{esc(n.id)}">{chinese(n.title, say)}</button>'
        f'<span class="path">{chinese(n.number, say) if n.number else esc(say("notice.no_number"))} · '
        f"{n.issued_on or esc(say('notice.no_date'))}</span></li>"
        for n in notices[:8]
    )
    more = f"<p>{esc(say('welcome.more', count=len(notices) - 8))}</p>" if len(notices) > 8 else ""
    return (
        f'<div class="welcome"><h2>{esc(say("welcome.title"))}</h2><p>{esc(say("welcome.text"))}</p>'
        f'<div class="suggest" role="group" aria-label="{esc(say("welcome.examples"))}">{asks}</div>'
        f"<details class=held><summary>{esc(say('welcome.held', count=len(notices)))}</summary><ul>{held}</ul>{more}"
        "</details></div>"
    )


def link_notice(corpus_hash: str, linked_hash: str, say: Words = CHINESE) -> str:
    """What to say when a link was made with another state of the corpus, else ""."""
    if linked_hash and not corpus_hash.startswith(linked_hash):
        return say("welcome.changed")
    return ""
