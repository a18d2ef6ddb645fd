"""A working run keeps its lease by a heartbeat; a dead one's lapses soon."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone

from portal.analysis import tasks
from portal.analysis.lease import Lease, LeaseLostError
from portal.analysis.models import Run
from portal.analysis.services import request_run
from tests.portal.viewer.filing import file_exam


@pytest.fixture
def claimed(transactional_db, cast, monkeypatch):
    monkeypatch.setattr(tasks.run_exam, "apply_async", lambda *_, **__: None)
    run = request_run(exam=file_exam(cast.northside, [("L", "CC")]), actor=cast.alice)
    Run.objects.claim(str(run.pk))
    run.refresh_from_db()
    return run


def wait_for(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def test_a_heartbeat_renews_the_lease_while_the_work_goes_on(claimed, settings):
    settings.RUN_LEASE = 0.6

    def lease():
        return Run.objects.values_list("lease_until", flat=True).get(pk=claimed.pk)

    Run.objects.filter(pk=claimed.pk).update(lease_until=timezone.now())
    with Lease(claimed):
        assert wait_for(lambda: lease() > timezone.now())
        renewed = lease()
        assert wait_for(lambda: lease() > renewed)
    last = lease()
    time.sleep(0.5)
    assert lease() == last


def test_a_database_away_for_a_moment_costs_one_beat_and_not_the_heart(claimed, settings, monkeypatch):
    settings.RUN_LEASE = 0.3
    held, beats = type(Run.objects.all()).held, []

    def away_at_first(runs, run):
        beats.append(run)
        if len(beats) == 1:
            raise OperationalError("away")
        return held(runs, run)

    monkeypatch.setattr(type(Run.objects.all()), "held", away_at_first)
    with Lease(claimed):
        assert wait_for(lambda: len(beats) >= 3)


def test_a_heartbeat_ends_with_the_time_limit_so_that_a_hung_run_is_freed(claimed, settings):
    settings.RUN_LEASE, settings.RUN_TIME_LIMIT = 0.3, 0
    before = Run.objects.values_list("lease_until", flat=True).get(pk=claimed.pk)
    with Lease(claimed):
        time.sleep(0.5)
    assert Run.objects.values_list("lease_until", flat=True).get(pk=claimed.pk) == before


def test_a_heartbeat_never_takes_back_a_run_that_another_worker_holds(claimed):
    Run.objects.filter(pk=claimed.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert Run.objects.claim(str(claimed.pk)) == 2
    with pytest.raises(LeaseLostError), Lease(claimed) as lease:
        lease.report("network", 0.5)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's in-memory test database knows no two writers")
def test_of_many_workers_one_gets_the_run(claimed):
    Run.objects.filter(pk=claimed.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    start, taken = threading.Barrier(6), []

    def work():
        start.wait()
        taken.append(Run.objects.claim(str(claimed.pk)))
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == [0, 0, 0, 0, 0, 2]
    assert connection.is_usable()
