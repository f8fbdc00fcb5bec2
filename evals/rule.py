"""Fits the rule of the verifier: typed facts, wording and the reader's opinion into one probability.

Boosted trees (Friedman, 2001) over :data:`assistant.verification.comparison.FEATURES`, then one line (logistic regression)
over what the trees say and the reader's opinion; each threshold is the lowest at which few enough false claims pass on
documents held out. The line is fitted on the documents the reader was trained without, with what trees fitted without
them say. The trap: the reader knows its own documents too well, so no figure may rest on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.retrieval.matching import Weights
from assistant.verification.comparison import FEATURES, compare
from assistant.verification.evidence import Sentence
from assistant.verification.rule import Rule, mixed, opinion_values
from corpus.types import Span
from evals.claims_made import Made
from evals.entailment import FOLDS, HELD_OUT, Document
from evals.hostile import wilson
from index.entailment import ClaimReader

TREES, DEPTH, RATE, LEAF = 160, 4, 0.06, 12
MAX_PASSED = 0.04


def rows(pairs: Sequence[Made], weights: Weights) -> np.ndarray:
    """``(n, features)``: each pair compared, its evidence taken as chosen."""
    found = []
    for made in pairs:
        chosen = [Sentence(0, Span(0, len(t)), t) for t in made.evidence]
        found.append(compare(made.claim, chosen, weights).values)
    return np.array(found, dtype=np.float64)


def fit(table: np.ndarray, truth: np.ndarray, weight: np.ndarray, *, seed: int = 0) -> Rule:
    """The trees; the threshold is one half until :func:`with_threshold` sets it."""
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=TREES,
        max_depth=DEPTH,
        learning_rate=RATE,
        subsample=0.6,
        min_samples_leaf=LEAF,
        max_features=0.4,
        random_state=seed,
    )
    model.fit(table, truth, sample_weight=weight)
    share = float(np.average(truth, weights=weight))
    parts: dict[str, list[np.ndarray]] = {k: [] for k in ("feature", "threshold", "left", "right", "value")}
    roots, size = [], 0
    for tree in (e[0].tree_ for e in model.estimators_):
        roots.append(size)
        parts["feature"].append(np.where(tree.children_left < 0, -1, tree.feature).astype(np.int16))
        parts["threshold"].append(tree.threshold.astype(np.float32))
        parts["left"].append((tree.children_left + size).astype(np.int32))
        parts["right"].append((tree.children_right + size).astype(np.int32))
        parts["value"].append((tree.value[:, 0, 0] * RATE).astype(np.float32))
        size += tree.node_count
    arrays = {k: np.concatenate(v) for k, v in parts.items()}
    return Rule(
        **arrays,
        roots=np.array(roots, np.int32),
        base=float(np.log(share / (1 - share))),
        support=0.5,
        mix=np.array([0.0, 1, 0, 0, 0, 0]),
        support_read=0.5,
    )


def predict(rule: Rule, table: np.ndarray) -> np.ndarray:
    """Log odds of each row, ``(n,)``."""
    return np.array([rule.log_odds(row) for row in table])


def threshold(odds: np.ndarray, truth: np.ndarray, *, passed: float = MAX_PASSED) -> float:
    """The lowest log odds at which at most ``passed`` of the false ones pass."""
    false = np.sort(odds[truth == 0])[::-1]
    return float(false[min(int(passed * len(false)), len(false) - 1)] + 1e-6)


def line(columns: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """``mix`` over the trees' log odds and the opinion, ``(n, 5)``."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=1000).fit(columns, truth)
    return np.array([model.intercept_[0], *model.coef_[0]], dtype=np.float64)


def fitted(documents: Sequence[Document], reader: Path | None) -> tuple[Rule, str]:
    """The rule over every document, its thresholds set on documents held out, and what it does there.

    Args:
        reader: an entailment reader trained without fold :data:`evals.entailment.HELD_OUT`; none: no line is fitted.
    """
    weights = Weights(s for d in documents for s in d.sentences)
    pairs = [m for d in documents for m in d.claims]
    fold_of = np.array([d.fold for d in documents for _ in d.claims])
    table, truth = rows(pairs, weights), np.array([float(m.supported) for m in pairs])
    even, odds = np.ones(len(truth)), np.zeros(len(truth))
    for fold in range(FOLDS):
        out = fold_of == fold
        odds[out] = predict(fit(table[~out], truth[~out], even[~out]), table[out])
    rule, at = fit(table, truth, even), threshold(odds, truth)
    rule = replace(rule, support=_share(at))
    lines = [
        f"只看事实与措辞，逐折留出：{_errors(odds, truth, at)}",
        "最常问的特征：" + "、".join(f"{name} {count}" for name, count in important(rule, 12)),
    ]
    if reader:
        held = [n for n, fold in enumerate(fold_of) if fold == HELD_OUT]
        model, some = ClaimReader(reader), [pairs[n] for n in held]
        given = np.array([opinion_values(model.judge(m.claim, m.evidence)) for m in some])
        columns, said = np.column_stack([odds[held], given]), truth[held]
        names = [m.document.split(".")[0] for m in some]
        together = _left_out(columns, said, names)
        before, after = threshold(odds[held], said), threshold(together, said)
        mix = line(columns, said)
        rule = replace(rule, mix=mix, support_read=_share(after))
        lines += [
            f"模型没有见过的文件上，不用模型：{_errors(odds[held], said, before)}",
            f"同样的文件上，用断言阅读模型：{_errors(together, said, after)}",
            "各项权重：" + " ".join(f"{x:+.2f}" for x in mix),
        ]
    return rule, "\n".join(lines)


def _left_out(columns: np.ndarray, truth: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Log odds of each row by a line fitted without its document."""
    found, own = np.zeros(len(truth)), np.array(names)
    for name in sorted(set(names)):
        out = own == name
        found[out] = mixed(line(columns[~out], truth[~out]), columns[out])
    return found


def _share(odds: float) -> float:
    return float(1 / (1 + np.exp(-odds)))


def _errors(odds: np.ndarray, truth: np.ndarray, at: float) -> str:
    from sklearn.metrics import roc_auc_score

    passed, dropped = odds[truth == 0] >= at, odds[truth == 1] < at
    return (
        f"假句放过 {_rate(int(passed.sum()), len(passed))}，真句误删 {_rate(int(dropped.sum()), len(dropped))}，"
        f"AUROC {roc_auc_score(truth, odds):.3f}"
    )


def _rate(count: int, total: int) -> str:
    low, high = wilson(count, total)
    return f"{count}/{total} = {count / total:.1%}（{low:.1%}–{high:.1%}）"


def important(rule: Rule, top: int = 25) -> list[tuple[str, int]]:
    """Features by how often the trees ask for them."""
    used = np.bincount(rule.feature[rule.feature >= 0], minlength=len(FEATURES))
    return [(FEATURES[i], int(used[i])) for i in np.argsort(-used)[:top]]
