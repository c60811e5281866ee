"""What hands do in a story: press a button where there is one, else write its title, as people do."""

from tests.story import Actor


def press(actor: Actor, label: str) -> None:
    """Press the newest button of that label; on WhatsApp without contents, write the label."""
    if any(label in choice.label for bubble in actor.bubbles() for choice in bubble.choices):
        actor.taps(label)
    else:
        actor.says(label)


def carried(actor: Actor, label: str) -> str:
    """What the newest button of that label carries, to press it later or from elsewhere."""
    for bubble in reversed(actor.bubbles()):
        for choice in bubble.choices:
            if label in choice.label:
                return str(choice.value)
    raise AssertionError(f"{actor.name} sees no button {label!r}")
