"""Text files are read as they were written: encoding, delimiter, decimal mark, header."""

import pytest

from toll.data.own.text import form_of, read_text


@pytest.fixture
def read(tmp_path):
    def read(content: str | bytes, encoding: str = "utf-8"):
        file = tmp_path / "a.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        form = form_of(file)
        return form, read_text(file, form)

    return read


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
def test_the_delimiter_is_found(read, delimiter):
    form, frame = read("\n".join(delimiter.join(row) for row in ("abc", "123", "456")))
    assert form.delimiter == delimiter
    assert frame.to_numpy().tolist() == [[1, 2, 3], [4, 5, 6]]


def test_a_delimiter_inside_quotes_is_none(read):
    form, frame = read('a;b\n"x, y; z";1\n"u, v";2\n')
    assert form.delimiter == ";" and frame["a"].tolist() == ["x, y; z", "u, v"]


def test_decimal_commas_are_read(read):
    form, frame = read("a;b\n1,5;2\n3,25;4\n")
    assert form.decimal == "," and frame["a"].tolist() == [1.5, 3.25]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(read, encoding):
    _, frame = read("größe,b\n1,ü\n", encoding)
    assert list(frame.columns) == ["größe", "b"] and frame["b"].tolist() == ["ü"]


def test_mixed_encodings_are_refused_with_both_lines(read):
    with pytest.raises(ValueError, match=r"line 3 of a\.csv is not in UTF-8, which line 2 is"):
        read("a,b\nü,1\n".encode() + "ö,2\n".encode("cp1252"))


def test_bytes_that_are_no_text_are_refused_with_their_line(read):
    with pytest.raises(ValueError, match=r"line 2 of a\.csv is not text"):
        read(b"a,b\n1,\x002\n")


def test_without_a_header_columns_are_numbered(read):
    form, frame = read("1,2\n3,4\n")
    assert form.names == ("column 1", "column 2") and list(frame.index) == [1, 2]


def test_rows_are_numbered_as_in_the_file(read):
    _, frame = read("a,b\n1,2\n\n3,4\n")
    assert frame.dropna().index.tolist() == [2, 4]


def test_a_line_of_too_many_values_is_refused_with_its_number(read):
    with pytest.raises(ValueError, match=r"line 3 of a\.csv has 3 values, but there are 2"):
        read("a,b\n1,2\n4,5,6\n")


def test_a_value_too_many_in_every_line_is_refused_and_not_taken_for_an_index(read):
    with pytest.raises(ValueError, match=r"a\.csv has more values in a line than its 2 columns"):
        read("a,b\n0,2,3\n1,5,6\n")
