"""Matrices of numbers in Matlab's files, of the versions 5 to 7 that it writes unless told to.

A file is a header and elements, each a type, its length in bytes and its content. A variable is an
element that holds others: flags, shape, name, numbers; and it may be zipped. SciPy reads such files
too, but some damaged ones make it end the whole program.
"""

import math
import struct
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from toll.data.checks import ClaimError, check_bytes

HEADER = 128
NUMBERS: dict[int, str] = dict(zip((1, 2, 3, 4, 5, 6, 7, 9, 12, 13), "bBhHiIfdqQ", strict=True))
MATRIX, ZIPPED = 14, 15
# Classes of variables: double, single and the whole numbers; others hold text, cells, objects.
NUMERIC, COMPLEX = range(6, 16), 0x0800


def read_matrices(file: Path, names: Collection[str], most: int) -> dict[str, np.ndarray | None]:
    """The variables of these names, None for what is not a matrix of real numbers.

    most: bytes that the file may hold, zipped or not.

    Raises:
        ClaimError: it holds more. ValueError: it is damaged, or another kind of file.
    """
    check_bytes(file.stat().st_size, most, "it", file)
    raw = file.read_bytes()
    order = {b"IM": "<", b"MI": ">"}.get(raw[126:HEADER], "")
    if order and raw[125 if order == "<" else 124] == 2:
        raise ValueError(
            f"{file}: written in the format of Matlab 7.3, which cannot be read; save as -v7"
        )
    found: dict[str, np.ndarray | None] = {}
    try:
        if not order:
            raise ValueError("no header")
        for kind, content in _elements(memoryview(raw)[HEADER:], order):
            if kind == ZIPPED:
                unzipped = _unzipped(content, most, order, file)
                most -= len(unzipped)
                ((kind, content),) = _elements(unzipped, order)
            if kind == MATRIX:
                found.update(_matrix(content, names, order))
    except ClaimError:
        raise
    except (ValueError, KeyError, StopIteration, struct.error, zlib.error) as error:
        raise ValueError(f"{file}: not a .mat file, or a damaged one") from error
    return found


def _elements(raw: memoryview, order: str) -> Iterator[tuple[int, memoryview]]:
    """Type and content of each element."""
    position = 0
    while position < len(raw):
        kind, size = struct.unpack_from(f"{order}II", raw, position)
        start = position + 8
        if kind >> 16:  # up to four bytes stand where the size would
            kind, size, start = kind & 0xFFFF, kind >> 16, position + 4
        if start + size > len(raw):
            raise ValueError("cut off")
        yield kind, raw[start : start + size]
        position = start + size
        if kind != ZIPPED:
            position += -position % 8


def _unzipped(zipped: memoryview, most: int, order: str, file: Path) -> memoryview:
    content = zlib.decompressobj().decompress(zipped, most + 1)
    if len(content) > most:
        (claimed,) = struct.unpack_from(f"{order}I", content, 4)
        check_bytes(max(claimed, len(content)), most, "a zipped variable", file)
    return memoryview(content)


def _matrix(
    content: memoryview, names: Collection[str], order: str
) -> dict[str, np.ndarray | None]:
    """The variable by its name, if that is one of `names`."""
    parts = _elements(content, order)
    _, flags = next(parts)
    _, shape = next(parts)
    name = bytes(next(parts)[1]).decode("ascii", "replace")
    if name not in names:
        return {}
    (word,) = struct.unpack_from(f"{order}I", flags)
    if word & 0xFF not in NUMERIC or word & COMPLEX:
        return {name: None}
    sizes = struct.unpack(f"{order}{len(shape) // 4}i", shape)
    kind, numbers = next(parts)
    values = np.frombuffer(numbers, np.dtype(order + NUMBERS[kind]))
    if min(sizes) < 0 or math.prod(sizes) != len(values):
        raise ValueError("another shape")
    return {name: values.reshape(sizes, order="F")}
