"""What is to be written, made definite (起草的事项): kind, matter, and the documents of the library that the matter names.

People name a document by a word of its title and say that it is to be carried out (落实院前急救条例). The trap: a matter that
says more than the document's name (落实急救条例里的车辆管理) is about that part, so the document alone does not stand for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from assistant.errors import DraftError
from assistant.hospitals import HospitalKind
from assistant.query.documents import named_documents
from assistant.query.orders import ordered, wordings
from assistant.tasks.naming import meant_by, ranked
from assistant.tasks.pieces import Piece
from corpus import Corpus
from corpus.text import fold
from corpus.types import Notice
from index import Index

_LEAST, _MEANT, _OFFERED = 2, 2, 3
"""Characters that say something beside a document's name; documents a loose name may mean; documents offered in a refusal."""


class Library(Protocol):
    """What a document is assembled from (the assistant)."""

    corpus: Corpus
    index: Index

    @property
    def today(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written: kind, matter, the author's place, which notices count (none: all that bind), whom to, by whom,
    what the author's hospital is, the notices by id that are carried out whatever the matter is called, and the one article of it
    that is (``第二十二条``); ``found`` are the pieces of the one notice of ``basis`` that are quoted, and no others."""

    form: str
    subject: str
    region: str | None = None
    notice_ids: tuple[str, ...] = ()
    to: str = ""
    signer: str = ""
    day: date | None = None
    kinds: tuple[HospitalKind, ...] = ()
    basis: tuple[str, ...] = ()
    item: str = ""
    found: tuple[Piece, ...] = ()


def order_of(message: str) -> Order:
    """What a message asks to be written; what is no wording of asking is the matter.

    >>> one = order_of("帮我起草一份关于药品集中采购的通知。")
    >>> one.form, one.subject
    ('notice', '药品集中采购')
    """
    return Order(*ordered(message))


def matter_of(subject: str) -> str:
    """What clauses are looked for: the matter without what is to be done with it (落实) and what a report tells of it (落实情况).

    >>> matter_of("贯彻落实医疗救助办法"), matter_of("家庭医生签约落实情况")
    ('医疗救助办法', '家庭医生签约')
    """
    words = wordings()
    rest = subject
    while verb := next((word for word in words["carries_out"] if rest.startswith(word)), ""):
        rest = rest.removeprefix(verb).removeprefix("好").strip("“” ")
    state = next((word for word in words["states"] if rest.endswith(word)), "")
    rest = rest.removesuffix(state).removesuffix("的")
    return rest if len(fold(rest)) >= _LEAST else subject


def tells_a_state(subject: str) -> bool:
    """Whether the matter is how something goes (落实情况), which a report tells."""
    return any(subject.endswith(word) for word in wordings()["states"])


def documents_meant(subject: str, notices: Sequence[Notice], region: str | None) -> tuple[Notice, ...]:
    """The documents of ``notices`` that ``subject`` names and says no more of; () where it is about a matter, or names too many.

    Args:
        notices: those that may stand in the document.
        region: the author's place, whose documents are meant first.
    """
    matter = matter_of(subject)
    whole = tuple(n for n in notices if titled(n) in subject)
    if whole:
        return whole
    named = named_documents(matter, notices, (region,) if region else ())
    if named:
        rest = matter
        for one in reversed(named):
            rest = rest[: one.span.start] + rest[one.span.end :]
        held = {n.id: n for n in notices}
        meant = tuple(held[i] for i in dict.fromkeys(i for one in named for i in one.notice_ids))
        said = sum(
            "\u4e00" <= char <= "\u9fff" for char in matter_of(rest).strip("的、和里中")
        )  # 120 of 120急救条例 says nothing
        return meant if said < _LEAST and len(meant) <= _MEANT else ()
    if matter == subject and not any(matter.endswith(noun) for noun in wordings()["papers"]):
        return ()  # a matter that is not said to be carried out: 家庭医生签约服务
    plain = next((matter.removesuffix(noun) for noun in wordings()["papers"] if matter.endswith(noun)), matter)
    meant = meant_by(plain, notices) if len(fold(plain)) >= _LEAST else ()
    return meant if len(meant) <= _MEANT else ()


def titled(notice: Notice) -> str:
    """The title of a notice, or of what it issues, in 《》."""
    _, opened, inner = notice.title.strip("《》").partition("《")
    return f"《{inner.partition('》')[0] if opened else notice.title.strip('《》')}》"


def unfounded(subject: str, where: str, notices: Sequence[Notice]) -> DraftError:
    """That no clause is found, with the documents that could be carried out instead.

    Args:
        where: what the clauses would have to hold for, as words behind 有关.
        notices: those that may stand in the document.
    """
    near = [n for share, n in ranked(matter_of(subject), notices) if share > 0][:_OFFERED]
    offered = f"可以写落实{'、'.join(map(titled, near))}的；要写别的，请换个说法" if near else "请换个说法"
    return DraftError(f"库里没有找到与“{subject}”有关{where}的条文，写不成有出处的文稿。{offered}，或先把文件添加进库")
