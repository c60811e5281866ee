"""What people write is understood, the rest left alone: the measuring part of the corpus (31, 111).

The gates are the goals.
"""

import dataclasses
from collections.abc import Iterator

import pytest

from storage import settings
from tests.corpus import play, score, sentences
from tests.stage import some_settings

INTENTS, SLOTS, WRONG_ACTS, ANSWERED = 0.93, 0.90, 0.01, 0.01


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    """The tests' own settings, with a clock that may be set."""
    settings.use(dataclasses.replace(some_settings(), playground=True))
    yield
    settings.use(some_settings())


@pytest.mark.timeout(1200)
def test_the_measuring_part_is_understood() -> None:
    """M16: intents, slots, wrong acts and answers to chatter, over sentences that nobody tuned on."""
    told = score.add_up(play.play(sentences.read("measure")))
    assert told.sentences >= 600
    assert told.right >= INTENTS, told
    assert told.slots >= SLOTS, told
    assert told.wrong_acts <= WRONG_ACTS, told
    assert told.answered <= ANSWERED, told


def test_the_parts_share_no_sentence() -> None:
    tuning, measuring = ({(one.text, one.scene) for one in sentences.read(part)} for part in ("tune", "measure"))
    assert not tuning & measuring
