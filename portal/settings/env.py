"""Typed readers of the environment: a wrong value stops the start with a sentence, not a stack trace later."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable `name`, or `default` when it is unset or empty."""
    return os.environ.get(name) or default


def text_or_file(name: str, default: str = "") -> str:
    """As `text`, or the content of the file that `NAME_FILE` names: for addresses that hold a password."""
    named = text(f"{name}_FILE")
    if not named:
        return text(name, default)
    try:
        return Path(named).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: cannot read {named}: {error.strerror}.") from error


def flag(name: str, default: bool) -> bool:
    """A yes/no variable; anything but 1/0, true/false, yes/no, on/off is refused."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write yes or no.")


def number(name: str, default: int) -> int:
    """A whole number."""
    try:
        return int(text(name, str(default)))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number.") from error


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, kept_in: Path | None = None) -> str:
    """A secret from the file `NAME_FILE`, from `NAME`, or from the file `kept_in`; never from a default."""
    named = text(f"{name}_FILE")
    if named:
        return _read(Path(named), name)
    if text(name):
        return text(name)
    if kept_in is not None and kept_in.exists():
        return _read(kept_in, name)
    raise ImproperlyConfigured(f"Set {name} or {name}_FILE (run `make setup` to make a secret for the demo).")


def _read(path: Path, name: str) -> str:
    try:
        value = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: cannot read {path}: {error.strerror}.") from error
    if len(value) < 32:
        raise ImproperlyConfigured(f"{name}: the secret in {path} is shorter than 32 characters.")
    return value


def object_store(url: str) -> dict[str, object]:
    """A Django STORAGES entry from `file:///folder` or `s3://bucket?endpoint_url=...`."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        location = {"location": parts.path, "base_url": None}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": location}
    if parts.scheme == "s3" and parts.netloc:
        options: dict[str, object] = {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
        }
        options.update(dict(parse_qsl(parts.query)))
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    raise ImproperlyConfigured("OBJECT_STORE must be file:///folder or s3://bucket?endpoint_url=...")


def redis_url(broker: str) -> str:
    """The cache's URL: the broker's own Redis, in the form that redis-py reads (`unix://` for a socket)."""
    if broker.startswith("redis+socket://"):
        return "unix://" + broker.removeprefix("redis+socket://").split("?")[0]
    if broker.startswith(("redis://", "rediss://")):
        return broker
    return text("OVERREAD_CACHE_URL", "redis://127.0.0.1:6379/1")


def socket_path(data_dir: Path) -> Path:
    """Where the embedded broker listens: the data folder, or the temporary one when that path is too long.

    A unix socket's path holds 108 bytes on Linux and 104 on macOS.
    """
    inside = data_dir / "broker.sock"
    if len(str(inside).encode()) <= 100:
        return inside
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"overread-{name}.sock"
