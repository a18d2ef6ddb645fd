"""`python -m tests.bench.crowding`: the worklist's pages beside a million cases, in a PostgreSQL database of their own.

The peer of each page is what no page can do without: the same 25 rows, with the same joins, by their keys.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from time import process_time
from typing import TYPE_CHECKING

import django
from django.db import connection, connections
from django.db.utils import OperationalError

from tests.bench.measures import Line, Series

if TYPE_CHECKING:
    from portal.practices.models import User

NAME = "overread_crowd"


def measure(rounds: int) -> Iterator[Line]:
    """Each page of the person of each role with most to do, and what its first refresh adds: the counts of every tab."""
    from portal.cases.models import Case
    from portal.cases.selectors import Wanted, worklist
    from portal.cases.tabs import tabs_for
    from portal.practices.models import Practice, User

    practice = Practice.objects.get(name="Crowd 0")
    for role in ("reader", "clinician", "coordinator"):
        person = User.objects.get(email=f"{role}0@crowd0.example")
        asked = [(tab.title, Wanted(tab=tab.code), False) for tab in tabs_for({role})]
        for name, wanted, counted in [*asked, ("Done, refreshed with every count", Wanted(tab="done"), True)]:
            whole, bare = Series(f"{role}, {name}", "ms"), Series("its rows by their keys", "ms")
            worklist(person, practice, wanted, counted=counted)
            for _ in range(rounds):
                with whole.timed():
                    rows = worklist(person, practice, wanted, counted=counted).page.object_list
                keys = [row.pk for row in rows]
                with bare.timed():
                    list(Case.objects.filter(pk__in=keys).with_state().select_related("exam__patient", "opened_by"))
            for series in (whole, bare):
                series.values = [1000 * seconds for seconds in series.values]
            whole.name += f", {len(keys)} rows"
            yield Line(whole, bare)
            if not counted:
                yield Line(answered(person, wanted.tab, name, rounds), bare)


def answered(person: User, tab: str, name: str, rounds: int) -> Series:
    """The processor's time of this process for the whole answer to `/cases/?tab=`, in ms: middleware, rows, template.

    Not the database's own time, and no waiting: a busy machine takes longer, and spends hardly more.
    """
    from django.test import Client

    client, series = (
        Client(headers={"host": "localhost"}),
        Series(f"{person.email}, {name}: Python's part of the page", "ms"),
    )
    client.force_login(person)
    for at in range(rounds + 2):  # the first write which list was looked at, and load the templates
        begun = process_time()
        answer = client.get("/cases/", {"tab": tab})
        if answer.status_code != 200:
            raise RuntimeError(f"/cases/?tab={tab} answered {answer.status_code}")
        series.values += [1000 * (process_time() - begun)] if at > 1 else []
    return series


def main() -> None:
    """Make the database, fill it, measure, print, and remove it again unless told to keep it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.crowding", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=10, help="repetitions of each page, after one to warm up")
    parser.add_argument("--keep", action="store_true", help="leave the database, and use it again next time")
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("Left out: a million cases need PostgreSQL. Set DATABASE_URL to one that may create databases.")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    made = _database()
    try:
        _run(options, made)
    finally:
        if not options.keep:
            _drop()


def _run(options: argparse.Namespace, made: bool) -> None:
    from django.core.management import call_command

    from tests.bench.crowd import fill
    from tests.bench.report import busy, machine, table

    before = machine()
    if made:
        call_command("migrate", verbosity=0)
        with (took := Series("fill")).timed():
            fill(options.cases)
        print(f"{options.cases} cases made in {took.values[0]:.0f} s", flush=True)
    print(table(list(measure(options.rounds))))
    print(f"{busy(before)}\nmachine: {before}; load average after: {machine()['load_average']}")


def _database() -> bool:
    """Point the connection at the bench's own database; whether it had to be made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        there = cursor.fetchone() is not None
        if not there:
            cursor.execute(f"CREATE DATABASE {NAME}")
    connection.close()
    connections.databases["default"]["NAME"] = connection.settings_dict["NAME"] = NAME
    return not there


def _drop() -> None:
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "postgres"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {own}")
    except OperationalError as error:
        print(f"The database {own} is still there: {error}")


if __name__ == "__main__":
    main()
