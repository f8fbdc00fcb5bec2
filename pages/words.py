"""The words of the page (界面用语) in Chinese and English; their one home is ``assets/words.toml``.

Each key there holds both languages side by side. What the assistant reads and says (questions, answers, notices) is
Chinese in either language and is marked as such for screen readers; the templates of example questions stand under
``[chinese]``. The trap: a renderer that is not handed the page's :class:`Words` speaks Chinese; the browser test of the
English page finds it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

LANGUAGES = ("zh", "en")
_ONLY_CHINESE = "chinese"


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    text = (files("pages") / "assets" / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words, called with ``section.name``: ``say("chat.send")``; ``values`` fill the braces."""

    language: str
    _texts: Mapping[str, str] = field(repr=False)

    def __call__(self, key: str, /, **values: object) -> str:
        text = self._texts[key]
        return text.format(**values) if values else text

    @property
    def html_lang(self) -> str:
        return "zh-CN" if self.language == "zh" else "en"

    @property
    def native(self) -> str:
        """Attribute for an element that holds Chinese text: nothing on a Chinese page."""
        return "" if self.language == "zh" else ' lang="zh-CN"'

    def script(self) -> str:
        """The words of ``page.js`` as a JSON object."""
        chosen = {key.partition(".")[2]: text for key, text in self._texts.items() if key.startswith("script.")}
        return json.dumps({**chosen, "language": self.language, "lang": self.html_lang}, ensure_ascii=False)


@cache
def words(language: str) -> Words:
    """The words of ``language``: ``zh`` or ``en``.

    >>> words("en")("chat.send"), words("zh").html_lang
    ('Send', 'zh-CN')
    """
    column = LANGUAGES.index(language)
    texts = {
        f"{section}.{name}": both[column]
        for section, entries in _table().items()
        if section != _ONLY_CHINESE
        for name, both in entries.items()
    }
    return Words(language, texts)


def only_chinese(name: str) -> tuple[str, ...]:
    """Words that are part of questions and therefore Chinese in either language."""
    return tuple(_table()[_ONLY_CHINESE][name])


CHINESE, ENGLISH = words("zh"), words("en")
