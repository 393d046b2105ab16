"""The dashboard as a person starts it: the `streamlit` script, in a process of its own."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import psutil

from tests.conftest import ROOT
from tests.reading import obey_modes
from tests.waiting import wait_until

# A worker ends when its input closes; this is far more than it needs.
SECONDS_TO_END = 60


@dataclass(frozen=True)
class Server:
    """A running dashboard. `cache`: its folder of runs; `log`: what it has printed."""

    process: subprocess.Popen[bytes]
    port: int
    cache: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[psutil.Process]:
        """Its child processes; none once it has ended."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def is_healthy(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False


@contextmanager
def serving(
    folder: Path,
    root: Path = ROOT,
    site: Path | None = None,
    browser: Path | None = None,
    obeys_modes: bool = False,
    tells_story: bool = False,
) -> Iterator[Server]:
    """Serve the dashboard in `root` with the working directory and cache inside `folder`.

    site: a folder with the installed package; then `toll dashboard` serves what that contains.
    browser: a program to be started as the person's browser; without, none is started.
    tells_story: it trains the first story in the background, as a person's does.
    obeys_modes: it may not write to what nobody may write to, root's server either.
    """
    elsewhere, cache, log = folder / "elsewhere", folder / "cache", folder / "server.log"
    elsewhere.mkdir(parents=True)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [_streamlit(), "run", str(root / "dashboard" / "app.py")]
    if site is not None:
        command = [sys.executable, "-m", "toll", "dashboard"]
    # A person's own settings must not change what is tested, nor tests what a person has.
    own = ("STREAMLIT_", "TOLL_", "PYTHONPATH", "PYTEST_", "XDG_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    if site is not None:
        kept["PYTHONPATH"] = str(site)
    if browser is not None:
        kept["BROWSER"] = str(browser)
    headless = "true" if browser is None else "false"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--server.headless", headless, "--server.port", str(port)],
            cwd=elsewhere,
            env={
                **kept,
                "TOLL_CACHE_DIR": str(cache),
                "TOLL_FIRST_STORY": "1" if tells_story else "0",
                "HOME": str(folder),
            },
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=obey_modes if obeys_modes else None,
        )
    server = Server(process, port, cache, log)
    try:
        wait_until(server.is_healthy, "the server answers")
        yield server
    finally:
        workers = server.workers()
        process.terminate()
        process.wait(SECONDS_TO_END)
        _, left = psutil.wait_procs(workers, SECONDS_TO_END)
        for worker in left:
            worker.kill()
        assert not left, f"workers outlived the server: {left}"


def _streamlit() -> str:
    """The script that a person calls."""
    script = shutil.which("streamlit", path=str(Path(sys.executable).parent))
    assert script, "streamlit is not installed beside the Python that runs the tests"
    return script
