"""Files are there whole or not at all."""

import json

import pytest

from toll.files import (
    append_json_lines,
    read_json_lines,
    read_object,
    replacing,
    write_json,
)


def test_a_file_is_replaced_only_when_it_is_whole(tmp_path):
    path = tmp_path / "value.json"
    write_json(path, {"a": 1})
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        temporary.write_text('{"a":')
        raise KeyboardInterrupt
    assert read_object(path) == {"a": 1}
    assert [each for each in tmp_path.iterdir() if each.is_file()] == [path]


@pytest.mark.parametrize("content", [b"", b'{"a":', b"\xff\xfe", b"[]", b"null", b"3"])
def test_what_is_not_a_json_object_is_reported_by_name(tmp_path, content):
    path = tmp_path / "config.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="^config.json is damaged: "):
        read_object(path)


def test_lines_are_appended_and_read_in_order(tmp_path):
    path = tmp_path / "history.jsonl"
    assert read_json_lines(path) == []
    append_json_lines(path, [{"step": 1}, {"step": 2}])
    append_json_lines(path, [{"step": 3}])
    assert [row["step"] for row in read_json_lines(path)] == [1, 2, 3]


@pytest.mark.parametrize("half", ['{"step": 3', '{"step": 3}', "{"])
def test_a_last_line_that_is_still_being_written_is_left_out(tmp_path, half):
    path = tmp_path / "history.jsonl"
    path.write_text(json.dumps({"step": 1}) + "\n" + half)
    assert read_json_lines(path) == [{"step": 1}]


def test_a_damaged_line_is_reported_with_the_name_of_the_file(tmp_path):
    path = tmp_path / "history.jsonl"
    path.write_text('{"step": 1\n{"step": 2}\n')
    with pytest.raises(ValueError, match="^history.jsonl is damaged: "):
        read_json_lines(path)
