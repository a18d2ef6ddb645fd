"""Fixtures for every test; the cast has fixed names, so that a test reads as a sentence."""

from __future__ import annotations

import os

if os.environ.get("PYTEST_XDIST_WORKER"):  # before torch and numpy load: threads that wait for each other crawl
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OVERREAD_THREADS"):
        os.environ.setdefault(name, "1")

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from portal.practices.models import Practice, User

PASSWORD = "correct horse battery"


ASKS = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_addoption(parser) -> None:
    """`--database-only`: leave out what asks no database, when a second database gets its round."""
    parser.addoption("--database-only", action="store_true", help="only tests that ask the database")


def pytest_collection_modifyitems(config, items) -> None:
    """Deselect what would say the same on any database, and in a browser all but the whole ways."""
    if not config.getoption("database_only"):
        return
    kept = [item for item in items if asks_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not asks_database(item)])
    items[:] = kept


def asks_database(item) -> bool:
    """True when the test, or what it is made of, needs a database; of those in a browser when it walks a whole way."""
    if item.get_closest_marker("browser"):
        return item.get_closest_marker("whole_way") is not None
    return bool(item.get_closest_marker("django_db")) or not ASKS.isdisjoint(getattr(item, "fixturenames", ()))


@dataclass
class Cast:
    """Two practices and their people.

    Northside: alice (clinician), rosa and rufus (readers), cora (coordinator), ada (admin), otto (auditor).
    Southside: charlie (clinician, reader, coordinator): the stranger.
    """

    northside: Practice
    southside: Practice
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError as error:
            raise AttributeError(name) from error

    def client(self, who: str | None) -> Client:
        """A browser in which `who` is signed in (None: nobody)."""
        client = Client()
        if who is not None:
            client.force_login(self.people[who])
        return client


ROLES = {
    "alice": ("northside", ["clinician"]),
    "rosa": ("northside", ["reader"]),
    "rufus": ("northside", ["reader"]),
    "cora": ("northside", ["coordinator"]),
    "ada": ("northside", ["admin"]),
    "otto": ("northside", ["auditor"]),
    "charlie": ("southside", ["clinician", "reader", "coordinator"]),
}


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of both practices."""
    from portal.practices.models import Membership, Practice, User

    cast = Cast(Practice.objects.create(name="Northside"), Practice.objects.create(name="Southside"))
    for name, (practice, roles) in ROLES.items():
        user = User.objects.create_user(f"{name}@example.org", name.title(), PASSWORD)
        cast.people[name] = user
        for role in roles:
            Membership.objects.create(user=user, practice=getattr(cast, practice), role=role)
    return cast


@pytest.fixture(autouse=True)
def trail_can_be_emptied(request):
    """After a test with real commits the tables are emptied, which the trail's triggers would refuse."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not commits and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")  # set up before this fixture, so torn down after it
    from django.db import connection

    from portal.audit import triggers

    yield
    triggers.drop(connection)  # emptying the tables ends with post_migrate, which puts them back
