"""Claims held against the library or against given passages (对库核验): finds the passages, names the notices.

It stands apart from :mod:`assistant.verification.verify` because it knows notices and the index; the verifier knows
strings. The index is opened for the first claim without passages, so that a file of given passages needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.retrieval.matching import Weights, bigrams
from assistant.retrieval.showing import Shown
from assistant.settings import Settings
from assistant.verification.verify import Verdict, Verifier
from corpus import fitted
from corpus.dates import written_day
from corpus.errors import UnknownNoticeError
from corpus.grammar import form
from corpus.library import Corpus, load_corpus
from corpus.regions import gazetteer, is_within
from corpus.types import Notice, Span
from index.entailment import load_entailment

if TYPE_CHECKING:
    from assistant.service import Assistant

_TOP_K, _TRIED = 8, 4
"""Passages searched for a claim, and how many of them, best first by what they say of it, are read."""
_OWN_PLACE = form("claim.own_place")
_STOPS = "，,；;：:、（("
_LIKELY = fitted.number("drafting.library.likely")
"""A passage that says less than this share of what the likeliest says of the claim is not read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands in the library; an item of a list with the lead-in it is read under (不支付下列费用：)."""

    notice: Notice
    span: Span
    lead: Span | None = None

    @property
    def text(self) -> str:
        """What is read: the lead-in on a line of its own, then the passage."""
        quote = self.notice.quote(self.span)
        return f"{self.notice.quote(self.lead).rstrip()}\n{quote}" if self.lead else quote

    def start_of(self, at: int) -> int:
        """Where the character ``at`` of :attr:`text` stands in the notice."""
        before = len(self.notice.quote(self.lead).rstrip()) + 1 if self.lead else 0
        return self.lead.start + at if self.lead and at < before else self.span.start + at - before


@dataclass(slots=True)
class LibraryVerifier:
    """A verifier with a library behind it."""

    settings: Settings
    corpus: Corpus
    verifier: Verifier
    _weights: Weights
    _open: Callable[[Settings], Assistant]
    _assistant: Assistant | None = field(default=None)
    _shown: Shown = field(default_factory=Shown)

    @classmethod
    def open(cls, settings: Settings, assistant: Callable[[Settings], Assistant]) -> LibraryVerifier:
        """
        Args:
            assistant: opens the library's index, asked for the first claim that comes without passages.

        Raises:
            CorpusError: a notice cannot be read.
        """
        corpus = load_corpus(settings.data_dir)
        weights = Weights(p.search_text for p in corpus.passages(max_tokens=settings.index.max_tokens))
        return cls(settings, corpus, Verifier(weights, load_entailment(settings.index_config())), weights, assistant)

    @classmethod
    def of(cls, assistant: Assistant) -> LibraryVerifier:
        """Beside an assistant that is open already."""
        weights = Weights(
            p.search_text for p in assistant.corpus.passages(max_tokens=assistant.settings.index.max_tokens)
        )
        return cls(
            assistant.settings,
            assistant.corpus,
            Verifier(weights, load_entailment(assistant.settings.index_config())),
            weights,
            lambda _: assistant,
            assistant,
        )

    def record(self, claim: str, passages: Sequence[tuple[str | None, str]] | None) -> dict[str, Any]:
        """``{"verdict", "reason", "evidence"}`` for a claim, from ``passages`` (notice or None, text) or the library."""
        if passages is None:
            verdict, places = self.search(claim)
            return {**_head(verdict), "evidence": [_placed(verdict, n, places) for n in range(len(verdict.evidence))]}
        texts, names = [text for _, text in passages], {name for name, _ in passages}
        one = self._find(names.pop()) if len(names) == 1 else None
        told = without_own_place(claim, one, "\n".join(texts)) if one else claim
        verdict = self.verifier.verify(told, texts, known=self._known(passages))
        evidence = []
        for sentence in verdict.evidence:
            name = passages[sentence.passage][0]
            notice = self._find(name)
            evidence.append(
                {
                    "notice": name,
                    "notice_id": notice.id if notice else None,
                    "start": sentence.span.start,
                    "end": sentence.span.end,
                    "quote": sentence.text,
                }
            )
        return {**_head(verdict), "evidence": evidence}

    def search(self, claim: str, *, among: Sequence[str] = ()) -> tuple[Verdict, tuple[Place, ...]]:
        """The verdict from the library's own passages; ``among`` narrows it to notices by id."""
        assistant = self._opened()
        hits = assistant.index.search(claim, top_k=_TOP_K * (3 if among else 1))
        found = [h.passage for h in hits if not among or h.passage.notice_id in among][:_TOP_K]
        wanted = bigrams(claim)
        places = [self._place(self.corpus.get(p.notice_id), p.span) for p in found]
        shares = [self._weights.share(wanted, bigrams(p.text)) for p in places]
        said = sorted(zip(shares, places, strict=True), key=lambda pair: -pair[0])
        places = [p for share, p in said if share >= _LIKELY * said[0][0]]
        tried: list[tuple[Verdict, tuple[Place, ...]]] = []
        for place in places[:_TRIED]:
            told = without_own_place(claim, place.notice, place.text)
            verdict = self.verifier.verify(told, [place.text], known=own_words(place.notice, place.span))
            if verdict.status == "supported":
                return verdict, (place,)
            tried.append((verdict, (place,)))
        together = tuple(places[:_TRIED])
        known = " ".join(own_words(p.notice, p.span) for p in together)
        quotes = [p.text for p in together]
        of_one = len({p.notice.region for p in together}) == 1
        told = without_own_place(claim, together[0].notice, "\n".join(quotes)) if of_one else claim
        verdict = self.verifier.verify(told, quotes, known=known)
        if verdict.status == "supported" or not tried:
            return verdict, together
        return max(tried, key=lambda pair: pair[0].cover)

    def _place(self, notice: Notice, span: Span) -> Place:
        """Where a passage stands; its lead-in, which may deny all of it, where it opens with an item of a list."""
        first = Span(span.start, span.start + len(notice.quote(span).split("\n", 1)[0]))
        item = next((one for one in self._shown.around(notice, first) if one.kind == "item" and one.lead), None)
        lead = item.lead[-1] if item else None
        return Place(notice, span, lead if lead and lead.end <= span.start else None)

    def _known(self, passages: Sequence[tuple[str | None, str]]) -> str:
        """What may be said of the given notices by name: their numbers and, where the library has them, their titles."""
        names = [name for name, _ in passages if name]
        found = [notice for name in names if (notice := self._find(name))]
        return " ".join([*names, *(own_words(n, None) for n in found)])

    def _find(self, name: str | None) -> Notice | None:
        try:
            return self.corpus.find(name) if name else None
        except UnknownNoticeError:
            return None

    def _opened(self) -> Assistant:
        if self._assistant is None:
            self._assistant = self._open(self.settings)
        return self._assistant


