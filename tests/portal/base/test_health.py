"""A supervisor learns whether the portal can work, and a stranger learns no more than that."""

import time

import pytest
from django.conf import settings as live
from django.core.cache import cache
from django.core.files.storage import default_storage, storages
from django.test import Client

from portal.base import health
from portal.base.tasks import heartbeat

EVERY = dict(live.READINESS_CHECKS)
LOCAL = {name: EVERY[name] for name in ("database", "worker", "storage")}


@pytest.fixture(autouse=True)
def forget(settings, tmp_path, monkeypatch):
    settings.READINESS_CHECKS = LOCAL
    monkeypatch.setitem(health._proven, "storage", float("-inf"))
    cache.clear()


def test_the_process_says_it_is_up_without_a_database():
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"process": "ok"})


def test_ready_when_every_part_is_well(db):
    heartbeat()
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "worker": "ok", "storage": "ok"})


def test_without_a_worker_the_portal_is_not_ready(db):
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (503, "fail")


def test_waiting_while_the_portal_starts_is_said_once_and_is_no_error(db, caplog, monkeypatch):
    monkeypatch.setitem(health._state, "ready", False)
    monkeypatch.setitem(health._state, "since", time.monotonic())
    monkeypatch.setattr(health, "_told", {})
    caplog.set_level("INFO")
    for _ in range(3):
        assert Client().get("/readyz").status_code == 503
    assert [(each.levelname, each.getMessage()[:25]) for each in caplog.records] == [
        ("INFO", "Still waiting for worker:")
    ]
    heartbeat()
    assert Client().get("/readyz").status_code == 200
    cache.clear()
    for _ in range(3):
        assert Client().get("/readyz").status_code == 503
    said = [(each.levelname, each.getMessage()[:18]) for each in caplog.records[1:]]
    assert said == [("INFO", "Worker is ready."), ("WARNING", "Not ready: worker:")]


def test_a_part_that_never_comes_is_a_warning_after_a_minute(db, caplog, monkeypatch):
    monkeypatch.setitem(health._state, "ready", False)
    monkeypatch.setitem(health._state, "since", time.monotonic() - health.STARTING)
    monkeypatch.setattr(health, "_told", {})
    for _ in range(2):
        Client().get("/readyz")
    assert [each.levelname for each in caplog.records] == ["WARNING"]


def test_a_store_that_forgets_is_found_and_not_explained_to_strangers(db, monkeypatch):
    heartbeat()

    def fail(*_):
        raise OSError("disk /dev/sdz is full")

    monkeypatch.setattr(type(storages["default"]), "open", fail)
    answer = Client().get("/readyz")
    assert answer.json()["storage"] == "fail"
    assert "sdz" not in answer.content.decode()


def test_the_probe_leaves_nothing_in_the_store(db):
    health.storage()
    folders, files = default_storage.listdir("health")
    assert (folders, files) == ([], [])


def test_a_broker_that_is_not_there_fails_within_seconds(settings):
    settings.READINESS_CHECKS = {"broker": "portal.base.health.broker"}
    from portal.celery import app

    old, app.conf.broker_write_url = app.conf.broker_write_url, "redis://127.0.0.1:1/0"
    try:
        assert health.readiness() == {"broker": False}
    finally:
        app.conf.broker_write_url = old


def test_every_check_of_the_settings_can_be_imported():
    from django.utils.module_loading import import_string

    assert {"database", "broker", "worker", "storage", "release"} == set(EVERY)
    assert all(callable(import_string(path)) for path in EVERY.values())
