"""What `pip install .` gives: the library, the command and the dashboard, in one folder."""

import os
import re
import subprocess
import sys
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.installed import install
from toll import __version__

CODE = (".py", ".js", ".css", ".html", ".svg", ".toml")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("installed"))


def files(folder: Path) -> set[str]:
    """Paths of the files that the program consists of, hidden folders included."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.suffix in CODE)
    return {path.as_posix() for path in found}


def listed(file: str) -> list[str]:
    """What a file of requirements asks for: `name>=version`."""
    lines = ((ROOT / file).read_text(encoding="utf-8")).splitlines()
    wanted = (line.partition("#")[0].strip() for line in lines)
    return [line for line in wanted if line and not line.startswith("-")]


def test_every_file_of_the_program_is_in_it_and_one_folder_holds_them_all(site):
    toll, packed = files(ROOT / "toll"), files(site / "toll")
    app = {f"app/{name}/{each}" for name in ("dashboard", "pages") for each in files(ROOT / name)}
    assert "app/dashboard/.streamlit/config.toml" in app
    assert packed == toll | app
    assert {path.name for path in site.iterdir()} == {"toll", f"toll-{__version__}.dist-info"}


def test_what_it_needs_is_what_requirements_txt_lists(site):
    package = Distribution.at(site / f"toll-{__version__}.dist-info")
    needed = [each for each in package.requires or [] if "extra ==" not in each]
    assert sorted(needed) == sorted(listed("requirements.txt"))
    (script,) = package.entry_points
    assert (script.name, script.value) == ("toll", "toll.__main__:main")


def test_runs_and_datasets_go_into_the_users_own_folder(site, tmp_path):
    code = "from toll import paths; print(paths.runs_dir(), paths.data_dir(), sep='\\n')"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOLL_")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(site), "HOME": str(tmp_path), "XDG_DATA_HOME": ""},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    runs, data = map(Path, done.stdout.splitlines())
    assert (runs.name, data.name) == ("runs", "datasets") and runs.parent == data.parent
    assert runs.parent.name == "toll" and runs.is_relative_to(tmp_path.resolve())


def test_the_player_in_it_is_whole(site, tmp_path):
    code = "from toll.player.bundle import *; print(bundle(DASHBOARD_PAGE), bundle(FILM_PAGE))"
    environment = os.environ | {"PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nexport default " in done.stdout and "\nimport " not in done.stdout


def version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))


def test_the_versions_that_the_checks_ran_with_are_within_the_bounds():
    tried = dict(line.split("==") for line in listed("constraints.txt"))
    for each in listed("requirements.txt") + listed("requirements-dev.txt"):
        name, lowest = each.split(">=")
        assert version(tried[name]) >= version(lowest), each
