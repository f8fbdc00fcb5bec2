"""Shared fakes: a hashing embedder whose ranking is exact, and half a dozen made-up notices.

The notices cover what real ones do to a reader: a pair of which one amends the other, a repealed one, one with a
table, one without a document number, and one typed with full-width digits. All places and issuers are invented.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from corpus.tokens import bm25_tokens
from corpus.types import Level, Notice, Passage, Relation, RelationKind, Span, Status
from index.types import Matrix, TextRole

DIM = 4096


class HashingEmbedder:
    """Bags of character bigrams hashed into a long vector: the cosine is the share of bigrams in common.

    ``calls`` records every ``(role, texts)`` so that a test can tell what was embedded.
    """

    def __init__(self, salt: str = "") -> None:
        self._salt = salt
        self.calls: list[tuple[TextRole, tuple[str, ...]]] = []

    @property
    def fingerprint(self) -> str:
        return f"hashing-{DIM}-{self._salt}"

    @property
    def embedded(self) -> list[str]:
        """Every passage text embedded so far."""
        return [text for role, texts in self.calls for text in texts if role == "passage"]

    def embed(self, texts: Sequence[str], role: TextRole) -> Matrix:
        self.calls.append((role, tuple(texts)))
        out = np.zeros((len(texts), DIM), dtype=np.float32)
        for row, text in enumerate(texts):
            for token in set(bm25_tokens(text)) or {text}:
                digest = hashlib.blake2b(f"{self._salt}{token}".encode(), digest_size=4).digest()
                out[row, int.from_bytes(digest, "big") % DIM] = 1.0
        return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _notice(
    identity: str, number: str | None, title: str, region: str, issued: date, body: str, **more: object
) -> Notice:
    level = Level.PROVINCIAL if "/" not in region else Level.MUNICIPAL
    issuer = f"{region.split('/')[-1]}人民政府"
    return Notice(identity, number, title, issuer, region, level, issued, f"{title}\n{body}", **more)  # type: ignore[arg-type]


def made_up_notices() -> tuple[Notice, ...]:
    """Six invented notices; see the module docstring."""
    beds = "一、床位建设\n到2024年，每千人口床位数达到6.2张。由卫生部门牵头，财政部门配合。\n"
    drugs = "二、药品采购\n公立医院药品集中采购比例不低于80%。不得线下采购。\n"
    amending = "一、将床位目标由6.2张改为6.8张，完成时间推迟到2027年。\n二、其余条款继续执行。\n"
    repealed = "一、公立医院药品加成按15%执行。\n二、本通知自印发之日起施行。\n"
    table = "一、分年度目标\n指标\t2022年\t2023年\n县域就诊率\t85%\t90%\n签约服务率\t60%\t65%\n"
    unnumbered = "一、远程会诊\n每个乡镇卫生院开通远程会诊。二级医院派驻医师每周不少于两天。\n"
    wide = "一、院长薪酬\n院长年薪不超过本院职工平均工资的２．５倍，考核占４０％。\n"
    base, change = "云岭政发〔2021〕7号", "云岭政发〔2023〕9号"
    amends = (Relation(RelationKind.AMENDS, base, None, Span(0, 4), "yunling-2021-beds"),)
    return (
        _notice("yunling-2021-beds", base, "云岭省床位建设通知", "云岭省", date(2021, 3, 1), beds + drugs),
        _notice("yunling-2023-amend", change, "关于修改床位建设通知的决定", "云岭省", date(2023, 5, 6), amending,
                relations=amends),
        _notice("yunling-2012-markup", "云岭政发〔2012〕3号", "药品加成通知", "云岭省", date(2012, 1, 9), repealed,
                status=Status.REPEALED, replaced_by="yunling-2021-beds"),
        _notice("songshi-2022-table", "松政发〔2022〕5号", "松石市年度目标", "云岭省/松石市", date(2022, 2, 2), table),
        _notice("songshi-plan", None, "松石市远程会诊工作要点", "云岭省/松石市", date(2020, 8, 8), unnumbered),
        _notice("linhe-2019-pay", "林政发〔2019〕1号", "林河市院长薪酬办法", "云岭省/林河市", date(2019, 4, 4), wide),
    )  # fmt: skip


def passage(notice: Notice, start: int, end: int, sentences: Sequence[Span] = (), crumb: str | None = None) -> Passage:
    """A passage of ``notice`` over ``[start, end)``; one sentence unless given."""
    span = Span(start, end)
    text = span.of(notice.text)
    breadcrumb = f"{notice.region} · {notice.name}" if crumb is None else crumb
    spans = tuple(sentences) or (span,)
    return Passage(f"{notice.id}:{start}-{end}", notice.id, 0, span, text, breadcrumb, spans, len(text))


def passages_by_line(notice: Notice) -> tuple[Passage, ...]:
    """One passage a line, its sentences ending at 。"""
    found, at = [], 0
    for line in notice.text.splitlines(keepends=True):
        spans, begin, end = [], at, at + len(line)
        for offset, char in enumerate(line, start=at):
            if (char == "。" and offset + 2 < end) or offset == end - 1:
                spans.append(Span(begin, offset + 1))
                begin = offset + 1
        found.append(passage(notice, at, end, spans))
        at = end
    return tuple(found)


@dataclass
class PassageCorpus:
    """Hand-made passages behind what a build needs of a corpus; they must stand notice by notice."""

    made: tuple[Passage, ...]

    @property
    def hash(self) -> str:
        return hashlib.sha256(repr(self.made).encode()).hexdigest()

    def passages(self, max_tokens: int = 320, breadcrumb: bool = True) -> tuple[Passage, ...]:
        return self.made

    def passages_of(
        self, notice_ids: Collection[str], max_tokens: int = 320, breadcrumb: bool = True
    ) -> tuple[Passage, ...]:
        return tuple(p for p in self.made if p.notice_id in notice_ids)

    def passage_keys(self, max_tokens: int = 320, breadcrumb: bool = True) -> dict[str, str]:
        found: dict[str, list[Passage]] = {}
        for one in self.made:
            found.setdefault(one.notice_id, []).append(one)
        return {name: hashlib.sha256(repr(passages).encode()).hexdigest() for name, passages in found.items()}

    def without(self, notice_id: str) -> PassageCorpus:
        return PassageCorpus(tuple(p for p in self.made if p.notice_id != notice_id))


CITY_NOTICE = """衡阳市人民政府办公室关于印发《衡阳市村卫生室建设方案》的通知

衡政办发〔2024〕9号

各县市区人民政府，市直机关各单位：

现将《衡阳市村卫生室建设方案》印发给你们，请认真组织实施。

衡阳市人民政府办公室
2024年5月6日

衡阳市村卫生室建设方案

一、总体目标

到2026年底，全市建成标准化村卫生室1234个。

二、重点任务

（一）加强投入保障。市财政每年安排专项资金800万元。（牵头单位：市财政局）
"""
"""A made-up notice of a city on its village clinics, as it is dropped on the page."""
