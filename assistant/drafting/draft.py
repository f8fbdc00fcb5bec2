"""A draft checked sentence by sentence (文稿核对): what the library says of each, and of the notices it names.

Every sentence that states something is held against the library (or against the notices it names); a heading, a
salutation or a signature states nothing. Document numbers and titles are looked up, and a notice that is repealed, not
yet in force or of another place is named. The trap: a sentence that names a notice is about that notice, so only its
passages count there; another notice that happens to say it is no proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal

from assistant.applicability import verdicts
from assistant.drafting.library import LibraryVerifier, Place, own_words, without_own_place
from assistant.errors import DraftError
from assistant.retrieval.matching import bigrams
from assistant.verification.verify import Verdict
from corpus.counting import marks_of
from corpus.docnumber import find_numbers
from corpus.enumeration import without_marks
from corpus.errors import AmbiguousNoticeError, UnknownNoticeError
from corpus.facts import facts_of
from corpus.grammar import form
from corpus.text import clause_spans, fold, line_spans, sentence_spans
from corpus.types import Notice, Span

Step = Callable[[int, int, str], None]
MAX_CHARS = 400_000
_TITLE = form("cite.title")
_MARKER, _CITED = form("model.marker"), form("draft.cited")
_OPENING, _DAY, _SAME = form("draft.opening"), form("draft.day"), form("draft.same_notice")
_ENDS = ("。", "！", "？", "；", "”")
_LEAST, _LEAST_CLAUSE = 8, 5


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence of a notice that a verdict rests on; offsets are of the notice's text."""

    notice: str
    notice_id: str
    start: int
    end: int
    quote: str
    path: str


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of the draft; ``status`` is "none" where it states nothing. ``remarks`` are about the notices named."""

    text: str
    span: Span
    status: Literal["supported", "contradicted", "unsupported", "none"]
    reason: str
    clauses: tuple[Clause, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """The draft with its sentences in order; ``name`` is the file's."""

    name: str
    sentences: tuple[CheckedSentence, ...]

    def count(self, status: str) -> int:
        return sum(s.status == status for s in self.sentences)


def sentences_to_check(name: str, text: str) -> tuple[Span, ...]:
    """The sentences of a draft, in order.

    Raises:
        DraftError: too long, or it states nothing.
    """
    if len(text) > MAX_CHARS:
        raise DraftError(f"文稿有{len(text)}字，超过上限{MAX_CHARS}字。请分成几份核对")
    spans = tuple(s for s in sentence_spans(text) if s.of(text).strip())
    if not any(map(_states, _told(text, spans))):
        raise DraftError(f"{name} 里没有可核对的句子：没有一句写明了事项、数字或要求。请检查是否选对了文件")
    return spans


def checked_sentences(
    text: str, spans: Sequence[Span], verifier: LibraryVerifier, *, place: str | None = None, as_of: date | None = None
) -> Iterator[CheckedSentence]:
    """Each of ``spans`` against the library, one after the other, so that whoever waits sees it grow and may stop.

    Args:
        place: region path the draft is for; notices of other places are remarked on.
        as_of: the day it is read on (today when None).
    """
    day = as_of or verifier.settings.today or date.today()

    @cache
    def standings() -> dict[str, str]:
        found = verdicts(verifier.corpus.notices, place, day)
        return {v.notice_id: f"{v.notice}：{v.reason}" for v in found if v.binding.apart}

    about: Notice | None = None  # 本办法 in a draft that named one is that one
    for number, (span, told) in enumerate(zip(spans, _told(text, spans), strict=True)):
        titles = number == 0 < len(spans) - 1 and not told.endswith(_ENDS)
        written = span.of(text).strip()
        named = _named(written, verifier)
        if named.notices:
            about = named.notices[0] if len(named.notices) == 1 else None
        elif about is not None and _SAME.search(told):
            named = replace(named, notices=(about,))
        yield _checked(written, told, span, verifier, standings, named, states=not titles and _states(told))


def check_draft(
    name: str,
    text: str,
    verifier: LibraryVerifier,
    *,
    place: str | None = None,
    as_of: date | None = None,
    step: Step | None = None,
) -> CheckedDraft:
    """Every sentence of ``text`` against the library; ``step`` is told how far it is.

    Raises:
        DraftError: too long, or it states nothing.
    """
    spans = sentences_to_check(name, text)
    found: list[CheckedSentence] = []
    for sentence in checked_sentences(text, spans, verifier, place=place, as_of=as_of):
        found.append(sentence)
        if step:
            step(len(found), len(spans), "核对")
    return CheckedDraft(name, tuple(found))


def _told(text: str, spans: Sequence[Span]) -> tuple[str, ...]:
    """What each of ``spans`` says, without the marks of its outline and of sources; of a clause that is cited, its words."""
    lines = tuple(line_spans(text))
    counted = {
        line.start: mark for line, mark in zip(lines, marks_of([s.of(text) for s in lines]), strict=True) if mark
    }
    starts = (span.end - len(span.of(text).lstrip()) for span in spans)
    told = (without_marks(span.of(text), counted.get(start)) for span, start in zip(spans, starts, strict=True))
    bare = (_MARKER.sub("", one).strip() for one in told)
    return tuple(cited["quote"] if (cited := _CITED.match(one)) else one for one in bare)


