"""The question as a value (问题): made once by :func:`assistant.query.read.understand`; later steps see slots, not words.

A message is one :class:`Query`; where it asks several things each of ``parts`` is a Query of its own. The trap: a field
that the words leave open is empty, never a default that looks like something said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from assistant.hospitals import HospitalKind, names_kind
from assistant.query.asked import asks_yes_or_no, beside_facts, day_held, facts_about, says
from assistant.query.asker import Asker, asker_of, figures_of
from assistant.query.kinds import Wants, classify
from assistant.query.orders import addressee, asks_to_write, matter_told, ordered, own_matter, rests_on
from assistant.query.scope import item_number, parts_of_question
from assistant.query.summing import Shape, named_in, part_wanted, shape_of, without_listing
from assistant.query.topic import content_of
from assistant.query.values import (
    asked_values,
    fits,
    may_bear,
    phase_asked,
    question_figures,
    states_time,
    things_counted,
    words_quoted,
)
from assistant.types import Kind, Scope
from corpus.amounts import amounts_of
from corpus.contrasts import Conflict, conflicts, said_of_all, sides
from corpus.dates import Period
from corpus.ended import Ended
from corpus.facts import Figure
from corpus.grammar import form, split_at
from corpus.numerals import Value, find_values, whole_number
from corpus.parallel import cases_of
from corpus.synonyms import TermMatch, find_terms
from corpus.wording import wording

_RULED = "怎么规定"
"""Makes a question of a matter that is only named: sentences are read beside questions."""
_BASIS = 2
"""Documents that a draft rests on."""
_HOW_MANY, _SAYS_WHO = form("ask.how_many"), form("asker.says_who")
_MAKES_DO, _NTH_OF_LAST = form("write.makes_do"), form("ask.nth_of_last")
_OF_CASES = (Kind.FIGURE, Kind.DEADLINE, Kind.BODY)


class Task(StrEnum):
    """What is to be done with the notices (任务)."""

    ANSWER = "answer"  # 答一个问题
    LIBRARY = "library"  # 库里有什么、有多少份
    SUMMARY = "summary"  # 总结一份文件
    COLLECT = "collect"  # 列出全部指标、时限、任务
    SCHEDULE = "schedule"  # 时间表
    WRITE = "write"  # 起草、改写
    TRANSLATE = "translate"  # 翻译
    OUTSIDE = "outside"  # 打电话、发邮件、落实情况等本库做不到的
    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    HELP = "help"  # 你能做什么


class Hang(StrEnum):
    """How a message hangs on the conversation (承接)."""

    NEW = "new"  # 另起话题
    SLOT = "slot"  # 同一件事，换一个条件
    LAST = "last"  # 问上一条回答本身


@dataclass(frozen=True, slots=True)
class Premise:
    """A figure the asker holds to be so (…是3%吗, …80%对吧): as written, canonical as in ``corpus.numerals``, and its unit.

    ``asked``: it is what the question asks about; else one of a statement with more to it (拿3%搞科研，没错吧). ``amounts``: what it
    amounts to by each measure (:func:`corpus.amounts.amounts_of`).
    """

    text: str
    canonical: str
    unit: str = ""
    asked: bool = True
    amounts: frozenset[tuple[str, Fraction]] = frozenset()

    def is_said_by(self, value: Value) -> bool:
        """Whether ``value`` is the same, in whatever unit; a bare number (不低于60) means the share too."""
        same = bool(self.amounts & amounts_of(value))
        return same or self.canonical in (value.canonical, value.canonical.removesuffix("%"))

    def is_alike(self, value: Value) -> bool:
        """Whether ``value`` is of the same sort: a share, or counted by the same unit."""
        shares = ["%" in one.canonical for one in (self, value)]
        measured = {name for name, _ in self.amounts} & {name for name, _ in amounts_of(value)}
        return all(shares) or (not any(shares) and (self.unit == value.unit or bool(measured)))

    @property
    def written(self) -> str:
        """Figure and unit."""
        return self.text if "%" in self.canonical else f"{self.text}{self.unit}"


@dataclass(frozen=True, slots=True)
class Query:
    """Everything later steps need to know of a question.

    ``utterance`` is the message as typed, its slips put right: no later step reads it but a model, or to say it again
    (``tests/rooms.py`` counts). ``topic`` is the subject without scope words, for search; ``content`` the topic without question words, for
    coverage. ``regions`` is empty when no place is known; ``region_from`` is question, history, profile or None;
    ``follows`` is the question before where the topic was carried from it. ``item`` is the label of an item asked for
    by number (第四条之一), "" for none. ``own`` is the content of the message itself, and ``other`` its other reading, where the
    words leave open whether it hangs on the last one (``open``) or add to what is carried; ``last`` is the question before, for a
    message about its answer. ``kinds`` is what the asker's hospital is; ``slips`` says what was taken for a typing slip.
    ``called`` are the words of one of several questions, without the story before it; ``context`` is what an earlier question
    of the message is about: sentences read alike are told apart by it, unless the question is a matter of its own (``apart``).
    ``outline``: the headings of a document are wanted. ``modality``: all that it forbids or encourages.
    ``hospitals`` are those of which all is wanted that a document asks of them (要求公立医院做哪些事).
    ``time_held`` is a time by which the asker holds something to be so (2023年底建成，对吧).
    ``body_held`` is a body the asker takes to be in charge (是人社局牵头吗).
    ``national``: what the country says is compared with what ``regions`` say; ``country``: its rules alone are asked for. ``ended`` are documents named
    that one of the library repealed and whose text it does not hold. ``doubtful`` are names of
    places that several bear, with their paths, where the question
    names no other. ``alike`` are documents that one name fits alike.
    ``of_sides``: of a comparison what each side ("" the country) is asked by itself, where clauses are of one side alone.
    ``divided``: the asker's own question marks divide the ``parts``.
    ``said_places`` are the places the conversation is about: those of the last message that said any.
    ``answered`` is what the last answer said, its markers left out.
    ``unheld`` says which documents are named that the library does not hold, and what is taken for them: the answer begins with it.
    """

    utterance: str
    rewritten: str
    wants: Wants
    topic: str
    content: str
    regions: tuple[str, ...] = ()
    region_from: str | None = None
    notice_ids: tuple[str, ...] = ()
    unknown_numbers: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    as_of: date = date.max
    as_of_from: str | None = None
    home: str | None = None
    carried: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    follows: str = ""
    task: Task = Task.ANSWER
    hang: Hang = Hang.NEW
    parts: tuple[Query, ...] = ()
    divided: bool = False
    premise: Premise | None = None
    time_held: Period | None = None
    body_held: str = ""
    hospitals: str = ""
    outline: bool = False
    modality: str = ""
    called: str = ""
    context: str = ""
    apart: bool = False
    item: str = ""
    other: Query | None = None
    open: bool = False
    own: str = ""
    last: Query | None = None
    kinds: tuple[HospitalKind, ...] = ()
    slips: tuple[str, ...] = ()
    national: bool = False
    country: bool = False
    ended: tuple[Ended, ...] = ()
    doubtful: tuple[tuple[str, tuple[str, ...]], ...] = ()
    alike: tuple[str, ...] = ()
    of_sides: tuple[tuple[str, str], ...] = ()
    said_places: tuple[str, ...] = ()
    unheld: tuple[str, ...] = ()
    answered: str = ""

    @property
    def asks_premise(self) -> bool:
        """Whether the question asks about a figure that the asker holds to be so."""
        return self.premise is not None and self.premise.asked

    @property
    def value_words(self) -> str:
        """The words that say what sort of value is asked: the question's own, else those of the one it follows."""
        return (
            self.utterance if not self.follows or asked_values(self.utterance) else f"{self.follows} {self.utterance}"
        )

    @property
    def values(self) -> frozenset[str]:
        """Kinds of value asked for (share, money, count, span, age, grade, times); empty where none or any."""
        return asked_values(self.value_words)

    def says(self, name: str) -> bool:
        """Whether the question is of that form, or has a word of that list (:func:`assistant.query.asked.says`)."""
        return says(self.utterance, name)

    def asks_on(self, name: str) -> bool:
        """The same, of the question before too where a follow-up has only changed a slot of it (23年那份呢)."""
        return says(f"{self.follows} {self.utterance}" if self.follows else self.utterance, name)

    def fits(self, text: str) -> bool:
        """Whether ``text`` states a value of a kind that is asked for."""
        return fits(self.value_words, text)

    def counts(self, text: str) -> bool:
        """Whether ``text`` states a value of a kind of which all are asked for: fines too."""
        return fits(self.value_words, text, fines=True)

    def may_bear(self, text: str) -> bool:
        """Whether ``text`` states a figure that may be the one asked though its kind is another."""
        return may_bear(self.value_words, text)

    def bears(self, text: str) -> bool:
        """Whether ``text`` states a value of a kind that is asked for, or a time where one is asked."""
        return self.fits(text) or (self.kind is Kind.DEADLINE and states_time(self.value_words, text))

    @property
    def sought(self) -> str:
        """What is searched for and read with sentences: the topic, or all of it where scope words are all there is."""
        return self.topic or self.utterance

    @property
    def head(self) -> str:
        """The question as it is said again over its answer, without the story before it."""
        return (self.called or self.utterance).rstrip("？?。 ")

    @property
    def target_years(self) -> frozenset[int]:
        """Years the question asks about as targets: not the as-of date; of a long plan period its last year."""
        meant = [p for p in self.periods if not p.relative and not _left_out(self.utterance[: p.span.start].rstrip())]
        years = {y for p in meant for y in (p.years if len(p.years) <= 2 else (p.years[-1],))}
        if self.as_of_from == "问题":
            years.discard(self.as_of.year)
        return frozenset(years)

    @property
    def due_year(self) -> int | None:
        """The year in which what is asked for falls due (今年, 到2020年, 2025年底前); None where none is said."""
        for p in self.periods:
            by_then = p.deadline or self.utterance[: p.span.start].endswith(("到", "至"))
            if len(p.years) == 1 and p.start != p.end and (p.relative or by_then):
                return p.start.year
        return None

    @property
    def asker(self) -> Asker:
        """Who asks, as the question itself says."""
        return asker_of(self.utterance)

    @property
    def asker_figures(self) -> tuple[tuple[str, Figure], ...]:
        """The figures that the question gives of a case, each as said (:func:`assistant.query.asker.figures_of`)."""
        return figures_of(self.utterance)

    @property
    def asker_meant(self) -> Asker:
        """Who is meant where the subject was carried (那二甲呢): what the turn says in the place of what was said before."""
        return asker_of(self.own) if "话题" in self.carried else self.asker

    @property
    def private(self) -> bool:
        """Whether it is asked of hospitals that are not public."""
        return names_kind(self.utterance, HospitalKind.PRIVATE)

    @property
    def nth_of_last(self) -> int | None:
        """Which point of the last answer is to be told at length (展开讲讲第二点), from 1; None where none is."""
        found = _NTH_OF_LAST.search(self.utterance) if self.answered else None
        return whole_number(found["n"] or found["m"]) or None if found else None

    @property
    def kinds_covered(self) -> tuple[HospitalKind, ...]:
        """The kinds of hospital of which it asks whether a document says anything of them (有没有哪条是管民营的)."""
        return self.kinds_named if self.says("ask.covers_kind") else ()

    @property
    def kinds_named(self) -> tuple[HospitalKind, ...]:
        """The kinds of hospital it names."""
        return tuple(kind for kind in HospitalKind if names_kind(self.utterance, kind))

    @property
    def levels(self) -> frozenset[str]:
        """Levels of care and of government the question names (县级, 城市公立医院)."""
        return frozenset(s.of(self.utterance) for s in wording("level").each(self.utterance))

    @property
    def how_many(self) -> int | None:
        """How many things of a kind the question says there are (那五个统一, 哪六个病), or None."""
        return things_counted(self.utterance)

    @property
    def phase(self) -> int | None:
        """Which of a document's phases is asked about, from 1; None where none is."""
        return phase_asked(self.utterance)

    @property
    def quoted(self) -> tuple[str, ...]:
        """The words it sets in quotes."""
        return words_quoted(self.utterance)

    @property
    def of_each(self) -> bool:
        """Whether what is searched for asks for a value of each of several (分别, 各多少), so that one alone is half of it."""
        return wording("sides").in_(self.topic)

    @property
    def asks_several(self) -> bool:
        """Whether it asks how many or how long more than once (乡镇几天、县里几天)."""
        return sum(1 for _ in _HOW_MANY.finditer(self.utterance)) > 1

    @property
    def closed(self) -> bool:
        """Whether one yes or no is asked for."""
        return asks_yes_or_no(self.utterance)

    def without(self, periods: Sequence[Period]) -> Query:
        """The question without these times."""
        topic = self.topic
        for period in periods:
            topic = topic.replace(period.span.of(self.utterance), " ")
        kept = tuple(one for one in self.periods if one not in periods)
        return replace(self, topic=topic, content=content_of(topic), periods=kept)

    def last_of(self, things: Iterable[str]) -> str:
        """The one of ``things`` that ends last in the question, the longest of those; "" where it has none."""
        held = [(self.utterance.rfind(one) + len(one), len(one), one) for one in things if one in self.utterance]
        return max(held)[2] if held else ""

    def names(self, thing: str) -> bool:
        """Whether the question names ``thing`` as it is written."""
        return thing in self.utterance

    def repeats(self, question: str) -> bool:
        """Whether ``question`` is this one word for word."""
        return question == self.utterance

    @property
    def holds(self) -> bool:
        """Whether it holds something to be so and wants it confirmed (…对吧, 要建三甲吧)."""
        return self.says("asks_held") or self.utterance.rstrip("？?。！! ").endswith("吧")

    def otherwise(self, clause: str) -> bool:
        """Whether ``clause`` says of something else what the question says of its matter (药品, 耗材)."""
        return bool(self.conflicts(clause))

    def conflicts(self, clause: str) -> tuple[Conflict, ...]:
        """What the question says that ``clause`` says otherwise, by sets of contrasts."""
        return conflicts(self.utterance, clause)

    @property
    def reaches_grade(self) -> bool:
        """Whether it speaks of a grade that is to be reached (要建三甲), and not of hospitals that have it."""
        return self.says("ask.grade_reached")

    def widened(self, clause: str) -> str | None:
        """The word of all (所有, 一律) in which the question holds what ``clause`` says of none in particular."""
        return said_of_all(self.utterance, clause)

    def overstated(self, said: str) -> str | None:
        """The word of all in which a message that wants to be confirmed (所有医院都得开，对吧) holds what ``said`` says of none in particular."""
        confirms = wording("confirm").ends(self.utterance) < len(self.utterance)
        return self.widened(said) if confirms else None

    def sides(self, headings: str) -> tuple[frozenset[int], frozenset[int]]:
        """Contrast sets of which the question names what ``headings`` name, and of which it names another (二级, 三级)."""
        return sides(self.utterance, headings)

    @property
    def cases(self) -> frozenset[tuple[str, str]]:
        """``(measure, member)`` of the ordinals and grades it names (第四联, 二级), where a value or a body is asked: what holds of
        another one is no answer then. Whether a rule for another one covers the asker is for a ruling."""
        return cases_of(self.utterance) if self.kind in _OF_CASES else frozenset()

    @property
    def further(self) -> tuple[Query, ...]:
        """The two or three questions of one message, each about its own matter in the scope of all; () where it is one."""
        return tuple(
            replace(self, topic=part, content=content_of(part), wants=classify(part))
            for part in parts_of_question(self.utterance)
        )

    @property
    def orders(self) -> bool:
        """Whether it is an order to write a document of a kind it names (:func:`assistant.query.orders.asks_to_write`)."""
        return asks_to_write(self.utterance)

    @property
    def document_wanted(self) -> str:
        """The sort of document that an order to write asks for (:func:`assistant.query.orders.ordered`)."""
        return ordered(self.utterance)[0]

    @property
    def addressee(self) -> str:
        """Whom an order to write is for (发给各科室); "" where it does not say."""
        return addressee(self.utterance)

    @property
    def basis(self) -> tuple[str, ...]:
        """The documents named that an order to write says it rests on (照…写)."""
        few = len(self.notice_ids) <= _BASIS  # of more the noun is the kind that is wanted (院内实施方案)
        return self.notice_ids if few and self.rests else ()

    @property
    def rests(self) -> bool:
        """Whether an order to write says what the document rests on."""
        return rests_on(self.utterance)

    @property
    def to_write(self) -> Query:
        """The question for what an order to write (起草) is about."""
        _, matter = ordered(self.utterance)
        return replace(self, topic=matter, content=content_of(matter))

    @property
    def to_tell(self) -> Query:
        """The question for what a text is to be written about (:func:`assistant.query.orders.matter_told`)."""
        matter = ordered(self.utterance)[1] if self.orders else matter_told(self.utterance)
        asked = matter if wording("ask_open").in_(matter) else f"{matter}{_RULED}"
        return replace(self, topic=asked, content=content_of(matter))

    @property
    def matter_alone(self) -> Query:
        """The same without the words that make a question of the matter: an order to forbid something (别下创收任务) is read as it is."""
        return replace(self, topic=_MAKES_DO.sub("", self.topic.removesuffix(_RULED)))

    @property
    def own_matter(self) -> bool:
        """Whether an order that rests on a document says what of it the new one is about."""
        return own_matter(self.utterance)

    @property
    def of_subject(self) -> bool:
        """Whether the words ask how a subject is ruled and nothing of it in particular (合作办医有什么规定)."""
        open_beside = wording("ask_open").in_(wording("asks_subject").without(self.utterance))
        return not open_beside and not self.says("ask_closed")

    @property
    def facts(self) -> tuple[str, ...]:
        """Which facts about a notice itself are asked (addressees, issued, issuer, basis, number), in their order."""
        return facts_about(self.utterance)

    @property
    def paper_named(self) -> str:
        """The words beside the facts that are asked of a document, which may call it."""
        return content_of(beside_facts(self.utterance))

    @property
    def day_held(self) -> tuple[int | None, int, int] | None:
        """The day, as year (None where unsaid), month and day, the asker holds a notice to be issued on, or None."""
        return day_held(self.utterance)

    @property
    def number(self) -> int | None:
        """The number of an item asked for (第16项), or None."""
        return item_number(self.utterance)

    @property
    def shape(self) -> Shape:
        """How what is told of a whole document is to look: how long, in a table, of what alone."""
        return shape_of(self.utterance)

    @property
    def part_wanted(self) -> str:
        """Words for the part of a document that is wanted, "" for the whole."""
        return part_wanted(self.topic)

    @property
    def named(self) -> str:
        """The words that may name a document by its title."""
        return content_of(named_in(self.topic))

    @property
    def stretches(self) -> list[str]:
        """What it says in pieces between the words that set a document apart from what is wanted of it (某行动的目标)."""
        return [piece.strip() for piece in split_at("的里中把将，,。；;：:、？? ", without_listing(self.utterance))]

    @property
    def figures(self) -> frozenset[str]:
        """Figures the question states besides years."""
        return question_figures(self.utterance)

    @property
    def stated(self) -> tuple[Value, ...]:
        """Every figure the question states."""
        return find_values(self.utterance)

    @property
    def terms(self) -> list[TermMatch]:
        """Known terms the question uses."""
        return find_terms(self.utterance)

    @property
    def terms_asked(self) -> list[TermMatch]:
        """The known terms besides those in which the asker says who asks (我们是口腔医院，房产税免不免)."""
        own = [found.span() for found in _SAYS_WHO.finditer(self.utterance)]
        return [one for one in self.terms if not any(start <= one.start and one.end <= end for start, end in own)]

    @property
    def kind(self) -> Kind:
        return self.wants.kind

    @property
    def asked(self) -> str:
        """The words that say what is asked; a carried topic has lost its own, so a length of time is left open."""
        return f"{self.topic} 多久" if "话题" in self.carried else self.topic

    @property
    def region(self) -> str | None:
        return self.regions[0] if self.regions else None

    @property
    def scope(self) -> Scope:
        as_of = self.as_of if self.as_of_from else None
        return Scope(self.region, self.regions, as_of, self.notice_ids, self.carried)


def _left_out(before: str) -> bool:
    """Whether what follows ``before`` is what is not meant: 不是2020年."""
    return any(s.end == len(before) for s in wording("not_this").each(before))
