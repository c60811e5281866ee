"""Known holes in what we install: asks the open database of advisories, where it can be reached (OSV: querybatch).

Only names and versions of public packages leave this machine. Not part of the tests: they need no network.
"""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator

from tests.supply.lock import LOCKS, ROOT, pins

SERVICE = "https://api.osv.dev"
AT_ONCE = 500
AWAY = """The database of advisories can't be reached from here: nothing was checked, and nothing is wrong with that.
Run `make audit` where the network allows it, before each release; STRICT=1 makes this a failure."""


def run() -> int:
    """0 when nothing is known, or nobody could be asked; 1 when there is something to do."""
    packages = {name: pinned for lock in LOCKS.values() for name, pinned in pins(ROOT / lock).items()}
    try:
        holes = list(ask(packages))
    except (urllib.error.URLError, OSError, ValueError) as error:
        print(f"{AWAY}\n({type(error).__name__})")
        return int(os.environ.get("STRICT", "") == "1")
    for name, version, known in holes:
        print(f"{name} {version}: {', '.join(known)}")
    if holes:
        print(f"\nLook each up at {SERVICE.replace('api.', '')}/vulnerability/NAME, raise the pin, then `make lock`.")
    print(f"{len(packages)} packages, {len(holes)} with a known hole")
    return 1 if holes else 0


def ask(packages: dict[str, str]) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and the advisories of each package that has some. Raises URLError, OSError or ValueError."""
    rows = sorted(packages.items())
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        answers = _post([_question(name, version) for name, version in some])
        for (name, version), answer in zip(some, answers, strict=True):
            if known := [str(hole["id"]) for hole in answer.get("vulns") or ()]:
                yield name, version, known


def _question(name: str, version: str) -> dict[str, object]:
    return {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}


def _post(questions: list[dict[str, object]]) -> list[dict[str, list[dict[str, str]]]]:
    body = json.dumps({"queries": questions}).encode()
    request = urllib.request.Request(f"{SERVICE}/v1/querybatch", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        found: list[dict[str, list[dict[str, str]]]] = json.load(answer)["results"]
    return found
