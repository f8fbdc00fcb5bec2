"""What sort of answer a question wants (问题类型), by its wording.

Forms (``lexicon/forms_asking.toml``) are quick and explainable and know the common ways of asking; what they were never told
of, the router learnt from examples (``router.py``) adds: its share of each kind, plus ``PATTERN`` for the kind the patterns say. None of it is
tied to a notice. The trap: what is out of scope is refused, so there the router must be all but certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.query.values import asked_values
from assistant.types import Kind, RefusalReason
from corpus import fitted
from corpus.grammar import form
from corpus.wording import wording
from corpus.wordlists import wordlist

_BODY = form("ask.body")
_APPLIES = form("ask.applies")
_COMPARE = form("ask.compare")
_CHANGE = form("ask.change")
_MAY_USE = form("ask.may_use")
_FIGURE, _PARTIES = form("ask.figure"), form("place.all_held")
_DEADLINE = form("ask.deadline")
_LIST = form("ask.list")
_DURATION = form("ask.duration")
_BALANCED = form("ask.balanced")
_YES_NO = form("ask.yes_no")
_VERB_OR_NOT = form("ask.verb_or_not")
_MUST_FIGURE = form("ask.figure_surely")
_FIGURE_IN_LIST = form("ask.figure_in_list")
_STRONG_LIST = form("ask.list_plainly")
_TEXT_ONLY = form("ask.text")
_WHICH_HOSPITAL = form("ask.which_hospital")
_INJECTION, _EMERGENCY = form("guard.injection"), form("guard.emergency")


@dataclass(frozen=True, slots=True)
class Wants:
    """The primary kind and what else the question asks for besides; ``elsewhere`` is the share with which it lies outside what
    any notice is about. Of what lies there by its share ``inside`` is what it asks for where a notice speaks of it after all."""

    kind: Kind
    figure: bool = False
    deadline: bool = False
    body: bool = False
    listing: bool = False
    out_of_scope: RefusalReason | None = None
    elsewhere: float = 0.0
    inside: Wants | None = None


PATTERN = fitted.number("query.kinds.pattern")
"""What a matching pattern adds to the router's share of its kind."""
AGREES = fitted.number("query.kinds.agrees")
"""Times its share that the pattern of a change adds at most."""
ELSEWHERE, ADVICE = fitted.number("router.elsewhere"), fitted.number("router.medical")
"""Share from which a question that names no document is out of scope, and from which it asks for advice on illness."""
URGENT = fitted.number("query.kinds.urgent")
"""The same where the words are those of an emergency."""
MEDICAL = "medical"
"""The act of asking for advice on illness, among the shares beside the kinds."""
_SAYS, _SURE, _UNSURE, _BINDS = (
    fitted.number("query.kinds.says"),
    fitted.number("query.kinds.sure"),
    fitted.number("query.kinds.unsure"),
    fitted.number("query.kinds.binds"),
)


def classify(
    question: str,
    *,
    places: int = 0,
    notices_same_place: int = 0,
    documents: int = 0,
    shares: Mapping[str, float] | None = None,
) -> Wants:
    """The kind of ``question``.

    Args:
        places: how many different places the question names.
        notices_same_place: how many notices of one place it names.
        documents: how many notices it names.
        shares: the router's share of each kind; None leaves the patterns alone.

    >>> classify("家庭医生签约服务谁牵头？").kind.value
    'body'
    >>> classify("到2025年底多少县市要建成医共体").kind.value
    'figure'
    """
    wants = _by_pattern(question, places, notices_same_place)
    advice = shares.get(MEDICAL, 0.0) if shares and not documents else 0.0
    if not wants.out_of_scope and advice >= (URGENT if _EMERGENCY.search(question) else ADVICE):
        return Wants(Kind.OUT_OF_SCOPE, out_of_scope=RefusalReason.MEDICAL_ADVICE)
    if not shares or wants.out_of_scope or notices_same_place >= 2:
        return wants
    binding = shares.get(Kind.APPLICABILITY, 0.0)
    asks_whether = binding + shares.get("ruling", 0.0)
    shares = _ours(shares, question, documents)
    if wants.kind is Kind.COMPARISON:  # 隔壁湛江那份我们用得着理吗: two places, and one question whether it binds
        asked_of_us = wording("ours").in_(question) and (_VERB_OR_NOT.search(question) or _MAY_USE.search(question))
        # 医保在甲市，乙市那个办法沾得上光吗; but a place with a year (甲市、乙省16年) is no document asked about
        of_paper = wording("document_noun").in_(question) or (documents == 1 and binding >= _BINDS)
        asks = asked_of_us or (asks_whether if of_paper else binding) >= _SURE
        binds = asks and not _COMPARE.search(question)
        return replace(wants, kind=Kind.APPLICABILITY) if binds else wants
    if shares.get(Kind.OUT_OF_SCOPE, 0.0) >= ELSEWHERE and not documents:
        known = {**shares, Kind.OUT_OF_SCOPE.value: 0.0}
        inside = classify(question, places=places, notices_same_place=notices_same_place, shares=known)
        return Wants(Kind.OUT_OF_SCOPE, out_of_scope=RefusalReason.OUT_OF_SCOPE, inside=inside)
    if places >= 2:  # 湛江能不能用资阳的方案: one place's document for another, which is no comparison
        return wants
    judged = {k: shares.get(k, 0.0) for k in _ROUTED}
    if wants.kind is Kind.CHANGE:  # 改了, 后来 are said of many things: there the router has to agree
        judged[Kind.CHANGE] += min(PATTERN, AGREES * judged[Kind.CHANGE])
    elif wants.kind in judged and wants.kind is not Kind.TEXT:
        judged[wants.kind] += PATTERN
    if not wants.body and judged[Kind.BODY] < _SURE:
        judged[Kind.BODY] = 0.0  # 哪家, 谁 ask for many things besides who is in charge
    kind = max(_ROUTED, key=lambda k: judged[k])
    if judged[kind] < _UNSURE or (wants.kind is Kind.APPLICABILITY and wordlist("asks_which").holds(question)):
        kind = wants.kind
    if kind is Kind.BODY and "phone" in asked_values(question):
        kind = Kind.FIGURE
    hospital = _WHICH_HOSPITAL.search(question) is not None
    if hospital and kind is Kind.BODY:  # no hospital is named where it is said which offices are in charge
        kind = Kind.TEXT
    return replace(
        wants,
        kind=kind,
        figure=wants.figure or shares.get(Kind.FIGURE, 0.0) >= _SAYS,
        deadline=wants.deadline or shares.get(Kind.DEADLINE, 0.0) >= _SAYS,
        body=not hospital and (wants.body or shares.get(Kind.BODY, 0.0) >= _SAYS),
        listing=wants.listing or shares.get(Kind.LIST, 0.0) >= _SAYS,
        elsewhere=0.0 if documents else shares.get(Kind.OUT_OF_SCOPE, 0.0),
    )


