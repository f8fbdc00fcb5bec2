"""Then and now: a target whose year is over is said to be over, what came later is not read back."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.answering.times import came_later, passed
from assistant.kinds import MANNERS
from assistant.query.read import understand
from assistant.retrieval.evidence import Evidence, SentenceScore
from assistant.retrieval.selection import Pick
from assistant.service import Assistant
from assistant.types import Profile, Turn
from corpus.library import load_corpus
from corpus.text import sentence_spans
from corpus.types import Notice, Passage, Span
from index.types import Hit

NOTICES = {n.id: n for n in load_corpus().notices}
OLD, NEW = NOTICES["hunan-2016-pilot-plan"], NOTICES["hunan-2023-service-system"]


def spans(notice: Notice, *words: str) -> Span:
    """The first sentence of ``notice`` that holds all ``words``."""
    return next(s for s in sentence_spans(notice.text) if all(w in s.of(notice.text) for w in words))


def drafted(notice: Notice, span: Span) -> Draft:
    return Draft((paragraph(Statement(notice.quote(span), (Support(notice.id, span),))),))


@pytest.mark.parametrize(
    ("question", "day", "says"),
    [
        ("全科医生每万人要有多少名", date(2024, 5, 1), "2020年"),
        ("全科医生每万人要有多少名", date(2019, 5, 1), None),
        ("到2020年全科医生每万人要有多少名", date(2024, 5, 1), None),
        ("全科医生怎么培养", date(2024, 5, 1), None),
    ],
)
def test_a_target_year_that_is_over_is_told_once_the_date_is_known(question: str, day: date, says: str | None) -> None:
    u = understand(question, tuple(NOTICES.values()), profile=Profile("湖南省", day), today=day)
    told = passed(u, MANNERS[u.kind], drafted(OLD, spans(OLD, "到2020年", "全科医生")), tuple(NOTICES.values()))
    assert (told is None) if says is None else (told is not None and says in told and "已过" in told)


def test_nothing_is_said_where_nobody_named_a_date() -> None:
    u = understand("全科医生每万人要有多少名", tuple(NOTICES.values()), today=date(2024, 5, 1))
    assert passed(u, MANNERS[u.kind], drafted(OLD, spans(OLD, "到2020年", "全科医生")), tuple(NOTICES.values())) is None


def picked(notice: Notice, span: Span) -> Pick:
    sentence = SentenceScore(span, notice.quote(span), 1.0, 0.5, 0.5, True, True)
    article = notice.article_at(span.start)
    passage = Passage("p", notice.id, article.ordinal, span, notice.quote(span), "", (span,), 10)
    return Pick(Evidence(Hit(passage, 1.0), notice, 1.0, (sentence,)), sentence, span, 1.0)


def test_a_later_rule_is_cited_with_its_date_and_the_rule_of_the_time_after_it() -> None:
    u = understand(
        "2022年那会儿有没有定比例", tuple(NOTICES.values()), profile=Profile("湖南省", None), today=date(2024, 5, 1)
    )
    later, then = picked(NEW, spans(NEW, "80%", "县市")), picked(OLD, spans(OLD, "到2020年", "全科医生"))
    first, second = came_later(u, [then], later).blocks
    text = first.statements[0].text
    assert text.startswith("当时没有写明：截至2022年底")
    assert "2023年10月24日" in text
    assert NEW.quote(later.span).rstrip("。\n") in text
    assert len(first.statements[0].supports) == 2, "the sentence and the date it was issued on"
    assert second.statements[0].supports[0].notice_id == OLD.id
    assert len(came_later(u, [], later).blocks) == 1


def test_a_follow_up_with_another_year_or_grade_replaces_the_first(bundled: Assistant) -> None:
    before = "湛江三级医院电子病历要到几级"
    u = bundled.understand("二级的呢", [Turn("user", before)])
    assert "二级医院" in u.topic
    assert "三级" not in u.topic
    year = bundled.understand("那17年呢", [Turn("user", "资阳妇幼保健机构标准化到2020年要多少")])
    assert "2020" not in year.topic
    assert "17年" in year.topic
