"""The report: one self-contained HTML page from a run, safe to open and to send.

The page holds the charts, the tables and every question with its gold, answer, citations and retrieved passages. The
texts travel as JSON inside the page and are put on it by ``textContent`` only, so nothing in a notice, a question or an
answer can become markup; the page may load nothing from anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from evals import tables
from evals.charts import Bar, bar_chart
from evals.matching import coverage
from evals.ranking import HELD
from evals.statistics import Interval
from evals.summary import BY_KEY, MEASURES, TOTAL
from evals.types import CATEGORIES, Scored

TEMPLATE = Path(__file__).with_name("report.html")
CATEGORY_CHARTS = ("all_nuggets", "nugget_recall", "recall@5", "citation_precision", "citation_recall", "correct")
NOTES = {"correct": "应拒答的题以拒答为对"}
SYSTEM_CHARTS = ("all_nuggets", "nugget_recall", "recall@5", "citation_precision", "refusal_f1", "correct")
HEADLINES = ("all_nuggets", "nugget_recall", "recall@5", "citation_precision", "refusal_f1", "must_not", "latency_p50")
KINDS = {
    "figure": "数字", "text": "条文", "list": "清单", "body": "责任单位", "deadline": "时限", "applicability": "适用性",
    "comparison": "比较", "change": "前后变化", "out_of_scope": "范围之外",
}  # fmt: skip
REASONS = {
    "wrong_region": "地区不符", "outside_dates": "日期之外", "silent": "没有规定", "lost_in_capture": "采集缺失",
    "out_of_scope": "范围之外", "medical_advice": "个人诊疗", "injection": "指令注入", "unknown_notice": "没有这份文件",
}  # fmt: skip
MODES = {"extractive": "摘录", "llm": "模型", "fallback": "退回摘录", "baseline": "基线"}
Summary = Mapping[str, Interval]


def summaries_of(system: Mapping[str, Any]) -> dict[str, dict[str, Interval]]:
    """The summary of one system of a results file as intervals."""
    return {
        category: {key: Interval(*values) for key, values in summary.items() if key in BY_KEY}
        for category, summary in system["summary"].items()
    }


def markdown_report(results: Mapping[str, Any]) -> str:
    """The tables of a results file for the terminal, README and CHANGELOG."""
    systems = results["systems"]
    first = summaries_of(systems[0])
    counts = {category: _count(summary) for category, summary in first.items()}
    parts = [
        f"## {systems[0]['label']}：按类别\n",
        tables.category_table(first, counts),
        f"\n## {systems[0]['label']}：全部题目\n",
        tables.total_table(first[TOTAL]),
    ]
    if len(systems) > 1:
        totals = {system["label"]: summaries_of(system)[TOTAL] for system in systems}
        parts += ["\n## 各系统\n", tables.system_table(totals)]
    return "\n".join(parts)


def _count(summary: Summary) -> int:
    return max((interval.n for interval in summary.values()), default=0)


def html_report(
    results: Mapping[str, Any], scored: Sequence[Scored] = (), notice_names: Mapping[str, str] | None = None
) -> str:
    """The page.

    Args:
        scored: the first system's questions with their texts; without them the page has figures only.
        notice_names: what to call a notice, by corpus id.
    """
    values = {
        "title": f"评测报告 {results['created'][:10]}",
        "meta": _meta(results),
        "headlines": _headlines(results["systems"][0]),
        "category_charts": _category_charts(results["systems"][0]),
        "system_charts": _system_charts(results["systems"]),
        "tables": _html_tables(results),
        "payload": _embedded(_payload(results, scored, notice_names or {})),
    }
    page = TEMPLATE.read_text(encoding="utf-8")
    for name in values:
        if page.count(f"<!--{name}-->") < 1:
            raise ValueError(f"{TEMPLATE.name} 缺少占位 <!--{name}-->")
    pieces = page.split("<!--")
    return pieces[0] + "".join(
        values[name] + rest if (name := piece.partition("-->")[0]) in values else "<!--" + piece
        for piece in pieces[1:]
        for rest in [piece.partition("-->")[2]]
    )


def _embedded(payload: Mapping[str, Any]) -> str:
    """JSON that cannot end the script element it stands in (HTML standard, 4.12.1.3)."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _meta(results: Mapping[str, Any]) -> str:
    rows = {
        "时间": results["created"].replace("T", " "),
        "代码版本": results["revision"] or "不在版本库中",
        "政策库": results["corpus_hash"][:12],
        "设置": results["systems"][0]["settings_hash"] or "–",
        "题目": "、".join(item["name"] for item in results["datasets"]) + f"（{results['split']}）",
        "随机种子": str(results["seed"]),
    }
    return "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(str(v))}</dd></div>" for k, v in rows.items())


def _headlines(system: Mapping[str, Any]) -> str:
    summary = summaries_of(system)[TOTAL]
    cards = []
    for key in HEADLINES:
        interval, measure = summary.get(key), BY_KEY[key]
        if interval is None:
            continue
        digits = 0 if measure.unit else 2
        value = f"{interval.value:.0f} {measure.unit}" if measure.unit else f"{interval.value * 100:.1f}%"
        spread = f"{interval.low:.{digits}f} – {interval.high:.{digits}f} · {interval.n} 题"
        cards.append(
            f'<div class="card"><span>{escape(measure.label)}</span><strong>{escape(value)}</strong>'
            f"<small>{escape(spread)}</small></div>"
        )
    return "".join(cards)


