"""`python -m portal.stack`: prepare, start everything, say when it is ready, stop cleanly on Ctrl-C."""

import argparse
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from portal.stack import prepare, programs

ROOT = Path(__file__).resolve().parents[2]
DEMO_CLINICIAN = "clinician@demo.overread"


def main() -> int:
    """Run the stack until it is stopped; the exit status is 0 after a clean stop."""
    options = _options()
    data_dir = options.data_dir.resolve()
    prepare.own_secret(data_dir)
    lock = _only_one(data_dir)
    _port_is_free(options.host, options.port)
    os.environ["OVERREAD_DATA_DIR"] = str(data_dir)
    _say("Preparing the database ...")
    prepare.database_and_files(ROOT)
    welcome = prepare.manage(ROOT, "bootstrap_demo") if options.demo else ""
    plan = programs.Plan(
        data_dir, options.host, options.port,
        own_broker=not os.environ.get("CELERY_BROKER_URL"),
        demo_exams=DEMO_CLINICIAN if options.demo and options.exams else "",
    )  # fmt: skip
    return _run(plan, lock, welcome)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m portal.stack", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("OVERREAD_DATA_DIR") or ROOT / ".data"))
    parser.add_argument("--demo", action="store_true", help="a practice with one user per role and two real exams")
    parser.add_argument("--no-exams", dest="exams", action="store_false", help="the demo's people without its exams")
    return parser.parse_args()


def _only_one(data_dir: Path) -> int:
    """Hold the data folder's lock for as long as any process of this stack lives."""
    lock = os.open(data_dir / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"Overread already runs with the data in {data_dir}. Stop it first, or choose another DATA_DIR.")
    return lock


def _port_is_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"Port {port} on {host} cannot be used ({error.strerror}). Choose another, e.g. PORT={port + 1}.")


def _run(plan: programs.Plan, lock: int, welcome: str) -> int:
    file = plan.data_dir / "supervisord.conf"
    file.write_text(programs.configuration(plan, ROOT))
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-c", str(file)],
        start_new_session=True,  # Ctrl-C reaches us alone; we pass it on once
        pass_fds=[lock],
    )

    stopping: list[int] = []

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.append(signum)
        if supervisor.poll() is None:
            _say("Stopping ...")
            supervisor.terminate()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    ready = _wait_until_ready(plan, supervisor, stopping)
    _say(welcome)  # also after a start that failed: it holds the passwords, shown this once
    if ready:
        _say(f"\nOverread is ready: http://{plan.host}:{plan.port}/   (Ctrl-C stops it)")
    status = supervisor.wait()
    _say("Stopped.")
    return 0 if status in (0, -signal.SIGTERM) else status


def _wait_until_ready(plan: programs.Plan, supervisor: subprocess.Popen[bytes], stopping: list[int]) -> bool:
    url = f"http://{plan.host}:{plan.port}/readyz"
    while supervisor.poll() is None and not stopping:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.5)
    return False


def _say(text: str) -> None:
    sys.stdout.write(text.strip("\n") + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped before it was ready.")
