"""What stands around every tab (页面框架): the bar at the top and the empty source panel that ``page.js`` fills."""

from __future__ import annotations

from pages.markup import esc
from pages.words import Words


def header_html(say: Words) -> str:
    """Title, language, theme and, on a narrow page, the list of conversations; messages appear in ``#toast``."""
    other = "en" if say.language == "zh" else "zh"
    native = f'<span class="native">· {esc(say("page.native"))}</span>' if say.native else ""
    return (
        f'<header class="top"><h1>{esc(say("page.title"))}</h1><p>{esc(say("page.tagline"))} {native}</p>'
        f'<span class="grow"></span><button type="button" data-act="hospital" id="hospital-open" '
        f'title="{esc(say("hospital.hint"))}">{esc(say("hospital.title"))} <b></b></button><a class="switch" href="./?lang={other}" hreflang="{other}" '
        f'title="{esc(say("page.switch_hint"))}" lang="{"en" if other == "en" else "zh-CN"}">{esc(say("page.switch"))}</a>'
        f'<button type="button" data-act="theme" aria-pressed="false" title="{esc(say("page.theme_hint"))}">'
        f'{esc(say("page.theme"))}</button><button type="button" data-act="side" id="side-toggle" '
        f'title="{esc(say("page.side_hint"))}">{esc(say("page.side"))}</button></header>'
        '<div id="toast" role="status" aria-live="polite"></div>'
    )


def panel_html(say: Words) -> str:
    """The source panel, closed and empty."""

    def button(attribute: str, name: str, more: str = "") -> str:
        return (
            f'<button type="button" {attribute} title="{esc(say(f"source.{name}_hint"))}"{more}>'
            f"{esc(say(f'source.{name}'))}</button>"
        )

    return (
        f'<aside class="panel" aria-label="{esc(say("source.label"))}"><div class="panel-bar">'
        f"{button('data-step=-1', 'previous', ' disabled')}"
        f'<span class="where" aria-live="polite">{esc(say("source.whole"))}</span>'
        f"{button('data-step=1', 'next', ' disabled')}"
        f'<span class="grow"></span>{button("data-act=clause", "link")}{button("data-act=close", "close")}</div>'
        f'<div class="panel-body" tabindex="0" role="document" aria-label="{esc(say("source.text"))}"></div></aside>'
    )
