"""A meeting is fixed by hand, moved, cancelled and put back; whoever doesn't decide passes an idea on."""

import datetime as dt

import pytest

from storage.groups import Group, Membership
from storage.meetings import Attendance, Meeting
from storage.people import TELEGRAM
from tests.stories.hands import carried, press
from tests.stories.meetings import PARIS, THURSDAY, fix, here
from tests.story import Actor, Story


def comes(meeting: Meeting, *actors: Actor) -> None:
    for actor in actors:
        Attendance.get_or_create(meeting=meeting, person=actor.person, defaults={"answer": "yes"})


def only(group: Group) -> Meeting:
    coming = Meeting.coming_of(group)
    assert len(coming) == 1, [meeting.wall for meeting in coming]
    return coming[0]


# ------------------------------------------------------------------ fixed by hand


def test_an_organizer_fixes_a_date_without_a_vote(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("la prochaine réunion est jeudi 12 à 19h30 au Café des Arts, 12 rue Crébillon")
    marc.hears("jeudi 12 mars à 19h30")
    marc.hears("Café des Arts")
    assert not Meeting.coming_of(story.home()), "nothing is fixed before the yes"

    press(marc, "Oui, fixe-la")
    marc.hears("C'est fixé")
    meeting = only(story.home())
    assert meeting.wall == "2026-03-12T19:30" and meeting.where() == "Café des Arts, 12 rue Crébillon"
    assert meeting.fixed_by == marc.person


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
@pytest.mark.parametrize(
    ("words", "wall"),
    [
        ("fixe le 14 à 20h", "2026-03-14T20:00"),
        ("/fixer vendredi 13 à 12h30", "2026-03-13T12:30"),
        ("the next meeting is Thursday 12 at 7pm", "2026-03-12T19:00"),
        ("la prochaine rencontre sera le 14 mars de 19h à 21h chez moi", "2026-03-14T19:00"),
    ],
)
def test_it_may_be_said_in_many_ways(story: Story, words: str, wall: str) -> None:
    marc = story.organizer("Marc")
    marc.says(words)
    marc.says("oui")
    assert only(story.home()).wall == wall


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"], indirect=True)
def test_a_missing_hour_is_asked(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("fixe jeudi 12 chez moi")
    marc.hears("jeudi 12 mars, à quelle heure")
    press(marc, "18h30")
    press(marc, "Oui, fixe-la")
    meeting = only(story.home())
    assert meeting.wall == "2026-03-12T18:30" and meeting.where() == "Chez Marc"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_missing_hour_is_written(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("fixe jeudi 12")
    marc.says("à 20h15")
    marc.says("oui")
    assert only(story.home()).wall == "2026-03-12T20:15"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("fixe le 3 février 2026 à 19h", "est déjà passé"),
        ("fixe le 31 février à 19h", "n'existe pas"),
        ("fixe un jour ou l'autre", "pas trouvé"),
        ("fixe le 29 mars à 2h30", "n'existe pas"),
        ("fixe en avril", "quel jour"),
    ],
)
def test_what_is_not_sure_is_asked(story: Story, words: str, answer: str) -> None:
    marc = story.organizer("Marc")
    marc.says(words)
    marc.hears(answer)
    marc.says("jeudi 12 à 19h")
    marc.says("oui")
    assert only(story.home()).wall == "2026-03-12T19:00"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_what_was_understood_is_corrected_in_words(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("fixe jeudi 12 à 19h au Ferry")
    marc.says("plutôt 20h30")
    marc.hears("12 mars à 20h30")
    marc.says("non, vendredi")
    marc.hears("13 mars à 20h30")
    marc.says("oui")
    meeting = only(story.home())
    assert meeting.wall == "2026-03-13T20:30" and meeting.where() == "Ferry"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_two_dates_are_for_a_vote(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("fixe jeudi 12 ou vendredi 13 à 19h")
    marc.hears("plusieurs dates")
    assert not Meeting.coming_of(story.home())


def test_one_more_meeting_or_the_same_one_moved(story: Story) -> None:
    marc = story.organizer("Marc")
    fix(story)
    marc.says("la prochaine réunion est le 19 mars à 19h")
    marc.hears("Il y en a déjà une")
    press(marc, "Déplacer l'autre")
    assert only(story.home()).wall == "2026-03-19T19:00"
    marc.says("fixe le 26 mars à 19h")
    press(marc, "Une de plus")
    assert len(Meeting.coming_of(story.home())) == 2


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_no_is_no(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("fixe jeudi 12 à 19h")
    press(marc, "Non")
    marc.hears("rien n'a changé")
    press(marc, "Oui, fixe-la")
    assert not Meeting.coming_of(story.home())


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_annuler_and_other_subjects(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("fixe jeudi 12 à 19h")
    marc.says("annuler")
    marc.hears("rien n'a changé")
    marc.says("fixe jeudi 12 à 19h")
    marc.says("réglages")
    marc.hears("choisi : Tout")
    assert not Meeting.coming_of(story.home())


# ------------------------------------------------------------------ moved


def test_moving_shows_old_and_new_and_who_said_yes(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story)
    comes(meeting, lea)
    marc.says("décale la réunion au vendredi 13 à 20h")
    marc.hears("jeudi 12 mars à 19h30 → vendredi 13 mars à 20h")
    marc.hears("Léa")
    assert here(meeting).wall == "2026-03-12T19:30"

    press(marc, "Oui, déplace-la")
    marc.hears("Déplacée")
    assert here(meeting).wall == "2026-03-13T20:00" and here(meeting).sequence == 1


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
@pytest.mark.parametrize(
    ("words", "wall"),
    [
        ("on se voit plutôt à 20h", "2026-03-12T20:00"),
        ("décale d'une heure", "2026-03-12T20:30"),
        ("avance la réunion d'une heure", "2026-03-12T18:30"),
        ("avance la réunion à 18h", "2026-03-12T18:00"),
        ("reporte d'une semaine", "2026-03-19T19:30"),
        ("décale à vendredi", "2026-03-13T19:30"),
        ("déplace la réunion du 12 au samedi 14 à 10h", "2026-03-14T10:00"),
        ("/decaler vendredi 13 à 20h", "2026-03-13T20:00"),
        ("move the meeting to Friday 13 at 8pm", "2026-03-13T20:00"),
        ("postpone by a week", "2026-03-19T19:30"),
    ],
)
def test_moving_in_many_ways(story: Story, words: str, wall: str) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says(words)
    marc.says("oui")
    assert here(meeting).wall == wall, marc.said()


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_over_the_change_of_hour_a_week_later_is_the_same_hour(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story, dt.datetime(2026, 3, 26, 19, 30, tzinfo=PARIS))
    marc.says("reporte d'une semaine")
    marc.says("oui")
    assert here(meeting).wall == "2026-04-02T19:30"
    assert here(meeting).starts_at == dt.datetime(2026, 4, 2, 17, 30, tzinfo=dt.UTC)


def test_the_same_tap_twice_moves_once(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says("décale au vendredi 13 à 20h")
    if marc.buttons:
        data = carried(marc, "Oui, déplace-la")
        marc.taps("Oui, déplace-la")
        marc.taps(0, raw_data=data) if marc.platform == TELEGRAM else marc.taps("Oui, déplace-la")
    marc.hears("déjà")
    assert here(meeting).sequence == 1


@pytest.mark.parametrize("platform", ["telegram", "postgres"], indirect=True)
def test_two_organizers_at_once(story: Story) -> None:
    marc, ines = story.organizer("Marc", on=TELEGRAM), story.organizer("Inès", on=TELEGRAM)
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    lea.says("décale au vendredi 13 à 20h")
    press(lea, "Transmettre")
    marc.hears("Léa propose")
    story.emu.concurrently(
        lambda: marc.taps("Oui, déplace-la", settle=False), lambda: ines.taps("Oui, déplace-la", settle=False)
    )
    story.settle()
    assert here(meeting).sequence == 1 and here(meeting).wall == "2026-03-13T20:00"
    assert (
        marc.count("l'a déjà fait") + ines.count("a déjà fait") + marc.count("Déplacée") + ines.count("Déplacée") == 2
    )
    assert lea.count("a repris ton idée") == 1


def test_an_old_confirmation_says_that_the_meeting_changed_meanwhile(story: Story) -> None:
    marc, ines = story.organizer("Marc"), story.organizer("Inès")
    meeting = fix(story)
    marc.says("décale au vendredi 13 à 20h")
    ines.says("décale au samedi 14 à 10h")
    press(ines, "Oui, déplace-la")
    press(marc, "Oui, déplace-la")
    marc.hears("a changé entre-temps")
    assert here(meeting).wall == "2026-03-14T10:00"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_moved_with_its_place(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says("on se voit plutôt vendredi 13 à 20h au Ferry")
    marc.hears("Ferry")
    marc.says("oui")
    assert here(meeting).wall == "2026-03-13T20:00" and here(meeting).where() == "Ferry"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_nothing_to_move(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("décale la réunion à 20h")
    marc.hears("Aucune réunion n'est fixée")
    fix(story)
    marc.says("décale la réunion du 20 mars au 21 mars")
    marc.hears("Aucune réunion n'est fixée ce jour-là")
    marc.says("décale la réunion")
    marc.hears("À quand")
    marc.says("rien du tout")
    marc.hears("pas trouvé")
    marc.says("à 21h")
    marc.says("oui")
    assert only(story.home()).wall == "2026-03-12T21:00"


# ------------------------------------------------------------------ cancelled and put back


def test_cancelling_is_confirmed_and_undone_for_ten_minutes(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story)
    comes(meeting, lea)
    marc.says("annule la réunion")
    marc.hears("Annuler la réunion du jeudi 12 mars à 19h30")
    assert here(meeting).state == "fixed"
    press(marc, "Oui, annule-la")
    marc.hears("Annulée")
    assert here(meeting).state == "cancelled"
    press(marc, "La rétablir")
    marc.hears("Elle a lieu")
    assert here(meeting).state == "fixed"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_after_ten_minutes_it_is_too_late_to_undo(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says("cancel the meeting")
    press(marc, "Oui, annule-la")
    story.later(minutes=11)
    press(marc, "La rétablir")
    marc.hears("dix minutes")
    assert here(meeting).state == "cancelled"
    marc.says("rétablis la réunion")
    assert here(meeting).state == "cancelled"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_put_back_in_words(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says("annule la réunion")
    marc.says("oui")
    marc.says("rétablis la réunion")
    assert here(meeting).state == "fixed"
    marc.says("annule la réunion")
    marc.says("non")
    marc.hears("rien n'a changé")
    assert here(meeting).state == "fixed"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_cancelling_twice_at_once(story: Story) -> None:
    marc, ines = story.organizer("Marc"), story.organizer("Inès")
    meeting = fix(story)
    marc.says("annule la réunion")
    ines.says("annule la réunion")
    press(marc, "Oui, annule-la")
    press(ines, "Oui, annule-la")
    ines.hears("entre-temps")
    assert here(meeting).state == "cancelled"


# ------------------------------------------------------------------ its length


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_an_organizer_says_how_long_it_lasts(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story)
    marc.says("elle dure 1h30")
    marc.hears("jusqu'à 21h")
    assert here(meeting).length == 90
    marc.says("elle dure longtemps")
    marc.hears("Combien de temps")
    lea.says("elle dure 3h")
    lea.hears("organisateurs")
    assert here(meeting).length == 90


# ------------------------------------------------------------------ who may not


def test_a_member_passes_an_idea_on_and_hears_the_answer(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story)
    lea.says("on se voit plutôt à 20h")
    lea.hears("Je leur transmets")
    assert here(meeting).wall == "2026-03-12T19:30"
    press(lea, "Transmettre")
    marc.hears("Léa propose")
    press(marc, "Oui, déplace-la")
    assert here(meeting).wall == "2026-03-12T20:00"
    lea.hears("Marc a repris ton idée")


def test_an_idea_is_declined_kindly(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story)
    lea.says("annule la réunion")
    lea.says("oui")
    marc.hears("Léa propose")
    press(marc, "Non merci")
    lea.hears("Merci pour ton idée")
    assert here(meeting).state == "fixed"


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_a_member_cannot_press_the_organizers_yes(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    zoe = story.stranger("Zoé")
    meeting = fix(story)
    marc.says("décale au vendredi 13 à 20h")
    data = carried(marc, "Oui, déplace-la")
    for actor in (lea, zoe):
        actor.says("aide")
        actor.taps(0, raw_data=data)
    assert here(meeting).wall == "2026-03-12T19:30"
    zoe.hears("membres")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_stranger_can_do_nothing(story: Story) -> None:
    meeting = fix(story)
    zoe = story.stranger("Zoé")
    for words in ("annule la réunion", "décale la réunion à 20h", "fixe jeudi 12 à 19h", "elle dure 1h"):
        zoe.says(words)
    assert here(meeting).state == "fixed" and here(meeting).sequence == 0
    assert len(Meeting.coming_of(story.home())) == 1


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_who_has_left_meanwhile_decides_no_more(story: Story) -> None:
    marc = story.organizer("Marc")
    story.organizer("Inès")
    meeting = fix(story)
    marc.says("annule la réunion")
    seat = Membership.of(story.home(), marc.person)
    assert seat is not None and seat.leave()
    press(marc, "Oui, annule-la")
    assert here(meeting).state == "fixed"


def test_which_group_is_asked(story: Story) -> None:
    marc = story.organizer("Marc")
    other = story.another_group("Les voisins")
    story.seat(marc, other, "organizer")
    mine, theirs = fix(story), fix(story, group=other)
    marc.says("annule la réunion")
    marc.hears("De quel groupe")
    press(marc, "Les voisins")
    press(marc, "Oui, annule-la")
    assert here(theirs).state == "cancelled" and here(mine).state == "fixed"


# ------------------------------------------------------------------ in the group's chat


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_in_the_group_only_an_organizer_confirms(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story)
    marc.says("/decaler vendredi 13 à 20h", chat=story.chat)
    marc.hears("→ vendredi 13 mars à 20h", chat=story.chat)
    lea.taps("Oui, déplace-la", chat=story.chat)
    assert "organisateurs" in lea.toast and here(meeting).sequence == 0
    marc.taps("Oui, déplace-la", chat=story.chat)
    assert here(meeting).wall == "2026-03-13T20:00"


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_who_never_pressed_start_confirms_in_the_group(story: Story) -> None:
    marc = story.organizer("Marc", started=False)
    meeting = fix(story)
    marc.says("/annulerreunion", chat=story.chat)
    marc.taps("Oui, annule-la", chat=story.chat)
    assert here(meeting).state == "cancelled"


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_the_organizers_window_was_closed(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story, THURSDAY)
    story.later(hours=30)
    lea = story.member("Léa")
    lea.says("on se voit plutôt à 20h")
    press(lea, "Transmettre")
    marc.says("bonjour")
    marc.hears("Léa propose")
    press(marc, "Oui, déplace-la")
    assert here(meeting).wall == "2026-03-12T20:00"
