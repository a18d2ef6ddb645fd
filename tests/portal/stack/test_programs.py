"""The one-machine stack: which processes there are, and what is made once."""

import configparser
import stat

import pytest

from portal.settings import tasks
from portal.stack import prepare, programs, secret_files


def plan(tmp_path, **changed):
    return programs.Plan(
        **{"data_dir": tmp_path, "host": "127.0.0.1", "port": 8000, "own_broker": True, "demo_exams": "", **changed}
    )


def test_the_broker_is_first_and_only_where_none_is_given(tmp_path):
    assert next(iter(programs.commands(plan(tmp_path)))) == "broker"
    assert "broker" not in programs.commands(plan(tmp_path, own_broker=False))


def test_every_queue_is_worked_off(tmp_path):
    found = programs.commands(plan(tmp_path))
    served = {q for c in found.values() if "-Q" in c for q in c[c.index("-Q") + 1].split(",")}
    assert served == set(tasks.CELERY_TASK_QUEUES)


def test_the_configuration_restarts_what_dies_but_loads_the_exams_once(tmp_path):
    config = configparser.RawConfigParser()
    config.read_string(programs.configuration(plan(tmp_path, demo_exams="c@example.org"), tmp_path))
    assert config["program:inference"]["autorestart"] == "true"
    assert config["program:demo-exams"]["autorestart"] == "false"


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    prepare.own_secret(tmp_path)
    first = (tmp_path / "secret-key").read_text()
    prepare.own_secret(tmp_path)
    assert (tmp_path / "secret-key").read_text() == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_secret_files_are_never_overwritten(tmp_path):
    secret_files.write(tmp_path / "secrets")
    with pytest.raises(SystemExit, match="nothing was changed"):
        secret_files.write(tmp_path / "secrets")


def test_a_failing_command_says_what_failed(tmp_path):
    (tmp_path / "manage.py").write_text("import sys; sys.exit('no such table: cases')")
    with pytest.raises(SystemExit, match="no such table"):
        prepare.manage(tmp_path, "migrate")
