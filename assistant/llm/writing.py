"""The model answerer (模型回答): passages in, cited sentences out, each shown only once the gate has passed it.

What was retrieved was decided before; the extractive answer, a refusal too, is ready and takes over where the model
fails or nothing it wrote can be proved. The table of a comparison stays rule-made, the model writes above it; a verdict
(适用性, a premise) stays in front, and the model is told it as a fact. The trap: text shown cannot be unshown, so a
sentence is complete, cited and checked before its first character goes out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from assistant.answering.draft import Block, Draft, Statement, render
from assistant.blocks import Blocks, prose
from assistant.errors import ModelError
from assistant.llm.citing import Citer
from assistant.llm.client import LanguageModel
from assistant.llm.condensing import condensed
from assistant.llm.fallback import code_of_output, explain
from assistant.llm.stream import ReasoningFilter, SentenceReader, Written, usually_reasons
from assistant.query.read import Understanding
from assistant.query.values import has_figure, years_of
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.selection import trimmed
from assistant.settings import LlmSettings
from assistant.types import Answer, Kind, Turn
from assistant.verification.conclusions import follows, kinds_of
from assistant.verification.gate import Dropped, Gate, Source
from corpus.masking import masked
from corpus.text import sentence_spans
from corpus.tokens import count_tokens
from corpus.types import Notice, Span
from prompts import as_data, prompt_hash
from prompts import render as render_prompt

_MAX_SENTENCES = 6
_MAX_LIST_SENTENCES = 12
_MAX_PASSAGES = 10
_MAX_REPEATS = 3
_NEVER_CONCLUDED = ("instruction", "language", "contact")
_ENDS = ("。", "！", "？", "：", "；")


@dataclass
class _Page:
    """What the model has written so far: blocks that may be shown, what was dropped, how often it repeated itself."""

    blocks: list[Block] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    raw: str = ""
    checked: int = 0
    repeats: int = 0
    waiting: list[tuple[Written, Dropped]] = field(default_factory=list)
    lead: tuple[Block, ...] = ()
    facts: tuple[Statement, ...] = ()

    @property
    def draft(self) -> Draft:
        """What is shown: the verdict, then what was proved."""
        return Draft((*self.lead, *self.blocks))

    def add(self, statement: Statement, *, item: bool) -> None:
        kind = "list" if item else "paragraph"
        text = statement.text if statement.text.endswith(_ENDS) else f"{statement.text.rstrip('，,、;')}。"
        statement = replace(statement, text=text)
        if self.blocks and self.blocks[-1].kind == kind:
            last = self.blocks[-1]
            self.blocks[-1] = replace(last, statements=(*last.statements, statement))
        else:
            self.blocks.append(Block(kind, (statement,)))

    @property
    def text(self) -> str:
        return "".join(s.text for block in self.blocks for s in block.statements)


class Writer:
    """Writes answers with a language model. Thread-safe: what an answer needs lives in its own call."""

    def __init__(self, model: LanguageModel, notices: Mapping[str, Notice], gate: Gate, settings: LlmSettings) -> None:
        self._model = model
        self._notices = notices
        self._gate = gate
        self._citer = Citer(gate)
        self._settings = settings
        self._hold = usually_reasons(settings.model)
        gate.warm_up()
        self._lock = threading.Lock()

    def condense(self, u: Understanding, history: Sequence[Turn]) -> str | None:
        """See :func:`assistant.llm.condensing.condensed`."""
        return condensed(self._model, u.utterance, history)

    def stream(
        self,
        u: Understanding,
        extractive: Answer,
        draft: Draft,
        evidence: Sequence[Evidence],
        *,
        leads: int = 0,
        several: int = 0,
        extract_note: str = "",
    ) -> Iterator[Blocks | Answer]:
        """Growing blocks that have passed the gate, then the answer.

        Args:
            extractive: the finished extractive answer; given where the model fails, and its notes are kept.
            draft: what it was made from; its tables stay in the model's answer.
            evidence: passages for the model, best first.
            leads: how many first blocks of the draft are a verdict that stays in front.
            several: how many questions or places the answer has to speak to, 0 for one.
            extract_note: a note that holds for the extract only.
        """
        started = time.perf_counter()
        compared = u.kind in (Kind.COMPARISON, Kind.CHANGE)
        name = "compare" if compared else "answer"
        most = _MAX_LIST_SENTENCES if u.kind is Kind.LIST or several else _MAX_SENTENCES
        system = render_prompt(name, max_sentences=str(most))
        kept, _ = self._gate.apply(draft)
        page, first = _Page(lead=kept.blocks[:leads], facts=_facts(u, kept, leads)), 0.0
        told = _told(page.facts)
        passages, sources = self._passages(u, system, told, evidence)
        user = render_prompt("question", passages=passages, facts=told, question=as_data(masked(u.rewritten)))
        try:
            for shown in self._write(system, user, sources, u.regions, page):
                first = first or time.perf_counter() - started
                yield shown
            yield from self._late_conclusions(page)
            if not page.blocks:
                raise explain(code_of_output(page.raw, sentences=page.checked), self._settings)
        except ModelError as error:
            yield from self._fall_back(extractive, page, str(error), started)
            return
        if extractive.refused and _lacks(u, page.text):
            yield from self._fall_back(extractive, page, "", started)
            return
        answer = self._answer(u, extractive, kept, page, several)
        answer = replace(answer, notes=tuple(n for n in answer.notes if n != extract_note))
        timings = {"first_sentence": _ms(first), "model": _ms(time.perf_counter() - started)}
        yield answer.blocks
        yield replace(
            answer,
            latency_ms=round(extractive.latency_ms + timings["model"], 2),
            timings={**extractive.timings, **timings},
            prompt_hash=f"{name}:{prompt_hash(name)} question:{prompt_hash('question')}",
        )

    def _write(
        self, system: str, user: str, sources: Sequence[Source], places: Sequence[str], page: _Page
    ) -> Iterator[Blocks]:
        """What is shown, after each sentence that passed."""
        thoughts, reader = ReasoningFilter(hold=self._hold), SentenceReader()
        finish = ""
        with closing(self._model.complete(system, user)) as pieces:
            for piece in pieces:
                finish = finish or piece.finish
                if piece.reasoning:
                    thoughts.separated()
                before = thoughts.orphan_close
                text = thoughts.feed(piece.text)
                if thoughts.orphan_close and not before:
                    self._learn_to_hold()
                    reader = SentenceReader()
                    page.blocks.clear()
                    page.raw = ""
                page.raw += text
                yield from self._accept(reader.feed(text), sources, places, page)
                if page.repeats >= _MAX_REPEATS:
                    return
        rest = thoughts.end()
        page.raw += rest
        yield from self._accept(reader.feed(rest), sources, places, page)
        if finish == "length":
            return  # what is left was cut by the answer's own limit
        if not finish and reader.broken_off:
            raise explain("cut", self._settings)
        yield from self._accept(reader.end(), sources, places, page)

    def _accept(
        self, sentences: Sequence[Written], sources: Sequence[Source], places: Sequence[str], page: _Page
    ) -> Iterator[Blocks]:
        for written in sentences:
            if written.text in page.seen:
                page.repeats += 1
                continue
            page.seen.add(written.text)
            if _only_leads_in(written):
                continue
            page.checked += bool(written.markers)
            result = self._citer.cite(written, sources, places=places)
            if isinstance(result, Dropped) and (known := self._gate.restated(written.text, page.facts)):
                result = known
            if isinstance(result, Dropped):
                concluded = _concluded(written, page) if result.reason not in _NEVER_CONCLUDED else None
                if concluded is None:
                    page.dropped.append(result)
                    page.waiting += [(written, result)] if kinds_of(written.text) else []
                    continue
                result = concluded
            page.add(result, item=written.item)
            yield render(page.draft, self._notices)[0]

    def _late_conclusions(self, page: _Page) -> Iterator[Blocks]:
        """Conclusions written before what they follow from, shown after it."""
        for written, fault in page.waiting:
            concluded = _concluded(written, page)
            if concluded is not None:
                page.dropped.remove(fault)
                page.add(concluded, item=False)
                yield render(page.draft, self._notices)[0]

    def _answer(self, u: Understanding, extractive: Answer, kept: Draft, page: _Page, several: int) -> Answer:
        """Args:
        kept: the draft behind ``extractive``, what the gate removed left out."""
        blocks, notes = list(page.draft.blocks), list(extractive.notes)
        tables = [b for b in kept.blocks if b.kind == "table"]
        rest = [b for b in kept.blocks[len(page.lead) :] if b not in tables]
        said = sum(len(b.statements) for b in page.blocks)
        if tables:
            blocks += tables
        elif not extractive.refused and _lacks(u, page.text) and not _lacks(u, extractive.text):
            blocks += rest
            notes.append("模型没有写出所问的数字或时间，后附条文摘录")
        elif said < several:
            blocks += rest
            notes.append("模型没有逐一答到，后附条文摘录")
        shown, citations = render(Draft(tuple(blocks)), self._notices)
        noted = prose("".join(kept.notes)) if tables or page.lead or said < several else ()
        return replace(
            extractive,
            blocks=(*shown, *noted),
            citations=citations,
            notes=tuple(notes),
            dropped=(*extractive.dropped, *(d.text for d in page.dropped)),
            mode="llm",
            refused=False,
            refusal=None,
        )

    def _fall_back(self, extractive: Answer, page: _Page, why: str, started: float) -> Iterator[Blocks | Answer]:
        """The extract; or the refusal as it stands, since that nothing could be proved is what it says already."""
        spent = _ms(time.perf_counter() - started)
        answer = replace(
            extractive,
            dropped=(*extractive.dropped, *(d.text for d in page.dropped)),
            latency_ms=round(extractive.latency_ms + spent, 2),
            timings={**extractive.timings, "model": spent},
        )
        if extractive.refused:
            yield answer if page.raw else replace(answer, notes=(*extractive.notes, f"{why}。"))
            return
        yield extractive.blocks
        yield replace(answer, mode="fallback", notes=(*extractive.notes, f"{why}。以上为条文摘录"))

    def _learn_to_hold(self) -> None:
        """This model ends its reasoning without opening it: from now on nothing is let out before the tag."""
        with self._lock:
            self._hold = True

    def _passages(
        self, u: Understanding, system: str, told: str, evidence: Sequence[Evidence]
    ) -> tuple[str, list[Source]]:
        """Numbered, escaped passages within the prompt's budget, best first; the last one may lose its end."""
        frame = render_prompt("question", passages="", facts=told, question=as_data(masked(u.rewritten)))
        left = self._settings.context_tokens - count_tokens(system) - count_tokens(frame)
        shown: list[str] = []
        sources: list[Source] = []
        for item in evidence:
            if len(sources) == _MAX_PASSAGES:
                break
            notice, span = item.notice, item.passage.span
            if any(s.notice.id == notice.id and s.span.overlaps(span) for s in sources):
                continue
            number = len(sources) + 1
            text = _passage(number, notice, span)
            while (cost := count_tokens(text)) > left and (shorter := _shorter(notice, span)):
                span = shorter
                text = _passage(number, notice, span)
            if cost > left:
                break
            left -= cost
            shown.append(text)
            sources.append(Source(notice, span))
        return "\n".join(shown), sources


