"""What the system says, in words."""

import errno
import os

import pytest

from toll.errors import Unfinished, in_words


def of_the_system(number: int, path: str | None = None) -> OSError:
    return OSError(number, os.strerror(number), path)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (of_the_system(errno.EACCES, "/x/y"), "there is no permission for /x/y"),
        (of_the_system(errno.EISDIR, "/x/y"), "there is a folder in the place of the file /x/y"),
        (of_the_system(errno.ENOTDIR, "/x/y"), f"{os.strerror(errno.ENOTDIR)}: /x/y"),
        (of_the_system(errno.ENOSPC), os.strerror(errno.ENOSPC)),
        (OSError("the folder is gone"), "the folder is gone"),
        (Unfinished(None, "the folder is gone"), "the folder is gone"),
        (ValueError("beta is -1"), "beta is -1"),
    ],
)  # fmt: skip
def test_an_error_is_told_without_its_number(error, said):
    assert in_words(error) == said
