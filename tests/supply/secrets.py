"""Looks for secrets in what git keeps: tokens of the services we use, keys, passwords in addresses (S7, S35)."""

import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHAPES = {
    "a Telegram bot's token": r"(?<=\d{8}):[A-Za-z0-9_-]{34,36}\b",
    "a Twilio account or key": r"[AS][CK][0-9a-f]{32}\b",
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "a token of a code host": r"\b(?:gh[pousr]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{20,})",
    "a key of a cloud": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{35}",
    "a chat or payment token": r"\bxox[abprs]-[\w-]{10,}|\b[sr]k_live_\w{16,}",
    "a token of a registry": r"\b(?:pypi-[\w-]{40,}|npm_\w{30,})",
    "a signed token": r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{15,}",
    "a password in an address": r"(?<=[a-z])://[^\s:/@{}$<>\"']+:([^\s:/@{}$<>\"']+)@(?!127\.|localhost)[\w.-]+",
    "a value of a secret setting": r"(?im)(?:secret|token|passw(?:or)?d|api_?key)\w*[\"']?\s*[:=]\s*[\"']?"
    r"([A-Za-z0-9_+/=-]{20,})(?=[\s\"',;)]|$)",
}
PATTERNS = {name: re.compile(shape) for name, shape in SHAPES.items()}
# Where none of these stands, the shape can't be there: a look that costs a tenth.
HINTS = {
    "a private key": ("PRIVATE KEY",),
    "a token of a code host": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"),
    "a key of a cloud": ("AKIA", "ASIA", "AIza"),
    "a chat or payment token": ("xox", "k_live_"),
    "a token of a registry": ("pypi-", "npm_"),
    "a signed token": ("eyJ",),
    "a password in an address": ("://",),
}
GUESSED = "a value of a secret setting"  # counts only when it looks as if dice had made it
# The emulated platforms' own, and words that say that they are none.
HARMLESS = re.compile(
    r"^:AA(?:test|playground)|^[A-Z]{0,2}0*1?$|test|example|playground|emulat|wrong|not-a-real|password|abcdefgh|1234567",
    re.I,
)
LARGEST = 2_000_000  # bytes


@dataclass(frozen=True)
class Hit:
    """A place that looks like a secret; the secret itself is not repeated."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: looks like {self.what}"


def run() -> int:
    """Print what was found; 1 when that is anything."""
    hits = list(scan(ROOT))
    for hit in hits:
        print(hit)
    print("Take it out, and change it where it counts: it was seen." if hits else "no secret in the tree")
    return 1 if hits else 0


def scan(root: Path) -> Iterator[Hit]:
    """Every hit in the text files that git keeps, or would keep. Raises CalledProcessError outside a checkout."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True).stdout
    for name in sorted(set(listed.split("\0")) - {""}):
        path = root / name
        if path.is_file() and path.stat().st_size < LARGEST and b"\0" not in (body := path.read_bytes()):
            yield from found(name, body.decode("utf-8", "replace"))


def found(path: str, text: str) -> Iterator[Hit]:
    """The hits in one text."""
    for what, pattern in PATTERNS.items():
        if what in HINTS and not any(hint in text for hint in HINTS[what]):
            continue
        for hit in pattern.finditer(text):
            value = hit[hit.lastindex or 0]
            if not HARMLESS.search(value) and (what != GUESSED or random_looking(value)):
                yield Hit(path, text.count("\n", 0, hit.start()) + 1, what)


def random_looking(value: str) -> bool:
    """Digits among letters, and hardly a sign twice: names and paths have neither."""
    mixed = any(sign.isdigit() for sign in value) and any(sign.isalpha() for sign in value)
    counts = Counter(value)
    bits = -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
    return mixed and bits > 3.4
