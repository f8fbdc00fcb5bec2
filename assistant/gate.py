"""The citation gate (引文核验): what may be shown, the same for every answerer.

A statement passes when each of its supports exists in the text, every figure, date and document number it states
stands in a support (after normalising 百分之/％/Chinese numerals), every place it names is the place of a cited notice or
above it or stands in a support, the polarity of prohibitions agrees, and its wording is covered by the supports.
What fails is removed and counted. Figures the asker gave or the system computed are passed in ``Statement.given``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from assistant.draft import Block, Draft, Statement
from assistant.matching import Weights, bigrams
from corpus.dates import find_periods
from corpus.docnumber import find_numbers
from corpus.numerals import canonical_values
from corpus.regions import gazetteer, is_within
from corpus.text import fold
from corpus.types import Notice

_PROHIBIT = re.compile(r"严禁|禁止|不得|不允许|不准|不可以|不能|不许|一律不|取消资格|不再")
_OBLIGE = re.compile(r"必须|应当|应该|可以|允许|鼓励|支持|要求|需要")
_NEGATION = re.compile(r"[不未无没非勿]|严禁|禁止|取消|停止|除外")

Similarity = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class GateLimits:
    """Thresholds of the wording check; fitted on the dev split of the hostile set (``evals``)."""

    min_cover: float = 0.62
    min_similarity: float = 0.86


LIMITS = GateLimits()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A statement the gate removed and why; ``reason`` is a code, ``detail`` is for people."""

    text: str
    reason: str
    detail: str


class Gate:
    """Checks drafts against the notices they cite."""

    def __init__(self, notices: Mapping[str, Notice], weights: Weights, similarity: Similarity | None = None) -> None:
        self._notices = notices
        self._weights = weights
        self._similarity = similarity

    def check(self, statement: Statement) -> Dropped | None:
        """None when ``statement`` may be shown; a statement without supports is never shown by this gate."""

        def fail(reason: str, detail: str) -> Dropped:
            return Dropped(statement.text, reason, detail)

        if not statement.supports:
            return fail("uncited", "没有引文")
        quotes: list[str] = []
        for support in statement.supports:
            notice = self._notices.get(support.notice_id)
            if notice is None or support.span.end > len(notice.text) or not notice.quote(support.span).strip():
                return fail("missing_source", "引文不存在")
            quotes.append(notice.quote(support.span))
        cited = [self._notices[s.notice_id] for s in statement.supports]
        own = " ".join(_own_words(n) for n in cited)
        ground = " ".join(quotes)
        stray = self._stray_values(statement.text, " ".join((ground, own, statement.given)))
        if stray:
            return fail("figure", f"引文中没有“{'、'.join(sorted(stray))}”")
        place = self._stray_place(statement, cited, f"{ground} {statement.given}")
        if place:
            return fail("place", f"引文不是{place}的文件")
        text = _without_lead(statement.text, cited)
        if not _same_polarity(text, ground, statement.given):
            return fail("polarity", "肯定与否定不一致")
        if not self._supported(text, f"{ground} {own} {statement.given}", ground):
            return fail("unsupported", "引文不支持这句话")
        return None

    def apply(self, draft: Draft) -> tuple[Draft, tuple[Dropped, ...]]:
        """The draft without the statements that fail, and those statements."""
        dropped: list[Dropped] = []
        blocks: list[Block] = []
        for block in draft.blocks:
            if block.kind == "table":
                rows = [block.rows[0]]
                for row in block.rows[1:]:
                    cells = [row[0]]
                    for cell in row[1:]:
                        fault = self.check(cell) if cell.supports else None
                        if fault:
                            dropped.append(fault)
                        cells.append(replace(cell, text="未能核实，已隐去", supports=()) if fault else cell)
                    rows.append(tuple(cells))
                blocks.append(replace(block, rows=tuple(rows)))
                continue
            kept: list[Statement] = []
            for statement in block.statements:
                fault = self.check(statement)
                if fault:
                    dropped.append(fault)
                else:
                    kept.append(statement)
            if kept:
                blocks.append(replace(block, statements=tuple(kept)))
        return replace(draft, blocks=tuple(blocks)), tuple(dropped)

    def _stray_values(self, text: str, ground: str) -> set[str]:
        stated = canonical_values(text)
        allowed = canonical_values(ground)
        stray = {v for v in stated if v not in allowed}
        numbers = {m.canonical for m in find_numbers(text) if m.canonical}
        known = {m.canonical for m in find_numbers(ground) if m.canonical}
        stray |= {n for n in numbers - known if not any(n.endswith(k) or k.endswith(n) for k in known)}
        plans = {p.text[:3] for p in find_periods(text) if "五" in p.text[:3]}
        stray |= {p for p in plans if fold(p).strip('"') not in fold(ground)}
        return stray

    def _stray_place(self, statement: Statement, cited: list[Notice], ground: str) -> str | None:
        folded = fold(ground)
        for mention in gazetteer().find(statement.text, prefer=[n.region for n in cited]):
            name = mention.span.of(statement.text)
            if any(is_within(n.region, mention.path) for n in cited) or fold(name) in folded:
                continue
            return name
        return None

    def _supported(self, text: str, ground: str, quotes: str) -> bool:
        folded, against = fold(text), fold(ground)
        stripped = re.sub(r"[，。；：、,;:()（）\"'\s]", "", folded)
        if stripped and stripped in re.sub(r"[，。；：、,;:()（）\"'\s]", "", against):
            return True
        cover = self._weights.share(bigrams(text), bigrams(ground))
        if cover >= 0.9:
            return True
        if cover < LIMITS.min_cover:
            return False
        return self._similarity is None or self._similarity(text, quotes) >= LIMITS.min_similarity


def _own_words(notice: Notice) -> str:
    """What a statement may say of the cited notice itself: its number, title, issuer, place and issue date."""
    issued = f"{notice.issued_on.year}年{notice.issued_on.month}月{notice.issued_on.day}日" if notice.issued_on else ""
    headings = " ".join(dict.fromkeys(h for a in notice.articles for h in a.headings))
    return f"{notice.number or ''} {notice.title} {' '.join(notice.aliases)} {notice.issuer} {notice.region} {issued} {headings}"


def _without_lead(text: str, cited: list[Notice]) -> str:
    for notice in cited:
        text = text.replace(notice.name, "")
    return text


def _same_polarity(text: str, ground: str, given: str) -> bool:
    """A prohibition must be cited from a prohibition, and a permission not from one."""
    says, has = bool(_PROHIBIT.search(text)), bool(_PROHIBIT.search(ground + given))
    if says and not has:
        return False
    if has and not says:
        # the ground forbids; the statement may quote another clause of it, but must not turn the ban into leave
        clauses = [c for c in re.split(r"[，。；,;]", ground) if _PROHIBIT.search(c)]
        said = bigrams(re.sub(_OBLIGE, "", text))
        for clause in clauses:
            grams = bigrams(re.sub(_PROHIBIT, "", clause))
            if len(grams) >= 4 and len(grams & said) / len(grams) > 0.7 and not _NEGATION.search(text):
                return False
    return True
