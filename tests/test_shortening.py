"""A long title is said in full once, in an answer and among its sources; two documents of one kind keep their names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answering.shortening import shortened
from assistant.blocks import Listing, Marker, Paragraph, Text, to_text
from assistant.keeping.conversations import StoredTurn
from assistant.types import Answer, Citation, Profile
from corpus.library import load_corpus
from pages.export import to_markdown

TITLE = "某某综合实验区健全重特大疾病医疗保险和救助制度的实施办法"
ONE = replace(load_corpus().notices[0], id="one", title=TITLE, number=None, text="第一条 按比例救助。\n")
OTHER = replace(ONE, id="other", title="某某综合实验区困难群众临时救助工作的实施办法")
RULES = replace(ONE, id="rules", title="某某综合实验区困难群众临时救助条例")
BLOCKS = (
    Paragraph(
        (Text(f"《{TITLE}》规定：按比例救助"), Marker(1), Text(f"。另：《{TITLE}》还规定：封顶六万元"), Marker(2))
    ),
    Listing(((Text(f"《{TITLE}》规定：依申请"), Marker(2)),)),
)


def cited(*notices: object, quote: str = "按比例救助") -> tuple[Citation, ...]:
    return tuple(Citation(at, n.name, n.id, n.title, "第一条", quote, 0, 5) for at, n in enumerate(notices, 1))  # type: ignore[attr-defined]


def test_a_long_title_is_said_once() -> None:
    text = to_text(shortened(BLOCKS, cited(ONE, ONE, RULES), {"one": ONE, "rules": RULES}))
    assert text.count(TITLE) == 1 and f"《{TITLE}》（以下简称《实施办法》）规定" in text
    assert text.count("《实施办法》") == 3 and "[1]" in text and "[2]" in text


@pytest.mark.parametrize(
    ("citations", "why"),
    [
        (cited(ONE, OTHER), "two of one kind"),
        (cited(ONE, ONE, quote=f"《{TITLE}》自印发之日起执行"), "the title is quoted"),
    ],
)
def test_what_would_be_ambiguous_or_a_quotation_stays(citations: tuple[Citation, ...], why: str) -> None:
    assert shortened(BLOCKS, citations, {"one": ONE, "other": OTHER}) == BLOCKS, why


def test_a_source_named_once_is_pointed_at_afterwards() -> None:
    turn = StoredTurn("问", Profile(), Answer(BLOCKS, citations=cited(ONE, ONE)), 0, "2024-03-01T00:00:00")
    sources = to_markdown("题", [turn]).split("引注")[-1]
    assert sources.count(TITLE) == 1 and "同[1]" in sources.replace("\\", "")
