"""Which sentences of the passages a claim rests on (取证): the few that say most of it, in the order of the text.

It stands alone because everything later (typed facts, wording, the reader) must look at the same sentences. An item of a
list brings its lead-in, since the duty and the condition of the item stand there. The trap: a second sentence is taken
only for what the first leaves unsaid, or every passage would prove a claim merged from its ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.retrieval.matching import Weights, bigrams
from assistant.verification.organs import bodies_in
from corpus.contrasts import contrast_sets, mentions
from corpus.enumeration import led_lines
from corpus.facts import facts_of
from corpus.grammar import form, split_at
from corpus.numbering import parse_mark
from corpus.numerals import canonical_values
from corpus.parallel import series_of
from corpus.text import fold, line_spans, sentence_spans
from corpus.types import Span

_MOST_SENTENCES, _MOST_CHARS = 5, 420
_GAIN, _FIGURE = 0.06, 0.25
_LEAD_ENDS, _CELL = ("：", ":"), "|"
_CLAUSE = re.compile(r"[^，；。：！？,;:!?\n]*(?:[，；。：！？,;:!?\n]+|$)")
_STOPS = "，；,;"
_LEAST, _SAYS, _MOSTLY = 3, 0.5, 0.8
_HEAD, _FIRST = 10, 3
_NUMBERED, _GOES_ON, _BARE = form("claim.of_series"), form("claim.goes_on"), form("claim.leads_duty")
FOCUS = 150
"""Characters of evidence that are read closely; nine in ten sentences of a notice, with a neighbour, are shorter."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of passage number ``passage`` (from 0); ``span`` is its place in that passage, white space left out.

    ``lead`` is where the line ends that leads in the list this sentence opens a line of, None where there is none. ``row`` is the
    first cell of the row of a table the sentence stands in but does not begin, "" elsewhere.
    """

    passage: int
    span: Span
    text: str
    lead: int | None = None
    row: str = ""


def sentences_of(passages: Sequence[str]) -> tuple[Sentence, ...]:
    """Every sentence of every passage in order; marks of gaps left out."""
    found: list[Sentence] = []
    for number, passage in enumerate(passages):
        leads, rows = _leads_by_line(passage), _rows(passage)
        for span in sentence_spans(passage):
            text = span.of(passage)
            start = span.start + len(text) - len(text.lstrip())
            text = text.strip()
            if len(text) >= 2 and not text.startswith("【采集文本"):
                row = next((name for line, name in rows if line.start < start < line.end), "")
                found.append(Sentence(number, Span(start, start + len(text)), text, leads.get(start), row))
    return tuple(found)


def _rows(passage: str) -> list[tuple[Span, str]]:
    """The lines of ``passage`` that are rows of a table, each with what its first cell in words says."""
    found = []
    for line in line_spans(passage):
        cells = [cell.strip() for cell in line.of(passage).split(_CELL)]
        name = next((cell for cell in cells if cell and not cell.isdigit()), "")
        if len(cells) > _FIRST and name and line.of(passage).lstrip().startswith(_CELL):
            found.append((line, name))
    return found


def told_of_row(sentence: Sentence) -> str:
    """The text of ``sentence`` with whom or what its row of a table is about before it."""
    return f"{sentence.row}：{sentence.text}" if sentence.row else sentence.text


def _leads_by_line(passage: str) -> dict[int, int]:
    """For the start of each line that is an item of a list, numbered or not, where the line ends that leads it in."""
    lines = [line for line in line_spans(passage) if len(line)]
    found = {item.start: one.lead.end for one in led_lines(passage, lines) for item in one.items}
    lead: int | None = None
    for line in lines:
        said = line.of(passage)
        if said.endswith(_LEAD_ENDS):
            lead = line.end
        elif lead is not None and parse_mark(said) is not None:
            found.setdefault(line.start, lead)
        else:
            lead = None
    return found


def choose(claim: str, sentences: Sequence[Sentence], weights: Weights) -> tuple[Sentence, ...]:
    """The sentences of ``sentences`` that together say most of ``claim``, best ones only, in the order of the text."""
    wanted, figures = bigrams(claim), canonical_values(claim)
    if not wanted and not figures:
        return tuple(sentences[:1])
    grams = [bigrams(s.text) for s in sentences]
    values = [canonical_values(s.text) for s in sentences]
    taken: list[int] = []
    have: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    length = 0
    while len(taken) < _MOST_SENTENCES:
        best, gain = -1, _GAIN if taken else 0.0
        for number in range(len(sentences)):
            if number in taken or (taken and length + len(sentences[number].text) > _MOST_CHARS):
                continue
            more = weights.share(wanted, have | grams[number]) - weights.share(wanted, have)
            new = (figures & values[number]) - stated
            more += _FIGURE * len(new) / len(figures) if figures else 0.0
            if any(abs(number - t) == 1 for t in taken):
                more *= 1.15
            if more > gain:
                best, gain = number, more
        if best < 0:
            break
        taken.append(best)
        have |= grams[best]
        stated |= values[best]
        length += len(sentences[best].text)
    for number in list(taken):
        lead = lead_of(number, sentences)
        if lead is not None and lead not in taken:
            taken.append(lead)
    led = {lead_of(n, sentences) for n in range(len(sentences))} - {lead_of(n, sentences) for n in taken}
    bare = [
        n for n in taken if n in led and _BARE.match(sentences[n].text)
    ]  # it forbids or allows its items, nothing else
    return tuple(sentences[n] for n in sorted(set(taken) - set(bare) or taken))


def focused(claim: str, texts: Sequence[str], most: int = FOCUS) -> list[str]:
    """``texts`` with only those clauses of long ones that matter to ``claim``: what says a part of it, and what stands beside.

    A sentence of a notice may run to three hundred characters over a dozen hospitals; conditions and figures of the
    others say nothing of this one. Texts of at most ``most`` characters together stay whole.
    """
    if sum(map(len, texts)) <= most:
        return list(texts)
    clauses = [(n, c) for n, text in enumerate(texts) for c in _CLAUSE.findall(text)]
    wanted, figures = bigrams(claim), canonical_values(claim)
    grams = [bigrams(c) for _, c in clauses]
    values = [canonical_values(c) & figures for _, c in clauses]
    picked: list[int] = []
    left, unstated = set(wanted), set(figures)
    while True:
        gains = [len(g & left) + 3 * len(v & unstated) for g, v in zip(grams, values, strict=True)]
        best = max(range(len(clauses)), key=lambda n: (gains[n], len(grams[n] & wanted)))
        if gains[best] < (1 if not picked else 2):
            break
        picked.append(best)
        left -= grams[best]
        unstated -= values[best]
    beside = [n + step for step in (1, -1) for n in picked if 0 <= n + step < len(clauses)]
    beside = [n for n in beside if any(clauses[n][0] == clauses[p][0] and abs(n - p) == 1 for p in picked)]
    firsts = [min(n for n, (t, _) in enumerate(clauses) if t == clauses[p][0]) for p in picked]
    kept: list[int] = []
    size = 0
    for n in dict.fromkeys((*picked, *beside, *firsts)):
        if kept and size + len(clauses[n][1]) > most and n not in picked:
            continue
        kept.append(n)
        size += len(clauses[n][1])
    found = ["".join(clauses[n][1] for n in sorted(kept) if clauses[n][0] == t) for t in range(len(texts))]
    return [text for text in found if text] or list(texts)


def items_of(claim: str, sentences: Sequence[Sentence]) -> list[tuple[str, tuple[Sentence, ...]]]:
    """The clauses of ``claim``, each with the item of one list (its lead-in before it) that says most of it.

    [] where it is not made so: every clause has an item of its own, all under one lead-in of one passage. So what is said
    of one item is never proved by another.
    """
    parts = [part for part in split_at(_STOPS, claim) if len(bigrams(part)) >= _LEAST]
    leads = {n: lead for n in range(len(sentences)) if (lead := lead_of(n, sentences)) is not None}
    if len(parts) < 2 or not leads:
        return []
    chosen: list[int] = []
    for part in parts:
        wanted = bigrams(part)
        shares = {n: len(wanted & bigrams(sentences[n].text)) / len(wanted) for n in leads}
        best = max(shares, key=lambda n: (shares[n], -len(sentences[n].text)))
        if shares[best] < _SAYS or best in chosen or (chosen and leads[best] != leads[chosen[0]]):
            return []
        chosen.append(best)
    return [(part, (sentences[leads[n]], sentences[n])) for part, n in zip(parts, chosen, strict=True)]


def points_of(claim: str) -> tuple[str, list[str]]:
    """What ``claim`` says before all of its points, and the points, each of which names whom it is about; none for one point.

    A clause that names nobody goes with the one before it, so that nothing is proved of another than it is said of.

    >>> points_of("自付部分，一类对象减一半，二类对象不减，由医保部门办理。")
    ('自付部分，', ['一类对象减一半', '二类对象不减，由医保部门办理。'])
    """
    opening, points = "", list[str]()
    for clause in _CLAUSE.findall(claim):
        if names_a_subject(clause[:_HEAD]) and not _GOES_ON.match(clause):
            points.append(clause)
        elif points:
            points[-1] += clause
        else:
            opening += clause
    facts = facts_of(opening)
    if len(points) < 2 or facts.figures or facts.names("duty") or facts.names("polarity"):
        return opening, []  # it says something itself
    return opening, [point.rstrip(_STOPS) for point in points]


def says_most(texts: Sequence[str], said: str) -> bool:
    """Whether ``texts`` together have nearly all words of ``said``."""
    grams = bigrams(said)
    return len(grams & frozenset().union(*map(bigrams, texts))) >= _MOSTLY * len(grams)


def names_a_subject(text: str) -> bool:
    """Whether ``text`` names a body, a numbered class or grade, or a member of a set of persons and institutions."""
    folded = fold(text)
    return bool(
        bodies_in(folded) or _NUMBERED.search(folded) or series_of(folded)
        or any(contrast_sets()[number].kind == "subject" for number, _, span in mentions(folded) if span.start <= _FIRST)
    )  # fmt: skip


def lead_of(number: int, sentences: Sequence[Sentence]) -> int | None:
    """The lead-in (有下列情形之一的：) an item stands under: of the list its line belongs to, or a few sentences up at most."""
    mine = sentences[number]
    if mine.lead is not None:
        return next((n for n, s in enumerate(sentences) if (s.passage, s.span.end) == (mine.passage, mine.lead)), None)
    for back in range(number - 1, max(-1, number - 9), -1):
        if sentences[back].passage != sentences[number].passage:
            return None
        if sentences[back].text.endswith(_LEAD_ENDS):
            return back
        if not sentences[back].text.endswith(("；", ";")) and back != number - 1:
            return None
    return None
