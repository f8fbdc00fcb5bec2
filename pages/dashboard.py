"""The dashboard (看板): what was asked, refused, removed, how fast, and what the corpus lacks; charts are HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.keeping.conversations import ConversationStore, Feedback, Usage
from corpus.text import fold
from pages.markup import esc
from pages.turn import MODES

REFUSALS = {
    "wrong_region": "没有该地区的文件",
    "outside_dates": "不在文件的时间范围内",
    "silent": "文件没有写到",
    "lost_in_capture": "采集文本缺失",
    "out_of_scope": "不属于政策问题",
    "medical_advice": "个人诊疗问题",
    "injection": "试图改变规则的输入",
    "unknown_notice": "未收录所指文件",
}
# Reasons that say the corpus should grow, as against questions that do not belong here.
_LACKS = {"wrong_region", "outside_dates", "silent", "lost_in_capture", "unknown_notice"}
_DAYS, _TOPICS = 30, 12


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile of ``values`` (not empty); ``share`` in (0, 1]."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def _card(name: str, value: str, note: str = "") -> str:
    return f'<div class="kpi"><b>{value}</b><span>{name}</span><small>{esc(note)}</small></div>'


def _bars(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """A horizontal bar chart that is also readable as a list."""
    if not counts:
        return ""
    most = max(count for _, count in counts)
    rows = "".join(
        f'<li><span class="name">{esc(name)}</span><span class="track"><i style="width:{count / most * 100:.1f}%"></i>'
        f"</span><b>{count}</b></li>"
        for name, count in counts
    )
    return f'<section class="chart"><h2>{title}</h2><ul class="bars">{rows}</ul></section>'


def lacking_topics(usage: Sequence[Usage]) -> list[tuple[str, int]]:
    """Refused questions that the corpus might have answered, most asked first; the same wording counts as one."""
    counts: Counter[str] = Counter()
    wording: dict[str, str] = {}
    for asked in usage:
        if asked.refused and asked.refusal in _LACKS:
            key = fold(asked.question).rstrip("?？。")
            counts[key] += 1
            wording.setdefault(key, asked.question)
    return [(wording[key], count) for key, count in counts.most_common(_TOPICS)]


def feedback_html(feedback: Sequence[Feedback]) -> str:
    """The newest complaints and thanks, each convertible into a line for the evaluation set."""
    if not feedback:
        return '<p class="none">还没有反馈。</p>'
    rows = "".join(
        f"<tr><th scope=row>{esc(said.question)}</th><td>{'有用' if said.vote > 0 else '有误'}</td>"
        f"<td>{esc('；'.join(part for part in (said.reason, said.note) if part))}</td>"
        f"<td>{esc(said.quote or '')}</td><td><button type=button class=link data-act=download data-kind=eval "
        f'data-id="{said.id}">转为评测题</button></td></tr>'
        for said in feedback[:50]
    )
    head = "".join(f"<th scope=col>{name}</th>" for name in ("问题", "评价", "原因", "正确出处", "操作"))
    return (
        '<div class="table-wrap" tabindex="0" role="region" aria-label="反馈"><table><thead><tr>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        '<p><button type="button" class="link" data-act="download" data-kind="eval">全部转为评测题（JSONL）</button>'
        "</p>"
    )


def dashboard_html(store: ConversationStore | None) -> str:
    """The whole page; questions of deleted conversations are not counted."""
    usage = store.usage() if store is not None else []
    feedback = store.feedback() if store is not None else []
    if not usage:
        return f'<p class="none">还没有提问记录。</p><h2>反馈</h2>{feedback_html(feedback)}'
    refused = sum(asked.refused for asked in usage)
    dropped = sum(asked.dropped > 0 for asked in usage)
    latencies = [asked.latency_ms for asked in usage]
    good = sum(said.vote > 0 for said in feedback)
    days = Counter(asked.asked_at[:10] for asked in usage)
    cards = "".join(
        (
            _card("提问", str(len(usage))),
            _card("未能回答", f"{refused / len(usage):.0%}", f"{refused} 次"),
            _card("有内容被隐去", f"{dropped / len(usage):.0%}", f"{dropped} 次回答含未核实语句"),
            _card(
                "用时中位数", f"{percentile(latencies, 0.5):.0f} 毫秒", f"P95 {percentile(latencies, 0.95):.0f} 毫秒"
            ),
            _card("反馈", str(len(feedback)), f"有用 {good}，有误 {len(feedback) - good}"),
        )
    )
    reasons = Counter(REFUSALS.get(asked.refusal, "其他") for asked in usage if asked.refused)
    modes = Counter(MODES.get(asked.mode, asked.mode) for asked in usage)
    lacking = lacking_topics(usage)
    return (
        f'<div class="kpis">{cards}</div><div class="charts">'
        f"{_bars(f'每日提问（近 {_DAYS} 个有提问的日子）', sorted(days.items())[-_DAYS:])}"
        f"{_bars('未能回答的原因', reasons.most_common())}{_bars('回答方式', modes.most_common())}"
        f"{_bars('政策库缺什么：问得最多而没有答案的问题', lacking)}</div><h2>反馈</h2>{feedback_html(feedback)}"
    )
