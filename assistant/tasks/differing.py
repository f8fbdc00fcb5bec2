"""What differs between places on one matter, in a line (有何不同): who is silent, and whose figures are not the others'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.blocks import Blocks, Marker, Runs, Table, text_of
from corpus.docnumber import find_numbers
from corpus.grammar import form
from corpus.numerals import find_values
from corpus.types import Span

_SHOWN, _TITLE = 3, form("cite.title")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table says of one place: the words that passed the gate, sentence by sentence, the best first; without any,
    ``instead`` is what stands there (未规定或未查到, 未能核实, no document held)."""

    place: str
    said: tuple[str, ...] = ()
    instead: str = ""

    @property
    def text(self) -> str:
        """The cell as it is shown, without markers."""
        return "".join(self.said) or self.instead


def cells_of(blocks: Blocks) -> tuple[Cell, ...]:
    """The cells of the tables of an answer, those of one place together; () for an answer without a table."""
    said: dict[str, list[str]] = {}
    instead: dict[str, str] = {}
    for row in (row for block in blocks if isinstance(block, Table) for row in block.rows):
        place, words = text_of(row[0]), text_of(tuple(run for run in row[1] if not isinstance(run, Marker)))
        pieces = said.setdefault(place, [])
        if any(isinstance(run, Marker) for run in row[1]):
            pieces += _sentences(row[1])
        else:
            instead.setdefault(place, words)
    return tuple(Cell(place, tuple(told), "" if told else instead[place]) for place, told in said.items())


def _sentences(cell: Runs) -> list[str]:
    """The words of a cell up to each of its markers, with the stop behind it."""
    found: list[str] = [""]
    for run in cell:
        if isinstance(run, Marker):
            found.append("")
        elif len(found) > 1 and not found[-1] and run.text[:1] in "。；;，,":
            found[-2] += run.text[:1]
            found[-1] += run.text[1:]
        else:
            found[-1] += run.text
    return [one for one in found if one]


def what_differs(cells: Sequence[Cell]) -> str:
    """One sentence over what each place's clauses say; "" for fewer than two places.

    Figures are set against each other where every place has some in that unit: a fine and a time are no difference. A place is
    called silent only where its cell is (未规定或未查到); what did not pass the gate, or is not held, is said to be that.
    """
    if len(cells) < 2:
        return ""
    spoken = [cell for cell in cells if cell.said]
    parts = []
    for words in dict.fromkeys(cell.instead for cell in cells if not cell.said):
        parts.append(f"{'、'.join(cell.place for cell in cells if not cell.said and cell.instead == words)}{words}")
    if len(spoken) >= 2:
        own = _own_figures({cell.place: cell.said[0] for cell in spoken})
        if own and all(own.values()):
            figures = "；".join(f"{place}写的是{'、'.join(texts[:_SHOWN])}" for place, texts in own.items())
            parts.append(f"数字不同：{figures}")
        elif own and any(own.values()):
            parts += [f"{place}另写有{'、'.join(texts[:_SHOWN])}" for place, texts in own.items() if texts]
        elif len({cell.text for cell in spoken}) == 1:
            parts.append(f"{'、'.join(cell.place for cell in spoken)}的规定相同")
        else:
            parts.append("数字没有不同，写法不同，见下表" if own else "写法不同，见下表")
    return "；".join(parts) + "。"


def _own_figures(quotes: Mapping[str, str]) -> dict[str, list[str]]:
    """By place the figures the others do not state, in units that every place has; empty where there is no such unit."""
    values = {
        place: {
            (value.unit, value.canonical): value.text + (value.unit if value.unit not in value.text else "")
            for value in find_values(_without_papers(quote))
            if quote[value.span.start - 1 : value.span.start] != "第"  # the number of an article is no figure
        }
        for place, quote in quotes.items()
    }
    units = set.intersection(*({unit for unit, _ in found} for found in values.values()))
    if not units:
        return {}
    shared = set.intersection(*(set(found) for found in values.values()))
    return {
        place: [text for key, text in found.items() if key[0] in units and key not in shared]
        for place, found in values.items()
    }


def _without_papers(quote: str) -> str:
    """``quote`` with the numbers and titles of the documents that it names blanked: 〔2017〕96号 is no figure of what it says."""
    spans = [mention.span for mention in find_numbers(quote)]
    spans += [Span(*found.span()) for found in _TITLE.finditer(quote)]
    for span in spans:
        quote = f"{quote[: span.start]}{'，' * len(span)}{quote[span.end :]}"
    return quote
