"""The citation gate (引文核验): what may be shown, the same for every answerer.

A statement passes when each of its supports exists in the text, every figure, date, document number, body and place it
states stands in a support (after normalising 百分之/％/Chinese numerals), and places and scope words fit the cited notice.
What a model wrote must then be words of its source as they stand, or the verifier must find it supported
(:meth:`Gate.prove`); what the product composes (:meth:`Gate.check`) must be covered by the words of its supports. What
fails is removed and counted. Figures the asker gave or the system computed are in ``Statement.given``.

The order matters for the reason shown, not for the verdict: every check must pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.answering.draft import Block, Draft, Statement, Support
from assistant.answering.responsible import lead_rule
from assistant.retrieval.matching import Weights, bigrams
from assistant.verification import claims, organs, restating
from assistant.verification.checks import contrast_faults, denial_faults, duty_faults, figure_faults, pair
from assistant.verification.derived import without_derived
from assistant.verification.evidence import Sentence
from assistant.verification.tabular import is_row_of
from assistant.verification.verify import DOUBTFUL, SURE, Verdict, Verifier, without_lead
from corpus import fitted
from corpus.contrasts import sides
from corpus.dates import written_day
from corpus.enumeration import without_marks
from corpus.facts import facts_of
from corpus.grammar import form, split_at
from corpus.numerals import find_values
from corpus.regions import display, parts_of
from corpus.text import fold
from corpus.types import DIVIDES, Notice, Passage, Span
from index.entailment import Entailment
from index.types import Embedder, Matrix

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_QUOTED = re.compile(r"[“「]([^”」]{4,})[”」]")
_REPORTING = re.compile(
    r"^(?:根据|按照|依据|依照|按)(?=[，,的¦])|(?:根据|按照|依据|依照|按|在|由)?(?:该|本|这份|上述|相关|有关|此)?(?:文件|通知|方案|意见|规定|政策|条文)(?:的|中|里|内)?(?:规定|要求|明确|提出|指出|注明|显示|内容)?|"
    r"(?:规定|要求|明确|提出|指出|注明|强调|显示|表示|说明)(?:了|：|:|，)?|其中|此外|以下|另外|同时|另据|因此|所以|也就是说|换言之|具体(?:来说|而言|为|是|包括)?|"
    r"主要(?:包括|有|是)|(?:主要)?(?:措施|目标|任务|内容)(?:是|为|包括|有)|如下|以及|并且|应当?|需要?|必须|将(?=[在由会要])|会(?=[在由])|所问事项|一项|"
    r"牵头(?:负责)?(?:单位|部门)?|责任单位(?:还有|为|是)?|(?:列|排)在?(?:首位|第一位?)|参与|负责|按职责分工|分别|的是|要(?![求点素约])有?|的|不可以|可以|不能|能(?=[够不])"
)  # fmt: skip

HIDDEN = "未能核实，已隐去"
"""What stands in a cell of a table nothing of which passed."""
ENOUGH, ENOUGH_DOUBTED = fitted.number("verification.gate.enough"), fitted.number("verification.gate.enough_doubted")
"""Probability from which a model's sentence without a sure fault is shown. Lower than the verifier's own line: few of a
model's sentences are false, so at the verifier's most of what it drops would be true. The second line is for a sentence with
a doubtful fault (a contradicted claim has at most that)."""
_LEAST_HEADING = 4
_SAYS = form("claim.heading_says")
_ADDED = 4
"""Characters in a row that the source has no part of, from which something was added."""
_TYPED = {
    "bound": "bound",
    "side": "date",
    "swap": "contrast",
    "opposed": "polarity",
    "weaker": "polarity",
    "lost_aim": "polarity",
    "denial_lost": "polarity",
}
_REASONS = {
    **dict.fromkeys(("stray_value", "swapped_value"), "figure"),
    **dict.fromkeys(("stray_date", "side", "side_lost"), "date"),
    **dict.fromkeys(("bound", "bound_added", "bound_lost", "unit"), "bound"),
    **dict.fromkeys(("swap", "opposed", "contrast", "unheard_other", "exchanged"), "contrast"),
    **dict.fromkeys(("all_added", "only_added", "some_added", "some_lost", "only_lost"), "quantifier"),
    **dict.fromkeys(
        (
            "denial_lost", "denied", "affirmed", "parity", "forbid_added", "forbid_lost", "stronger", "weaker", "softened", "hardened",
            "duty_raised", "duty_turned", "duty_lowered", "strict_added", "strict_copied", "other_soft", "lost_may", "lost_encourage", "lost_try",
            "lost_aim", "lost_gradual",
        ),
        "polarity",
    ),
    "stray_title": "title",
}  # fmt: skip
"""What the verifier calls a fault, as the gate has always named it."""

_BRACKETED = re.compile(r"[（(](?:市、?|县、?|区){1,3}[）)]")
_BETWEEN_BODIES = re.compile(r"[、，。；,;¦和及（）()]+|(?:列|排)在?(?:首位|第一位?)|为|等|[它其]")

_STOPS = "，,：:；;。"

Similarity = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Source:
    """A passage as shown to a model; its marker is its place in the list, from 1."""

    notice: Notice
    span: Span

    @classmethod
    def of(cls, notice: Notice, passage: Passage) -> Source:
        return cls(notice, passage.span)


@dataclass(frozen=True, slots=True)
class GateLimits:
    """Thresholds of the wording check, all in [0, 1].

    ``certain``: covered so well that no similarity is asked. ``min_cover``: covered less, it fails. Between them the
    embedding similarity must reach ``min_similarity``. ``max_run``: longest run of characters no bigram of which is in
    the source.
    """

    certain: float
    min_cover: float
    min_similarity: float
    max_run: int


LIMITS = GateLimits(
    certain=fitted.number("verification.gate.certain"),
    min_cover=fitted.number("verification.gate.min_cover"),
    min_similarity=fitted.number("verification.gate.min_similarity"),
    max_run=fitted.whole("verification.gate.max_run"),
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A statement the gate removed and why; ``reason`` is a code, ``detail`` is for people."""

    text: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Wording:
    """How much of a statement its source says: idf-weighted cover, longest uncovered run, cosine (None: not asked)."""

    cover: float
    run: int
    quoted: bool
    similarity: float | None = None


