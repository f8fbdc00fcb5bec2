"""What differs between places on one matter, in a line (有何不同): who is silent, and whose figures are not the others'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.numerals import find_values

_SHOWN = 3


def what_differs(told: Mapping[str, Sequence[str]]) -> str:
    """One sentence over what each place's clauses say; "" for fewer than two places.

    Args:
        told: quotes by the place's name; no quote means its notices are silent.
    """
    if len(told) < 2:
        return ""
    silent = [place for place, quotes in told.items() if not quotes]
    spoken = {place: quotes for place, quotes in told.items() if quotes}
    parts = [f"{'、'.join(silent)}没有规定"] if silent else []
    if len(spoken) >= 2:
        values = {
            place: {
                value.canonical: value.text + (value.unit if value.unit not in value.text else "")
                for quote in quotes
                for value in find_values(quote)
                if quote[value.span.start - 1 : value.span.start] != "第"  # the number of an article is no figure
            }
            for place, quotes in spoken.items()
        }
        shared = set.intersection(*(set(found) for found in values.values()))
        own = {place: [text for key, text in found.items() if key not in shared] for place, found in values.items()}
        if any(own.values()):
            figures = "；".join(
                f"{place}写的是{'、'.join(texts[:_SHOWN])}" if texts else f"{place}没有另外的数字"
                for place, texts in own.items()
            )
            parts.append(f"数字不同：{figures}")
        elif len({"".join(quotes) for quotes in spoken.values()}) == 1:
            parts.append(f"{'、'.join(spoken)}的规定相同")
        else:
            parts.append("数字没有不同，写法不同，见下表")
    return "；".join(parts) + "。"
