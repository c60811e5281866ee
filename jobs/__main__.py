"""Operators' commands: `python -m jobs setup | doctor | contents | cost | letters | alerts | forgotten`."""

import sys

from storage import db, settings

USAGE = """python -m jobs setup       webhooks, menus, descriptions, WhatsApp contents
python -m jobs doctor      looks at everything; each line is good, or says what to do where
python -m jobs contents    WhatsApp contents and their approval
python -m jobs cost [N]    what a group with N members on WhatsApp costs a month (12)
python -m jobs letters     what did not arrive or was not understood: show, again, drop, replay
python -m jobs alerts      who hears of trouble, and what is wrong now: here, look, off
python -m jobs register    what is done with personal data (art. 30); register who "NAME, ADDRESS"
                           register breach [GROUP]: what to do, and who is affected
python -m jobs forgotten   whom an older backup would bring back; again: after a restore
"""


def main(words: list[str]) -> int:
    """Run a command; returns the exit status."""
    match words:
        case ["doctor"]:
            return _doctor()
        case ["cost", *rest] if rest == [] or (len(rest) == 1 and rest[0].isdigit()):
            return _cost(int(rest[0]) if rest else 12)
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
            case ["register", *rest]:
                return _register(rest)
            case ["forgotten", *rest]:
                return _forgotten(rest)
    print(USAGE, end="")
    return 0 if words in ([], ["help"]) else 2


def _doctor() -> int:
    from jobs import doctor

    return 0 if doctor.run() else 1


def _cost(members: int) -> int:
    from jobs import cost

    print(*cost.told(members), sep="\n")
    return 0


def _setup() -> int:
    from jobs import setup

    return 0 if setup.run() else 1


def _register(words: list[str]) -> int:
    from jobs import register

    return register.main(words)


def _forgotten(words: list[str]) -> int:
    from jobs import forgotten

    return forgotten.run(words)


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
