"""A group that lives: founded two weeks ago, with members on both messengers and a Telegram chat."""

import datetime as dt
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from handlers.kit import doors
from storage import db
from storage.db import now
from storage.groups import MEMBER, ORGANIZER, Group, Membership
from storage.people import TELEGRAM, WHATSAPP, Address, meet
from webhook.playground import cast, travel

Json = dict[str, Any]
AGE = dt.timedelta(days=15)
CHARTER = """On vient, ou on prévient.
On écoute avant de conseiller.
Ce qui se dit ici reste ici.
On donne autant que l'on reçoit.
On ne vend rien au groupe."""
ABOUT = {
    "Camille": "Je suis graphiste à mon compte depuis six ans, surtout pour des artisans et des festivals.",
    "Marc": "Je répare des vélos dans mon atelier de Doulon ; je cherche à ne plus faire mes devis le dimanche.",
    "Léa": "Traductrice de l'italien. J'apporte une relecture attentive, je cherche à oser augmenter mes prix.",
    "Bénédicte": "Je garde des jardins, dix par semaine. J'apporte le calme, je cherche une organisation.",
    "Noé": "Je code des sites pour de petites structures et j'aimerais ne plus travailler seul chaque jour.",
    "Idris": "Photographe de mariage l'été, de chantier l'hiver. Je cherche des clients pour janvier.",
}


class World:
    """The emulated world, asked over HTTP: who is there, and what somebody does."""

    def __init__(self, base: str) -> None:
        self.base = base

    def look(self) -> Json:
        """Everything the phones show."""
        return self._call("GET", "/world")

    def empty(self) -> None:
        """Nobody but the cast, in no group of ours."""
        self._call("POST", "/world/reset", {"cast": True})

    def act(self, phone: str, do: str, **how: Any) -> None:
        """Somebody does something; returns when the service has answered."""
        self._call("POST", "/world/act", {"phone": phone, "do": do, **how})

    def _call(self, method: str, path: str, body: Json | None = None) -> Json:
        link = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=30)
        try:
            sent = None if body is None else json.dumps(body)
            link.request(method, path, sent, {"Content-Type": "application/json"})
            answer = link.getresponse()
            told: Json = json.loads(answer.read())
        finally:
            link.close()
        if answer.status != 200:
            raise RuntimeError(f"the emulated world answered {answer.status}: {told.get('error', '')}")
        return told


def found(world: World) -> Group:
    """Found the group in the past and live until today; the world holds the cast and nothing else."""
    looks = world.look()
    phones = {phone["name"].split()[0]: str(phone["id"]) for phone in looks["phones"]}
    travel.jump(db.real_now() - AGE)
    group = _create(phones)
    for name in (*cast.ORGANIZERS, *cast.MEMBERS):
        _greet(world, phones[name])
    _move_in(world, phones["Camille"], group, looks)
    _talk(world, phones, looks)
    travel.to(db.real_now())
    for name in ("Marc", "Bénédicte", "Idris"):
        world.act(phones[name], "say", text="où en suis-je ?")
    travel.wait()
    return group


def _create(phones: dict[str, str]) -> Group:
    with db.transaction():
        group = Group.create(
            name=cast.GROUP,
            purpose="Pour les indépendants de Nantes. Se voir tous les quinze jours et avancer ensemble.",
            city="Nantes",
            country="FR",
            expectations="Venir deux fois sur trois, et répondre quand on te demande.",
            charter=CHARTER,
            state="live",
            founded_at=now(),
        )
        for name in (*cast.ORGANIZERS, *cast.MEMBERS):
            _seat(group, name, phones[name])
        group.founder = group.organizers()[0]
        group.save(only=[Group.founder])
    return group


def _seat(group: Group, name: str, phone: str) -> None:
    address = _address(name, phone)
    address.opt_in(f"Rejoindre {group.public_link().code}")
    role = ORGANIZER if name in cast.ORGANIZERS else MEMBER
    seat = Membership.welcome(group, address.person, address, role)
    seat.introduction, seat.introduced_at = ABOUT[name], now()
    seat.save(only=[Membership.introduction, Membership.introduced_at])


def _address(name: str, phone: str) -> Address:
    messenger, _colon, number = phone.partition(":")
    platform = TELEGRAM if messenger == "tg" else WHATSAPP
    return meet(platform, number, name=name, language="fr")


def _greet(world: World, phone: str) -> None:
    if phone.startswith("tg:"):
        world.act(phone, "start")
    else:
        world.act(phone, "say", text="Bonjour !")


def _move_in(world: World, phone: str, group: Group, looks: Json) -> None:
    """The bot comes into the Telegram group, by the organizer's link, which asks for its rights too."""
    travel.wait()
    chat = next(known["id"] for known in looks["groups"] if known["title"] == cast.GROUP)
    world.act(phone, "follow", link=doors.startgroup_link(group), group=chat)
    travel.wait()


def _talk(world: World, phones: dict[str, str], looks: Json) -> None:
    chat = looks["groups"][0]["id"]
    travel.to(now() + dt.timedelta(days=1))
    world.act(phones["Marc"], "say", text="dis au groupe : bonjour à tous, l'atelier vous ouvre jeudi à 12 h 30 !")
    travel.wait()
    world.act(phones["Léa"], "say", chat=chat, text="Chouette, j'apporte une tarte aux poireaux.")
    travel.to(now() + dt.timedelta(days=12))
    world.act(
        phones["Noé"], "say", chat=chat, text="Merci pour jeudi, ça m'a remis en selle. Sans jeu de mots, Marc."
    )
    world.act(phones["Camille"], "say", chat=chat, text="On continue comme ça. Qui d'autre aimerait nous rejoindre ?")
    travel.wait()
