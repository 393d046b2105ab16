"""A table of a person's own, as large as may come: to look into, import, train and score.

Each is a command of its own, as one types it: seconds, and the most memory that its process took.

    python -m tests.benchmarks.own_data [ROWS [COLUMNS]]    # 1,000,000 and 50
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

ROWS, COLUMNS, FACTORS = 1_000_000, 50, 8
LABELS = ("--label-column", "state", "--normal-value", "good")


def write_table(path: Path, rows: int, columns: int) -> None:
    """Readings that follow from a few factors; one row in a hundred has noise beyond that."""
    import pandas as pd

    random = np.random.default_rng(0)
    mixing = random.normal(size=(FACTORS, columns))
    readings = random.normal(size=(rows, FACTORS)) @ mixing
    is_bad = random.random(rows) < 0.01
    readings += random.normal(size=readings.shape) * np.where(is_bad, 3, 0.3)[:, None]
    frame = pd.DataFrame(readings.round(4), columns=[f"sensor {n}" for n in range(columns)])
    frame.assign(state=np.where(is_bad, "bad", "good")).to_csv(path, index=False)


def timed(folder: Path, *words: str) -> tuple[float, float]:
    """Seconds and GiB of one command."""
    started, most = time.monotonic(), 0
    with subprocess.Popen(
        [sys.executable, "-m", "toll", *words],
        env=os.environ | {"TOLL_CACHE_DIR": str(folder / "cache")},
        stdout=subprocess.DEVNULL,
    ) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            most = max(most, watched.memory_info().rss)
            time.sleep(0.05)
    assert process.returncode == 0, words
    return time.monotonic() - started, most / 2**30


def main() -> None:
    rows, columns = (*map(int, sys.argv[1:]), *(ROWS, COLUMNS)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "table.csv"
        write_table(file, rows, columns)
        print(f"{rows:,} rows of {columns} columns, {file.stat().st_size / 1e6:,.0f} MB of CSV")
        for words in (
            ("import", str(file)),
            ("import", str(file), "--name", "table", *LABELS),
            ("train", "--dataset", "table", "--device", "cpu"),
        ):
            seconds, memory = timed(folder, *words)
            what = "look into" if len(words) == 2 else words[0]
            print(f"{what:12}{seconds:8.1f} s{memory:8.2f} GiB")


if __name__ == "__main__":
    main()
