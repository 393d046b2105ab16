"""How long listing 1,000 finished runs takes: the first time, from the index, and in a server."""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from toll.evaluation.metrics import SCORES
from toll.presets import laptop
from toll.runs.index import FILE
from toll.runs.status import State
from toll.runs.store import RunStore

RUNS = 1_000
# As in a folder of a laptop's run.
SNAPSHOTS = 40


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = fill(Path(folder))

        def anew() -> None:
            (store.folder / FILE).unlink(missing_ok=True)
            listed(RunStore(store.folder))

        listed(store)
        print(f"listing {RUNS} runs, median of 5")
        print(f"  without an index: {seconds(anew):.3f} s")
        print(f"  from the index: {seconds(lambda: listed(RunStore(store.folder))):.3f} s")
        print(f"  again in one process: {seconds(lambda: listed(store)):.3f} s")


def fill(folder: Path) -> RunStore:
    """A folder with copies of one finished run."""
    store = RunStore(folder)
    run = store.create(laptop("digits"))
    run.update_status(state=State.FINISHED, owner=None)
    rates = {"auroc": 0.5, "aupr": 0.5, "fpr_at_95_tpr": 0.5}
    parts = dict.fromkeys(SCORES, rates)
    choices = ("last", "best_by_labels", "label_free")
    run.save_metrics({name: {"step": 1, **parts, "separation": 1.0} for name in choices})
    for step in range(SNAPSHOTS):
        run.snapshot_path(step).write_bytes(bytes(1000))
    for number in range(RUNS - 1):
        shutil.copytree(run.folder, folder / f"{run.id}-copy-{number}")
    return store


def listed(store: RunStore) -> None:
    assert sum(each.status.state is State.FINISHED for each in store.list()) == RUNS


def seconds(act: Callable[[], None]) -> float:
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
