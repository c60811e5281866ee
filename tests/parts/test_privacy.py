"""The declarations about personal data are complete, and what is past its time goes (R3, R7, R8, R10, R11, R12)."""

import datetime as dt
import re
from typing import Any

import pytest
from peewee import CharField

from handlers.kit import inbox
from handlers.kit.cards import privacy_words
from jobs import forgotten, register
from storage import db, facts, privacy, retention
from storage.applications import Application
from storage.db import Record, now
from storage.erase import erase
from storage.groups import Group, Membership
from storage.models import MODELS
from storage.outbox import DeadLetter, Post, Seen, tidy
from storage.people import Person, meet
from storage.periods import DAY, PERIODS
from storage.privacy import AREAS, ENDS, TABLES, Kept, undeclared
from storage.relays import Relay
from storage.rights import Erasure
from storage.settings import HERE
from tests.stage import START, some_settings


@pytest.fixture(autouse=True)
def opened(engine: str, valkey: str) -> None:
    """A database whose clock runs from START and can be moved."""
    import dataclasses

    from storage import settings

    settings.use(dataclasses.replace(some_settings(valkey), playground=True))
    if engine.startswith("sqlite"):
        db.connect(engine)
    pass_by(dt.timedelta())


def pass_by(span: dt.timedelta) -> None:
    db.shift_clock((START + span - db.real_now()).total_seconds())


def member(group: Group, number: int, name: str) -> Person:
    address = meet("telegram", str(number), name=name, language="fr")
    Membership.welcome(group, address.person, address, "organizer" if number == 1 else "member")
    return address.person


def home(**facts: object) -> Group:
    return Group.create(name="Les indés", city="Nantes", state="live", founded_at=now(), **facts)


# ------------------------------------------------------------------ declared


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_r3_every_column_that_may_hold_words_or_point_at_somebody_is_declared(model: type[Record]) -> None:
    """R3, R8: say in storage/privacy.py what a new table or column keeps, what for, and what of it is forgotten."""
    assert undeclared(model) == []


def test_a_column_that_nobody_declared_is_found() -> None:
    class Diary(Record):
        """Not declared at all, then with a column too many."""

        secrets = CharField(default="")
        PERSONAL = ()

    assert undeclared(Diary)
    TABLES[Diary] = Kept(privacy.PEOPLE)
    assert undeclared(Diary) == ["Diary.secrets"]
    del TABLES[Diary]


def test_every_purpose_and_period_has_its_words() -> None:
    assert set(AREAS) == {kept.area for kept in TABLES.values()} == set(ENDS) == set(privacy_words.PURPOSES)
    assert {name for names in ENDS.values() for name in names} <= set(privacy_words.ENDS) & set(PERIODS)
    known = {str(model._meta.table_name) for model, kept in TABLES.items() if kept.relations}
    assert known <= set(privacy_words.TABLES)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_r11_the_register_is_made_from_the_declarations(language: str) -> None:
    """R11: every table that holds something about somebody, purposes, grounds, periods, recipients, security."""
    text = "\n".join(register.register(language))
    for model, kept in TABLES.items():
        if kept.relations and kept.area != privacy.MACHINE:
            assert f"`{model._meta.table_name}`" in text
    wanted: list[Any] = [
        *privacy_words.PURPOSES.values(),
        *privacy_words.processors(),
        *register.MEASURES,
        privacy_words.BASIS,
    ]
    wanted += [privacy_words.controller(), privacy_words.NOBODY, *privacy_words.READERS.values()]
    wanted += [end for area in privacy.AREAS for end in privacy_words.ends(area)]
    assert all((words if isinstance(words, str) else words.plain(language)) in text for words in wanted)
    for area in AREAS:
        _before, _title, part = text.partition(f"## {privacy_words.PURPOSES[area].plain(language)}\n")
        named = set(re.findall(r"^- `(\w+)`", part.partition("\n## ")[0], re.MULTILINE))
        assert named == {
            model._meta.table_name
            for model, kept in TABLES.items()
            if kept.area == area and (privacy.personal(model) or privacy.relations(model))
        }


def test_r10_a_breach_has_its_steps_and_its_list(capsys: pytest.CaptureFixture[str]) -> None:
    """R10: who to tell, within 72 hours, and those affected, by one command."""
    group = home()
    member(group, 1, "Marc")
    assert register.main(["breach", str(group.id)]) == 0
    said = capsys.readouterr().out
    assert "72" in said and "cnil.fr" in said and "Marc" in said and "telegram 1" in said
    other = home()
    member(other, 2, "Zoé")
    erase(member(other, 3, "Ana"), "somebody")
    assert register.main(["breach", str(group.id)]) == 0 and capsys.readouterr().out == said
    assert register.main(["breach"]) == 0
    everybody = capsys.readouterr().out
    assert "Marc" in everybody and f"## {other.id} Les indés (1)\n\n- Zoé (member, in): telegram 2" in everybody
    assert register.main([]) == 0 and "(2 " in capsys.readouterr().out
    assert register.main(["who", "Les indés, contact@exemple.org"]) == 0
    assert "contact@exemple.org" in facts.fresh(privacy_words.CONTROLLER)
    capsys.readouterr()
    assert register.main([]) == 0 and "contact@exemple.org" in capsys.readouterr().out
    assert register.main(["breach"]) == 0, "of the whole service, when nobody knows yet what got out"
    assert "72" in capsys.readouterr().out
    assert register.main(["what"]) == 2


