"""Locks: held by one at a time, and by nobody once their process has ended."""

import errno
import os

import pytest

from tests.holding import held_elsewhere
from toll.runs.claim import Busy, Claim


@pytest.fixture
def claim(tmp_path) -> Claim:
    return Claim(tmp_path / "work.lock", "run r is being worked on by another process")


def other(claim: Claim) -> Claim:
    return Claim(claim.path, claim.others)


def test_a_lock_that_nobody_ever_took_is_free_and_looking_leaves_no_file(claim):
    assert not claim.is_taken() and not claim.path.exists()


def test_what_one_object_holds_another_cannot_take_and_says_whose_it_is(claim):
    claim.take()
    assert claim.is_held and claim.is_taken()
    assert other(claim).is_taken() and not other(claim).is_held
    with pytest.raises(Busy, match="run r is being worked on by another process"):
        other(claim).take(0)
    claim.release()
    assert not claim.is_held and not claim.is_taken()
    other(claim).take(0)


def test_a_folder_that_was_moved_away_is_not_made_anew(tmp_path):
    gone = tmp_path / "gone"
    with pytest.raises(FileNotFoundError, match="gone is no longer there"):
        Claim(gone / "work.lock", "").take()
    assert not gone.exists()


def test_it_is_held_until_the_outermost_block_ends(claim):
    with claim.held():
        with claim.held():
            pass
        assert other(claim).is_taken()
    assert not other(claim).is_taken()


def test_to_release_what_one_does_not_hold_takes_nothing_from_who_does(claim):
    claim.take()
    other(claim).release()
    assert claim.is_held and other(claim).is_taken()


def test_a_lock_is_free_once_the_process_that_held_it_was_killed(claim):
    with held_elsewhere(claim.path) as process:
        assert claim.is_taken()
        with pytest.raises(Busy):
            claim.take(0)
        process.kill()
        process.wait()
        assert not claim.is_taken()
        claim.take(0)


def test_a_process_that_has_died_and_not_been_collected_holds_nothing(claim):
    with held_elsewhere(claim.path) as process:
        process.kill()
        # Returns once it has ended, and leaves it uncollected.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not claim.is_taken()


def test_those_who_look_at_the_same_time_do_not_take_each_other_for_a_holder(claim, monkeypatch):
    import fcntl

    claim.path.touch()
    lock, answers = fcntl.flock, []

    def look_meanwhile(file: int, how: int) -> None:
        lock(file, how)
        if not answers:
            answers.append(None)
            answers.append(other(claim).is_taken())

    monkeypatch.setattr(fcntl, "flock", look_meanwhile)
    assert not claim.is_taken() and answers == [None, False]


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOTSUP])
def test_on_a_file_system_without_locks_nobody_can_take_any(claim, monkeypatch, number):
    import fcntl

    def refuse(file: int, how: int) -> None:
        raise OSError(number, os.strerror(number))

    claim.path.touch()
    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(OSError, match=os.strerror(number)):
        claim.take(0)
    assert not claim.is_taken() and not claim.is_held
