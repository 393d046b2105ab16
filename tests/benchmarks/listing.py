"""How long listing 500 finished runs takes."""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from toll.presets import laptop
from toll.runs.status import State
from toll.runs.store import RunStore

RUNS = 500


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        run = store.create(laptop("digits"))
        run.update_status(state=State.FINISHED, owner=None)
        judged = {"score": {"auroc": 0.5}, "latent_norm": {"auroc": 0.5}, "separation": 1.0}
        run.save_metrics({"last": judged})
        for number in range(RUNS - 1):
            shutil.copytree(run.folder, Path(folder) / f"{run.id}-copy-{number}")
        taken = []
        for _ in range(5):
            started = time.perf_counter()
            assert len(store.list()) == RUNS
            taken.append(time.perf_counter() - started)
        print(f"listing {RUNS} runs: {statistics.median(taken):.3f} s (median of 5)")


if __name__ == "__main__":
    main()
