"""Operators' commands: `python -m jobs setup | contents | letters [show ID | again ID | drop ID]`."""

import sys

from handlers.kit import inbox
from storage import db, settings
from storage.outbox import DeadLetter, Post

USAGE = """python -m jobs setup       webhooks, menus, descriptions, WhatsApp contents
python -m jobs contents    WhatsApp contents and their approval
python -m jobs letters     what could not be delivered or read
                           letters again ID | letters drop ID: one undelivered post
                           letters replay ID: one event that a bug stopped, after the mending
"""


def main(words: list[str]) -> int:
    """Run a command; returns the exit status."""
    db.connect(settings.current().database_url)
    with db.connection():
        match words:
            case ["setup"]:
                return _setup()
            case ["contents"]:
                return _contents()
            case ["letters", *rest]:
                return letters(rest)
    print(USAGE, end="")
    return 0 if words in ([], ["help"]) else 2


def _setup() -> int:
    from jobs import setup

    return 0 if setup.run() else 1


def _contents() -> int:
    from jobs import setup

    if not settings.current().whatsapp:
        print("WhatsApp is not connected: set the three TWILIO_ variables first.")
        return 1
    return 0 if setup.make_contents() else 1


def letters(words: list[str]) -> int:
    """List dead and uncertain posts and unreadable events; send a post again, or drop it."""
    match words:
        case []:
            _list()
        case ["again", number] if number.isdigit():
            return _say(_post(number) is not None and Post.get_by_id(int(number)).revive(), "queued again")
        case ["drop", number] if number.isdigit() and (post := _post(number)):
            Post.update(state="dropped").where(Post.id == post.id).execute()
            return _say(True, "dropped")
        case ["replay", number] if number.isdigit():
            letter = DeadLetter.get_or_none(DeadLetter.id == int(number))
            return _say(letter is not None and inbox.replay(letter), "replayed")
        case _:
            print(USAGE, end="")
            return 2
    return 0


def _post(number: str) -> Post | None:
    return Post.get_or_none(Post.id == int(number))


def _say(done: bool, what: str) -> int:
    print(what if done else "nothing that this can be done with has this number")
    return 0 if done else 1


def _list() -> None:
    for post in Post.select().where(Post.state.in_(("dead", "uncertain"))).order_by(Post.id):
        print(f"post {post.id} {post.state} {post.platform} {post.kind} {post.created_at:%F %H:%M}: {post.reason}")
    for letter in DeadLetter.select().order_by(DeadLetter.id):
        last = (letter.error or "").strip().splitlines()[-1:] or [""]
        print(f"event {letter.id} {letter.platform} {letter.at:%F %H:%M}: {last[0][:160]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
