"""Enter: an accepted person gets in, by a link of their own that leads nobody else in (17, S14)."""

from handlers.kit import Due, Happening, Sayable, Says, Tap, _, lines, on, paragraphs, say
from handlers.kit.cards.standing import rhythm
from handlers.kit.events import Sender
from handlers.kit.texts import language_of
from storage.applications import UNDO_LIFE, Application
from storage.db import now
from storage.groups import Chat, Group, Invite, Membership, lock_group, unite
from storage.knocks import Knock
from storage.outbox import READ, Post
from storage.people import TELEGRAM, WHATSAPP, Address, Person, meet


@on.event("application_accepted")
def let_in(happening: Happening) -> Says:
    """Seat the person, say welcome, and open the Telegram door if there is one for them."""
    application = happening.about(Application)
    group, person = application.group, application.person
    address = application.address or person.addresses.first()
    if address is None:
        return
    sponsor = application.link.sponsor if application.link else None
    seat = Membership.welcome(group, person, address, sponsor=sponsor)
    knock = Knock.of(group, person, "request")
    if inside := Knock.of(group, person, "inside"):
        inside.settle("kept")  # came in before applying: now they belong here
    buttons: tuple[say.Button, ...] = ()
    if address.platform == WHATSAPP and group.chat is not None:
        buttons = (say.button(also_on_telegram, seat),)
    yield say.tell(
        person,
        paragraphs(
            _("Good news: <b>{group}</b> welcomes you!", group=group.name),
            lines(rhythm(group), group.expectations or None),
            _how_it_works(address, group),
            _("One thing to do now: introduce yourself. I'll help you right away."),
        ),
        *buttons,
        address=address,
        group=group,
        template="accepted",
    )
    if knock is not None and group.chat is not None and knock.settle("approved"):
        yield say.errand("approve", group.chat.chat_id, group, user=int(knock.address.address))
    elif address.platform == TELEGRAM and group.chat is not None:
        yield from _open_door(seat)
    yield from _thank_sponsor(sponsor, person, group)
    yield say.signal("entered", seat)


def _how_it_works(address: Address, group: Group) -> Sayable:
    if address.platform == TELEGRAM and group.chat is not None:
        return _("Your personal link to the Telegram group comes in a moment.")
    if group.whatsapp_link:
        return lines(
            _("The group's private WhatsApp chat, for members only: {link}", link=group.whatsapp_link),
            _("What the group decides reaches you here."),
        )
    return _("What the group says reaches you here; “tell the group: …” speaks to everyone.")


def _thank_sponsor(sponsor: Person | None, person: Person, group: Group) -> Says:
    if sponsor is not None and group.membership_of(sponsor):
        yield say.tell(
            sponsor,
            _(
                "{name}, whom you recommended, was accepted in {group}. Thank you!",
                name=person.name,
                group=group.name,
            ),
            group=group,
        )


# ------------------------------------------------------------------ the Telegram link


def _open_door(seat: Membership) -> Says:
    """Ask Telegram for a link of this person's own; older ones are revoked."""
    group, person = seat.group, seat.person
    yield from _revoke(Invite.pending_of(group, person))
    yield from _make(Invite.want(group, person))


def _make(invite: Invite) -> Says:
    chat = invite.group.chat
    if chat is None:
        return
    yield say.errand(
        "create_link",
        chat.chat_id,
        invite.group,
        invite=invite.id,
        name=f"n-{invite.id}",
        expires=int(invite.expires_at.timestamp()),
        request=invite.kind == "request",
    )


@on.event("create_link_done")
def hand_over(happening: Happening) -> Says:
    """Telegram made the link: it goes to its owner, in private."""
    post, link = happening.about(Post), str(happening.facts["link"])
    invite = Invite.get_or_none(Invite.id == post.payload.get("invite", 0))
    if invite is None or not invite.move(("wanted",), "ready"):
        yield say.errand("revoke_link", int(post.chat), post.group, link=link)
        return
    Invite.update(link=link).where(Invite.id == invite.id).execute()
    yield say.tell(
        invite.person,
        _(
            "Your link into the Telegram group. It is yours alone and works for 48 hours, until {by}.",
            by=invite.expires_at,
        ),
        say.link(_("Enter the group"), link),
        group=invite.group,
    )
    yield say.later(expire, invite, invite.expires_at)


