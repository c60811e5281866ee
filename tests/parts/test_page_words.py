"""What the pages say, piece by piece, on a database in memory: places, dates, circles, figures (87, 118, R1, R3)."""

import dataclasses
import datetime as dt
import re
import time
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from handlers.kit import doors, entry
from handlers.kit.cards import privacy_words
from handlers.kit.cards.report import Report
from handlers.kit.texts import Reader, show
from jobs import calendars, minutes
from storage import db, privacy, settings
from storage.db import now
from storage.export import OTHER
from storage.groups import ORGANIZER, Group
from storage.health import Sitting
from storage.meetings import Meeting
from storage.missions import Mission
from storage.outbox import Post
from storage.people import WHATSAPP, Person
from storage.portraits import Portrait
from storage.venues import Venue
from tests.properties.bare import a_group, memory, seat, somebody, undone
from tests.stage import START, some_settings
from webhook import (
    MOST,
    counts,
    create_app,
    data_page,
    group_page,
    health_page,
    me_page,
    meeting_page,
    metrics,
    people_page,
)
from webhook.summary_page import _when as summary_when

EVENING = dt.datetime(2026, 3, 12, 19, 30, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(scope="module")
def opened() -> Iterator[Flask]:
    with memory():
        yield create_app(check=False)


@pytest.fixture(autouse=True)
def client(opened: Flask) -> Iterator[FlaskClient]:
    """A browser without cookies on the Tuesday of stories, and nobody there yet."""
    settings.use(dataclasses.replace(some_settings(), playground=True))
    db.shift_clock((START - db.real_now()).total_seconds())
    with undone():
        yield opened.test_client()


def fr(text: Any) -> str:
    """As the page shows it in French."""
    return show(text, Reader("fr")).replace("\u00a0", " ").replace("\u202f", " ")


def meeting(zone: str = "Europe/Paris") -> Meeting:
    """One on a Thursday evening in March, by the clocks of that place."""
    return Meeting.fix(a_group("Les indés", chat=False), EVENING.replace(tzinfo=ZoneInfo(zone)))


def at(one: Meeting, **facts: Any) -> Meeting:
    """The same meeting at a place of that kind."""
    one.venue = Venue.create(group=one.group, **{"name": "Café Zola"} | facts)
    return one


def enters(client: FlaskClient, person: Person, page: str, group: Group | None = None) -> str:
    """Follow a fresh link and press its button; the page."""
    link = entry.link(person, page, group).partition("//")[2]
    answer = client.post(
        "/" + link.partition("/")[2], headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=True
    )
    assert answer.status_code == 200
    return answer.text.replace("\u00a0", " ")


# ------------------------------------------------------------------ a meeting


def test_the_hours_of_a_meeting_stay_on_one_line_in_the_time_of_the_place() -> None:
    for zone in ("Europe/Paris", "America/Montreal"):
        facts: Any = SimpleNamespace(meeting=meeting(zone))
        assert meeting_page._when(facts.meeting, "fr") == summary_when(facts, "fr")
        assert meeting_page._when(facts.meeting, "fr") == "jeudi 12 mars à 19h30\u2060–\u206021h30"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Paris", "Paris (UTC+1)"),
        ("America/Montreal", "(UTC-4)"),
        ("America/St_Johns", "(UTC-2:30)"),
        ("Asia/Kathmandu", "(UTC+5:45)"),
        ("UTC", "(UTC+0)"),
    ],
)
def test_the_zone_of_a_meeting_is_said_by_its_distance(zone: str, said: str) -> None:
    assert fr(meeting_page._zone(meeting(zone), "fr")).endswith(said)


