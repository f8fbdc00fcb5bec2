"""What the page's script asks of the server to draw: a notice for the panel, a month of the calendar. Both take JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from corpus.errors import CorpusError
from pages.duty_filters import DutyFilters
from pages.markup import chinese, esc, fault
from pages.months import calendar_html
from pages.panel import source_html
from pages.schedule import duties_asked, today_of
from pages.scope import region_choices
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant


def source_function(assistant: LiveAssistant, say: Words = CHINESE) -> Callable[[str], str]:
    """The function behind ``server.source``."""

    def source(request: str) -> str:
        """Rendered notice; ``request`` is JSON ``{"notice": id or id@edition, "cites": [{marker, start, end}]}``."""
        wanted = json.loads(request)
        name, _, edition = str(wanted["notice"]).partition("@")
        try:
            notice = assistant.notice(str(wanted["notice"]))
            found = assistant.editions(name)
        except CorpusError as error:
            return f'<p class="lost">{esc(say("source.gone"))}{chinese(error, say)}</p>'
        cites = [(int(c["marker"]), int(c["start"]), int(c["end"])) for c in wanted.get("cites", ())]
        referring = [
            (relation.kind.value, other)
            for other in assistant.corpus.notices
            for relation in other.relations
            if relation.target_id == notice.id
        ]
        here = next((one.number for one in found if one.notice.id == name and not one.kept), 0)
        number = int(edition) if edition.isdigit() else here
        return source_html(notice, cites, referring, say, editions=found, number=number)

    return source


def state_function(assistant: LiveAssistant) -> Callable[[str], str]:
    """The function behind ``server.state``."""

    def state(request: str) -> str:
        """JSON ``{"corpus", "gone"}``: the state of the library, and which of the notices in ``request`` have left it."""
        names = {str(one).partition("@")[0] for one in json.loads(request)}
        corpus = assistant.corpus
        return json.dumps({"corpus": corpus.hash, "gone": sorted(name for name in names if name not in corpus)})

    return state


def held_function(assistant: LiveAssistant) -> Callable[[str], str]:
    """The function behind ``server.held``."""

    def held(_: str) -> str:
        """JSON ``{"notices": [[title, number]], "places"}``: what a dialogue offers, as the library is now."""
        notices = assistant.corpus.notices
        named = sorted((notice.title, notice.number or "") for notice in notices)
        places = [label for label, path in region_choices(notices) if path]
        return json.dumps({"notices": named, "places": places}, ensure_ascii=False)

    return held


def month_function(assistant: LiveAssistant, say: Words = CHINESE) -> Callable[[str], str]:
    """The function behind ``server.month``."""

    def month(request: str) -> str:
        """The calendar as HTML; ``request`` is JSON: ``month`` (``"2025-12"``) and what :class:`DutyFilters` reads."""
        wanted = json.loads(request)
        filters = DutyFilters.of_request(wanted)
        year, number = (int(part) for part in str(wanted["month"]).split("-"))
        try:
            found, undated = duties_asked(assistant, filters, say)
        except AssistantError as error:
            return fault(error, say)
        shown = (min(max(year, 1949), 2999), min(max(number, 1), 12))
        return calendar_html(found, shown, today_of(filters.as_of, assistant.today), undated, say)

    return month
