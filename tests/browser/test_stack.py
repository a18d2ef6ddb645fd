"""`make demo`'s stack: one at a time, its port said, its data kept, a clean stop."""

import signal
import subprocess
import sys
import time

import pytest

from tests.browser.stack import ROOT, Stack, free_port

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]


def second(stack, *arguments):
    command = [sys.executable, "-m", "portal.stack", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_it_is_ready_when_it_says_so(stack):
    assert stack.status_of("/healthz") == 200
    assert stack.status_of("/readyz") == 200


def test_a_second_one_on_the_same_data_is_refused(stack):
    done = second(stack, "--port", str(free_port()), "--data-dir", str(stack.data_dir))
    assert done.returncode != 0
    assert "already runs" in done.stderr


def test_a_taken_port_is_named_and_another_proposed(stack, tmp_path):
    done = second(stack, "--port", str(stack.port), "--data-dir", str(tmp_path / "other"))
    assert done.returncode != 0
    assert f"PORT={stack.port + 1}" in done.stderr


def test_a_stop_leaves_nothing_running_and_a_new_start_keeps_the_data():
    stack = Stack("--no-exams")
    try:
        stack.start()
        assert stack.pids("celery")
        stack.process.send_signal(signal.SIGINT)
        assert stack.process.wait(timeout=60) == 0
        deadline = time.monotonic() + 5
        while stack.pids("") and time.monotonic() < deadline:
            time.sleep(0.1)
        assert stack.pids("") == []
        stack.log.rename(stack.log.with_suffix(".first"))
        stack.start()
        people = stack.manage(
            "shell", "-v0", "-c", "from portal.practices.models import User; print(User.objects.count())"
        )
        assert int(people.stdout) >= 5
    finally:
        stack.stop()
