"""What a document repeals or amends (废止、修改), each as it names it, a part where only a part is meant.

It stands alone because a repeal ends another document: it must be said, not thought possible. The traps: a document that
may or should be repealed (应当修改或者废止), a licence that lapses, and a repeal that is said of a class (…的所有批复).

Source: 立法技术规范（试行）（一）, 废止.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.docnumber import find_numbers
from corpus.grammar import form, split_at
from corpus.types import Fact, Span, Target

_REPEAL = form("repeal.verb")
_MAY = form("repeal.may")
_NAMED = form("repeal.named")
_PART = form("repeal.part")
_BRACKET = form("repeal.bracket")
_LISTED = form("repeal.list_follows")
_CONFLICT = form("repeal.conflict")


def read_repeals(text: str, title: str = "") -> Iterator[Fact[Target]]:
    """Documents that ``text`` repeals, each as it names it, a part where only a part is meant.

    Source: 立法技术规范（试行）（一）, 废止 (同时废止, 予以废止, lists of what is repealed, decisions to repeal).

    >>> [(f.value.name, f.value.number) for f in read_repeals("本办法自印发之日起施行，《甲办法》（甲发〔2018〕2号）同时废止。")]
    [('甲办法', '甲发〔2018〕2号')]
    """
    seen: set[tuple[str, str | None, str]] = set()
    for fact in (*_repealed_by_title(text, title), *_repealed_by_clause(text)):
        key = (fact.value.name, fact.value.number, fact.value.part)
        if key not in seen:
            seen.add(key)
            yield fact


def _repealed_by_title(text: str, title: str) -> Iterator[Fact[Target]]:
    match = form("repeal.in_title").search(title)
    at = text.find(title)
    if match is None or at < 0:
        return
    for name in _NAMED.finditer(title, match.start("what")):
        yield Fact(Target(name["name"]), Span(at + name.start(), at + name.end()), 0.93)


def _repealed_by_clause(text: str) -> Iterator[Fact[Target]]:
    lists_until = -1
    for begin, sentence in _whole_sentences(text):
        if begin < lists_until:
            continue
        hidden = _hide(sentence)
        for verb in _REPEAL.finditer(hidden):
            before, after = hidden[: verb.start()], hidden[verb.end() :]
            if _MAY.search(before.rstrip("“”")) or after.startswith(
                ("的", "、", "或", "程序", "建议", "标准", "药品", "前", "后", "情形")
            ):
                continue
            if _LISTED.match(after) or (
                form("repeal.says_no_more").match(after) and form("repeal.list_announced").search(before)
            ):
                targets, lists_until = _listed(text, begin + len(sentence))
                yield from targets
                continue
            named = list(_targets(sentence, hidden, verb, begin))
            if named:
                yield from named
                continue
            described = _described(before)
            if described is not None and verb.group() in ("废止", "停止执行"):
                start = begin + described[0]
                yield Fact(Target(described[1]), Span(start, start + len(described[1])), 0.6)


def _whole_sentences(text: str) -> Iterator[tuple[int, str]]:
    """Sentences that end at 。 or a line's end; ； does not end a list of documents."""
    for match in form("repeal.sentence").finditer(text):
        yield match.start(), match.group()


def _hide(sentence: str) -> str:
    """``sentence`` with what stands in 《》 blanked, so that 《关于废止…的决定》 says nothing."""
    return _NAMED.sub(lambda m: "《" + "\ue000" * (len(m.group()) - 2) + "》", sentence)


def _targets(sentence: str, hidden: str, verb: re.Match[str], begin: int) -> Iterator[Fact[Target]]:
    """Titles and numbers that a verb repeals: those before it in its clause, else those right after it."""
    stops = [m.end() for m in form("repeal.clause_before").finditer(hidden[: verb.start()])]
    left = max((stop for stop in stops), default=0)
    window = range(left, verb.start())
    found = _references(sentence, window)
    gap = hidden[max((end for _, _, _, end in found), default=left) : verb.start()] if found else ""
    clauses = split_at("，,", gap)
    if len(clauses) > 1 and not form("repeal.goes_on").match(clauses[-1]):
        found = []  # another subject stands between: 《目录》执行后，前期批复同步废止
    if not found or len(gap) > 60 or form("repeal.by_ground").search(gap):
        after = form("repeal.names_after").match(hidden[verb.end() :])
        if after is None:
            return
        stop = form("repeal.stop").search(hidden[verb.end() :])
        found = _references(sentence, range(verb.end(), verb.end() + stop.start() if stop else len(sentence)))
        gap = ""
    lead = hidden[left : found[0][2]] if found else ""
    ground = form("repeal.ground_before")
    if ground.search(lead):
        found = [one for one in found if not ground.search(hidden[left : one[2]])]
    part = _PART.search(gap)
    conflict = _CONFLICT.search(gap) is not None
    for name, number, start, end in found:
        own_part = part.group() if part is not None and (name, number, start, end) == found[-1] else ""
        sure = 0.6 if conflict else 0.93
        yield Fact(Target(name, number, own_part), Span(begin + start, begin + end), sure)


