"""Long titles said once (简称): after its first use a document without a number goes by the kind of document it is.

Where two cited documents are of one kind neither is shortened. The trap: a title inside words that are quoted is part of the
quotation and stays; so a title that some citation holds is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.blocks import Blocks, Listing, Paragraph, Runs, Text
from assistant.types import Citation
from corpus.grammar import form
from corpus.naming import said_by, short_title
from corpus.types import Notice

_KIND = form("name.kind")
LONG = 14
"""Characters of a title from which it is tiresome to read twice."""


def shortened(blocks: Blocks, citations: Sequence[Citation], notices: Mapping[str, Notice]) -> Blocks:
    """``blocks`` with each long title written out where it is said first and called by a short form from then on."""
    for full, short in _names(citations, notices).items():
        told = sum(run.text.count(full) for given in _runs(blocks) for run in given if isinstance(run, Text))
        if told > 1:
            blocks = _replaced(blocks, full, short)
    return blocks


def _names(citations: Sequence[Citation], notices: Mapping[str, Notice]) -> dict[str, str]:
    cited = [notices[one] for one in dict.fromkeys(c.notice_id for c in citations)]
    kinds = [match["kind"] if (match := _KIND.search(short_title(n))) else "" for n in cited]
    return {
        said_by(notice): f"《{kind}》"
        for notice, kind in zip(cited, kinds, strict=True)
        if kind and not notice.reference and kinds.count(kind) == 1 and len(short_title(notice)) >= LONG
        and not any(short_title(notice) in c.quote for c in citations)
    }  # fmt: skip


def _runs(blocks: Blocks) -> Iterable[Runs]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.runs
        elif isinstance(block, Listing):
            yield from block.items


def _replaced(blocks: Blocks, full: str, short: str) -> Blocks:
    seen = False

    def said(given: Runs) -> Runs:
        nonlocal seen
        found = []
        for run in given:
            if isinstance(run, Text) and full in run.text:
                head, *rest = run.text.split(full)
                first = "" if seen else f"{full}（以下简称{short}）{rest.pop(0)}"
                text = head + first + "".join(short + piece for piece in rest)
                seen, run = True, replace(run, text=text)
            found.append(run)
        return tuple(found)

    made = []
    for block in blocks:
        if isinstance(block, Paragraph):
            block = Paragraph(said(block.runs))
        elif isinstance(block, Listing):
            block = Listing(tuple(map(said, block.items)))
        made.append(block)
    return tuple(made)
