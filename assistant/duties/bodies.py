"""Whose duty it is (牵头与责任): the bodies a bracket says lead, and whether a name typed means a body.

Apart from ``corpus.bodies``, which reads names: here they are judged. The trap: 分别负责 makes every body answer for its
own part, so none leads even where the notice has a rule that the first does.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.verification.organs import bodies_in
from corpus.bodies import split_bodies
from corpus.grammar import form, split_at
from corpus.synonyms import find_terms
from corpus.text import fold

LEAD_RULE = form("duty.lead_rule")
_EACH = form("duty.each_own_part")
_LEVEL = form("duty.level")
_NESTED = form("duty.nested")


def leads_of(bracket: str, bodies: Sequence[str], *, ruled: bool) -> tuple[str, ...]:
    """The bodies the bracket says lead, or the first where the notice has a rule for that and duties are shared."""
    segments = [s for s in split_at("，,；;。\n", bracket.strip("〔（([【〕）)]】")) if "牵头" in s]
    said = next((s for s in segments if not LEAD_RULE.search(s) and "为牵头" not in s), None)
    if said is not None:
        return tuple(name for name in split_bodies(said) if name in bodies)
    return tuple(bodies[:1]) if ruled and not _EACH.search(bracket) else ()


def names_body(name: str, wanted: str) -> bool:
    """Whether ``wanted``, as people say it, means the body ``name``.

    >>> names_body("市卫生计生委", "卫健委"), names_body("市人力资源社会保障局", "人社"), names_body("市财政局", "省财政厅")
    (True, True, False)
    """
    body, asked = (fold(text).replace("人民政府", "政府") for text in (name, wanted))
    spellings = (body, _NESTED.sub("", body), body.replace("(", "").replace(")", ""))  # 各县(区)政府: 县政府, 县区政府
    if not asked or any(asked in spelling for spelling in spellings):
        return bool(asked)
    levels = [_LEVEL.match(text) for text in (body, asked)]
    if levels[0] and levels[1] and levels[0].group() != levels[1].group():
        return False
    for term in find_terms(asked):
        if len(term.term) >= len(asked) - 2 and any(other in body for other in (term.term, *term.others)):
            return True
    meant = bodies_in(asked) | bodies_in(f"{asked}局") | bodies_in(f"{asked}委")
    return bool(meant & bodies_in(body))
