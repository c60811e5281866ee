"""Keeps the emulated world in a file, so that phones and database still agree after a restart."""

import asyncio
import hashlib
import os
import pickle
from itertools import count
from pathlib import Path
from typing import Any

from . import world as shapes
from .world import World

PEOPLE = (
    "users",
    "chats",
    "subscribers",
    "by_bsuid",
    "messages",
    "outbound",
    "contents",
    "rejected_names",
    "files",
    "commands",
    "profile",
    "menu_button",
)
COUNTERS = ("update_ids", "message_ids", "query_ids", "user_ids", "group_ids", "numbers")
LEAP = {"update_ids": 1000, "message_ids": 1000, "query_ids": 1000}  # a crash loses the last seconds
EVERY = 1.0  # seconds between two looks


def save(world: World, path: Path) -> None:
    """Write the world down; the file is whole or the one before."""
    kept = {name: getattr(world, name) for name in PEOPLE}
    kept |= {name: _value(world, name) for name in COUNTERS}
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_bytes(pickle.dumps({"shape": _shape(), "kept": kept}))
    os.replace(draft, path)


def load(world: World, path: Path) -> bool:
    """Take the world up again; False when there is none, or one of another version of the emulators."""
    kept = read(path)
    if kept is None:
        return False
    for name in PEOPLE:
        setattr(world, name, kept[name])
    for name in COUNTERS:
        setattr(world, name, count(kept[name] + LEAP.get(name, 0)))
    world.changed()
    return True


def read(path: Path) -> dict[str, Any] | None:
    """What the file holds, or None when it can't be used."""
    try:
        found = pickle.loads(path.read_bytes())  # noqa: S301 - only ever our own file
        return dict(found["kept"]) if found["shape"] == _shape() else None
    except (OSError, pickle.UnpicklingError, EOFError, KeyError, TypeError, AttributeError, ImportError):
        return None


async def keep(world: World, path: Path) -> None:
    """Save whenever something has changed, until cancelled; then once more."""
    saved = -1
    try:
        while True:
            if world.version != saved:
                saved = world.version
                save(world, path)
            await asyncio.sleep(EVERY)
    finally:
        save(world, path)


def _value(world: World, name: str) -> int:
    value = next(getattr(world, name))
    setattr(world, name, count(value))
    return int(value)


def _shape() -> str:
    """Tells a world of another version, whose people may lack what the code expects."""
    return hashlib.sha256(Path(shapes.__file__).read_bytes()).hexdigest()
