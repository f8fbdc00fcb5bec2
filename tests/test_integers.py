"""The reader's products in integers: near those of the packed weights, exact where they could saturate, each text for itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoder import Encoder, open_encoder, open_updated
from index.graph import EncoderFiles, unpacked
from index.integers import OUTLIERS, RANGES, grid_of, kept_graph, rounded
from index.onnx_format import FLOAT, MICROSOFT, model, node, tensor, value
from index.pairs import PROMPT, FitHead, pair_row
from index.reader import SHIPPED

PAIRS = [
    ("大医院要拿收入的几成搞科研", "三级医院每年科研经费投入不低于业务总收入的百分之二。"),
    ("大医院要拿收入的几成搞科研", "乡镇卫生院配备两名以上全科医生。"),
    ("院长一年最多拿多少", "院长年薪不超过职工平均工资的2.5倍，由财政部门会同卫生健康部门核定。"),
    ("院长一年最多拿多少", "院长应当取得职业化培训证书。"),
]


@pytest.fixture(scope="module")
def reader() -> Encoder:
    return open_updated(SHIPPED, "X", integers=True)[0]


def _rows(encoder: Encoder) -> list[tuple[tuple[int, ...], int]]:
    base = encoder.base
    laid = [pair_row(base.tokens(PROMPT + q), base.tokens(s), base.shape.bos, base.shape.eos) for q, s in PAIRS]
    return [(tuple(row), cut) for row, cut in laid]


def test_pairs_are_scored_as_over_the_packed_weights(reader: Encoder) -> None:
    packed, trained = open_updated(SHIPPED, "X")
    head = FitHead.of(trained, packed.base.shape.hidden)
    scores = [
        [head(states[:cut].mean(0), states[cut:].mean(0)) for row, cut in _rows(one) for states in one.states([row])]
        for one in (reader, packed)
    ]
    np.testing.assert_allclose(*scores, atol=0.6)


def test_a_text_is_read_the_same_in_any_company(reader: Encoder) -> None:
    rows = [row for row, _ in _rows(reader)]
    together = reader.states(rows)
    for row, states in zip(rows, together, strict=True):
        np.testing.assert_allclose(reader.states([row])[0], states, atol=1e-4)


def test_pairs_of_the_largest_weights_and_inputs_do_not_saturate() -> None:
    import onnxruntime

    chosen = np.random.default_rng(0)
    weights = chosen.normal(size=(48, 96)).astype(np.float32)
    weights[:16] = np.sign(weights[:16])  # all as large as they come
    weights[16:24] = 1.0
    weights[24:32, ::2] = 0.0
    whole, scales = rounded(weights)
    assert np.abs(whole).max() <= 127
    np.testing.assert_allclose(whole.T * scales[:, None], weights, atol=0.51 * scales.max())
    inputs = np.where(chosen.random((5, 96)) < 0.5, 255, chosen.integers(0, 256, (5, 96))).astype(np.uint8)
    inputs[0] = 255
    one = np.ones(1, dtype=np.float32)
    held = [
        tensor("w", whole), tensor("s", np.ones(48, dtype=np.float32)), tensor("a", one),
        tensor("z", np.zeros(1, dtype=np.uint8)), tensor("y0", np.zeros(48, dtype=np.int8)),
    ]  # fmt: skip
    graph = model(
        [node("MatMulIntegerToFloat", ["x", "w", "a", "s", "z", "y0"], ["y"], domain=MICROSOFT)], held,
        [value("x", 2, ["n", 96])], [value("y", FLOAT, ["n", 48])],
    )  # fmt: skip
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    exact = inputs.astype(np.int64) @ whole.astype(np.int64)
    np.testing.assert_array_equal(session.run(None, {"x": inputs})[0], exact.astype(np.float32))


@pytest.mark.parametrize("part", OUTLIERS)
def test_what_was_seen_lies_on_the_grid(part: str) -> None:
    with np.load(RANGES) as kept:
        high, low = kept[f"{part}.high"], kept[f"{part}.low"]
    assert np.isfinite(high).all() and np.isfinite(low).all() and (high >= low).all()
    for above, below in zip(high, low, strict=True):
        grid = grid_of(part, above, below)
        free = np.delete(np.arange(above.size), grid.full)
        for ends in (above, below):
            bytes_ = np.rint(ends / grid.sizes / grid.step)[free] + grid.zero
            assert bytes_.min() >= 0 and bytes_.max() <= 255
        assert len(grid.full) == OUTLIERS[part]


def test_weights_are_unpacked_as_the_wheel_means_them(reader: Encoder) -> None:
    from index import bundled, e5

    packed = e5.read_packed(bundled.packed_path().read_bytes())
    held = reader.base.files.constants
    for name in ("l0.q", "l11.fo"):
        whole = packed.tensor(f"{name}.w")
        np.testing.assert_array_equal(unpacked(held[f"{name}.q"], held[f"{name}.s"]).reshape(-1), whole)


def test_a_kept_graph_that_is_damaged_is_made_anew(tmp_path: Path) -> None:
    for path in open_encoder().base.files.folder.iterdir():
        if not path.name.startswith("integers-"):
            (tmp_path / path.name).symlink_to(path)
    files = EncoderFiles(tmp_path)
    graph = kept_graph(files, {})
    [kept] = tmp_path.glob("integers-*.bin")
    kept.write_bytes(kept.read_bytes()[:-1])
    assert kept_graph(files, {}) == graph
    assert kept.read_bytes()[32:] == graph
    assert sorted(tmp_path.glob(".integers*")) == []
