"""A made-up corpus, questions and systems for the tests of the evaluation layer."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Sequence

from corpus.types import Level, Notice
from evals.types import Cited, Evidence, Question, Respond, Response, Retrieved

CLAUSES = {
    "east": (
        "各县市到2030年每千人口床位数达到7.5张以上，由卫生部门牵头落实。",
        "乡镇卫生院诊疗量占比不低于百分之六十，纳入年度考核内容。",
        "药品采购实行统一平台交易，任何单位不得另行加价销售。",
    ),
    "west": (
        "各县市到2030年每千人口床位数达到5.5张以上，由财政部门牵头落实。",
        "公立医院院长薪酬由举办单位核定，实行任期目标责任制管理。",
        "患者跨市转诊实行备案管理，备案材料一次性告知申请人。",
    ),
}
NAMES = {"east": "东政发〔2029〕1号", "west": "西政发〔2029〕2号"}


def notice(key: str) -> Notice:
    text = "\n".join(CLAUSES[key])
    return Notice(key, NAMES[key], f"{key}方案", "某政府", "", Level.MUNICIPAL, None, text)


def find(wanted: str) -> Notice | None:
    for key, number in NAMES.items():
        if wanted in (key, number):
            return notice(key)
    return None


def question(
    identifier: str,
    key: str,
    clause: int,
    nugget: str,
    *,
    category: str = "factoid_number",
    must_not: tuple[str, ...] = (),
) -> Question:
    return Question(
        id=identifier,
        category=category,
        question=f"{key}第{clause}条怎么说",
        answerable=True,
        answer=nugget,
        nuggets=((nugget,),),
        evidence=(Evidence(NAMES[key], CLAUSES[key][clause], key),),
        must_not=must_not,
    )


def unanswerable(identifier: str) -> Question:
    return Question(identifier, "unanswerable_near", "南方怎么规定", answerable=False)


def questions() -> list[Question]:
    return [
        question("q1", "east", 0, "7.5张", must_not=("5.5张",)),
        question("q2", "west", 0, "5.5张", must_not=("7.5张",)),
        question("q3", "east", 1, "60%"),
        question("q4", "west", 1, "举办单位", category="factoid_text"),
        question("q5", "east", 2, "不得另行加价", category="factoid_text"),
        question("q6", "west", 2, "备案", category="list_measures"),
        unanswerable("q7"),
        unanswerable("q8"),
    ]


def perfect(asked: Question) -> Response:
    """Answers every question with its gold clause, and refuses what has none."""
    everything = tuple(Retrieved(key, text) for key, texts in CLAUSES.items() for text in texts)
    if not asked.answerable:
        return Response("现有文件没有规定。", refused=True, retrieved=everything, latency_ms=5)
    gold = asked.evidence[0]
    first = Retrieved(gold.key, gold.quote)
    rest = tuple(found for found in everything if found.text != gold.quote)
    return Response(
        text=f"{gold.quote}[1]",
        citations=(Cited(gold.key, gold.quote, 1, gold.notice),),
        retrieved=(first, *rest),
        latency_ms=5,
    )


def as_system(responses: list[Response], asked: list[Question]) -> Respond:
    table = {q.id: r for q, r in zip(asked, responses, strict=True)}
    lookup: Callable[[Question], Response] = lambda q: table[q.id]  # noqa: E731
    return lookup


# Ways to break a system on purpose, used by tests to show that the right measure moves.


def refuse_everything(respond: Respond) -> Respond:
    """The same system that never gives an answer."""
    return lambda question: dataclasses.replace(respond(question), text="没有找到依据。", refused=True, citations=())


def answer_everything(respond: Respond) -> Respond:
    """The same system that gives its best passage where it would have refused."""

    def broken(question: Question) -> Response:
        response = respond(question)
        if not response.refused:
            return response
        return dataclasses.replace(
            response, refused=False, text=response.retrieved[0].text if response.retrieved else "是"
        )

    return broken


def drop_gate(respond: Respond, claim: str) -> Respond:
    """The same system with a statement let through that no cited passage supports."""

    def broken(question: Question) -> Response:
        response = respond(question)
        return response if response.refused else dataclasses.replace(response, text=f"{response.text}{claim}[1]")

    return broken


def shuffle_citations(scored_responses: Sequence[Response], *, seed: int = 0) -> list[Response]:
    """The same answers, each with the citations of another."""
    order = list(range(len(scored_responses)))
    random.Random(seed).shuffle(order)
    return [
        dataclasses.replace(response, citations=scored_responses[other].citations)
        for response, other in zip(scored_responses, order, strict=True)
    ]
