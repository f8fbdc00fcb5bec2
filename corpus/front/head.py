"""The head of a document and its signature (版头, 标题, 主送, 署名): lines put together into title, number and bodies.

The trap: a page repeats the title in its navigation and over the text, a red head names the issuer without being a title,
and a covering letter is followed by the whole head of what it forwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from corpus.front.lines import Line
from corpus.front.organs import Organ
from corpus.front.title import ALIAS, ZONE, Title, bodies_of_head, is_decree, read_title
from corpus.grammar import form, split_at
from corpus.text import fold
from corpus.types import Fact, Span

_SESSION = form("head.session")
_SEAL = form("head.seal")
_LEAD_IN = form("head.lead_in")
_ADDRESSED = form("head.addressed")


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
    """Title, number, bodies, day and addressees of the outer document in ``lines``.

    Source: GB/T 9704-2012, 7.2 (版头), 7.3.1-7.3.5 (标题、主送机关、署名、成文日期), 10.1-10.3 (信函、命令、纪要格式).
    """
    stop = _stop(lines)
    order = next((i for i in range(min(len(lines), ZONE)) if _heads_order(lines, i)), None)
    title = read_title(lines, stop, order, hints, text)
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
    if not bodies_of_head(lines, index) and "主席令" not in line.text:
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
    return min(len(lines), ZONE)


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
            return tuple(Fact(value, line.span, 0.97) for value in line.value.split("|"))
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
    bodies = bodies_of_head(lines, order)
    if not bodies:  # 主席令: the body that passed the law is its author
        for one in lines[order + 1 : order + 8]:
            body = form("line.congress_meeting").search(one.text)
            if body is not None:
                return (Fact(body.group(), Span(one.span.start + body.start(), one.span.start + body.end()), 0.96),)
        return (Fact("全国人民代表大会常务委员会", line.span, 0.7),)
    return tuple(
        Fact(
            _SESSION.sub("", one.name).removeprefix("中华人民共和国"),
            _within(one, at),
            0.97,
        )
        for one, at in bodies
    )


def _red_head(lines: Sequence[Line], stop: int, order: int | None) -> tuple[Fact[str], ...]:
    if any(line.role == "standard" for line in lines[:stop]):  # 某某委员会 发布, under the title of a standard
        named = [(one, line) for line in lines[: stop + 1] if line.role == "bodies" for one in line.bodies]
        return tuple(Fact(one.name.removeprefix("中华人民共和国"), line.span, 0.92) for one, line in named)
    for index, line in enumerate(lines[: min(stop, ZONE)]):
        if line.role == "redhead" and index != order:
            bodies = bodies_of_head(lines, index)
            if bodies:
                return tuple(Fact(one.name, _within(one, at), 0.9) for one, at in bodies)
    return ()


def _within(organ: Organ, line: Line) -> Span:
    return Span(line.span.start + organ.start, line.span.start + organ.end)


# --- foot ------------------------------------------------------------------------------------------------------------


def _signature(lines: Sequence[Line], title: Title | None, order: int | None) -> Signature | None:
    """The first bodies-and-day group after the title; an order's is its officer's day."""
    decree = order is not None and is_decree(lines, order)
    start = order if decree and order is not None else _after_title(lines, title)
    if decree and order is not None:
        for index, line in enumerate(lines[order + 1 : order + 40], start=order + 1):
            if (
                line.role == "day"
                and line.day is not None
                and any(one.role in ("officer", "bodies") for one in lines[order + 1 : index])
            ):
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
    return Fact(organ.name, _within(organ, line), sure)


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
        elif line.role in ("piece", "copy") and ALIAS.match(line.text):
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
        if line.role == "day" and line.day is not None and "年" in line.text:
            return Fact(line.day, line.span, 0.85)
    return None


def _addressees(lines: Sequence[Line], title: Title | None, stop: int) -> tuple[Fact[str], ...]:
    first = title.last + 1 if title else 0
    for line in lines[first : max(stop + 2, first + 4)]:
        if line.role == "addressee" and form("head.addressees").match(line.text) and not _LEAD_IN.search(line.text):
            parts = [part for part in split_at("，,；;", line.text.rstrip("：:")) if part]
            found, at = [], line.span.start
            for part in parts:
                begin = at + line.text[at - line.span.start :].index(part)
                found.append(Fact(part, Span(begin, begin + len(part)), 0.95))
                at = begin + len(part)
            return tuple(found)
    return ()
