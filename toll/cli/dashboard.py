"""`toll dashboard`: start the dashboard, whatever folder one is in."""

import argparse
import runpy
import sys
from pathlib import Path

from toll.paths import APP

# Listening on all of a machine's addresses tells nothing about the name that visitors type.
EVERYWHERE = ("0.0.0.0", "::")


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.allow_abbrev = False  # other flags are Streamlit's, whatever they begin with
    parser.usage = (
        "toll dashboard [--port PORT] [--address ADDRESS] [--headless] [Streamlit's flags]"
    )
    parser.description = "Open the dashboard in a browser. Ctrl-C ends it."
    parser.epilog = (
        "Every other flag goes to `streamlit run`, for example --theme.base dark; "
        "`streamlit run --help` lists them."
    )
    parser.add_argument(
        "--port", type=_port, help="where to listen (default: 8501, or the next one free)"
    )
    parser.add_argument(
        "--address",
        help="where to listen (default: 127.0.0.1, which this computer alone can reach). There are "
        "no passwords. With 0.0.0.0 also give --server.allowedHosts and the name by which others "
        "reach this computer",
    )
    parser.add_argument(
        "--headless", action="store_true", help="open no browser (default: open one)"
    )
    parser.set_defaults(command=_dashboard, for_streamlit=[])


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; it must be from 1 to 65535")
    return int(text)


def _dashboard(options: argparse.Namespace) -> int:
    sys.argv = ["streamlit", "run", str(script()), *streamlit_flags(options)]
    # As `python -m streamlit`, in this process: Ctrl-C and signals reach it directly.
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    return 0


def script() -> Path:
    """What Streamlit runs."""
    return APP / "dashboard" / "app.py"


def streamlit_flags(options: argparse.Namespace) -> list[str]:
    """Our flags in Streamlit's words, before those that are Streamlit's already."""
    flags = []
    if options.port is not None:
        flags += ["--server.port", str(options.port)]
    if options.headless:
        flags += ["--server.headless", "true"]
    if options.address is not None:
        flags += ["--server.address", options.address]
        if options.address not in EVERYWHERE:
            flags += ["--browser.serverAddress", options.address]
            for host in dict.fromkeys(("localhost", "127.0.0.1", options.address)):
                flags += ["--server.allowedHosts", host]
    return flags + options.for_streamlit
