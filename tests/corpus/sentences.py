"""The sentences of the corpus: one a line, in two parts, for tuning and only for measuring."""

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PARTS = {
    "tune": (HERE / "tune.tsv", HERE / "tune2.tsv", HERE / "tune3.tsv"),
    "tune2": (HERE / "tune2.tsv",),
    "tune3": (HERE / "tune3.tsv",),
    "measure": (HERE / "measure.tsv",),
}


@dataclass(frozen=True)
class Sentence:
    """What somebody writes, where and when, and what they mean by it.

    where: private, group (not said to us) or named. who: member, organizer or stranger. scene: what stands open.
    intents: the functions that are right ("meet.vote.show"), or card:<kind>, answer, correct, undo, stop, silence,
    nothing. slots: what must be read from it, by name.
    """

    language: str
    where: str
    who: str
    scene: str
    text: str
    intents: frozenset[str]
    slots: dict[str, str]

    @property
    def chatter(self) -> bool:
        """Is it none of our business?"""
        return bool(self.intents & {"silence", "nothing"})


def read(part: str) -> list[Sentence]:
    """The sentences of a part; none where it is not written yet."""
    lines = [line for path in PARTS[part] if path.exists() for line in path.read_text("utf-8").splitlines()]
    return [_sentence(line) for line in lines if line.strip() and not line.startswith("#")]


def _sentence(line: str) -> Sentence:
    language, where, who, scene, text, intents, slots, *_more = [*line.split("\t"), "", "", ""]
    named = dict(part.split("=", 1) for part in slots.strip().split(";") if "=" in part)
    wanted = frozenset(intent.strip() for intent in intents.split("|"))
    return Sentence(language, where, who, scene, text, wanted, named)
