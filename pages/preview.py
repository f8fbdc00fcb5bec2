"""What was understood of a file before it is kept (预览): the fields of the form, doubts, outline, what it would replace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus.library import Corpus
from corpus.typed import NAMES
from pages.markup import chinese, esc
from pages.words import CHINESE, Words, only_chinese

if TYPE_CHECKING:
    from assistant.keeping.live import Preview

FIELDS = ("title", "number", "issuer", "region", "issued_on")
_OUTLINE_SHOWN = 40
_TEXT_SHOWN = 20_000


def read_fields(preview: Preview) -> list[str]:
    """What was read of the file, for the form, in the order of :data:`FIELDS`; "" where it was not found."""
    found = preview.metadata
    region = "" if found.region is None else found.region or CHINESE("place.national")
    day = found.issued_on.isoformat() if found.issued_on else ""
    return [found.title or "", found.number or "", found.issuer or "", region, day]


def overrides_of(values: Sequence[str], preview: Preview) -> dict[str, str]:
    """Only what the visitor changed; what was read stays as read."""
    pairs = zip(FIELDS, values, read_fields(preview), strict=True)
    return {key: value.strip() for key, value, was in pairs if value.strip() != was}


def for_form(message: str) -> str:
    """A message of the corpus layer, which names the option of the command line, said for a form."""
    said = only_chinese("in_form")
    for pattern, instead in zip(said[::2], said[1::2], strict=True):
        message = re.sub(pattern, instead, message)
    option, spoken = only_chinese("wrong_in_form")
    for key, name in NAMES.items():
        message = message.replace(option.format(key=key), spoken.format(name=name))
    return message


def held_name(preview: Preview, corpus: Corpus) -> str:
    """What the notice is called that the library holds already, of which this would be a version; "" where it holds none."""
    held = preview.replaces
    return corpus.get(held).name if held and held in corpus else ""


def preview_html(preview: Preview, held: str = "", say: Words = CHINESE) -> str:
    """Length, outline, doubts and what keeping it would mean; ``held`` names the notice it would replace."""
    marks = [f"<li>{esc(article.path)}</li>" for article in preview.articles if article.kind == "item"]
    left = len(marks) - _OUTLINE_SHOWN
    more = f"<li>{esc(say('intake.outline_more', count=left))}</li>" if left > 0 else ""
    notes = [*preview.problems, *(doubt.message for doubt in preview.metadata.doubts), *preview.warnings]
    told = "".join(f"<li>{chinese(for_form(note), say)}</li>" for note in dict.fromkeys(notes))
    doubts = f"<p>{esc(say('intake.check'))}</p><ul class=notes>{told}</ul>" if told else ""
    state = say("intake.same", name=held or preview.name) if preview.unchanged else ""
    if preview.replaces and not preview.unchanged:
        state = say("intake.replaces", name=held or preview.replaces)
    lines = "".join(f"<p>{esc(line)}</p>" for line in preview.text[:_TEXT_SHOWN].splitlines() if line.strip())
    size = say("intake.read", characters=preview.characters, items=len(marks))
    return (
        f"<p><b{say.native}>{esc(preview.name)}</b> {esc(size)} {esc(state)}</p>{doubts}"
        f"<details><summary>{esc(say('intake.outline'))}</summary>"
        f'<ol class="notes"{say.native}>{"".join(marks[:_OUTLINE_SHOWN])}{more}</ol></details>'
        f'<details class="as-read"><summary>{esc(say("intake.text"))}</summary>'
        f'<div tabindex="0" role="region" aria-label="{esc(say("intake.text"))}" lang="zh-CN">{lines}</div></details>'
    )
