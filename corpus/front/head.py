"""The head of a document and its signature (版头, 标题, 主送, 署名): lines put together into title, number and bodies.

The trap: a page repeats the title in its navigation and over the text, a red head names the issuer without being a title,
and a covering letter is followed by the whole head of what it forwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from corpus.front.lines import Line, lexicon, title_end
from corpus.front.organs import Organ, organs_of
from corpus.regions import gazetteer
from corpus.text import fold
from corpus.types import Fact, Span

_ZONE = 60  # lines in which a head may stand
_VERBS = ("关于", "印发", "转发", "批转", "发布", "公布", "贯彻", "实施《", "《")
_ALIAS = re.compile(r"^[（(][\u4e00-\u9fff、]{2,40}[）)](?:[（(](?:代章|盖章|印章|章)[）)])?$")
_SEAL = re.compile(r"[（(](?:代章|盖章|印章|章|公章)[）)]")
_LEAD_IN = re.compile(r"(?:如下[\u4e00-\u9fff]{0,6}|意见|通知|决定|[的下])[：:]$|^(?:为|根据|按照|现)")
_ADDRESSED = re.compile(r"[各省市县区州委局厅院部处所校司会社室办]|单位|机构|政府|中心|公司|同志|学会|大学")
_NEVER = re.compile(r"^(?:附件|附表|附录|表\d|图\d|第[一二三四五六七八九十百\d]+[章节条编部])|[：:]$")


@dataclass(frozen=True, slots=True)
class Title:
    """A title with the bodies it begins with and the kind of document its last word says."""

    fact: Fact[str]
    bodies: tuple[Fact[str], ...] = ()
    kind: str = ""
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Signature:
    """Bodies and day at the foot of the outer document."""

    bodies: tuple[Fact[str], ...]
    day: Fact[date] | None
    index: int


@dataclass(frozen=True, slots=True)
class Head:
    """What the lines give before any of it is weighed against the rest."""

    title: Title | None = None
    numbers: tuple[Fact[str], ...] = ()
    red_head: tuple[Fact[str], ...] = ()
    order_bodies: tuple[Fact[str], ...] = ()
    passed: tuple[Line, ...] = ()
    addressees: tuple[Fact[str], ...] = ()
    signature: Signature | None = None
    signature_far: bool = False
    lone_day: Fact[date] | None = None
    printed: Fact[date] | None = None
    annex: bool = field(default=False)


def read_head(text: str, lines: Sequence[Line], hints: Mapping[str, str]) -> Head:
    """Title, number, bodies, day and addressees of the outer document in ``lines``."""
    stop = _stop(lines)
    order = next((i for i in range(min(len(lines), _ZONE)) if _heads_order(lines, i)), None)
    title = _title(lines, stop, order, hints, text)
    first = title.last + 1 if title else stop
    signature = _signature(lines, title, order)
    numbers = _numbers(lines, stop, order, title)
    order_bodies = _order_bodies(lines, order)
    passed = tuple(line for line in lines[: max(stop, first) + 12] if line.role == "passed") if order is None else ()
    printed = next((line for line in reversed(lines) if line.role == "printed" and line.day is not None), None)
    return Head(
        title=title, numbers=numbers, order_bodies=order_bodies, passed=passed, signature=signature,
        red_head=_red_head(lines, stop, order), addressees=_addressees(lines, title, stop),
        lone_day=_lone_day(lines, title, stop),
        printed=Fact(printed.day, printed.span, 0.9) if printed is not None and printed.day is not None else None,
        annex=any(line.role == "annex" for line in lines[:3]),
        signature_far=signature is not None and title is not None and signature.index < title.first,
    )  # fmt: skip


def _heads_order(lines: Sequence[Line], index: int) -> bool:
    """Whether an order begins here: …令 with its 第N号 on the same line or one of the next two."""
    line = lines[index]
    if line.role == "order":
        return bool(line.bodies) or line.value.startswith(("中华人民共和国主席令", "主席令"))
    if line.role != "redhead" or line.value not in ("令", "公告", "通告"):
        return False
    return any(one.role in ("order", "number") for one in lines[index + 1 : index + 3])


def _stop(lines: Sequence[Line]) -> int:
    """Index of the first line of the text proper: an addressee, a whole sentence or numbered text after some head."""
    for index, line in enumerate(lines):
        if line.role == "addressee" and not _ADDRESSED.search(line.text):
            continue
        if line.role == "text" and len(line.text) < 15:
            continue
        if line.role in ("addressee", "text", "mark") and any(
            one.role in ("piece", "bodies", "number", "passed") for one in lines[:index]
        ):
            return index
    return min(len(lines), _ZONE)


# --- title -----------------------------------------------------------------------------------------------------------


def _title(lines: Sequence[Line], stop: int, order: int | None, hints: Mapping[str, str], text: str) -> Title | None:
    if order is not None and "令" in (lines[order].value if lines[order].role == "redhead" else lines[order].text):
        found = _title_of_order(lines, order)
        if found is not None:
            return found
    limit = stop if order is None else max(stop, min(order + 6, len(lines)))
    candidates = _candidates(lines, limit)
    if not candidates and order is None and stop < _ZONE:  # the first sentence was the page's: look on a little
        candidates = _candidates(lines, min(len(lines), 30))
    hinted = "".join(re.split(r"[_|｜]|\s[-—]\s", hints.get("title", ""))[0].split())
    if candidates:
        best = max(candidates, key=lambda one: one[0])[1]
        if (
            hinted
            and fold(best.fact.value) != fold(hinted)
            and fold(best.fact.value) in fold(hinted)
            and title_end().search(hinted)
        ):
            longer = _in_hint(hinted, best)
            return longer or best
        return best
    if len(hinted) >= 6 and (title_end().search(hinted) or not candidates):
        at = text.find(hinted)
        span = Span(at, at + len(hinted)) if at >= 0 else None
        sure = 0.93 if title_end().search(hinted) else 0.7
        return _made(hinted, span, sure, "page" if span is None else "text", 0, 0, spread=False)
    return _fallback(lines, stop)


def _in_hint(hinted: str, best: Title) -> Title | None:
    """The page's title where it only adds the issuing body to the text's."""
    front = hinted[: hinted.find(best.fact.value[:6])] if best.fact.value[:6] in hinted else ""
    if front and organs_of(front):
        return _made(hinted, best.fact.span, 0.9, "page", best.first, best.last, spread=False)
    return None


def _candidates(lines: Sequence[Line], limit: int) -> list[tuple[tuple[int, int], Title]]:
    found: list[tuple[tuple[int, int], Title]] = []
    for index in range(limit):
        line = lines[index]
        if line.role != "piece" or not title_end().search(line.text) or _NEVER.search(line.text):
            continue
        first = _first_line(lines, index)
        title = _joined(lines, first, index)
        if len(title.fact.value) < 4:
            continue
        follows = lines[index + 1 : index + 5]
        near = next(
            (
                one.role
                for one in follows
                if one.role not in ("number", "order", "day", "bodies", "sign", "field", "toc")
            ),
            "",
        )
        score = (
            2 * ("关于" in title.fact.value)
            + 2 * bool(title.bodies or gazetteer().leading(title.fact.value))
            + (near in ("addressee", "text", "mark", "passed"))
        )
        score += 2 * (lines[index + 1].role in ("addressee", "passed", "number") if index + 1 < len(lines) else 0)
        found.append(((score, index if "关于" in title.fact.value else -index), title))
    return found


def _first_line(lines: Sequence[Line], last: int) -> int:
    """The line a title that ends on ``last`` begins on."""
    first = last
    while first > 0 and last - first < 6:
        above = lines[first - 1]
        joined = "".join(line.text for line in lines[first : last + 1])
        if above.role not in ("piece", "bodies") or _NEVER.search(above.text):
            break
        ended = title_end().search(above.text) is not None and "关于" in above.text
        if ended or (title_end().search(above.text) and _begins(joined)):
            break
        if above.role == "bodies":
            if not _opens(joined):
                break
        elif _begins(joined) and not ("关于" in above.text or _is_alias_of(lines, first - 1)):
            break
        first -= 1
    return first


def _begins(joined: str) -> bool:
    """Whether a text is a whole title as it stands: it opens with a body, a place, 关于, the State or a year."""
    if joined.startswith(("关于", "中华人民共和国", "国家", "全国", "《", "“")):
        return True
    return _bodies_before_verb(joined)[1] > 0 or gazetteer().leading(joined) is not None


def _opens(joined: str) -> bool:
    """Whether bodies on the line above belong in front of a title."""
    return joined.startswith(("关于", "印发", "转发", "批转", "（", "(")) or _bodies_before_verb(joined)[1] > 0


def _is_alias_of(lines: Sequence[Line], index: int) -> bool:
    return _ALIAS.match(lines[index].text) is not None and index > 0 and lines[index - 1].role == "bodies"


def _joined(lines: Sequence[Line], first: int, last: int) -> Title:
    value = "".join(line.text for line in lines[first : last + 1])
    span = Span(lines[first].span.start, lines[last].span.end)
    return _made(value, span, 0.96, "text", first, last)


def _made(value: str, span: Span | None, sure: float, source: str, first: int, last: int, spread: bool = True) -> Title:
    value = value.strip()
    bodies, _ = _bodies_before_verb(value)
    facts = tuple(
        Fact(one.name, _within(span, one, value) if spread and first == last else span, 0.93, source) for one in bodies
    )
    end = title_end().search(value)
    kind = str(lexicon()["title"]["ends"][end["end"]]) if end else ""
    return Title(Fact(value, span, sure if end else min(sure, 0.8), source), facts, kind, first, last)


def _within(span: Span | None, organ: Organ, value: str) -> Span | None:
    if span is None or len(span) != len(value):
        return span
    return Span(span.start + organ.start, span.start + organ.end)


def _bodies_before_verb(title: str) -> tuple[tuple[Organ, ...], int]:
    """The bodies a title opens with and where they end; empty where it opens with none."""
    best: tuple[tuple[Organ, ...], int] = ((), 0)
    for verb in _VERBS:
        at = title.find(verb)
        if at >= 3 and (not best[1] or at < best[1]):
            bodies = organs_of(title[:at])
            if bodies and (bodies[0].known or verb in ("关于", "印发", "转发")):
                best = bodies, at
    return best


def _title_of_order(lines: Sequence[Line], order: int) -> Title | None:
    """An order's title is that of what it promulgates: on its own line after the officer's, else in 《》."""
    named = ""
    where: Span | None = None
    for line in lines[order : order + 12]:
        match = re.search(r"《(?P<title>[^《》]{3,100}(?:《[^《》]+》[^《》]*)?)》", line.text)
        if match is not None and line.role in ("text", "passed", "piece"):
            named = match["title"]
            where = Span(line.span.start + match.start("title"), line.span.start + match.end("title"))
            break
    for index, line in enumerate(lines[order + 1 : order + 40], start=order + 1):
        if line.role == "piece" and title_end().search(line.text):
            title = _joined(lines, _first_line(lines, index), index)
            if not named or fold(named) in fold(title.fact.value) or fold(title.fact.value) in fold(named):
                return title
    return _made(named, where, 0.93, "text", order, order, spread=False) if named else None


def _fallback(lines: Sequence[Line], stop: int) -> Title | None:
    """The lines under 附件N, or the first lines there are, where no title ends as titles do."""
    start = next((i + 1 for i, line in enumerate(lines[:4]) if line.role == "annex"), 0)
    end = start
    while (
        end < min(stop, start + 3, len(lines))
        and lines[end].role in ("piece", "bodies")
        and not _NEVER.search(lines[end].text)
    ):
        end += 1
    if end == start or sum(len(line.text) for line in lines[start:end]) < 4:
        return None
    sure = 0.92 if start else 0.6
    title = _joined(lines, start, end - 1)
    return Title(Fact(title.fact.value, title.fact.span, sure), title.bodies, title.kind, start, end - 1)


# --- number ----------------------------------------------------------------------------------------------------------


def _numbers(lines: Sequence[Line], stop: int, order: int | None, title: Title | None) -> tuple[Fact[str], ...]:
    standard = next((line for line in lines[:stop] if line.role == "standard"), None)
    if order is None and standard is not None:
        return (Fact(standard.value, standard.span, 0.95),)
    if order is not None and lines[order].role == "order":
        return (Fact("".join(lines[order].value.split()), lines[order].span, 0.96),)
    if order is not None:
        serial = next((line for line in lines[order + 1 : order + 3] if line.role in ("order", "number")), None)
        if serial is not None:
            if serial.role == "number":
                return (Fact(serial.value, serial.span, 0.95),)
            span = Span(lines[order].span.start, serial.span.end)
            return (Fact("".join((lines[order].text + serial.value).split()), span, 0.96),)
    limit = max(stop, title.last + 3 if title else 0)
    for line in lines[:limit]:
        if line.role == "number":
            return (Fact(line.value, line.span, 0.97),)
        if line.role == "order" and any(word in line.value for word in ("令", "公告", "通告", "年")):
            return (Fact("".join(line.value.split()), line.span, 0.9),)
    for line in lines[:limit]:
        if line.role == "order" and title is not None and title.kind in ("announcement", "order"):
            return (Fact("".join(line.value.split()), line.span, 0.8),)
    return ()


def _order_bodies(lines: Sequence[Line], order: int | None) -> tuple[Fact[str], ...]:
    if order is None:
        return ()
    line = lines[order]
    if not line.bodies:  # 主席令: the body that passed the law is its author
        for one in lines[order + 1 : order + 8]:
            body = re.search(r"全国人民代表大会(?:常务委员会)?(?=第[一二三四五六七八九十\d]+次会议)", one.text)
            if body is not None:
                return (Fact(body.group(), Span(one.span.start + body.start(), one.span.start + body.end()), 0.96),)
        return (Fact("全国人民代表大会常务委员会", line.span, 0.7),)
    bodies = [(one, line) for one in line.bodies]
    above = order - 1
    while above >= 0 and lines[above].role == "bodies":
        bodies = [(one, lines[above]) for one in lines[above].bodies] + bodies
        above -= 1
    return tuple(
        Fact(one.name.removeprefix("中华人民共和国"), Span(at.span.start + one.start, at.span.start + one.end), 0.97)
        for one, at in bodies
    )


def _red_head(lines: Sequence[Line], stop: int, order: int | None) -> tuple[Fact[str], ...]:
    if any(line.role == "standard" for line in lines[:stop]):  # 某某委员会 发布, under the title of a standard
        named = [(one, line) for line in lines[: stop + 1] if line.role == "bodies" for one in line.bodies]
        return tuple(Fact(one.name.removeprefix("中华人民共和国"), line.span, 0.92) for one, line in named)
    for index, line in enumerate(lines[: min(stop, _ZONE)]):
        if line.role == "redhead" and line.bodies and index != order:
            bodies = [
                Fact(one.name, Span(line.span.start + one.start, line.span.start + one.end), 0.9) for one in line.bodies
            ]
            above = index - 1
            while above >= 0 and lines[above].role == "bodies":
                bodies = [Fact(one.name, lines[above].span, 0.9) for one in lines[above].bodies] + bodies
                above -= 1
            return tuple(bodies)
    return ()


# --- foot ------------------------------------------------------------------------------------------------------------


def _signature(lines: Sequence[Line], title: Title | None, order: int | None) -> Signature | None:
    """The first bodies-and-day group after the title; an order's is its officer's day."""
    decree = order is not None and "令" in lines[order].text
    start = order if decree and order is not None else _after_title(lines, title)
    if decree and order is not None:
        for index, line in enumerate(lines[order + 1 : order + 40], start=order + 1):
            if line.role == "day" and line.day is not None and any(one.role == "officer" for one in lines[order:index]):
                return Signature((), Fact(line.day, line.span, 0.97), index)
        return None
    last_seen: Signature | None = None
    for index in range(start, len(lines)):
        line = lines[index]
        if line.role == "sign" and line.day is not None and index > start - 1:
            above = _bodies_above(lines, index - 1, start)
            bodies = (*above, *(_fact(one, line) for one in line.bodies))
            return Signature(bodies, Fact(line.day, line.span, 0.97), index)
        if line.role == "day" and line.day is not None and "年" in line.text:
            above = _bodies_above(lines, index - 1, start)
            if above:
                return Signature(above, Fact(line.day, line.span, 0.98), index)
        if line.role == "bodies":
            last_seen = Signature(tuple(_fact(one, line) for one in line.bodies), None, index)
    if last_seen is not None and all(
        one.role in ("copy", "printed", "annex", "toc", "day", "field") for one in lines[last_seen.index + 1 :]
    ):
        above = _bodies_above(lines, last_seen.index, start)
        day = next((one for one in reversed(lines[: last_seen.index]) if one.role == "day"), None)
        found = (
            Fact(day.day, day.span, 0.9)
            if day is not None and day.day and day.span.end >= lines[last_seen.index].span.start - 40
            else None
        )
        return Signature(tuple(Fact(f.value, f.span, 0.9) for f in above), found, last_seen.index)
    return None


def _after_title(lines: Sequence[Line], title: Title | None) -> int:
    """Where a signature may begin: after the title, or after the same words on the cover before it."""
    if title is None:
        return 0
    words = fold(title.fact.value)
    for index in range(title.first):
        if lines[index].role == "piece" and fold(lines[index].text) == words:
            return index + 1
        pair = fold(lines[index].text + lines[index + 1].text)
        if lines[index].role == "piece" and pair == words:
            return index + 2
    return title.last + 1


def _fact(organ: Organ, line: Line) -> Fact[str]:
    sure = 0.97 if organ.known else 0.9
    return Fact(organ.name, Span(line.span.start + organ.start, line.span.start + organ.end), sure)


def _bodies_above(lines: Sequence[Line], index: int, start: int) -> tuple[Fact[str], ...]:
    """Bodies on the lines that end at ``index``, top down; a second name in brackets belongs to the one above it."""
    found: list[Fact[str]] = []
    alias: Line | None = None
    while index >= start and lines[index].role in ("bodies", "officer", "piece", "copy"):
        line = lines[index]
        if line.role == "bodies":
            here = [_fact(one, line) for one in line.bodies]
            if alias is not None:
                name = here[-1].value + _SEAL.sub("", alias.text)
                here[-1] = Fact(name, Span(line.span.start, alias.span.end), here[-1].confidence)
                alias = None
            found = here + found
        elif line.role in ("piece", "copy") and _ALIAS.match(line.text):
            alias = line if _SEAL.fullmatch(line.text) is None else None
        elif line.role == "officer":
            pass
        else:
            break
        index -= 1
    return tuple(found)


def _lone_day(lines: Sequence[Line], title: Title | None, stop: int) -> Fact[date] | None:
    """A line that is only a date: under the title, or at the very end."""
    tail = [line for line in lines[-6:] if line.role == "day" and line.day is not None]
    if tail and tail[-1].day is not None:
        return Fact(tail[-1].day, tail[-1].span, 0.93)
    first = title.first if title else 0
    for line in lines[first : stop + 1]:
        if line.role == "day" and line.day is not None and re.search("[年]", line.text):
            return Fact(line.day, line.span, 0.85)
    return None


def _addressees(lines: Sequence[Line], title: Title | None, stop: int) -> tuple[Fact[str], ...]:
    first = title.last + 1 if title else 0
    for line in lines[first : max(stop + 2, first + 4)]:
        if (
            line.role == "addressee"
            and re.match(r"^[^。《]{2,200}[：:]$", line.text)
            and not _LEAD_IN.search(line.text)
        ):
            parts = [part for part in re.split(r"[，,；;]", line.text.rstrip("：:")) if part]
            found, at = [], line.span.start
            for part in parts:
                begin = at + line.text[at - line.span.start :].index(part)
                found.append(Fact(part, Span(begin, begin + len(part)), 0.95))
                at = begin + len(part)
            return tuple(found)
    return ()
