"""The frame of the dashboard: the script that app.py serves.

Puts the project's root on the import path, shows the sidebar that all pages share, and runs the
page that was chosen.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from dashboard import components, faults, history, loading, state  # noqa: E402

ICON = str(ROOT / "dashboard" / "icon.svg")

st.set_page_config(page_title="Toll: targeted collapse", page_icon=ICON, layout="wide")
loading.launcher()

page = st.navigation(
    {
        "": [
            st.Page(ROOT / "pages" / "start.py", title="Start", default=True),
            st.Page(ROOT / "pages" / "train.py", title="Train"),
            st.Page(ROOT / "pages" / "own.py", title="Your data"),
        ],
        "What is selected": [
            st.Page(ROOT / "pages" / "collapse.py", title="Watch the collapse"),
            st.Page(ROOT / "pages" / "ladder.py", title="Tune β"),
            st.Page(ROOT / "pages" / "losses.py", title="Loss curves"),
            st.Page(ROOT / "pages" / "detection.py", title="Detection"),
            st.Page(ROOT / "pages" / "detectors.py", title="Other detectors"),
            st.Page(ROOT / "pages" / "gallery.py", title="Top anomalies"),
        ],
        "Everything": [
            st.Page(ROOT / "pages" / "runs.py", title="All runs"),
            st.Page(ROOT / "pages" / "compare.py", title="Compare"),
            st.Page(ROOT / "pages" / "paper.py", title="Paper"),
            st.Page(ROOT / "pages" / "datasets.py", title="Datasets"),
        ],
    },
    expanded=True,
)
state.keep_in_link(page.url_path)
components.run_picker()
with st.sidebar:
    history.keep_to_steps()
with faults.shown():
    page.run()
