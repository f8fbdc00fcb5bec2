"""Refusals (拒答): when the evidence does not state what is asked, said with a reason and what the corpus does hold.

A score threshold cannot carry this where the topic is covered and the fact is not; so the checks are about content: is
the important part of the question covered, is the asked kind of value there, do the asked years appear, does the place
have a notice at all. Thresholds were fitted on the dev split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.absent import (
    absent_body,
    absent_figure,
    absent_subject,
    names_missing,
    other_group,
    other_measure,
    wrong_year,
)
from assistant.answering.answerability import SURELY, best_reading, states
from assistant.answering.draft import Draft
from assistant.answering.manner import Manner
from assistant.answering.order import bears, led_by_value
from assistant.applicability import before_it
from assistant.query.read import Understanding
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.matching import Weights
from assistant.retrieval.selection import Pick, ranked_sentences
from assistant.retrieval.showing import Shown
from assistant.types import RefusalReason
from corpus import fitted
from corpus.dates import written_day
from corpus.front.organs import merged_said
from corpus.grammar import form, split_at
from corpus.inforce import Force, standing
from corpus.naming import said_by
from corpus.outline import HEADING_LOST, ITEM_UNSURE
from corpus.regions import display, which_one
from corpus.text import fold, pairs_of
from corpus.types import Notice

_DEFERRED = form("clause.deferred")
_STOPS = "．.、"  # that end a numbering mark: 26．—28．, not those within 3.1
NEAREST = "最接近的条文只写到："
SURE = fitted.number("answering.refusal.sure")
"""Log odds of the reader from which a sentence answers, whatever words of the question stand nowhere."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A code for why the notices are silent and the words of the question it is about."""

    code: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is answered, in words for the user; ``near`` quotes the clause that comes nearest, where one does."""

    reason: RefusalReason
    text: str
    near: Draft | None = None


def silence(
    u: Understanding,
    manner: Manner,
    evidence: Sequence[Evidence],
    weights: Weights,
    pool: Sequence[Notice],
    *,
    trusting: bool = True,
    shown: Shown | None = None,
) -> Silence | None:
    """Why the notices of ``pool`` do not state what is asked, or None where the evidence does.

    Args:
        trusting: whether a sentence the reader is sure of answers whatever words of the question stand nowhere.
        shown: what leads into a sentence, where the heads of a table may state the year.
    """
    if not evidence:
        return Silence("no_evidence")
    reading, picks = best_reading(evidence), ranked_sentences(evidence)
    if names_missing(u, manner, picks):
        return Silence("no_names")
    if wrong_year(u, manner, evidence, picks, shown):
        return Silence("other_year", "、".join(f"{y}年" for y in sorted(u.target_years)))
    if _leaves_open(u, manner, picks):
        return Silence("deferred")
    if "phone" in u.values and not any(u.fits(p.sentence.text) for p in picks):
        return Silence("no_value")
    if body := absent_body(u, manner, pool):
        return Silence("absent_body", body)
    if trusting and reading is not None and reading > SURE and _bears_value(u, manner, picks, SURE, shown):
        return None
    if trusting and not _bears_value(u, manner, picks, 0.0, shown):
        return Silence("no_period" if manner.timed else "no_value")
    if term := absent_subject(u, manner, pool):
        return Silence("absent_subject", term)
    if figure := absent_figure(u, manner, pool):
        return Silence("absent_figure", figure)
    if measure := other_measure(u, manner, picks, weights):
        return Silence("no_measure", measure)
    if group := other_group(u, manner, picks):
        return Silence("other_group", group)
    if manner.by_bracket or states(u, manner, picks, weights):
        return None
    if trusting and shown is not None and manner.wants_value(u) and _item_of_value(u, picks, shown):
        return None
    return Silence(manner.silent)


def _bears_value(u: Understanding, manner: Manner, picks: Sequence[Pick], least: float, shown: Shown | None) -> bool:
    """Where a figure or time of some kind is asked (多少万): whether a sentence read as more than ``least``, or its clause,
    states one; left open where none is read so."""
    if not u.values or not _wants_value(u, manner):
        return True
    sure = [p for p in picks if p.sentence.reading is not None and p.sentence.reading > least]
    if not sure:
        return True
    if shown is not None and any(bears(p, u, shown) or led_by_value(p, u, shown) for p in sure):
        return True
    if "phone" not in u.values and any(p.reading >= SURELY and u.may_bear(p.sentence.text) for p in sure):
        return True  # what kind a measure is (加多少点, 多少个工作日) is not always known
    return any(u.bears(p.notice.quote(p.article.span)) for p in sure)


def _item_of_value(u: Understanding, picks: Sequence[Pick], shown: Shown) -> bool:
    """Whether the sentence read best is surely read as the answer and an item whose lead-in states the value (处…罚款：未按照…的)."""
    best = max(picks, key=lambda p: p.reading)
    return best.reading > SURE and led_by_value(best, u, shown)


def _wants_value(u: Understanding, manner: Manner) -> bool:
    """Whether nothing but a figure or a time answers: of a telephone number nothing else does, however it is asked for."""
    return manner.wants_value(u) or "phone" in u.values


def _leaves_open(u: Understanding, manner: Manner, picks: Sequence[Pick]) -> bool:
    """Whether the best sentence leaves the value that is asked for to another document (由市人民政府另行制定), as a whole or in the piece
    nearest to the question (起付标准不高于百分之五十；起付标准以上的按照规定比例支付)."""
    if not _wants_value(u, manner) or not picks:
        return False
    text = picks[0].sentence.text
    if not _DEFERRED.search(text):
        return False
    if not any(u.fits(p.sentence.text) for p in picks[:2]):
        return True
    asked = pairs_of(fold(u.content or u.topic))
    pieces = sorted(split_at("；;。", text), key=lambda piece: -len(asked & pairs_of(fold(piece))))
    beside = len(picks) > 1 and u.fits(picks[1].sentence.text) and picks[1].reading > 0
    return bool(_DEFERRED.search(pieces[0])) and not u.fits(pieces[0]) and not beside


def out_of_scope(reason: RefusalReason, notices: Sequence[Notice]) -> Refusal:
    """Medical advice, injection, other fields: each in its own words."""
    holds = f"本库收录的是{_places(notices)}的医改政策文件，可以问其中的指标、时限、措施、责任单位和适用范围。"
    words = {
        RefusalReason.MEDICAL_ADVICE: "这是个人诊疗问题。情况紧急请立即拨打120，人在医院里就近呼叫急诊抢救；"
        "本助手只回答政策文件的内容，不能给出用药或诊疗建议，请咨询医生。" + holds,
        RefusalReason.INJECTION: "这个请求与政策文件无关，不能照办。" + holds,
        RefusalReason.OUT_OF_SCOPE: "这个问题不在本库范围内，无法回答。" + holds,
    }
    return Refusal(reason, words[reason])


def no_notice(places: Sequence[str], notices: Sequence[Notice]) -> Refusal:
    """The place has no notice in the corpus; another place's notice never stands in."""
    where = "、".join(display(p) for p in places)
    return Refusal(
        RefusalReason.WRONG_REGION,
        f"本库没有约束{where}的文件，不能用其他地方的规定代替作答。现有文件只涉及{_places(notices)}。请查{where}本级或其上级印发的文件。",
    )


