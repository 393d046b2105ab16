"""Modules become one script, each with its own scope; what cannot be bundled is refused."""

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from toll.player.bundle import (
    CONSOLE_PAGE,
    DASHBOARD_PAGE,
    FILM_PAGE,
    PLAYER,
    PREVIEW_PAGE,
    BundleError,
    bundle,
    style,
)

ENTRIES = (FILM_PAGE, DASHBOARD_PAGE, PREVIEW_PAGE, CONSOLE_PAGE)


@pytest.fixture
def write(tmp_path):
    """Call with {name: code} to write modules; gives the folder."""

    def write(modules: dict[str, str]) -> Path:
        for name, code in modules.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(code, encoding="utf-8")
        return tmp_path

    return write


def run(script: str) -> str:
    """What a module prints in node."""
    # The one that requirements-dev.txt brings, or else the system's.
    here = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    node = shutil.which("node", path=here)
    if node is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no node: requirements-dev.txt brings one")
        pytest.skip("no node on the path; requirements-dev.txt brings one")
    command = [node, "--input-type=module", "-"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_two_modules_may_use_the_same_name_for_different_things(write):
    folder = write(
        {
            "one.js": "const secret = 1;\nexport function one() {\n  return secret;\n}\n",
            "two.js": "const secret = 2;\nexport function two() {\n  return secret;\n}\n",
            "main.js": 'import { one } from "./one.js";\nimport { two } from "./two.js";\n'
            "const secret = 3;\nconsole.log(one(), two(), secret);\n",
        }
    )
    assert run(bundle(folder / "main.js")) == "1 2 3"


def test_every_form_of_import_and_export_that_is_understood_works(write):
    folder = write(
        {
            "kit/parts.js": "export const a = 1;\nexport class B {}\n"
            "export async function c() {\n  return 3;\n}\n",
            "main.js": 'import {\n  a,\n  B as Other,\n  c,\n} from "./kit/parts.js";\n'
            "c().then((three) => console.log(a, Other.name, three));\n",
        }
    )
    assert run(bundle(folder / "main.js")) == "1 B 3"


def test_a_bundle_exports_what_its_entry_exports(write):
    entry = "export const a = 1;\nexport default function ({ data }) {\n  return data;\n}\n"
    script = bundle(write({"main.js": entry}) / "main.js")
    address = f"data:text/javascript;base64,{base64.b64encode(script.encode()).decode()}"
    shown = f'import shown, {{ a }} from "{address}";\nconsole.log(shown({{ data: 2 }}), a);\n'
    assert run(shown) == "2 1"


def test_a_module_that_two_others_need_is_there_once_and_before_both(write):
    folder = write(
        {
            "shared.js": 'console.log("shared");\nexport const n = 1;\n',
            "one.js": 'import { n } from "./shared.js";\nexport const one = n;\n',
            "two.js": 'import { n } from "./shared.js";\nexport const two = n + 1;\n',
            "main.js": 'import { one } from "./one.js";\nimport { two } from "./two.js";\n'
            "console.log(one, two);\n",
        }
    )
    assert run(bundle(folder / "main.js")) == "shared\n1 2"


def test_modules_that_import_each_other_are_refused(write):
    folder = write(
        {
            "one.js": 'import { two } from "./two.js";\nexport const one = 1;\n',
            "two.js": 'import { one } from "./one.js";\nexport const two = 2;\n',
        }
    )
    with pytest.raises(BundleError, match="one.js imports two.js imports one.js"):
        bundle(folder / "one.js")


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./other.js";',
        'import other from "./other.js";',
        'import "./other.js";',
        'import { a } from "elsewhere";',
        'const late = await import("./other.js");',
        "const here = import.meta.url;",
        'export * from "./other.js";',
        "export { a };",
        "export let changing = 1;",
        "export default class {}",
    ],
)
def test_a_form_that_is_not_understood_is_named(write, line):
    folder = write({"other.js": "export const a = 1;\n", "main.js": f"{line}\n"})
    with pytest.raises(BundleError, match="main.js: this form cannot be bundled: (im|ex)port"):
        bundle(folder / "main.js")


def test_an_import_of_what_is_not_there_is_refused(write):
    folder = write({"other.js": "const a = 1;\n", "main.js": 'import { a } from "./other.js";\n'})
    with pytest.raises(BundleError, match="main.js imports a, which other.js does not export"):
        bundle(folder / "main.js")
    write({"main.js": 'import { a } from "./gone.js";\n'})
    with pytest.raises(BundleError, match="main.js imports ./gone.js, but there is no such file"):
        bundle(folder / "main.js")


def test_what_looks_like_an_import_in_a_comment_is_left_alone(write):
    code = '/** @import { B } from "./b.js" */\n/**\n * @type {import("./b.js").B}\n */\nlet b;\n'
    assert "b.js" not in bundle(write({"main.js": code}) / "main.js")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.name)
def test_the_player_is_bundled_without_imports_comments_or_paths_of_this_machine(entry):
    script = bundle(entry)
    assert not re.search(r"^import\b", script, re.MULTILINE)
    assert "/**" not in script.replace("/** @type", "")
    assert str(ROOT) not in script
    assert "</script" not in script


def modules_of(entry: Path) -> set[str]:
    return set(re.findall(r"^// (.+\.js)$", bundle(entry), re.MULTILINE))


def room(name: str) -> set[str]:
    return {path.relative_to(PLAYER).as_posix() for path in (PLAYER / name).glob("*.js")}


@pytest.mark.parametrize("entry", [FILM_PAGE, DASHBOARD_PAGE])
def test_every_module_is_in_the_film_but_those_of_other_entries(entry):
    others = {each.name for each in ENTRIES if each != entry} | {"preview.js"} | room("console")
    there = {path.relative_to(PLAYER).as_posix() for path in PLAYER.rglob("*.js")}
    assert modules_of(entry) == there - others


def test_a_preview_is_made_of_parts_of_the_film():
    own = {"preview.js", PREVIEW_PAGE.name}
    assert own < modules_of(PREVIEW_PAGE) < modules_of(FILM_PAGE) | own


def test_the_console_is_all_of_its_own_room_and_parts_of_the_film():
    own = {CONSOLE_PAGE.name} | room("console")
    assert own < modules_of(CONSOLE_PAGE) < modules_of(FILM_PAGE) | own


ROOMS = {
    "kit": {"kit"},
    "film": {"kit", "film"},
    "views": {"kit", "film", "views"},
    "console": {"kit", "film", "views", "console"},
}


@pytest.mark.parametrize("name", ROOMS)
def test_what_any_chart_needs_knows_no_film_and_a_film_knows_no_chart(name):
    for path in (PLAYER / name).glob("*.js"):
        code = path.read_text(encoding="utf-8")
        needed = re.findall(r'^import [^"]*"([^"]+)";', code, re.MULTILINE)
        rooms = {(path.parent / each).resolve().relative_to(PLAYER).parts[0] for each in needed}
        assert rooms <= ROOMS[name], path


def test_the_style_sheet_begins_with_the_palette():
    assert style().index("--toll-normal:") < style().index(".toll-player")
