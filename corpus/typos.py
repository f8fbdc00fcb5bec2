"""Homophone slips of pinyin typing (同音错字) put right: 谁负则 → 谁负责, 院长年新 → 院长年薪.

A noisy channel: a run of two to five characters may be exchanged for a word of the vocabulary that sounds alike (tones
aside; 平翘舌 and 前后鼻音 count as alike) when the sentence then becomes far likelier under the word frequencies of jieba
and the notices. The vocabulary is what notices and people write of this field, never a general dictionary, so that
ordinary words are left alone. The trap: place names are rare words that sound like others; they are never touched.

Source: Kernighan, Church & Gale, "A spelling correction program based on a noisy channel model", COLING 1990.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from corpus import fitted
from corpus.cache import WORD_BOOK, from_cache, to_cache
from corpus.spans import Taken
from corpus.types import Span

_CJK = re.compile(r"[\u4e00-\u9fa5]+")
_OR_NOT = re.compile(r"([\u4e00-\u9fa5])不\1")  # 行不行 is one word: 献|行不行 is no 现行
_ASKING = (
    "谁负责 谁牵头 找谁 牵头 负责 主管 多少 什么 哪些 哪个 怎么 怎样 如何 多久 几年 几个 几成 什么时候 什么时间 哪年 比例 占比 期限 "
    "目标 要求 规定 措施 责任 部门 单位 文件 方案 通知 适用 有效 执行 参照 废止 是否 可以 能不能 要不要 现在 目前 我们 咱们 医院 "
    "医生 护士 病人 院长 县医院 卫生院 副高 正高 中级 评职称 绩效 报销 自付 补偿 补贴 完成 达到 建成 实现"
)
"""How people ask; slips in these words hide the kind of question."""
MAX_LENGTH = 5
MAX_CHARACTERS = 400_000
GAIN = fitted.number("corpus.typos.gain")
"""Nats a sentence must gain."""
ACROSS, KNOWN = fitted.number("corpus.typos.across"), 20
"""Nats taken off where a word of at least ``KNOWN`` in the general count would be cut in two."""
PLAIN = fitted.number("corpus.typos.plain")
"""Nats taken off where the word meant is one of the notices, but no term of the field."""
_COMMON = frozenset(
    "要讲的是在有没和与能会就都也到里种个家次条项字年月日号文院县市省区几多少上下一不我你他谁让给对从被把用看问说去来吗呢吧哪么啥全"
)
"""Characters that stand alone so often that a word across them is an accident (多少种|药 is no 中药)."""
_READINGS = {"谁": ("shei", "shui"), "会": ("hui", "kuai"), "行": ("xing", "hang"), "调": ("tiao", "diao")}
_BOOST = 40
_MAX_CHANGES = 3
Sounds = tuple[tuple[str, ...], ...]
"""Ways to read a word, each a sound a character."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One slip: what was typed and what is meant, of equal length, and where."""

    typed: str
    meant: str
    start: int


