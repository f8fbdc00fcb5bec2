"""The entailment reader: what it gives, how it is switched off, and what a bad file says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.retrieval.matching import Weights
from assistant.verification.verify import Verifier
from index.entailment import SHIPPED, ClaimReader, Opinion, load_entailment
from index.errors import ModelError
from index.types import IndexConfig

EVIDENCE = ["二级以上医院应当在每年六月底前向所在地卫生健康部门报送采购情况。"]


@pytest.fixture(scope="module")
def reader() -> ClaimReader:
    found = load_entailment(IndexConfig(Path("var")))
    assert found is not None
    return found


def test_what_stands_there_is_likelier_than_another_sentence(reader):
    true = reader.judge("采购情况由二级以上医院报送给所在地卫生健康部门。", EVIDENCE)
    other = reader.judge("婴幼儿照护机构的厨房要配备消毒柜。", EVIDENCE)
    assert true.score > other.score and true.fits > other.fits


def test_a_stretch_at_fault_stands_in_its_text(reader):
    claim = "一级医院应当在每年六月底前向财政部门报送采购情况。"
    found = reader.judge(claim, EVIDENCE)
    assert found.fault in claim and found.omitted in EVIDENCE[0]
    assert reader.judge(claim, EVIDENCE) is found  # asked twice, read once


def test_it_is_small_and_used_with_the_bundled_model_only(tmp_path: Path) -> None:
    assert SHIPPED.stat().st_size <= 3_000_000
    assert load_entailment(IndexConfig(tmp_path, entailment="none")) is None
    assert load_entailment(IndexConfig(tmp_path, embedding_model="some/other-model")) is None
    assert load_entailment(IndexConfig(tmp_path)) is load_entailment(IndexConfig(tmp_path / "other"))


def test_a_file_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="ASSISTANT_INDEX__ENTAILMENT"):
        load_entailment(IndexConfig(tmp_path, entailment=str(tmp_path / "none.npz")))


def test_a_file_of_another_shape_names_the_setting(tmp_path: Path) -> None:
    path = tmp_path / "entailment.npz"
    np.savez_compressed(path, scale=np.zeros(3))
    with pytest.raises(ModelError, match="ASSISTANT_INDEX__ENTAILMENT"):
        ClaimReader(path).judge("断言", ["原文"])


def test_the_opinion_counts_in_the_verdict() -> None:
    class Fixed:
        def __init__(self, opinion: Opinion) -> None:
            self.opinion = opinion

        def judge(self, claim: str, evidence: object) -> Opinion:
            return self.opinion

    claim = "采购情况要由二级以上的医院报送。"
    sure, unsure = Opinion(6, 6, "", -8, "", -8), Opinion(-6, -6, "二级", 3, "", -8)
    weights = Weights(EVIDENCE)
    high = Verifier(weights, Fixed(sure)).verify(claim, EVIDENCE)
    low = Verifier(weights, Fixed(unsure)).verify(claim, EVIDENCE)
    assert high.probability > low.probability
    assert low.status != "supported"
