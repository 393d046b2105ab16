"""Datasets: which there are, which are missing, and how to get them."""

import streamlit as st

from dashboard import faults, loading, permission
from dashboard.plain import plain
from toll.data import DATASETS, DatasetSpec, availability
from toll.jobs.kinds import Download
from toll.jobs.queue import JobState
from toll.paths import data_dir, may_write


def download(spec: DatasetSpec) -> None:
    loading.launcher().submit(Download(spec.name))


def show(spec: DatasetSpec) -> None:
    found = availability(spec.name)
    text, action = st.columns([4, 1], vertical_alignment="center")
    with text:
        st.markdown(f"{'✓' if found.present else '○'} **{spec.title}**: {spec.description}")
        st.caption(f"{plain(found.message)} Licence: {spec.licence}.")
    if found.present:
        return
    job = loading.launcher().find(Download(spec.name))
    with action:
        if spec.downloadable and (job is None or job.ended.is_set()):
            size = f"{spec.download_bytes / 1e6:,.0f} MB"
            st.button(
                f"Download ({size})",
                key=spec.name,
                on_click=download,
                args=(spec,),
                disabled=not may_write(data_dir()),
            )
    if found.missing:
        with st.expander("Or put the files there by hand"):
            st.markdown(f"From {spec.by_hand}, into {plain(found.folder)}:")
            st.markdown("\n".join(f"- {plain(name)}" for name in found.missing))


def show_downloads() -> None:
    launcher = loading.launcher()
    jobs = {spec: launcher.find(Download(spec.name)) for spec in DATASETS.values()}
    running = any(job is not None and not job.ended.is_set() for job in jobs.values())

    @st.fragment(run_every=0.5 if running else None)
    @faults.shown()
    def progress() -> None:
        for spec, job in jobs.items():
            if job is None:
                continue
            if job.state == JobState.FAILED:
                st.error(plain(f"{spec.title}: {job.message}"))
            elif not job.ended.is_set():
                doing = f"{spec.title}: {job.message or 'starting …'}"
                st.progress(job.share, text=plain(doing))
                key = f"cancel {spec.name}"
                st.button("Cancel", key=key, on_click=launcher.cancel, args=(Download(spec.name),))
        if running and all(job is None or job.ended.is_set() for job in jobs.values()):
            st.rerun()

    progress()


st.title("Datasets")
st.caption(f"Data folder: {plain(data_dir())}. Set TOLL_DATA_DIR to keep it elsewhere.")
if said := permission.refusal(data_dir()):
    st.caption(plain(said))
show_downloads()
for each in DATASETS.values():
    show(each)