class Speller:
    """Corrects questions against a vocabulary; made once a corpus."""

    def __init__(self, texts: Iterable[str], terms: Iterable[str], cache: Path | None = None) -> None:
        """Reads up to ``MAX_CHARACTERS`` of ``texts`` for word counts, the first ones first; ``terms`` are always known.

        Args:
            cache: a folder of :mod:`corpus.cache`, where what cutting and sounding the words gave is kept.
        """
        book = _Book(cache)
        counts: Counter[str] = Counter()
        left = MAX_CHARACTERS
        for text in texts:
            counts.update(book.words_of(text[:left]))
            left -= len(text)
            if left <= 0:
                break
        self._own = counts
        terms, asking = tuple(terms), tuple(_ASKING.split())
        self._pieces = {t[i:j] for t in (*counts, *terms) for i in range(len(t)) for j in range(i + 2, len(t) + 1)}
        words = {w for w in (*counts, *terms, *asking) if 2 <= len(w) <= MAX_LENGTH and _CJK.fullmatch(w)}
        self._terms = {w for w in (*terms, *asking) if w in words}
        self._by_sound: dict[tuple[str, ...], list[str]] = {}
        for word in sorted(words):
            for sound in book.sounds_of(word):
                self._by_sound.setdefault(sound, []).append(word)
        book.keep()

    @cached_property
    def _general(self) -> Mapping[str, int]:
        counts: Mapping[str, int] = _tokenizer().FREQ
        return counts

    @cached_property
    def _total(self) -> float:
        return float(_tokenizer().total)

    def correct(self, text: str, protected: Sequence[tuple[int, int]] = ()) -> tuple[str, tuple[Correction, ...]]:
        """``text`` with its slips put right, and what was changed; lengths stay the same.

        Args:
            protected: half-open ranges never touched (places, document numbers).
        """
        changes: list[Correction] = []
        for _ in range(_MAX_CHANGES):
            best = self._best_change(text, protected)
            if best is None:
                break
            changes.append(best)
            text = text[: best.start] + best.meant + text[best.start + len(best.typed) :]
        return text, tuple(sorted(changes, key=lambda c: c.start))

    def _best_change(self, text: str, protected: Sequence[tuple[int, int]]) -> Correction | None:
        found: tuple[float, Correction] | None = None
        kept = Taken([*(Span(a, b) for a, b in protected), *(Span(*m.span()) for m in _OR_NOT.finditer(text))])
        for run in _CJK.finditer(text):
            likely = None
            for start in range(run.start(), run.end() - 1):
                for end in range(start + 2, min(run.end(), start + MAX_LENGTH) + 1):
                    if kept.overlaps(Span(start, end)):
                        continue
                    typed = text[start:end]
                    for meant in self._alike(typed):
                        if _typed_elsewhere(text, typed, meant):
                            continue
                        likely = likely or _Likelihood(run.group(), self._cost)
                        gain = likely.gain(start - run.start(), meant) - _doubt(typed, meant)
                        gain -= ACROSS * self._across(run.group(), start - run.start(), end - run.start())
                        gain -= PLAIN * (meant not in self._terms)
                        if gain >= GAIN and (found is None or gain > found[0]):
                            found = (gain, Correction(typed, meant, start))
        return found[1] if found else None

    def _alike(self, typed: str) -> list[str]:
        if self._knows(typed):
            return []
        words = {w for sound in _sounds(typed) for w in self._by_sound.get(sound, ())}
        limit = 1 if len(typed) < 4 else 2
        found = [w for w in sorted(words) if 0 < sum(a != b for a, b in zip(w, typed, strict=True)) <= limit]
        return [w for w in found if not self._within_term(typed, w)]

    def _within_term(self, typed: str, meant: str) -> bool:
        """Whether what would be changed is part of a term as typed: 营利性|医院 is no 盈利性医院."""
        changed = [at for at, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
        return any(
            typed[a:b] in self._terms
            for at in changed
            for a in range(at + 1)
            for b in range(max(at + 1, a + 3), len(typed) + 1)
        )

    def _across(self, run: str, start: int, end: int) -> bool:
        """Whether a word as typed lies across either end: 领|育儿 is no 领域, 哪天|起 no 天气."""
        words = [run[start - a : start + b] for a in (1, 2) for b in (1, 2) if start - a >= 0 and start + b <= end]
        words += [run[end - a : end + b] for a in (1, 2) for b in (1, 2) if end + b <= len(run) and end - a >= start]
        return any(self._general.get(word, 0) >= KNOWN or word in self._terms for word in words)

    def _knows(self, word: str) -> bool:
        return word in self._pieces or self._general.get(word, 0) > 0

    def _cost(self, word: str) -> float:
        """Log probability of a word, in nats; minus infinity for what is none."""
        count = self._count(word)
        return math.log(count / self._total) if count else -math.inf

    def _count(self, word: str) -> float:
        count = self._general.get(word, 0) + _BOOST * self._own.get(word, 0)
        if word in self._terms:
            count += _BOOST * 5
        return count or (0.5 if len(word) == 1 else 0)


def _typed_elsewhere(text: str, typed: str, meant: str) -> bool:
    """Whether a character that would be changed was also typed beside others: 献过几回…想献 is meant as it stands."""
    rest = text.replace(typed, "")
    return any(a != b and a in rest and a not in _COMMON for a, b in zip(typed, meant, strict=True))


class _Book:
    """Words of texts and sounds of words as the cache holds them; what it lacks is worked out. Opening a corpus of sixty
    notices without one takes seconds."""

    def __init__(self, cache: Path | None) -> None:
        self._cache = cache
        kept = from_cache(cache, WORD_BOOK) or {}
        self._texts: dict[str, Any] = kept.get("texts", {})
        self._sounds: dict[str, Any] = kept.get("sounds", {})
        self._asked: dict[str, Mapping[str, int]] = {}
        self._sounded: dict[str, Sounds] = {}

    def words_of(self, text: str) -> Mapping[str, int]:
        """Word counts of a text."""
        key = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        found = self._texts.get(key)
        self._asked[key] = _words_of(text) if found is None else found
        return self._asked[key]

    def sounds_of(self, word: str) -> Sounds:
        """Readings of a word, nearly alike sounds folded."""
        found = self._sounds.get(word)
        self._sounded[word] = _sounds(word) if found is None else tuple(map(tuple, found))
        return self._sounded[word]

    def keep(self) -> None:
        """Write what was asked for where anything of it was new; what is asked for no longer goes when it is the larger part."""
        if self._asked.keys() <= self._texts.keys() and self._sounded.keys() <= self._sounds.keys():
            return
        if len(self._texts) < 2 * len(self._asked):
            self._asked, self._sounded = {**self._texts, **self._asked}, {**self._sounds, **self._sounded}
        to_cache(self._cache, WORD_BOOK, {"texts": self._asked, "sounds": self._sounded})


class _Likelihood:
    """The likeliest segmentation of a run under unigram frequencies, and what changing some of its characters gains.

    A change is felt only by the words that touch it, so the best ways up to it and on from behind it are worked out
    once: a question of two thousand characters has thousands of changes to try.
    """

    def __init__(self, run: str, cost: Callable[[str], float]) -> None:
        self._run, self._cost = run, cost
        self._before = self._ways(run)
        self._after = self._ways(run, backwards=True)

    def gain(self, start: int, meant: str) -> float:
        """Nats gained where ``meant`` stands at ``start`` instead of what does."""
        end = start + len(meant)
        last = min(len(self._run), end + MAX_LENGTH - 1)
        first = max(0, start - MAX_LENGTH + 1)
        window = self._run[first:start] + meant + self._run[end:last]
        best = self._before[first : start + 1] + [-math.inf] * (last - start)
        for to in range(start + 1, last + 1):
            for since in range(max(first, to - MAX_LENGTH), to):
                way = best[since - first] + self._cost(window[since - first : to - first])
                best[to - first] = max(best[to - first], way)
        joined = max(best[to - first] + self._after[to] for to in range(end, last + 1))
        return joined - self._before[-1]

    def _ways(self, run: str, *, backwards: bool = False) -> list[float]:
        """For each place the best way to it from the beginning, or from it to the end."""
        size = len(run)
        best = [-math.inf] * (size + 1)
        best[size if backwards else 0] = 0.0
        for step in range(1, size + 1):
            at = size - step if backwards else step
            for length in range(1, min(MAX_LENGTH, step) + 1):
                other, a, b = (at + length, at, at + length) if backwards else (at - length, at - length, at)
                best[at] = max(best[at], best[other] + self._cost(run[a:b]))
        return best


def _doubt(typed: str, meant: str) -> float:
    """Nats the gain must have besides: for sounds only nearly alike, and for typed words that are common by themselves."""
    differing = [t for t, m in zip(typed, meant, strict=True) if t != m]
    nearly = not any(a == b for a in _sounds(typed, exact=True) for b in _sounds(meant, exact=True))
    return 1.5 * nearly + 4.0 * any(c in _COMMON for c in differing)


@lru_cache(maxsize=2048)
def _words_of(text: str) -> Counter[str]:
    """Word counts of a text, remembered: where one notice comes or goes the others are not cut again."""
    return Counter(w for run in _CJK.findall(text) for w in _tokenizer().cut(run, HMM=False))


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    return jieba.dt


@lru_cache(maxsize=65536)
def _sounds(word: str, *, exact: bool = False) -> Sounds:
    """Readings of ``word`` as it is read in context, nearly alike sounds folded unless ``exact``."""
    from pypinyin import lazy_pinyin

    read = lazy_pinyin(word)
    if len(read) != len(word):
        return ()
    options = [_READINGS.get(char, (sound,)) for char, sound in zip(word, read, strict=True)]
    return tuple(tuple(s if exact else _fold(s) for s in reading) for reading in product(*options))


def _fold(sound: str) -> str:
    """平翘舌 and 前后鼻音 are the slips of most keyboards.

    >>> _fold("zheng"), _fold("shei"), _fold("jiang")
    ('zen', 'sei', 'jiang')
    """
    sound = re.sub(r"^(z|c|s)h", r"\1", sound)
    return re.sub(r"(?<![iu])((?:^|(?<=[a-z]))[aei]n)g$", r"\1", sound)
