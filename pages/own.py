"""Your data: drop a file, see what is in it, say what it is for, and train on it."""

from pathlib import Path

import streamlit as st

from dashboard import components, faults, fields, form, loading, own_form, permission, uploads
from dashboard.plain import plain
from dashboard.waiting import wait_for
from toll.data import DATASETS, PUBLISHED, DatasetSpec
from toll.data.own.importing import check_name
from toll.data.own.tables import READERS
from toll.jobs.kinds import Import, Inspect
from toll.jobs.queue import JobState
from toll.paths import own_data_dir
from toll.studies.own_data import forget

IMPORTED = "imported"


def bring_in(file: Path) -> None:
    """Ask what a file is for, and import it."""
    seen = wait_for(Inspect(file), "Looking into the file …")
    if seen.state == JobState.FAILED:
        st.error(plain(f"{seen.message}."))
        return
    found = own_form.inspection(seen.result)
    own_form.show(found)
    plan, name = own_form.choose(found, str(file)), own_form.choose_name(file, str(file))
    started = st.session_state.get(IMPORTED)
    if permission.button("Import", own_data_dir(), type="primary", disabled=plan is None) and plan:
        try:
            check_name(name, PUBLISHED)
        except ValueError as error:
            fields.show_fault(error, own_form.LABELS)
            return
        started = st.session_state[IMPORTED] = Import(file, name, plan)
        loading.launcher().submit(started)
    if isinstance(started, Import) and started.file == file:
        follow(started)


def follow(started: Import) -> None:
    """How far the import is; what is wrong with it, or that it is done."""
    job = wait_for(started, "Importing …")
    if job.state == JobState.FAILED:
        st.error(plain(f"{job.message}."))
    elif started.name in DATASETS:
        st.success(f"**{plain(started.name)}** is imported.")
        if st.button("Train on it", type="primary", key="train now"):
            train_on(started.name)


def train_on(name: str) -> None:
    form.open_with(name)
    st.switch_page(components.PAGES / "train.py")


def show(spec: DatasetSpec) -> None:
    text, train, gone = st.columns([5, 1, 1], vertical_alignment="center")
    normal = f"Normal: {spec.classes_text(spec.normal_classes)}." if spec.labelled else ""
    text.markdown(f"**{plain(spec.title)}**: {plain(spec.description)}")
    text.caption(plain(f"{normal} {spec.note}"))
    if train.button("Train", key=f"train {spec.name}", width="stretch"):
        train_on(spec.name)
    if gone.button("Forget", key=f"forget {spec.name}", width="stretch"):
        faults.carry_out(forget, spec.name)
        if spec.name not in DATASETS:
            st.session_state.pop(IMPORTED, None)
            st.rerun()


st.title("Your data")
st.caption(
    "A table or pictures of your own, to train on like any dataset. Nothing of it leaves this "
    "machine. Larger files are imported in a shell: `toll import FILE --name NAME`."
)
kinds = [kind.removeprefix(".") for kind in (*READERS, ".zip")]
dropped = st.file_uploader("A table, or a zip file of pictures", type=kinds)
if dropped is not None:
    bring_in(uploads.keep(dropped))
if mine := [spec for spec in DATASETS.values() if spec.own]:
    st.subheader("Imported")
    for each in mine:
        show(each)
