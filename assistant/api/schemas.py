"""What goes in and comes out (数据结构), as the OpenAPI document shows it. Field names are those of the command line's ``--json``.

Bodies are read strictly: a misspelt field is an error, not silence. Only ``/v1`` ignores what it does not know, as clients of
that interface send all kinds of things.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from corpus.text import whole_characters

MAX_HISTORY, MAX_TURN_CHARS, MAX_CLAIM, MAX_QUESTION = 60, 20_000, 2000, 20_000


class Body(BaseModel):
    """A body whose strings are characters at whatever depth: JSON lets half of a surrogate pair through, and neither a
    file nor a tokenizer nor a database takes it. Pydantic looks only at strings of bounded length."""

    @field_validator("*", mode="before")
    @classmethod
    def _is_text(cls, value: Any) -> Any:
        if isinstance(value, str) and whole_characters(value) != value:
            raise PydanticCustomError("string_unicode", "not a character")
        for one in value if isinstance(value, list) else [*value, *value.values()] if isinstance(value, dict) else ():
            cls._is_text(one)
        return value


class _In(Body):
    model_config = ConfigDict(extra="forbid")


class TurnIn(_In):
    role: Literal["user", "assistant", "system"] = Field(description="谁说的")
    content: str = Field(max_length=MAX_TURN_CHARS, description="说的话")


class ScopeIn(_In):
    region: str | None = Field(
        None, max_length=100, description="地区，如 广东省/湛江市 或 四川省资阳市雁江区", examples=["广东省/湛江市"]
    )
    as_of: str | None = Field(
        None, max_length=40, description="按哪一天判断，如 2020-06-01；默认今天", examples=["2020-06-01"]
    )


class AskIn(ScopeIn):
    """一个问题。"""

    question: str = Field(max_length=MAX_QUESTION, description="问题", examples=["取消耗材加成的钱怎么补？"])
    history: list[TurnIn] = Field(default_factory=list, max_length=MAX_HISTORY, description="之前的对话，从旧到新")
    stream: bool = Field(False, description="true 则边答边发（text/event-stream）")


class CompareIn(_In):
    """几个地方对同一件事怎么规定。"""

    regions: list[str] = Field(
        min_length=2, max_length=8, description="两到八个地区", examples=[["四川省/资阳市", "广东省/湛江市"]]
    )
    topic: str = Field(min_length=1, max_length=200, description="比什么", examples=["院长年薪"])
    as_of: str | None = Field(None, max_length=40, description="按哪一天判断")


class ApplicableIn(_In):
    """某地某日适用哪些文件。"""

    region: str = Field(min_length=1, max_length=100, description="地区", examples=["广东省/湛江市"])
    as_of: str | None = Field(None, max_length=40, description="哪一天，默认今天")
    topic: str = Field("", max_length=500, description="所问的事")
    kind: str | None = Field(None, max_length=40, description="机构类型，如 公立、民营、中医、三级")


class DutiesIn(ScopeIn):
    """某地各单位的任务和时限。"""

    body: str = Field("", max_length=100, description="只看这个单位的，如 卫健、市财政局")
    notice: str | None = Field(None, max_length=300, description="只看这份文件：编号、文号或标题")
    dated: bool = Field(False, description="只看有时限的")


class GivenPassage(_In):
    notice: str | None = Field(None, max_length=300, description="文号、编号或标题；不知道写 null")
    text: str = Field(max_length=20_000, description="原文")


class VerifyIn(_In):
    """一个断言，原文是否这样说。"""

    claim: str = Field(min_length=1, max_length=MAX_CLAIM, description="要核验的一句话")
    passages: list[GivenPassage] = Field(
        default_factory=list, max_length=50, description="只按这些原文核验；不给就查文件库"
    )


class VerifyDraftIn(ScopeIn):
    """一段文稿，逐句核对。"""

    text: str = Field(min_length=1, max_length=400_000, description="文稿正文")
    name: str = Field("文稿", max_length=200, description="文稿的名字")


class SearchIn(_In):
    """查原文段落，不作答。"""

    query: str = Field(min_length=1, max_length=500, description="要找的内容")
    top_k: int = Field(10, ge=1, le=50, description="最多几段")
    notices: list[str] = Field(default_factory=list, max_length=50, description="只在这些文件里找：编号、文号或标题")


class CitationOut(BaseModel):
    marker: int = Field(description="回答里的 [n]")
    notice: str = Field(description="文号；没有文号的是标题")
    notice_id: str
    title: str
    path: str = Field(description="在文件里的条目")
    quote: str = Field(description="原文；等于 文件正文[start:end]")
    start: int
    end: int


class VerdictOut(BaseModel):
    notice: str
    notice_id: str
    title: str
    binding: str = Field(description="适用、参照、不适用")
    code: str
    reason: str
    clause: CitationOut | None = Field(description="据以判断的条文")


class PassageOut(BaseModel):
    notice: str
    notice_id: str
    title: str
    text: str
    score: float = Field(description="越大越相关，只在一次检索之内可比")
    start: int
    end: int


class ScopeOut(BaseModel):
    region: str | None
    regions: list[str]
    as_of: str | None
    notice_ids: list[str]
    carried: list[str] = Field(description="哪些是从之前的对话沿用的")


class TextOut(BaseModel):
    text: str


class StrongOut(BaseModel):
    strong: str = Field(description="加重的文字")


class MarkerOut(BaseModel):
    marker: int = Field(description="引注的编号")


Runs = list[TextOut | StrongOut | MarkerOut]


class ParagraphOut(BaseModel):
    kind: Literal["paragraph"]
    runs: Runs


class ListOut(BaseModel):
    kind: Literal["list"]
    items: list[Runs]


class TableOut(BaseModel):
    kind: Literal["table"]
    head: list[Runs]
    rows: list[list[Runs]]


class AnswerOut(BaseModel):
    """带引注的回答。"""

    answer: str = Field(description="回答；[n] 是引注，表格用 Markdown")
    blocks: list[ParagraphOut | ListOut | TableOut] = Field(description="回答的段落、列表和表格；answer 是它的文本形式")
    refused: bool = Field(description="true 是没有作答，answer 说明原因")
    refusal: str | None
    kind: str
    mode: str = Field(description="extractive 摘录，llm 模型，fallback 模型不可用时改用摘录")
    question_understood: str
    scope: ScopeOut
    citations: list[CitationOut]
    retrieved: list[PassageOut]
    applicable: list[VerdictOut]
    notes: list[str]
    dropped: list[str] = Field(description="核验没有通过而删去的话")
    suggestions: list[str]
    latency_s: float
    timings: dict[str, float]
    corpus_hash: str
    settings_hash: str


class EvidenceOut(BaseModel):
    notice: str | None
    notice_id: str | None
    start: int
    end: int
    quote: str


class VerifyOut(BaseModel):
    verdict: Literal["supported", "contradicted", "unsupported"]
    reason: str
    evidence: list[EvidenceOut]


class DutyOut(BaseModel):
    """一项任务：谁、何时、做什么。"""

    model_config = ConfigDict(extra="allow")

    notice_id: str
    notice: str
    region: str
    path: str
    lead: str | None
    bodies: list[str]
    silence: str
    task: str
    deadline: str | None
    written: str
    figures: list[str]
    binding: str
    reason: str
    clause: dict[str, Any]


class NoticeOut(BaseModel):
    """一份文件的要素。"""

    model_config = ConfigDict(extra="allow")

    id: str
    notice: str = Field(description="文号；没有文号的是标题")
    number: str | None
    title: str
    issuer: str
    region: str | None
    level: str
    issued_on: str | None
    effective_on: str | None
    expires_on: str | None
    status: str
    unverified: list[str] = Field(description="待核对的要素")


class NoticeFullOut(NoticeOut):
    text: str
    articles: list[dict[str, Any]]
    gaps: list[dict[str, Any]]
    relations: list[dict[str, Any]]


class NoticesOut(BaseModel):
    total: int = Field(description="符合条件的共几份")
    notices: list[NoticeOut]


class AddedOut(BaseModel):
    added: list[dict[str, Any]]
    failed: list[dict[str, str]]


class FieldFault(BaseModel):
    field: str
    message: str


class ProblemOut(BaseModel):
    """出错时的回应（RFC 9457，application/problem+json）。"""

    type: str
    title: str
    status: int
    detail: str = Field(description="出了什么事、怎么办")
    code: str = Field(description="给程序看的代码")
    errors: list[FieldFault] = Field(default_factory=list, description="请求里哪一项不对")
