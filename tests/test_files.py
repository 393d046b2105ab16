"""Files are there whole or not at all."""

import json

import pytest

from toll.files import append_json_lines, replacing, write_json


def test_a_file_is_replaced_only_when_it_is_whole(tmp_path):
    path = tmp_path / "value.json"
    write_json(path, {"a": 1})
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        temporary.write_text('{"a":')
        raise KeyboardInterrupt
    assert json.loads(path.read_text()) == {"a": 1}
    assert [each for each in tmp_path.iterdir() if each.is_file()] == [path]


def test_lines_are_appended_in_order(tmp_path):
    path = tmp_path / "history.jsonl"
    append_json_lines(path, [{"step": 1}, {"step": 2}])
    append_json_lines(path, [{"step": 3}])
    assert path.read_text() == '{"step": 1}\n{"step": 2}\n{"step": 3}\n'
