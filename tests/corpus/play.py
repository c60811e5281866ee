"""Says each sentence of the corpus in its scene, and notes what the service made of it."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from handlers.kit import on, router
from handlers.kit.understand import likely, phrases
from storage.outbox import Post
from storage.people import TELEGRAM, WHATSAPP
from tests.corpus import scenes, slots
from tests.corpus.scenes import QUIET, Scene, number
from tests.corpus.sentences import Sentence

WRITES = re.compile(r'\s*(?:insert(?: or \w+)?\s+into|update|delete from)\s+"?(\w+)', re.I)
READS = re.compile(r"\s*(?:with|select|insert|update|delete)\b", re.I)
ANSWERED = ("meeting", "coming", "late", "poll")  # saying it anew is how an answer is corrected
ANSWERS = {f"meet.attend.{answer}": answer for answer in ("yes", "maybe", "no")}
UNDOES = ("trust.undo.undo", "trust.help.nothing_to_cancel", "trust.undo.undo_last")
NEVER_ACTS = {"trust.help.not_understood", "trust.meant.ask"}


@dataclass(frozen=True)
class Outcome:
    """What became of a sentence.

    ran: what was understood ("meet.vote.show", "card:poll", "answer" …), the last first; offered: by buttons.
    acted: was anything changed, or another one told? spoke: was anything said? slots: what was read.
    """

    sentence: Sentence
    ran: tuple[str, ...]
    offered: tuple[str, ...]
    acted: bool
    spoke: bool
    ms: float
    queries: int
    slots: dict[str, str]
    said: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Was what is meant done?"""
        if not self.ran:
            return "silence" in self.sentence.intents
        return any(_means(self.sentence, name) for name in self.ran)

    @property
    def was_offered(self) -> bool:
        """Was it among the three buttons?"""
        return not self.done and any(_means(self.sentence, name) for name in self.offered)

    @property
    def right(self) -> bool:
        """Done, offered, or rightly left alone."""
        if self.sentence.chatter and not self.done:
            return not self.acted and ("silence" not in self.sentence.intents or not self.spoke)
        return self.done or self.was_offered

    @property
    def wrong_act(self) -> bool:
        """Was something done that was not meant?"""
        return self.acted and not self.done


def _means(sentence: Sentence, name: str) -> bool:
    if name.endswith(".*") and any(intent.startswith(name[:-1]) for intent in sentence.intents):
        return True  # its title was written: a button of that very feature
    return name in sentence.intents or (name in NEVER_ACTS and "nothing" in sentence.intents)


def play(sentences: Iterable[Sentence]) -> list[Outcome]:
    """Every sentence, scene by scene, each in the world as it was before it."""
    on.load()
    phrases.index(), likely.model()  # once a process: its cost is told apart
    built: dict[tuple[str, str, str], Scene] = {}
    told = []
    for n, sentence in enumerate(sentences):
        platform = WHATSAPP if sentence.where == "private" and n % 2 else TELEGRAM
        key = sentence.scene or "none", sentence.who or "member", platform
        scene = built.get(key) or built.setdefault(key, scenes.build(*key))
        told.append(say(scene, sentence))
    for scene in built.values():
        scene.database.close()
    return told


def say(scene: Scene, sentence: Sentence) -> Outcome:
    """One sentence; nothing of it stays."""
    with scenes.on_stage(scene):
        last = max((post.id for post in Post.select(Post.id).order_by(Post.id.desc()).limit(1)), default=0)
        event = scene.text(scene.writer, sentence.text, sentence.where)
        if sentence.where == "named":
            event = replace(event, text=f"@noyau_bot {sentence.text}")
        del scene.statements[:]
        begun = time.thread_time()
        turn = router.answer(event)
        ms = (time.thread_time() - begun) * 1000
        statements = list(scene.statements)
        posts = list(Post.select().where(Post.id > last))
        named = slots.heard(scene, sentence, turn)
    written = {match[1].lower() for line in statements if (match := WRITES.match(line))}
    mine = (number(scene.writer), str(scenes.CHAT) if sentence.where != "private" else "")
    others = any(post.chat not in mine for post in posts)
    return Outcome(
        sentence,
        tuple(intent for name in reversed(turn.ran) for intent in _intents(name) if _same_answer(sentence, name)),
        tuple(intent for name in turn.offered for intent in _intents(name) if _same_answer(sentence, name)),
        bool(written - QUIET) or others,
        bool(posts),
        ms,
        sum(bool(READS.match(line)) for line in statements),
        named,
        tuple(str(post.payload.get("text", "")) for post in posts),
    )


def _same_answer(sentence: Sentence, name: str) -> bool:
    """ "Not this time" is no button for who says yes."""
    answer, wanted = ANSWERS.get(name), sentence.slots.get("answer")
    return answer is None or wanted is None or answer == wanted


def _intents(name: str) -> list[str]:
    """The names that the corpus has for what ran: a button of a card's feature is an answer to that card."""
    registry = on.registry
    cards = {router.named(about.function): kind for kind, about in registry.cards.items()}
    modules = {about.function.__module__: kind for kind, about in registry.cards.items()}
    taps = {router.named(one.function): modules.get(one.function.__module__) for one in registry.buttons.values()}
    asked = {router.named(one.function) for one in registry.asked.values()}
    leaving = {router.named(one.cancel) for one in registry.asked.values() if one.cancel}
    stops = {router.named(function) for function in registry.stops.values()}
    told = [name]
    told += [f"{name.rpartition('.')[0]}.*"] * (name in taps)
    if kind := cards.get(name) or taps.get(name):
        told.append(f"card:{kind}")
    told += ["card:places"] * (kind == "poll") + ["card:meeting"] * (kind == "coming")
    told += ["answer"] * (name in asked) + ["stop"] * (name in stops)
    told += ["undo"] * (name in UNDOES or name in leaving)
    told += ["correct"] * (name in asked or kind in ANSWERED)
    return told