class Gate:
    """Checks drafts against the notices they cite."""

    def __init__(
        self,
        notices: Mapping[str, Notice],
        weights: Weights,
        similarity: Similarity | None = None,
        *,
        limits: GateLimits = LIMITS,
        entailment: Entailment | None = None,
    ) -> None:
        self._notices = notices
        self._weights = weights
        self._similarity = similarity
        self._limits = limits
        self._verifier = Verifier(weights, entailment)

    def check(self, statement: Statement) -> Dropped | None:
        """None when ``statement`` may be shown; a statement without supports is never shown by this gate."""
        quotes: list[str] = []
        for support in statement.supports:
            notice = self._notices.get(support.notice_id)
            if notice is None or support.span.end > len(notice.text) or not notice.quote(support.span).strip():
                return Dropped(statement.text, "missing_source", "引文不存在")
            quotes.append(notice.quote(support.span))
        if not quotes:
            return Dropped(statement.text, "uncited", "没有引文")
        cited = [self._notices[s.notice_id] for s in statement.supports]
        own = " ".join(_own_words(n, s.span) for n, s in zip(cited, statement.supports, strict=True))
        if _is_quote(statement, quotes) or _is_given(statement) or is_row_of(statement, quotes):
            return None
        quoted = " ".join(quotes)
        fault = self._fault(statement, cited, quotes, f"{quoted} {statement.given}", own)
        return Dropped(statement.text, *fault) if fault else None

    def _fault(
        self, statement: Statement, cited: list[Notice], quotes: list[str], ground: str, own: str
    ) -> tuple[str, str] | None:
        text = statement.text
        said = _without_names(text, cited)
        wording = self.wording(said, ground, own, apart=_without_names(text, cited, "¦"))
        if fault := self._about(text, said, cited, quotes, ground, f"{own} {statement.given}"):
            return fault
        if wording.quoted:
            return None
        if not _chinese(text):
            return "language", "不是中文"
        swapped = claims.swapped_values(said, " ".join(quotes))
        fault = ("figure", swapped) if swapped else self._typed(said, quotes)
        if fault is None and not self._supported(wording, said, " ".join(quotes)):
            verdict = self._verifier.verify(said, quotes, known=f"{own} {statement.given}")
            if verdict.status != "supported":
                fault = "unsupported", "引文不支持这句话"
        return fault

    @staticmethod
    def _about(
        text: str, said: str, cited: Sequence[Notice], quotes: Sequence[str], ground: str, own: str
    ) -> tuple[str, str] | None:
        """What a statement may never bring in, whatever its wording: code and reason, or None.

        Args:
            said: ``text`` without the cited notices' names.
            ground: what is cited, and what was given. ``own``: what may be said of the notices themselves.
        """
        known = f"{ground} {own}"
        found: tuple[tuple[str, str | None], ...] = (
            ("instruction", claims.meta(text)),
            ("contact", claims.contact(text, ground)),
            ("figure", claims.stray_values(text, known)),
            ("date", claims.stray_dates(text, known)),
            ("title", claims.stray_titles(text, known)),
            ("place", organs.stray_place(text, cited, quotes, own)),
            ("scope", organs.stray_scope(said, cited, ground)),
            ("body", organs.stray_body(said, known)),
            ("lead", organs.wrong_lead(said, quotes)),
        )
        for reason, detail in found:
            if detail:
                return reason, f"引文不是{detail}的文件，也没有提到它" if reason == "place" else detail
        return None

    @staticmethod
    def _typed(said: str, quotes: list[str]) -> tuple[str, str] | None:
        """A typed fact that is otherwise in the source: only classes that are nearly always right (``evals claims``)."""
        sources = [q.strip() for quote in quotes for q in quote.splitlines() if q.strip()]
        pairs = pair(said, sources)
        found = [
            *figure_faults(facts_of(said), [facts_of(s) for s in sources]),
            *contrast_faults(pairs, said, sources),
            *duty_faults(pairs),
            *denial_faults(pairs),
        ]
        return next(((_TYPED[f.kind], f.detail) for f in found if f.kind in _TYPED), None)

    def wording(self, said: str, ground: str, own: str, *, apart: str = "") -> Wording:
        """The wording features of a statement without the cited notices' names.

        ``apart`` is the same with ``¦`` for each name, so that what stood on either side of it makes no word together.
        """
        body = claims.squeezed(said)
        against = claims.squeezed(ground)
        content = _REPORTING.sub("¦", apart or said)
        whole = len(body) >= claims.LEAST_QUOTE and claims.stands_in(body, against)
        if whole or _after_lead(said, against) or _only_quotes(said, against + claims.squeezed(own)):
            return Wording(1.0, 0, True)
        have, masked = bigrams(f"{ground} {own}"), _without_values(content)
        if len(bigrams(masked)) < 2 and find_values(content):
            return Wording(1.0, 0, False)  # a bare figure or date, which the source was found to state
        return Wording(max(self._cover(content, have), self._cover(masked, have)), _longest_run(masked, have), False)

    def _cover(self, content: str, have: frozenset[str]) -> float:
        """Share of the content's bigrams the source has, or of its terms, synonyms counted; 0 for no content."""
        grams = bigrams(content)
        if not grams:
            return 0.0
        return max(self._weights.share(grams, have), self._weights.coverage(self._weights.units(content), have))

    def _supported(self, wording: Wording, said: str, quotes: str) -> bool:
        limits = self._limits
        if wording.cover < limits.min_cover or wording.run > limits.max_run:
            return False
        if wording.cover >= limits.certain or self._similarity is None:
            return True
        return self._similarity(said, quotes) >= limits.min_similarity

    def prove(self, text: str, sources: Sequence[Source], given: str = "") -> tuple[Support, ...] | Dropped:
        """The sentences of ``sources`` on which ``text``, which a model wrote, may be shown, or why it may not.

        Args:
            sources: notices with the stretches that are cited, together.
            given: what the text may say besides (places asked about that the notices bind).
        """
        cited = [s.notice for s in sources]
        quotes = [s.notice.quote(s.span) for s in sources]
        whole_text, text = text, without_derived(text, quotes)
        own = f"{' '.join(_own_words(s.notice, s.span) for s in sources)} {given} {claims.counts(quotes)}"
        said = _without_headings(_without_names(without_lead(text), cited), sources)
        chosen = self._verifier.evidence(said, quotes)
        opposed = restating.opposed(text)
        fault = ("polarity", opposed) if opposed else None
        fault = fault or self._about(
            restating.bare(text)[0],
            said,
            cited,
            [s.text for s in chosen],
            " ".join([*(s.text for s in chosen), given]),
            own,
        )
        if fault is None and not _chinese(text):
            fault = "language", "不是中文"
        whole = " ".join((*quotes, own))
        charged = fault is None and organs.in_charge(
            said, quotes, whole, first_leads=all(lead_rule(n) is not None for n in cited)
        )
        if fault is None and not charged and not self._taken_over(text, said, cited, chosen, own):
            verdict = self._verifier.verify(said, quotes, known=own)
            chosen = verdict.evidence or chosen
            added = _longest_run(_without_limits(said), bigrams(" ".join([*(s.text for s in chosen), own]))) > _ADDED
            if _stopped(verdict) or (verdict.status != "supported" and added):
                fault = _REASONS.get(verdict.kind, "unsupported"), verdict.reason
        if fault is None and not chosen:
            fault = "uncited", "没有引文"
        if fault:
            return Dropped(whole_text, *fault)
        return tuple(_support(sources[s.passage], s.span) for s in chosen)

    def _taken_over(self, text: str, said: str, cited: Sequence[Notice], chosen: Sequence[Sentence], own: str) -> bool:
        """Whether the text is words of the source as they stand, and not without what softens them there (探索, 力争)."""
        texts = [s.text for s in chosen]
        if _only_bodies(said, "".join(texts)) or organs.listed_bodies(said, texts):
            return True  # who is in charge: held against the source before, body by body
        wording = self.wording(said, " ".join(texts), own, apart=_without_names(text, cited, "¦"))
        return wording.quoted and not any(f.kind.startswith("lost_") for f in duty_faults(pair(said, texts)))

    def warm_up(self) -> None:
        """Opens what the first proof would open (word list, reader), seconds in which nobody should wait for a sentence."""
        text = "湖南省各医院2020年底前应当公示收费标准。"
        self._verifier.verify(text, ["湖南省各级医院2020年底前应当公示收费的标准。"])
        self._about(text, text, [], [text], text, "")

    def restated(self, text: str, facts: Sequence[Statement]) -> Statement | None:
        """``text`` resting on what one of ``facts``, each proved before, rests on; None where none of them says so."""
        for fact in facts:
            said = restating.bare(text)[1]
            verdict = self._verifier.verify(text, [fact.text], known=f"{fact.text} {fact.given}")
            denied = said and facts_of(split_at(_STOPS, fold(fact.text))[0]).of("polarity")
            if not _stopped(verdict) and not (said and bool(denied) != (said == "no")):
                return Statement(text, fact.supports, given=f"{fact.text} {fact.given}")
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
                        passed = self._passed(cell, dropped) if cell.supports else cell
                        cells.append(passed or Statement(HIDDEN))
                    rows.append(tuple(cells))
                blocks.append(replace(block, rows=tuple(rows)))
                continue
            kept: list[Statement] = []
            for statement in block.statements:
                passed = self._passed(statement, dropped)
                if passed:
                    kept.append(passed)
            if kept:
                blocks.append(replace(block, statements=tuple(kept)))
        return replace(draft, blocks=tuple(blocks)), tuple(dropped)

    def _passed(self, statement: Statement, dropped: list[Dropped]) -> Statement | None:
        """The statement, or what is left of its parts; None when nothing passes. Faults are added to ``dropped``."""
        if statement.parts:
            parts = [p for p in statement.parts if self._passed(p, dropped)]
            return Statement.joined(parts) if parts else None
        fault = self.check(statement)
        if fault:
            dropped.append(fault)
        return None if fault else statement


