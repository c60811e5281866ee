"""DECIDES: one file a feature, one folder a moment; this is the table of contents, in the order of the help."""

FEATURES = (
    "found.found",
    "found.announce",
    "found.telegram_chat",
    "welcome.apply",
    "welcome.decide",
    "welcome.enter",
    "welcome.introduce",
    "meet.calendar",
    "meet.public_page",
    "trust.relay",
    "trust.dial",
    "welcome.sponsor",
    "found.organize",
    "trust.link_account",
    "trust.language",
    "trust.stop",
    "welcome.gate",
    "trust.window",
    "trust.delivery",
    "trust.help",
)
