"""Who is said to act (机构与地区): bodies, places and scope words of a sentence held against its source.

Bodies are read by their subject (财政, 医保, 卫生健康) and suffix, so that 市财政局, 财政局 and 财政部门 are told from
省财政厅. The trap: a body that stands in the source need not be the lead there; 牵头 is checked by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.retrieval.matching import bigrams
from corpus.alike import department_names
from corpus.bodies import split_bodies
from corpus.grammar import form, split_at
from corpus.regions import gazetteer, is_within
from corpus.text import bracket_pairs, fold
from corpus.types import Level, Notice

_BODY = form("claim.department")
_SAME = department_names()
_JOINT, _ONE, _LEVELS = form("claim.joint_departments"), form("claim.one_department"), form("claim.levels_before")
_RANKS = "省市县区州"
_GENERIC = ("主管部门", "部门", "")
_LEADS_BEFORE, _LEADS_AFTER = form("claim.leads_before"), form("claim.leads_after")
_NO_COUNTY = form("claim.no_county")
_SCOPE = {
    Level.NATIONAL: form("claim.nationwide"),
    Level.PROVINCIAL: form("claim.provincewide"),
    Level.MUNICIPAL: form("claim.citywide"),
    Level.COUNTY: form("claim.countywide"),
}


def _bodies(text: str) -> list[tuple[str, str, str, int, int]]:
    """``(level, subject, suffix, start, end)`` of each body named."""
    found = []
    for m in _BODY.finditer(text):
        subject = re.sub(r"\s", "", m["subject"])
        found.append((m["level"] or "", _SAME.get(subject, subject), m["suffix"], m.start(), m.end()))
    return found


def _jointly(text: str) -> list[tuple[str, str, str, int, int]]:
    """Bodies of ``text`` that share their suffix (公安、财政等部门) or their subject (市、县财政局), each by itself."""
    found = []
    for m in _JOINT.finditer(text):
        subjects = [one.group() for one in _ONE.finditer(m["subjects"])]
        found += [(m["level"] or "", _SAME.get(s, s), m["suffix"], m.start(), m.end()) for s in subjects]
    for _, subject, suffix, start, end in _bodies(text):
        before = _LEVELS.search(text[:start])
        levels = {char for char in before.group() if char in _RANKS} if before else set()
        found += [(level, subject, suffix, start, end) for level in sorted(levels)]
    return found


def bodies_in(text: str) -> frozenset[str]:
    """The departments ``text`` names, their aliases made one; for ranking sources."""
    return frozenset(subject for _, subject, *_ in _bodies(text))


def stray_body(text: str, ground: str) -> str | None:
    """A department that the source does not name, or names at another level of government."""
    known = _bodies(ground) + _jointly(ground)
    for level, subject, suffix, start, end in _bodies(text):
        said = text[start:end]
        if fold(said) in fold(ground):
            continue
        same = [k for k in known if k[1] == subject]
        if suffix in _GENERIC:
            fits = any(not level or not k[0] or k[0] == level for k in same)
        else:
            fits = any((not level or not k[0] or k[0] == level) and _one_suffix(suffix, k[2]) for k in same)
        if not fits:
            return f"引文中没有“{said}”"
    return None


def _one_suffix(left: str, right: str) -> bool:
    """委 and 委员会, 办 and 办公室, 局 and 管理局 are one; 局 and 厅 are not; 部门 is any."""
    if left in _GENERIC or right in _GENERIC:
        return True
    return left in right or right in left


def wrong_lead(text: str, quotes: Iterable[str]) -> str | None:
    """A body said to lead (牵头) that the source lists further down, or the first said only to take part."""
    said = _leaders(text)
    if not said:
        return None
    for quote in quotes:
        for pair in bracket_pairs(quote):
            names = split_bodies(quote[pair.start : pair.end])
            if not names:
                continue
            bracket = fold(quote[pair.start : pair.end])
            before_leads = bracket.split("牵头")[0] if "牵头" in bracket and "为牵头" not in bracket else ""
            for who in said:
                core = _core(who)
                if core in _core(names[0]) or _core(names[0]) in core or (before_leads and core in _core(before_leads)):
                    continue
                if any(core in _core(n) or _core(n) in core for n in names):
                    return f"引文中列首位的是“{names[0]}”，不是“{who}”"
    return None


def listed_bodies(text: str, quotes: Iterable[str]) -> bool:
    """Whether ``text`` only names bodies (还有市民政局和市残联) that stand in one list of responsible bodies of the source."""
    names = [n for n in split_at(_NAMES, _ASIDE.sub("", fold(text)).replace("以及", "、")) if n]
    if not names:
        return False
    for quote in quotes:
        for pair in bracket_pairs(quote):
            listed = {_core(n) for n in split_bodies(quote[pair.start : pair.end])}
            if listed and all(_core(n) in listed for n in names):
                return True
    return False


_ASIDE = form("claim.aside")
_NAMES = "、,和及与"


def in_charge(text: str, quotes: Iterable[str], around: str, *, first_leads: bool) -> bool:
    """Whether ``text`` says of a task of the source who leads it or is in charge (X由甲牵头), as its list of bodies has it.

    Args:
        around: headings and text in which the task must stand. ``first_leads``: the notice says that the first one leads.
    """
    said = _CHARGED.match(fold(text).rstrip("。."))
    if not said:
        return False
    wanted, names = bigrams(said["task"]), [n for n in split_at(_NAMES, said["who"].replace("以及", "、")) if n]
    if not names or (wanted and len(wanted & bigrams(around)) < _TASK * len(wanted)):
        return False
    for quote in quotes:
        for pair in bracket_pairs(quote):
            bracket = quote[pair.start : pair.end]
            listed = [_core(n) for n in split_bodies(bracket)]
            if not listed or any(_core(n) not in listed for n in names):
                continue
            leads = first_leads or "牵头" in bracket
            if said["how"] == "负责" or (leads and _core(names[0]) == listed[0] and len(names) == 1):
                return True
    return False


_CHARGED = form("claim.charged")
_TASK, _SPOKEN = 0.6, 0.3


def _leaders(text: str) -> list[str]:
    """Bodies right before 牵头 (with those joined to them by 、和) or right after 牵头单位是."""
    spans = [(m.start(), m.end()) for m in _BODY.finditer(text)]
    leaders: list[str] = []
    for match in _LEADS_BEFORE.finditer(text):
        if _LEADS_AFTER.match(text, match.start()) and "是" in text[match.start() : match.end() + 4]:
            continue
        at = match.start()
        for start, end in reversed([s for s in spans if s[1] <= at]):
            if not re.fullmatch(r"(?:[、和及与]|会同)?", text[end:at]):
                break
            leaders.append(text[start:end])
            at = start
    for match in _LEADS_AFTER.finditer(text):
        after = [s for s in spans if 0 <= s[0] - match.end() <= 1]
        leaders += [text[s:e] for s, e in after[:1]]
    return leaders


def _core(name: str) -> str:
    folded = fold(name)
    for alias, first in sorted(_SAME.items(), key=lambda pair: -len(pair[0])):
        folded = folded.replace(alias, first)
    while (first_pass := re.sub(r"(卫生健康)(?:健康)+", r"\1", folded)) != folded:
        folded = first_pass
    return re.sub(r"委员会", "委", folded)


def stray_place(text: str, cited: Sequence[Notice], quotes: Sequence[str], known: str) -> str | None:
    """A place whose notice is not cited and that the cited text does not name.

    A place inside the cited notice's own must stand in the source (or in ``known``: headings, what was asked) too: what
    holds for the province was not said of one city. A place above it is not spoken for either.
    """
    regions = [n.region for n in cited]
    for mention in gazetteer().find(text, prefer=regions):
        name = mention.span.of(text)
        if (
            mention.path in regions
            or fold(name) in fold(known)
            or _speaks_of(quotes, name, text)
            or _NO_COUNTY.match(text, mention.span.end - 1)
        ):
            continue
        return name
    return None


def _speaks_of(quotes: Sequence[str], name: str, text: str) -> bool:
    """Whether a sentence of the source names the place and says some of the rest too; a name elsewhere is no proof."""
    wanted = bigrams(text.replace(name, ""))
    for sentence in (s for quote in quotes for s in re.split(r"(?<=[。！？\n])", quote)):
        if fold(name) in fold(sentence):
            after = text.partition(name)[2][:2]
            if after[:1].isalpha() and fold(name + after) in fold(sentence):
                return True  # 廉江市政府: a body's name, not a place something is said of
            shared = len(wanted & bigrams(sentence))
            if not wanted or shared >= _SPOKEN * len(wanted):
                return True
    return False


def stray_scope(text: str, cited: Sequence[Notice], ground: str) -> str | None:
    """全国, 全省, 全市 said of a notice of another level."""
    levels = {n.level for n in cited} | {_level_of(n) for n in cited}
    for level, words in _SCOPE.items():
        for match in words.finditer(text):
            if level in levels or match.group() in ground:
                continue
            return f"引文没有说“{match.group()}”"
    return None


def _level_of(notice: Notice) -> Level:
    from corpus.regions import level_of

    return level_of(notice.region)


def covers(notice: Notice, place: str) -> bool:
    """Whether ``notice`` is of ``place`` or of a division above it."""
    return is_within(place, notice.region)
