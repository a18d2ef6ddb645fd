"""`--database-only` keeps every test that a database could answer otherwise."""

import pytest

from tests.conftest import asks_database


class Item:
    def __init__(self, markers=(), fixtures=()):
        self.markers, self.fixturenames = markers, fixtures

    def get_closest_marker(self, name):
        return pytest.mark.slow if name in self.markers else None


@pytest.mark.parametrize(
    ("item", "asks"),
    [
        (Item(fixtures=["cast", "db"]), True),
        (Item(fixtures=["transactional_db"]), True),
        (Item(markers=["django_db"]), True),
        (Item(markers=["browser", "whole_way"], fixtures=["people", "stack"]), True),
        (Item(markers=["browser"], fixtures=["live_server", "db"]), False),
        (Item(markers=["slow"], fixtures=["tmp_path"]), False),
        (Item(), False),
    ],
)
def test_what_asks_a_database_stays_in_its_round(item, asks):
    assert asks_database(item) is asks
