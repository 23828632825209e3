"""Every address of this part, as every actor, by every method."""

import pytest

from tests.matrix.parts import compare
from tests.matrix.scene import build

# Who may do what is the same on every database, and thousands of requests take a while.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.timeout(600)]


def test_each_actor_gets_what_the_table_says(cast):
    assert compare(build(cast), "accounts") == ""
