"""The server as the README starts it: from anywhere, and for this machine alone."""

import http.client
import urllib.request
from collections.abc import Iterator

import psutil
import pytest

from tests.server import Server, serving


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


def test_it_talks_under_the_names_of_this_machine_alone(server):
    """A name that someone else's server gives out for 127.0.0.1 opens no way in."""
    stream = "/_stcore/stream"
    for host, status in (("127.0.0.1", 101), ("localhost", 101), ("elsewhere.example", 403)):
        address = f"{host}:{server.port}"
        headers = {**UPGRADE, "Host": address, "Origin": f"http://{address}"}
        assert answer_to(server, stream, **headers) == status
