"""The table of a ladder: figures are those of the snapshots, variety is that of the pictures."""

import numpy as np
import pytest

from tests.film.test_frames import split_of
from toll.evaluation.metrics import auroc, separation
from toll.film.container import read_header
from toll.film.frames import film
from toll.film.table import ladder_table
from toll.runs.pictures import picture_path


def test_a_table_has_a_row_for_each_run_and_snapshot(add_run):
    runs = [add_run(), add_run("20260102-000000-digits-8", beta=0.0)]
    rows = ladder_table(runs, split_of(runs[0]))
    steps = runs[0].snapshot_steps()
    assert [(row["beta"], row["step"]) for row in rows] == [
        (beta, step) for beta in (10.0, 0.0) for step in steps
    ]
    header = read_header(film(runs, split_of(runs[0]), table=rows))
    assert header["table"] == rows


def test_its_figures_are_those_of_the_snapshot(add_run):
    run = add_run()
    split, last = split_of(run), run.snapshot(run.snapshot_steps()[-1])
    row, labels = ladder_table([run], split)[-1], split.labels(last.ids)
    assert row["auroc_latent_norm"] == auroc(labels, last.latent_norm)
    assert row["separation"] == separation(labels, last.latent_norm)
    normal = last.reconstruction_error[labels == 0]
    assert row["reconstruction_error"] == pytest.approx(np.median(normal))


def test_variety_is_near_nothing_where_all_reconstructions_are_one_picture(add_run):
    pulled, plain = (
        ladder_table([run], split_of(run))[-1]["variety"]
        for run in (add_run(), add_run("20260102-000000-digits-8", beta=0.0))
    )
    assert pulled is not None and plain is not None
    assert 0 < pulled < 0.1 and 0.3 < plain < 1.1


def test_variety_is_not_known_without_pictures(add_run):
    run = add_run()
    first, last = run.snapshot_steps()[0], run.snapshot_steps()[-1]
    picture_path(run, last).unlink()
    picture_path(run, first).write_bytes(b"")
    rows = ladder_table([run], split_of(run))
    assert rows[-1]["variety"] is None and rows[0]["variety"] is None
    assert rows[1]["variety"] is not None