def test_a_meeting_that_is_cancelled_or_over_says_so_and_what_comes_instead() -> None:
    one = meeting()
    assert meeting_page._notice(one) is None and meeting_page._following(one, doors.INSIDE) is None
    one.cancel()
    one = Meeting.get_by_id(one.id)
    assert "annulée" in fr(meeting_page._notice(one)) and meeting_page._following(one, doors.INSIDE) is None
    following = Meeting.fix(one.group, EVENING + dt.timedelta(days=14))
    for view, link in ((doors.INSIDE, doors.meeting_link), (doors.OUTSIDE, doors.event_link)):
        found = meeting_page._following(one, view)
        assert found is not None and "26 mars" in fr(found[0]) and found[1] == link(following)
    past = Meeting.fix(one.group, EVENING - dt.timedelta(days=60))
    assert "passée" in fr(meeting_page._notice(past))


def test_a_place_is_told_but_of_a_video_room_only_that_there_is_one() -> None:
    one = meeting()
    assert "pas encore" in fr(meeting_page._where(one)) and meeting_page._map(one) == ""
    assert "Café Zola" in fr(meeting_page._where(at(one)))
    online = at(meeting(), name="En ligne", link="https://visio.example.org/secret")
    assert "secret" not in fr(meeting_page._where(online)) and "conversation" in fr(meeting_page._where(online))


@pytest.mark.parametrize(
    ("venue", "city", "town"),
    [
        ({"town": "Rezé"}, "Nantes", "Rezé"),
        ({}, "Nantes", "Nantes"),
        ({"address": "2 rue du Lac, NANTES"}, "Nantes", ""),
        ({"address": "2 rue du Lac, Rezé", "town": "Rezé"}, "Nantes", ""),
        (None, "Nantes", ""),
    ],
)
def test_the_town_is_told_where_the_place_does_not_say_it(venue: dict[str, str] | None, city: str, town: str) -> None:
    one = meeting()
    one.group.city = city
    assert meeting_page._town(one if venue is None else at(one, **venue)) == town


# ------------------------------------------------------------------ a group


def test_a_code_to_scan_has_its_quiet_border_and_the_size_of_the_page() -> None:
    drawn = str(group_page.code_of("https://t.me/noyau_bot?start=a_ABCDEFGH"))
    box = re.search(r'viewBox="0 0 (\d+) \1"', drawn)
    assert box and (int(box[1]) - 8 - 17) % 4 == 0, "four modules on each side"
    assert drawn.startswith('<svg aria-hidden="true"') and " width=" not in drawn


def test_the_rules_of_a_group_are_lines() -> None:
    group = a_group("G", chat=False)
    group.charter = "- On vient\n\n •  On écoute\t\n –"
    assert group_page._rules(group) == ["On vient", "On écoute"]


def test_a_member_is_shown_by_name_letters_and_the_words_meant_for_the_group() -> None:
    group = a_group("Les indés", chat=False)
    lea = seat(group, somebody("Léa Marie Roy"))
    lea.introduction, lea.introduced_at, lea.joined_at = "Graphiste", None, EVENING
    card = people_page._card(lea, group, photo=False)
    assert (card["name"], card["letters"], card["photo"], card["organizes"]) == ("Léa Marie Roy", "LM", "", False)
    assert card["introduction"] == "" and "12 mars" in fr(card["since"])
    assert card["hue"] == lea.person_id % people_page.HUES and card["id"] == lea.id
    lea.introduced_at, lea.role, lea.person.name = EVENING, ORGANIZER, ""
    card = people_page._card(lea, group, photo=True)
    assert card["introduction"] == "Graphiste" and card["organizes"] and card["letters"] == "?"
    assert fr(card["name"]) == "Un membre" and card["photo"] == f"/people/{group.id}/{lea.id}.jpg"
    lea.introduction = None
    assert people_page._card(lea, group, photo=True)["introduction"] == ""