def embedding_similarity(embedder: Embedder) -> Similarity:
    """Cosine of two texts' passage vectors, in [-1, 1]; texts seen before cost nothing."""

    @lru_cache(maxsize=2048)
    def vector(text: str) -> Matrix:
        return embedder.embed([text], "passage")

    def similarity(left: str, right: str) -> float:
        return float((vector(left) @ vector(right).T).item())

    return similarity


def _stopped(verdict: Verdict) -> bool:
    """Whether a model's sentence may not be shown on this verdict."""
    if verdict.status == "supported":
        return False
    line = ENOUGH_DOUBTED if verdict.kind in DOUBTFUL else ENOUGH
    nothing = verdict.cover <= 0  # 【未找到】: no clause says any of it
    return nothing or verdict.kind in SURE or verdict.probability < line


def _without_limits(said: str) -> str:
    """``said`` with a mark for what reports, bounds or permits: checked class by class, it is no addition."""
    text = fold(said)
    for word in sorted(facts_of(text).words, key=lambda w: w.span.start, reverse=True):
        if word.kind in ("bound", "duty"):
            text = f"{text[: word.span.start]}¦{text[word.span.end :]}"
    return _REPORTING.sub("¦", text)


def _support(source: Source, span: Span) -> Support:
    """``span`` of the passage as a span of its notice."""
    return Support(source.notice.id, Span(source.span.start + span.start, source.span.start + span.end))


