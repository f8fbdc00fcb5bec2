"""From scored questions to the figures of a table: which measures there are, over which questions, with which interval.

:data:`MEASURES` is the one list of what is reported, in order; the tables, the report, the results file and the
comparison all read it. The trap: refusal precision, recall and F1 and the percentiles are not means of per-question
values, so each measure carries its own statistic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from evals import statistics
from evals.statistics import Interval, Statistic
from evals.types import CATEGORIES, FACTOIDS, Scored

Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One reported figure. ``better`` is +1 where higher is better, -1 where lower is, 0 where neither."""

    key: str
    label: str
    rows: Callable[[Scored], Row | None]
    statistic: Statistic = statistics.mean_of
    better: int = 1
    unit: str = ""


def _value(key: str) -> Callable[[Scored], Row | None]:
    def rows(scored: Scored) -> Row | None:
        value = scored.measures.get(key)
        return None if value is None else (value,)

    return rows


def _refusal(scored: Scored) -> Row:
    return float(scored.response.refused), float(not scored.question.answerable)


def _factoid_length(scored: Scored) -> Row | None:
    return _value("length")(scored) if scored.question.category in FACTOIDS else None


def _factoid_refused(scored: Scored) -> Row | None:
    return _value("wrongly_refused")(scored) if scored.question.category in FACTOIDS else None


MEASURES: tuple[Measure, ...] = (
    Measure("recall@1", "依据召回@1", _value("recall@1")),
    Measure("recall@5", "依据召回@5", _value("recall@5")),
    Measure("recall@10", "依据召回@10", _value("recall@10")),
    Measure("rr@10", "MRR@10", _value("rr@10")),
    Measure("ndcg@10", "nDCG@10", _value("ndcg@10")),
    Measure("nugget_recall", "要点召回", _value("nugget_recall")),
    Measure("all_nuggets", "要点全对", _value("all_nuggets")),
    Measure("must_not", "出现错误说法", _value("must_not"), better=-1),
    Measure("number_exactness", "数字有据", _value("number_exactness")),
    Measure("citation_precision", "引用精确率", _value("citation_precision")),
    Measure("citation_recall", "引用召回率", _value("citation_recall")),
    Measure("right_notice", "引对文件", _value("right_notice")),
    Measure("refusal_precision", "拒答精确率", _refusal, statistics.refusal_precision),
    Measure("refusal_recall", "拒答召回率", _refusal, statistics.refusal_recall),
    Measure("refusal_f1", "拒答F1", _refusal, statistics.refusal_f1),
    Measure("wrongly_refused", "误拒", _value("wrongly_refused"), better=-1),
    Measure("factoid_refused", "事实题误拒", _factoid_refused, better=-1),
    Measure("correct", "三分法正确", _value("correct")),
    Measure("length", "字数中位", _value("length"), statistics.percentile_of(50), better=0, unit="字"),
    Measure("factoid_length", "事实题字数中位", _factoid_length, statistics.percentile_of(50), better=0, unit="字"),
    Measure("latency_p50", "延迟p50", _value("latency_ms"), statistics.percentile_of(50), better=0, unit="毫秒"),
    Measure("latency_p95", "延迟p95", _value("latency_ms"), statistics.percentile_of(95), better=0, unit="毫秒"),
)
BY_KEY: Mapping[str, Measure] = {measure.key: measure for measure in MEASURES}
TOTAL = "total"


def rows_of(measure: Measure, scored: Iterable[Scored]) -> list[Row]:
    """The rows of the questions the measure applies to, in order."""
    return [row for row in map(measure.rows, scored) if row is not None]


def _applies(measure: Measure, rows: Sequence[Row]) -> bool:
    if not measure.key.startswith("refusal"):
        return bool(rows)
    predicted, actual = any(row[0] for row in rows), any(row[1] for row in rows)
    return {"refusal_precision": predicted, "refusal_recall": actual}.get(measure.key, predicted or actual)


def summarise(scored: Sequence[Scored], *, seed: int = statistics.SEED) -> dict[str, Interval]:
    """Every measure that applies, by key."""
    found: dict[str, Interval] = {}
    for measure in MEASURES:
        rows = rows_of(measure, scored)
        interval = statistics.bootstrap(rows, measure.statistic, seed=seed) if _applies(measure, rows) else None
        if interval is not None:
            found[measure.key] = interval
    return found


def by_category(scored: Sequence[Scored], *, seed: int = statistics.SEED) -> dict[str, dict[str, Interval]]:
    """The summary of each category present, in the fixed order, and of all questions under :data:`TOTAL`."""
    found = {
        category: summarise(chosen, seed=seed)
        for category in CATEGORIES
        if (chosen := [item for item in scored if item.question.category == category])
    }
    found[TOTAL] = summarise(scored, seed=seed)
    return found


def grades(scored: Sequence[Scored]) -> dict[str, int]:
    """How many questions got each grade."""
    counts = {"CORRECT": 0, "INCORRECT": 0, "NOT_ATTEMPTED": 0}
    for item in scored:
        counts[item.grade] += 1
    return counts
