"""The package as `pip install .` lays it down, in a folder of its own."""

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.conftest import ROOT


def build_wheel(folder: Path) -> Path:
    """The wheel, made by the build backend that is installed: nothing is downloaded."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("toll-*.whl")
    return wheel


def install(folder: Path) -> Path:
    """A folder that stands for site-packages, with the package and nothing else in it."""
    site = folder / "site"
    with zipfile.ZipFile(build_wheel(folder)) as wheel:
        wheel.extractall(site)
    return site
