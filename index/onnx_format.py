"""Writes ONNX models byte by byte: the few messages of the format that a transformer's graph needs.

ONNX files are Protocol Buffers; the package ``onnx`` that writes them is large and wanted nowhere else, while what is
written here is a list of nodes and their constants. The trap: numbers of fields are the format's, not ours.

Source: ``onnx.proto`` (Apache-2.0) of the ONNX project, IR version 9; wire format: Protocol Buffers, "Encoding".
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

IR_VERSION, OPSET = 9, 17
MICROSOFT = "com.microsoft"
"""Operators of ONNX Runtime itself: fused attention, norms and products of packed weights."""
FLOAT, INT32 = 1, 6
_ELEMENTS = {"float32": FLOAT, "uint8": 2, "int8": 3, "int32": INT32, "int64": 7, "float16": 10}


def tensor(name: str, values: NDArray[Any]) -> bytes:
    """A constant."""
    values = np.ascontiguousarray(values)
    dims = b"".join(_number(1, size) for size in values.shape)
    return dims + _number(2, _ELEMENTS[values.dtype.name]) + _block(8, name) + _block(9, values.tobytes())


def node(
    op: str, inputs: Sequence[str], outputs: Sequence[str], *, domain: str = "", **attributes: int | float
) -> bytes:
    """One operation; an input left out is ""."""
    names = b"".join(_block(1, name) for name in inputs) + b"".join(_block(2, name) for name in outputs)
    extra = b"".join(_block(5, _attribute(name, value)) for name, value in attributes.items())
    return names + _block(4, op) + extra + (_block(7, domain) if domain else b"")


def value(name: str, element: int, shape: Sequence[str | int]) -> bytes:
    """An input or output of the graph; a dimension given by name is free."""
    dims = b"".join(_block(1, _block(2, size) if isinstance(size, str) else _number(1, size)) for size in shape)
    return _block(1, name) + _block(2, _block(1, _number(1, element) + _block(2, dims)))


def model(
    nodes: Sequence[bytes], constants: Sequence[bytes], inputs: Sequence[bytes], outputs: Sequence[bytes]
) -> bytes:
    """A whole file.

    >>> one = model([node("Neg", ["x"], ["y"])], [], [value("x", FLOAT, ["n"])], [value("y", FLOAT, ["n"])])
    >>> one[:2].hex(), len(one) > 60
    ('0809', True)
    """
    graph = b"".join(
        [
            *(_block(1, one) for one in nodes), _block(2, "graph"), *(_block(5, one) for one in constants),
            *(_block(11, one) for one in inputs), *(_block(12, one) for one in outputs),
        ]
    )  # fmt: skip
    opsets = b"".join(
        _block(8, _block(1, name) + _number(2, version)) for name, version in (("", OPSET), (MICROSOFT, 1))
    )
    return _number(1, IR_VERSION) + _block(7, graph) + opsets


def _attribute(name: str, value: int | float) -> bytes:
    if isinstance(value, float):
        return _block(1, name) + _key(2, 5) + struct.pack("<f", value) + _number(20, 1)
    return _block(1, name) + _number(3, value) + _number(20, 2)


def _number(field: int, value: int) -> bytes:
    return _key(field, 0) + _varint(value)


def _block(field: int, content: bytes | str) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return _key(field, 2) + _varint(len(raw)) + raw


def _key(field: int, wire: int) -> bytes:
    return _varint(field << 3 | wire)


def _varint(number: int) -> bytes:
    """Seven bits a byte, least first; a negative number as 64 bits.

    >>> _varint(300).hex()
    'ac02'
    """
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
