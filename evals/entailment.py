"""Trains the entailment reader: ``python -m evals entailment`` (``index.entailment`` applies it).

Claims written by hand (tab-separated, one a line: document, unit numbers, T or F, kind, sentence) beside the sentences
they are about, and claims made from the same documents (:mod:`evals.claims_made`). Loss: log loss of "supported", and of
every token where the place of the change is known. Documents are held out by fold, so a figure never rests on a document
that was trained on. The trap: a claim's own units are only part of what a reader is shown, so neighbours go with them.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.retrieval.matching import Weights, bigrams
from assistant.verification.evidence import choose, sentences_of
from evals.claims_made import Made, OtherNoun, changed, make

if TYPE_CHECKING:
    from index.claim_model import ClaimModel, Read, TokenReader

RATE, BATCH = 3e-3, 48
TOKEN_WEIGHT, HAND_TIMES = 0.5, 3
FOLDS = 3


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
    pick, weights = random.Random(7), Weights(t for s in sentences.values() for t in s.values())
    written: dict[str, list[Made]] = {name: [] for name in sentences}
    for path in claims:
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) != 5 or cells[0] not in sentences or cells[2] not in ("T", "F"):
                continue
            made = _written(cells, sentences[cells[0]], pick, weights)
            if made:
                written[cells[0]].append(made)
    return [Document(n, tuple(s[k] for k in sorted(s)), tuple(written[n])) for n, s in sentences.items()]


def _written(cells: Sequence[str], units: dict[int, str], pick: random.Random, weights: Weights) -> Made | None:
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
    evidence = tuple(s.text for s in choose(claim, sentences_of([passage]), weights))
    return (
        Made(claim.strip(), evidence, truth == "T", kind if truth == "F" else "-", document=name) if evidence else None
    )


def misplaced(document: Document, weights: Weights, pick: random.Random, share: float = 0.3) -> list[Made]:
    """True claims beside the likest other sentences of their document, which do not say it."""
    found: list[Made] = []
    for made in document.claims:
        if not made.supported or pick.random() > share:
            continue
        grams = bigrams(made.claim)
        own = {s for e in made.evidence for s in (e,)}
        rest = [s for s in document.sentences if s not in own and not any(s in e or e in s for e in own)]
        rest.sort(key=lambda s: -weights.share(grams, bigrams(s)))
        passage = "\n".join(rest[:5])
        evidence = tuple(s.text for s in choose(made.claim, sentences_of([passage]), weights))
        if evidence and weights.share(grams, frozenset().union(*map(bigrams, evidence))) < 0.8:
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


def _range(part: str) -> range:
    first, _, last = part.strip().partition("-")
    return range(int(first), int(last or first) + 1)


class States:
    """Texts as read by the lower layers, each once."""

    def __init__(self, reader: TokenReader) -> None:
        self._reader = reader
        self._known: dict[str, Read] = {}

    def add(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> None:
        missing = sorted(set(texts) - self._known.keys(), key=len)
        for at in range(0, len(missing), 32):
            part = missing[at : at + 32]
            self._known.update(zip(part, self._reader.read(part), strict=True))
            if progress and at % 1600 == 0:
                progress(at, len(missing))

    def __getitem__(self, text: str) -> Read:
        return self._known[text]


def train(
    model: ClaimModel,
    states: States,
    pairs: Sequence[Made],
    *,
    epochs: float,
    rate: float = RATE,
    seed: int = 0,
    progress: Callable[[int, int, float], None] | None = None,
) -> None:
    """Fit ``model``; half a second a batch on one core."""
    import torch

    pick = random.Random(seed)
    steps = max(1, int(epochs * len(pairs) / BATCH))
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda t: min(1.0, (t + 1) / 50) * max(0.03, 1 - t / steps))
    model.train()
    mean = 0.0
    for step, batch in zip(range(steps), _batches(pairs, pick), strict=False):
        loss = _loss(model, states, batch, pick)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        pace.step()
        mean = 0.98 * mean + 0.02 * float(loss.detach())
        if progress and (step + 1) % 25 == 0:
            progress(step + 1, steps, mean / (1 - 0.98 ** (step + 1)))
    model.eval()


def _batches(pairs: Sequence[Made], pick: random.Random) -> Iterator[list[Made]]:
    """Batches of like length, for ever."""
    while True:
        order = pick.sample(list(pairs), len(pairs))
        for at in range(0, len(order), BATCH * 16):
            chunk = sorted(order[at : at + BATCH * 16], key=lambda m: sum(map(len, m.evidence)))
            groups = [chunk[i : i + BATCH] for i in range(0, len(chunk), BATCH)]
            pick.shuffle(groups)
            yield from groups


def _loss(model: ClaimModel, states: States, batch: Sequence[Made], pick: random.Random) -> Any:
    import torch
    import torch.nn.functional as F  # noqa: N812

    from index.claim_model import joined

    evidence, places = [], []
    for made in batch:
        order = list(range(len(made.evidence)))
        if made.wrong or made.left_out or made.supported:
            pick.shuffle(order)
        before = sum(max((b for _, b in states[made.evidence[i]].offsets), default=0) for i in order[: order.index(0)])
        places.append(before)
        evidence.append(joined([states[made.evidence[i]] for i in order]))
    claims = [states[m.claim] for m in batch]
    found = model(claims, evidence)
    truth = torch.tensor([float(m.supported) for m in batch])
    log_yes = found.log_supported.clamp(max=-1e-5)
    log_no = torch.log(-torch.expm1(log_yes)).clamp(min=-12)
    loss = -(truth * log_yes.clamp(min=-12) + (1 - truth) * log_no).mean()
    for side, (odds, reads) in enumerate(((found.claim, claims), (found.evidence, evidence))):
        target, weight = torch.zeros_like(odds), torch.zeros_like(odds)
        for row, made in enumerate(batch):
            place = made.wrong if side == 0 else made.left_out
            other = made.left_out if side == 0 else made.wrong
            if place is None and other is None:
                continue
            shift = places[row] if side else 0
            for column, (a, b) in enumerate(reads[row].offsets):
                hit = place is not None and b > a and a < place.end + shift and b > place.start + shift
                target[row, column], weight[row, column] = float(hit), 1.0 if hit else 0.2
        if weight.any():
            each = F.binary_cross_entropy_with_logits(odds, target, reduction="none")
            loss = loss + TOKEN_WEIGHT * (each * weight).sum() / len(batch)
    return loss


def scores(model: ClaimModel, states: States, pairs: Sequence[Made]) -> list[float]:
    """Log odds of each pair, in order."""
    import torch

    from index.claim_model import joined

    found: list[float] = []
    with torch.inference_mode():
        for at in range(0, len(pairs), BATCH):
            part = pairs[at : at + BATCH]
            given = model([states[m.claim] for m in part], [joined([states[e] for e in m.evidence]) for m in part])
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
