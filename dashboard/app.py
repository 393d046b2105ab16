"""The dashboard's server: `streamlit run dashboard/app.py`. What it shows is frame.py.

A server of its own, rather than a script, so that it can look at connections before Streamlit does.
"""

import sys
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from streamlit.starlette import App  # noqa: E402

from dashboard.library import chart_library  # noqa: E402
from dashboard.origin import OwnPagesOnly  # noqa: E402
from dashboard.style import Styled  # noqa: E402

# The server listens a moment after it has called `opened`.
UNTIL_IT_LISTENS_SECONDS = 0.3


@asynccontextmanager
async def opened(app: App) -> AsyncIterator[None]:
    """Open a browser, which Streamlit itself does for scripts only."""
    if not st.get_option("server.headless"):
        threading.Timer(UNTIL_IT_LISTENS_SECONDS, webbrowser.open, (address(),)).start()
    yield


def address() -> str:
    """Where a person on this computer finds the dashboard."""
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    host, port = st.get_option("browser.serverAddress"), st.get_option("browser.serverPort")
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{scheme}://{host}:{port}/{base}"


app = App(
    ROOT / "dashboard" / "frame.py",
    lifespan=opened,
    middleware=[Middleware(OwnPagesOnly), Middleware(Styled)],
    routes=[chart_library()],
)
