"""The form of a training: presets fill it, fields keep each other, what is wrong is said."""

import pytest

from dashboard import form
from toll.config import MAX_BETA
from toll.data import DATASETS
from toll.presets import PAPER_DATASETS, laptop, paper
from toll.runs.store import RunStore


@pytest.mark.parametrize(
    ("beta", "nearest"),
    [
        (0.0, 0.0),
        (-1.0, 0.0),
        (1e-9, 0.001),
        (0.001, 0.001),
        (3.0, 2.0),
        (3.5, 5.0),
        (10.0, 10.0),
        (12345.0, 10_000.0),
        (MAX_BETA, 10_000.0),
    ],
)
def test_the_slider_stands_at_the_nearest_of_its_values_on_the_log_scale(beta, nearest):
    assert form._nearest_beta(beta) == pytest.approx(nearest)


def test_the_slider_goes_from_a_thousandth_to_ten_thousand_and_has_exactly_zero():
    assert sorted(form.BETAS) == form.BETAS
    assert form.BETAS[0] == 0 and form.BETAS[1] == 0.001 and form.BETAS[-1] == 10_000
    assert all(form._nearest_beta(beta) == beta for beta in form.BETAS)


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_laptop_preset_is_offered_for_every_dataset(dataset):
    assert form._preset_config(dataset, "laptop") == laptop(dataset)


@pytest.mark.parametrize("dataset", PAPER_DATASETS)
def test_the_paper_preset_is_the_published_one(dataset):
    assert form._preset_config(dataset, "paper") == paper(dataset)


def test_a_dataset_that_is_not_in_the_paper_falls_back_to_the_laptop():
    assert form._preset_config("digits", "paper") == laptop("digits")


def test_my_last_is_the_newest_run_of_that_dataset(monkeypatch):
    store = RunStore()
    for second, config in enumerate(
        [laptop("digits", beta=3.0), laptop("digits", beta=0.25, seed=7), laptop("mnist")]
    ):
        time = f"20260101-00000{second}"
        monkeypatch.setattr("toll.runs.store.time.strftime", lambda form, time=time: time)
        store.create(config)
    (store.folder / "20270101-000000-digits-1").mkdir()
    assert form._preset_config("digits", "last") == laptop("digits", beta=0.25, seed=7)
    assert form._preset_config("fmnist", "last") == laptop("fmnist")


def field(app, name: str):
    """The widget whose key ends in a setting's name."""
    kinds = ("number_input", "selectbox", "select_slider", "button_group", "checkbox")
    keyed = {each.key: each for kind in kinds for each in app.main.get(kind)}
    return keyed.get(f"{form.PREFIX}{name}") or keyed[name]


def start_button(app):
    (button,) = [each for each in app.main.button if each.label == "Start training"]
    return button


def test_the_form_opens_with_the_laptop_preset_of_the_digits(show):
    app = show("train")
    for name, value in laptop("digits").to_dict().items():
        assert field(app, name).value == value
    assert not start_button(app).disabled and not app.error


def test_the_number_field_and_the_slider_follow_each_other(show):
    app = show("train")
    field(app, "beta").set_value(0.0).run()
    assert field(app, "beta_slider").value == 0
    field(app, "beta_slider").set_value(500.0).run()
    assert field(app, "beta").value == 500
    field(app, "beta").set_value(123.4).run()
    assert field(app, "beta_slider").value == 100
    assert field(app, "beta").value == 123.4


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("beta", -1.0, "**β exactly** is -1; it must be from 0 to 1e+06."),
        ("beta", 1e9, "**β exactly** is 1e+09; it must be from 0 to 1e+06."),
        ("lr", 0.0, "**Learning rate** is 0; it must be from 1e-08 to 10."),
        ("z_dim", 0, "**Latent size z_dim** is 0; it must be from 1 to 4096."),
        ("batch_size", 1, "**Batch size** is 1; it must be from 2 to 100000."),
        ("batch_size", 5000, "**Batch size** is 5000, but"),
        ("niter", -5, "**Training steps** is -5; it must be from 1 to 1e+07."),
        ("beta", None, "**β exactly** is empty; it must be a number."),
        ("niter", None, "**Training steps** is empty; it must be a number."),
        ("seed", -1, "**Seed** is -1; it must be from 0 to"),
    ],
)
def test_what_cannot_be_trained_is_said_at_once_and_cannot_be_started(show, name, value, sentence):
    app = show("train")
    field(app, name).set_value(value).run()
    assert not app.exception
    assert len(app.error) == 1 and app.error[0].value.startswith(sentence)
    assert start_button(app).disabled
    field(app, name).set_value(getattr(laptop("digits"), name)).run()
    assert not app.error and not start_button(app).disabled


