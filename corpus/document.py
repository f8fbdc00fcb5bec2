"""All that is made of a file by itself (成文), before the corpus is looked at and before anything is kept.

It stands alone so that it can run in a process of its own (:mod:`corpus.guard`): a function of the bytes, and plain
values out. The trap: whatever a kept notice needs later must be made here, or a file that reads well and then cannot be
worked with gets in.
"""

from __future__ import annotations

from dataclasses import dataclass

from corpus.boilerplate import page_fields
from corpus.captures import capture_warnings
from corpus.clean import clean
from corpus.front import read_front
from corpus.metadata import Metadata, metadata_of
from corpus.outline import outline
from corpus.passages import passages_of
from corpus.readers import File, read_content
from corpus.readers.source import Source
from corpus.relations import Reference, references
from corpus.types import Article, Change, Front, Gap, Level, Notice

_TOKENS = 320  # a trial only: passages are made again with the setting of the index


@dataclass(frozen=True, slots=True)
class Document:
    """A file read to the end. ``warnings`` are Chinese sentences for the user; ``text`` is the cleaned text that every
    span points into."""

    source: Source
    text: str
    articles: tuple[Article, ...]
    changes: tuple[Change, ...]
    gaps: tuple[Gap, ...]
    references: tuple[Reference, ...]
    front: Front
    metadata: Metadata
    warnings: tuple[str, ...]
    passages: int


def read_document(file: File) -> Document:
    """Read, clean, outline, front matter, references and a trial of the passages; writes nothing.

    Raises:
        ReadError: the file cannot be read.
    """
    if file.error is not None:
        raise file.error
    source = read_content(file.content, file.name)
    cleaned = clean(source.text)
    articles = outline(cleaned.text)
    removed = "\n".join(change.source for change in cleaned.changes if change.kind == "boilerplate")
    front = read_front(cleaned.text, articles, {**page_fields(removed), **source.hints})
    trial = Notice(
        id="", number=None, title="", issuer="", region="", level=Level.UNKNOWN, issued_on=None, text=cleaned.text,
        articles=articles, gaps=cleaned.gaps,
    )  # fmt: skip
    return Document(
        source, cleaned.text, articles, cleaned.changes, cleaned.gaps, references(cleaned.text), front,
        metadata_of(front, cleaned.text), (*source.warnings, *capture_warnings(cleaned.text, articles, cleaned.changes)),
        len(passages_of(trial, _TOKENS)),
    )  # fmt: skip
