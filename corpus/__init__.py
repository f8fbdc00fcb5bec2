"""What a notice (政策文件) is: reading, cleaning, outline, passages and the library that holds them.

The public surface, in reading order::

    values      Notice Article Passage Unit Span Gap Change Relation Level Status RelationKind   (corpus.types)
    library     load_corpus() -> Corpus: .notices .get() .find() .by_region() .passages() .hash
    steps       clean() outline() passages_of() units_of() read_bodies()
    text        fold() fold_with_offsets() sentence_spans() clause_spans() bm25_tokens() count_tokens() parse_mark()
    errors      CorpusError: UnknownNoticeError AmbiguousNoticeError MetadataError ReadError

Nothing here imports another layer. Every offset is a code point of ``Notice.text``.
"""

from __future__ import annotations

# values
from corpus.types import Article as Article
from corpus.types import Change as Change
from corpus.types import Gap as Gap
from corpus.types import Level as Level
from corpus.types import Notice as Notice
from corpus.types import Passage as Passage
from corpus.types import Relation as Relation
from corpus.types import RelationKind as RelationKind
from corpus.types import Span as Span
from corpus.types import Status as Status
from corpus.types import Unit as Unit

# isort: split
# library
from corpus.library import Corpus as Corpus
from corpus.library import load_corpus as load_corpus

# isort: split
# steps
from corpus.bodies import read_bodies as read_bodies
from corpus.clean import clean as clean
from corpus.outline import outline as outline
from corpus.passages import passages_of as passages_of
from corpus.units import units_of as units_of

# isort: split
# text
from corpus.numbering import parse_mark as parse_mark
from corpus.text import clause_spans as clause_spans
from corpus.text import fold as fold
from corpus.text import fold_with_offsets as fold_with_offsets
from corpus.text import sentence_spans as sentence_spans
from corpus.tokens import bm25_tokens as bm25_tokens
from corpus.tokens import count_tokens as count_tokens

# isort: split
# errors
from corpus.errors import AmbiguousNoticeError as AmbiguousNoticeError
from corpus.errors import CorpusError as CorpusError
from corpus.errors import MetadataError as MetadataError
from corpus.errors import ReadError as ReadError
from corpus.errors import UnknownNoticeError as UnknownNoticeError