def test_starting_creates_a_run_with_what_stands_in_the_fields_and_selects_it(show):
    app = show("train")
    field(app, "beta").set_value(2.5).run()
    field(app, "niter").set_value(50).run()
    field(app, "normal_class").set_value(3).run()
    field(app, "deterministic").check().run()
    start_button(app).click().run()
    (summary,) = RunStore().list()
    chosen = {"beta": 2.5, "niter": 50, "normal_class": 3, "deterministic": True}
    assert summary.config == laptop("digits", **chosen)
    assert app.query_params["run"] == summary.run.id
    assert app.sidebar.selectbox[0].value == summary.run.id


ALL_BUT_1 = (0, 2, 3, 4, 5, 6, 7, 8, 9)


def started(app):
    start_button(app).click().run()
    assert not app.exception
    return RunStore().list()[0].config


def test_everything_but_one_class_takes_two_choices(show):
    app = show("train")
    field(app, "normal_way").set_value("all but").run()
    field(app, "anomalous_class").set_value(1).run()
    assert not app.exception and not app.error
    assert any("1,615 of 1,797 samples are normal" in each.value for each in app.caption)
    assert started(app) == laptop("digits", normal_class=ALL_BUT_1)
    assert any("normal classes **all but 1**" in each.value for each in app.caption)


def test_ticking_classes_starts_from_those_that_were_chosen(show):
    app = show("train")
    field(app, "normal_way").set_value("several").run()
    assert field(app, "normal_classes").value == [8]
    field(app, "normal_classes").set_value([8, 2, 3]).run()
    assert started(app).normal_class == (2, 3, 8)
    field(app, "normal_way").set_value("one").run()
    assert field(app, "normal_class").value == 8


@pytest.mark.parametrize(
    ("ticked", "sentence"),
    [
        ([], "no class of Digits is normal; at least one must be."),
        (list(range(10)), "all classes of Digits are normal; one must be anomalous."),
    ],
)
def test_classes_that_cannot_be_normal_are_told_once_and_cannot_be_trained(show, ticked, sentence):
    app = show("train")
    field(app, "normal_way").set_value("several").run()
    field(app, "normal_classes").set_value(ticked).run()
    assert [each.value for each in app.error] == [sentence]
    assert start_button(app).disabled and not app.exception


@pytest.mark.parametrize(
    ("normal_class", "way", "name", "value"),
    [
        (3, "one", "normal_class", 3),
        (ALL_BUT_1, "all but", "anomalous_class", 1),
        ((2, 3, 5), "several", "normal_classes", [2, 3, 5]),
    ],
)
def test_my_last_shows_its_normal_classes(show, normal_class, way, name, value):
    RunStore().create(laptop("digits", normal_class=normal_class))
    app = show("train")
    field(app, "preset").set_value("last").run()
    assert not app.exception and not app.error
    assert field(app, "normal_way").value == way and field(app, name).value == value


def test_the_normal_classes_stay_while_other_pages_are_visited(show):
    app = show("train")
    field(app, "normal_way").set_value("all but").run()
    field(app, "anomalous_class").set_value(7).run()
    show("datasets")
    app = show("train")
    assert field(app, "normal_way").value == "all but"
    assert field(app, "anomalous_class").value == 7


def test_runs_that_wait_are_listed_and_can_be_withdrawn(show):
    app = show("train")
    for beta in (1.0, 2.0):
        field(app, "beta").set_value(beta).run()
        start_button(app).click().run()
    assert "Waiting" in [each.value for each in app.subheader]
    waiting = [each.value for each in app.markdown if each.value.startswith("digits ·")]
    assert waiting == ["digits · 8 · β 1", "digits · 8 · β 2"]
    withdraw = [each for each in app.button if (each.key or "").startswith("withdraw")]
    withdraw[0].click().run()
    states = {each.config.beta: each.status.state for each in RunStore().list() if each.config}
    assert states == {1.0: "stopped", 2.0: "queued"}


def test_the_settings_stay_while_other_pages_are_visited(show):
    app = show("train")
    field(app, "beta").set_value(77.0).run()
    field(app, "seed").set_value(5).run()
    show("datasets")
    app = show("train")
    assert field(app, "beta").value == 77
    assert field(app, "beta_slider").value == 100
    assert field(app, "seed").value == 5


def test_a_dataset_that_is_missing_says_so_and_leads_to_where_it_can_be_got(show):
    app = show("train")
    field(app, "dataset").set_value("mnist").run()
    assert not app.exception
    assert any("MNIST is not in" in each.value for each in app.info)
    assert "Get it under **Datasets**" in [each.label for each in app.main.get("page_link")]
    assert start_button(app).disabled


def test_choosing_another_dataset_fills_in_its_preset(show, real_data, monkeypatch):
    monkeypatch.setenv("TOLL_DATA_DIR", str(real_data))
    app = show("train")
    field(app, "dataset").set_value("arrhythmia").run()
    assert not app.exception and not app.error
    for name, value in laptop("arrhythmia").to_dict().items():
        assert field(app, name).value == value
    field(app, "preset").set_value("paper").run()
    assert not app.exception
    assert field(app, "niter").value == paper("arrhythmia").niter
