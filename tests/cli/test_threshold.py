import json

import pytest

from tests.small_ladders import small_ladder
from toll.cli.main import main


def test_rules_are_compared_and_none_is_kept(add_run, capsys):
    run = add_run()
    assert main(["threshold", run.id]) == 0
    printed = capsys.readouterr().out
    for words in ("quantile (share 0.95)", "conformal", "best-f1", "anomaly labels"):
        assert words in printed
    assert "None is kept with the run" in printed and run.threshold() is None


def test_the_threshold_of_a_rule_is_kept_with_the_run(add_run, capsys):
    run = add_run()
    assert main(["threshold", run.id, "--rule", "conformal", "--alpha", "0.1"]) == 0
    kept = run.threshold()
    assert (kept["rule"], kept["parameter"], kept["weights"]) == ("conformal", 0.1, "last")
    assert not kept["uses_labels"]
    printed = capsys.readouterr().out
    assert f"Threshold {kept['value']:.6g}" in printed and "at most 0.1" in printed
    assert "It used no anomaly labels." in printed
    assert main(["threshold", run.id]) == 0
    assert (
        f"Kept with the run: {kept['value']:.6g}, by the rule conformal." in capsys.readouterr().out
    )


def test_a_threshold_of_a_run_that_was_trained_further_is_said_to_be_old(add_run, capsys):
    run = add_run()
    assert main(["threshold", run.id, "--rule", "quantile"]) == 0
    assert run.is_current(run.threshold())
    run.update_status(step=run.status().step + 1)
    capsys.readouterr()
    assert main(["threshold", run.id]) == 0
    assert "has been trained further since" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--rule", "best"], "there is no rule 'best'; valid are quantile, conformal"),
        (["--alpha", "0.1"], "--alpha needs a --rule; valid are quantile"),
        (["--rule", "cost", "--share", "0.1"], "the rule cost takes ratio, not share"),
        (["--rule", "quantile", "--share", "2"], "share is 2; it must lie between 0 and 1"),
        (["--weights", "worst"], "has no weights 'worst'; it has last"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(add_run, capsys, flags, message):
    run = add_run()
    assert main(["threshold", run.id, *flags]) == 2
    assert message in capsys.readouterr().err and run.threshold() is None


def test_a_damaged_threshold_is_named(add_run, capsys):
    run = add_run()
    (run.folder / "threshold.json").write_text(json.dumps({"value": "high"}))
    assert main(["threshold", run.id]) == 2
    assert "threshold.json" in capsys.readouterr().err


def test_a_ladder_is_no_run_and_a_rung_of_it_is_named(cache, capsys):
    ladder = small_ladder()
    assert main(["threshold", ladder.id]) == 2
    assert f"is a ladder; name one of its rungs, as {ladder.id}/" in capsys.readouterr().err
