"""How a question is worded, read word by word (逐字读法): one small attention layer over its states half way up the model.

The mean of a question's states says what it is about; whether 谁 asks for a body or for who may is said by few of its words
beside each other. The layer is trained by ``python -m training router`` (``training.token_head``) and applied here in numpy;
a test holds the two against each other. The trap: the states are those of the bundled model after ``index.encoder.MIDDLE``
layers, of no other.

Source: Vaswani et al., "Attention Is All You Need", 2017, normalised before each part (Xiong et al., 2020); Tenney et al.,
"BERT Rediscovers the Classical NLP Pipeline", 2019 (what layers know).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
HEADS = 4
_EPSILON = 1e-5
PARTS = ("narrow", "attend", "attended", "wide", "back", "out")
"""Matrices ``(out, in)``, each with a ``.bias``: to the layer's width, to query, key and value, from the heads, into and out of
the feed-forward part, to the kinds."""
NORMS = ("before_attend", "before_wide", "before_out")
"""Gains, each with a ``.bias``."""


@dataclass(frozen=True, slots=True)
class TokenHead:
    """``weights`` by name: :data:`PARTS` and :data:`NORMS`."""

    weights: Mapping[str, Values]

    def __call__(self, states: Values) -> Values:
        """``(kinds,)`` log odds, to be added to others, from a question's states ``(tokens, hidden)``."""
        found = self._linear("narrow", states)
        found = found + self._attended(self._norm("before_attend", found))
        bent = np.maximum(self._linear("wide", self._norm("before_wide", found)), 0.0)
        found = found + self._linear("back", bent)
        return self._linear("out", self._norm("before_out", np.concatenate([found.mean(0), found.max(0)])))

    def _attended(self, states: Values) -> Values:
        tokens, width = states.shape
        query, key, values = self._linear("attend", states).reshape(tokens, 3, HEADS, -1).transpose(1, 2, 0, 3)
        alike = query @ key.transpose(0, 2, 1) / np.sqrt(width / HEADS)
        raised = np.exp(alike - alike.max(-1, keepdims=True))
        seen = raised / raised.sum(-1, keepdims=True) @ values
        return self._linear("attended", seen.transpose(1, 0, 2).reshape(tokens, width))

    def _linear(self, name: str, x: Values) -> Values:
        return np.asarray(x @ self.weights[name].T + self.weights[f"{name}.bias"], dtype=np.float32)

    def _norm(self, name: str, x: Values) -> Values:
        level = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + _EPSILON)
        return np.asarray(level * self.weights[name] + self.weights[f"{name}.bias"], dtype=np.float32)
