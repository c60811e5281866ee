"""Operators' commands: `python -m jobs setup | contents | letters | alerts`."""

import sys

from storage import db, settings

USAGE = """python -m jobs setup       webhooks, menus, descriptions, WhatsApp contents
python -m jobs contents    WhatsApp contents and their approval
python -m jobs letters     what did not arrive or was not understood: show, again, drop, replay
python -m jobs alerts      who hears of trouble, and what is wrong now: here, look, off
"""


def main(words: list[str]) -> int:
    """Run a command; returns the exit status."""
    db.connect(settings.current().database_url)
    with db.connection():
        match words:
            case ["setup"]:
                return _setup()
            case ["contents"]:
                return _contents()
            case ["letters", *rest]:
                return _letters(rest)
            case ["alerts", *rest]:
                return _alerts(rest)
    print(USAGE, end="")
    return 0 if words in ([], ["help"]) else 2


def _setup() -> int:
    from jobs import setup

    return 0 if setup.run() else 1


def _contents() -> int:
    from jobs import setup

    if not settings.current().whatsapp:
        print("WhatsApp is not connected: set the three TWILIO_ variables first.")
        return 1
    return 0 if setup.make_contents() else 1


def _letters(words: list[str]) -> int:
    from jobs import letters

    return letters.run(words)


def _alerts(words: list[str]) -> int:
    from jobs import alerts

    return alerts.run(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