def test_r11_a_photo_is_shown_to_the_members_of_its_group_alone(client: FlaskClient) -> None:
    group, other = a_group("Les indés", chat=False), a_group("Les autres", chat=False)
    lea, zoe = seat(group, somebody("Léa")), seat(group, somebody("Zoé"))
    there = f"/people/{group.id}/{lea.id}.jpg"
    Portrait.put(lea, "telegram", "x", "yes").keep(b"a picture")
    assert client.get(there).status_code == 404, "without a pass"
    assert there in enters(client, zoe.person, entry.FACES, group)
    found = client.get(there)
    assert (found.status_code, found.data, found.content_type) == (200, b"a picture", "image/jpeg")
    assert found.headers["Cache-Control"] == "private, no-store"
    for wrong in (f"/people/{group.id}/{zoe.id}.jpg", f"/people/{other.id}/{lea.id}.jpg"):
        assert client.get(wrong).status_code == 404
    lea.leave()
    assert client.get(there).status_code == 404


# ------------------------------------------------------------------ one's own


def test_my_page_says_of_each_group_what_i_chose_and_what_comes() -> None:
    group = a_group("Les indés", chat=False)
    mine = seat(group, somebody("Léa"))
    mine.introduction, mine.joined_at, mine.introduced_at = "Graphiste", EVENING, EVENING
    said = me_page._seat(mine)
    assert (said["id"], said["group"], said["introduction"], said["dial"]) == (
        mine.id,
        "Les indés",
        "Graphiste",
        "all",
    )
    assert (
        not said["organizes"] and said["card"] == said["ahead_link"] == "" and said["ahead"] is said["pause"] is None
    )
    assert "12 mars" in fr(said["joined"]) and said["faces"] == f"/people/{group.id}"

    ahead = Meeting.fix(group, EVENING)
    mine.role, mine.dial, mine.paused_until, mine.introduced_at = ORGANIZER, "pause", EVENING, None
    said = me_page._seat(mine)
    assert "12 mars" in fr(said["ahead"]) and said["ahead_link"] == doors.meeting_link(ahead)
    assert "12 mars" in fr(said["pause"]) and said["introduction"] == ""
    assert said["organizes"] and said["card"] == f"/card/{group.id}"
    mine.dial = "digest"
    assert me_page._seat(mine)["pause"] is None
    mine.dial, mine.paused_until = "pause", None
    assert me_page._seat(mine)["pause"] is None


def test_what_is_known_of_me_shows_the_end_of_a_number_alone() -> None:
    lea = somebody("Léa", WHATSAPP)
    rows = {fr(name): fr(value) for name, value in me_page._known(lea.person)}
    assert rows["Nom"] == "Léa" and rows["Sur WhatsApp"].endswith(lea.address[-2:])
    assert list(rows) == ["Nom", "Sur WhatsApp", "Langue", "Fuseau horaire", "Depuis"]
    assert lea.address not in str(rows) and "3 mars" in rows["Depuis"]
    lea.stop()
    assert fr(me_page._shown(lea)).startswith("arrêté") and fr(me_page._shown(somebody("Zoé"))) == "relié"
    lea.person.name = ""
    assert fr(me_page._known(lea.person)[0][1]) == "aucun"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"text": "Bonjour"}, "Bonjour"),
        ({"a": "é"}, '{"a": "é"}'),
        (["un", ["deux"], {"text": "trois"}], "un, deux, trois"),
        (True, ""),
        ("me", ""),
        ("2026-03-12T19:30:00+01:00", "2026-03-12 19:30"),
        (3, "3"),
    ],
)
def test_r3_what_is_kept_of_me_is_words(value: Any, said: str) -> None:
    assert data_page._plain(value) == said


def test_r3_a_row_is_its_day_and_all_that_says_something() -> None:
    row = {"id": 7, "person": "me", "created_at": "2026-03-03T09:00:00+00:00", "text": "Bonjour", "seen_at": "x"}
    assert data_page._row(row, "fr") == "2026-03-03 · Bonjour"
    assert data_page._row({"group": "Les indés", "by": OTHER, "n": 4}, "fr") == "Les indés · quelqu'un d'autre"


