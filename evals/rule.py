"""Fits the rule of the verifier: typed facts, wording and the reader's opinion into one probability.

Boosted trees (Friedman, 2001) over :data:`assistant.verification.comparison.FEATURES`; the threshold is the lowest at which
few enough false claims pass on documents held out. True claims and false ones weigh as they were written, hand-written
ones more than made ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.retrieval.matching import Weights
from assistant.verification.comparison import FEATURES, compare
from assistant.verification.evidence import Sentence
from assistant.verification.rule import Rule
from corpus.types import Span
from evals.claims_made import Made
from evals.entailment import FOLDS, Document
from evals.hostile import wilson
from index.entailment import ClaimReader, Entailment

TREES, DEPTH, RATE, LEAF = 160, 4, 0.06, 12
MAX_PASSED = 0.06


def rows(pairs: Sequence[Made], weights: Weights, entailment: Entailment | None) -> np.ndarray:
    """``(n, features)``: each pair compared, its evidence taken as chosen."""
    found = []
    for made in pairs:
        chosen = [Sentence(0, Span(0, len(t)), t) for t in made.evidence]
        found.append(compare(made.claim, chosen, weights, entailment).values)
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
    return Rule(**arrays, roots=np.array(roots, np.int32), base=float(np.log(share / (1 - share))), support=0.5)


def predict(rule: Rule, table: np.ndarray) -> np.ndarray:
    """Log odds of each row, ``(n,)``."""
    return np.array([rule.log_odds(row) for row in table])


def with_threshold(rule: Rule, odds: np.ndarray, truth: np.ndarray, *, passed: float = MAX_PASSED) -> Rule:
    """The rule with the lowest threshold at which at most ``passed`` of the false ones pass."""
    false = np.sort(odds[~truth.astype(bool)])[::-1]
    at = false[min(int(passed * len(false)), len(false) - 1)] + 1e-6
    return replace(rule, support=float(1 / (1 + np.exp(-at))))


def fitted(documents: Sequence[Document], readers: Sequence[Path]) -> tuple[Rule, str]:
    """The rule over every document, its threshold set on folds held out, and what it does there.

    Args:
        readers: an entailment reader for each fold, trained without it; none: the rule goes by facts and wording alone.
    """
    weights = Weights(s for d in documents for s in d.sentences)
    parts, truths, folds = [], [], []
    for fold in range(FOLDS):
        pairs = [m for d in documents if d.fold == fold for m in d.claims]
        reader = ClaimReader(readers[fold]) if readers else None
        parts.append(rows(pairs, weights, reader))
        truths.append(np.array([float(m.supported) for m in pairs]))
        folds.append(np.full(len(pairs), fold))
    table, truth, fold_of = np.concatenate(parts), np.concatenate(truths), np.concatenate(folds)
    even = np.ones(len(truth))
    odds = np.zeros(len(truth))
    for fold in range(FOLDS):
        out = fold_of == fold
        odds[out] = predict(fit(table[~out], truth[~out], even[~out]), table[out])
    rule = with_threshold(fit(table, truth, even), odds, truth)
    at = np.log(rule.support / (1 - rule.support))
    passed, dropped = odds[truth == 0] >= at, odds[truth == 1] < at
    lines = [
        f"留出文件上：假句放过 {_rate(int(passed.sum()), len(passed))}，真句误删 {_rate(int(dropped.sum()), len(dropped))}",
        "最常问的特征：" + "、".join(f"{name} {count}" for name, count in important(rule, 12)),
    ]
    return rule, "\n".join(lines)


def _rate(count: int, total: int) -> str:
    low, high = wilson(count, total)
    return f"{count}/{total} = {count / total:.1%}（{low:.1%}–{high:.1%}）"


def important(rule: Rule, top: int = 25) -> list[tuple[str, int]]:
    """Features by how often the trees ask for them."""
    used = np.bincount(rule.feature[rule.feature >= 0], minlength=len(FEATURES))
    return [(FEATURES[i], int(used[i])) for i in np.argsort(-used)[:top]]
