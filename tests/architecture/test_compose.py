"""compose.yaml follows the compose specification and starts what the portal has."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from portal.settings import tasks
from portal.stack.secret_files import contents

ROOT = Path(__file__).resolve().parents[2]
CHECK = [str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]


@pytest.fixture
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def follows_the_schema(path):
    return subprocess.run([*CHECK, str(path)], capture_output=True, check=False).returncode == 0


def test_it_follows_the_schema():
    assert follows_the_schema(ROOT / "compose.yaml")


def test_the_schema_bites(compose, tmp_path):
    compose["services"]["web"]["comand"] = ["sleep"]
    (tmp_path / "compose.yaml").write_text(yaml.safe_dump(compose))
    assert not follows_the_schema(tmp_path / "compose.yaml")


def test_every_queue_has_a_worker(compose):
    command = compose["services"]["worker-cpu"]["command"]
    served = set(command[command.index("-Q") + 1].split(","))
    assert served == set(tasks.CELERY_TASK_QUEUES)


def test_make_secrets_makes_each_file_that_compose_names(compose):
    assert {entry["file"].removeprefix("./secrets/") for entry in compose["secrets"].values()} == set(contents())


def test_services_are_the_promised_ones(compose):
    promised = {"web", "worker-cpu", "worker-gpu", "beat", "redis", "postgres", "minio", "proxy"}
    assert promised <= set(compose["services"])
