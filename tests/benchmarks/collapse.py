"""How targeted the collapse is on digits, normal class 8: the default β and the contrast β = 0."""

import os
import statistics
import tempfile

from toll.presets import laptop
from toll.recording.record import record
from toll.runs.store import RunStore

SEEDS = (0, 1, 2)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOLL_CACHE_DIR"] = folder
        print("digits, normal class 8, laptop preset; test metrics, last weights, medians of seeds")
        print(f"{'β':>6} {'separation':>11} {'AUROC ‖z‖':>10} {'AUROC':>8} {'seconds':>8}")
        default = laptop("digits").beta
        for beta in (default, 0.0, 100.0):
            metrics, seconds = [], []
            for seed in SEEDS:
                run = RunStore().create(laptop("digits", beta=beta, seed=seed))
                seconds.append(record(run).seconds)
                metrics.append(run.metrics()["last"])
            print(
                f"{beta:6g} {statistics.median(f['separation'] for f in metrics):11.2f} "
                f"{statistics.median(f['latent_norm']['auroc'] for f in metrics):10.3f} "
                f"{statistics.median(f['score']['auroc'] for f in metrics):8.3f} "
                f"{statistics.median(seconds):8.1f}"
            )


if __name__ == "__main__":
    main()
