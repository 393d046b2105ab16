"""Choices that do not go together are refused with their names."""

import pytest

from toll.data import ImportPlan

LABELS = {"label_column": "y", "normal_values": ("0",)}


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"label_column": "y"}, "'y' needs a normal value"),
        ({"normal_values": ("0",)}, "'0' is named as a label, but no label column is"),
        (LABELS | {"anomalous_values": ("0",)}, "'0' cannot be both normal and anomalous"),
        (LABELS | {"drop": ("y",)}, "column 'y' cannot be both the label and left out"),
        ({"drop": ("a",), "categorical": ("a",)}, "'a' cannot be both left out and categorical"),
        ({"test_ratio": 0.2, "train_on_all": True}, "the split is given twice"),
        ({"test_ratio": 1.0}, "test_ratio is 1; it must lie between 0 and 1"),
        ({"missing": "zero"}, "missing is 'zero'; valid: refuse, rows, median"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(choices, said):
    with pytest.raises(ValueError) as raised:
        ImportPlan(**choices)
    assert said in str(raised.value)
