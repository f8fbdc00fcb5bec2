"""What the notices do not hold (未载): a body, a term, a figure, a list of names, a year that is asked and nowhere stated.

Each check names what is missing, so that a refusal can say it. They look at content, not at scores; whether the best
sentence answers otherwise is for ``answerability``. The trap: a term has many names, and a general word proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from assistant.answering.answerability import carrier
from assistant.answering.manner import Manner, Missing
from assistant.answering.reach import other_kind
from assistant.query.narrowing import bodies_named
from assistant.query.read import Understanding
from assistant.query.values import years_of
from assistant.retrieval.dated import time_before
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.matching import Weights, bigrams
from assistant.retrieval.selection import Pick
from assistant.retrieval.showing import Shown
from corpus import fitted
from corpus.grammar import form, split_at
from corpus.numerals import canonical_values
from corpus.synonyms import TermMatch, broader, find_terms
from corpus.text import fold
from corpus.types import Notice
from corpus.wording import wording
from corpus.wordlists import wordlist

_TOO_GENERAL = frozenset(fold("".join(word)) for word in wordlist("too_general").words)

LEAST_TERM = 3
"""Characters of a known term that is a matter of its own."""
NEAR_TIE = fitted.number("answering.absent.near_tie")
"""Sentences this much less near than the best one may be meant as well."""
AS_GOOD = fitted.number("answering.absent.as_good")
"""Share of the score of the sentence that carries the answer from which others may be meant as well."""
SAME_MEASURE = fitted.number("answering.absent.same_measure")
"""Share of a measure's name a sentence must hold to state it: 药品收入 beside 占比 is not 药占比 yet."""
_MEASURE = ("率", "占比", "比重", "加成")
_COUNTED, _NAMES_BODY = form("states.counted"), form("answer.body_word")
_LEVEL, _PROGRAMME = form("body.level_before"), form("name.programme")


def absent_subject(u: Understanding, manner: Manner, pool: Sequence[Notice]) -> str | None:
    """A known term of the question that no notice of ``pool`` uses in any of its forms (DRG, ICU, 耗材加成), or None."""
    if Missing.SUBJECT not in manner.missing:
        return None
    texts = [_folded(n.text) for n in pool]
    for match in u.terms:
        short = len(match.term) < 3 or (len(match.term) < 4 and len(match.others[0]) < 4)
        if short or match.term in _TOO_GENERAL:
            continue
        if not any(_uses(text, match) for text in texts):
            return match.term
    return None


def absent_programme(u: Understanding, pool: Sequence[Notice], programmes: frozenset[str]) -> str | None:
    """The one of ``programmes`` (登峰计划) that the question names and no notice of ``pool`` mentions, the longest first, or None."""
    asked = sorted((name for name in programmes if u.names(name)), key=len, reverse=True)
    return next((name for name in asked if not any(name in _folded(n.text) for n in pool)), None)


def programmes_of(notices: Sequence[Notice]) -> frozenset[str]:
    """The programmes that notices name in quotes."""
    return frozenset(fold(found["name"]) for n in notices for found in _PROGRAMME.finditer(n.text))


def unwritten(u: Understanding, said: str, *, least: int = 2) -> TermMatch | None:
    """A known term of the question that ``said`` has in no form, where it names neither a body nor a sort of institution (which a
    clause may name by its class) and is not what the asker is (我们是口腔医院); None where each is there.

    Args:
        said: the quotes of an answer with their headings.
        least: characters of a term from which it counts; letters (DRG) always do.
    """
    text = fold(said)
    for match in u.terms_asked:
        names = (match.term, *match.others)
        short = len(match.term) < (2 if match.term.isascii() else least)
        asks = wording("ask_open").in_(match.term)  # 怎么罚 is asked, and no word that a clause writes
        if short or asks or match.term in _TOO_GENERAL or any(map(_NAMES_BODY.search, names)):
            continue
        if not any(fold(name) in text for name in names):
            return match
    return None


def writes_of(match: TermMatch, text: str) -> bool:
    """Whether ``text`` has the term in any form."""
    folded = fold(text)
    return any(fold(name) in folded for name in (match.term, *match.others))


def mentions(notice: Notice, term: str) -> bool:
    """Whether ``notice`` uses a known term in any of its forms."""
    text = _folded(notice.text)
    return fold(term) in text or any(_uses(text, match) for match in find_terms(term))


def _uses(text: str, match: TermMatch) -> bool:
    """Whether ``text`` has the term in any form, or the class it belongs to (基层医疗机构 of 社区医院)."""
    return any(form in text for form in (match.term, *match.others, *broader(match.term)) if len(form) >= 2)


