"""What the playground asks of this machine: free ports, one lock, and whether a server answers yet."""

import fcntl
import http.client
import socket
from pathlib import Path
from typing import IO

TRIES = 100


def choose_port(asked: int) -> int:
    """That port, or the next free one."""
    free = (port for port in range(asked, min(asked + TRIES, 65536)) if is_free(port))
    return next(free, 0) or free_port()


def is_free(port: int) -> bool:
    """May we listen there? Connections that are still closing don't count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    with socket.socket() as probe:  # a listener on every address may hide behind the bind on some systems
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lock(path: Path) -> IO[str] | None:
    """Hold the file for as long as it stays open; None when another process holds it."""
    held = path.open("a")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        return None
    return held


def pings(port: int) -> bool:
    """Does Valkey answer there?"""
    try:
        with socket.create_connection(("127.0.0.1", port), 0.5) as link:
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def asks(port: int, method: str, path: str, body: str | None = None, seconds: float = 1.0) -> int:
    """The status of a request to this machine; 0 when nobody answers."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        link.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        return link.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        link.close()
