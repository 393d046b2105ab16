"""More and longer sequences of events than in tests/jobs/test_states.py, other ones at each run.

TOLL_SOAK=10000 pytest tests/soak/test_states.py -m soak     # so many sequences
"""

import os

import pytest
from hypothesis import settings

from tests.jobs.machine import try_sequences

COUNT = int(os.environ.get("TOLL_SOAK", "300"))
MANY = settings(max_examples=COUNT, stateful_step_count=50, deadline=None, database=None)
pytestmark = [pytest.mark.soak, pytest.mark.timeout(60 + 10 * COUNT)]


def test_many_long_sequences_of_events_leave_no_run_without_a_way_out(tmp_path):
    tried = try_sequences(tmp_path, MANY)
    print(f"{tried} sequences of up to {MANY.stateful_step_count} events")