def which_place(u: Understanding) -> Refusal:
    """A place is named that several bear: none of them is taken for the one that is meant."""
    asked = "。".join(which_one(name, paths) for name, paths in u.doubtful)
    return Refusal(RefusalReason.WRONG_REGION, f"{asked}（如“某市{u.doubtful[0][0]}”），再问一次。")


def outside_dates(u: Understanding, notices: Sequence[Notice]) -> Refusal:
    """Every notice of the place was issued after the as-of date."""
    first = min((n for n in notices if n.issued_on), key=lambda n: n.issued_on or u.as_of)
    issued = first.issued_on
    when = written_day(issued) if issued else ""
    return Refusal(
        RefusalReason.OUTSIDE_DATES,
        f"截至{written_day(u.as_of)}，本库中{display(u.region or first.region)}的文件尚未印发"
        f"（最早的{first.name}于{when}印发），不能据以作答。",
    )


def no_longer(u: Understanding, notices: Sequence[Notice], everything: Sequence[Notice] = ()) -> Refusal:
    """No notice of the place is a rule on the as-of date: expired, replaced, not yet in effect, or only a draft.

    Args:
        notices: those of the place.
        everything: the library.
    """
    told = "；".join(f"{n.name}{_state(n, u)}{_before(n, u, everything or notices)}" for n in notices[:3])
    return Refusal(
        RefusalReason.OUTSIDE_DATES,
        f"截至{written_day(u.as_of)}，本库中{display(u.region or notices[0].region)}没有现行的文件"
        f"（{told}），不能据以作答。请查现行文件，或把截至日期改到其有效期内。",
    )


