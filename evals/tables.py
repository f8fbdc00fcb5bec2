"""Markdown tables for the terminal, README and CHANGELOG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.statistics import Interval
from evals.summary import BY_KEY, TOTAL, Measure
from evals.types import CATEGORIES

Summary = Mapping[str, Interval]

CATEGORY_COLUMNS = (
    "recall@5", "recall@10", "nugget_recall", "all_nuggets", "must_not", "right_notice", "citation_precision",
    "citation_recall", "refusal_precision", "refusal_recall", "refusal_f1", "wrongly_refused", "length", "latency_p50",
    "latency_p95",
)  # fmt: skip
SYSTEM_COLUMNS = (
    "recall@5", "recall@10", "ndcg@10", "nugget_recall", "all_nuggets", "must_not", "citation_precision",
    "citation_recall", "right_notice", "refusal_f1", "correct", "length", "latency_p50",
)  # fmt: skip
COMPACT = {
    "recall@5": "依据@5", "recall@10": "依据@10", "nugget_recall": "要点", "all_nuggets": "全对",
    "must_not": "错误说法",
    "right_notice": "引对文件", "citation_precision": "引用P", "citation_recall": "引用R", "correct": "正确",
    "refusal_precision": "拒答P", "refusal_recall": "拒答R", "refusal_f1": "拒答F1", "wrongly_refused": "误拒",
    "length": "字数", "latency_p50": "p50毫秒", "latency_p95": "p95毫秒", "ndcg@10": "nDCG@10",
}  # fmt: skip


def figure(interval: Interval | None, measure: Measure) -> str:
    """One cell: a share with three decimals, a count or a time as a whole number, ``–`` where it does not apply."""
    if interval is None:
        return "–"
    return f"{interval.value:.0f}" if measure.unit else f"{interval.value:.3f}"


def with_interval(interval: Interval | None, measure: Measure) -> str:
    """``0.873 [0.84, 0.90]``."""
    if interval is None:
        return "–"
    digits = 0 if measure.unit else 2
    return f"{figure(interval, measure)} [{interval.low:.{digits}f}, {interval.high:.{digits}f}]"


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, padded so that columns of Chinese and digits line up in a terminal."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(_pad(cell, w) for cell, w in zip(row, widths, strict=True)) + " |" for row in rows]
    rule = "|" + "|".join("-" * (w + 1) + (":" if i else "-") for i, w in enumerate(widths)) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def category_table(summaries: Mapping[str, Summary], counts: Mapping[str, int]) -> str:
    """One row a category, the total last."""
    rows = [["类别", "题数", *(COMPACT[key] for key in CATEGORY_COLUMNS)]]
    for name, summary in summaries.items():
        label = "全部" if name == TOTAL else CATEGORIES.get(name, name)
        rows.append([label, str(counts[name]), *(figure(summary.get(key), BY_KEY[key]) for key in CATEGORY_COLUMNS)])
    return markdown(rows)


def total_table(summary: Summary) -> str:
    """Every measure over all questions with its 95 % interval."""
    rows = [["指标", "值 [95% 区间]", "题数"]]
    for key, interval in summary.items():
        rows.append([BY_KEY[key].label, with_interval(interval, BY_KEY[key]), str(interval.n)])
    return markdown(rows)


def system_table(totals: Mapping[str, Summary], columns: Sequence[str] = SYSTEM_COLUMNS) -> str:
    """One row a system, totals only."""
    rows = [["系统", *(COMPACT[key] for key in columns)]]
    for label, summary in totals.items():
        rows.append([label, *(figure(summary.get(key), BY_KEY[key]) for key in columns)])
    return markdown(rows)
