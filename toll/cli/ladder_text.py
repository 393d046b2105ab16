"""What a ladder says, in a shell: a row for each β, then a verdict on what the pull is worth."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from toll.data import NO_LABELS, load_dataset, split_one_class
from toll.runs.status import State, Status
from toll.studies.ladder import MOST_SEEDS, Ladder
from toll.studies.ladder_report import METRICS, rungs, summary, with_spread
from toll.studies.verdict import compare

if TYPE_CHECKING:
    import pandas as pd

SHOWN = {
    "auroc": "AUROC: score",
    "auroc_reconstruction_error": "‖x − x̂‖ alone",
    "auroc_latent_norm": "‖z‖ alone",
    "separation": "separation",
    "variety": "variety",
}


def print_ladder(ladder: Ladder, status: Status) -> None:
    """Print where a ladder stands and lies, the figures that it has, and, at its end, verdicts."""
    settings = ladder.settings
    finished = sum(ladder.state_of(*cell) is State.FINISHED for cell in settings.cells)
    count = f"{finished} of {len(settings.cells)} rungs are trained."
    print(f"Ladder {ladder.id} {status.state}: {count} {status.message}".rstrip())
    print(f"Folder: {ladder.folder}")
    if status.state is not State.FINISHED:
        print(f"To go on: python -m toll resume {ladder.id}")
    config = settings.base
    dataset = load_dataset(config.dataset)
    rows = rungs(ladder, split_one_class(dataset, config.normal_class, config.validation_size))
    if rows.empty:
        return
    print("\n" + "\n".join(_table(rows, len(settings.seeds))))
    if not dataset.spec.labelled:
        print(f"\nNo verdict: {NO_LABELS}")
    elif status.state is State.FINISHED:
        print("\n" + "\n".join(_verdicts(ladder, rows)))


def _table(rows: pd.DataFrame, seeds: int) -> list[str]:
    scored = bool(rows["scored"].all())
    of = "on the test samples" if scored else f"on the probe samples at step {rows['step'].max()}"
    spread = f"Mean ± SD over {seeds} seeds" if seeds > 1 else "Of one seed"
    free = [words for name, words in SHOWN.items() if not METRICS[name][1]]
    cells = [["β", *SHOWN.values()]]
    for row in summary(rows).to_dict("records"):
        texts = [with_spread(row[name], row[f"{name}_sd"]) for name in SHOWN]
        cells.append([f"{row['beta']:g}", *texts])
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(
            " " * (width - _width(text)) + text for text, width in zip(line, widths, strict=True)
        )
        for line in cells
    ]
    return [f"{spread}, {of}. All but {', '.join(free)} needs anomaly labels.", *lines]


def _verdicts(ladder: Ladder, rows: pd.DataFrame) -> list[str]:
    """Sentences on the recommended β and on the best one, each against 0."""
    settings = ladder.settings
    ranked = summary(rows).sort_values("auroc", ascending=False, kind="stable")
    best = float(ranked["beta"].iloc[0])
    lines, more = [], 0
    for beta in dict.fromkeys((settings.recommended, best)):
        if beta == 0:
            continue
        if beta != settings.recommended:
            lines.append(
                f"The highest AUROC is that of β = {beta:g}; that it was chosen by the same labels "
                "flatters it a little."
            )
        try:
            verdict = compare(rows, beta, 0)
        except ValueError as error:
            lines.append(f"No verdict: {error}.")
            continue
        lines += [verdict.sentence, verdict.certainty]
        more = max(more, verdict.more)
    if lines:
        lines.append("Anomaly labels were used to tell.")
    more = min(more, MOST_SEEDS - len(settings.seeds))
    if more:
        command = f"python -m toll ladder --add-to {ladder.id} --seeds {more}"
        lines.append(f"More seeds would tell: {command}")
    return lines


def _width(text: str) -> int:
    """Columns that a text takes in a shell: the hat of x̂ takes none."""
    return sum(not unicodedata.combining(letter) for letter in text)