def _facts(u: Understanding, kept: Draft, leads: int) -> tuple[Statement, ...]:
    """What the product itself found and proved, for the model to say: the verdict, or the bodies in charge."""
    blocks = kept.blocks[:leads] or (kept.blocks if u.kind is Kind.BODY else ())
    return tuple(s for block in blocks for s in block.each() if s.supports and s.text.strip())[:_MAX_SENTENCES]


def _told(facts: Sequence[Statement]) -> str:
    """The facts as the prompt shows them, escaped; "" where there are none."""
    lines = "\n".join(as_data(f.text.strip()) for f in facts)
    return f"<facts>\n{lines}\n</facts>\n" if facts else ""


def _passage(number: int, notice: Notice, span: Span) -> str:
    article = notice.article_at(span.start)
    issued = notice.issued_on.isoformat() if notice.issued_on else ""
    place = notice.region.replace("/", "") or "全国"
    head = f'<passage id="{number}" source="{_attribute(notice.name)}" place="{place}" date="{issued}">'
    path = f"{as_data(article.path)}\n" if article.path else ""
    return f"{head}\n{path}{as_data(notice.quote(trimmed(notice.text, span)))}\n</passage>"


def _attribute(text: str) -> str:
    return as_data(text).replace('"', "&quot;")


def _shorter(notice: Notice, span: Span) -> Span | None:
    """``span`` without its last sentence; None when it has only one."""
    sentences = sentence_spans(notice.text, span)
    return Span(span.start, sentences[-2].end) if len(sentences) > 1 else None


def _concluded(written: Written, page: _Page) -> Statement | None:
    """``written`` as a conclusion from what was proved so far, marked as one, with its grounds; None where it does not follow."""
    proved = [s for block in page.blocks for s in block.statements if s.supports]
    items = sum(len(b.statements) for b in page.blocks if b.kind == "list")
    if not follows(written.text, [s.text for s in proved], items=items):
        return None
    supports = tuple(dict.fromkeys(support for s in proved[-2:] for support in s.supports))
    return Statement(f"归纳：{written.text}", supports)


def _only_leads_in(written: Written) -> bool:
    """``主要措施如下：`` says nothing and needs no source; it is left out without being counted."""
    text = written.text
    return not written.markers and len(text) <= 40 and text.endswith(("：", ":")) and not has_figure(text)


def _lacks(u: Understanding, text: str) -> bool:
    """Whether ``text`` states no value of the kind asked for."""
    if u.kind is Kind.FIGURE:
        return not has_figure(text)
    return u.kind is Kind.DEADLINE and not years_of(text)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