def absent_body(u: Understanding, manner: Manner, pool: Sequence[Notice]) -> str | None:
    """A body named in a question about duties that no notice of ``pool`` mentions, or None."""
    asked = u.wants.body or u.says("ask.duty")
    if Missing.BODY not in manner.missing or not asked:
        return None
    texts = [_folded(n.text) for n in pool]
    for written in bodies_named(u):
        name = fold(written)
        core = _LEVEL.sub("", name) or name
        forms = {core, *(other for term in find_terms(core) for other in term.others)}
        if not any(form in text for text in texts for form in forms):
            return written
    return None


def absent_figure(u: Understanding, manner: Manner, pool: Sequence[Notice]) -> str | None:
    """A share or amount the question takes for granted (``80%还是90%``) that no notice of ``pool`` states, or None."""
    if Missing.FIGURE not in manner.missing:
        return None
    stated = frozenset().union(*(canonical_values(n.text) for n in pool)) if pool else frozenset()
    for value in u.stated:
        if (value.canonical.endswith("%") or value.unit in ("元", "万元")) and value.canonical not in stated:
            return value.text
    return None


@lru_cache(maxsize=2048)
def _folded(text: str) -> str:
    return fold(text)


def other_measure(u: Understanding, manner: Manner, picks: Sequence[Pick], weights: Weights) -> str | None:
    """A measure the question names (药占比, 就诊率, 药品加成) that the sentence with the figure does not, or None."""
    best = carrier(u, manner, picks) if manner.wants_value(u) else None
    if best is None:
        return None
    grams = bigrams(best.sentence.text) | bigrams(best.article.path)
    for match in u.terms:
        if match.term.endswith(_MEASURE) and weights.covered(weights.of_term(match), grams) < SAME_MEASURE:
            return match.term
    return None


def names_missing(u: Understanding, manner: Manner, picks: Sequence[Pick]) -> bool:
    """Whether a list of names is asked (名单, 都叫啥) and the carrying sentence gives a number of them but no list."""
    if not u.says("ask.names") or u.wants.body:  # 那个名单谁来编: who draws it up is asked
        return False
    best = carrier(u, manner, picks)
    if best is None:
        return False
    counted = [c for c in split_at("，,；。“”", best.sentence.text) if _COUNTED.search(c)]
    return bool(counted) and not any("、" in c or "（" in c for c in counted)


def other_group(u: Understanding, manner: Manner, picks: Sequence[Pick]) -> str | None:
    """The sort of hospital a figure is asked for where the sentence that states one is about another sort, or None."""
    if Missing.GROUP not in manner.missing:
        return None
    best = carrier(u, manner, picks)
    if best is None or u.says("ask.of_us"):
        return None
    near = [p for p in picks if p.score >= AS_GOOD * best.score and u.fits(p.sentence.text)]
    told = [other_kind(u.asker_meant, p.sentence.text) for p in (best, *near[:4])]
    return told[0][1] if told[0] and all(told) else None


def wrong_year(
    u: Understanding,
    manner: Manner,
    evidence: Sequence[Evidence],
    picks: Sequence[Pick],
    shown: Shown | None = None,
) -> bool:
    """Whether target years are asked that neither the carrying sentence, what leads into it nor its notice speaks of."""
    wanted = u.target_years - {e.notice.issued_on.year for e in evidence if e.notice.issued_on}
    if not wanted or len(wanted) > 1 or Missing.YEAR not in manner.missing:
        return False
    best = carrier(u, manner, picks)
    if best is None:
        return False
    near = [
        p
        for p in picks
        if p.sentence.similarity >= best.sentence.similarity - NEAR_TIE and p.score >= AS_GOOD * best.score
    ]
    if manner.value:
        near = [p for p in near if u.fits(p.sentence.text)]
    for pick in [best, *near[:6]]:
        notice = pick.notice
        stated = years_of(pick.sentence.text)
        if shown:
            stated |= years_of(shown.lead(notice, pick.article, pick.span))
        if manner.value and not stated:
            said = time_before(pick.notice, pick.span.start)
            stated = years_of(said.of(notice.text)) if said else stated
        if stated & wanted or (notice.issued_on and notice.issued_on.year in wanted and not stated):
            return False
        first, last = notice.horizon or (0, 9999)
        if not stated and all(first <= y <= last for y in wanted):
            return False
        if stated and not manner.value and any(min(stated) <= y <= max(stated) for y in wanted):
            return False
    return True
