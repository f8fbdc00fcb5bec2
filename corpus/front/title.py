"""The title of a document (标题): lines that together end as titles do, with the bodies they begin with.

The trap: a page repeats the title in its navigation, a title is broken anywhere, and what a document repeals or forwards
has a title too.

Source: GB/T 9704-2012, 7.3.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.front.lines import Line
from corpus.front.organs import Organ, organs_of
from corpus.front.words import lexicon, title_end
from corpus.grammar import form
from corpus.regions import gazetteer
from corpus.text import fold, is_cjk
from corpus.types import Fact, Span

ZONE = 60  # lines in which a head may stand
_VERBS = ("关于", "印发", "转发", "批转", "发布", "公布", "贯彻", "实施《", "《")
ALIAS = form("title.alias")
_NEVER = form("title.never")


@dataclass(frozen=True, slots=True)
class Title:
    """A title with the bodies it begins with and the kind of document its last word says."""

    fact: Fact[str]
    bodies: tuple[Fact[str], ...] = ()
    kind: str = ""
    first: int = 0
    last: int = 0


def bodies_of_head(lines: Sequence[Line], index: int) -> list[tuple[Organ, Line]]:
    """The bodies of a red head with the lines they stand on: its own and those of the lines above it.

    Source: GB/T 9704-2012, 7.2.4 (发文机关标志, 联合行文).
    """
    found = [(one, lines[index]) for one in lines[index].bodies]
    above = index - 1
    while above >= 0 and lines[above].role == "bodies":
        found = [(one, lines[above]) for one in lines[above].bodies] + found
        above -= 1
    return found


def is_decree(lines: Sequence[Line], index: int) -> bool:
    """Whether a head promulgates a rule: an order, or the announcement of a people's congress.

    Source: 立法法, 公布 (令、公告); GB/T 9704-2012, 10.2 (命令格式).
    """
    return "令" in lines[index].text or any("代表大会" in one.name for one, _ in bodies_of_head(lines, index))


_SURE_OF, _LEAST_HINT = 2, 6
"""Score below which a line that ends as titles do says neither 关于 nor whose it is; characters of a title that a page gives."""


def read_title(
    lines: Sequence[Line], stop: int, order: int | None, hints: Mapping[str, str], text: str
) -> Title | None:
    """The title of the outer document: of what an order promulgates, of a standard, else the lines that end as titles do.

    Args:
        stop: index of the first line of the text.
        order: index of the head of an order, None where there is none.
        hints: what the page says; its title is taken where the text has none, or only adds the issuing body.

    Source: GB/T 9704-2012, 7.3.1 (标题: 机关、事由、文种, may be broken over lines); GB/T 1.1-2020, 8.1 (封面).
    """
    if order is not None and is_decree(lines, order):
        found = _title_of_order(lines, order)
        if found is not None:
            return found
    standard = next((i for i, line in enumerate(lines[:stop]) if line.role == "standard"), None)
    if order is None and standard is not None:
        found = _title_of_standard(lines, standard)
        if found is not None:
            return found
    limit = stop if order is None else max(stop, min(order + 6, len(lines)))
    candidates = _candidates(lines, limit)
    if not candidates and order is None and stop < ZONE:  # the first sentence was the page's: look on a little
        candidates = _candidates(lines, min(len(lines), 30))
    hinted = "".join(re.split(r"[_|｜]|\s[-—]\s", hints.get("title", ""))[0].split())
    own_line = len(hinted) >= _LEAST_HINT and any(fold(one.text) == fold(hinted) for one in lines)
    weak = not candidates or max(one[0][0] for one in candidates) < _SURE_OF
    if candidates and not (weak and own_line):  # 热搜…互动政策 over the page's own title
        best = max(candidates, key=lambda one: one[0])[1]
        if (
            hinted
            and fold(best.fact.value) != fold(hinted)
            and fold(best.fact.value) in fold(hinted)
            and title_end().search(hinted)
        ):
            longer = _in_hint(hinted, best)
            return longer or best
        return best
    if len(hinted) >= _LEAST_HINT and (title_end().search(hinted) or weak):
        at = text.find(hinted)
        span = Span(at, at + len(hinted)) if at >= 0 else None
        sure = 0.93 if title_end().search(hinted) else 0.7
        return _made(hinted, span, sure, "page" if span is None else "text", 0, 0, spread=False)
    return _fallback(lines, stop)


def _in_hint(hinted: str, best: Title) -> Title | None:
    """The page's title where it only adds the issuing body to the text's."""
    front = hinted[: hinted.find(best.fact.value[:6])] if best.fact.value[:6] in hinted else ""
    if front and organs_of(front):
        return _made(hinted, best.fact.span, 0.9, "page", best.first, best.last, spread=False)
    return None


def _candidates(lines: Sequence[Line], limit: int) -> list[tuple[tuple[int, int], Title]]:
    found: list[tuple[tuple[int, int], Title]] = []
    for index in range(limit):
        line = lines[index]
        if line.role != "piece" or not title_end().search(line.text) or _NEVER.search(line.text):
            continue
        first = _first_line(lines, index)
        last = index + (index + 1 < limit and form("title.bracket_line").search(lines[index + 1].text) is not None)
        title = _joined(lines, first, last)
        if len(title.fact.value) < 4:
            continue
        follows = lines[index + 1 : index + 5]
        near = next(
            (
                one.role
                for one in follows
                if one.role not in ("number", "order", "day", "bodies", "sign", "field", "toc")
            ),
            "",
        )
        score = (
            2 * ("关于" in title.fact.value)
            + 2 * bool(title.bodies or gazetteer().leading(title.fact.value))
            + (near in ("addressee", "text", "mark", "passed"))
        )
        score += 2 * (lines[index + 1].role in ("addressee", "passed", "number") if index + 1 < len(lines) else 0)
        found.append(((score, index if "关于" in title.fact.value else -index), title))
    return found


def _first_line(lines: Sequence[Line], last: int) -> int:
    """The line a title that ends on ``last`` begins on."""
    first = last
    while first > 0 and last - first < 6:
        above = lines[first - 1]
        joined = "".join(line.text for line in lines[first : last + 1])
        if above.role not in ("piece", "bodies") or _NEVER.search(above.text):
            break
        ended = title_end().search(above.text) is not None and "关于" in above.text
        if ended or (title_end().search(above.text) and _begins(joined)):
            break
        if above.role == "bodies":
            if not _opens(joined):
                break
        elif _begins(joined) and not ("关于" in above.text or _is_alias_of(lines, first - 1)):
            break
        first -= 1
    return first


def _begins(joined: str) -> bool:
    """Whether a text is a whole title as it stands: it opens with a body, a place, 关于, the State or a year."""
    if joined.startswith(("关于", "中华人民共和国", "国家", "全国", "《", "“")):
        return True
    return _bodies_before_verb(joined)[1] > 0 or gazetteer().leading(joined) is not None


def _opens(joined: str) -> bool:
    """Whether bodies on the line above belong in front of a title."""
    return joined.startswith(("关于", "印发", "转发", "批转", "（", "(")) or _bodies_before_verb(joined)[1] > 0


def _is_alias_of(lines: Sequence[Line], index: int) -> bool:
    return ALIAS.match(lines[index].text) is not None and index > 0 and lines[index - 1].role == "bodies"


def _joined(lines: Sequence[Line], first: int, last: int) -> Title:
    value = "".join(line.text for line in lines[first : last + 1])
    span = Span(lines[first].span.start, lines[last].span.end)
    return _made(value, span, 0.96, "text", first, last)


def _made(value: str, span: Span | None, sure: float, source: str, first: int, last: int, spread: bool = True) -> Title:
    value = value.strip()
    bodies, verb = _bodies_before_verb(value)
    whole = form("title.and_others").search(value[:verb]) is None  # 某委等十部门: the others are not named here
    facts = tuple(
        Fact(one.name, _within(span, one, value) if spread and first == last else span, 0.93 if whole else 0.85, source)
        for one in bodies
    )
    end = title_end().search(value)
    kind = str(lexicon()["title"]["ends"][end["end"]]) if end else ""
    return Title(Fact(value, span, sure if end else min(sure, 0.8), source), facts, kind, first, last)


def _within(span: Span | None, organ: Organ, value: str) -> Span | None:
    if span is None or len(span) != len(value):
        return span
    return Span(span.start + organ.start, span.start + organ.end)


def _bodies_before_verb(title: str) -> tuple[tuple[Organ, ...], int]:
    """The bodies a title opens with and where they end; empty where it opens with none."""
    best: tuple[tuple[Organ, ...], int] = ((), 0)
    for verb in _VERBS:
        at = title.find(verb)
        if at >= 3 and (not best[1] or at < best[1]):
            bodies = organs_of(form("title.and_others").sub("", title[:at]))
            if bodies and (bodies[0].known or verb in ("关于", "印发", "转发")):
                best = bodies, at
    return best


def _title_of_order(lines: Sequence[Line], order: int) -> Title | None:
    """An order's title is that of what it promulgates: on its own line after the officer's, else in 《》."""
    named = ""
    where: Span | None = None
    for line in lines[order : order + 12]:
        match = form("title.named").search(line.text)
        if match is not None and line.role in ("text", "passed", "piece"):
            named = match["title"]
            where = Span(line.span.start + match.start("title"), line.span.start + match.end("title"))
            break
    for index, line in enumerate(lines[order + 1 : order + 40], start=order + 1):
        if line.role == "piece" and title_end().search(line.text):
            title = _joined(lines, _first_line(lines, index), index)
            if not named or fold(named) in fold(title.fact.value) or fold(title.fact.value) in fold(named):
                return title
    return _made(named, where, 0.93, "text", order, order, spread=False) if named else None


def _title_of_standard(lines: Sequence[Line], standard: int) -> Title | None:
    """The Chinese lines under the number of a standard, before its English name (GB/T 1.1-2020, 8.1, 封面)."""
    start = next(
        (i for i in range(standard + 1, min(standard + 8, len(lines))) if _is_chinese_name(lines[i])), len(lines)
    )
    end = start
    while end < min(start + 4, len(lines)) and _is_chinese_name(lines[end]):
        end += 1
    return _joined(lines, start, end - 1) if end > start else None


def _is_chinese_name(line: Line) -> bool:
    return (
        line.role == "piece"
        and is_cjk(line.text[0])
        and not line.text.startswith(tuple(lexicon()["standard"]["not_title"]))
    )


def _fallback(lines: Sequence[Line], stop: int) -> Title | None:
    """The lines under 附件N, or the first lines there are, where no title ends as titles do."""
    start = next((i + 1 for i, line in enumerate(lines[:4]) if line.role == "annex"), 0)
    end = start
    while (
        end < min(stop, start + 3, len(lines))
        and (lines[end].role == "piece" or (lines[end].role == "bodies" and end == start))
        and not _NEVER.search(lines[end].text)
    ):
        end += 1
    if end == start or sum(len(line.text) for line in lines[start:end]) < 4:
        return None
    sure = 0.92 if start else 0.6
    title = _joined(lines, start, end - 1)
    return Title(Fact(title.fact.value, title.fact.span, sure), title.bodies, title.kind, start, end - 1)
