"""Gradio is imported without writing type stubs (不写存根): while its components are defined it parses the source of each to write a
``.pyi`` beside it, which is for editors and takes 40 % of the import.

Source: ``gradio.component_meta.create_or_modify_pyi`` asks ``inspect.getfile`` for a component's file and writes nothing where there is
none. The trap: other libraries ask too, so only Gradio's own classes are without a file, and only while it is imported.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_stubs() -> Iterator[None]:
    """Inside it, components that Gradio defines write no stubs."""
    getfile = inspect.getfile

    def found(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.split(".")[0] == "gradio":
            raise OSError("no stub is wanted")
        return getfile(thing)

    inspect.getfile = found  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = getfile
