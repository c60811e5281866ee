"""The web process with the echo feature; the server calls create_app()."""

import tests.faults.echo  # noqa: F401 - registers itself
from webhook import create_app as create_app
