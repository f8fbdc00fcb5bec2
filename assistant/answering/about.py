"""Questions about a notice itself (关于文件本身): number, issue date, issuer, addressees, basis.

They are answered from the notice's own front matter, not by similarity: ``44号文主送给谁`` has no word in common with the
line that answers it. Each answer cites the line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.answering.extractive import said_by, short_title
from assistant.applicability import addressees_span, date_span, front_span, number_span, title_span
from corpus.docnumber import find_numbers
from corpus.text import sentence_spans
from corpus.types import Notice, Span

_ADDRESSEES = re.compile(
    r"主送|发给(?:谁|哪|了?谁|哪些)|印发给|下发给|抄送|发到哪|发给哪|收文(?:单位|对象)|给哪些(?:单位|地方)"
)
_ISSUED = re.compile(
    r"(?:什么时候|啥时候|何时|哪天|几月|几号|多会儿)(?:开始)?(?:执行|施行|生效|起效|实行)(?!率)|(?:开始)?(?:施行|生效|执行)(?:的)?(?:时间|日期)|(?:什么时候|啥时候|何时|哪天|哪一?年|几月|几号|多会儿|日期).{0,6}(?:印发|发布|发文|出台|下发|发的|出的|公布|成文)|(?:印发|发布|发文|出台|下发|公布|成文)(?:的)?(?:时间|日期|是(?:什么时候|哪天|哪年|几号))"
)
_ISSUER = re.compile(
    r"(?:谁|哪(?:个|家|级)?(?:部门|单位|机关|政府)?)(?:印发|发布|发文|出台|下发|发|制定|出)的|(?:发文|印发|制定|颁发)(?:机关|单位|部门)"
)
_NUMBER = re.compile(r"文号(?:是|多少|几|发|给|叫)?|几号文|发文字号|多少号文|字号")
_BASIS = re.compile(
    r"依据(?:是|的是|文号|文件|的文|哪|什么|啥)|(?:制定|上位|上头|上面)的?依据|根据(?:的是)?(?:哪|什么)|上位(?:文件|依据)|按照(?:上面|上级|省里|国家)?(?:的)?哪|(?:省里|上头|上级|国家)(?:的)?(?:是)?哪(?:份|个|一)|落实(?:的是)?(?:哪|什么)(?:份|个)?文件|为(?:了)?(?:贯彻|落实)"
)
_BASIS_TEXT = re.compile(r"根据|依据|按照|贯彻落实|贯彻|落实|结合")

_ISSUES = re.compile(r"印发给你们|予以印发|转发给你们|予以公布")
"""The sentence that issues the document names the document itself, not what it rests on."""


def wants_about(question: str) -> str | None:
    """Which fact about a notice is asked: addressees, issued, issuer, basis, number; None when it is about content."""
    for name, pattern in (
        ("addressees", _ADDRESSEES),
        ("issued", _ISSUED),
        ("basis", _BASIS),
        ("issuer", _ISSUER),
        ("number", _NUMBER),
    ):
        if pattern.search(question):
            return name
    return None


def about(fact: str, notices: Sequence[Notice]) -> Draft | None:
    """The fact for each of ``notices``, cited; None where no notice states it."""
    statements: list[Statement] = []
    for notice in notices:
        found = _one(fact, notice)
        if found:
            text, spans = found
            statements.append(Statement(text, tuple(Support(notice.id, s) for s in spans), given=text))
    return Draft((paragraph(*statements),)) if statements else None


def basis_span(notice: Notice) -> Span | None:
    """The sentence of the preamble that names the documents the notice rests on (制定依据)."""
    front = front_span(notice)
    end = min(len(notice.text), front.end + 400)
    candidates: list[tuple[int, Span]] = []
    for span in sentence_spans(notice.text, Span(front.start, end)):
        text = span.of(notice.text)
        others = [m for m in find_numbers(text) if m.canonical and m.canonical != notice.number]
        if _BASIS_TEXT.search(text) and not _ISSUES.search(text):
            candidates.append((2 * bool(others) + ("《" in text) + ("意见精神" in text or "精神" in text), span))
    best = max(candidates, key=lambda c: (c[0], -c[1].start), default=None)
    return best[1] if best and best[0] > 0 else None


def _one(fact: str, notice: Notice) -> tuple[str, tuple[Span, ...]] | None:
    name = said_by(notice)
    if fact == "addressees":
        span = addressees_span(notice)
        return (f"{name}主送：{notice.quote(span).rstrip('：:')}。", (span,)) if span else None
    if fact == "issued":
        span = date_span(notice)
        return (
            (f"{name}于{notice.quote(span).removesuffix('印发')}印发。", (span,)) if span and notice.issued_on else None
        )
    if fact == "issuer":
        span = title_span(notice)
        return (f"{name}由{notice.issuer}印发。", (span,)) if span else None
    if fact == "number":
        span = number_span(notice)
        if span:
            return f"《{short_title(notice)}》的文号是{notice.number}。", (span,)
        title = title_span(notice)
        return (f"采集文本没有写明《{short_title(notice)}》的文号。", (title,)) if title else None
    span = basis_span(notice)
    return (f"{name}的制定依据：{notice.quote(span).strip()}", (span,)) if span else None
