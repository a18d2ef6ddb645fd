"""Web and worker are processes of their own: on the demo's SQLite file, too, they write one whole chain."""

import os
import subprocess
import sys

import pytest

from portal.settings.main import ROOT

WRITE = """
from django.db import transaction
from portal.audit.services import record
for number in range(25):
    with transaction.atomic():
        record(verb="image.viewed", actor=None, practice_id="northside", detail={"number": number})
"""


@pytest.mark.slow
def test_three_processes_write_one_chain_into_one_file(tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/trail.sqlite3",
        "OVERREAD_DATA_DIR": str(tmp_path),
    }
    environment["DJANGO_SETTINGS_MODULE"] = "portal.settings.main"

    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    assert manage("migrate", "audit", "-v0").wait(240) == 0
    writers = [manage("shell", "-v0", "-c", WRITE) for _ in range(3)]
    said = [writer.communicate(timeout=240)[0].decode() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], said
    verdict = manage("audit", "verify")
    assert "northside: 75 links" in verdict.communicate(timeout=240)[0].decode()
