import threading

import pytest

from toll.recording.writer import Writer


def test_pieces_are_written_one_after_another_in_their_order():
    writer, written = Writer(), []
    for number in range(20):
        writer.write(
            lambda number=number: written.append((number, threading.current_thread().name))
        )
    writer.close()
    assert [number for number, _ in written] == list(range(20))
    assert {name.startswith("writer") for _, name in written} == {True}


def test_writing_does_not_hold_up_who_asks_for_it():
    writer, may_end, began = Writer(), threading.Event(), threading.Event()

    def write() -> None:
        began.set()
        assert may_end.wait(timeout=60)

    writer.write(write)
    assert began.wait(timeout=60)
    may_end.set()
    writer.wait()
    writer.close()


def test_what_a_piece_raises_is_raised_once_by_the_next_call():
    writer = Writer()

    def fail() -> None:
        raise OSError("no room")

    writer.write(fail)
    with pytest.raises(OSError, match="no room"):
        writer.write(lambda: None)
    writer.wait()
    writer.write(fail)
    with pytest.raises(OSError, match="no room"):
        writer.wait()
    writer.close()


def test_a_closed_writer_has_ended_what_it_began_and_leaves_no_thread():
    writer, written = Writer(), []
    writer.write(lambda: written.append(1))
    writer.close()
    assert written == [1]
    assert not [each for each in threading.enumerate() if each.name.startswith("writer")]
