"""The frame of the dashboard: `streamlit run dashboard/app.py`.

Puts the project's root on the import path, shows the sidebar that all pages share, and runs the
page that was chosen.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from dashboard import components, loading, state  # noqa: E402

st.set_page_config(page_title="Toll: targeted collapse", page_icon="🕳️", layout="wide")
loading.launcher()

page = st.navigation(
    {
        "": [
            st.Page(ROOT / "pages" / "start.py", title="Start", icon="🕳️", default=True),
            st.Page(ROOT / "pages" / "train.py", title="Train", icon="🎛️"),
        ],
        "The selected run": [
            st.Page(ROOT / "pages" / "space.py", title="Latent space", icon="🌌"),
            st.Page(ROOT / "pages" / "norms.py", title="Latent norms", icon="📊"),
            st.Page(ROOT / "pages" / "losses.py", title="Loss curves", icon="📉"),
            st.Page(ROOT / "pages" / "detection.py", title="Detection", icon="🎯"),
            st.Page(ROOT / "pages" / "gallery.py", title="Top anomalies", icon="🖼️"),
        ],
        "Everything": [
            st.Page(ROOT / "pages" / "runs.py", title="All runs", icon="🗂️"),
            st.Page(ROOT / "pages" / "datasets.py", title="Datasets", icon="💾"),
        ],
    }
)
state.keep_in_link()
components.run_picker()
page.run()