def test_r5_the_list_of_the_forgotten_has_a_number_and_a_moment_each(capsys: pytest.CaptureFixture[str]) -> None:
    group = home()
    gone, stays = member(group, 1, "Marc"), member(group, 2, "Léa")
    erase(gone, "somebody")
    assert forgotten.run([]) == 0
    told = capsys.readouterr().out
    assert told == f"{gone.id} {now().isoformat()[:10]}{told[told.index('T') :]}" and stays.name == "Léa"
    assert forgotten.run(["again"], told.splitlines()) == 0, "still forgotten"
    assert capsys.readouterr().out == "0 forgotten again\n"
    Person.update(erased_at=None, created_at=now() - DAY).where(Person.id == gone.id).execute()
    assert forgotten.run(["again"], ["", told, "\n"]) == 0
    assert capsys.readouterr().out == "1 forgotten again\n" and Erasure.get().person_id == gone.id
    assert forgotten.run(["what"]) == 2 and "forgotten again < FILE" in capsys.readouterr().out


def test_r10_how_to_change_each_secret_is_written() -> None:
    """R10: what a breach asks for first."""
    line = (HERE / "README.md").read_text().partition("**Change a secret**")[2].partition("\n- ")[0]
    secret = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "TWILIO_AUTH_TOKEN", "SECRET_KEY")
    assert all(f"`{name}`" in line for name in secret)


# ------------------------------------------------------------------ kept no longer


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
def test_r7_events_letters_and_messages_go_when_their_time_is_over() -> None:
    """R7, R8: letters after 7 days, words of messages after 15, messages after 30, hashes of events after a year."""
    DeadLetter.create(platform="telegram", body="whole")
    Seen.first("x")
    Seen.remember("x", "toast")
    post = Post.create(platform="telegram", chat="1", payload={"text": "Bonjour Léa"}, state="sent")
    for days, letters, words, posts in ((6, 1, 1, 1), (8, 0, 1, 1), (16, 0, 0, 1), (31, 0, 0, 0)):
        pass_by(days * DAY)
        tidy()
        retention.expire()
        assert DeadLetter.select().count() == letters
        assert Post.select().count() == posts
        assert not posts or bool(Post.get_by_id(post.id).payload) == bool(words)
    assert Seen.get().reply is None
    pass_by(366 * DAY)
    tidy()
    assert not Seen.select().exists()


def test_r7_refused_applications_go_after_three_months() -> None:
    """R7: and drafts that nobody sent after one; no hash of anybody is kept instead."""
    group = home()
    refused = Application.create(
        group=group, person=member(group, 2, "Zoé"), state="refused", decided_at=now(), answers=["x"]
    )
    draft = Application.create(group=group, person=member(group, 3, "Ana"), state="expired", answers=["x"])
    pass_by(31 * DAY)
    retention.expire()
    assert _answers(refused) == ["x"] and _answers(draft) == []
    pass_by(91 * DAY)
    retention.expire()
    assert _answers(refused) == []


def _answers(application: Application) -> list[str]:
    return list(Application.get_by_id(application.id).answers)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
def test_r7_who_left_is_forgotten_a_month_later() -> None:
    """R7: a member who left, not one who stays; by the job of each hour, a day apart at most."""
    group = home()
    marc, lea = member(group, 1, "Marc"), member(group, 2, "Léa")
    seat = Membership.of(group, lea)
    assert seat is not None
    pass_by(DAY)
    seat.leave()
    for days in (29, 32, 33):
        pass_by(days * DAY)
        with db.transaction():
            inbox.happen("hour_passed")
    pass_by(33 * DAY + dt.timedelta(hours=2))
    with db.transaction():
        inbox.happen("hour_passed")
    assert Person.get_by_id(lea.id).name == "" and Person.get_by_id(marc.id).name == "Marc"
    assert Erasure.get().done_at is not None


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
def test_r7_a_group_asleep_for_a_year_is_asked_then_deleted() -> None:
    """R7: warned once; a tap keeps it, silence deletes it a month later."""
    group = home()
    member(group, 1, "Marc")
    pass_by(366 * DAY)
    for _hour in range(2):
        with db.transaction():
            inbox.happen("hour_passed")
    asked = [post for post in Post.select() if (post.key or "").startswith("asleep:")]
    assert len(asked) == 1 and "dort depuis un an" in asked[0].payload["text"]
    pass_by(397 * DAY)
    _ring_all()
    assert not Group.select().exists()


def _ring_all() -> None:
    from storage.outbox import Reminder

    for reminder in Reminder.due_now(50):
        inbox.ring(reminder)


def test_r7_when_somebody_spoke_is_kept_for_a_month_and_never_what() -> None:
    """R7, R8: a relay has no words at all."""
    group = home()
    Relay.create(group=group, person=member(group, 1, "Marc"), length=12)
    assert "words" not in Relay._meta.fields and "text" not in Relay._meta.fields
    pass_by(31 * DAY)
    retention.expire()
    assert not Relay.select().exists()


def test_r8_no_table_keeps_what_nobody_needs() -> None:
    """R8, R12: no place of a phone, no contacts, no birth date, no health."""
    names = {name for model in MODELS for name in model._meta.fields}
    assert not names & {"latitude", "longitude", "location", "contacts", "birthdate", "gender", "health"}
