"""What a log may say of an error: its kind and its place, never its message, which may hold somebody's words (S8)."""

import re

PLACE = re.compile(r'^  File "[^"]+", line \d+, in .+$')
KIND = re.compile(r"^[\w.]*(?:Error|Exception|Exit|Interrupt|DoesNotExist)\b")


def wordless(trace: str) -> str:
    """The lines of a traceback that are ours: files, lines and kinds of errors; all of what is no traceback."""
    if "Traceback (most recent call last)" not in trace:
        return trace
    found = (PLACE.match(line) or KIND.match(line) for line in trace.splitlines())
    return "\n".join(one.group() for one in found if one)
