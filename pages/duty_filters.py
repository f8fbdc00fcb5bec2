"""What the duties page is filtered by (责任与时限的筛选), as one value: made of its controls, carried in its HTML, read back from
what the browser asks for later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pages.markup import esc


@dataclass(frozen=True, slots=True)
class DutyFilters:
    """``dated``: only what has a deadline; ``leads``: only what the body leads, by the notice's word or as the first that it
    names; ``of``: a notice's id, only what it states, wherever it binds."""

    region: str = ""
    body: str = ""
    as_of: str = ""
    dated: bool = False
    leads: bool = False
    of: str = ""

    @classmethod
    def of_request(cls, wanted: Mapping[str, Any]) -> DutyFilters:
        """From JSON ``{"region", "body", "asof", "dated", "leads", "of"}``, whose values are those of :meth:`to_html`."""
        region, body, as_of, of = (str(wanted.get(name) or "") for name in ("region", "body", "asof", "of"))
        return cls(region, body, as_of, wanted.get("dated") == "1", wanted.get("leads") == "1", of)

    def to_html(self) -> str:
        """As ``data-`` attributes."""
        return (
            f'data-region="{esc(self.region)}" data-body="{esc(self.body)}" data-asof="{esc(self.as_of)}" '
            f'data-dated="{int(self.dated)}" data-leads="{int(self.leads)}" data-of="{esc(self.of)}"'
        )
