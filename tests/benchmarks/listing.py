"""How long listing 500 finished runs takes."""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from toll.evaluation.metrics import SCORES
from toll.presets import laptop
from toll.runs.status import State
from toll.runs.store import RunStore

RUNS = 500


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        run = store.create(laptop("digits"))
        run.update_status(state=State.FINISHED, owner=None)
        rates = {"auroc": 0.5, "aupr": 0.5, "fpr_at_95_tpr": 0.5}
        parts = dict.fromkeys(SCORES, rates)
        run.save_metrics({"last": {"step": 1, **parts, "separation": 1.0}})
        for number in range(RUNS - 1):
            shutil.copytree(run.folder, Path(folder) / f"{run.id}-copy-{number}")
        taken = []
        for _ in range(5):
            started = time.perf_counter()
            assert sum(each.status.state is State.FINISHED for each in store.list()) == RUNS
            taken.append(time.perf_counter() - started)
        print(f"listing {RUNS} runs: {statistics.median(taken):.3f} s (median of 5)")


if __name__ == "__main__":
    main()