def test_r1_the_page_about_data_has_every_purpose_that_is_about_people(client: FlaskClient) -> None:
    found = client.get("/privacy?lang=fr")
    assert found.headers["Cache-Control"] == "public, max-age=300" and "X-Robots-Tag" not in found.headers
    text = found.text.replace("\u00a0", " ").replace("&#39;", "'")
    for area, words in privacy_words.PURPOSES.items():
        assert (f">{words.plain('fr')}<" in text.replace("\n", "")) == (area != privacy.MACHINE), area
    assert 'href="?lang=en"' in text and 'href="?lang=fr"' not in text
    assert 'href="?lang=fr"' in client.get("/privacy?lang=en").text


# ------------------------------------------------------------------ the health of a group


def sittings(*counts: tuple[int | None, int]) -> list[Sitting]:
    group = a_group("Les indés", chat=False)
    days = range(len(counts), 0, -1)
    return [
        Sitting(Meeting.fix(group, EVENING - dt.timedelta(days=14 * back)), came, said)
        for back, (came, said) in zip(days, counts, strict=True)
    ]


def test_the_bars_of_the_attendance_stand_side_by_side_on_one_floor() -> None:
    bars: list[dict[str, Any]] = health_page._bars(sittings((8, 3), (None, 4), (0, 9), (2, 2)), "fr")
    room = health_page.WIDTH / 5
    floor, tall = health_page.FLOOR, health_page.FLOOR - health_page.TOP
    assert [bar["middle"] for bar in bars] == [pytest.approx((n + 0.5) * room, abs=0.1) for n in range(4)]
    for bar in bars:
        assert bar["x"] + bar["width"] / 2 == pytest.approx(bar["middle"], abs=0.11) and bar["width"] == 40
        assert bar["y"] + bar["height"] == pytest.approx(floor, abs=0.11)
    assert [bar["height"] for bar in bars] == [pytest.approx(tall * n / 9, abs=0.1) for n in (8, 4, 0, 2)]
    assert [(bar["count"], bar["noted"]) for bar in bars] == [(8, True), ("?", False), (0, True), (2, True)]
    assert [bar["day"] for bar in bars] == ["15/01", "29/01", "12/02", "26/02"]
    assert health_page._bars(sittings((4, 1)), "en")[0]["height"] == tall
    assert health_page._bars(sittings((1, 1)), "en")[0]["height"] == pytest.approx(tall / health_page.LEAST, abs=0.1)


def test_many_bars_are_narrow_and_every_other_has_its_day() -> None:
    bars: list[dict[str, Any]] = health_page._bars(sittings(*[(3, 3)] * 9), "en")
    assert [bool(bar["day"]) for bar in bars] == [True, False] * 4 + [True] and bars[-1]["day"] == "26 Feb"
    assert all(bar["width"] == pytest.approx(0.7 * health_page.WIDTH / 9, abs=0.1) for bar in bars)
    assert all(bar["day"] for bar in health_page._bars(sittings(*[(3, 3)] * 7), "en"))


def test_the_figures_of_a_month_say_what_was_said_and_what_it_cost() -> None:
    facts = {"telegram": 8, "whatsapp": 5, "templates": 2, "cost": 0.12, "waiting": 3, "held": 0, "lost": 1}
    health: Any = SimpleNamespace(sent=SimpleNamespace(**facts))
    rows = {fr(name): fr(value) for name, value in health_page._messages(health)}
    assert (
        rows["Sur Telegram"].startswith("8") and rows["Sur WhatsApp"].startswith("5") and "2" in rows["Sur WhatsApp"]
    )
    assert "0,12" in rows["Coût"] and re.search(r"0,\d{3}\D", rows["Coût"])
    assert rows["En attente"] == "3" and rows["Pas arrivés"] == "1"
    health.sent.whatsapp, health.sent.held = 0, 2
    rows = {fr(name): fr(value) for name, value in health_page._messages(health)}
    assert "Coût" not in rows and "Sur WhatsApp" not in rows and re.match(r"3\D+2", rows["En attente"])


