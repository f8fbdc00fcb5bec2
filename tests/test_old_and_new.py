"""A rule that is not in effect yet, and the one it takes the place of: which holds, and what each says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.rulings import ruling
from assistant.applicability import verdicts
from assistant.query.read import understand
from assistant.retrieval.matching import Weights
from assistant.types import Binding, Profile
from assistant.verification.gate import Gate
from corpus.outline import outline
from corpus.types import Effect, Fact, Front, Level, Notice, RelationKind, Span

PLACE = "浙江省/宁波市"
TEXT = "宁波市献血条例\n2020年1月2日公布\n第一条 为了规范献血，制定本条例。\n第二条 本条例自2020年3月1日起施行。"


def _rule() -> Notice:
    day = TEXT.index("自2020年3月1日起施行")
    made = Notice("new", None, "宁波市献血条例", "宁波市人民代表大会常务委员会", PLACE, Level.MUNICIPAL, date(2020, 1, 2), TEXT,
                  outline(TEXT))  # fmt: skip
    front = Front(effective_on=Fact(date(2020, 3, 1), Span(day, day + 12)))
    return replace(made, effective_on=date(2020, 3, 1), front=front)


@pytest.mark.parametrize(
    ("as_of", "says"),
    [(date(2020, 2, 1), "尚未施行"), (date(2021, 2, 1), "2020年1月2日公布，自2020年3月1日起施行，未见废止")],
)
def test_a_verdict_says_both_days_and_passes_the_gate(as_of: date, says: str) -> None:
    notice = _rule()
    found = verdicts((notice,), PLACE, as_of)
    q = understand("宁波市献血条例现在有效吗", (notice,), profile=Profile(PLACE, as_of), today=date(2024, 1, 1))
    draft = ruling(q, found, {"new": notice}, (), ())
    assert draft is not None
    kept, dropped = Gate({"new": notice}, Weights([TEXT])).apply(draft)
    assert not dropped
    assert says in next(kept.each()).text


def test_where_a_rule_was_repealed_nothing_else_is_pointed_to() -> None:
    later = Effect(RelationKind.REPEALS, "x", "宁波市无偿献血条例", date(2023, 1, 1))
    old = replace(_rule(), effects=(later,))
    other = replace(_rule(), id="other", title="宁波市控制吸烟条例", effects=())
    as_of = date(2024, 1, 1)
    found = verdicts((old, other), PLACE, as_of)
    assert next(v for v in found if v.notice_id == "new").binding is Binding.DOES_NOT_BIND
    q = understand("宁波市献血条例现在有效吗", (old, other), profile=Profile(PLACE, as_of), today=as_of)
    assert q.notice_ids == ("new",)
    draft = ruling(q, found, {"new": old, "other": other}, (), ())
    assert draft is not None
    assert "现行的是宁波市无偿献血条例" in next(draft.each()).text
    assert not any("控制吸烟" in note for note in draft.notes)
