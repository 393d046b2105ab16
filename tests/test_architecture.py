"""Which way things flow: pages → dashboard → toll, never back, and quick imports stay quick.

The floors inside toll are an import linter's contract, in pyproject.toml.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

# Rooms that the first page imports, before there is time for more; and single modules of others.
QUICK_ROOMS = ("runs", "latent", "evaluation", "film", "studies", "player", "data")
QUICK = ("config", "presets", "jobs.kinds", "jobs.launcher", "jobs.queue", "jobs.speed")
# Those of these rooms that a worker imports.
WORKERS = {"studies.fill"}
SLOW = ("torch", "torchvision", "sklearn", "scipy", "umap", "numba")


def imports(path: Path) -> set[str]:
    """Dotted names of all that a file imports, wherever in it: `toll.runs.run`, `….run.Run`."""
    names: set[str] = set()
    for found in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match found:
            case ast.Import(names=aliases):
                names.update(each.name for each in aliases)
            case ast.ImportFrom(module=module, names=aliases, level=0) if module:
                names.add(module)
                names.update(f"{module}.{each.name}" for each in aliases)
            case ast.ImportFrom():
                raise AssertionError(f"{path}: imports are written in full")
    return names


def packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)}


def files(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, folder
    return found


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", files("toll"), ids=named)
def test_toll_knows_nothing_of_what_shows_it(path):
    assert packages(path).isdisjoint({"streamlit", "plotly", "dashboard", "pages", "tests"})


@pytest.mark.parametrize("path", files("dashboard"), ids=named)
def test_the_dashboard_imports_no_page(path):
    assert packages(path).isdisjoint({"pages", "tests"})


@pytest.mark.parametrize("path", files("pages"), ids=named)
def test_a_page_imports_no_other_page(path):
    siblings = {each.stem for each in files("pages")}
    assert packages(path).isdisjoint({"pages", "tests"} | siblings - sys.stdlib_module_names)


def test_inside_toll_imports_go_down_and_never_sideways():
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [*files("dashboard"), *files("pages")], ids=named)
def test_a_part_of_a_page_that_refreshes_itself_says_what_cannot_be_shown(path):
    """Between two refreshes a run's folder may be moved away or damaged."""
    functions = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    decorated = [
        [ast.unparse(each) for each in found.decorator_list]
        for found in functions
        if isinstance(found, ast.FunctionDef)
    ]
    parts = [names for names in decorated if any("st.fragment" in name for name in names)]
    assert all("faults.shown()" in names for names in parts)


# Names of files in a run's folder, by the only module that knows them.
FORMATS = {
    "run.py": {
        "config.json",
        "metrics.json",
        "history.jsonl",
        "reconstructions.npz",
        "scores.parquet",
        "gradients.jsonl",
        "validation.jsonl",
    },
    "pictures.py": {"index.json", "inputs.png"},
}


@pytest.mark.parametrize("owner", FORMATS)
def test_every_part_of_toll_that_writes_to_a_run_does_so_through_one_module(owner):
    """The formats of a run's folder stand in one place."""
    for path in files("toll"):
        strings = {
            found.value
            for found in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(found, ast.Constant) and isinstance(found.value, str)
        }
        # older.py knows what else files were called.
        assert strings.isdisjoint(FORMATS[owner]) or path.name in (owner, "older.py"), path


def test_what_the_first_page_may_need_imports_nothing_slow():
    inside = {
        ".".join(path.relative_to(ROOT / "toll").with_suffix("").parts)
        for room in QUICK_ROOMS
        for path in files(f"toll/{room}")
    }
    lines = [f"import toll.{module}" for module in sorted({*QUICK, *inside} - WORKERS)]
    lines += ["import sys", f"print(*set({SLOW!r}) & sys.modules.keys())"]
    code = "\n".join(lines)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr, done.stdout.split()) == (0, "", [])
