"""What a person calls a run or ladder and says of it: label.json beside the rest of its folder.

Nothing that is computed depends on it; a folder without one has no name, note or tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from toll.errors import in_words
from toll.files import write_json
from toll.paths import check_may_write
from toll.reading import DamagedFile, damaged, read_json
from toll.runs.folder import DamagedFolder, WorkFolder
from toll.runs.schemas import StoredLabel

FILE = "label.json"
LONGEST_NAME, LONGEST_NOTE, LONGEST_TAG, MOST_TAGS = 80, 4000, 30, 20
# In a shell, a link and a file of one's own a tag is one word.
_TAG = re.compile(r"[^\s,]+")


def _check_length(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise ValueError(f"{what} has {len(text):,} characters; it must be at most {most:,}")


@dataclass(frozen=True, kw_only=True)
class Label:
    """A name, a note of any lines, tags, and whether lists leave the work out unless asked.

    Raises:
        ValueError: one of them is too long, or a tag is not one word; the sentence says which.
    """

    name: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    archived: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", " ".join(self.name.split()))
        object.__setattr__(self, "note", self.note.strip())
        object.__setattr__(self, "tags", tuple(dict.fromkeys(self.tags)))
        _check_length("the name", self.name, LONGEST_NAME)
        _check_length("the note", self.note, LONGEST_NOTE)
        for tag in self.tags:
            if not _TAG.fullmatch(tag):
                raise ValueError(f"the tag is {tag!r}; it must be one word without a comma")
            _check_length(f"the tag {tag[:LONGEST_TAG]!r}", tag, LONGEST_TAG)
        if len(self.tags) > MOST_TAGS:
            raise ValueError(f"there are {len(self.tags)} tags; it must be at most {MOST_TAGS}")

    def changed(
        self, *, tag: Iterable[str] = (), untag: Iterable[str] = (), **others: Any
    ) -> Label:
        """The label with further tags, without some, and with other fields replaced.

        Raises:
            ValueError: a tag to be taken away is not there, or what comes of it is no label.
        """
        away = {*untag}
        if strange := sorted(away - {*self.tags}):
            there = f"its tags are {', '.join(self.tags)}" if self.tags else "it has none"
            raise ValueError(f"there is no tag {strange[0]!r} to take away; {there}")
        kept = [each for each in self.tags if each not in away]
        return replace(self, tags=(*kept, *tag), **others)


NO_LABEL = Label()


def label_from(stored: StoredLabel) -> Label:
    """The label that was written so; raises `ValueError` where it is none."""
    fields = {name: value for name, value in stored.items() if name != "tags"}
    return Label(tags=tuple(stored.get("tags", ())), **cast("Any", fields))


def read_label(work: WorkFolder) -> Label:
    """What its label says; an empty one where it has none.

    Raises:
        DamagedFolder: the file is damaged.
    """
    path = work.folder / FILE
    with work.reading():
        try:
            return label_from(read_json(path, StoredLabel))
        except FileNotFoundError:
            return NO_LABEL
        except DamagedFile:
            raise
        except ValueError as error:
            raise damaged(path, str(error)) from error


def save_label(work: WorkFolder, label: Label) -> None:
    """Keep a label in place of any earlier one, damaged or not, whoever is at work on the rest.

    Raises:
        PermissionError: the folder may only be read.
    """
    check_may_write(work.folder)
    write_json(work.folder / FILE, asdict(label))


def label_or_fault(work: WorkFolder) -> tuple[Label, str]:
    """The label for a list: an empty one beside a sentence where it cannot be read."""
    try:
        return read_label(work), ""
    except (DamagedFolder, OSError) as error:
        said = error.beside_name if isinstance(error, DamagedFolder) else in_words(error)
        return NO_LABEL, f"Its name, note and tags cannot be shown: {said}."