def test_no_shows_are_counted_and_nobody_is_named() -> None:
    for count, said in ((0, None), (1, "une personne"), (3, "3 fois")):
        health: Any = SimpleNamespace(no_shows=count)
        words = health_page._no_shows(health)
        assert (words is None) if said is None else said in fr(words)


# ------------------------------------------------------------------ the operator's figures


def test_webhooks_are_counted_by_outcome_and_by_how_long_they_took() -> None:
    name, since = "webhook/of/a/test", time.perf_counter()
    for ago, status in ((0.3, "200 OK"), (1.5, "200 OK"), (60, "503 SERVICE UNAVAILABLE")):
        counts.took(counts.BEFORE + name, status, since - ago)
    found, seconds = counts.times()[name]
    mine = {status: count for (webhook, status), count in counts.results().items() if webhook == name}
    del counts._times[name], counts._sums[name], counts._results[name, "200"], counts._results[name, "503"]
    assert mine == {"200": 2, "503": 1} and 61.8 <= seconds < 90
    steps = [0.0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3]
    assert found == list(zip([*map(str, counts.BOUNDS), "+Inf"], steps, strict=True))


@pytest.mark.parametrize(("many", "quantiles"), [(1, [1, 1, 1]), (10, [6, 10, 10]), (100, [51, 96, 100])])
def test_the_delivery_is_told_by_its_middle_and_its_slowest(many: int, quantiles: list[int]) -> None:
    for seconds in range(1, many + 1):
        due = now() - dt.timedelta(seconds=seconds)
        Post.create(platform="telegram", chat="1", payload={}, state="sent", due=due, sent_at=now())
    lately, times = metrics._delivery()
    assert [sample.value for sample in lately.samples] == [many]
    assert [sample.value for sample in times.samples] == [pytest.approx(one, abs=0.5) for one in quantiles]


def test_without_a_delivery_there_are_no_quantiles() -> None:
    assert [len(family.samples) for family in metrics._delivery()] == [1, 0]


# ------------------------------------------------------------------ what every answer carries


def test_s26_pictures_alone_may_be_fetched_from_elsewhere(client: FlaskClient) -> None:
    policy = "Cross-Origin-Resource-Policy"
    assert client.get("/media/x").headers[policy] == "cross-origin"
    assert client.get("/health").headers[policy] == "same-origin"
    assert policy not in client.post("/webhook/telegram").headers
    assert client.get("/health").headers["Cache-Control"] == "no-store"


