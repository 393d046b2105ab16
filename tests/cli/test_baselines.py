from tests.small_ladders import small_ladder
from toll.cli.main import main
from toll.runs.rivals import rivals


def test_other_detectors_stand_beside_a_run_with_a_verdict(add_run, capsys):
    run = add_run()
    assert main(["baselines", run.id, "--only", "knn,pca", "--on", "input"]) == 0
    printed = capsys.readouterr().out
    for words in ("this run", "nearest neighbours on the input", "autoencoder without the pull"):
        assert words in printed
    assert "labels of the test samples" in printed and "AUROC" in printed
    assert len(rivals(run)) == 2


def test_an_unknown_detector_is_refused_before_anything_is_done(add_run, capsys):
    run = add_run()
    assert main(["baselines", run.id, "--only", "svm"]) == 2
    assert "there is no detector 'svm'; valid are knn" in capsys.readouterr().err
    assert not rivals(run)


def test_of_a_ladder_a_rung_has_to_be_named(cache, capsys):
    ladder = small_ladder()
    assert main(["baselines", ladder.id]) == 2
    assert "is a ladder; name one of its rungs" in capsys.readouterr().err
