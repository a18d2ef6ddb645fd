"""`make secrets`: the files that compose.yaml hands to the containers, made once and never overwritten."""

import os
import secrets
import sys
from pathlib import Path


def contents() -> dict[str, str]:
    """File name -> text; the database's and the object store's passwords each stand in two files."""
    database, store = secrets.token_hex(24), secrets.token_hex(24)
    return {
        "secret-key": secrets.token_urlsafe(48),
        "postgres-password": database,
        "database-url": f"postgres://overread:{database}@postgres:5432/overread",
        "minio-password": store,
        "s3-credentials": f"[default]\naws_access_key_id = overread\naws_secret_access_key = {store}\n",
    }


def write(folder: Path) -> None:
    """Write them all, or refuse when any exists: half-new secrets would lock the data away."""
    folder.mkdir(mode=0o755, exist_ok=True)
    files = contents()
    standing = [name for name in files if (folder / name).exists()]
    if standing:
        sys.exit(f"{folder} already holds {', '.join(standing)}: nothing was changed.")
    for name, text in files.items():
        # the containers' unprivileged user reads them, so the folder's owner guards them on the host
        descriptor = os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
