"""More folders damaged than in tests/test_damage.py, and other ones at each run.

pytest tests/soak -m soak
TOLL_SOAK=10000 pytest tests/soak/test_damage.py -m soak     # so many of each kind
"""

import os

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.test_damage import (  # noqa: F401  (fixtures)
    damage_runs,
    damage_tables,
    drawn,
    folders,
    tables,
)

count = int(os.environ.get("TOLL_SOAK", "1000"))
pytestmark = [pytest.mark.soak, pytest.mark.timeout(60 + 3 * count)]
many = settings(drawn, max_examples=count, derandomize=False)
anew = int.from_bytes(os.urandom(4))


@pytest.fixture(autouse=True)
def say_the_seed() -> None:
    print(f"seed {anew}")


@seed(anew)
@many
@given(data=st.data())
def test_many_damaged_runs_give_values_or_one_sentence(folders, cache, data):  # noqa: F811
    damage_runs(data, folders, cache)


@seed(anew)
@many
@given(data=st.data())
def test_many_damaged_tables_give_values_or_one_sentence(tables, cache, data):  # noqa: F811
    damage_tables(data, tables, cache)