def _is_quote(statement: Statement, quotes: list[str]) -> bool:
    """Whether the statement is its supports word for word, after a lead-in that the system wrote (``given``)."""
    text = statement.text.removeprefix(statement.given) if statement.given else statement.text
    body, against = claims.squeezed(text), claims.squeezed("".join(quotes))
    return len(body) >= claims.LEAST_QUOTE and claims.meta(text) is None and claims.stands_in(body, against)


def _is_given(statement: Statement) -> bool:
    """Whether the system wrote all of it (不能。, a count, figures laid side by side): what decided that has read the source,
    and one word has no wording to hold against it."""
    return bool(statement.given) and not claims.squeezed(statement.text.removeprefix(statement.given))


def _own_words(notice: Notice, span: Span) -> str:
    """What a statement may say of the cited notice: number, title, issuer, issue date, the headings above the span."""
    issued = written_day(notice.issued_on) if notice.issued_on else ""
    article = notice.article_at(span.start)
    headings = " ".join((article.part, *article.headings))
    return f"{notice.number or ''} {notice.title} {' '.join(notice.aliases)} {notice.issuer} {issued} {headings}"


def _without_names(text: str, cited: Sequence[Notice], gap: str = "") -> str:
    """``text`` without the cited notices' numbers, titles and places: checked apart, they are no claim about content."""
    for notice in cited:
        names = [notice.number or "", f"《{notice.title}》", *(f"《{t}》" for t in re.findall(r"《([^《》]+)》", text))]
        for name in names:
            if name and (name == notice.number or name[1:-1] in notice.title):
                text = text.replace(name, gap)
        for part in (display(notice.region), *reversed(parts_of(notice.region))):
            text = text.replace(part, gap)
    return text


