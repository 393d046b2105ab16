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
# Little room is spent on what stands above a page's first picture; where a page is narrow, columns
# stand below each other before their words break, and a phone's menu bar covers no title.
STYLE = """
[data-testid=stMainBlockContainer] {padding: 1.6rem 2.2rem 4rem}
[data-testid=stMainBlockContainer] h1 {font-size: 1.9rem; padding: 0.2rem 0}
@media (max-width: 1000px) {
  [data-testid=stMain] [data-testid=stHorizontalBlock] {flex-wrap: wrap}
  [data-testid=stMain] [data-testid=stColumn] {min-width: min(100%, 14rem)}
}
@media (max-width: 768px) { [data-testid=stMainBlockContainer] {padding-top: 3.4rem} }
"""

st.html(f"<style>{STYLE}</style>")
loading.launcher()

page = st.navigation(
    {
        "": [
            st.Page(ROOT / "pages" / "start.py", title="Start", default=True),
            st.Page(ROOT / "pages" / "train.py", title="Train"),
        ],
        "What is selected": [
            st.Page(ROOT / "pages" / "collapse.py", title="Watch the collapse"),
            st.Page(ROOT / "pages" / "ladder.py", title="Tune β"),
            st.Page(ROOT / "pages" / "losses.py", title="Loss curves"),
            st.Page(ROOT / "pages" / "detection.py", title="Detection"),
            st.Page(ROOT / "pages" / "gallery.py", title="Top anomalies"),
        ],
        "Everything": [
            st.Page(ROOT / "pages" / "runs.py", title="All runs"),
            st.Page(ROOT / "pages" / "compare.py", title="Compare"),
            st.Page(ROOT / "pages" / "paper.py", title="Paper"),
            st.Page(ROOT / "pages" / "datasets.py", title="Datasets"),
        ],
    }
)
state.keep_in_link()
components.run_picker()
with st.sidebar:
    history.keep_to_steps()
with faults.shown():
    page.run()
