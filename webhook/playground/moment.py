"""What time it is in the playground, as the emulators ask it: the offset is kept in the database."""

import datetime as dt

from storage import db, settings


def now() -> dt.datetime:
    """The playground's present, aware UTC; raises while the database is away."""
    if db.real.obj is None:
        db.connect(settings.current().database_url)
    db.forget_shift()  # a message must never be older than the jump before it
    return db.now()
