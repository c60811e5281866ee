"""The worker process with the echo feature."""

import contextlib
import os

import tests.faults.echo  # noqa: F401 - registers itself
from jobs import worker

if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        worker.main()
    os._exit(0)