def _references(sentence: str, window: range) -> list[tuple[str, str | None, int, int]]:
    """``(name, number, start, end)`` of the documents named within ``window``; a number in brackets belongs to what is before."""
    numbers = [
        m for m in find_numbers(sentence) if m.canonical and m.year and window.start <= m.span.start < window.stop
    ]
    found: list[tuple[str, str | None, int, int]] = []
    used = set()
    for match in _NAMED.finditer(sentence):
        if not window.start <= match.start() < window.stop:
            continue
        if match["name"].endswith(("证", "书", "证书", "许可证", "合格证", "执照", "批件", "协议")):
            continue  # a licence lapses, it is no document of this kind
        beside = next((m for m in numbers if match.end() <= m.span.start <= match.end() + 20
                       and form("repeal.between_title_and_number").fullmatch(sentence[match.end() : m.span.start])), None)  # fmt: skip
        end = match.end()
        if beside is not None:
            used.add(beside.span)
            bracket = _BRACKET.match(sentence, match.end())
            used |= {
                m.span
                for m in numbers
                if bracket is not None and m.span.end <= bracket.end() and m.span.start > match.end()
            }
            end = (
                bracket.end()
                if bracket is not None
                else beside.span.end + (sentence[beside.span.end : beside.span.end + 1] in ("）", ")"))
            )
        found.append((match["name"], str(beside.canonical) if beside else None, match.start(), end))
    inside = [(m.start(), m.end()) for m in _NAMED.finditer(sentence)]
    found += [
        ("", str(m.canonical), m.span.start, m.span.end) for m in numbers
        if m.span not in used and not any(a <= m.span.start < b for a, b in inside)
    ]  # fmt: skip
    found.sort(key=lambda one: one[2])
    return _shared_number(sentence, found)


def _shared_number(
    sentence: str, found: list[tuple[str, str | None, int, int]]
) -> list[tuple[str, str | None, int, int]]:
    """《甲》《乙》《丙》（丁发〔2021〕6号): one document of that number, named by what it issued."""
    out: list[tuple[str, str | None, int, int]] = []
    for one in found:
        if out and one[1] is not None:
            first = one[2]
            while out and out[-1][1] is None and out[-1][0] and not sentence[out[-1][3] : first].strip("和及与"):
                if sentence[out[-1][3] : first]:
                    break
                first = out.pop()[2]
            out.append((one[0], one[1], first, one[3]))
        else:
            out.append(one)
    return out


def _listed(text: str, start: int) -> tuple[list[Fact[Target]], int]:
    """Documents of the list that follows 下列文件予以废止："""
    found: list[Fact[Target]] = []
    position = start
    for line in text[start:].split("\n"):
        if line.strip():
            named = _references(line, range(0, len(line)))
            if not named:
                break
            found += [Fact(Target(n, no), Span(position + a, position + b), 0.9) for n, no, a, b in named[:1]]
        position += len(line) + 1
    return found, position


def _described(before: str) -> tuple[int, str] | None:
    """A class of documents without a name (…下达的关于制剂的所有批复): its offset and words; None for mere 原有规定."""
    match = form("repeal.class").search(before)
    if match is None:
        return None
    what = match["what"].strip()
    if form("repeal.any_old").match(what) or _CONFLICT.search(what):
        return None
    if not form("repeal.ends_as_document").search(what):
        return None
    return before.rindex(what), what


def read_amended(text: str, title: str) -> Iterator[Fact[Target]]:
    """Documents that ``text`` amends: by its title, or 对《…》作如下修改.

    Source: 立法技术规范（试行）（一）, 修改 (修正案, 关于修改…的决定).
    """
    match = form("amend.in_title").search(title)
    at = text.find(title)
    if match is not None and at >= 0:
        for name in _NAMED.finditer(title, match.start("what")):
            yield Fact(Target(name["name"]), Span(at + name.start(), at + name.end()), 0.92)
        return
    for found in form("amend.in_text").finditer(text):
        yield Fact(Target(found["name"]), Span(*found.span()), 0.9)
