"""The summary: posted at the end, corrected where it stands, completed, and asked for again."""

import datetime as dt

import pytest

from handlers.kit import inbox
from handlers.kit.cards import report
from jobs import minutes
from storage import db
from storage.groups import Membership
from storage.hotseats import HotSeat
from storage.meetings import YES, Attendance
from storage.missions import HELD, Draw, Mission, Rating, Thanks
from storage.notes import Note
from storage.people import TELEGRAM, WHATSAPP
from storage.polls import Poll
from storage.sessions import Session
from storage.summaries import Addition, Summary
from tests.stories.evenings import chat
from tests.stories.hands import press
from tests.stories.meetings import change, fix, until
from tests.stories.polling import open_poll
from tests.stories.summaries import ADVICE, NEXT, PROBLEM, close, closed, evening, height, is_summary, post, sat
from tests.story import Actor, Story, plain

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
WHATSAPP_ONLY = pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)


def count(story: Story, actor: Actor) -> int:
    """How many summaries that person's phone shows in private."""
    return sum(is_summary(text) for text in actor.said())


# ------------------------------------------------------------------ posted


def test_the_summary_is_posted_when_the_meeting_ends(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    session = evening(story, marc, lea)
    marc.says("#décision on garde le jeudi")
    lea.says("#action j'appelle le café avant mardi")
    sat(session, lea.person, share=True, adviser=marc.person)
    fix(story, NEXT)
    before = db.now()
    close(story, session, marc)
    assert db.now() - before < dt.timedelta(minutes=1)
    for actor in (marc, lea):
        text = plain(post(story, actor))
        for words in (
            "étaient là (2) : marc et léa",
            "décidé : on garde le jeudi",
            "léa : j'appelle le café",
            "augmenter mes prix",
            "marc : « commence par",
            "prochaine date : jeudi 19 mars à 19h30",
        ):
            assert words in text, text
    marc.taps("Je viens", chat=story.chat) if marc.platform == TELEGRAM else press(marc, "Je viens")
    ahead = report.of(session.meeting).ahead
    mine = Attendance.of(ahead, marc.person) if ahead else None
    assert mine is not None and mine.answer == YES


@MIXED
def test_words_and_a_tap_on_finish_end_in_one_summary(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    evening(story, marc, lea)
    marc.says("#idée un pique-nique en juin")
    fix(story, NEXT)
    marc.says("on clôt")
    for _twice in range(2):
        marc.taps("Terminer", chat=story.chat, settle=False)
    story.later(seconds=10)
    told = [b.text for b in chat(story).messages() if b.from_bot and is_summary(b.text)]
    assert len(told) == 1 and count(story, lea) == 1


def test_without_its_owners_yes_a_hot_seat_is_only_named(story: Story) -> None:
    marc, zoe, paul = story.organizer("Marc"), story.member("Zoé"), story.member("Paul")
    session = evening(story, marc, zoe, paul)
    seat = sat(session, zoe.person, share=None, adviser=marc.person)
    sat(session, paul.person, share=False, adviser=marc.person)
    close(story, session, marc)
    text = plain(post(story, marc))
    assert "zoé a eu le hot seat." in text and "paul a eu le hot seat." in text
    assert "prix" not in text and "commence par" not in text
    found = report.of(session.meeting)
    assert (
        PROBLEM not in minutes.markdown(found, "fr").decode() and ADVICE not in minutes.markdown(found, "fr").decode()
    )

    with db.transaction():  # she agrees the morning after
        seat.note(share=True)
        inbox.happen("hot_seat_changed", seat)
    story.settle()
    if story.chat is not None:
        assert "augmenter mes prix" in post(story, story.actors[0])


@MIXED
def test_a_summary_of_nothing_is_one_line_and_asks_for_a_date(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    session = evening(story, marc, lea)
    close(story, session, marc)
    text = post(story, marc)
    assert "On s'est vus" in text and "Rien n'a été noté." in text and len(text.splitlines()) == 2
    assert "Pas encore de prochaine date" in text
    marc.taps("Proposer des dates", chat=story.chat)
    marc.hears("Quand ?")


@MIXED
def test_the_vote_on_the_next_date_is_a_tap_away(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    session = evening(story, marc, lea)
    poll = open_poll(story, marc, "le 14 à 19h30 ou le 17 à 18h30")
    close(story, session, marc)
    assert "le vote est ouvert" in post(story, marc)
    press(lea, "Voter")
    lea.hears("1. ")
    poll = Poll.get_by_id(poll.id)
    assert poll.state == "open"


@MIXED
def test_a_full_evening_still_fits_a_phone(story: Story) -> None:
    marc = story.organizer("Marc")
    others = [story.member(name) for name in ("Léa", "Zoé", "Paul", "Inès", "Hugo", "Nora", "Alix", "Jean", "Sami")]
    session = evening(story, marc, *others)
    with db.transaction():
        for n in range(60):
            kind = ("decision", "action", "idea", "link", "action")[n % 5]
            facts = {"source": f"x:{n}", "owner": others[n % 9].person if kind == "action" else None}
            Note.put(session.meeting, marc.person, kind, f"Note {n} : {story.words(9)}", **facts)
        Thanks.say(session.meeting, marc.person, others[0].person, "Merci à Léa pour les gâteaux")
        for n, code in enumerate(("date", "venue", "summary")):
            mission = Mission.common(code)
            Draw.create(meeting=session.meeting, mission=mission, person=others[n].person, state=HELD)
        for actor in others[:3]:
            Rating.put(session.meeting, actor.person, 3)
    for actor in others[:3]:
        sat(session, actor.person, share=True, adviser=marc.person)
    fix(story, NEXT)
    close(story, session, marc)
    print(post(story, marc))
    assert height(session.meeting, "fr") <= 15 and height(session.meeting, "en") <= 15
    text = plain(post(story, marc))
    assert "décidé : " in text and "autres lignes sur la page" in text and "prochaine date" in text
    assert "🪑 paul" in text or "🪑 léa" in text
    assert minutes.markdown(report.of(session.meeting), "fr").decode().count("Note ") == 60


@WHATSAPP_ONLY
def test_who_was_not_there_is_not_rung_up_in_the_evening(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    closed(story, marc, lea)
    assert count(story, lea) == 1 and count(story, zoe) == 0


@MIXED
def test_a_closed_window_is_opened_by_a_template(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa", on=WHATSAPP)
    evening(story, marc)
    marc.says("Léa est là")
    marc.says("#décision on garde le jeudi")
    fix(story, NEXT)
    until(story, NEXT.replace(day=4, hour=13))  # nobody closed it; Léa wrote a day ago
    lea.never_hears("on garde le jeudi")
    lea.hears("Tu as un message du groupe")
    lea.says("oui")
    lea.hears("on garde le jeudi")


@MIXED
def test_a_meeting_that_nobody_closed_has_its_summary_later(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    session = evening(story, marc, lea)
    marc.says("#décision on garde le jeudi")
    fix(story, NEXT)
    until(story, NEXT.replace(day=4, hour=9, minute=45))
    assert Session.get_by_id(session.id).state == "closed"
    assert Summary.get_or_none(Summary.meeting == session.meeting_id) is None
    story.later(hours=10)
    assert "on garde le jeudi" in post(story, marc)


# ------------------------------------------------------------------ kept up to date and corrected


@MIXED
def test_a_note_after_the_end_joins_the_summary_where_it_stands(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    closed(story, marc, lea)
    before = len(chat(story).messages())
    lea.says("#décision on apporte chacun quelque chose")
    story.later(seconds=10)
    assert "on apporte chacun" in post(story, marc) and count(story, lea) == 1
    notes = [b for b in chat(story).messages()[before:] if is_summary(b.text)]
    assert notes == []


def test_anybody_who_was_there_corrects_a_line(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    summary = closed(story, marc, lea)
    lea.says("corriger le compte rendu")
    lea.hears("Quelle ligne corriger")
    lea.says("1")
    lea.hears("on garde le jeudi")
    lea.says("on passe au vendredi")
    lea.hears("C'est corrigé")
    story.later(seconds=10)
    assert [note.words for note in Note.of_meeting(summary.meeting, "decision")] == ["on passe au vendredi"]
    if story.chat is not None:
        assert "on passe au vendredi" in post(story, story.actors[0])


@MIXED
def test_a_line_is_taken_out_once(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    summary = closed(story, marc, lea)
    marc.taps("Corriger", chat=story.chat)
    assert "en privé" in marc.toast
    press(marc, "1. on garde")
    marc.hears("Quel est le bon texte")
    press(marc, "Retirer")
    marc.hears("C'est retiré")
    press(marc, "Retirer")
    story.later(seconds=10)
    assert not Note.of_meeting(summary.meeting, "decision") and "jeudi." not in post(story, marc)


@MIXED
def test_the_absent_and_the_late_cannot_correct_it(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    closed(story, marc, lea)
    zoe.taps("Corriger", chat=story.chat)
    assert "Ce sont les présents qui le corrigent" in zoe.toast
    story.later(hours=25)
    lea.says("corriger le compte rendu")
    lea.hears("a plus d'un jour")
    buttons = [choice.label for b in chat(story).messages() if is_summary(b.text) for choice in b.choices]
    assert "Corriger" not in buttons and "Je viens" in buttons


@MIXED
def test_the_owner_of_a_hot_seat_takes_it_back(story: Story) -> None:
    marc, zoe = story.organizer("Marc"), story.member("Zoé")
    session = evening(story, marc, zoe)
    seat = sat(session, zoe.person, share=True, adviser=marc.person)
    close(story, session, marc)
    marc.says("corriger le compte rendu")
    marc.never_hears("Ton hot seat")
    zoe.says("corriger le compte rendu")
    zoe.hears("Ton hot seat")
    zoe.says("1")
    press(zoe, "Ne pas le raconter")
    zoe.hears("C'est retiré")
    story.later(seconds=10)
    assert HotSeat.get_by_id(seat.id).share is False and "prix" not in post(story, marc)


@WHATSAPP_ONLY
def test_a_correction_is_said_once_more_at_the_end_of_the_day(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    closed(story, marc, lea)
    lea.says("compte rendu : merci à toutes et tous")
    for words in ("on passe au vendredi", "on passe au samedi"):
        marc.says("corriger le compte rendu")
        marc.says("1")
        marc.says(words)
    assert count(story, lea) == 1
    until(story, NEXT.replace(day=4, hour=19, minute=5))
    lea.hears("Le compte rendu a été corrigé")
    assert lea.count("on passe au samedi") == 1 and count(story, lea) == 2
    story.later(hours=30)
    assert lea.count("a été corrigé") == 1


@WHATSAPP_ONLY
def test_nothing_is_said_again_when_nothing_was_corrected(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    closed(story, marc, lea)
    until(story, NEXT.replace(day=5))
    assert count(story, lea) == 1


@MIXED
def test_the_next_date_changes_in_the_summary_too(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    summary = closed(story, marc, lea)
    ahead = report.of(summary.meeting).ahead
    assert ahead is not None
    old = ahead.start
    with db.transaction():
        ahead.move(NEXT + dt.timedelta(days=1))
    change(story, "meeting_moved", ahead, old=old)
    story.later(seconds=10)
    assert "vendredi 20 mars" in post(story, marc)


# ------------------------------------------------------------------ completed


def test_who_holds_the_card_completes_it_and_the_card_is_done(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    session = evening(story, marc, lea, zoe)
    marc.says("#décision on garde le jeudi")
    with db.transaction():
        draw = Draw.create(meeting=session.meeting, mission=Mission.common("summary"), person=lea.person, state=HELD)
    summary = close(story, session, marc)
    zoe.says("compte rendu : tout le monde a dansé")
    zoe.hears("C'est Léa qui a la carte")
    lea.says("compte rendu : Paul a proposé un atelier photo\n- le café était fermé, on était chez Zoé")
    lea.hears("2 lignes ajoutées au compte rendu")
    lea.says("compte rendu")
    lea.hears("atelier photo")
    press(lea, "Compléter")
    lea.hears("Une ligne par chose")
    lea.says("annuler")
    assert [one.words for one in Addition.of_summary(summary)] == [
        "Paul a proposé un atelier photo",
        "le café était fermé, on était chez Zoé",
    ]
    assert Draw.get_by_id(draw.id).state == "done"


@MIXED
def test_a_photo_is_no_line(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    summary = closed(story, marc, lea)
    marc.says("compléter le compte rendu")
    marc.sends("photo")
    marc.hears("Je ne lis que les mots")
    marc.says("On s'est quittés à minuit")
    marc.hears("ajouté au compte rendu")
    assert len(Addition.of_summary(summary)) == 1


# ------------------------------------------------------------------ asked for


def test_it_is_asked_for_at_any_time_with_a_fresh_link(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    marc.says("compte rendu")
    marc.hears("Pas encore de compte rendu")
    closed(story, marc, lea)
    zoe.says("compte rendu")
    told = zoe.hears("Décidé : on garde le jeudi")
    links = [choice.value for choice in told.choices if "/s/" in str(choice.value)]
    assert links or "/s/" in told.text


def test_a_stranger_and_whoever_left_get_nothing(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    closed(story, marc, lea)
    zoe = story.stranger("Zoé")
    zoe.says("compte rendu")
    zoe.never_hears("jeudi")
    seat = Membership.of(story.home(), lea.person)
    with db.transaction():
        assert seat is not None and seat.leave()
    heard = lea.count("on garde le jeudi")
    lea.says("compte rendu")
    assert lea.count("on garde le jeudi") == heard


@MIXED
def test_in_two_groups_it_is_asked_which_one(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    closed(story, marc, lea)
    story.seat(lea, story.another_group("Les voisins"))
    lea.says("compte rendu")
    lea.hears("Quel groupe")
    lea.never_hears("Décidé : on garde le mardi")