def own_words(notice: Notice, span: Span | None) -> str:
    """What may be said of a notice besides its clauses: number, title, issuer, place, issue date, headings above."""
    issued = written_day(notice.issued_on) if notice.issued_on else ""
    headings = " ".join(notice.article_at(span.start).headings) if span else ""
    region = notice.region.replace("/", " ")
    return (
        f"{notice.number or ''} {notice.title} {' '.join(notice.aliases)} {notice.issuer} {region} {issued} {headings}"
    )


def without_own_place(claim: str, notice: Notice, quote: str) -> str:
    """``claim`` without the place of ``notice`` (甲市, 我市) before its clauses: a notice does not name it in each of its own.

    A name that goes on (甲省人民医院) stays where ``quote`` has it so; 甲市财政局 is 市财政局 there.
    """
    for own in reversed(list(_OWN_PLACE.finditer(claim))):
        if own.group() not in quote:
            claim = claim[: own.start()] + claim[own.end() :]
    for mention in reversed(gazetteer().find(claim)):
        start, end = mention.span.start, mention.span.end
        if not is_within(notice.region, mention.path) or (start and claim[start - 1] not in _STOPS):
            continue
        name, behind = claim[start:end], claim[end : end + 2]
        if behind and name + behind in quote:
            continue
        level = name[-1] if behind and name[-1] + behind in quote else ""
        claim = f"{claim[:start]}{level}{claim[end:].lstrip(_STOPS)}"
    return claim


def _head(verdict: Verdict) -> dict[str, Any]:
    return {"verdict": verdict.status, "reason": verdict.reason}


def _placed(verdict: Verdict, number: int, places: Sequence[Place]) -> dict[str, Any]:
    sentence = verdict.evidence[number]
    place = places[sentence.passage]
    start = place.start_of(sentence.span.start)
    return {
        "notice": place.notice.name,
        "notice_id": place.notice.id,
        "start": start,
        "end": start + len(sentence.text),
        "quote": sentence.text,
    }
