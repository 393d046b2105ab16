"""`toll` in children of a warm process, which can be killed at any moment or at one write.

Run as a script: it takes one request per line (a JSON object) from standard input, forks, has the
child do it, and prints the child's process id, a list with the number of moments of writing that it
has passed, if it lives to tell, and its exit code. Nothing computes before the fork, so that there
is one thread to copy.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from tests.conftest import ROOT


class Shells:
    """Runs commands, one at a time, in processes that are there at once."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked"],
            cwd=ROOT,
            env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def begin(self, *command: str, cache: Path, die_at: int = 0) -> int:
        """Begin `toll` with these words and give its process id.

        die_at: at which moment of writing it kills itself, from 1; with 0 at none.
        """
        assert self.process.stdin is not None
        request = {"command": command, "cache": str(cache), "die_at": die_at}
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return self._answer()

    def end(self) -> tuple[int, int]:
        """Wait for the command: moments of writing (0 if it was killed), and the exit code."""
        moments = 0
        while isinstance(answer := self._answer(), list):
            (moments,) = answer
        return moments, answer

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the process that forks has ended"
        return json.loads(line)


class Moments:
    """Counts the moments around each write, and ends the process at one of them.

    There are two at each file that takes the place of another: before and after that. And two at
    lines that are appended: with half of them written, and with all.
    """

    def __init__(self, die_at: int) -> None:
        self.count, self.die_at = 0, die_at

    def passed(self) -> None:
        self.count += 1
        if self.count == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        import toll.runs.run

        replace = os.replace

        def replace_watched(source: Path, goal: Path) -> None:
            self.passed()
            replace(source, goal)
            self.passed()

        def append_in_halves(path: Path, rows: list[dict[str, Any]]) -> None:
            text = "".join(json.dumps(row) + "\n" for row in rows)
            with path.open("a", encoding="utf-8") as file:
                for part in (text[: len(text) // 2], text[len(text) // 2 :]):
                    file.write(part)
                    file.flush()
                    self.passed()

        os.replace = replace_watched
        toll.runs.run.append_json_lines = append_in_halves


def _do(request: dict[str, Any], tell: Callable[[Any], None]) -> int:
    import toll.recording.recorder
    from toll.cli.main import main

    os.environ["TOLL_CACHE_DIR"] = request["cache"]
    # Each step is written and each write counted, so that the moments are the same every time.
    toll.recording.recorder.FLUSH_SECONDS = toll.recording.recorder.CHECKPOINT_SECONDS = -1.0
    moments = Moments(request["die_at"])
    moments.watch()
    code = main(request["command"])
    tell([moments.count])
    return code


def serve(lines: TextIO) -> None:
    import pandas  # noqa: F401
    import pyarrow.json
    import pyarrow.parquet  # noqa: F401
    import sklearn.datasets
    import sklearn.metrics  # noqa: F401
    import torch

    import toll.recording.record  # noqa: F401

    torch.optim.Adam([torch.zeros(1, requires_grad=True)])  # imports much more

    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def tell(answer: Any) -> None:
        print(json.dumps(answer), file=answers, flush=True)

    while line := lines.readline():
        child = os.fork()
        if child == 0:
            code = 1
            tell(os.getpid())
            try:
                code = _do(json.loads(line), tell)
            finally:
                os._exit(code)
        tell(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    serve(sys.stdin)
