"""DECIDES: one file a feature; this is the table of contents, in the order of the help."""

FEATURES = (
    "found",
    "announce",
    "telegram_chat",
    "apply",
    "decide",
    "enter",
    "introduce",
    "relay",
    "dial",
    "sponsor",
    "organize",
    "link_account",
    "language",
    "stop",
    "gate",
    "window",
    "delivery",
    "help",
)
