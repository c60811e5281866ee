"""The locks: every package that ours need, at one version, with the hashes of its files (pip: --require-hashes).

`make run LOCKED=1` and `make test LOCKED=1` install from them; pip refuses a file whose hash is not among them.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {"requirements.txt": ".ci/requirements.lock", "requirements-dev.txt": ".ci/requirements-dev.lock"}
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==([\w.+!-]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
HOW = ("--generate-hashes", "--universal", "--python-version", "3.11", "--quiet")
BARE = ("--no-header", "--no-annotate", "--no-emit-index-url")  # no address of a registry in the tree


def run() -> int:
    """Write both locks anew; what is pinned by us stays pinned."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        print("The locks are made by uv, which is not here: install it beside Python (pip install uv), then again.")
        return 1
    for ours, theirs in LOCKS.items():
        subprocess.run([uv, "pip", "compile", *HOW, *BARE, ours, "-o", theirs], cwd=ROOT, check=True)
        print(f"{theirs}: {len(pins(ROOT / theirs))} packages")
    return 0


def pins(path: Path) -> dict[str, str]:
    """Name -> version of each line that pins something, what `-r` names included."""
    found: dict[str, str] = {}
    for line in path.read_text().splitlines():
        if line.startswith("-r "):
            found |= pins(path.parent / line.removeprefix("-r ").strip())
        elif pin := PIN.match(line):
            found[normal(pin[1])] = pin[2]
    return found


def hashes(path: Path) -> dict[str, list[str]]:
    """Name -> sha256 of each file that may be installed for it."""
    found: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if pin := PIN.match(line):
            found[normal(pin[1])] = []
        if found and (digest := HASH.search(line)):
            found[list(found)[-1]].append(digest[1])
    return found


def normal(name: str) -> str:
    """The name as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
