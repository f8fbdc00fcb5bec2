"""Files waiting to be added (待添加的文件): unpacked, read one by one, each with its own state. Free of Gradio.

Uploads, the members of a zip and of a folder become single files in a temporary folder of this visitor; nothing of
them is in the data folder until :meth:`assistant.keeping.live.LiveAssistant.add` takes one in whole.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from corpus.errors import CorpusError, ReadError
from corpus.readers import expand
from index.errors import SearchIndexError
from pages.markup import chinese, esc
from pages.preview import for_form, held_name
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.keeper import Added, Outcome
    from assistant.keeping.live import LiveAssistant, Preview

Faults = (AssistantError, CorpusError, SearchIndexError)
_STRAY = (".", "~$", "Thumbs.db", "desktop.ini")  # what a folder holds besides documents
_LOG = logging.getLogger(__name__)


class State(StrEnum):
    """Where a file stands; the values are keys of the words."""

    WAITING = "waiting"
    DOUBTFUL = "doubtful"
    SAVED = "saved"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


OPEN = (State.WAITING, State.DOUBTFUL)


@dataclass(slots=True)
class Item:
    """One file. ``path`` is None where it could not even be unpacked; ``message`` is what there is to tell,
    ``typed`` what the form held for it when another file took its place."""

    name: str
    path: Path | None = None
    state: State = State.WAITING
    preview: Preview | None = None
    message: str = ""
    typed: list[str] | None = None

    @property
    def open(self) -> bool:
        """Whether the visitor still has to decide."""
        return self.state in OPEN


@dataclass(slots=True)
class Batch:
    """The files of one visitor; ``at`` is the one in the form, -1 where none is left to decide."""

    items: list[Item] = field(default_factory=list)
    at: int = -1
    folder: Path | None = None

    @property
    def current(self) -> Item | None:
        return self.items[self.at] if 0 <= self.at < len(self.items) and self.items[self.at].open else None

    def keep_typed(self, values: Sequence[str]) -> None:
        """Hold what the form has for the current file, until it is in the form again."""
        if self.current is not None and self.current.preview is not None:
            self.current.typed = list(values)

    def go_on(self) -> None:
        """Put the next file that waits in the form, from the current one on, then from the first."""
        order = [*range(max(self.at, 0), len(self.items)), *range(max(self.at, 0))]
        self.at = next((i for i in order if self.items[i].open), -1)

    def discard(self) -> None:
        """Delete the temporary copies and forget the list."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.items, self.at, self.folder = [], -1, None

    def stage(self, paths: Sequence[Path]) -> list[Item]:
        """Unpack uploads into single files and put them on the list; the uploads themselves are deleted.

        Of a list on which all is decided the new one takes the place; what could not be read stays, with its reason.
        """
        if not any(item.open for item in self.items):
            self.items, self.at = [item for item in self.items if item.state is State.FAILED], -1
        self.folder = self.folder or Path(tempfile.mkdtemp(prefix="policy-intake-"))
        new: list[Item] = []
        for path in paths:
            if path.name.startswith(_STRAY):
                continue
            try:
                for file in expand(path):
                    new.append(self._staged(file.name, file.content, file.error))
            except ReadError as error:
                new.append(Item(path.name, state=State.FAILED, message=str(error)))
            path.unlink(missing_ok=True)
        self.items += new
        return new

    def _staged(self, name: str, content: bytes, error: ReadError | None) -> Item:
        if error is not None:
            return Item(name, state=State.FAILED, message=str(error))
        assert self.folder is not None
        target = Path(tempfile.mkdtemp(dir=self.folder)) / PurePosixPath(name).name
        target.write_bytes(content)
        return Item(name, target)

    def read(self, live: LiveAssistant, items: Sequence[Item], say: Words) -> Iterator[Item]:
        """Read ``items`` one after the other; each is yielded before it is read. A bad one does not stop the others."""
        for item in items:
            if item.path is None or item.state is not State.WAITING:
                continue
            yield item
            try:
                item.preview = live.preview(item.path)
            except Faults as error:
                item.state, item.message = State.FAILED, str(error)
            except Exception:  # a reader's own fault: told in general terms, the other files go on
                _LOG.exception("cannot read %s", item.name)
                item.state, item.message = State.FAILED, say("intake.trouble")
            else:
                item.state = State.DOUBTFUL if item.preview.problems else State.WAITING
                if item.preview.unchanged:
                    name = held_name(item.preview, live.corpus) or item.preview.name
                    item.state, item.message = State.UNCHANGED, say("intake.same", name=name)
        if self.current is None:
            self.at = -1
            self.go_on()

    def settle(self, item: Item, outcome: Outcome, say: Words) -> None:
        """Write down what became of ``item``, the only file of ``outcome``."""
        if outcome.failed:
            item.state, item.message = State.DOUBTFUL, outcome.failed[0].message
        else:
            take_in(item, outcome.added[0], say)


def take_in(item: Item, added: Added, say: Words) -> None:
    """Mark ``item`` as what the keeper says it became."""
    item.state = State.UNCHANGED if added.unchanged else State.UPDATED if added.replaced else State.SAVED
    told = [say("intake.alike", name=other, share=f"{share:.0%}") for other, share in added.alike]
    item.message = say("about.semicolon").join(
        [added.notice.name, *([] if added.unchanged else [say("intake.asked")]), *told]
    )
    if item.path is not None:
        shutil.rmtree(item.path.parent, ignore_errors=True)


def batch_html(batch: Batch, say: Words = CHINESE, working: str = "") -> str:
    """The list of files with the state of each; the ones to decide are buttons. ``working`` is what is being done."""
    if not batch.items and not working:
        return ""
    rows = []
    for number, item in enumerate(batch.items):
        here = ' aria-current="true"' if number == batch.at and item.open else ""
        name = f"<span{say.native}>{esc(item.name)}</span>"
        if item.open and item.preview is not None:
            name = f'<button type="button" class="link" data-item="{number}"{say.native}>{esc(item.name)}</button>'
        message = f'<span class="path">{chinese(for_form(item.message), say)}</span>' if item.message else ""
        rows.append(
            f'<li class="{item.state}"{here}><span class="badge">{esc(say(f"intake.{item.state}"))}</span>'
            f"<span>{name}{message}</span></li>"
        )
    done = sum(not item.open for item in batch.items)
    told = working or (say("intake.progress", done=done, total=len(batch.items)) if len(batch.items) > 1 else "")
    return (
        f'<p class="path" role="status">{esc(told)}</p><ol class="batch" role="list" aria-label="{esc(say("intake.list"))}">'
        f"{''.join(rows)}</ol>"
    )