def test_s19_a_form_that_is_huge_or_in_too_many_parts_is_not_read(client: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/out", data=b"page=me&x=" + b"a" * MOST, headers=headers).status_code == 413
    assert client.post("/out", data=b"page=me&x=" + b"a" * 1000, headers=headers).status_code == 404
    for parts, status in ((299, 404), (301, 413)):
        piece = b'--b\r\nContent-Disposition: form-data; name="page"\r\n\r\nme\r\n'
        kind = {"Content-Type": "multipart/form-data; boundary=b"}
        assert client.post("/out", data=piece * parts + b"--b--\r\n", headers=headers | kind).status_code == status


def test_the_file_of_a_meeting_says_what_one_answered_and_where_it_is_up_to_date() -> None:
    one = meeting()
    one.link = "https://visio.example.org/x"
    assert calendars._description(one, "fr", doors.OUTSIDE, "").endswith(doors.event_link(one))
    inside = calendars._description(one, "fr", doors.INSIDE, "")
    assert inside.endswith(doors.meeting_link(one)) and "visio" not in inside and "\n" not in inside
    for answer, said in (("yes", "que tu venais"), ("maybe", "peut-être")):
        lines = calendars._description(one, "fr", doors.OWN, answer).splitlines()
        assert len(lines) == 3 and said in lines[0] and lines[1].endswith(one.link)


def test_the_first_page_is_the_playground_where_there_is_one(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/playground"
    assert {"/playground", "/playground/clock"} <= {rule.rule for rule in client.application.url_map.iter_rules()}


# ------------------------------------------------------------------ the file of a summary


def note(kind: str, words: str, **facts: Any) -> Any:
    """A note, as far as a summary knows it."""
    return SimpleNamespace(
        **{"kind": kind, "words": words, "owner": None, "state": "open", "due": None, "by": None} | facts
    )


def a_report(**facts: Any) -> Any:
    """What may be told of a meeting of that kind; nothing unless it is said here."""
    lists: dict[str, Any] = dict.fromkeys(("present", "seats", "notes", "added", "cards", "thanks"), ())
    none = dict.fromkeys(("mean", "ahead", "poll", "not_before"))
    return Report(**{"meeting": meeting()} | lists | none | facts)


def test_the_file_of_a_summary_has_every_part_in_the_order_of_the_evening() -> None:
    lea, marc = somebody("Léa Roy").person, somebody("Marc Petit").person
    card = Mission(code="date", key="date")
    seat_of = partial(SimpleNamespace, person=lea, problem="", advice="", adviser=None)
    found = a_report(
        meeting=at(meeting(), address="2 rue du Lac"),
        present=[lea, marc],
        seats=[
            seat_of(problem="Mes *prix*", advice="Les doubler", adviser=marc),
            seat_of(person=marc, advice="Attendre"),
        ],
        notes=[
            note("voice", "", by=lea),
            note("voice", ""),
            note("link", "Lire https://exemple.org/a_b, vite"),
            note("idea", "Un pique-nique"),
            note("action", "Écrire", owner=marc, due=EVENING.date()),
            note("action", "Réserver", state="done", owner=lea),
            note("action", "Appeler"),
            note("decision", "On se voit\n le jeudi"),
        ],
        added=[SimpleNamespace(words="Il a neigé")],
        cards=[SimpleNamespace(person=lea, mission=card), SimpleNamespace(person=None, mission=card)],
        thanks=[SimpleNamespace(words="Merci Léa", by=marc)],
        mean=2.8,
    )
    text = minutes.markdown(found, "fr").decode()
    assert text.replace("\u00a0", " ").replace("\u202f", " ") == SUMMARY


def test_the_file_of_an_evening_of_which_nobody_said_anything_is_short() -> None:
    text = minutes.markdown(a_report(), "fr").decode()
    assert text.count("\n") == 6 and "**" not in text and "##" not in text


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("Lire https://exemple.org/a_b, vite", "Lire <https://exemple.org/a_b>, vite"),
        ("https://a.fr/x?y=1&z=2", "<https://a.fr/x?y=1&z=2>"),
        ("(https://a.fr) et  https://b.fr.", "(<https://a.fr>) et <https://b.fr>."),
        ("a_b sans adresse", "a\\_b sans adresse"),
    ],
)
def test_an_address_in_the_file_of_a_summary_stands_apart_from_the_words(words: str, written: str) -> None:
    assert minutes._linked(words) == written


SUMMARY = """\
# Compte rendu : Les indés

jeudi 12 mars à 19h30–21h30

- **Où** Café Zola, 2 rue du Lac
- **Présents** Léa et Marc (2 personnes)

## Hot seat de Léa

- **Le problème** Mes \\*prix\\*
- **Le conseil qui aide le plus, de Marc** Les doubler

## Hot seat de Marc

- Marc a eu le hot seat. Ce qui s'est dit reste entre les présents.

## Décisions

- On se voit le jeudi

## Actions

- **Marc** Écrire (d'ici jeudi 12 mars)
- **Léa** Réserver (fait)
- **Qui s'en charge ?** Appeler

## Idées

- Un pique-nique

## Liens

- Lire <https://exemple.org/a_b>, vite

## Notes vocales

- Note vocale de Léa
- Note vocale de Un membre

## À noter aussi

- Il a neigé

## Cartes mission

- **Date** Léa
- **Date**\x20

## Mercis

- **Marc** Merci Léa

L'avis moyen sur la réunion : 😀

Pas encore de prochaine date : qui en propose une ?
"""
