"""`python -m tests.corpus [tune|tune2|tune3|measure]`: how much is understood; of tuning parts each failure too."""

import dataclasses
import logging
import sys

from storage import settings
from tests.corpus import play, score, sentences
from tests.stage import some_settings


def main(part: str = "tune", *words: str) -> None:
    """Print the sums of a part, and what failed of the tuning one."""
    logging.disable(logging.INFO)
    settings.use(dataclasses.replace(some_settings(), playground=True))
    found = [one for one in sentences.read(part) if all(word in one.text for word in words)]
    outcomes = play.play(found)
    if part != "measure":
        for one in outcomes:
            missed = {n: v for n, v in one.sentence.slots.items() if not score.same(one.slots.get(n, ""), v)}
            if not one.right or one.wrong_act:
                tell(one)
            elif one.done and missed:
                print("     slots of", one.sentence.text, missed, one.slots)
    for name, (right, of) in score.by_intent(outcomes).items():
        if right < of:
            print(f"{right:3d} of {of:3d}  {name}")
    print(score.by_slot(outcomes))
    told = score.add_up(outcomes)
    print(told, f"right={told.right:.3f}")


def tell(one: play.Outcome) -> None:
    """A failure of the tuning part."""
    said = one.sentence
    mark = "ACT " if one.wrong_act else "    "
    ran = ",".join(one.ran) or "-"
    where = f"{said.where}/{said.who}/{said.scene}"
    print(f"{mark}{where} «{said.text}» want {'|'.join(sorted(said.intents))} ran {ran} offered {one.offered}")


if __name__ == "__main__":
    main(*sys.argv[1:])
