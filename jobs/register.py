"""The register of what is done with personal data (art. 30), and what a breach asks for; from the declarations."""

from collections.abc import Iterator

from handlers.kit.cards import privacy_words
from handlers.kit.texts import _
from storage import facts, privacy, settings
from storage.groups import Group, Membership
from storage.people import Address, Person
from storage.privacy import TABLES, personal, relations

USAGE = """python -m jobs register                 the register, in Markdown, in the deployment's language
                        register who "NAME, how to reach"   who answers for the data
                        register breach [GROUP]   what to do within 72 hours, and who is affected
"""


def main(words: list[str]) -> int:
    """Run the command; returns the exit status."""
    match words:
        case []:
            print("\n".join(register(settings.current().language)))
        case ["who", who]:
            facts.tell(privacy_words.CONTROLLER, who)
            print(who)
        case ["breach"]:
            print("\n".join(breach(settings.current().language, None)))
        case ["breach", number] if number.isdigit():
            print("\n".join(breach(settings.current().language, int(number))))
        case _:
            print(USAGE, end="")
            return 2
    return 0


def register(language: str) -> Iterator[str]:
    """The register, line by line (Markdown)."""
    yield f"# {TITLE.plain(language)}\n"
    whose = _("Whose data: members, applicants and organizers of the groups ({n} people)", n=_alive())
    for one in (WHO.given(who=privacy_words.controller()), whose, *privacy_words.processors()):
        yield f"- {one.plain(language)}"
    for area in privacy.AREAS:
        yield from _area(area, language)
    yield f"\n## {SECURITY.plain(language)}\n"
    for measure in MEASURES:
        yield f"- {measure.plain(language)}"


def _area(area: str, language: str) -> Iterator[str]:
    yield f"\n## {privacy_words.PURPOSES[area].plain(language)}\n"
    basis = privacy_words.BASES.get(area, privacy_words.BASIS)
    readers = privacy_words.READERS.get(area, privacy_words.NOBODY)
    yield f"- {GROUND.plain(language)}: {basis.plain(language)}"
    yield f"- {READ_BY.plain(language)}: {readers.plain(language)}"
    for end in privacy_words.ends(area):
        yield f"- {end.plain(language)}"
    for model, kept in TABLES.items():
        columns = [*personal(model), *(column.name for column in relations(model))]
        if kept.area == area and columns:
            table = str(model._meta.table_name)
            title = privacy_words.TABLES.get(table)
            named = f" ({title.plain(language)})" if title else ""
            yield f"- `{table}`{named}: {', '.join(columns)}"


def _alive() -> int:
    return int(Person.select().where(Person.erased_at.is_null()).count())


TITLE = _("Register of what is done with personal data")
WHO = _("Who answers for it: {who}")
SECURITY = _("Security")
GROUND = _("Ground")
READ_BY = _("Who sees it")
BREACH = _("A breach: what to do")
MEASURES = (
    _("Rights are checked in the database at each act; every read is inside one group."),
    _("Links and codes open once, end soon, and only their hashes are kept."),
    _("Logs hold ids alone: no name, number or word of anybody."),
    _("Webhooks are refused without the messenger's own signature or secret."),
    _("Backups are deleted within 30 days."),
)
STEPS = (
    _("1. Stop it: change the leaked secrets (token of the bot, of Twilio, SECRET_KEY) and restart."),
    _("2. Write down what happened, when, whose data, how many, what was done – also if nobody must be told."),
    _("3. Within 72 hours tell the authority, unless there is no risk for anybody: in France notifications.cnil.fr"),
    _("4. If the risk is high, tell those affected in plain words: what leaked, what may follow, what they can do."),
)


def breach(language: str, group: int | None) -> Iterator[str]:
    """What to do, and who is affected: of one group, or of all (art. 33 and 34)."""
    yield f"# {BREACH.plain(language)}\n"
    for step in STEPS:
        yield step.plain(language)
    for home in Group.select().where(True if group is None else Group.id == group).order_by(Group.id):
        seats = [seat for seat in home.memberships if seat.person.erased_at is None]
        yield f"\n## {home.id} {home.name} ({len(seats)})\n"
        for seat in seats:
            yield f"- {seat.person.name or '?'} ({seat.role}, {seat.state}): {', '.join(_reached(seat))}"


def _reached(seat: Membership) -> list[str]:
    rows = Address.select().where(Address.person == seat.person_id)
    return [f"{row.platform} {row.address.removeprefix('whatsapp:')}" for row in rows] or ["-"]
