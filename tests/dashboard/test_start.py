"""The server as the README starts it: from anywhere, and for this machine alone."""

import http.client
import urllib.request
from collections.abc import Iterator

import psutil
import pytest

from tests.server import Server, serving
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server


def test_it_starts_from_another_working_directory_and_answers(server):
    assert psutil.Process(server.process.pid).cwd() == str(server.log.parent / "elsewhere")
    with urllib.request.urlopen(server.url, timeout=30) as answer:
        assert "<title>" in answer.read().decode()
    assert "Traceback" not in server.log.read_text()


def test_it_listens_on_this_machine_alone(server):
    connections = psutil.Process(server.process.pid).net_connections(kind="inet")
    listening = {each.laddr for each in connections if each.status == psutil.CONN_LISTEN}
    assert listening == {("127.0.0.1", server.port)}


def answer_to(server: Server, path: str, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_pages_of_other_sites_cannot_talk_to_it(server):
    stream, here = "/_stcore/stream", f"http://127.0.0.1:{server.port}"
    assert answer_to(server, stream, **UPGRADE, Origin=here) == 101
    assert answer_to(server, stream, **UPGRADE, Origin="http://elsewhere.example") == 403


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:{other}", "http://localhost:{other}", "http://localhost", "null"]
)
def test_pages_of_other_servers_on_this_computer_cannot_talk_to_it_either(server, origin):
    """Streamlit alone lets in every page of this computer."""
    foreign = origin.format(other=server.port + 1)
    assert answer_to(server, "/_stcore/stream", **UPGRADE, Origin=foreign) == 403


def test_a_program_that_is_no_browser_may_talk_to_it(server):
    """A browser always says an origin; what says none could say any."""
    assert answer_to(server, "/_stcore/stream", **UPGRADE) == 101


def test_it_talks_under_the_names_of_this_machine_alone(server):
    """A name that someone else's server gives out for 127.0.0.1 opens no way in."""
    stream = "/_stcore/stream"
    for host, status in (("127.0.0.1", 101), ("localhost", 101), ("elsewhere.example", 403)):
        address = f"{host}:{server.port}"
        headers = {**UPGRADE, "Host": address, "Origin": f"http://{address}"}
        assert answer_to(server, stream, **headers) == status


def test_a_browser_is_opened_at_its_address(tmp_path):
    seen, browser = tmp_path / "seen", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{seen}.new"; mv "{seen}.new" "{seen}"\n')
    browser.chmod(0o755)
    with serving(tmp_path / "server", browser=browser) as server:
        wait_until(seen.exists, "the browser is started")
        assert seen.read_text() == f"{server.url}/\n"
