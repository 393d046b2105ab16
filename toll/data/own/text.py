"""Text files of values: which encoding, delimiter and decimal mark they have, then their rows."""

from __future__ import annotations

import codecs
import csv
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
# Lines that tell the delimiter.
FEW = 50
# No line of numbers is longer.
LONGEST_LINE = 4 * 2**20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
_DECIMAL_POINT = re.compile(r"[-+]?\d*\.\d+")


class Form(NamedTuple):
    """How a text file is written. names: of its columns; from its first line, if `header`."""

    encoding: str
    delimiter: str
    decimal: str
    names: tuple[str, ...]
    header: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What was found, in sentences."""
        encoding = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16"}
        said = [f"Read as {encoding.get(self.encoding, 'Windows-1252')}"]
        if len(self.names) > 1:
            said.append(f"values separated by {DELIMITERS[self.delimiter]}")
        if self.decimal == ",":
            said.append("with decimal commas")
        first = "" if self.header else " Its first line holds numbers, so columns are numbered."
        return (f"{', '.join(said)}.{first}",)


def form_of(path: Path) -> Form:
    """Find out how a text file is written.

    Raises:
        ValueError: it is empty, no text, or of two encodings; the sentence names the line.
    """
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        lines = [line for line in (file.readline(LONGEST_LINE) for _ in range(FEW)) if line.strip()]
    if not lines:
        raise ValueError(f"{path.name} is empty")
    if len(lines[0]) >= LONGEST_LINE:
        raise ValueError(f"line 1 of {path.name} is longer than {LONGEST_LINE:,} characters")
    delimiter = _delimiter(lines)
    try:
        rows = _cut(lines, delimiter)
    except csv.Error as error:
        raise ValueError(f"{path.name} cannot be read as a table: {error}") from error
    decimal = _decimal(rows, delimiter)
    header = not all(_is_number(field, decimal) for field in rows[0])
    names = tuple(field.strip() for field in rows[0])
    if not header:
        names = tuple(f"column {number}" for number in range(1, len(names) + 1))
    return Form(encoding, delimiter, decimal, names, header)


def encoding_of(path: Path) -> str:
    """The encoding of a text file: its mark's, UTF-8, else Windows-1252.

    Raises:
        ValueError: it is no text, or some lines are of UTF-8 and others are not.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    beyond, wrong = 0, 0  # the first lines with letters beyond ASCII, in UTF-8 and not
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if b"\0" in line:
                raise ValueError(f"line {number} of {path.name} is not text")
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                beyond = beyond or number
            except UnicodeDecodeError:
                wrong = wrong or number
            if beyond and wrong:
                raise ValueError(
                    f"line {wrong} of {path.name} is not in UTF-8, which line {beyond} is: the "
                    f"file mixes encodings; save it anew as UTF-8"
                )
    return "cp1252" if wrong else "utf-8"


def read_text(path: Path, form: Form) -> pd.DataFrame:
    """The rows of a text file; each is indexed by its number in the file, from 1."""
    import pandas as pd

    try:
        with warnings.catch_warnings():
            # Of a value too many in every line it is said only that something is lost.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                sep=form.delimiter,
                decimal=form.decimal,
                encoding=form.encoding,
                header=None,
                names=list(form.names),
                index_col=False,
                skiprows=int(form.header),
                skip_blank_lines=False,
                skipinitialspace=True,
                low_memory=False,
                na_values=["?"],
            )
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} holds bytes that are no text in {form.encoding}") from error
    except pd.errors.ParserWarning as error:
        raise ValueError(
            f"{path.name} has more values in a line than its {len(form.names)} columns"
        ) from error
    except pd.errors.ParserError as error:
        raise ValueError(_in_words(path, form, str(error))) from error
    frame.index += 1 + form.header
    return frame


def _in_words(path: Path, form: Form, said: str) -> str:
    """pandas' error, whose lines are counted from 1."""
    found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", said)
    if found:
        _, line, seen = found.groups()
        return (
            f"line {line} of {path.name} has {seen} values, but there are {len(form.names)} columns"
        )
    return f"{path.name} cannot be read as a table: {said.splitlines()[0]}"


def _cut(lines: list[str], delimiter: str) -> list[list[str]]:
    return list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))


def _delimiter(lines: list[str]) -> str:
    """The one that cuts most lines into as many fields as the first, and into most fields."""
    best, most = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in _cut(lines, delimiter) if row]
        except csv.Error:  # a field longer than any number or word
            continue
        width = len(rows[0])
        alike = sum(len(row) == width for row in rows) / len(rows)
        if width > 1 and (round(alike, 1), width) > most:
            best, most = delimiter, (round(alike, 1), width)
    return best


def _decimal(rows: list[list[str]], delimiter: str) -> str:
    fields = [field.strip() for row in rows[1:] for field in row]
    commas = any(_DECIMAL_COMMA.fullmatch(field) for field in fields)
    points = any(_DECIMAL_POINT.fullmatch(field) for field in fields)
    return "," if delimiter != "," and commas and not points else "."


def _is_number(field: str, decimal: str) -> bool:
    try:
        float(field.strip().replace(decimal, "."))
    except ValueError:
        return False
    return True