def _state(notice: Notice, u: Understanding) -> str:
    """What a notice is on the as-of date, with the day where one is known."""
    now = standing(notice, u.as_of)
    if now.force is Force.DRAFT:
        return "是征求意见稿，还没有成为规定"
    if now.force is Force.NOT_YET and notice.effective_on:
        day = notice.effective_on
        return f"自{written_day(day)}起施行，尚未施行"
    by = f"，由{now.by.name}接替" if now.by is not None and now.by.name else ""
    return "已失效或被替代" if now.holds else f"{now.force.value}{by}"


def _before(notice: Notice, u: Understanding, notices: Sequence[Notice]) -> str:
    """What held until a notice that is not in effect yet, where the library knows it by name only."""
    if standing(notice, u.as_of).force is not Force.NOT_YET or not (names := before_it(notice, u.as_of, notices)):
        return ""
    return f"，那时的{'、'.join(names)}后来由它废止，本库没有收录原文"


def unknown_notice(number: str, notices: Sequence[Notice]) -> Refusal:
    """A document number that is not in the corpus, with the nearest that is."""
    import difflib

    names = [n.number for n in notices if n.number]
    near = difflib.get_close_matches(number, names, n=1, cutoff=0.3) or names[:1]
    return Refusal(
        RefusalReason.UNKNOWN_NOTICE,
        f"本库没有收录{number}，无法回答其内容。" + (f"文号相近的有{near[0]}。" if near else ""),
    )


def silent(
    silence: Silence,
    u: Understanding,
    evidence: Sequence[Evidence],
    lead_body: str | None = None,
    elsewhere: Sequence[Notice] = (),
    quoted: Draft | None = None,
) -> Refusal:
    """The place's notices do not state what is asked; says what is nearby.

    Args:
        quoted: the nearest clause, quoted as such.
    """
    names = "、".join(dict.fromkeys(said_by(e.notice) for e in evidence[:3]))
    near = "、".join(dict.fromkeys(filter(None, (_named(e) for e in evidence[:3]))))
    about = f"“{silence.about}”"
    what = {
        "no_value": "没有写明所问的具体数字",
        "deferred": "没有写明，留给别的文件去定",
        "other_year": f"没有写明{silence.about}的要求",
        "no_measure": f"没有写明{about}的数字",
        "no_names": "没有列出具体名单",
        "other_group": f"没有写{silence.about}的数字",
        "no_bodies": "没有写明责任单位",
        "no_period": "没有写明时间要求",
        "absent_subject": f"没有提到{about}",
        "absent_body": f"责任单位中没有{about}",
        "absent_figure": f"没有{about}这个数字",
    }.get(silence.code, "没有找到写明这一点的条文")
    text = f"已查{names}，{what}，无法据此作答。" if names else "没有找到写明这一点的条文，无法据此作答。"
    if near and quoted is None:
        text += f"最接近的是{near}，可点开原文核对，或换个说法再问。"
    if elsewhere and u.region:
        text += f"{'、'.join(n.name for n in elsewhere)}提到了它，但不约束{display(u.region)}，不适用。"
    if lead_body:
        text += f"可向{lead_body}核实。{merged_said([lead_body])}"
    return Refusal(RefusalReason.SILENT, text, quoted)


def _named(item: Evidence) -> str:
    """How one names where evidence stands: by its heading, or by the document and the number of the article."""
    article = item.notice.articles[item.passage.article]
    if article.heading and article.heading not in (HEADING_LOST, ITEM_UNSURE) and len(article.heading) <= 30:
        return f"“{article.heading}”"
    written = next((one for one in reversed(article.labels) if one), "")
    label = "".join(c for at, c in enumerate(written) if c not in _STOPS or written[at + 1 : at + 2].isdigit())
    if label and label[0] not in "第（(":
        label = f"第{label}项"
    return f"{said_by(item.notice)}{label}" if label else ""


def lost(notice: Notice, what: str) -> Refusal:
    """The asked part fell into a gap of the capture."""
    sentences = sum(g.sentences for g in notice.gaps)
    return Refusal(
        RefusalReason.LOST_IN_CAPTURE,
        f"{notice.name}的采集文本在{what}处有缺失（全文共缺{sentences}句），本库看不到这部分原文，无法回答。请查阅原件。",
    )


def _places(notices: Sequence[Notice]) -> str:
    return "、".join(dict.fromkeys(display(n.region) for n in notices)) or "（尚无文件）"
