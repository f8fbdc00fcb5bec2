"""What can go wrong while finding passages, each with a Chinese message and its remedy.

SearchIndexError
├── ModelError      the embedding or reranking model cannot be had
├── BuildError      a build could not finish; the index before it keeps serving
│   └── BuildLocked another build holds the lock
├── MigrationError  a copy into another store could not finish; the old one keeps serving
└── StoreError      a saved index cannot be read (the caller may rebuild it)
    ├── IndexMissing      nothing has been built yet
    └── StoreUnavailable  its server does not answer, or what opens it is not installed; building again would not help
"""

from __future__ import annotations


class SearchIndexError(Exception):
    """Base of the layer's errors. ``str(error)`` is a full Chinese sentence for the user, remedy included."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message}{remedy}")
        self.message = message
        self.remedy = remedy


class ModelError(SearchIndexError):
    """The configured model is missing, damaged or not available on this platform."""


class BuildError(SearchIndexError):
    """The build stopped (full disk, no permission). Nothing that served before was touched."""


class BuildLocked(BuildError):  # noqa: N818 (says what happened)
    """Another process is building the same index."""


class MigrationError(SearchIndexError):
    """The copy into another store stopped. Nothing that served before was touched; run again, it goes on."""


class StoreError(SearchIndexError):
    """A saved index is half-written, damaged or of another version."""


class IndexMissing(StoreError):  # noqa: N818 (says what happened)
    """No index has been built in the data folder."""


class StoreUnavailable(StoreError):  # noqa: N818 (says what happened)
    """The store cannot be asked now, and nothing in it is known to be wrong."""
