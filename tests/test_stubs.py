"""Gradio's components are defined without type stubs beside them, and what asks for files is left as it was."""

from __future__ import annotations

import inspect

import pytest

from pages.stubs import without_stubs


class _Component:
    """Stands for a class that Gradio defines."""


_Component.__module__ = "gradio.components.made_up"


def test_a_component_of_gradio_has_no_file_while_it_is_imported() -> None:
    before = inspect.getfile
    with without_stubs():
        with pytest.raises(OSError, match="no stub"):
            inspect.getfile(_Component)
        assert inspect.getfile(inspect) == before(inspect)
    assert inspect.getfile is before


def test_what_asks_for_files_is_put_back_after_a_fault() -> None:
    before = inspect.getfile
    with pytest.raises(ValueError, match="broken"), without_stubs():
        raise ValueError("broken")
    assert inspect.getfile is before
