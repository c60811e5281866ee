"""What several stories do alike: follow a group's link and answer its questions."""

from tests.story import Actor, Story

LONG = (
    "Je suis traductrice depuis six ans, dont deux à mon compte, et je travaille surtout pour des "
    "maisons d'édition de la région nantaise."
)


def follow(story: Story, who: Actor, code: str | None = None) -> None:
    """Follow the group's link on whatever phone it is."""
    code = code or story.home().public_link().code
    if who.platform == "telegram":
        who.follows(f"https://t.me/{story.emu.bot_username}?start=a_{code}")
    else:
        who.follows(f"https://wa.me/14155238886?text=Rejoindre%20{code}")


def apply(story: Story, who: Actor, code: str | None = None) -> None:
    """The whole application, sent."""
    follow(story, who, code)
    for _question in range(4):
        who.says(LONG)
    who.taps("J'accepte")
