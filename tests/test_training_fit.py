"""What the fitted lines are fitted on is collected from the product at work, and the product is left as it was."""

from __future__ import annotations

import numpy as np

from assistant.answering.answerability import FEATURES, Line
from assistant.answering.rows import voices
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
    assert comparison.voices is voices
    assert change.voices is voices


def test_a_line_refuses_as_many_of_the_answerable_as_it_may() -> None:
    draw = np.random.default_rng(0)
    rows = []
    for source, answers, middle in (("answerable", True, 0.5), ("removed", False, -0.5), ("near", False, -0.25)):
        for reading in draw.normal(middle, 0.4, size=100):
            rows.append(fit.Row({"reading": float(reading), "reading_top": float(reading)}, answers, True, source))
    entry = fit.line(rows, "read_value")
    assert isinstance(entry.value, dict) and list(entry.value) == ["intercept", "reading", "reading_top"]
    refused = [r for r in rows if r.answers and Line(entry.value["intercept"], entry.value).score(r.features) < 0]
    assert len(refused) <= 6 and "200 dev questions: refuses 0.0" in entry.said


def test_most_rows_that_speak_are_told_by_the_line_of_tables() -> None:
    draw = np.random.default_rng(1)
    rows = [
        fit_rows.TableRow(
            {"reading": float(draw.normal(0.5 if speaks else -0.5, 0.4)), "behind": 0.1}, speaks, "q", False
        )
        for speaks in (True, False)
        for _ in range(100)
    ]
    entry = fit_rows.line(rows, successive=False)
    assert entry.name == "places" and isinstance(entry.value, dict)
    line = Line(entry.value["intercept"], entry.value)
    assert sum(line.score(row.features) >= 0 for row in rows if row.speaks) >= 79
    assert sum(line.score(row.features) >= 0 for row in rows if not row.speaks) < 20
