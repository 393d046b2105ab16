"""Your data: a file that is dropped is looked into, planned, imported, and leads to training."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard import loading, uploads
from tests.dashboard.test_pages import check
from tests.data.own_files import import_small, picture, write_csv, write_zip
from toll.data import DATASETS
from toll.jobs.kinds import Import, Inspect
from toll.jobs.queue import Job, JobState
from toll.jobs.worker import JOBS


class Here:
    """In place of a worker's process: replies go nowhere."""

    def check(self) -> None:
        pass

    def reply(self, event: str, **details: object) -> None:
        pass


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch, idle_launcher: None) -> None:
    """Jobs of imports are done when they are submitted."""

    def submit(launcher, kind) -> Job:
        job = Job(kind)
        launcher.background[kind] = (None, job)
        if isinstance(kind, Inspect | Import):
            try:
                job.end(JobState.DONE, result=JOBS[type(kind)](Here(), kind))
            except (ValueError, OSError) as error:
                job.end(JobState.FAILED, str(error))
        return job

    monkeypatch.setattr("toll.jobs.launcher.Launcher.submit", submit)


@pytest.fixture
def drop(at_once: None, show) -> Callable[[Path], object]:
    """Call with a file to open the page and drop the file there."""

    def drop(path: Path):
        app = show("own")
        app.file_uploader[0].set_value((path.name, path.read_bytes(), "")).run()
        check(app, "own")
        return app

    return drop


def press(app, label: str):
    next(each for each in app.main.button if each.label == label).click().run()
    return app


def select(app, label: str):
    return next(each for each in app.main.selectbox if each.label == label)


def many(app, label: str):
    return next(each for each in app.main.multiselect if each.label == label)


def test_a_dropped_table_is_shown_column_by_column(drop, tmp_path):
    app = drop(write_csv(tmp_path / "parts.csv"))
    (shown,) = [each.value for each in app.dataframe]
    assert shown["column"].tolist() == ["heat", "noise level", "maker", "state"]
    assert shown["holds"].tolist() == ["number", "number", "text", "text"]
    assert any("240 rows of 4 columns" in each.value for each in app.caption)


def test_it_is_imported_as_chosen_and_leads_to_train_with_the_dataset_chosen(drop, tmp_path):
    app = drop(write_csv(tmp_path / "My Parts.csv"))
    select(app, "Label column").select("state").run()
    many(app, "Normal values").set_value(["good"]).run()
    assert many(app, "Categorical").value == ["maker"]
    press(app, "Import")
    check(app, "own")
    assert DATASETS["my-parts"].feature_names == ("heat", "noise level", "maker=A", "maker=B")
    assert any("is imported" in each.value for each in app.success)
    press(app, "Train on it")
    assert not app.exception and app.title[0].value == "Train"
    assert select(app, "Dataset").value == "my-parts"


def test_without_labels_one_press_imports_it(drop, tmp_path):
    app = press(drop(write_csv(tmp_path / "parts.csv")), "Import")
    check(app, "own")
    assert not DATASETS["parts"].labelled


def test_which_values_are_normal_has_to_be_said(drop, tmp_path):
    app = drop(write_csv(tmp_path / "parts.csv"))
    select(app, "Label column").select("state").run()
    assert any("Choose which values are normal" in each.value for each in app.info)
    assert next(each for each in app.main.button if each.label == "Import").disabled


def test_a_zip_file_of_pictures_is_labelled_by_its_folders(drop, tmp_path):
    files = {f"{kind}/{n}.png": picture(90 + n) for kind in ("good", "bad") for n in range(12)}
    app = drop(write_zip(tmp_path / "plates.zip", files))
    assert select(app, "Label column").value == "folder"
    many(app, "Normal values").set_value(["good"]).run()
    press(app, "Import")
    assert DATASETS["plates"].shape == (1, 28, 28)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "a.csv is empty."), (b"a,b\n\xc3\xbc,1\n\xfc,2\n", "line 3 of a.csv is not in UTF-8")],
)
def test_a_file_that_cannot_be_read_is_said_to_be_so(drop, tmp_path, content, said):
    (tmp_path / "a.csv").write_bytes(content)
    app = drop(tmp_path / "a.csv")
    assert any(said in each.value for each in app.error)


def test_a_name_that_will_not_do_is_said_in_the_words_of_its_field(drop, tmp_path):
    app = drop(write_csv(tmp_path / "mnist.csv"))
    press(app, "Import")
    assert any("**Name** is 'mnist', which another" in each.value for each in app.error)
    assert not [name for name in DATASETS if DATASETS[name].own]


def test_what_was_imported_is_listed_and_can_be_forgotten(show, at_once, tmp_path):
    import_small("own-table", tmp_path)
    app = show("own")
    assert any("**own-table**: 240 rows" in each.value for each in app.markdown)
    press(app, "Forget")
    assert "own-table" not in DATASETS
    assert not any("own-table" in each.value for each in app.markdown)


def test_another_dataset_of_the_same_name_is_not_taken_for_the_one_before(tmp_path, app):
    import_small("own-table", tmp_path)
    before = loading.split("own-table", (1,), 0)
    DATASETS["own-table"]
    from toll.studies.own_data import forget

    forget("own-table")
    import_small("own-table", tmp_path)
    assert loading.split("own-table", (1,), 0) is not before


def test_an_upload_is_no_path_out_of_its_folder(cache):
    class Sly:
        file_id, name = "../../up", "..\\..\\evil.csv"

        def getbuffer(self) -> memoryview:
            return memoryview(b"a")

    path = uploads.keep(Sly())
    assert path == cache / "uploads" / "up" / "evil.csv"
    uploads.forget(path)
    assert not path.exists()
