"""The bundled model in ONNX Runtime against the same weights in torch, and what it leaves unimported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import bundled
from index.bundled_embedder import BundledEmbedder
from index.encoder import MIDDLE, Encoder, _batches, open_encoder, open_updated
from index.entailment import SHIPPED as CLAIMS
from index.errors import ModelError
from index.graph import EncoderFiles
from index.pairs import PROMPT, ClaimHead, FitHead, claim_row, pair_row
from index.reader import SHIPPED as READER

TEXTS = [
    "每千人口床位数达到6.2张", "院长年薪不超过职工平均工资的2.5倍，由财政部门会同卫生健康部门核定。", "乡镇卫生院开通远程会诊",
    "药品集中采购比例", "２．５倍、40％（试行）",
]  # fmt: skip
PAIRS = [
    ("大医院要拿收入的几成搞科研", "三级医院每年科研经费投入不低于业务总收入的百分之二。"),
    ("大医院要拿收入的几成搞科研", "乡镇卫生院配备两名以上全科医生。"),
    ("采购情况由二级以上医院报送。", "二级以上医院应当在每年六月底前向所在地卫生健康部门报送采购情况。"),
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder()


def test_vectors_agree_with_full_precision() -> None:
    from index.embedder import SentenceTransformerEmbedder

    ours, full = BundledEmbedder(), SentenceTransformerEmbedder(dtype="fp32")
    for role in ("query", "passage"):
        assert (ours.embed(TEXTS, role) * full.embed(TEXTS, role)).sum(1).min() > 0.9995
    assert ours.weights == full.weights == full.fingerprint != ours.fingerprint


def test_a_vector_does_not_depend_on_its_company() -> None:
    embedder = BundledEmbedder()
    together = embedder.embed([*TEXTS, TEXTS[0], TEXTS[1] * 9], "passage")
    alone = np.concatenate([embedder.embed([text], "passage") for text in TEXTS])
    np.testing.assert_allclose(together[: len(TEXTS)], alone, atol=2e-3)
    np.testing.assert_array_equal(together[0], together[len(TEXTS)])


def test_a_question_is_read_once() -> None:
    embedder = BundledEmbedder()
    readings = embedder.read([TEXTS[0], TEXTS[1]])
    assert [r.middle is not None and r.middle.shape[1] for r in readings] == [384, 384]
    embedder._encoded = None  # type: ignore[method-assign, assignment]
    vectors = embedder.embed([TEXTS[0], TEXTS[1]], "query")  # of the same pass
    np.testing.assert_array_equal(vectors, np.stack([r.vector for r in readings]))
    assert embedder.read([]) == []


def test_the_middle_is_that_of_full_precision() -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = bundled.ensure_bundled_model()
    [reading] = BundledEmbedder().read([TEXTS[0]])
    given = AutoTokenizer.from_pretrained(folder)("query: " + TEXTS[0], return_tensors="pt")
    with torch.inference_mode():
        exact = AutoModel.from_pretrained(folder)(**given, output_hidden_states=True).hidden_states[MIDDLE][0].numpy()
    assert reading.middle is not None
    alike = (reading.middle * exact).sum(1) / np.linalg.norm(reading.middle, axis=1) / np.linalg.norm(exact, axis=1)
    assert reading.middle.shape == exact.shape and alike.min() > 0.998


def test_the_table_of_words_is_unpacked_exactly(encoder: Encoder) -> None:
    from index import e5

    packed = e5.read_packed(bundled.packed_path().read_bytes())
    whole = packed.tensor("emb.word").reshape(packed.vocab, packed.hidden)
    ids = np.array([[0, 5, packed.vocab - 1], [77, 1234, 2]])
    np.testing.assert_array_equal(encoder.base.files.words(ids), whole[ids])


def test_the_reader_scores_as_in_training() -> None:
    import torch

    from index.pair_model import PairModel

    encoder, trained = open_updated(READER, "X")
    shape, tokens = encoder.base.shape, encoder.base.tokens
    head = FitHead.of(trained, shape.hidden)
    ours = []
    for question, sentence in PAIRS:
        row, cut = pair_row(tokens(PROMPT + question), tokens(sentence), shape.bos, shape.eos)
        [states] = encoder.states([tuple(row)])
        ours.append(head(states[:cut].mean(0), states[cut:].mean(0)))
    model = PairModel(bundled.ensure_bundled_model())
    model.load_trained(trained)
    model.eval()
    with torch.inference_mode():
        theirs = model(*model.encode(*zip(*PAIRS, strict=True)))
    np.testing.assert_allclose(ours, theirs.numpy(), atol=0.3)


def test_the_claim_reader_judges_as_in_training() -> None:
    import torch

    from index.claim_model import ClaimModel

    encoder, trained = open_updated(CLAIMS, "X")
    base, model = encoder.base, ClaimModel(bundled.ensure_bundled_model())
    head = ClaimHead.of(trained, base.shape.hidden)
    model.load_trained(trained)
    model.eval()
    for claim, evidence in PAIRS:
        sides = base.pieces(claim), base.pieces(evidence)
        row, places = claim_row(base.tokens(PROMPT), *sides, base.shape.bos, base.shape.eos)
        with torch.inference_mode():
            batch = model.pairs([claim], [evidence])
            theirs = model.judge(batch)
            exact = model.encoder(batch.ids, attention_mask=batch.mask).last_hidden_state[0].numpy()
        assert batch.ids[0].tolist() == row and batch.offsets[0] == tuple(places)
        same = head(exact, row, places)  # the head itself, on the same states
        assert same.score == pytest.approx(float(theirs.score[0]), abs=1e-3)
        np.testing.assert_allclose(same.faults, theirs.faults[0].numpy(), atol=1e-3)
        [states] = encoder.states([tuple(row)])
        assert head(states, row, places).score == pytest.approx(float(theirs.score[0]), abs=0.6)


def test_batches_hold_every_row_once_and_like_lengths_together() -> None:
    lengths = [int(x) for x in np.random.default_rng(0).integers(1, 400, size=300)]
    batches = _batches(lengths, 2)
    assert sorted(n for batch in batches for n in batch) == list(range(300))
    for batch in batches:
        sizes = [lengths[n] for n in batch]
        assert len(batch) == 1 or max(sizes) * len(batch) <= 320
    assert _batches([], 2) == []


def test_no_text_gives_no_rows() -> None:
    assert BundledEmbedder().embed([], "query").shape == BundledEmbedder().embed([], "passage").shape == (0, 384)


def test_a_damaged_folder_is_named(encoder: Encoder, tmp_path: Path) -> None:
    for path in encoder.base.files.folder.iterdir():
        (tmp_path / path.name).write_bytes(b"" if path.suffix == ".npz" else path.read_bytes())
    with pytest.raises(ModelError, match="ASSISTANT_EMBEDDING__MODEL"):
        open_encoder(tmp_path)
    assert EncoderFiles(tmp_path).shape.hidden == 384


def test_nothing_heavy_is_imported_to_embed_read_and_judge() -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom index import IndexConfig, load_embedder\n"
        "from index.reader import load_reader\nfrom index.entailment import load_entailment\n"
        "c = IndexConfig(Path('unused'))\nload_embedder(c).embed(['问'], 'query')\nload_reader(c).read('问', ['答'])\n"
        "load_entailment(c).judge('言', ['据'])\n"
        "print(*sorted({'torch', 'transformers', 'sentence_transformers', 'llama_index', 'chromadb'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == ""
