"""A person's own file becomes a dataset whose features have names, or leaves nothing behind."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.data.own_files import (
    LABELLED,
    column_csv,
    import_small,
    table,
    write_csv,
)
from toll.data import DATASETS, ImportPlan, import_own, inspect_file, load_dataset, split_one_class
from toll.data.own.importing import forget_files
from toll.paths import cache_dir, own_data_dir

PLAIN = ImportPlan()


def refusal(path: Path, plan: ImportPlan = PLAIN) -> str:
    """What is said where a file is not imported, of which then nothing is left."""
    with pytest.raises(ValueError) as raised:
        import_own(path, "mine", plan)
    assert "mine" not in DATASETS
    assert not own_data_dir().exists() or not list(own_data_dir().iterdir())
    return str(raised.value)


def test_features_keep_their_names_and_values_of_a_categorical_column_get_their_own(tmp_path):
    spec = import_small("own-table", tmp_path)
    assert spec.feature_names == ("heat", "noise level", "maker=A", "maker=B")
    heat, noise, maker, _ = table()[1]
    first = load_dataset("own-table").samples[0]
    assert first.tolist() == pytest.approx([heat, noise, float(maker == "A"), float(maker == "B")])


def test_labels_become_classes_of_which_those_named_may_be_normal(tmp_path):
    spec = import_small("own-table", tmp_path)
    assert spec.class_names == ("cracked", "good", "worn")
    assert spec.normal_classes == spec.first_class == (1,)
    assert spec.classes_phrase((1,)) == "class good"


def test_labels_that_are_numbers_are_typed_as_they_stand_in_the_file(tmp_path):
    rows = [["heat", "kind"], *([n % 7, 1 + n % 3] for n in range(60))]
    plan = ImportPlan(label_column="kind", normal_values=("1", "2"))
    spec = import_own(write_csv(tmp_path / "k.csv", rows), "mine", plan)
    assert spec.class_names == ("1", "2", "3")
    assert spec.classes_typed("1,2") == spec.first_class == (0, 1)


def test_it_is_listed_among_the_datasets_until_it_is_forgotten(tmp_path):
    import_small("own-table", tmp_path)
    load_dataset("own-table")
    prepared = set((cache_dir() / "prepared").glob("own-table-*"))
    assert list(DATASETS)[-1] == "own-table" and prepared
    forget_files("own-table")
    assert "own-table" not in DATASETS and not list(own_data_dir().iterdir())
    assert not set((cache_dir() / "prepared").glob("own-table-*"))
    with pytest.raises(ValueError, match="no imported dataset is called 'own-table'; valid: none"):
        forget_files("own-table")


def test_a_damaged_description_is_named_and_the_other_datasets_stay(tmp_path):
    import_small("own-table", tmp_path)
    (own_data_dir() / "own-table" / "dataset.json").write_text("{")
    assert "own-table" not in list(DATASETS) and "digits" in DATASETS
    with pytest.raises(ValueError, match=r"dataset\.json is damaged"):
        load_dataset("own-table")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"normal_classes": [7]}, "its normal classes are not among its classes"),
        ({"feature_names": ["heat"]}, "it names 1 features of samples of shape"),
        ({"version": 99}, "it is of a newer version of this program"),
        ({"rows": -1}, "`rows`"),
    ],
)
def test_a_description_that_does_not_go_together_is_damaged(tmp_path, changes, said):
    import_small("own-table", tmp_path)
    path = own_data_dir() / "own-table" / "dataset.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    with pytest.raises(ValueError, match=said):
        load_dataset("own-table")


def test_of_two_imports_under_one_name_the_later_one_is_refused(tmp_path):
    def import_another(share: float) -> None:
        if share == 0.9:
            import_own(tmp_path / "parts.csv", "mine", LABELLED)

    import_small("own-table", tmp_path)
    with pytest.raises(ValueError, match="name is 'mine', which another dataset has"):
        import_own(tmp_path / "parts.csv", "mine", LABELLED, import_another)
    assert load_dataset("mine").spec.feature_names


def test_what_killed_imports_have_left_is_removed_by_a_later_one(tmp_path):
    left = own_data_dir() / ".parts.1.tmp"
    left.mkdir(parents=True)
    os.utime(left, (0, 0))
    import_small("own-table", tmp_path)
    assert not left.exists()


@pytest.mark.parametrize("file", ["features.parquet", "rows.parquet"])
def test_rows_that_are_damaged_are_named_with_the_dataset(tmp_path, file):
    import_small("own-table", tmp_path)
    (own_data_dir() / "own-table" / file).write_bytes(b"PAR1")
    with pytest.raises(ValueError, match="own-table is damaged; import it anew"):
        load_dataset("own-table")


@pytest.mark.parametrize("name", ["", "../up", "Ä", "a b", "-a", "a" * 41, "a/b"])
def test_a_name_of_bad_characters_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="it must be up to 40 small letters"):
        import_own(write_csv(tmp_path / "a.csv"), name, LABELLED)


@pytest.mark.parametrize("name", ["mnist", "own-table"])
def test_a_name_that_is_taken_is_refused(tmp_path, name):
    import_small("own-table", tmp_path)
    with pytest.raises(ValueError, match=f"name is '{name}', which another dataset has"):
        import_own(tmp_path / "parts.csv", name, LABELLED)


def test_rows_without_labels_all_count_as_normal_and_it_says_so(tmp_path):
    plan = ImportPlan(drop=("state",), categorical=("maker",))
    spec = import_own(write_csv(tmp_path / "a.csv"), "mine", plan)
    split = split_one_class(load_dataset("mine"), spec.first_class)
    assert not spec.labelled and "no labels" in spec.note
    assert not split.labels(split.test).any()
    assert len(split.probe(20)) == 20


def test_rows_that_lack_a_value_are_left_out_or_filled_with_the_median_of_training_rows(tmp_path):
    rows = table()
    rows[3][0] = ""
    file = write_csv(tmp_path / "a.csv", rows)
    assert "column 'heat' has no value in row 4" in refusal(file, LABELLED)
    import_own(file, "fewer", replace(LABELLED, missing="rows"))
    assert len(load_dataset("fewer").classes) == 239
    spec = import_own(file, "filled", replace(LABELLED, missing="median"))
    dataset = load_dataset("filled")
    train = split_one_class(dataset, spec.first_class).train
    usual = np.median(dataset.samples[np.setdiff1d(train, [2]), 0])
    assert dataset.samples[2, 0] == pytest.approx(usual)


def test_what_ends_the_import_leaves_nothing(tmp_path):
    def end(share: float) -> None:
        if share > 0.8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_own(write_csv(tmp_path / "a.csv"), "mine", LABELLED, end)
    assert not list(own_data_dir().iterdir())


def test_a_file_is_described_column_by_column(tmp_path):
    rows = table()
    rows[1][0] = ""
    found = inspect_file(write_csv(tmp_path / "a.csv", rows))
    heat, _, maker, state = found.columns
    assert (found.rows, heat.kind, heat.missing) == (240, "number", 1)
    assert heat.lowest == min(row[0] for row in rows[2:])
    assert (maker.kind, maker.texts) == ("text", ("A", "B"))
    assert state.texts == ("cracked", "good", "worn")


# Bad input


def test_an_empty_file_is_refused(tmp_path):
    file = tmp_path / "none.csv"
    file.write_bytes(b"")
    assert refusal(file) == "none.csv is empty"
    file.write_text("\n\n")
    assert refusal(file) == "none.csv is empty"
    assert refusal(write_csv(file, [["a", "b"]])) == "none.csv holds no rows"


def test_one_class_only_is_refused(tmp_path):
    file = column_csv(tmp_path / "a.csv", "state", ["good"] * 9)
    said = refusal(file, ImportPlan(label_column="state", normal_values=("good",)))
    assert "the label column 'state' is 'good' in every row: one class only" in said


def test_a_normal_value_that_never_occurs_is_refused_with_those_that_do(tmp_path):
    plan = replace(LABELLED, normal_values=("fine",))
    said = refusal(write_csv(tmp_path / "a.csv"), plan)
    assert "never is 'fine'; valid: cracked, good, worn" in said


def test_a_label_that_nobody_declared_is_refused_with_its_row(tmp_path):
    plan = replace(LABELLED, anomalous_values=("cracked",))
    said = refusal(write_csv(tmp_path / "a.csv"), plan)
    assert said == "a.csv: row 6 has the label 'worn', declared neither normal nor anomalous"


def test_a_row_without_a_label_is_refused(tmp_path):
    rows = table()
    rows[7][3] = ""
    said = refusal(write_csv(tmp_path / "a.csv", rows), LABELLED)
    assert "the label column 'state' has no value in row 8" in said


def test_columns_that_are_all_constant_are_refused(tmp_path):
    file = write_csv(tmp_path / "a.csv", [["a", "b"], *[[3, 4]] * 20])
    assert "every feature has the same value in all rows" in refusal(file)


def test_text_where_numbers_belong_is_refused_with_its_row(tmp_path):
    file = column_csv(tmp_path / "a.csv", "heat", [*range(19), "warm"])
    assert refusal(file) == (
        "a.csv: column 'heat' holds text in row 21, 'warm'; make it categorical, or leave it out"
    )


def test_dates_are_refused_with_their_row(tmp_path):
    file = column_csv(tmp_path / "a.csv", "day", [f"2026-01-{n:02}" for n in range(1, 20)])
    assert "column 'day' holds dates (row 2: 2026-01-01)" in refusal(file)


@pytest.mark.parametrize("value", ["inf", "-inf"])
def test_infinities_are_refused_with_their_row(tmp_path, value):
    file = column_csv(tmp_path / "a.csv", "heat", [*range(19), value])
    assert refusal(file) == "a.csv: column 'heat' is infinite in row 21"


def test_numbers_that_float32_cannot_hold_are_refused(tmp_path):
    file = column_csv(tmp_path / "a.csv", "heat", [*range(19), 1e35])
    assert "column 'heat' is 1e+35 in row 21; numbers may be up to 1e+30" in refusal(file)
    file = column_csv(tmp_path / "a.csv", "time", [1_700_000_000 + n for n in range(20)])
    assert "too near to each other for numbers so large; subtract 1700000000" in refusal(file)


def test_a_hundred_thousand_columns_are_refused_by_their_number(tmp_path):
    names = ",".join(f"c{n}" for n in range(100_000))
    (tmp_path / "wide.csv").write_text(f"{names}\n{','.join('1' * 100_000)}\n")
    assert refusal(tmp_path / "wide.csv") == (
        "wide.csv has 100,000 columns; at most 10,000 can be read"
    )


def test_names_that_occur_twice_are_refused(tmp_path):
    file = write_csv(tmp_path / "a.csv", [["a", "b", "a"], [1, 2, 3]])
    assert refusal(file) == "columns 1 and 3 of a.csv have the same name, 'a'"


def test_a_column_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    file = write_csv(tmp_path / "a.csv")
    said = refusal(file, replace(LABELLED, drop=("hat",)))
    assert said == "a.csv has no column 'hat'; valid: heat, noise level, maker, state"


def test_too_few_normal_rows_are_refused(tmp_path):
    rows = [["a", "state"], [1, "good"], [2, "bad"], [3, "bad"]]
    plan = ImportPlan(label_column="state", normal_values=("good",))
    said = refusal(write_csv(tmp_path / "a.csv", rows), plan)
    assert "normal rows to train on; 2 are needed" in said


def test_a_file_of_another_kind_is_refused_with_those_that_can_be_read(tmp_path):
    (tmp_path / "a.doc").write_text("hello")
    assert "a.doc is of no kind that can be imported; these are: csv" in refusal(tmp_path / "a.doc")


def test_several_problems_are_said_at_once(tmp_path):
    rows = table()
    rows[2][0], rows[3][1] = "hot", ""
    said = refusal(write_csv(tmp_path / "a.csv", rows), LABELLED)
    assert "row 3, 'hot'" in said and "has no value in row 4" in said


def test_the_description_says_where_it_came_from_and_nothing_of_the_folder(tmp_path):
    import_small("own-table", tmp_path)
    about = json.loads((own_data_dir() / "own-table" / "dataset.json").read_text())
    assert about["source"] == "parts.csv" and str(tmp_path) not in json.dumps(about)
