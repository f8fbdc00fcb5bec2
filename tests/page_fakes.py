"""A scripted assistant for page tests: two made-up notices, answers by keyword, streamed slowly enough to watch.

Run as ``python tests/page_fakes.py PORT DATA_DIR`` it serves the page around this assistant until stopped.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant.blocks import Blocks, Listing, Marker, Paragraph, Table, Text, prose
from assistant.duties.extraction import Duty, duties_of
from assistant.errors import QuestionError
from assistant.hospitals import HospitalKind
from assistant.types import (
    Answer,
    Binding,
    Citation,
    Kind,
    Profile,
    RefusalReason,
    Scope,
    Turn,
    Verdict,
)
from corpus.editions import Edition
from corpus.errors import UnknownNoticeError
from corpus.types import Article, Gap, Level, Notice, Relation, RelationKind, Span
from pages.words import Words

FIGURE = "到2025年底，全市建成12个县域医共体，覆盖率达到80%以上。"
NOBODY = Profile()
SCRIPT = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>"


def _notice(notice_id: str, number: str | None, title: str, region: str, year: int, figure: str) -> Notice:
    """A notice of 24 items, long enough that the cited one is far from the top."""
    lines = [title, "各县（市、区）人民政府：", "一、重点任务"]
    articles: list[Article] = []
    text = "\n".join(lines[:2]) + "\n"
    articles.append(Article(notice_id, 0, Span(0, len(text)), kind="front"))
    start = len(text)
    text += "一、重点任务\n"
    articles.append(Article(notice_id, 1, Span(start, len(text)), ("一、",), ("重点任务",)))
    for number_ in range(1, 25):
        start = len(text)
        body = figure if number_ == 18 else f"本条说明第{number_}项工作的要求，各地结合实际落实。" * 3
        if number_ == 5:
            body += SCRIPT
        heading = f"推进第{number_}项工作"
        line = f"（{number_}）{heading}。{body}"
        bracket = "（责任单位：市卫生健康局、市财政局）"
        text += line + bracket + "\n"
        bodies = Span(start + len(line), start + len(line) + len(bracket))
        articles.append(
            Article(
                notice_id,
                number_ + 1,
                Span(start, len(text)),
                ("一、", f"（{number_}）"),
                ("重点任务", heading),
                ("市卫生健康局", "市财政局"),
                bodies,
            )
        )
    start = len(text)
    text += "【采集文本此处缺3句】\n"
    articles.append(Article(notice_id, 26, Span(start, len(text)), kind="back"))
    return Notice(
        notice_id,
        number,
        title,
        "甲市人民政府",
        region,
        Level.MUNICIPAL,
        date(year, 3, 1),
        text,
        tuple(articles),
        gaps=(Gap(Span(start, len(text) - 1), 3),),
        horizon=(year, year + 4),
        relations=(Relation(RelationKind.BASIS, "国办发〔2015〕1号", "国务院样例文件", Span(0, 4)),),
    )


NOTICES = (
    _notice("jia-2021", "湛府〔2021〕1号", "甲市样例实施方案", "广东省/湛江市", 2021, FIGURE),
    _notice("yi-2017", None, "乙市样例试点方案", "四川省/资阳市", 2017, "到2020年，乙市个人支出比重降到28%以下。"),
)


@dataclass(frozen=True)
class FakeCorpus:
    notices: tuple[Notice, ...] = NOTICES
    hash: str = "c0ffee" * 8

    def __contains__(self, notice_id: object) -> bool:
        return any(notice.id == notice_id for notice in self.notices)

    def get(self, notice_id: str) -> Notice:
        for notice in self.notices:
            if notice.id == notice_id:
                return notice
        raise UnknownNoticeError(notice_id)


def cite(marker: int, notice: Notice, quote: str) -> Citation:
    start = notice.text.index(quote)
    end = start + len(quote)
    path = notice.article_at(start).path
    return Citation(marker, notice.number or notice.title, notice.id, notice.title, path, quote, start, end)


class FakeAssistant:
    """Answers by keyword: 比较 → table, 天气 → refusal, anything else → the figure of the first notice."""

    def __init__(self, delay_seconds: float = 0.06) -> None:
        self.corpus = FakeCorpus()
        self.delay_seconds = delay_seconds
        self._told_slowly: set[str] = set()

    @property
    def current(self) -> FakeAssistant:
        return self

    def ask(self, question: str, *, history: Sequence[Turn] = (), profile: Profile = NOBODY) -> Answer:
        if len(question) > 2000:
            raise QuestionError("问题太长，请缩短到 2000 字以内")
        first, second = NOTICES
        verdicts = (
            Verdict(first.id, first.name, first.title, Binding.BINDS, "same_region", "本地区文件，仍在执行", None),
            Verdict(second.id, second.name, second.title, Binding.DOES_NOT_BIND, "other_region", "外省文件", None),
        )
        understood = Scope("广东省/湛江市", as_of=date(2023, 5, 1), carried=("地区",) if history else ())
        base = Answer(
            scope=understood,
            question_understood=question[:40],
            applicable=verdicts,
            latency_ms=42.0,
            corpus_hash=self.corpus.hash,
            settings_hash="5e77" * 3,
        )
        one, two = cite(1, first, FIGURE), cite(2, second, "到2020年，乙市个人支出比重降到28%以下。")
        if "天气" in question:
            text = "政策库中没有与天气有关的内容，现有文件是医药卫生体制改革方面的通知。"
            return replace(
                base, blocks=prose(text), refused=True, refusal=RefusalReason.OUT_OF_SCOPE, kind=Kind.OUT_OF_SCOPE
            )
        if "比较" in question:
            first_row = ((Text("甲市"),), (Text("覆盖率"), Text("80%", strong=True), Text("以上 "), Marker(1)))
            second_row = ((Text("乙市"),), (Text("28%以下 "), Marker(2)))
            table = Table(((Text("地区"),), (Text("规定"),)), (first_row, second_row))
            return replace(base, blocks=(*prose("两地规定不同："), table), kind=Kind.COMPARISON, citations=(one, two))
        if "故障" in question:
            raise RuntimeError("scripted fault")
        figure = (Text("到2025年底建成"), Text("12个", strong=True), Text("县域医共体"), Marker(1), Text("。"))
        items = (
            (Text("覆盖率达到80%以上"), Marker(1), Text("；")),
            (Text("乙市另有规定"), Marker(2), Text("。")),
        )
        return replace(
            base,
            blocks=(Paragraph(figure), *prose("具体要求："), Listing(items)),
            kind=Kind.FIGURE,
            citations=(one, two),
            dropped=("一句未能核实的话。",),
            suggestions=("乙市怎么规定？", "由谁负责？"),
        )

    def duties(
        self,
        region: str | None,
        body: str | None = None,
        *,
        as_of: date | None = None,
        notice_ids: Collection[str] | None = None,
    ) -> tuple[Duty, ...]:
        return duties_of(self.corpus.notices, region, body, as_of=as_of or date(2022, 1, 1), notice_ids=notice_ids)

    @property
    def today(self) -> date:
        return date(2022, 1, 1)

    def applicable(
        self,
        region: str | None,
        as_of: date | None,
        topic: str | None = None,
        *,
        kinds: Sequence[HospitalKind] = (),
    ) -> tuple[Verdict, ...]:
        first, *others = self.ask(topic or "适用").applicable
        if HospitalKind.PRIVATE in kinds:
            first = replace(first, binding=Binding.DOES_NOT_BIND, code="other_kind", reason="文件只针对公立医院")
        return (first, *others)

    def notice(self, name: str) -> Notice:
        return self.corpus.get(name.partition("@")[0])

    def editions(self, notice_id: str) -> tuple[Edition, ...]:
        return (Edition(1, self.corpus.get(notice_id)),)

    def known(self, question: str, *, history: Sequence[Turn] = (), profile: Profile = NOBODY) -> Answer | None:
        return None

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), profile: Profile = NOBODY
    ) -> Iterator[Blocks | Answer]:
        answer = self.ask(question, history=history, profile=profile)
        steps = re.findall(r".{1,6}", answer.text, flags=re.DOTALL)
        slowly = "慢慢" in question and question not in self._told_slowly  # so slow that a busy machine can stop it
        self._told_slowly.add(question)  # asked again it is told at once
        for count in range(1, len(steps)):
            time.sleep(1.0 if slowly else self.delay_seconds)
            yield prose("".join(steps[:count]))
        yield answer


SLOW = "四川省/资阳市"
"""The place for which the first screen takes its time, as after a library has grown."""


def _slow_first_screen() -> None:
    import pages.chat

    draw = pages.chat.welcome_html

    def slow(notices: Sequence[Notice], say: Words, region: str = "") -> str:
        time.sleep(2.0 if region == SLOW else 0.0)
        return draw(notices, say, region)

    pages.chat.welcome_html = slow


def main(port: int, data_dir: Path) -> None:
    from assistant.settings import Settings
    from ui import serve

    _slow_first_screen()
    settings = Settings.load(data_dir=data_dir)
    settings = settings.model_copy(update={"ui": settings.ui.model_copy(update={"port": port})})
    serve(FakeAssistant(), settings)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
