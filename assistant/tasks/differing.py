"""What differs between places on one matter, in a line (有何不同): who is silent, and whose figures are not the others'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.numerals import find_values

_SHOWN = 3


def what_differs(told: Mapping[str, Sequence[str]]) -> str:
    """One sentence over what each place's clauses say; "" for fewer than two places.

    Figures are set against each other where every place has some in that unit: a fine and a time are no difference.

    Args:
        told: quotes by the place's name, the best first; no quote means its notices are silent.
    """
    if len(told) < 2:
        return ""
    silent = [place for place, quotes in told.items() if not quotes]
    spoken = {place: quotes for place, quotes in told.items() if quotes}
    parts = [f"{'、'.join(silent)}未见规定"] if silent else []
    if len(spoken) >= 2:
        own = _own_figures({place: quotes[0] for place, quotes in spoken.items()})
        if own and all(own.values()):
            figures = "；".join(f"{place}写的是{'、'.join(texts[:_SHOWN])}" for place, texts in own.items())
            parts.append(f"数字不同：{figures}")
        elif own and any(own.values()):
            parts += [f"{place}另写有{'、'.join(texts[:_SHOWN])}" for place, texts in own.items() if texts]
        elif len({"".join(quotes) for quotes in spoken.values()}) == 1:
            parts.append(f"{'、'.join(spoken)}的规定相同")
        else:
            parts.append("数字没有不同，写法不同，见下表" if own else "写法不同，见下表")
    return "；".join(parts) + "。"


def _own_figures(quotes: Mapping[str, str]) -> dict[str, list[str]]:
    """By place the figures the others do not state, in units that every place has; empty where there is no such unit."""
    values = {
        place: {
            (value.unit, value.canonical): value.text + (value.unit if value.unit not in value.text else "")
            for value in find_values(quote)
            if quote[value.span.start - 1 : value.span.start] != "第"  # the number of an article is no figure
        }
        for place, quote in quotes.items()
    }
    units = set.intersection(*({unit for unit, _ in found} for found in values.values()))
    if not units:
        return {}
    shared = set.intersection(*(set(found) for found in values.values()))
    return {
        place: [text for key, text in found.items() if key[0] in units and key not in shared]
        for place, found in values.items()
    }
