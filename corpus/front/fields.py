"""Fields of a page's table (公文要素): label and value, in cells or behind a colon.

It stands alone because every site and law database words its labels differently: they are data
(``corpus/lexicon/front.toml``, ``field``). The trap: 名称应当规范： opens a sentence, so a value holds no full stop.

Source: 政府网站发展指引 (国办发〔2017〕47号), 附件 (公文要素); flk.npc.gov.cn and the ministries' own pages.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpus.front.words import lexicon
from corpus.grammar import form


def labels() -> Mapping[str, str]:
    """The fact each label names; "" for labels that name none of ours (索引号)."""
    found: Mapping[str, str] = lexicon()["field"]["labels"]
    return found


def fields_of(text: str, at: int) -> tuple[tuple[str, str, int], ...] | None:
    """``(fact, value, offset)`` of each label on the line; None where it is no line of labels.

    Source: 公文要素 of government pages: |发文机关：|甲市人民政府|, or 成文日期：2020年1月2日.

    >>> fields_of("|索引号：|A1|发文机关：|甲市人民政府|", 0)
    (('', 'A1', 6), ('issuer', '甲市人民政府', 15))
    """
    names = labels()
    if text[0] == text[-1] == "|" and len(text) > 2:
        cells = text[1:-1].split("|")
        offset, found, known = at + 1, [], 0
        places = []
        for cell in cells:
            places.append((cell, offset))
            offset += len(cell) + 1
        for index, (cell, _) in enumerate(places[:-1]):
            label = "".join(cell.split()).rstrip("：:")
            if label in names:
                known += 1
                value, where = places[index + 1]
                found.append((names[label], value.strip(), where))
        return (
            tuple(found)
            if known and (known >= 2 or places[0][0].rstrip().endswith(("：", ":")) or len(cells) == 2)
            else None
        )
    match = form("line.field").match(text)
    if match is None:
        return None
    label = "".join(match["label"].split())
    if label not in names or "。" in match["value"]:
        return None
    return ((names[label], match["value"].strip(), at + match.start("value")),)