@on.due("en.expire", Invite)
def expire(due: Due) -> Says:
    """48 hours without entering: the link dies, and its owner knows how to get another."""
    invite = due.about(Invite)
    if invite.state != "ready":
        return
    yield from _revoke([invite])
    seat = Membership.of(invite.group, invite.person)
    if seat is not None:
        yield say.tell(
            invite.person,
            _("Your link to the Telegram group has expired. Tap for a new one whenever you like."),
            say.button(also_on_telegram, seat),
            group=invite.group,
            unasked=True,
        )


def _revoke(invites: list[Invite]) -> Says:
    for invite in invites:
        if invite.move(("wanted", "ready"), "revoked") and invite.link and invite.group.chat is not None:
            yield say.errand("revoke_link", invite.group.chat.chat_id, invite.group, link=invite.link)


@on.tap("en.tg", Membership, _("Also on Telegram"), only="self")
def also_on_telegram(tap: Tap) -> Says:
    seat = tap.about(Membership)
    chat = seat.group.chat
    if seat.state != "in" or chat is None:
        yield say.reply(_("{group} has no Telegram group at the moment.", group=seat.group.name))
    else:
        yield say.toast(_("Your link is on its way."))
        yield from _open_door(seat)


@on.event("chat_settled")
def invite_everyone(happening: Happening) -> Says:
    """The group lives in a Telegram chat now: members on Telegram read it there, so each gets a link of their own."""
    group = happening.about(Group)
    for seat in group.members():
        on_telegram = seat.address is not None and seat.address.platform == TELEGRAM
        if on_telegram and seat.person_id != happening.facts["by"]:
            yield from _open_door(seat)


@on.event("rights_back")
def try_again(happening: Happening) -> Says:
    """The bot may invite again: what was refused goes on, and links that were wanted meanwhile are made (F36)."""
    group = happening.about(Group)
    waiting = (Post.group == group) & (Post.state == "pending") & Post.lease.is_null()
    links = Post.kind == "create_link"
    Post.update(due=now()).where(waiting, Post.kind.not_in((*READ, "create_link")), Post.attempts > 0).execute()
    Post.update(state="dropped", reason="made anew").where(waiting, links).execute()
    for invite in Invite.select().where(Invite.group == group, Invite.state == "wanted"):
        invite.renew()
        yield from _make(invite)


@on.event("undeliverable")
def ask_for_patience(happening: Happening) -> Says:
    """Telegram makes no link as long as a right is missing: the organizers read which, its owner that it comes."""
    post = happening.about(Post)
    if post.kind != "create_link" or happening.facts.get("why") != "no_rights":
        return
    invite = Invite.get_or_none(Invite.id == post.payload.get("invite", 0))
    if invite is not None and invite.state == "wanted":
        text = _("Your link into the Telegram group takes a little longer: the organizers have to let me make it.")
        yield say.tell(invite.person, text, group=invite.group, once=f"link_waits:{invite.id}")


@on.event("application_reopened")
def take_back(happening: Happening) -> Says:
    """An acceptance was undone: the seat and the links are taken back, and the person knows."""
    application = happening.about(Application)
    group, person = application.group, application.person
    seat = Membership.of(group, person)
    accepted_at = application.decided_at or now() - UNDO_LIFE
    if seat is None or seat.joined_at < accepted_at or not seat.leave("removed"):
        return  # a member already, before that acceptance, stays one
    yield from _revoke(Invite.pending_of(group, person))
    yield from _bring_out(group, person)
    yield say.done(application.address)
    yield say.tell(
        application.person,
        _(
            "A correction: the organizers of {group} are still reading your application. "
            "Sorry for the confusion; their answer comes here.",
            group=group.name,
        ),
        address=application.address,
        group=group,
    )


def _bring_out(group: Group, person: Person) -> Says:
    """Whoever came into the Telegram chat thanks to that acceptance goes out again."""
    theirs = person.address_on(TELEGRAM)
    spent = [i for i in Invite.spent_by(group, person) if i.move(("used", "confirmed"), "revoked")]
    inside = {address.address for address in (i.used_by or theirs for i in spent) if address}
    approved = theirs and Knock.get_or_none(group=group, address=theirs, kind="request", state="approved")
    if approved and approved.settle("declined", before="approved"):
        inside.add(approved.address.address)
    for user in sorted(inside):
        if group.chat is not None:
            yield say.errand("remove", group.chat.chat_id, group, user=int(user))


