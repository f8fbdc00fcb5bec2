"""Fits the rule of the verifier: ``python -m training rule`` (:mod:`assistant.verification.rule` applies it).

Boosted trees (Friedman, 2001) over :data:`assistant.verification.comparison.FEATURES`, then trees over what they say, the
reader's opinion and the features again (stacking: Wolpert, 1992); each threshold is the lowest at which few enough false
claims pass on documents held out. The second trees are fitted on the documents the reader was trained without, with what
trees fitted without them say. Claims made count half of those written by hand. The trap: the reader knows its own
documents too well, so no figure may rest on them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.retrieval.matching import Weights
from assistant.verification.comparison import FEATURES, compare
from assistant.verification.evidence import Sentence, focused
from assistant.verification.notation import same_notation
from assistant.verification.rule import Forest, Rule, opinion_values
from corpus.types import Span
from evals.hostile import wilson
from index.entailment import ClaimReader
from training.claims_made import Made
from training.entailment import HELD_OUT, Document, mixture

TREES, DEPTH, RATE, LEAF = 220, 4, 0.06, 12
READ_TREES, READ_DEPTH = 120, 3
MAX_PASSED = 0.04
MADE = 0.5
"""What a claim made counts beside one written by hand."""
TARGETS = (0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2)


def rows(pairs: Sequence[Made], weights: Weights) -> np.ndarray:
    """``(n, features)``: each pair compared, its evidence taken as chosen."""
    found = []
    for made in pairs:
        chosen = [Sentence(0, Span(0, len(t)), t) for t in made.evidence]
        found.append(compare(made.claim, chosen, weights).values)
    return np.array(found, dtype=np.float64)


def shown(made: Made) -> tuple[str, list[str]]:
    """A pair as the reader is shown it."""
    texts = focused(made.claim, made.evidence)
    return same_notation(made.claim, texts), texts


def fit(
    table: np.ndarray, truth: np.ndarray, weight: np.ndarray, *, trees: int = TREES, depth: int = DEPTH, seed: int = 0
) -> Forest:
    """Trees over the rows of ``table``."""
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=trees,
        max_depth=depth,
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
    return Forest(**arrays, roots=np.array(roots, np.int32), base=np.array(np.log(share / (1 - share))))


def predict(forest: Forest, table: np.ndarray) -> np.ndarray:
    """Log odds of each row, ``(n,)``."""
    rows = np.arange(len(table))
    total = np.full(len(table), float(forest.base))
    for root in forest.roots:
        node = np.full(len(table), root)
        while (inside := forest.feature[node] >= 0).any():
            below = table[rows, np.maximum(forest.feature[node], 0)].astype(np.float32) <= forest.threshold[node]
            node = np.where(inside, np.where(below, forest.left[node], forest.right[node]), node)
        total += forest.value[node]
    return total


def threshold(odds: np.ndarray, truth: np.ndarray, *, passed: float = MAX_PASSED) -> float:
    """The lowest log odds at which at most ``passed`` of the false ones pass."""
    false = np.sort(odds[truth == 0])[::-1]
    return float(false[min(int(passed * len(false)), len(false) - 1)] + 1e-6)


def out_of_fold(
    table: np.ndarray, truth: np.ndarray, weight: np.ndarray, groups: np.ndarray, **shape: int
) -> np.ndarray:
    """Log odds of each row by trees fitted without its group."""
    odds = np.zeros(len(truth))
    for group in sorted(set(groups.tolist())):
        out = groups == group
        odds[out] = predict(fit(table[~out], truth[~out], weight[~out], **shape), table[out])
    return odds


def fitted(documents: Sequence[Document], reader: Path | None) -> tuple[Rule, str]:
    """The rule over every document, its thresholds set on documents held out, and what it does there.

    Args:
        reader: an entailment reader trained without fold :data:`training.entailment.HELD_OUT`; none: ``read`` stays empty.
    """
    weights = Weights(s for d in documents for s in d.sentences)
    written = [m for d in documents for m in d.claims]
    keys = {(m.claim, m.evidence) for m in written}
    made = [m for m in mixture(documents, weights) if (m.claim, m.evidence) not in keys]
    made = random.Random(1).sample(made, min(len(made), len(written)))
    pairs, by_hand = [*written, *made], np.arange(len(written) + len(made)) < len(written)
    return fitted_on(pairs, rows(pairs, weights), by_hand, {d.name: d.fold for d in documents}, reader)


def fitted_on(
    pairs: Sequence[Made], table: np.ndarray, by_hand: np.ndarray, fold_of: Mapping[str, int], reader: Path | None
) -> tuple[Rule, str]:
    """As :func:`fitted`, from the compared pairs; ``by_hand`` ``(n,)`` tells which were written."""
    truth = np.array([float(m.supported) for m in pairs])
    weight = np.where(by_hand, 1.0, MADE)
    folds = np.array([fold_of[m.document] for m in pairs])
    odds = out_of_fold(table, truth, weight, folds)
    plain, at = fit(table, truth, weight), threshold(odds[by_hand], truth[by_hand])
    rule = Rule(plain, plain, _share(at), 0.5)
    lines = [
        f"只看事实与措辞，逐折留出，手写：{_errors(odds[by_hand], truth[by_hand], at)}",
        f"同样的阈值，自造：{_errors(odds[~by_hand], truth[~by_hand], at)}",
        "最常问的特征：" + "、".join(f"{name} {count}" for name, count in important(plain, 12)),
    ]
    if reader:
        held = np.flatnonzero(folds == HELD_OUT)
        model = ClaimReader(reader)
        given = np.array([opinion_values(model.judge(*shown(pairs[n]))) for n in held.tolist()])
        wide = np.column_stack([odds[held], given, table[held]])
        said, hand, own = truth[held], by_hand[held], weight[held]
        names = np.array([pairs[n].document.split(".")[0] for n in held.tolist()])
        shape = {"trees": READ_TREES, "depth": READ_DEPTH}
        together = out_of_fold(wide, said, own, names, **shape)
        before, after = threshold(odds[held][hand], said[hand]), threshold(together[hand], said[hand])
        rule = replace(rule, read=fit(wide, said, own, **shape), support_read=_share(after))
        lines += [
            f"模型没有见过的文件上，不用模型，手写：{_errors(odds[held][hand], said[hand], before)}",
            f"同样的文件上，用断言阅读模型，手写：{_errors(together[hand], said[hand], after)}",
            f"同样的阈值，自造：{_errors(together[~hand], said[~hand], after)}",
            curve(together[hand], said[hand], together[~hand], said[~hand]),
        ]
    return rule, "\n".join(lines)


def curve(odds: np.ndarray, truth: np.ndarray, made_odds: np.ndarray, made_truth: np.ndarray) -> str:
    """What each threshold costs: false ones passed and true ones dropped, written and made, one threshold a line."""
    lines = ["概率阈值  手写假句放过  手写真句误删  自造假句放过  自造真句误删"]
    for target in TARGETS:
        at = threshold(odds, truth, passed=target)
        shares = (
            *_shares(odds, truth, at),
            *_shares(made_odds, made_truth, at),
        )
        lines.append(f"{_share(at):.3f}  " + "  ".join(f"{x:.3f}" for x in shares))
    return "\n".join(lines)


def _shares(odds: np.ndarray, truth: np.ndarray, at: float) -> tuple[float, float]:
    return float((odds[truth == 0] >= at).mean()), float((odds[truth == 1] < at).mean())


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


def important(forest: Forest, top: int = 25) -> list[tuple[str, int]]:
    """Features by how often the trees ask for them."""
    used = np.bincount(forest.feature[forest.feature >= 0], minlength=len(FEATURES))
    return [(FEATURES[i], int(used[i])) for i in np.argsort(-used)[:top]]
