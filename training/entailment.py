"""Trains the entailment reader: ``python -m training entailment`` (``index.entailment`` applies it).

Claims written by hand (tab-separated, one a line: document, unit numbers, T or F, kind, sentence) beside the sentences
they are about, and claims made from the same documents (:mod:`training.claims_made`). Loss: log loss of "supported", and of
every token where the place of the change is known. It begins from the updates of the sentence reader, runs by the clock
(the rate falls to nothing at the end) and sees some seven pairs a second of a core. Documents are held out by fold, so a
figure never rests on a document that was trained on. The trap: a claim's own units are only part of what a reader is shown, so neighbours go with them.
"""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.retrieval.matching import Weights, bigrams
from assistant.verification.evidence import choose, focused, sentences_of
from training.claims_made import Made, OtherNoun, changed, make, reworded
from training.claims_moved import moved

if TYPE_CHECKING:
    from index.claim_model import ClaimModel

RATE, HEAD_RATE, BATCH = 5e-4, 1.5e-3, 12
TOKEN_WEIGHT, QUIET = 0.3, 0.1
FOLDS, HELD_OUT = 4, 3


@dataclass(frozen=True, slots=True)
class Document:
    """A document as numbered sentences, and what was written about it by hand."""

    name: str
    sentences: tuple[str, ...]
    claims: tuple[Made, ...]

    @property
    def fold(self) -> int:
        """Which fold holds it out; the same document under two formats is in one fold."""
        return zlib.crc32(self.name.split(".")[0].encode()) % FOLDS


def load(units: Path, claims: Sequence[Path]) -> list[Document]:
    """Documents of the folder ``units`` with the hand-written claims of the files ``claims``.

    Lines that do not fit (a document or unit that does not exist) are left out.
    """
    sentences: dict[str, dict[int, str]] = {}
    for path in sorted(units.glob("*.txt")):
        lines = (line.rstrip("\n").split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines())
        sentences[path.name[:-4]] = {int(n): text.strip() for n, text in (x for x in lines if len(x) == 2)}
    pick, rare = random.Random(7), Weights(t for s in sentences.values() for t in s.values())
    written: dict[str, list[Made]] = {name: [] for name in sentences}
    for path in claims:
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) != 5 or cells[0] not in sentences or cells[2] not in ("T", "F"):
                continue
            made = _written(cells, sentences[cells[0]], pick, rare)
            if made:
                written[cells[0]].append(made)
    return [Document(n, tuple(s[k] for k in sorted(s)), tuple(written[n])) for n, s in sentences.items()]


def _written(cells: Sequence[str], units: dict[int, str], pick: random.Random, rare: Weights) -> Made | None:
    name, numbers, truth, kind, claim = cells
    try:
        wanted = [n for part in numbers.replace("，", ",").split(",") for n in _range(part)]
    except ValueError:
        return None
    if not wanted or any(n not in units for n in wanted):
        return None
    shown = set(wanted)
    if kind != "wrongclause" and kind != "invented":
        for n in wanted:
            shown |= {n - k for k in range(1, pick.randrange(3) + 1)} | {n + k for k in range(1, pick.randrange(3) + 1)}
    passage = "\n".join(units[n] for n in sorted(shown) if n in units)
    evidence = tuple(focused(claim, [s.text for s in choose(claim, sentences_of([passage]), rare)]))
    return (
        Made(claim.strip(), evidence, truth == "T", kind if truth == "F" else "-", document=name) if evidence else None
    )


def weights(documents: Sequence[Document]) -> Weights:
    """How rare each pair of characters is in ``documents``."""
    return Weights(s for d in documents for s in d.sentences)


def misplaced(document: Document, rare: Weights, pick: random.Random, share: float = 0.3) -> list[Made]:
    """True claims beside the likest other sentences of their document, which do not say it."""
    found: list[Made] = []
    for made in document.claims:
        if not made.supported or pick.random() > share:
            continue
        grams = bigrams(made.claim)
        own = {s for e in made.evidence for s in (e,)}
        rest = [s for s in document.sentences if s not in own and not any(s in e or e in s for e in own)]
        rest.sort(key=lambda s: -rare.share(grams, bigrams(s)))
        passage = "\n".join(rest[:5])
        evidence = tuple(s.text for s in choose(made.claim, sentences_of([passage]), rare))
        if evidence and rare.share(grams, frozenset().union(*map(bigrams, evidence))) < 0.8:
            found.append(Made(made.claim, evidence, False, "wrongclause", document=document.name))
    return found


def altered(document: Document, pick: random.Random) -> list[Made]:
    """True claims written by hand with one thing changed, the place known."""
    noun = OtherNoun(document.sentences)
    found: list[Made] = []
    for made in document.claims:
        broken = changed(made.claim, "".join(made.evidence), pick, noun) if made.supported else None
        if broken:
            text, wrong, left, kind = broken
            if left is not None and not any(left.of("".join(made.evidence)) in e for e in made.evidence[:1]):
                left = None
            found.append(Made(text, made.evidence, False, kind, wrong, left, document.name))
    return found