# ------------------------------------------------------------------ at the door


@on.event("join_request")
def at_the_door(happening: Happening) -> Says:
    """A join request: approved for the link's owner, never for somebody else."""
    event, address = happening.event, happening.address
    group = _home(happening)
    if event is None or address is None or group is None or group.chat is None:
        return
    invite = Invite.get_or_none(Invite.link == str(event.facts["link"])) if event.facts["link"] else None
    user = int(address.address)
    if Membership.of(group, address.person):
        yield say.errand("approve", group.chat.chat_id, group, user=user)
        if invite is not None and invite.person == address.person:
            yield from _settle(group, address, [invite])
    elif invite is not None:
        yield say.errand("decline", group.chat.chat_id, group, user=user)
        yield from _warn(group, invite, address)
    else:
        yield say.signal("knocked", group, address=address.id, chat=int(event.facts["user_chat"]))


def _home(happening: Happening) -> Group | None:
    chat = Chat.get_or_none(Chat.chat_id == int(happening.event.chat)) if happening.event else None
    return chat.group if chat else None


def _warn(group: Group, invite: Invite, address: Address) -> Says:
    """A link in the wrong hands: it dies at once, the organizers and its owner are told (S14)."""
    yield from _revoke([invite])
    for organizer in group.organizers():
        yield say.tell(
            organizer,
            _(
                "{stranger} tried to enter with the personal link of {owner}. I did not let them in, "
                "and the link no longer works.",
                stranger=address.person.name or _("Somebody"),
                owner=invite.person.name,
            ),
            group=group,
            once=f"en.leak:{invite.id}:{address.id}:{organizer.id}",
        )
    seat = Membership.of(group, invite.person)
    if seat is not None:
        yield say.tell(
            invite.person,
            _("Your personal link was used by somebody else, so I closed it. Tap for a new one."),
            say.button(also_on_telegram, seat),
            group=group,
        )


@on.event("joined")
def came_in(happening: Happening) -> Says:
    """Somebody is in the Telegram chat now: with which link, and is it theirs?"""
    event, address = happening.event, happening.address
    group = _home(happening)
    if event is None or address is None or group is None or group.state != "live":
        return
    link = str(event.facts.get("link") or "")
    yield from _received(group, address, link, event.facts.get("by"))


@on.event("arrived")
def came_unseen(happening: Happening) -> Says:
    """The chat's own word that people came: all we learn where we are no administrator (Bot API: chat_member)."""
    group = _home(happening)
    if group is None or group.chat is None or group.state != "live" or group.chat.rights:
        return
    people: list[Sender | None] = happening.facts["people"]
    for who in filter(None, people):
        address = meet(who.platform, who.address, who.external, who.name, language_of(who.language))
        if not Invite.in_doubt(group, address):
            yield from _received(group, address)


def _received(group: Group, address: Address, link: str = "", by: object = None) -> Says:
    invite = Invite.get_or_none(Invite.link == link) if link else None
    seat = Membership.of(group, address.person)
    if seat is not None:
        yield from _settle(group, address, Invite.pending_of(group, address.person))
    elif invite is not None and invite.kind == "single" and invite.move(("ready",), "used"):
        yield from _is_it_you(invite, address)
    elif invite is not None:
        yield from _warn(group, invite, address)
        yield say.signal("walked_in", group, address=address.id)
    elif _brought_by_organizer(group, by):
        yield say.signal("entered", Membership.welcome(group, address.person, address))
    else:
        yield say.signal("walked_in", group, address=address.id)


def _settle(group: Group, address: Address, invites: list[Invite]) -> Says:
    for invite in invites:
        if invite.move(("wanted", "ready"), "used") and invite.link and group.chat is not None:
            yield say.errand("revoke_link", group.chat.chat_id, group, link=invite.link)
    Membership.update(address=address).where(Membership.group == group, Membership.person == address.person).execute()


def _brought_by_organizer(group: Group, by: object) -> bool:
    known = Address.get_or_none((Address.platform == TELEGRAM) & (Address.address == str(by)))
    seat = group.membership_of(known.person) if known else None
    return seat is not None and seat.role == "organizer"