def _without_headings(said: str, sources: Sequence[Source]) -> str:
    """``said`` without the heading it opens with, where every source stands under it: whom a list of a standard is for.

    A source that itself names others of the heading's kind (三级 under 二级医院) speaks of those, so nothing is taken off.
    """
    common: set[str] | None = None
    for source in sources:
        article = source.notice.article_at(source.span.start)
        names = {without_marks(h.strip()) for h in (*article.part.split(DIVIDES), *article.headings)}
        common = names if common is None else common & names
    for name in sorted(common or (), key=len, reverse=True):
        behind = _SAYS.match(said, len(name)) if len(name) >= _LEAST_HEADING and said.startswith(name) else None
        if behind and len(said) - behind.end() >= claims.LEAST_QUOTE:
            rivals = [sides(name, s.notice.quote(s.span))[1] for s in sources]
            return said if any(rivals) else said[behind.end() :]
    return said


def _only_bodies(said: str, ground: str) -> bool:
    """Whether the statement only says who leads and who takes part, each by a name that stands in the source."""
    if not re.search(r"牵头|负责|参与|首位|第一位", said):
        return False
    plain, whole = _BRACKETED.sub("", _REPORTING.sub("¦", said)), _BRACKETED.sub("", fold(ground))
    names = [n.strip() for n in _BETWEEN_BODIES.split(plain) if n.strip()]
    return bool(names) and all(2 <= len(n) <= 16 and fold(n) in whole for n in names)


def _only_quotes(said: str, against: str) -> bool:
    """Whether the statement only reports (该文件注明“…”) what stands in the source word for word."""
    inner = [claims.squeezed(q) for q in _QUOTED.findall(said)]
    rest = _REPORTING.sub("¦", _QUOTED.sub("", said))
    return bool(inner) and not bigrams(rest) and all(claims.stands_in(q, against) for q in inner)


def _without_values(text: str) -> str:
    """``text`` without its figures and their units: each was held against the source before, however spelled."""
    for value in reversed(find_values(text)):
        text = f"{text[: value.span.start]}¦{text[value.span.end :].removeprefix(value.unit)}"
    return text


def _after_lead(said: str, against: str) -> bool:
    """Whether what follows a lead-in such as ``“heading”规定：`` is a quote of the source."""
    head, colon, tail = said.partition("：")
    rest = claims.squeezed(tail)
    return bool(colon) and len(head) <= 60 and len(rest) >= 4 and claims.stands_in(rest, against)


def _longest_run(content: str, have: frozenset[str]) -> int:
    """Length of the longest stretch of Chinese characters that no bigram of the source touches."""
    longest = 0
    for run in re.findall(r"[\u4e00-\u9fff]+", fold(content)):
        covered = [False] * len(run)
        for i in range(len(run) - 1):
            if run[i : i + 2] in have:
                covered[i] = covered[i + 1] = True
        current = 0
        for hit in covered:
            current = 0 if hit else current + 1
            longest = max(longest, current)
    return longest


def _chinese(text: str) -> bool:
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    return han >= max(1, 0.5 * latin)
