"""What every answer must keep to, whatever the question: shared by the tests of the assistant layer."""

from __future__ import annotations

from assistant.answering.refusal import NEAREST
from assistant.blocks import Table, marker_starts, text_of
from assistant.service import Assistant
from assistant.types import Answer, Profile, RefusalReason, Turn


def ask(assistant: Assistant, question: str, *before: str, profile: Profile | None = None) -> Answer:
    """The answer to ``question`` after the user's turns ``before``, checked against :func:`hold_contract`."""
    answer = assistant.ask(question, history=[Turn("user", text) for text in before], profile=profile)
    hold_contract(assistant, answer)
    return answer


def hold_contract(assistant: Assistant, answer: Answer) -> None:
    """Quotes are the text, markers run from 1 and all stand for a citation, refusals say why and cite no more
    than the clause that comes nearest."""
    notices = {n.id: n for n in assistant.corpus.notices}
    assert answer.text.strip()
    for citation in answer.citations:
        notice = notices[citation.notice_id]
        assert citation.quote == notice.text[citation.start : citation.end] != ""
        assert (citation.notice, citation.title) == (notice.name, notice.title)
        assert citation.path == notice.article_at(citation.start).path
    assert [c.marker for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert set(marker_starts(answer.blocks)) == {c.marker for c in answer.citations}
    assert answer.refused == (answer.refusal is not None)
    if answer.refused:
        near = answer.refusal is RefusalReason.SILENT and NEAREST in answer.text
        assert near or answer.citations == ()
    else:
        assert answer.citations
        cited = {c.notice_id for c in answer.citations}
        found = {h.passage.notice_id for h in answer.retrieved}
        assert cited <= found, "what is cited was retrieved"
    for hit in answer.retrieved:
        assert notices[hit.passage.notice_id].quote(hit.passage.span) == hit.passage.text
    for verdict in answer.applicable:
        if verdict.clause:
            held = notices[verdict.notice_id]
            assert verdict.clause.quote == held.text[verdict.clause.start : verdict.clause.end]
    assert answer.corpus_hash == assistant.corpus.hash
    assert answer.settings_hash == assistant.settings.hash


def table(answer: Answer) -> dict[str, list[str]]:
    """The rows of the first table of ``answer`` by their first cell."""
    found = next(block for block in answer.blocks if isinstance(block, Table))
    rows = [[text_of(cell) for cell in row] for row in found.rows]
    return {row[0]: row[1:] for row in rows}
