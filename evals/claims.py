"""How many false claims pass and how many true ones are dropped (断言核验评测): ``python -m evals claims --file FILE``.

A line is ``{"id", "claim", "passages": [{"notice", "text"}], "supported": bool, "kind"}``: what ``assistant verify`` reads,
with the right answer. Every rate comes with its 95 % Wilson interval, by kind and together; kinds of one changed word
(written ``old->new``, ``year+1`` and the like) are counted apart from sentences written by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.drafting.library import LibraryVerifier
from evals.datasets import DatasetError, Fault
from evals.hostile import wilson
from evals.tables import markdown

_ONE_WORD = re.compile(r"->|→|x10|\+1|drop|one[-_ ]?word", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim with the right answer."""

    id: str
    kind: str
    claim: str
    passages: tuple[tuple[str | None, str], ...] | None
    supported: bool

    @property
    def one_word(self) -> bool:
        """Whether it was made by changing one word rather than written."""
        return not self.supported and bool(_ONE_WORD.search(self.kind))


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim and the verdict given."""

    claim: Claim
    verdict: str
    reason: str

    @property
    def passed(self) -> bool:
        return self.verdict == "supported"

    @property
    def right(self) -> bool:
        return self.passed == self.claim.supported


def load(path: Path) -> list[Claim]:
    """The claims of a file.

    Raises:
        DatasetError: a line cannot be read; names it.
    """
    found: list[Claim] = []
    faults: list[Fault] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            given = record.get("passages") or None
            passages = tuple((p.get("notice"), p["text"]) for p in given) if given else None
            found.append(
                Claim(
                    str(record.get("id", number)),
                    str(record.get("kind", "")),
                    record["claim"],
                    passages,
                    record["supported"],
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(Fault(f"{path.name}:{number}", f"读不懂这一行：{error}"))
    if faults:
        raise DatasetError(faults)
    return found


def check(claims: Sequence[Claim], verifier: LibraryVerifier) -> list[Checked]:
    """Every claim through the verifier, as ``assistant verify`` would."""
    found = []
    for claim in claims:
        record = verifier.record(claim.claim, claim.passages)
        found.append(Checked(claim, record["verdict"], record["reason"]))
    return found


def table(checked: Sequence[Checked]) -> str:
    """False ones passed by kind, then the totals."""
    rows = [["类别", "句数", "假句放过", "真句误删"]]
    kinds = sorted({c.claim.kind for c in checked})
    for kind in kinds:
        some = [c for c in checked if c.claim.kind == kind]
        false, true = [c for c in some if not c.claim.supported], [c for c in some if c.claim.supported]
        rows.append(
            [kind or "（无）", str(len(some)), _rate([c.passed for c in false]), _rate([not c.passed for c in true])]
        )
    totals = [["", "比例（95% 区间）"]]
    hand = [c.passed for c in checked if not c.claim.supported and not c.claim.one_word]
    word = [c.passed for c in checked if c.claim.one_word]
    true_ones = [not c.passed for c in checked if c.claim.supported]
    for name, flags in (("手写假句放过", hand), ("改一处的假句放过", word), ("真句误删", true_ones)):
        totals.append([name, _rate(flags)])
    return f"{markdown(rows)}\n\n{markdown(totals)}"


def _rate(flags: Sequence[bool]) -> str:
    if not flags:
        return ""
    low, high = wilson(sum(flags), len(flags))
    return f"{sum(flags)}/{len(flags)} = {sum(flags) / len(flags):.1%}（{low:.1%}–{high:.1%}）"


def failures(checked: Sequence[Checked]) -> str:
    """Those judged wrongly, one a line."""
    return "\n".join(
        f"{c.claim.id} {c.claim.kind} {'误删' if c.claim.supported else '放过'}：{c.claim.claim}（{c.reason}）"
        for c in checked
        if not c.right
    )
