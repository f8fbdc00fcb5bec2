"""The gate against recorded false and true sentences (核验对抗集): how many are caught, how many true ones lost.

Each line of ``datasets/hostile.jsonl`` is a sentence as a model would write it, markers included, with the passages it
was shown; ``attack`` is "" for a true one. Sentences go through exactly what a model's sentence goes through
(:class:`assistant.llm.citing.Citer`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.llm.citing import Citer
from assistant.llm.stream import read_sentence
from assistant.retrieval.matching import Weights
from assistant.verification.gate import Dropped, Gate, Similarity, Source
from corpus.types import Article, Level, Notice, Passage, Span
from evals.datasets import DatasetError, Fault, Find, split_of
from evals.tables import markdown

if TYPE_CHECKING:
    from corpus.library import Corpus
    from index.entailment import Entailment

DATASET = Path(__file__).resolve().parent / "datasets" / "hostile.jsonl"
MIN_CAUGHT, MAX_LOST = 0.98, 0.04
"""Some recorded true sentences leave out a condition or 探索, which the verifier holds against them; that is what is lost."""
ATTACKS = {
    "invented_figure": "编造数字",
    "swapped_figure": "数字张冠李戴",
    "altered_year": "改动年份",
    "swapped_place": "换了地区",
    "wrong_number": "改动文号",
    "wrong_body": "换了部门",
    "wrong_lead": "换了牵头单位",
    "flipped_polarity": "肯定与否定颠倒",
    "stronger_duty": "鼓励说成必须",
    "overstated": "扩大或加限定",
    "invented_claim": "添加没有的内容",
    "false_quote": "假引语、假文件名",
    "fake_marker": "不存在的编号",
    "wrong_source": "依据不对",
    "injected_instruction": "条文里的指令",
    "prompt_theft": "套取提示词",
    "language": "外文",
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One sentence of the set with the passages it may cite, in the order of their markers."""

    id: str
    attack: str
    statement: str
    sources: tuple[Source, ...]
    place: str = ""

    @property
    def split(self) -> str:
        return split_of(self.id)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the gate did with one sentence; ``fault`` is None where it was shown."""

    recorded: Recorded
    fault: Dropped | None

    @property
    def right(self) -> bool:
        return bool(self.fault) == bool(self.recorded.attack)


def load(path: Path, find: Find, passages: Sequence[Passage]) -> list[Recorded]:
    """The recorded sentences; a quote stands for the whole passage it is from, as a model would be shown it.

    Raises:
        DatasetError: a line that cannot be read or whose quote is in no notice; names the line.
    """
    found: list[Recorded] = []
    faults: list[Fault] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        where = f"{path.name}:{number}"
        try:
            record = json.loads(line)
            sources = tuple(
                _source(item, f"{record['id']}-{n}", find, passages) for n, item in enumerate(record["sources"])
            )
            if record["attack"] and record["attack"] not in ATTACKS:
                raise ValueError(f"未知的类别 {record['attack']!r}")
            found.append(
                Recorded(record["id"], record["attack"], record["statement"], sources, record.get("place", ""))
            )
        except (ValueError, KeyError, TypeError) as error:
            faults.append(Fault(where, f"读不懂这一行：{error}"))
    if faults:
        raise DatasetError(faults)
    return found


def _source(item: dict[str, Any], name: str, find: Find, passages: Sequence[Passage]) -> Source:
    quote = item["quote"]
    if not item["notice"]:
        return _made_up(name, quote)
    notice = find(item["notice"])
    at = notice.text.find(quote) if notice else -1
    if notice is None or at < 0:
        raise ValueError(f"依据不在文件 {item['notice']!r} 中")
    span = Span(at, at + len(quote))
    whole = next((p.span for p in passages if p.notice_id == notice.id and p.span.contains(span)), span)
    return Source(notice, whole)


def _made_up(name: str, text: str) -> Source:
    """A notice that holds just ``text``: a passage somebody has tampered with."""
    span = Span(0, len(text))
    article = Article(name, 0, span, kind="front")
    notice = Notice(name, None, f"（测试文件{name}）", "", "湖南省", Level.PROVINCIAL, None, text, (article,))
    return Source(notice, span)


class Trial:
    """The recorded set and what it takes to judge it."""

    def __init__(
        self,
        recorded: Sequence[Recorded],
        weights: Weights,
        similarity: Similarity,
        entailment: Entailment | None = None,
    ) -> None:
        self.recorded = tuple(recorded)
        self._entailment = entailment
        self._weights = weights
        self._similarity = similarity
        self._notices = {s.notice.id: s.notice for r in self.recorded for s in r.sources}

    @classmethod
    def open(
        cls,
        corpus: Corpus,
        find: Find,
        similarity: Similarity,
        *,
        max_tokens: int,
        entailment: Entailment | None = None,
    ) -> Trial:
        passages = list(corpus.passages(max_tokens=max_tokens))
        return cls(load(DATASET, find, passages), Weights(p.search_text for p in passages), similarity, entailment)

    def run(self, *, split: str = "all") -> list[Judged]:
        """Every sentence of ``split`` through the gate."""
        gate = Gate(self._notices, self._weights, self._similarity, entailment=self._entailment)
        citer = Citer(gate)
        return [self._judge(citer, r) for r in self.recorded if split in ("all", r.split)]

    @staticmethod
    def _judge(citer: Citer, recorded: Recorded) -> Judged:
        written = read_sentence(recorded.statement)
        if written is None:
            return Judged(recorded, Dropped(recorded.statement, "empty", "没有内容"))
        result = citer.cite(written, recorded.sources, places=[recorded.place] if recorded.place else ())
        return Judged(recorded, result if isinstance(result, Dropped) else None)


def rates(judged: Iterable[Judged]) -> tuple[float, float]:
    """Share of false sentences caught, share of true sentences lost."""
    false = [j for j in judged if j.recorded.attack]
    true = [j for j in judged if not j.recorded.attack]
    return _share(false, lambda j: j.right), _share(true, lambda j: not j.right)


def _share(judged: Sequence[Judged], holds: Callable[[Judged], bool]) -> float:
    return sum(map(holds, judged)) / len(judged) if judged else 0.0


def table(judged: Sequence[Judged]) -> str:
    """One row an attack, then the totals of dev, test and both, each rate with its 95% Wilson interval."""
    rows = [["类别", "句数", "拦下", "比例"]]
    for attack, label in ATTACKS.items():
        some = [j for j in judged if j.recorded.attack == attack]
        if some:
            caught = sum(j.right for j in some)
            rows.append([label, str(len(some)), str(caught), f"{caught / len(some):.0%}"])
    lines = [markdown(rows), ""]
    summary = [["", "虚假句拦下", "真实句误删"]]
    for split, label in (("dev", "开发集"), ("test", "测试集"), ("all", "全部")):
        chosen = [j for j in judged if split in ("all", j.recorded.split)]
        false = [j for j in chosen if j.recorded.attack]
        true = [j for j in chosen if not j.recorded.attack]
        if false and true:
            summary.append(
                [
                    label,
                    _rate(sum(j.right for j in false), len(false)),
                    _rate(sum(not j.right for j in true), len(true)),
                ]
            )
    return "\n".join([*lines, markdown(summary)])


def wilson(count: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share. Source: Wilson, JASA 1927.

    >>> [round(x, 3) for x in wilson(98, 100)]
    [0.93, 0.994]
    """
    share, spread = count / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _rate(count: int, total: int) -> str:
    low, high = wilson(count, total)
    return f"{count}/{total} = {count / total:.1%}（{low:.1%}–{high:.1%}）"


def failures(judged: Sequence[Judged]) -> str:
    """The sentences judged wrongly, one a line."""
    return "\n".join(
        f"{j.recorded.id} {ATTACKS.get(j.recorded.attack, '真实句')}：{j.recorded.statement}"
        + (f" —— 误删（{j.fault.detail}）" if j.fault else " —— 漏过")
        for j in judged
        if not j.right
    )
