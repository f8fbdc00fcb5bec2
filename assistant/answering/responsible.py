"""Who is in charge (责任单位): the bracket of an item, the roles it gives, and the sentence that says so.

The notice's own words decide: 牵头 in the bracket, or the notice's rule that the first one leads. A body that only takes
part (参与, 配合) is never called responsible. The trap: a bracket behind a capture gap may belong to another item.
"""

from __future__ import annotations

from assistant.answering.draft import Block, Statement, Support, paragraph
from assistant.retrieval.evidence import Evidence
from corpus.bodies import read_bodies, split_bodies
from corpus.grammar import form, split_at
from corpus.naming import said_by
from corpus.types import Article, Notice, Span

_LEAD_RULE = form("duty.lead_rule")
_PART = form("duty.takes_part")


def bracket_for(item: Evidence, article: Article) -> Span | None:
    """The responsibility bracket that closes the part of the article the evidence is in.

    Within the piece between two capture gaps first; then the rest of the article: the outline puts text behind a gap
    into the same article only where its heading proves that it belongs there.
    """
    notice, at = item.notice, item.best.span.start
    gaps = sorted(g.span.start for g in notice.gaps if article.span.contains(g.span))
    start = max((g for g in gaps if g <= at), default=article.span.start)
    end = min((g for g in gaps if g > at), default=article.span.end)
    _, bracket = read_bodies(notice.text, Span(start, end))
    if bracket is None and gaps and not article.heading.startswith("（"):
        _, bracket = read_bodies(notice.text, Span(at, article.span.end))
    return bracket


def names_in(notice: Notice, article: Article, bracket: Span) -> tuple[str, ...]:
    """The bodies of ``bracket`` in order; those of the article where the bracket alone cannot be read."""
    return split_bodies(notice.quote(bracket)) or article.bodies


def roles_in(bracket: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Bodies that are responsible and bodies that only take part, in order.

    >>> roles_in("〔市财政局和各县（区）人民政府负责，市残联参与。列首位的为牵头部门，下同〕")
    (('市财政局', '各县（区）人民政府'), ('市残联',))
    """
    inner = bracket.strip().strip("〔〕[]【】")
    inner = inner[1:-1] if inner[:1] in "（(" and inner[-1:] in "）)" else inner
    parts: list[str] = []
    for segment in split_at("，,；;。", inner):
        if _PART.search(segment) and "负责" not in segment and "牵头" not in segment:
            parts += split_bodies(f"（{segment}）")
    everyone = split_bodies(bracket)
    return tuple(n for n in everyone if n not in parts), tuple(parts)


def lead_rule(notice: Notice) -> Span | None:
    """Where the notice says that the first of the list leads (列第一位的为牵头单位), or None."""
    match = _LEAD_RULE.search(notice.text)
    return Span(match.start(), match.end()) if match else None


def responsibility(notice: Notice, article: Article, names: tuple[str, ...], bracket: Span) -> Block:
    """Who leads, who is responsible and who takes part, as the bracket and the notice's rule say."""
    quote = notice.quote(bracket)
    rule = lead_rule(notice)
    support = (Support(notice.id, bracket),)
    lost = article.heading.startswith("（")
    label = f"第{article.labels[-1].rstrip('．.、')}项" if lost and article.labels else f"“{article.heading}”一项"
    subject = f"{said_by(notice)}{label}"
    charged, parts = roles_in(quote)
    charged = charged or names
    tail = f"，参与：{'、'.join(parts)}" if parts else ""

    def said(text: str, *more: Support) -> Block:
        return paragraph(Statement(text, (*support, *more), text))

    if "分别牵头" in quote:
        leaders = quote.split("分别牵头")[0].strip("（(〔[").replace("、", "和")
        rest = [n for n in charged if n not in leaders]
        return said(f"{subject}由{leaders}分别牵头" + (f"，{'、'.join(rest)}负责" if rest else "") + f"{tail}。")
    if rule and len(charged) > 1:
        noted, cited = f"（该文件注明“{notice.quote(rule)}”）", Support(notice.id, rule)
        if "分别负责" in quote:
            return said(f"{subject}由{'、'.join(charged)}分别负责{tail}，{charged[0]}列首位{noted}。", cited)
        return said(f"{subject}由{charged[0]}牵头，责任单位还有：{'、'.join(charged[1:])}{tail}{noted}。", cited)
    if len(charged) > 1:
        how = "按职责分工负责" if "职责分工" in quote else "分别负责" if "分别负责" in quote else "负责"
        return said(f"{subject}由{'、'.join(charged)}{how}{tail}，{charged[0]}列在首位。")
    return said(f"{subject}由{charged[0]}负责{tail}。")
