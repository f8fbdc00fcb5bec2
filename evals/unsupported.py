"""What an answer shows that its citations do not say (无依据率): a second opinion that shares no code with the gate.

Every figure, year, document number and department in a shown sentence is looked for, as a bare string, in the quotes
that sentence cites and in the name of what it cites. It is cruder than the gate on purpose: it knows no context, but a
fault of the gate's reading cannot hide here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from evals.types import Response

_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_MARKER = re.compile(r"\[(\d+)\]")
_FIGURE = re.compile(r"\d+(?:\.\d+)?%?|百分之[零一二三四五六七八九十百点]+|[一二三四五六七八九]成(?![立员果为])")
_DEPARTMENT = re.compile(
    r"(?:卫生健康|卫生计生|医疗保障|医保|财政|发展改革|人力资源社会保障|民政|教育|药监|市场监管|中医药管理|审计|科技)(?:局|厅|委)"
)
_SPELLED = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9"}


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A shown sentence and the first thing in it that no quote it cites contains ("" where it cites nothing)."""

    sentence: str
    missing: str


def unsupported(response: Response) -> tuple[Unsupported, ...]:
    """Sentences of ``response`` that state what their citations do not; nothing for a refusal.

    A sentence without a marker counts only where it states a figure or a department. Table rows are read cell by cell.
    """
    if response.refused:
        return ()
    quotes = {c.marker: f"{c.quote} {c.name}" for c in response.citations}
    found = []
    for sentence in sentences_of(response.text):
        markers = [int(m) for m in _MARKER.findall(sentence)]
        ground = _plain(" ".join(quotes.get(m, "") for m in markers))
        if any(m not in quotes for m in markers):
            found.append(Unsupported(sentence, "引文不存在"))
            continue
        claims = claims_of(sentence)
        missing = next((c for c in claims if not _stated(c, ground)), None)
        if missing is not None:
            found.append(Unsupported(sentence, missing))
    return tuple(found)


def sentences_of(text: str) -> Sequence[str]:
    """Sentences and table cells of an answer, header rows left out."""
    pieces: list[str] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("|"):
            header = number + 1 < len(lines) and re.match(r"^\|[ :|-]+\|$", lines[number + 1])
            if not header and not re.match(r"^\|[ :|-]+\|$", line):
                pieces += [cell for cell in line.strip("|").split("|") if _MARKER.search(cell)]
            continue
        pieces += [m.group().strip() for m in _SENTENCE.finditer(line) if m.group().strip()]
    return pieces


def claims_of(sentence: str) -> list[str]:
    """Figures and departments of a sentence, its markers aside."""
    plain = _plain(_MARKER.sub("", sentence))
    return [m.group() for m in _FIGURE.finditer(plain)] + [m.group() for m in _DEPARTMENT.finditer(plain)]


def _stated(claim: str, ground: str) -> bool:
    if claim in ground:
        return True
    tenths = re.fullmatch(r"([一二三四五六七八九])成", claim)
    return bool(tenths) and f"{_SPELLED.get(tenths[1], '?')}0%" in ground if tenths else False


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
