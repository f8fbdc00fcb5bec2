"""Colours, fonts and the files of the page. System fonts only: the page never asks another host for anything."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

FONTS = ("PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "sans-serif")


def asset(name: str) -> str:
    """The text of ``pages/assets/<name>``."""
    return (files("pages") / "assets" / name).read_text(encoding="utf-8")


def scripts() -> str:
    """The page's script: one scope, cut by what the parts are about."""
    return "\n".join(asset(name) for name in ("page.js", "panel.js", "acts.js", "paint.js"))


def styles() -> str:
    """The page's style sheet: what all share, then the pages of work."""
    return asset("page.css") + asset("work.css")


def page_theme() -> Any:
    """The Gradio theme under our style sheet: one quiet blue-green, warm greys, no web fonts."""
    import gradio as gr

    accent = gr.themes.Color(
        c50="#f0f6f8",
        c100="#dcebf0",
        c200="#bcd8e1",
        c300="#90bdcb",
        c400="#5b9aae",
        c500="#2f7a92",
        c600="#1d5f77",
        c700="#194f63",
        c800="#184253",
        c900="#173846",
        c950="#0c242f",
    )
    grey = gr.themes.Color(
        c50="#f8f7f4",
        c100="#f1efea",
        c200="#e4e1d9",
        c300="#cfcbc0",
        c400="#a19d92",
        c500="#6f6c64",
        c600="#57554e",
        c700="#3c3d3b",
        c800="#23292c",
        c900="#1a2023",
        c950="#12171a",
    )
    mono = ("ui-monospace", "Consolas", "monospace")
    return gr.themes.Base(
        primary_hue=accent, secondary_hue=accent, neutral_hue=grey, font=FONTS, font_mono=mono, radius_size="md"
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color="#1f292e",
        body_text_color_dark="#e4e9ea",
        body_text_color_subdued="#5b5f5e",
        body_text_color_subdued_dark="#a9b2b4",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="*neutral_900",
        background_fill_secondary="*neutral_50",
        background_fill_secondary_dark="*neutral_950",
        block_background_fill="#ffffff",
        block_background_fill_dark="*neutral_900",
        block_border_width="0px",
        block_shadow="none",
        block_label_text_color="#5b5f5e",
        block_label_text_color_dark="#a9b2b4",
        block_title_text_color="#3b4246",
        block_title_text_color_dark="#c4cccd",
        input_background_fill="#ffffff",
        input_background_fill_dark="#161c1f",
        input_placeholder_color="#6c6f6d",
        input_placeholder_color_dark="#97a1a3",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="#2c7c96",
        button_primary_background_fill_hover_dark="#2f7a92",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
    )
