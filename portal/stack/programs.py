"""Which processes make up the portal, written as a supervisord configuration."""

import configparser
import io
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from portal.stack import broker


@dataclass(frozen=True)
class Plan:
    """What differs between two stacks on one machine."""

    data_dir: Path
    host: str
    port: int
    own_broker: bool  # False: CELERY_BROKER_URL names one that runs already
    demo_exams: str  # the address that hands in the demo's exams; empty: none


def commands(plan: Plan) -> dict[str, list[str]]:
    """Program name -> argument list, in the order of starting."""
    python, celery = sys.executable, [sys.executable, "-m", "celery", "-A", "portal", "--quiet"]
    quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    programs: dict[str, list[str]] = {}
    if plan.own_broker:
        programs["broker"] = broker.command(plan.data_dir)
    programs |= {
        "web": [python, "-m", "gunicorn", "portal.wsgi", "--bind", f"{plan.host}:{plan.port}",
                "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--timeout", "120", "--log-level", "warning"],
        "worker": [*celery, "worker", "-Q", "default,intake", "-c", "2", "-n", "worker@%h", *quiet],
        "inference": [*celery, "worker", "-Q", "inference", "-c", "1", "-n", "inference@%h", *quiet],
        "beat": [*celery, "beat", "-s", str(plan.data_dir / "beat-schedule"), "--pidfile=", "--loglevel", "WARNING"],
    }  # fmt: skip
    if plan.demo_exams:
        programs["demo-exams"] = [python, "manage.py", "load_demo_exams", "--as", plan.demo_exams]
    return programs


def configuration(plan: Plan, root: Path) -> str:
    """The text of supervisord's configuration file; its own control socket lies in the data folder."""
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true", "silent": "true", "pidfile": str(plan.data_dir / "supervisord.pid"),
        "logfile": str(plan.data_dir / "supervisord.log"), "logfile_maxbytes": "5MB", "directory": str(root),
        "childlogdir": str(plan.data_dir),
        **({"user": "root"} if os.geteuid() == 0 else {}),
    }  # fmt: skip
    for name, arguments in commands(plan).items():
        config[f"program:{name}"] = {
            "command": shlex.join(arguments).replace("%", "%%"),
            "priority": "1" if name == "broker" else "2",  # the broker starts first and stops last, the others together
            "autorestart": "false" if name == "demo-exams" else "true",
            "startsecs": "0" if name == "demo-exams" else "1",
            "startretries": "20",
            "stopwaitsecs": "20",
            "stopasgroup": "false" if name in {"worker", "inference"} else "true",  # a worker ends its own children
            "killasgroup": "true",
            "stdout_logfile": "/dev/fd/1", "stdout_logfile_maxbytes": "0", "redirect_stderr": "true",
        }  # fmt: skip
    # supervisord stops one group after the other; the members of a group together
    config["group:portal"] = {"programs": ",".join(n for n in commands(plan) if n != "broker"), "priority": "2"}
    text = io.StringIO()
    config.write(text)
    return text.getvalue()
