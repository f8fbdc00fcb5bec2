"""A name that fits two versions of a document means the one that holds on the day, unless old and new are asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.query.documents import of_the_day
from assistant.query.read import understand
from corpus.library import load_corpus

FIRST = load_corpus().notices[0]
TITLE = "院前急救管理办法"
OLD = replace(
    FIRST, id="old", title=TITLE, number=None, issued_on=date(2004, 1, 1), effective_on=None, expires_on=date(2024, 12, 31), region=""
)  # fmt: skip
NEW = replace(OLD, id="new", issued_on=date(2024, 11, 1), effective_on=date(2025, 1, 1), expires_on=None)
BOTH = (OLD, NEW)


@pytest.mark.parametrize(
    ("day", "meant"), [(date(2024, 6, 1), ("old",)), (date(2024, 12, 1), ("old",)), (date(2025, 6, 1), ("new",))]
)
def test_the_version_of_the_day_is_meant(day: date, meant: tuple[str, ...]) -> None:
    assert of_the_day(("old", "new"), day, BOTH) == meant
    assert understand("院前急救管理办法里救护车怎么配", BOTH, today=day).notice_ids == meant


def test_documents_of_other_titles_are_all_meant() -> None:
    other = replace(NEW, title="院前急救服务管理办法")
    assert of_the_day(("old", "new"), date(2025, 6, 1), (OLD, other)) == ("old", "new")


@pytest.mark.parametrize("question", ["院前急救管理办法新旧两版有什么不同", "院前急救管理办法前后有什么变化"])
def test_who_asks_for_old_and_new_means_both(question: str) -> None:
    assert set(understand(question, BOTH, today=date(2025, 6, 1)).notice_ids) == {"old", "new"}
