"""A line fitted as the product applies it (判据拟合): slopes of a logistic regression, the intercept set to let a share pass.

Slopes are rounded first and the intercept is set on the rounded ones, because these are what is written down and applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def model() -> Any:
    """The regression all these lines are fitted with."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=2.0, max_iter=1000)


def set_line(
    names: Sequence[str],
    x: Floats,
    y: NDArray[Any],
    *,
    among: NDArray[np.bool_],
    below: float,
    weight: Floats | None = None,
) -> tuple[dict[str, float], Floats]:
    """The line, and its scores of the rows.

    Args:
        x: ``(rows, names)`` features.
        y: ``(rows,)`` whether each is on the right side.
        among: ``(rows,)`` the rows of which the share ``below`` falls below the line.
        weight: ``(rows,)`` what each row counts; all the same without.

    Returns:
        ``intercept`` and the slopes by name, two decimals each; ``(rows,)`` scores with the intercept.
    """
    slopes = [round(float(slope), 2) for slope in model().fit(x, y, sample_weight=weight).coef_[0]]
    scores = x @ np.array(slopes)
    intercept = round(-float(np.quantile(scores[among], below)), 2)
    return {"intercept": intercept, **dict(zip(names, slopes, strict=True))}, scores + intercept


def share(hits: NDArray[np.bool_]) -> float:
    """Share of what is true; NaN of nothing."""
    return float(hits.mean()) if len(hits) else float("nan")
