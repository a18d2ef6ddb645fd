"""What must stand before the first process starts: folders, a secret of its own, tables and static files."""

import fcntl
import hashlib
import os
import secrets
import subprocess
import sys
from pathlib import Path


def own_secret(data_dir: Path) -> None:
    """Make the data folder's secret key once; readable by its owner alone."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(data_dir / "secret-key", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))


def manage(root: Path, *arguments: str) -> str:
    """Run one management command and return what it printed; SystemExit with its errors when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def database_and_files(root: Path) -> None:
    """Bring the tables up to date and, where a static file has changed, gather and compress them anew.

    The gathered files belong to the checkout, not to the data: every stack of it serves the same ones.
    """
    manage(root, "migrate", "--no-input", "--verbosity", "0")
    gathered = Path(os.environ.get("OVERREAD_STATIC_ROOT") or root / "staticfiles")
    gathered.mkdir(parents=True, exist_ok=True)
    with (gathered / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, now = gathered / ".stamp", _fingerprint(root / "static")
        if not stamp.exists() or stamp.read_text() != now:
            manage(root, "collectstatic", "--no-input", "--verbosity", "0")
            stamp.write_text(now)


def _fingerprint(folder: Path) -> str:
    """A digest of the names, sizes and times of the files that are served."""
    served = [folder / "css", folder / "img", folder / "viewer" / "dist"]
    files = sorted(path for top in served for path in top.rglob("*") if path.is_file())
    lines = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
