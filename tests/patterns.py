"""Every pattern of the product and strings made to make it slow: for each repetition in it what it repeats, thousands of
times, behind what stands before it and with an end that does not fit. Source: Davis et al., "The Impact of Regular
Expression Denial of Service in Practice", FSE 2018."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from corpus import grammar

_SEARCHING = {"search", "finditer", "findall", "sub", "subn", "split"}
_END = "\x01"
_PUMPS = 14  # strings a repetition is tried with


@dataclass(frozen=True)
class Site:
    """A pattern, where it stands, and whether it is tried at every place of a text or at one."""

    where: str
    pattern: re.Pattern[str]
    searches: bool


def sites(*packages: str) -> list[Site]:
    """Patterns of the packages' modules: constants (in containers too), cached functions that give one, and inline ones."""
    found: dict[tuple[str, int, bool], Site] = {}
    for package in packages:
        root = importlib.import_module(package)
        for module_info in pkgutil.walk_packages(root.__path__, f"{package}."):
            if module_info.name.endswith("__main__"):
                continue
            module = importlib.import_module(module_info.name)
            tree = ast.parse(inspect.getsource(module))
            used = _uses(tree)
            for name, value in vars(module).items():
                if getattr(value, "__module__", module.__name__) != module.__name__:
                    continue
                if hasattr(value, "cache_info") and "Pattern" in str(inspect.signature(value).return_annotation):
                    value = value() if not inspect.signature(value).parameters else None
                for pattern in _patterns(value):
                    methods = used.get(name, {"search"})
                    site = Site(f"{module.__name__}.{name}", pattern, bool(methods & _SEARCHING) or not methods)
                    found.setdefault((pattern.pattern, pattern.flags, site.searches), site)
            for line, text, method in _inline(tree):
                site = Site(f"{module.__name__}:{line}", re.compile(text), method in _SEARCHING)
                found.setdefault((text, site.pattern.flags, site.searches), site)
    for name in grammar.names():
        one = grammar.read_form(name)
        key = (one.pattern.pattern, one.pattern.flags, one.use == "search")
        found.setdefault(key, Site(f"form {name}", one.pattern, one.use == "search"))
    return list(found.values())


def _patterns(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _patterns(one)
    elif isinstance(value, (tuple, list, frozenset)) and len(value) < 500:
        for one in value:
            yield from _patterns(one)


def _uses(tree: ast.AST) -> dict[str, set[str]]:
    """For each name, the methods called on it; a name handed on is searched with."""
    called: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            called.setdefault(node.value.id, set()).add(node.attr)
        elif isinstance(node, ast.Call):
            for argument in node.args:
                if isinstance(argument, ast.Name):
                    called.setdefault(argument.id, set()).add("search")
    return called


def _inline(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in _SEARCHING | {"match", "fullmatch"}
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield node.lineno, node.args[0].value, node.func.attr


def attacks(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """``(before, pump)``: what to put first, and what to repeat."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE | (pattern.flags & re.VERBOSE))
    found = dict.fromkeys(_walk(list(tree), ""))
    whole = next(_samples(list(tree)), "")
    for pump in (whole, whole[: len(whole) // 2]):
        if pump:
            found.setdefault(("", pump))
    return list(found)


def _walk(items: list[Any], before: str) -> Iterator[tuple[str, str]]:
    for kind, value in items:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            _, most, body = value
            if most is sre.MAXREPEAT or most >= 8:
                for number, pump in enumerate(_samples(list(body))):
                    if number == _PUMPS:
                        break
                    if pump:
                        yield before, pump
            yield from _walk(list(body), before)
        elif kind is sre.SUBPATTERN:
            yield from _walk(list(value[-1]), before)
        elif kind is sre.BRANCH:
            for branch in value[1]:
                yield from _walk(list(branch), before)
        elif kind is sre.ATOMIC_GROUP:
            yield from _walk(list(value), before)
        elif kind is sre.ASSERT:
            yield from _walk(list(value[1]), before)
        before += next(_samples([(kind, value)]), "")


def _samples(items: list[Any]) -> Iterator[str]:
    """Strings that fit, one a branch; for the parts that do not branch one each."""
    if not items:
        yield ""
        return
    (kind, value), rest = items[0], items[1:]
    tail = next(_samples(rest), "") if rest else ""
    for head in _of(kind, value):
        yield head + tail
    if rest and kind is not sre.BRANCH:
        head = next(_of(kind, value), "")
        for number, other in enumerate(_samples(rest)):
            if number:
                yield head + other


def _of(kind: Any, value: Any) -> Iterator[str]:
    if kind is sre.LITERAL:
        yield chr(value)
    elif kind in (sre.ANY, sre.NOT_LITERAL):
        yield "甲" if kind is sre.ANY or chr(value) != "甲" else "乙"
    elif kind is sre.IN:
        yield from _members(value)
    elif kind is sre.BRANCH:
        for branch in value[1]:
            yield from _samples(list(branch))
    elif kind is sre.SUBPATTERN:
        yield from _samples(list(value[-1]))
    elif kind is sre.ATOMIC_GROUP:
        yield from _samples(list(value))
    elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        least, most, body = value
        for one in _samples(list(body)):
            yield one * max(least, 1 if most else 0)
    else:
        yield ""


def _members(value: list[Any]) -> Iterator[str]:
    if value and value[0][0] is sre.NEGATE:
        yield "甲"
        yield "1"
        return
    for kind, one in value:
        if kind is sre.LITERAL:
            yield chr(one)
        elif kind is sre.RANGE:
            yield chr(one[0])
        elif kind is sre.CATEGORY:
            name = str(one)
            yield (
                "1" if "DIGIT" in name and "NOT" not in name else " " if "SPACE" in name and "NOT" not in name else "甲"
            )


class LateError(Exception):
    """The pattern was still at it when its time was up."""


def seconds(site: Site, text: str, most: float) -> float:
    """Processor time of this thread for the pattern over ``text``.

    Raises:
        LateError: more than ``most`` seconds.
    """

    def stop(*_: object) -> None:
        raise LateError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, most)
    try:
        begun = time.thread_time()
        if site.searches:
            for _ in site.pattern.finditer(text):
                pass
        else:
            site.pattern.match(text)
        return time.thread_time() - begun
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def worst(site: Site, size: int, most: float) -> tuple[float, str]:
    """The longest time over all attacks of about ``size`` characters, and the attack, shortened; ``most`` where it is late."""
    longest, named = 0.0, ""
    for before, pump in attacks(site.pattern):
        count = max(size // len(pump), 1)
        for text in (before + pump * count + _END, (before + pump) * max(size // len(before + pump), 1) + _END):
            try:
                took = seconds(site, text, most)
            except LateError:
                took = most
            if took > longest:
                longest, named = took, f"{before[:40]!r} + {pump[:40]!r}*n"
            if longest >= most:
                return longest, named
    return longest, named
