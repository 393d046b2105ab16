"""One file of named arrays under a JSON header, quick to read in a browser.

Bytes: the header's length (4 bytes, little-endian), the header (JSON, padded with spaces), then the
arrays, each at a multiple of 4 bytes, as typed arrays require. `header["arrays"]` says for each
name where its array begins, counted from the end of the header, its length in bytes and its type.
`header["digest"]` tells two films apart.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

TYPES = {"float32", "int32", "uint8"}
ALIGNMENT = 4


def pack(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray | bytes]) -> bytes:
    """The header and the arrays as one piece; plain bytes, such as a PNG file, count as uint8.

    Raises:
        ValueError: an array is of a type that is not in `TYPES`.
    """
    places: dict[str, dict[str, Any]] = {}
    parts: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        kind = "uint8" if isinstance(array, bytes) else str(array.dtype)
        if kind not in TYPES:
            raise ValueError(f"array {name!r} is of type {kind}; valid are {', '.join(TYPES)}")
        part = array if isinstance(array, bytes) else np.ascontiguousarray(array).tobytes()
        places[name] = {"offset": offset, "length": len(part), "type": kind}
        parts.append(part + bytes(-len(part) % ALIGNMENT))
        offset += len(parts[-1])
    digest = hashlib.sha256(b"".join(parts) + json.dumps(header).encode()).hexdigest()[:16]
    whole = {**header, "arrays": places, "digest": digest}
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(ALIGNMENT, "little"), text, *parts])


def unpack(film: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and flat arrays of what `pack` gave."""
    start, header = ALIGNMENT + _header_bytes(film), read_header(film)
    arrays = {
        name: np.frombuffer(
            film, np.dtype(place["type"]), place["length"] // np.dtype(place["type"]).itemsize,
            start + place["offset"],
        )
        for name, place in header["arrays"].items()
    }  # fmt: skip
    return header, arrays


def read_header(film: bytes) -> dict[str, Any]:
    """The header alone."""
    return json.loads(film[ALIGNMENT : ALIGNMENT + _header_bytes(film)])


def _header_bytes(film: bytes) -> int:
    return int.from_bytes(film[:ALIGNMENT], "little")