def with_refused(shares: Mapping[str, float], acts: Mapping[str, float]) -> dict[str, float]:
    """``shares`` of the kinds with those of the acts that are refused: what lies elsewhere, and asking for advice on illness."""
    return {**shares, Kind.OUT_OF_SCOPE.value: acts.get("elsewhere", 0.0), MEDICAL: acts.get(MEDICAL, 0.0)}


def _ours(shares: Mapping[str, float], question: str, documents: int) -> Mapping[str, float]:
    """The router's kinds as ours: may one, must one (``ruling``) is read in the clause, unless a document is asked about;
    a fact of a document (``document``) is text."""
    judged = dict(shares)
    ruling = judged.pop("ruling", 0.0)
    of_document = bool(documents) or wording("document_noun").in_(question)
    to = Kind.APPLICABILITY if of_document and _APPLIES.search(question) else Kind.TEXT
    judged[to] = judged.get(to, 0.0) + ruling
    judged[Kind.TEXT] = judged.get(Kind.TEXT, 0.0) + judged.pop("document", 0.0)
    return judged


_ROUTED = (Kind.TEXT, Kind.FIGURE, Kind.LIST, Kind.BODY, Kind.DEADLINE, Kind.APPLICABILITY, Kind.CHANGE)
"""Kinds the router decides between; places decide a comparison."""


def _by_pattern(question: str, places: int, notices_same_place: int) -> Wants:
    wants_figure = bool(_FIGURE.search(_PARTIES.sub("", _BALANCED.sub("", question))))
    wants_deadline = bool(_DEADLINE.search(question))
    wants_body = bool(_BODY.search(question))
    wants_list = bool(_LIST.search(question))
    if _DURATION.search(question):
        wants_figure, wants_deadline = True, False
    elif wants_figure and _YES_NO.search(question) and not _MUST_FIGURE.search(question):
        wants_figure = False

    def made(kind: Kind) -> Wants:
        return Wants(kind, wants_figure, wants_deadline, wants_body, wants_list)

    if _INJECTION.search(question):
        return Wants(Kind.OUT_OF_SCOPE, out_of_scope=RefusalReason.INJECTION)
    applies = bool(_APPLIES.search(question))
    if places >= 2 and not (applies and not _COMPARE.search(question)):
        return made(Kind.COMPARISON)
    if notices_same_place >= 2 or (not wants_body and _CHANGE.search(question) and not (applies and not wants_figure)):
        return made(Kind.CHANGE)
    if applies:
        return made(Kind.APPLICABILITY)
    if wants_body:
        return made(Kind.BODY)
    if wants_deadline and not wants_figure:
        return made(Kind.DEADLINE)
    if wants_figure and _STRONG_LIST.search(question) and not _FIGURE_IN_LIST.search(question):
        return made(Kind.LIST)
    if wants_figure:
        return made(Kind.FIGURE)
    if wants_list and not _TEXT_ONLY.search(question):
        return made(Kind.LIST)
    return made(Kind.TEXT)
