"""Errors of the system in words for people, and the one of work that such an error ends early."""

from __future__ import annotations

import errno

# Each goes on with the name of a file.
_WORDS = {
    errno.EACCES: "there is no permission for",
    errno.EPERM: "there is no permission for",
    errno.EROFS: "nothing can be written to a disk that may only be read:",
    errno.ENOSPC: "the disk is full, nothing more can be written to",
    errno.EDQUOT: "the quota of the disk is used up, nothing more can be written to",
    errno.EFBIG: "a file as large as this is not allowed here:",
    errno.ENOENT: "there is no file or folder",
    errno.EISDIR: "there is a folder in the place of the file",
    errno.EXDEV: "nothing can be moved at once to another disk:",
    errno.EIO: "the disk does not work:",
}


class Unfinished(OSError):
    """Work that had begun cannot go on, and not even that could be written into its folder."""


def in_words(error: Exception) -> str:
    """What an error says, without the number that the system puts in front of it."""
    if not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    if error.filename is None:
        return error.strerror
    said = _WORDS.get(error.errno or 0, f"{error.strerror}:")
    return f"{said} {error.filename}"
