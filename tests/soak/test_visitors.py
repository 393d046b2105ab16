"""Twenty visitors at once of all pages, again and again: each is served, and memory stays.

TOLL_SOAK=1000 pytest tests/soak/test_visitors.py -m soak     # so many times all pages
"""

import os
from statistics import median

import psutil
import pytest

from tests.server import Server
from tests.test_visitors import VISITORS, open_at_once, server  # noqa: F401  (fixture)
from tests.visitors import PAGES

COUNT = int(os.environ.get("TOLL_SOAK", "16"))
pytestmark = [pytest.mark.soak, pytest.mark.timeout(300 + 200 * COUNT)]
# Streamlit keeps 128 tabs that were closed, for two minutes; after that nothing more may be kept.
ALLOWED_GROWTH = 1.2


def test_visitors_are_served_again_and_again(server):  # noqa: F811
    open_at_once(server, PAGES)  # imports, and fills the caches
    memory, seconds = [megabytes(server)], []
    for _ in range(COUNT):
        seconds += [each.seconds for each in open_at_once(server, PAGES)]
        memory.append(megabytes(server))
    print(f"{COUNT * VISITORS} visitors, {len(seconds)} pages, without an error or a wait for ever")
    print(f"a page: {median(seconds):.2f} s in the median, {max(seconds):.2f} s at worst")
    print("the server's memory after each turn, in MB:", *map(round, memory))
    assert memory[-1] < memory[len(memory) // 2] * ALLOWED_GROWTH


def megabytes(server: Server) -> float:  # noqa: F811
    return psutil.Process(server.process.pid).memory_info().rss / 1e6
