"""A notice among its neighbours (关系图), as an SVG: what refers to it on the left, what it refers to on the right."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import Notice, RelationKind
from pages.markup import esc
from pages.words import CHINESE, Words

_ROW, _NODE, _SELF, _GAP = 34, 250, 120, 110
_MOST = 12
Edge = tuple[str, str, bool]
"""Kind, label and whether the other document is in the corpus."""


def _short(text: str, limit: int = 19) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def relation_name(kind: str, say: Words = CHINESE) -> str:
    """What a relation is called; ``kind`` is a value of :class:`corpus.types.RelationKind`."""
    return say(f"relation.{RelationKind(kind).name.lower()}")


def edges_of(notice: Notice, referring: Sequence[tuple[str, Notice]]) -> tuple[list[Edge], list[Edge]]:
    """What refers to the notice and what it refers to, each once; its own printing (印发) is left out."""
    incoming = {(kind, other.name, True) for kind, other in referring if other.id != notice.id}
    outgoing = {
        (relation.kind.value, relation.number or relation.title or "", relation.target_id is not None)
        for relation in notice.relations
        if relation.target_id != notice.id and (relation.number or relation.title)
    }
    return sorted(incoming), sorted(outgoing)


def _node(x: float, y: float, edge: Edge, centre: float, say: Words, *, left: bool) -> str:
    kind, label, held = edge
    middle = y + _ROW / 2
    edge_x = x + _NODE if left else x
    bend = (edge_x + centre) / 2
    name_x = edge_x + 8 if left else edge_x - 8
    return (
        f'<path class="edge" d="M{edge_x} {middle} C{bend} {middle} {bend} {{mid}} {centre} {{mid}}"/>'
        f'<rect class="{"held" if held else "absent"}" x="{x}" y="{y + 4}" width="{_NODE}" height="{_ROW - 8}" rx="6"/>'
        f'<text x="{x + 10}" y="{middle + 4}"{say.native}>{esc(_short(label))}</text>'
        f'<text class="kind" x="{name_x}" y="{middle - 4}" text-anchor="{"start" if left else "end"}">{esc(relation_name(kind, say))}</text>'
    )


def graph_html(notice: Notice, referring: Sequence[tuple[str, Notice]] = (), say: Words = CHINESE) -> str:
    """The drawing, "" where the notice has no neighbours. The same is told as a list beside it."""
    incoming, outgoing = edges_of(notice, referring)
    if not incoming and not outgoing:
        return ""
    rows = max(len(incoming[:_MOST]), len(outgoing[:_MOST]))
    height = max(rows, 2) * _ROW
    middle = height / 2
    own = _NODE + _GAP if incoming else 0  # left edge of the box in the middle
    width = own + _SELF + (_GAP + _NODE if outgoing else 0)
    parts = [
        _node(x, (height - min(len(edges), _MOST) * _ROW) / 2 + row * _ROW, edge, centre, say, left=left)
        for edges, x, centre, left in (
            (incoming, 0, own, True),
            (outgoing, own + _SELF + _GAP, own + _SELF, False),
        )
        for row, edge in enumerate(edges[:_MOST])
    ]
    more = sum(max(0, len(edges) - _MOST) for edges in (incoming, outgoing))
    told = esc(say("graph.told", incoming=len(incoming), outgoing=len(outgoing)))
    left_out = f"<p class=path>{esc(say('graph.more', count=more))}</p>" if more else ""
    # The arrows' height is known only here, and labels may hold braces: replace, never format.
    drawn = "".join(parts).replace("{mid}", f"{middle}")
    return (
        f'<div class="graph"><svg viewBox="0 0 {width} {height}" style="max-width:{width}px" role="img" aria-label="{told}">{drawn}'
        f'<rect class="self" x="{own}" y="{middle - 16}" width="{_SELF}" height="32" rx="8"/>'
        f'<text class="own" x="{own + _SELF / 2}" y="{middle + 5}" text-anchor="middle">{esc(say("graph.self"))}</text></svg>'
        f"{left_out}</div>"
    )
