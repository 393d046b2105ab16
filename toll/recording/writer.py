"""Writing beside a training: in a thread, so that the next steps need not wait for the disk."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Writer:
    """Does one piece of writing at a time, in the order in which they come."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "writer")
        self._last: Future[None] | None = None

    def write(self, action: Callable[[], None]) -> None:
        """Begin with `action`, once the one before has ended; raises what that one raised."""
        self.wait()
        self._last = self._thread.submit(action)

    def wait(self) -> None:
        """Return once all has been written; raises what the last piece raised, once."""
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def close(self) -> None:
        """End the thread, with what it has begun."""
        self._thread.shutdown()
