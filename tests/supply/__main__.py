"""`python -m tests.supply lock | audit | licences | secrets` (make lock, make audit, make licences, make secrets)."""

import sys

from tests.supply import audit, licences, lock, secrets

COMMANDS = {"lock": lock.run, "audit": audit.run, "licences": licences.run, "secrets": secrets.run}


def main(words: list[str]) -> int:
    """Run one; its exit status."""
    command = COMMANDS.get(words[0]) if len(words) == 1 else None
    if command is None:
        print(__doc__)
        return 2
    return command()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
