"""`python -m jobs alerts`: who hears when something goes wrong with the service, and what is wrong now."""

from collections.abc import Callable

from jobs import watch
from storage import alarms, db, settings

USAGE = """python -m jobs alerts          who hears of trouble, and what is wrong now
python -m jobs alerts here     a word to write to the bot from the chat that shall hear of it
python -m jobs alerts look     look now, not only every five minutes
python -m jobs alerts off      nobody hears of it any more
"""
Report = Callable[[str], None]


def run(words: list[str], report: Report = print) -> int:
    """Run the command; returns the exit status."""
    match words:
        case [] | ["look"]:
            if words:
                watch.run()
            return _tell(report)
        case ["here"]:
            return _invite(report)
        case ["off"]:
            with db.transaction():
                report("nobody hears of trouble any more" if alarms.leave() else "nobody heard of trouble before")
            return 0
    report(USAGE.rstrip())
    return 2


def _tell(report: Report) -> int:
    """0 when all is well, 1 when something is wrong: for a monitor that calls commands."""
    who = alarms.operator()
    report(f"told to: {who.platform} …{who.address[-3:]}" if who else "told to: nobody (python -m jobs alerts here)")
    wrong = alarms.standing()
    for cause, kept in wrong.items():
        report(
            f"{cause} since {kept['since'][:16].replace('T', ' ')}" + (f": {kept['detail']}" * bool(kept["detail"]))
        )
    if not wrong:
        report("nothing is wrong")
    return 1 if wrong else 0


def _invite(report: Report) -> int:
    with db.transaction():
        word = alarms.invite()
    known = settings.current()
    where = " or ".join(name for name, there in (("Telegram", known.telegram), ("WhatsApp", known.whatsapp)) if there)
    report(f"Within an hour, write this to the bot on {where}: /operator {word}")
    return 0
