"""Long work in this process: a bar that shows how far it is, and Ctrl-C that ends it in order."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from tqdm import tqdm

from toll.files import sweep
from toll.runs.folder import DamagedFolder, WorkFolder
from toll.runs.run import Run
from toll.runs.status import State, Status
from toll.studies.study import Cell, Study

READ_SECONDS = 0.2


@contextmanager
def progress(work: WorkFolder, total: int, initial: int = 0) -> Iterator[Callable[[str], None]]:
    """A bar over training steps, of which `initial` are done already, read from the work's status.

    Gives a function that prints a line above it. While the status cannot be read, the bar stands.
    """
    ended = threading.Event()
    with tqdm(total=total, initial=initial, unit="step", disable=None, smoothing=0.05) as bar:

        def look() -> None:
            with suppress(DamagedFolder, OSError):  # whoever does the work says what is wrong
                status = work.status()
                bar.set_description(status.activity, refresh=False)
                bar.update(status.step - bar.n)

        def watch() -> None:
            while not ended.wait(READ_SECONDS):
                look()

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield bar.write
        finally:
            ended.set()
            watcher.join()
            look()


def fill_with_progress(
    study: Study, cells: Sequence[Cell], asked: str, line: Callable[[Run], str]
) -> Status:
    """Train those of the cells that are not finished; Ctrl-C asks to `pause` or to `stop`.

    line: what is printed of a run that has ended, if anything.

    Raises:
        Busy: another process works on the study, which is left as it is.
    """
    from toll.studies.fill import fill

    with study.claimed():
        sweep(study.folder)
        study.clear_request()
        signal.signal(signal.SIGINT, lambda *_: study.ask(asked))
        niter = study.settings.base.niter
        finished = sum(study.state_of(*cell) is State.FINISHED for cell in cells)
        with progress(study, len(cells) * niter, finished * niter) as say:

            def announce(run: Run) -> None:
                if said := line(run):
                    say(said)

            return fill(study, cells, announce=announce)
