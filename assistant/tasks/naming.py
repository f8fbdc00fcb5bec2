"""Which document is meant by words of its title that are not quite its name (文件认得出吗), or the question which it is.

Words weigh by how rare they are among the titles of the library. The trap: the nearest text to 糖尿病管理办法 is always some
document; one that does not have the words is not meant, and telling of it would mislead.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.refusal import Refusal
from assistant.retrieval.matching import Weights, bigrams
from assistant.types import RefusalReason
from corpus import fitted
from corpus.grammar import split_at
from corpus.regions import display
from corpus.types import Notice

LEAST, ALIKE = fitted.number("tasks.naming.least"), fitted.number("tasks.naming.alike")
HALF = fitted.number("tasks.naming.half")
"""Share of the words that a title must have, within which of the best share others may be meant too, and the share of the best that
another notice of a place must have to be told with it."""
_OFFERED = 4


def ranked(words: str, notices: Sequence[Notice]) -> list[tuple[float, Notice]]:
    """The notices by the share of ``words`` that their titles have, with their place and number, the best first."""
    called = [f"{n.title} {n.number or ''} {display(n.region)}" for n in notices]
    weights = Weights(called)
    wanted = frozenset().union(*(bigrams(piece) for piece in split_at("的", words)))  # 救助的办法 is 救助办法
    scored = [(weights.share(wanted, bigrams(name)), notice) for name, notice in zip(called, notices, strict=True)]
    return sorted(scored, key=lambda pair: -pair[0])


def meant_by(words: str, notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """The notices whose titles have most of ``words`` and about as many as the best; none where no title has."""
    found = ranked(words, notices)
    best = found[0][0] if found else 0.0
    return tuple(n for share, n in found if share >= LEAST and share >= best - ALIKE)


def titled_most(words: str, notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """Of the notices of a place those whose titles have about as many of ``words`` as the best: a time table of 居家养老 is of no
    急救条例; all where no title says more of them than another."""
    found = ranked(words, notices)
    best = found[0][0] if found else 0.0
    kept = {n.id for share, n in found if share >= HALF * best}
    return tuple(n for n in notices if n.id in kept)


def which(words: str, notices: Sequence[Notice], near: Sequence[Notice] = ()) -> Refusal:
    """The question which document is meant, with those it may be.

    Args:
        near: those that are nearest; without them the ones whose titles share words.
    """
    offered = near or [n for share, n in ranked(words, notices) if share > 0]
    names = "、".join(f"《{n.title.strip('《》')}》" for n in offered[:_OFFERED])
    more = f"等{len(offered)}份" if len(offered) > _OFFERED else ""
    if near:
        return Refusal(RefusalReason.UNKNOWN_NOTICE, f"“{words}”可能指{names}{more}。请写明是哪一份，再问一次。")
    told = f"“{words}”对不上库里任何一份文件的标题" if words else "没有说是哪一份文件"
    also = f"，标题相近的有：{names}" if names else ""
    return Refusal(RefusalReason.UNKNOWN_NOTICE, f"{told}{also}。请写明文件标题或文号，再问一次。")
