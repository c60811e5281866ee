"""The licences of what we install, each on our list of those that go with MIT, or named here with its reason."""

import re
import sys
from dataclasses import dataclass
from importlib import metadata

from tests.supply.lock import LOCKS, ROOT, pins

# Free to use and pass on with ours; the weak copyleft ones because we only import them, unchanged.
ALLOWED = {
    *("MIT", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "BSD", "Apache-2.0", "ISC", "PSF-2.0", "0BSD", "Unlicense"),
    *("MPL-2.0", "LGPL-3.0-only", "LGPL-3.0-or-later", "Zlib", "HPND"),
}
# Says nothing in its metadata, or is only installed elsewhere: read in its own LICENSE file.
READ = {
    "peewee": "MIT",
    "axe-playwright-python": "MIT AND MPL-2.0",
    "async-timeout": "Apache-2.0",
    "colorama": "BSD-3-Clause",
}
SPELT = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "The Unlicense (Unlicense)": "Unlicense",
}


@dataclass(frozen=True)
class Taken:
    """A package and its licences; "?" when nothing tells."""

    name: str
    version: str
    licence: str
    by_us: bool

    @property
    def allowed(self) -> bool:
        """Every part of "A AND B", one of "A OR B"."""
        return all(any(one in ALLOWED for one in part.split(" OR ")) for part in self.licence.split(" AND "))


def run() -> int:
    """Print the list; 1 when something is not on ours."""
    rows = taken()
    for row in rows:
        print(f"{row.name:28} {row.version:14} {row.licence}{'' if row.allowed else '   NOT ON THE LIST'}")
    wrong = [row.name for row in rows if not row.allowed]
    print(f"{len(rows)} packages" + (f"; to be read: {', '.join(wrong)}" if wrong else ", all on the list"))
    return 1 if wrong else 0


def taken() -> list[Taken]:
    """Every package of the locks, by name; those of the running service are by_us."""
    ours = pins(ROOT / LOCKS["requirements.txt"])
    every = ours | pins(ROOT / LOCKS["requirements-dev.txt"])
    return [Taken(name, version, licence_of(name), name in ours) for name, version in sorted(every.items())]


def licence_of(name: str) -> str:
    """As an SPDX expression where the package tells one."""
    if name in READ:
        return READ[name]
    try:
        facts = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "?"
    said, free = (" ".join(facts.get_all(field) or ()) for field in ("License-Expression", "License"))
    classed = [line.split(" :: ")[-1] for line in facts.get_all("Classifier") or () if line.startswith("License ::")]
    return read(said, classed, free.strip())


def read(expression: str, classed: list[str], free: str) -> str:
    """The expression; else the classifiers, of which one may be chosen; else the old free text if it is short."""
    if expression:
        return expression
    known = [SPELT[one] for one in classed if one in SPELT]
    if known:
        return " OR ".join(known)
    return SPELT.get(free, free) if re.fullmatch(r"[\w .()+-]{2,60}", free) else "?"


if __name__ == "__main__":
    sys.exit(run())
