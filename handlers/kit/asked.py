"""The open question of somebody: what was asked, said again or in short."""

import html
import re
from typing import Any

from handlers.kit import say
from handlers.kit.say import Says
from storage.groups import Group
from storage.outbox import Post, Question
from storage.people import Address

SHORT = 90
MARKS = re.compile(r"</?b>|[*\u2060]")


def again(address: Address) -> Says:
    """Say the open question again, with its buttons; nothing when none is open."""
    question = Question.of(address)
    post = Post.asking(question) if question else None
    if post is not None:
        yield say.repeat(post)


def set_aside(address: Address) -> dict[str, Any] | None:
    """The open question as it can be kept in another's answers, to be asked again after that one."""
    question = Question.of(address)
    if question is None:
        return None
    post = Post.asking(question)
    kept = {"code": question.code, "answers": question.answers, "group": question.group_id}
    return kept | {"post": post.id if post else None}


def take_up(address: Address, kept: dict[str, Any] | None) -> Says:
    """Open a question that was set aside and say it again; nothing when none was."""
    if not kept:
        return
    post = Post.get_or_none(Post.id == kept["post"])
    Question.ask(address, kept["code"], kept["answers"], Group.get_or_none(Group.id == kept["group"]))
    if post is not None:
        yield say.repeat(post)


def gist(address: Address) -> str | None:
    """The sentence that asks, without marks and cut short; None when nothing is open."""
    question = Question.of(address)
    post = Post.asking(question) if question else None
    if post is None:
        return "" if question else None
    lines = [line for line in plain(post.payload.get("text", "")).split("\n") if line.strip()]
    asking = [line for line in lines if "?" in line]
    line = (asking or lines or [""])[-1].strip()
    return line if len(line) <= SHORT else line[: SHORT - 1].rstrip() + "…"


def plain(text: str) -> str:
    """A post's text without Telegram's marks."""
    return html.unescape(MARKS.sub("", text))