def _is_it_you(invite: Invite, address: Address) -> Says:
    """A single-use link was used by a Telegram account that we don't know: only its owner can tell."""
    Invite.update(used_by=address).where(Invite.id == invite.id).execute()
    if invite.link and invite.group.chat is not None:
        yield say.errand("revoke_link", invite.group.chat.chat_id, invite.group, link=invite.link)
    yield say.tell(
        invite.person,
        _(
            "Somebody named {name} has just entered the Telegram group with your link. Is it you?",
            name=address.person.name,
        ),
        say.button(it_is_me, invite),
        say.button(not_me, invite),
        group=invite.group,
    )


@on.tap("en.me", Invite, _("Yes, it's me"), only="self")
def it_is_me(tap: Tap) -> Says:
    invite = tap.about(Invite)
    address, owner = invite.used_by, invite.person
    if address is None or invite.state != "used":
        yield say.reply(_("That is settled already."))
    elif address.person != owner and _known(address):
        yield from _not_so_fast(invite, address)
    elif invite.move(("used",), "confirmed"):
        yield from _one_person(invite, address)


def _known(address: Address) -> bool:
    """Has this account anything of its own with us: groups, applications, a draft, another messenger?"""
    person = address.person
    return bool(
        Membership.select().where(Membership.person == person).exists()
        or Application.select().where(Application.person == person).exists()
        or Group.select().where(Group.founder == person).exists()
        or Address.select().where(Address.person == person, Address.id != address.id).exists()
    )


def _not_so_fast(invite: Invite, address: Address) -> Says:
    """Only that account itself may say so: else a link sent to an organizer would make me one of them."""
    yield say.reply(
        _(
            "That Telegram account already has its own things with me, so I can't take your word alone. "
            "If it is yours, write “link” to me there, on Telegram: I join the two, then tap “{yes}” again.",
            yes=_("Yes, it's me"),
        )
    )
    yield say.signal("walked_in", invite.group, address=address.id)


def _one_person(invite: Invite, address: Address) -> Says:
    unite(invite.person, address.person)
    address = Address.get_by_id(address.id)
    Membership.update(address=address).where(
        Membership.group == invite.group, Membership.person == invite.person
    ).execute()
    waiting = Knock.of(invite.group, invite.person, "inside")
    if waiting is not None:
        waiting.settle("kept")
    yield say.reply(
        _(
            "Perfect. From now on you read {group} on Telegram; “settings” changes that.",
            group=invite.group.name,
        )
    )


@on.tap("en.notme", Invite, _("No"), only="self")
def not_me(tap: Tap) -> Says:
    invite = tap.about(Invite)
    address, chat = invite.used_by, invite.group.chat
    if address is None or chat is None or not invite.move(("used",), "leaked"):
        yield say.reply(_("That is settled already."))
        return
    yield say.errand("remove", chat.chat_id, invite.group, user=int(address.address))
    yield say.reply(_("Thank you. I took them out again and told the organizers."))
    yield from _warn(invite.group, invite, address)


@on.event("left")
def went_out(happening: Happening) -> Says:
    """Somebody left the Telegram chat: they have left the group, and their links die."""
    group, address, event = _home(happening), happening.address, happening.event
    if group is None or address is None or event is None:
        return
    seat = Membership.of(group, address.person)
    if seat is None or seat.address_id != address.id:
        return
    yield from _revoke(Invite.pending_of(group, address.person))
    if seat.leave("removed" if event.facts.get("removed") else "left"):
        yield from _hand_on(group, address.person)
        yield say.signal("gone", seat)


def _hand_on(group: Group, gone: Person) -> Says:
    """The last organizer has left: the eldest member looks after the group, and knows it (F38)."""
    lock_group(group)
    if group.organizers():
        return
    heir = next(iter(group.members()), None)
    if heir is not None and heir.promote():
        yield say.tell(
            heir.person,
            lines(
                _(
                    "{name} has left <b>{group}</b>, and nobody else was organizing it. You have been a member "
                    "for longest, so I turn to you: from now on you may look after the group.",
                    name=gone.name or _("Somebody"),
                    group=group.name,
                ),
                _("You receive the applications and decide. Write “group” to see everything."),
                _("You need not do it alone: “organizer” names somebody with you, or in your place."),
            ),
            group=group,
        )
