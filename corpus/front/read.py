"""Front matter of a document (文件要素), read from its own lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.metadata import read_metadata
from corpus.types import Article, Fact, Front, Level


def read_front(text: str, articles: Sequence[Article] = (), hints: Mapping[str, str] | None = None) -> Front:
    """What a document says of itself.

    Args:
        text: cleaned text.
        articles: its outline; tells where the front matter ends.
        hints: what the page around it said (:class:`corpus.readers.Source`), used where the text is silent.
    """
    found = read_metadata(text, articles, hints)
    sure = found.confidence

    def fact(key: str) -> Fact[object] | None:
        value = getattr(found, key)
        return None if value is None else Fact(value, confidence=sure.get(key, 0.5))

    return Front(
        title=fact("title"),  # type: ignore[arg-type]
        numbers=(Fact(found.number, confidence=sure["number"]),) if found.number else (),
        issuers=(Fact(found.issuer, confidence=sure["issuer"]),) if found.issuer else (),
        region=fact("region"),  # type: ignore[arg-type]
        level=None if found.level is Level.UNKNOWN else fact("level"),  # type: ignore[arg-type]
        addressees=tuple(Fact(name, confidence=sure["addressees"]) for name in found.addressees),
        signed_on=fact("issued_on"),  # type: ignore[arg-type]
        published_on=fact("published_on"),  # type: ignore[arg-type]
        effective_on=fact("effective_on"),  # type: ignore[arg-type]
        expires_on=fact("expires_on"),  # type: ignore[arg-type]
    )
