"""Fixtures for the portal's tests."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.request import Request, urlopen

import pytest
from django.core.files.storage import storages
from django.db import connection, connections
from moto.server import ThreadedMotoServer

from portal.base.errors import Refused
from portal.settings import env


@pytest.fixture
def together(transactional_db):
    """Run functions in as many threads at one moment; their results, refusals among them."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time: set DATABASE_URL to a PostgreSQL")

    def run(*acts):
        gate = Barrier(len(acts))

        def one(act):
            gate.wait(10)
            try:
                return act()
            except (Refused, ValueError) as error:
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(one, acts))

    return run


@pytest.fixture
def s3(settings, monkeypatch):
    """Objects on an empty stand-in S3 server; its buckets outlive a server, so they are emptied first."""
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    with urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")) as answer:
        assert answer.status == 200
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "overread")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    url = f"s3://films?endpoint_url=http://{host}:{port}&region_name=us-east-1"
    settings.STORAGES = {**settings.STORAGES, "default": env.object_store(url)}
    yield storages["default"]
    server.stop()
