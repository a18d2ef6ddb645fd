"""A real worker, killed with SIGKILL in the middle of a run: the exam still ends analysed, once."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.stack import broker

ROOT = Path(__file__).resolve().parents[3]
WORKER = ["-m", "celery", "-A", "tests.portal.analysis.slow_worker", "--quiet", "worker", "-Q", "default,inference",
          "-c", "1", "--loglevel", "WARNING"]  # fmt: skip


class Stack:
    """A broker, a database and workers in a folder of their own."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")},
            "DJANGO_SETTINGS_MODULE": "portal.settings.main", "OVERREAD_DATA_DIR": str(folder),
            "OVERREAD_SECRET_KEY": "a-key-for-tests-only-that-guards-nothing-at-all",
            "OVERREAD_RUN_LEASE": "3", "OVERREAD_SWEEP_SECONDS": "1",
        }  # fmt: skip

    def start(self, arguments):
        process = subprocess.Popen(
            arguments, cwd=ROOT, env=self.environment, start_new_session=True, stdout=subprocess.DEVNULL
        )
        self.started.append(process)
        return process

    def python(self, *arguments):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def one(self, query):
        with sqlite3.connect(self.folder / "overread.sqlite3", timeout=30) as database:
            return database.execute(query).fetchone()

    def stop(self):
        for process in reversed(self.started):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def stack(tmp_path):
    stack = Stack(tmp_path)
    try:
        stack.start(broker.command(tmp_path))
        stack.python("manage.py", "migrate", "-v0")
        yield stack
    finally:
        stack.stop()


def wait_for(what, seconds):
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


@pytest.mark.slow
def test_a_worker_killed_in_mid_run_leaves_the_exam_analysed_once(stack):
    stack.python("-m", "tests.portal.analysis.ask")
    worker = stack.start([sys.executable, *WORKER])
    assert wait_for((stack.folder / "first-attempt").exists, 60)
    assert stack.one("SELECT attempts, finished_at FROM analysis_run") == (1, None)
    os.killpg(worker.pid, signal.SIGKILL)

    stack.start([sys.executable, *WORKER, "-B", "-s", str(stack.folder / "beat")])
    finished = "SELECT finished_at FROM analysis_run WHERE finished_at IS NOT NULL"
    assert wait_for(lambda: stack.one(finished), 60)
    time.sleep(5)  # time for a second message to do harm
    assert stack.one("SELECT attempts, scored FROM analysis_run") == (2, 1)
    assert stack.one("SELECT count(*) FROM analysis_imageresult") == (1,)
    assert stack.one("SELECT count(*) FROM audit_event WHERE verb = 'run.finished'") == (1,)
