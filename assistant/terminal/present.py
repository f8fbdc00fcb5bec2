"""Answers and notices as plain records (展示): what ``--json`` prints and what people read.

One home for the field names of the command line, so that ``ask --json``, ``batch`` and ``show`` cannot drift apart.
The trap: ``retrieved`` promises at least ten passages, best first, with scores that never rise; retrieval by plan may
return fewer, or place a proof among the first, so both are put right here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from assistant.blocks import to_records
from assistant.types import Answer, Citation, Verdict
from corpus import Corpus
from corpus.differences import Comparison
from corpus.inforce import standing
from corpus.regions import display
from corpus.typed import NAMES
from corpus.types import UNKNOWN_REGION, Notice, Relation
from index.types import Hit

LEVELS = {"national": "国家", "provincial": "省级", "municipal": "市级", "county": "县级", "unknown": "层级不详"}
BACK_AND_FRONT = {"front": "（首部）", "back": "（尾部）"}


def citation_record(citation: Citation) -> dict[str, Any]:
    """``quote`` is ``notice.text[start:end]``, in code points of the cleaned text."""
    return {
        "marker": citation.marker,
        "notice": citation.notice,
        "notice_id": citation.notice_id,
        "title": citation.title,
        "path": citation.path,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    return {
        "notice": verdict.notice,
        "notice_id": verdict.notice_id,
        "title": verdict.title,
        "binding": verdict.binding.value,
        "code": verdict.code,
        "reason": verdict.reason,
        "clause": citation_record(verdict.clause) if verdict.clause else None,
    }


def retrieved_records(hits: Sequence[Hit], corpus: Corpus) -> list[dict[str, Any]]:
    """Passages found, best first; a score is lowered to the one before it where it would rise."""
    records: list[dict[str, Any]] = []
    lowest = float("inf")
    for hit in hits:
        lowest = min(lowest, hit.score)
        passage = hit.passage
        notice = corpus.get(passage.notice_id)
        records.append(
            {
                "notice": notice.name,
                "notice_id": notice.id,
                "title": notice.title,
                "text": passage.text,
                "score": round(float(lowest), 6),
                "start": passage.span.start,
                "end": passage.span.end,
            }
        )
    return records


def answer_record(answer: Answer, corpus: Corpus, *, hits: Sequence[Hit], seconds: float) -> dict[str, Any]:
    """One answer with everything that stands behind it.

    Args:
        hits: the passages to list; ``answer.retrieved``, topped up where it holds too few.
        seconds: wall-clock time of the whole question; ``timings`` are milliseconds by step.
    """
    scope = answer.scope
    return {
        "answer": answer.text,
        "blocks": to_records(answer.blocks),
        "refused": answer.refused,
        "refusal": answer.refusal.value if answer.refusal else None,
        "kind": answer.kind.value,
        "mode": answer.mode,
        "question_understood": answer.question_understood,
        "scope": {
            "region": scope.region,
            "regions": list(scope.regions),
            "as_of": _iso(scope.as_of),
            "notice_ids": list(scope.notice_ids),
            "carried": list(scope.carried),
        },
        "citations": [citation_record(c) for c in answer.citations],
        "retrieved": retrieved_records(hits, corpus),
        "applicable": [verdict_record(v) for v in answer.applicable],
        "notes": list(answer.notes),
        "dropped": list(answer.dropped),
        "suggestions": list(answer.suggestions),
        "latency_s": round(seconds, 4),
        "timings": dict(answer.timings),
        "corpus_hash": answer.corpus_hash,
        "settings_hash": answer.settings_hash,
    }


def notice_record(notice: Notice, today: date | None = None) -> dict[str, Any]:
    """What ``list --json`` prints of one notice; ``status`` is that of ``today``."""
    return {
        "id": notice.id,
        "notice": notice.name,
        "number": notice.number,
        "title": notice.title,
        "issuer": notice.issuer,
        "region": None if notice.region == UNKNOWN_REGION else notice.region,
        "level": notice.level.value,
        "issued_on": _iso(notice.issued_on),
        "effective_on": _iso(notice.effective_on),
        "expires_on": _iso(notice.expires_on),
        "status": standing(notice, today or date.today()).status.value,
        "unverified": list(notice.unverified),
        "horizon": list(notice.horizon) if notice.horizon else None,
        "addressees": list(notice.addressees),
        "aliases": list(notice.aliases),
        "origin": notice.origin,
        "replaced_by": notice.replaced_by,
        "characters": len(notice.text),
        "lost_sentences": sum(gap.sentences for gap in notice.gaps),
    }


def full_notice_record(notice: Notice, today: date | None = None) -> dict[str, Any]:
    """What ``show --json`` prints: the fields of ``list`` with text, outline, gaps and relations."""
    return {
        **notice_record(notice, today),
        "text": notice.text,
        "articles": [
            {
                "path": a.path,
                "heading": a.heading,
                "start": a.span.start,
                "end": a.span.end,
                "bodies": list(a.bodies),
                "labels": list(a.labels),
                "level": a.level,
                "kind": a.kind,
            }
            for a in notice.articles
        ],
        "gaps": [{"start": g.span.start, "end": g.span.end, "sentences": g.sentences} for g in notice.gaps],
        "relations": [_relation_record(r) for r in notice.relations],
    }


def comparison_record(a: Notice, b: Notice, result: Comparison) -> dict[str, Any]:
    """What ``diff --json`` prints: what differs, clause by clause, with the edits within each."""

    def side(notice: Notice) -> dict[str, Any]:
        day = notice.issued_on.isoformat() if notice.issued_on else None
        return {"id": notice.id, "notice": notice.name, "title": notice.title, "issued_on": day}

    return {
        "a": side(a), "b": side(b), "unchanged": result.unchanged,
        "differences": [
            {
                "kind": one.kind.value, "path_a": one.path_a, "path_b": one.path_b,
                "text_a": a.quote(one.span_a).strip() if one.span_a else "", "text_b": b.quote(one.span_b).strip() if one.span_b else "",
                "start_a": one.span_a.start if one.span_a else None, "start_b": one.span_b.start if one.span_b else None,
                "edits": [{"before": edit.before, "after": edit.after} for edit in one.edits],
            }
            for one in result.differences
        ],
    }  # fmt: skip


def answer_text(answer: Answer) -> str:
    """An answer for reading: the text, then what each marker stands for."""
    lines = [answer.text.rstrip()]
    if answer.citations:
        lines += ["", "依据"]
    for citation in answer.citations:
        where = f"{citation.notice} {citation.path}".rstrip()
        lines += [f"[{citation.marker}] {where}", f"    {_one_line(citation.quote)}"]
    if answer.suggestions:
        lines += ["", "还可以问", *(f"- {question}" for question in answer.suggestions)]
    return "\n".join(lines)


def unverified_names(notice: Notice) -> str:
    """``地区、成文日期``: what of the notice is 待核对, in words."""
    return "、".join(NAMES[key] for key in notice.unverified)


def notice_line(notice: Notice, today: date | None = None) -> str:
    """One notice of the list: id, title, and what tells it from others."""
    issued = _iso(notice.issued_on) or "日期不详"
    place = f"{display(notice.region)}（{LEVELS[notice.level.value]}）"
    facts = " · ".join((place, notice.number or "无文号", issued, standing(notice, today or date.today()).status.value))
    facts += f" · 待核对：{unverified_names(notice)}" if notice.unverified else ""
    return f"{notice.id}\n    {notice.title}\n    {facts}"


def notice_text(notice: Notice, *, full: bool, today: date | None = None) -> str:
    """One notice for reading: metadata, outline, what the capture lost, relations; ``full`` adds the text."""
    horizon = f"{notice.horizon[0]}—{notice.horizon[1]}" if notice.horizon else "未写明"
    facts = {
        "编号": notice.id,
        "文号": notice.number or "无",
        "发文机关": notice.issuer or "未写明",
        "地区": f"{display(notice.region)}（{LEVELS[notice.level.value]}）",
        "印发": _iso(notice.issued_on) or "日期不详",
        "施行": _iso(notice.effective_on) or "未写明",
        "失效": _iso(notice.expires_on) or "未写明",
        "状态": standing(notice, today or date.today()).status.value,
        "目标年份": horizon,
        "主送": "、".join(notice.addressees) or "未写明",
        "来源": notice.origin or "未写明",
        "待核对": unverified_names(notice) or "无",
    }
    lines = [notice.title, *(f"{name}：{value}" for name, value in facts.items()), "", "目录"]
    for article in notice.articles:
        label = article.labels[-1] if article.labels else BACK_AND_FRONT.get(article.kind, "")
        bodies = f"　〔{'、'.join(article.bodies)}〕" if article.bodies else ""
        lines.append(f"{'  ' * max(article.level - 1, 0)}{label}{article.heading}{bodies}")
    if notice.gaps:
        lost = sum(gap.sentences for gap in notice.gaps)
        lines += ["", f"采集文本有 {len(notice.gaps)} 处缺失，共 {lost} 句；正文中以【采集文本此处缺N句】标出"]
    if notice.relations:
        lines += ["", "与其他文件的关系", *(_relation_line(r) for r in notice.relations)]
    if full:
        lines += ["", "正文", notice.text]
    return "\n".join(lines)


def verdict_text(verdict: Verdict) -> str:
    lines = [f"【{verdict.binding.value}】{verdict.notice}", f"    {verdict.title}", f"    {verdict.reason}"]
    if verdict.clause:
        lines.append(f"    依据：{_one_line(verdict.clause.quote)}")
    return "\n".join(lines)


def _relation_record(relation: Relation) -> dict[str, Any]:
    return {
        "kind": relation.kind.value,
        "number": relation.number,
        "title": relation.title,
        "target_id": relation.target_id,
        "start": relation.span.start,
        "end": relation.span.end,
    }


def _relation_line(relation: Relation) -> str:
    title = f"《{relation.title}》" if relation.title else ""
    name = f"{title}（{relation.number}）" if title and relation.number else title or relation.number or "未写明"
    return f"{relation.kind.value}：{name} → {relation.target_id or '本库未收录'}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