def mixture(documents: Sequence[Document], rare: Weights, *, seed: int = 0) -> list[Made]:
    """What the reader is trained on: what hands wrote, twice; the same with one thing changed; and what was made.

    Most of what is made is near the notice's words, most of what hands wrote is not; a verifier meets both.
    """
    pick = random.Random(seed)
    written = [m for d in documents for m in d.claims]
    near = [m for d in documents for m in (*altered(d, pick), *altered(d, pick), *misplaced(d, rare, pick))]
    same = [
        Made(reworded(m.claim, pick, pick.choice((1, 2, 3))), m.evidence, True, document=m.document)
        for m in written
        if m.supported
    ]
    made = [m for d in documents for m in moved(d.name, d.sentences, pick)] + made_pairs(documents, seed=seed)
    true, false = ([m for m in made if m.supported is truth and m.kind != "object"] for truth in (True, False))
    wanted = len(written)
    return [
        *written,
        *written,
        *same,
        *pick.sample(near, min(len(near), wanted // 2)),
        *pick.sample(true, min(len(true), wanted * 2 // 5)),
        *pick.sample(false, min(len(false), wanted * 2 // 5)),
    ]


def _range(part: str) -> range:
    first, _, last = part.strip().partition("-")
    return range(int(first), int(last or first) + 1)


def begin(model: ClaimModel, reader: Path) -> None:
    """Take over what the sentence reader has learnt of reading two texts together."""
    import numpy as np

    with np.load(reader, allow_pickle=False) as kept:
        model.load_trained({name: kept[name] for name in kept.files}, whole=False)
    last: Any = model.head[2]
    last.weight.data.mul_(0.5)


def train(
    model: ClaimModel,
    pairs: Sequence[Made],
    *,
    seconds: float,
    seed: int = 0,
    progress: Callable[[int, float], None] | None = None,
) -> None:
    """Fit ``model`` for ``seconds`` by the clock; dropout is off, since most pairs are seen once or twice."""
    import torch

    pick, start = random.Random(seed), time.monotonic()
    lower = [p for n, p in model.trained().items() if n.startswith("encoder")]
    upper = [p for n, p in model.trained().items() if not n.startswith("encoder")]
    rates = (RATE, HEAD_RATE)
    groups = [{"params": part, "lr": rate} for part, rate in zip((lower, upper), rates, strict=True)]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    model.eval()
    mean = 0.0
    for step, batch in enumerate(_batches(pairs, pick)):
        gone = (time.monotonic() - start) / seconds
        if gone >= 1:
            break
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * min(1.0, (step + 1) / 30) * max(0.03, 1 - gone)
        loss = _loss(model, batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call, operator, unused-ignore]
        torch.nn.utils.clip_grad_norm_([*lower, *upper], 1.0)
        optimiser.step()
        mean = 0.97 * mean + 0.03 * float(loss.detach())
        if progress and (step + 1) % 25 == 0:
            progress((step + 1) * BATCH, mean / (1 - 0.97 ** (step + 1)))


def _batches(pairs: Sequence[Made], pick: random.Random) -> Iterator[list[Made]]:
    """Batches of like length, for ever; claims about the same sentence stand together, so that what differs is learnt."""
    while True:
        order = pick.sample(list(pairs), len(pairs))
        for at in range(0, len(order), BATCH * 24):
            chunk = sorted(order[at : at + BATCH * 24], key=lambda m: (sum(map(len, m.evidence)), m.evidence))
            groups = [chunk[i : i + BATCH] for i in range(0, len(chunk), BATCH)]
            pick.shuffle(groups)
            yield from groups


def _loss(model: ClaimModel, pairs: Sequence[Made]) -> Any:
    import torch
    import torch.nn.functional as F  # noqa: N812

    batch = model.pairs([m.claim for m in pairs], ["".join(m.evidence) for m in pairs])
    found = model.judge(batch)
    truth = torch.tensor([float(m.supported) for m in pairs])
    log_yes = found.log_supported.clamp(max=-1e-5)
    log_no = torch.log(-torch.expm1(log_yes)).clamp(min=-12)
    loss = -(truth * log_yes.clamp(min=-12) + (1 - truth) * log_no).mean()
    target, weight = torch.zeros_like(found.faults), torch.zeros_like(found.faults)
    for row, made in enumerate(pairs):
        if made.wrong is None and made.left_out is None:
            continue
        for column, place in enumerate(batch.offsets[row]):
            if place is None:
                continue
            side, start, end = place
            span = made.left_out if side else made.wrong
            hit = span is not None and start < end and start < span.end and end > span.start
            target[row, column], weight[row, column] = float(hit), 1.0 if hit else QUIET
    if weight.any():
        each = F.binary_cross_entropy_with_logits(found.faults, target, reduction="none")
        loss = loss + TOKEN_WEIGHT * (each * weight).sum() / len(pairs)
    return loss


def scores(model: ClaimModel, pairs: Sequence[Made]) -> list[float]:
    """Log odds of each pair, in order."""
    import torch

    found: list[float] = []
    with torch.inference_mode():
        for at in range(0, len(pairs), BATCH):
            part = pairs[at : at + BATCH]
            given = model.judge(model.pairs([m.claim for m in part], ["".join(m.evidence) for m in part]))
            found += [float(x) for x in given.score]
    return found


def made_pairs(documents: Sequence[Document], *, seed: int = 0, each: int = 1) -> list[Made]:
    """Claims made from every document."""
    pick = random.Random(seed)
    return [m for d in documents for m in make(d.name, d.sentences, pick, each=each)]


def error_rates(given: Sequence[float], pairs: Sequence[Made], at: float) -> tuple[float, float]:
    """Share of false claims passed and of true ones dropped when those above ``at`` pass."""
    false = [s for s, m in zip(given, pairs, strict=True) if not m.supported]
    true = [s for s, m in zip(given, pairs, strict=True) if m.supported]
    passed = sum(s > at for s in false) / max(len(false), 1)
    return passed, sum(s <= at for s in true) / max(len(true), 1)
