"""Writing whole files: under a temporary name, then moved, so that no reader sees half of one."""

from __future__ import annotations

import io
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` to write to; it takes the place of `path` at the end."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(value, indent=1), encoding="utf-8")


def read_json(path: Path) -> Any:
    """The value in a JSON file; a damaged one raises `ValueError` with its path."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error


def read_object(path: Path) -> dict[str, Any]:
    """The object in a JSON file; anything else there raises `ValueError` too."""
    value = read_json(path)
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} is damaged: it does not hold a JSON object")
    return value


def append_json_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))


def read_json_table(path: Path) -> pd.DataFrame:
    """A file of one object per line as a table, without a last line that is still being written.

    A hundred thousand lines take a tenth of a second. A missing file gives a table without columns.
    """
    import pandas as pd
    import pyarrow.json

    whole = path.read_bytes().rpartition(b"\n")[0] if path.exists() else b""
    if not whole:
        return pd.DataFrame()
    try:
        return pyarrow.json.read_json(io.BytesIO(whole)).to_pandas()
    except pyarrow.ArrowInvalid as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    """The objects in a file of one per line; a last line still being written is left out."""
    if not path.exists():
        return []
    whole = path.read_text(encoding="utf-8").rpartition("\n")[0]
    try:
        return [json.loads(line) for line in whole.splitlines()]
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error
