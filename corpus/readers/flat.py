"""The words of a page whose elements are nested beyond what a tree can hold, line by line.

It stands alone because it trusts no tree: tags only break lines or silence what is between them. The trap: without the
tree nothing can be said of tables and hidden elements, so this is the last resort of :mod:`corpus.readers.page`.
"""

from __future__ import annotations

from html.parser import HTMLParser

_SILENT = {"script", "style", "noscript", "template", "head", "nav", "footer", "select", "textarea", "button"}
_INLINE = {"a", "b", "i", "u", "em", "strong", "span", "font", "sub", "sup", "small", "big", "s"}


def flat_lines(text: str) -> list[str]:
    """Lines of the page, broken at every tag that is not an inline one.

    >>> flat_lines("<div><p>甲<b>乙</b></p><script>x</script><p>丙")
    ['甲乙', '丙']
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return [" ".join(line.split()) for line in "".join(reader.pieces).split("\n") if line.strip()]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag not in _INLINE:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag not in _INLINE:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(" ".join(data.split("\n")))
