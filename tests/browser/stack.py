"""A whole portal of its own for the browser tests: the same processes as `make demo`, on a free port."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

ROOT = Path(__file__).resolve().parents[2]
CLAIM = b"overread-stack"
"""The key that holds the process whose stack has a Redis database for itself."""


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """Start, use and stop one portal. With DATABASE_URL set, on a database of its own on that server."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.data_dir = Path(tempfile.mkdtemp(prefix="overread-stack-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.data_dir / "stack.log"
        self.environment = {**os.environ, "OVERREAD_DATA_DIR": str(self.data_dir), **environment}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.environment.pop("OVERREAD_SECRET_KEY", None)
        self.database = ""
        self.broker: redis.Redis | None = None
        self._own_database()
        self._own_broker()
        self.arguments = ["--demo", *arguments]

    def start(self, timeout: float = 180) -> Stack:
        """Start everything; returns when `/readyz` answers 200, else raises with the end of the log."""
        command = [sys.executable, "-m", "portal.stack", "--port", str(self.port), "--data-dir", str(self.data_dir)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.arguments], cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        self.wait_for(lambda: "Overread is ready" in self.log.read_text(), timeout, "the stack to be ready")
        return self

    def wait_for(self, true, timeout: float, what: str) -> None:
        """Poll until `true()`; AssertionError with the end of the log when it does not come in `timeout` seconds."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if true():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise AssertionError(f"waited for {what}; the log ends:\n{self.log.read_text()[-4000:]}")

    def password(self, email: str) -> str:
        """What the demo printed, once, for this person."""
        found = re.search(rf"{re.escape(email)}\s+(?:\S+\s+)*?(\S+)\s*$", self.log.read_text(), re.MULTILINE)
        assert found, f"no password was printed for {email}:\n{self.log.read_text()[-3000:]}"
        return found.group(1)

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a management command against this portal's data."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=check,
        )

    def status_of(self, path: str) -> int:
        """The HTTP status of a GET without cookies."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def pids(self, words: str) -> list[int]:
        """Processes of this stack whose command line holds `words`."""
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_text().replace("\0", " ")
                if entry.name.isdigit() and words in command and self._is_ours(entry):
                    found.append(int(entry.name))
        return found

    def stop(self) -> int:
        """Ctrl-C; returns the exit status, removes the data."""
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(timeout=60)
        self._drop_database()
        self._drop_broker()
        kept = ROOT / "test-results"
        kept.mkdir(exist_ok=True)
        shutil.copy(self.log, kept / f"stack-{self.port}.log")
        shutil.rmtree(self.data_dir, ignore_errors=True)
        return status

    def _is_ours(self, entry: Path) -> bool:
        return f"OVERREAD_DATA_DIR={self.data_dir}\0" in (entry / "environ").read_text(errors="replace") + "\0"

    def _own_database(self) -> None:
        url = self.environment.get("DATABASE_URL", "")
        if url.startswith("postgres"):
            self.server, self.database = url, f"overread_{os.getpid()}_{self.port}"
            self._psql(f"CREATE DATABASE {self.database}")
            self.environment["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{self.database}"))

    def _own_broker(self) -> None:
        """A database of its own on the Redis server, claimed there and emptied: two stacks must not work off each other's queues."""
        url = self.environment.get("CELERY_BROKER_URL", "")
        if not url.startswith("redis://"):
            return
        for number in range(1, 16):
            own = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
            if own != url and self._claimed(redis.Redis.from_url(own)):
                self.environment["CELERY_BROKER_URL"] = own
                return
        raise AssertionError("every database of the Redis server is claimed by a stack that runs: stop one")

    def _claimed(self, server: redis.Redis) -> bool:
        """Claim a database nobody has, or whose owner is gone."""
        owner = server.get(CLAIM)
        if owner is not None and not Path(f"/proc/{int(owner)}").exists():
            server.delete(CLAIM)
        if not server.set(CLAIM, os.getpid(), nx=True):
            return False
        for key in server.scan_iter():
            if key != CLAIM:
                server.delete(key)
        self.broker = server
        return True

    def _drop_broker(self) -> None:
        if self.broker is not None:
            self.broker.flushdb()

    def _drop_database(self) -> None:
        if self.database:
            self._psql(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    def _psql(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)
