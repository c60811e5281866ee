"""How long everything is kept: the one table (R7)."""

import datetime as dt

DAY = dt.timedelta(days=1)

PERIODS: dict[str, dt.timedelta] = {
    "receipts": DAY / 24,  # a delivery receipt without its message
    "answers to taps": DAY / 24,  # the platform asks again for minutes at most
    "pictures": DAY,  # made for Twilio to fetch
    "codes": DAY,  # that link two accounts; good for 15 minutes
    "exports": DAY,  # the way to one's own data
    "invites": 7 * DAY,  # links into a Telegram chat; good for 48 hours
    "letters": 7 * DAY,  # an event that could not be read, whole
    "words sent": 15 * DAY,  # what a message said; until then its buttons can be meant by a number
    "sent": 30 * DAY,  # that a message was sent, without its words
    "timers": 30 * DAY,
    "relays": 30 * DAY,  # that somebody spoke to the group, never what
    "drafts": 30 * DAY,  # an application that was not sent, or withdrawn; words of a change or a vote
    "left": 30 * DAY,  # somebody who is in no group any more
    "refused": 90 * DAY,  # an application that was refused
    "questions": 90 * DAY,  # a dialogue that nobody ends
    "seen": 365 * DAY,  # the hash of an event's id, against replays
    "consents": 3 * 365 * DAY,  # a consent that was taken back: the proof of it
    "journal": 2 * 365 * DAY,  # who decided what
    "asleep": 365 * DAY,  # a group in which nothing happens is asked …
    "asked asleep": 30 * DAY,  # … and is deleted when nobody answers
}