def _category_charts(system: Mapping[str, Any]) -> str:
    summaries = summaries_of(system)
    charts = []
    for key in CATEGORY_CHARTS:
        bars = [
            Bar("全部" if name == TOTAL else CATEGORIES.get(name, name), summary[key], name == TOTAL)
            for name, summary in summaries.items()
            if key in summary
        ]
        charts.append(bar_chart(BY_KEY[key].label, bars, note=NOTES.get(key, "")))
    return "".join(charts)


def _system_charts(systems: Sequence[Mapping[str, Any]]) -> str:
    if len(systems) < 2:
        return ""
    charts = []
    for key in SYSTEM_CHARTS:
        bars = [
            Bar(system["label"], summary[key], number == 0)
            for number, system in enumerate(systems)
            if key in (summary := summaries_of(system)[TOTAL])
        ]
        charts.append(bar_chart(BY_KEY[key].label, bars))
    notes = sorted({system["note"] for system in systems if system["note"]})
    return f"<h2>各系统比较</h2><p class=note>{escape('；'.join(notes))}</p><div class=charts>{''.join(charts)}</div>"


def _html_tables(results: Mapping[str, Any]) -> str:
    columns = [measure for measure in MEASURES if measure.key != "recall@1"]
    found = []
    first = summaries_of(results["systems"][0])
    categories = {"全部" if n == TOTAL else CATEGORIES.get(n, n): summary for n, summary in first.items()}
    systems = {system["label"]: summaries_of(system)[TOTAL] for system in results["systems"]}
    for title, rows in (("按类别", categories), ("各系统", systems)):
        if len(rows) < 2:
            continue
        head = "".join(f"<th>{escape(label)}</th>" for label in rows)
        body = "".join(
            f"<tr><th>{escape(m.label)}</th>{''.join(_cell(r.get(m.key), m.unit) for r in rows.values())}</tr>"
            for m in columns
        )
        found.append(
            f"<details><summary>{title}的全部数字</summary><div class=scroll><table class=figures>"
            f"<thead><tr><th>指标</th>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
        )
    return "".join(found)


def _cell(interval: Interval | None, unit: str) -> str:
    if interval is None:
        return "<td>–</td>"
    digits = 0 if unit else 2
    spread = f"{interval.low:.{digits}f}–{interval.high:.{digits}f}"
    return f"<td>{interval.value:.{0 if unit else 3}f}<small>{spread}</small></td>"


def _payload(results: Mapping[str, Any], scored: Sequence[Scored], names: Mapping[str, str]) -> dict[str, Any]:
    texts: dict[str, int] = {}

    def kept(text: str) -> int:
        return texts.setdefault(text, len(texts))

    details = {item.question.id: _detail(item, names, kept) for item in scored}
    others: dict[str, dict[str, str]] = {}
    for system in results["systems"][1:]:
        for record in system["questions"]:
            others.setdefault(record["id"], {})[system["label"]] = record["grade"]
    questions = [
        {**record, "detail": details.get(record["id"]), "others": others.get(record["id"], {})}
        for record in results["systems"][0]["questions"]
    ]
    return {"categories": CATEGORIES, "questions": questions, "texts": list(texts)}


def _detail(item: Scored, names: Mapping[str, str], kept: Any) -> dict[str, Any]:
    question, response = item.question, item.response
    return {
        "question": question.question,
        "history": [list(turn) for turn in question.history],
        "region": question.region or "",
        "as_of": question.as_of.isoformat() if question.as_of else "",
        "split": question.split,
        "gold": question.answer,
        "nuggets": [
            [" / ".join(variants), found] for variants, found in zip(question.nuggets, item.nuggets_found, strict=True)
        ],
        "evidence": [
            [names.get(gold.key, gold.notice), gold.quote, rank]
            for gold, rank in zip(question.evidence, item.evidence_ranks, strict=True)
        ],
        "must_not": [[wrong, wrong in item.violations] for wrong in question.must_not],
        "answer": response.text,
        "error": response.error,
        "kind": KINDS.get(response.kind, response.kind),
        "reason": REASONS.get(response.reason, response.reason),
        "understood": response.understood,
        "mode": MODES.get(response.mode, response.mode),
        "model_grade": item.graded_by_model,
        "citations": [
            [cited.marker, names.get(cited.notice, cited.notice), cited.name, cited.quote, right]
            for cited, right in zip(response.citations, item.citations_right, strict=True)
        ],
        "retrieved": [
            [names.get(found.notice, found.notice), kept(found.text), round(found.score, 4), _held(item, rank)]
            for rank, found in enumerate(response.retrieved, start=1)
        ],
    }


def _held(item: Scored, rank: int) -> bool:
    found = item.response.retrieved[rank - 1]
    return any(gold.key == found.notice and coverage(gold.quote, found.text) >= HELD for gold in item.question.evidence)
