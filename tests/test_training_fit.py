"""What the fitted lines are fitted on is collected from the product at work, and the product is left as it was."""

from __future__ import annotations

from assistant.answering.answerability import FEATURES
from assistant.answering.rows import speaking
from assistant.kinds import change, comparison
from assistant.service import Assistant
from evals.types import Evidence, Question
from training import fit, fit_rows


def test_rows_of_questions_and_of_tables_are_collected(hashed: Assistant) -> None:
    notice = next(n for n in hashed.corpus.notices if n.id == "zhanjiang-2019-hospital-reform")
    quote = notice.quote(next(a.span for a in notice.articles if a.kind == "item" and "院长" in notice.quote(a.span)))
    gold = (Evidence(notice.name, quote, notice.id),)
    one = Question("a", "factoid_text", "湛江的院长年薪怎么定", True, nuggets=(("院长",),), evidence=gold)
    near = Question("b", "unanswerable_near", "湛江的院长年薪封顶几十万", False)
    table = Question("c", "compare_regions", "资阳和湛江的院长年薪有何不同", True, evidence=gold)
    judged = hashed.desk.silence

    rows = fit.collect(hashed, [one, near])
    assert {row.source for row in rows} >= {"near"}
    assert all(set(FEATURES) <= row.features.keys() for row in rows)
    assert hashed.desk.silence == judged

    found = fit_rows.collect(hashed, [one, table])
    assert sorted(row.speaks for row in found) == [False, True]
    assert comparison.speaking is speaking
    assert change.speaking is speaking
