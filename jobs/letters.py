"""`python -m jobs letters`: what could not be delivered or understood; looked at, tried again, or dropped.

Nobody's words are shown unless they are asked for: an operator needs the reason, not the letter (R8).
"""

import json
import re

from peewee import fn

from handlers.kit import inbox
from jobs.bell import wake
from storage import db, vitals
from storage.db import now
from storage.groups import Group
from storage.outbox import DeadLetter, Post

USAGE = """python -m jobs letters                   every post that did not arrive, every event that stopped us
python -m jobs letters show ID           one post: for which group, how often tried, why it ended
python -m jobs letters show event ID     one event: where it stopped
                                         … words: the text as well (somebody's private words)
python -m jobs letters again ID | all    send a post again; all that are dead
python -m jobs letters drop ID | all     a post is not to be sent any more; all that are dead or uncertain
python -m jobs letters replay ID | all   give an event its effect, after the mending
python -m jobs letters drop event ID     an event is to have none
"""
ENDED = ("dead", "uncertain")
PLACE = re.compile(r'File "[^"]*?([\w-]+/[\w.-]+\.py)", line (\d+), in (\w+)')


def run(words: list[str]) -> int:
    """Run the command; returns the exit status."""
    match words:
        case []:
            return _list()
        case ["show", number, *rest] if number.isdigit():
            return _show_post(int(number), rest == ["words"])
        case ["show", "event", number, *rest] if number.isdigit():
            return _show_event(int(number), rest == ["words"])
        case ["again", which] if which.isdigit() or which == "all":
            return _say(_again(which), "queued again")
        case ["drop", which] if which.isdigit() or which == "all":
            return _say(_drop(which), "dropped")
        case ["drop", "event", number] if number.isdigit():
            return _say(_drop_event(int(number)), "dropped")
        case ["replay", which] if which.isdigit() or which == "all":
            return _say(_replay(which), "replayed")
    print(USAGE, end="")
    return 2


def _say(count: int, what: str) -> int:
    print(f"{count} {what}" if count else "there is nothing with this number that can be done so")
    return 0 if count else 1


# ------------------------------------------------------------------ looking


def _list() -> int:
    posts = list(Post.select().where(Post.state.in_(ENDED)).order_by(Post.id))
    events = list(DeadLetter.select().where(DeadLetter.state == "kept").order_by(DeadLetter.id))
    for post in posts:
        print(f"post {post.id} {post.state} {post.platform} {post.kind} {post.created_at:%F %H:%M}: {post.reason}")
    for event in events:
        print(f"event {event.id} {event.platform} {event.at:%F %H:%M}: {_where(event)}")
    if not posts and not events:
        print("nothing: everything arrived, everything was understood")
    return 0


def _where(event: DeadLetter) -> str:
    """The kind of error and the place in our code: never the error's own words, which may be somebody's (S8)."""
    places = PLACE.findall(event.error or "")
    place = " at {}:{} in {}".format(*places[-1]) if places else ""
    return vitals.kind_of(event.error) + place


def _show_post(number: int, words: bool) -> int:
    post = Post.get_or_none(Post.id == number)
    if post is None:
        return _say(0, "")
    group: Group | None = post.group
    print(f"post {post.id}: {post.state}" + (f", receipt: {post.status}" if post.status else ""))
    print(f"  what      {post.kind} on {post.platform}" + (", a template" if post.template else ""))
    print(f"  group     {group.id if group else 'none'}")
    print(f"  to        {_masked(post.chat)}")
    print(f"  made      {post.created_at:%F %H:%M:%S}, due {post.due:%F %H:%M:%S}, tried {post.attempts} times")
    print(f"  reason    {post.reason or 'none'}")
    if words:
        print(f"  words     {post.payload.get('text', '')}")
    return 0


def _masked(chat: str) -> str:
    return f"…{chat[-3:]}" if len(chat) > 3 else chat


def _show_event(number: int, words: bool) -> int:
    event = DeadLetter.get_or_none(DeadLetter.id == number)
    if event is None:
        return _say(0, "")
    print(f"event {event.id}: {event.state}, on {event.platform}, {event.at:%F %H:%M:%S}")
    print(f"  error     {_where(event)}")
    for file, line, function in PLACE.findall(event.error or ""):
        print(f"            {file}:{line} in {function}")
    print(f"  whole     {'yes: it can be replayed' if _whole(event) else 'no: it could not be read'}")
    if words:
        print(f"  words     {event.body}\n{event.error or ''}")
    return 0


def _whole(event: DeadLetter) -> bool:
    try:
        return "kind" in json.loads(event.body)
    except (ValueError, TypeError):
        return False


# ------------------------------------------------------------------ doing


def _again(which: str) -> int:
    """Send again; of many, those alone that surely did not arrive."""
    if which == "all":
        posts = list(Post.select().where(Post.state == "dead"))
    else:
        posts = list(Post.select().where(Post.id == int(which)))
    with db.transaction():
        count = sum(post.revive() for post in posts)
    if count:
        wake()
    return count


def _drop(which: str) -> int:
    """Give up; what is under way or arrived stays as it is."""
    open_ = Post.state.in_(ENDED) | ((Post.state == "pending") & Post.lease.is_null())
    chosen = Post.state.in_(ENDED) if which == "all" else (Post.id == int(which)) & open_
    reason = fn.COALESCE(Post.reason.concat("; "), "").concat(f"dropped by an operator on {now():%F}")
    with db.transaction():
        return int(Post.update(state="dropped", reason=reason, choices=False).where(chosen).execute())


def _drop_event(number: int) -> int:
    kept = (DeadLetter.id == number) & (DeadLetter.state == "kept")
    with db.transaction():
        return int(DeadLetter.update(state="dropped").where(kept).execute())


def _replay(which: str) -> int:
    """Once only: an event that had its effect is not given it again."""
    chosen = DeadLetter.state == "kept"
    if which != "all":
        chosen &= DeadLetter.id == int(which)
    count = sum(_replay_one(letter) for letter in DeadLetter.select().where(chosen).order_by(DeadLetter.id))
    if count:
        wake()
    return count


def _replay_one(letter: DeadLetter) -> bool:
    try:
        return inbox.replay(letter)
    except Exception as error:  # the bug is still there: its writes are undone, the event stays
        print(f"event {letter.id} still stops: {type(error).__name__}")
        return False
