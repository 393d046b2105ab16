"""The container gives back what was packed, laid out as a browser reads it."""

import numpy as np
import pytest

from toll.film.container import pack, unpack

HEADER = {"run": "α-run", "steps": [0, 1], "nothing": None}


def test_header_and_arrays_come_back_as_they_were():
    arrays = {
        "norm": np.array([[1.5, 2.5], [3.5, 4.5]], np.float32),
        "id": np.array([7, 9], np.int32),
        "sheet": b"\x89PNG!",
    }
    header, found = unpack(pack(HEADER, arrays))
    assert {name: header[name] for name in HEADER} == HEADER
    assert np.array_equal(found["norm"], [1.5, 2.5, 3.5, 4.5])
    assert np.array_equal(found["id"], [7, 9])
    assert found["sheet"].tobytes() == b"\x89PNG!"


def test_every_array_begins_where_typed_arrays_may():
    film = pack(HEADER, {"a": b"1", "b": np.ones(3, np.float32), "c": b"12345", "d": b""})
    header, _ = unpack(film)
    assert int.from_bytes(film[:4], "little") % 4 == 0
    assert all(place["offset"] % 4 == 0 for place in header["arrays"].values())


def test_films_that_differ_have_different_digests_and_equal_ones_the_same():
    def digest(header: dict, value: float) -> str:
        return unpack(pack(header, {"x": np.full(2, value, np.float32)}))[0]["digest"]

    assert digest(HEADER, 1.0) == digest(HEADER, 1.0)
    assert len({digest(HEADER, 1.0), digest(HEADER, 2.0), digest({**HEADER, "run": "b"}, 1.0)}) == 3


def test_a_type_that_the_player_does_not_know_is_named():
    with pytest.raises(ValueError, match="'x' is of type float64; valid are"):
        pack(HEADER, {"x": np.ones(2)})
