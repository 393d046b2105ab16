import pandas as pd
import pytest

from toll.evaluation.by_class import by_class


def test_anomalous_classes_are_judged_one_by_one_the_hardest_first():
    rows = pd.DataFrame(
        {
            "class": [8, 8, 8, 1, 1, 3],
            "label": [0, 0, 0, 1, 1, 1],
            "score": [1.0, 2.0, 3.0, 5.0, 6.0, 2.5],
            "latent_norm": [1.0, 2.0, 3.0, 4.0, 8.0, 1.0],
        }
    )
    hardest, easiest = by_class(rows, threshold=2.5).to_dict("records")
    assert hardest == {
        "class": 3,
        "samples": 1,
        "auroc": pytest.approx(2 / 3),
        "norm": 0.5,
        "inside": 1.0,
    }
    assert easiest == {"class": 1, "samples": 2, "auroc": 1.0, "norm": 3.0, "inside": 0.0}