def _states(text: str) -> bool:
    """Whether a sentence states something that can be held against a notice."""
    bare = text.strip()
    if len(fold(bare)) < _LEAST or _OPENING.search(bare) or _DAY.fullmatch(bare):
        return False
    ended = bare.endswith(_ENDS) or (bare.endswith("）") and any(mark in bare for mark in _ENDS))
    return ended or bool(facts_of(bare).figures) or bool(facts_of(bare).names("duty"))


def _checked(
    text: str,
    told: str,
    span: Span,
    verifier: LibraryVerifier,
    standings: Callable[[], dict[str, str]],
    named: _Named,
    *,
    states: bool,
) -> CheckedSentence:
    remarks = [*named.wrong, *named.unknown]
    if not states:
        return CheckedSentence(text, span, "none", "", remarks=tuple(remarks))
    for number in named.misquoted:  # what else is wrong is told beside the wrong number
        told = told.replace(f"（{number}）", "").replace(number, "")
    verdict, places = verifier.search(told, among=[n.id for n in named.notices])
    if verdict.status != "supported":
        verdict = _clause_by_clause(told, verdict, places, verifier)
    elif named.wrong:
        verdict = replace(verdict, status="contradicted", reason=f"{'；'.join(named.wrong)}。其余有据")
    clauses = _clauses(verdict, places)
    cited = {c.notice_id for c in clauses}
    shown = dict.fromkeys([*(n.id for n in named.notices), *(p.notice.id for p in places if p.notice.id in cited)])
    remarks += [standings()[one] for one in shown if one in standings()]
    return CheckedSentence(text, span, verdict.status, verdict.reason, clauses, tuple(remarks))


def _clause_by_clause(told: str, verdict: Verdict, places: Sequence[Place], verifier: LibraryVerifier) -> Verdict:
    """``verdict`` with the clauses named that are not borne out, where the others are: of a sentence of several, which one is meant.

    Nothing is supported by it: what each clause says may hold of different things.
    """
    spans = [s for s in clause_spans(told) if len(fold(_unnamed(s.of(told)))) >= _LEAST_CLAUSE]
    if len(spans) < 2 or not places:
        return verdict
    quotes = [place.text for place in places]
    known = " ".join(own_words(place.notice, place.span) for place in places)
    found = []
    for span in spans:
        clause = span.of(told).strip("，,；;。")
        said = without_own_place(clause, places[0].notice, "\n".join(quotes))
        found.append((clause, verifier.verifier.verify(said, quotes, known=known)))
    there = bigrams("\n".join(quotes))  # 住院和门诊病种，…: what only names the matter stands there, and says nothing
    open_ones = [
        (clause, one)
        for clause, one in found
        if one.status == "contradicted" or (one.status == "unsupported" and not bigrams(clause) <= there)
    ]
    if not open_ones or len(open_ones) == len(found):
        return verdict
    status = min((one.status for _, one in open_ones), key=("contradicted", "unsupported").index)
    reason = "；".join(f"“{clause}”：{one.reason}" for clause, one in open_ones)
    return replace(verdict, status=status, reason=f"{reason}。其余有据")


def _unnamed(clause: str) -> str:
    """``clause`` without the titles and numbers of notices in it: what only names its source says nothing."""
    for mention in find_numbers(clause):
        clause = clause.replace(mention.span.of(clause), "") if mention.canonical else clause
    return _TITLE.sub("", clause).replace("（）", "")


@dataclass(frozen=True, slots=True)
class _Named:
    """The notices a sentence names, remarks on numbers that are ``wrong`` or ``unknown``, and the wrong ones as written."""

    notices: tuple[Notice, ...]
    wrong: tuple[str, ...]
    unknown: tuple[str, ...]
    misquoted: tuple[str, ...]


def _named(text: str, verifier: LibraryVerifier) -> _Named:
    found: list[Notice] = []
    wrong, unknown, misquoted = list[str](), list[str](), list[str]()
    titles = [(m.group(1), _find(m.group(1), verifier)) for m in _TITLE.finditer(text)]
    for mention in find_numbers(text):
        if mention.canonical is None:
            continue
        notice = _find(mention.canonical, verifier)
        near = next(
            (n for t, n in titles if n and n.number and 0 <= mention.span.start - text.find(t) <= len(t) + 4), None
        )
        if near is not None and near is not notice:
            wrong.append(f"文号不对：《{near.title}》的文号是{near.number}，不是{mention.canonical}")
            misquoted.append(mention.span.of(text))
            found.append(near)
        elif notice is None:
            unknown.append(f"库中没有文号为{mention.canonical}的文件，无法核对")
        else:
            found.append(notice)
    found += [n for _, n in titles if n and n not in found]
    return _Named(tuple(found), tuple(wrong), tuple(unknown), tuple(misquoted))


def _find(name: str, verifier: LibraryVerifier) -> Notice | None:
    try:
        return verifier.corpus.find(name)
    except (UnknownNoticeError, AmbiguousNoticeError):
        return None


def _clauses(verdict: Verdict, places: Sequence[Place]) -> tuple[Clause, ...]:
    found = []
    for sentence in verdict.evidence:
        place = places[sentence.passage]
        start = place.start_of(sentence.span.start)
        path = place.notice.article_at(start).path
        found.append(Clause(place.notice.name, place.notice.id, start, start + len(sentence.text), sentence.text, path))
    return tuple(found)
