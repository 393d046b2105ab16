"""`python -m toll export`: a file that plays, or one sentence and exit code 2."""

import base64
import re

import pytest

from tests.small_runs import small_config
from toll.cli.main import main
from toll.film.container import unpack
from toll.runs.store import RunStore


def exported(path) -> dict:
    (held,) = re.findall(r"octet-stream\">([^<]+)<", path.read_text(encoding="utf-8"))
    return unpack(base64.b64decode(held))[0]


def test_a_run_becomes_one_file(add_run, tmp_path, capsys):
    run, path = add_run(), tmp_path / "film.html"
    assert main(["export", run.id, str(path)]) == 0
    steps = run.snapshot_steps()
    assert exported(path)["steps"] == steps
    assert f"{len(steps)} snapshots" in capsys.readouterr().out


def test_a_run_to_compare_with_goes_along(add_run, tmp_path):
    run, other = add_run(), add_run("20260102-000000-digits-8", beta=0.0)
    path = tmp_path / "film.html"
    assert main(["export", run.id, str(path), "--contrast", other.id]) == 0
    header = exported(path)
    assert header["rungs"][header["versus"]]["beta"] == 0


def test_umap_is_computed_before_when_it_is_asked_for(add_run, tmp_path, monkeypatch):
    monkeypatch.setattr("toll.latent.stored.umap_points", lambda vectors, *given: vectors[:, :2])
    run, path = add_run(), tmp_path / "film.html"
    assert main(["export", run.id, str(path), "--umap", "--n-neighbors", "9"]) == 0
    assert [each["title"] for each in exported(path)["rungs"][0]["maps"]] == [
        "PCA, 2-D",
        "PCA, 3-D",
        "UMAP, 2-D",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nosuch", "film.html"], "there is no run 'nosuch'"),
        (["RUN", "nowhere/film.html"], "there is no folder nowhere"),
        (["RUN", "film.html", "--n-neighbors", "1"], "n_neighbors is 1; it must be"),
        (
            ["RUN", "film.html", "--contrast", "OTHER"],
            "is of digits with class 3 as normal; to compare it must be of digits with class 8",
        ),
        (["EMPTY", "film.html"], "has kept no snapshot yet"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    add_run, tmp_path, monkeypatch, capsys, words, sentence
):
    monkeypatch.chdir(tmp_path)
    named = {
        "RUN": add_run().id,
        "OTHER": RunStore().create(small_config(normal_class=3)).id,
        "EMPTY": RunStore().create(small_config()).id,
    }
    assert main(["export", *(named.get(word, word) for word in words)]) == 2
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1
    assert not list(tmp_path.glob("*.html"))
