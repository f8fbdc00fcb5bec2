"""Is this run better than that one? Question by question, with a paired bootstrap on every measure.

Only questions whose gold is the same in both runs are compared. A drop counts against a change where its 95 % interval
lies wholly below zero (above, for measures where lower is better); times and lengths are shown and never count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.results import ResultsError, scored_of
from evals.statistics import SEED, Interval, paired_bootstrap
from evals.summary import MEASURES, Measure
from evals.tables import markdown
from evals.types import CATEGORIES, Scored

_ORDER = {"INCORRECT": 0, "NOT_ATTEMPTED": 1, "CORRECT": 2}


@dataclass(frozen=True, slots=True)
class Change:
    """One measure before and after over the same questions; ``difference`` is after minus before."""

    measure: Measure
    before: float
    after: float
    difference: Interval

    @property
    def is_drop(self) -> bool:
        """Worse by more than chance: the whole interval lies on the bad side of zero."""
        return self.measure.better * self.difference.value < 0 and self.difference.excludes_zero


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two runs of one system; ``better`` and ``worse`` hold (before, after)."""

    changes: tuple[Change, ...]
    better: tuple[tuple[Scored, Scored], ...]
    worse: tuple[tuple[Scored, Scored], ...]
    compared: int
    left_out: int

    @property
    def drops(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.is_drop)


def compare(before: Mapping[str, Any], after: Mapping[str, Any], *, name: str, seed: int = SEED) -> Comparison:
    """System ``name`` in two results.

    Raises:
        ResultsError: the system is not in both, or no question with the same gold is; run the same dataset.
    """
    first, second = _system(before, name), _system(after, name)
    shared = [key for key in second if key in first]
    if not shared:
        raise ResultsError("两份结果没有相同的题目，无法比较。请用同一份评测集重新运行")
    pairs = [(first[key], second[key]) for key in shared]
    return Comparison(
        changes=tuple(change for measure in MEASURES if (change := _change(measure, pairs, seed))),
        better=tuple(pair for pair in pairs if _rank(pair[1]) > _rank(pair[0])),
        worse=tuple(pair for pair in pairs if _rank(pair[1]) < _rank(pair[0])),
        compared=len(shared),
        left_out=len(second) - len(shared),
    )


def _system(results: Mapping[str, Any], name: str) -> dict[str, Scored]:
    for system in results["systems"]:
        if system["name"] == name:
            return scored_of(system)
    there = "、".join(system["name"] for system in results["systems"])
    raise ResultsError(f"结果里没有系统 {name!r}（有：{there}）。请用 --system {name} 运行")


def _change(measure: Measure, pairs: Sequence[tuple[Scored, Scored]], seed: int) -> Change | None:
    rows = [
        (a, b) for a, b in ((measure.rows(x), measure.rows(y)) for x, y in pairs) if a is not None and b is not None
    ]
    before, after = [a for a, _ in rows], [b for _, b in rows]
    difference = paired_bootstrap(before, after, measure.statistic, seed=seed)
    if difference is None:
        return None
    import numpy as np

    was, now = (float(measure.statistic(np.asarray([side], dtype=np.float64))[0]) for side in (before, after))
    return Change(measure, was, now, difference)


def _rank(item: Scored) -> tuple[int, float, float]:
    """Grade first, then nuggets, then must_not; anything finer is noise to a reader."""
    found, wrong = item.measures.get("nugget_recall") or 0.0, item.measures.get("must_not") or 0.0
    return _ORDER[item.grade], round(found, 6), -wrong


def comparison_text(found: Comparison, *, limit: int = 40) -> str:
    """The comparison in Markdown: measures, then what got worse, then what got better."""
    rows = [["指标", "之前", "现在", "差 [95% 区间]", "题数", ""]]
    for change in found.changes:
        digits = 0 if change.measure.unit else 3
        d = change.difference
        verdict = "下降，超出区间" if change.is_drop else "上升，超出区间" if _is_gain(change) else ""
        rows.append(
            [
                change.measure.label,
                f"{change.before:.{digits}f}",
                f"{change.after:.{digits}f}",
                f"{d.value:+.{digits}f} [{d.low:+.{digits}f}, {d.high:+.{digits}f}]",
                str(d.n),
                verdict,
            ]
        )
    left_out = f"（另有 {found.left_out} 题是新题或标准答案已改，未比较）" if found.left_out else ""
    parts = [f"## 与之前相比：{found.compared} 题{left_out}\n", markdown(rows)]
    for title, pairs in (("变差", found.worse), ("变好", found.better)):
        parts.append(f"\n### {title} {len(pairs)} 题\n")
        parts.extend(_line(before, after) for before, after in pairs[:limit])
        if len(pairs) > limit:
            parts.append(f"- ……另有 {len(pairs) - limit} 题")
    return "\n".join(parts)


def _is_gain(change: Change) -> bool:
    return change.measure.better * change.difference.value > 0 and change.difference.excludes_zero


def _line(before: Scored, after: Scored) -> str:
    was, now = (item.measures.get("nugget_recall") for item in (before, after))
    nuggets = f"，要点 {was:.2f} → {now:.2f}" if was is not None and now is not None else ""
    category = CATEGORIES[after.question.category]
    return f"- {after.question.id}（{category}）{before.grade} → {after.grade}{nuggets}"
