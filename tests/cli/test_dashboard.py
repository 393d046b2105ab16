"""`toll dashboard`: our flags in Streamlit's words, and all of Streamlit's own."""

import sys

import pytest

from tests.conftest import ROOT
from toll.cli.main import main


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch):
    """Call with flags: the command line that Streamlit gets, after the script."""

    def start(*flags: str) -> list[str]:
        seen = []
        monkeypatch.setattr("sys.argv", ["toll"])
        monkeypatch.setattr("runpy.run_module", lambda name, **_: seen.append((name, sys.argv)))
        assert main(["dashboard", *flags]) == 0
        ((module, command),) = seen
        assert module == "streamlit" and command[:2] == ["streamlit", "run"]
        assert command[2] == str(ROOT / "dashboard" / "app.py")
        return command[3:]

    return start


def test_without_flags_its_own_settings_hold(started):
    assert started() == []


def test_port_and_browser_are_said_in_streamlits_words(started):
    found = started("--port", "8502", "--headless")
    assert found == ["--server.port", "8502", "--server.headless", "true"]


def test_an_address_is_one_that_visitors_may_type(started):
    found = started("--address", "192.0.2.7")
    assert found[:4] == ["--server.address", "192.0.2.7", "--browser.serverAddress", "192.0.2.7"]
    assert found[4::2] == ["--server.allowedHosts"] * 3
    assert found[5::2] == ["localhost", "127.0.0.1", "192.0.2.7"]


def test_all_addresses_leave_the_names_to_be_given(started):
    named = ["--server.allowedHosts", "lab.example"]
    assert started("--address", "0.0.0.0", *named) == ["--server.address", "0.0.0.0", *named]


def test_other_flags_go_to_streamlit_as_they_are(started):
    theirs = ["--theme.base", "dark", "--server.runOnSave=true"]
    assert started(*theirs, "--port", "1234") == ["--server.port", "1234", *theirs]


def test_other_commands_take_no_unknown_flags(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["runs", "--server.port", "8502"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "toll: unrecognized arguments: --server.port 8502\n"
