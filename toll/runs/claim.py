"""A lock on a folder that ends with the process that holds it, however that ends.

Which process has charge of some work is told by who holds a lock, never by a process id or a
clock: neither means anything on another machine, or after the clock has been set.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

from toll.paths import check_may_write

if TYPE_CHECKING:
    from filelock import FileLock

# Whoever looks at a lock holds it for an instant, and whoever leaves work may take a moment.
PATIENCE_SECONDS = 2.0


class Busy(ValueError):
    """Another process has charge of this."""


class Claim:
    """A lock file: one object at a time holds it, of this process or of any other.

    On a file system without locks it cannot be taken: nobody works there, rather than two at once.

    Args:
        path: the file. others: what is the case while somebody else holds it, as a sentence.
    """

    def __init__(self, path: Path, others: str) -> None:
        self.path, self.others = path, others

    def take(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Hold the lock until as many calls of `release` as there were of this, or the end.

        Raises:
            Busy: it is still held by another after this long.
            OSError: the folder is not there or cannot be written to, or its file system has no
                locks.
        """
        from filelock import Timeout

        if not self.path.parent.is_dir():  # the lock would make it anew
            raise FileNotFoundError(f"the folder {self.path.parent} is no longer there")
        check_may_write(self.path.parent)
        try:
            self._lock.acquire(timeout=seconds, poll_interval=0.01)
        except Timeout:
            raise Busy(self.others) from None

    def release(self) -> None:
        """Give the lock back; nothing happens where this object does not hold it."""
        if self.is_held:
            self._lock.release()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock inside; raises as `take` does."""
        self.take()
        try:
            yield
        finally:
            self.release()

    @property
    def is_held(self) -> bool:
        """Whether this very object holds the lock."""
        return "_lock" in vars(self) and self._lock.is_locked

    def is_taken(self) -> bool:
        """Whether anybody holds the lock; to know it, one need not be allowed to write."""
        if fcntl is None:
            return self.is_held or not self._can_be_taken()
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)  # nor wait for a pipe
        except FileNotFoundError:
            return False
        try:
            # Shared, so that two who look are not in each other's way.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # A file system without locks, where nobody can hold one.
            return False
        finally:
            os.close(file)
        return False

    def _can_be_taken(self) -> bool:
        try:
            with Claim(self.path, self.others).held():
                return True
        except Busy:
            return False

    @cached_property
    def _lock(self) -> FileLock:
        from filelock import FileLock

        return FileLock(self.path, thread_local=False, fallback_to_soft=False)
