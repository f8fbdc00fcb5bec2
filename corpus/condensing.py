"""A sentence as a writer shortens it (缩写): without the other members of a list, without verbs that only carry a noun.

A notice lists what is to be sent (名单、时间等信息), a draft speaks of one of it; a notice gives aid (给予资助), a draft aids. Both
say no more than the notice does. The trap: where members are said together (合计, 同时) or a word of them limits the one that is
kept, nothing may go, so only members between marks go, and none of a sentence that speaks of several at once.
"""

from __future__ import annotations

from corpus.grammar import form
from corpus.parallel import said_together
from corpus.text import fold, pairs_of

_LIGHT, _LIST_TAIL, _JOINED = form("claim.light_verb"), form("claim.list_tail"), form("claim.list_join")


def without_carriers(text: str) -> str:
    """``text`` without the verbs that only carry the noun behind them.

    >>> without_carriers("对第三类对象给予定额资助"), without_carriers("不予受理")
    ('对第三类对象定额资助', '不予受理')
    """
    return _LIGHT.sub("", text)


def without_others(claim: str, sentence: str) -> str:
    """``sentence`` without the tail of a list (、乙及丙等信息) no member of which ``claim`` speaks of.

    >>> without_others("将名单发送中心", "应当将名单、待遇及终止时间等信息发送中心")
    '应当将名单发送中心'
    >>> without_others("将名单和待遇发送中心", "应当将名单、待遇及终止时间等信息发送中心")
    '应当将名单、待遇及终止时间等信息发送中心'
    """
    if said_together(sentence):
        return sentence
    said = pairs_of(fold(claim))
    for match in reversed(list(_LIST_TAIL.finditer(sentence))):
        if not any(pairs_of(fold(member)) & said for member in _JOINED.split(match["rest"])):
            sentence = sentence[: match.start()] + sentence[match.end() :]
    return sentence
