"""What people read first names files and commands that are there."""

import re

import pytest

from tests.conftest import ROOT

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "cache/README.md", "tests/benchmarks/README.md")
PATH = re.compile(r"\b(?:toll|dashboard|pages|tests)/[\w./-]*\w/?")


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_is_named_exists(document):
    named = set(PATH.findall(text_of(document)))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_room_of_toll_has_a_place_in_the_picture():
    said = text_of("CONTRIBUTING.md")
    hidden = ("__init__.py", "__pycache__")
    rooms = {path.name for path in (ROOT / "toll").iterdir() if path.name not in hidden}
    assert [room for room in sorted(rooms) if f"`{room}" not in said] == []


def test_every_target_that_is_named_is_in_the_makefile_and_described():
    named = set(re.findall(r"`make ([\w-]+)", text_of("CONTRIBUTING.md") + text_of("README.md")))
    described = set(re.findall(r"^([\w-]+):.*  ## \w", text_of("Makefile"), re.MULTILINE))
    phony = set(re.findall(r"^\.PHONY: (\S+)", text_of("Makefile"), re.MULTILINE))
    assert named <= described and described == phony


def test_every_test_that_is_named_is_there():
    (where,) = re.findall(r"pytest (tests/\S+)::(test_\w+)", text_of("CONTRIBUTING.md"))
    assert f"def {where[1]}(" in text_of(where[0])


def test_every_benchmark_is_listed():
    modules = {path.stem for path in (ROOT / "tests" / "benchmarks").glob("[a-z]*.py")}
    listed = set(re.findall(r"-m tests\.benchmarks\.(\w+)", text_of("tests/benchmarks/README.md")))
    assert listed == modules
