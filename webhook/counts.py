"""What this web process counts by itself: webhooks by outcome, and how long each took."""

import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from typing import Any

BEFORE = "/webhook/"
BOUNDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # seconds
_lock = threading.Lock()
_results: Counter[tuple[str, str]] = Counter()  # (webhook, HTTP status)
_times: dict[str, list[int]] = {}  # by webhook: how many within each bound, and how many were slower
_sums: Counter[str] = Counter()  # by webhook: microseconds in all


def took(path: str, status: str, since: float) -> None:
    """One webhook was answered. since: time.perf_counter() at its beginning."""
    seconds, name = time.perf_counter() - since, path.removeprefix(BEFORE)
    with _lock:
        _results[name, status[:3]] += 1
        _times.setdefault(name, [0] * (len(BOUNDS) + 1))[bisect_left(BOUNDS, seconds)] += 1
        _sums[name] += int(seconds * 1_000_000)


def watched(path: str, since: float, start_response: Callable[..., Any]) -> Callable[..., Any]:
    """The same start_response, counted when the path is a webhook that we know."""
    if path not in (BEFORE + "telegram", BEFORE + "whatsapp", BEFORE + "whatsapp/status"):
        return start_response

    def counted(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        took(path, status, since)
        return start_response(status, headers, *more)

    return counted


def results() -> dict[tuple[str, str], int]:
    """How many webhooks there were, by name ("telegram", "whatsapp", "whatsapp/status") and HTTP status."""
    with _lock:
        return dict(_results)


def times() -> dict[str, tuple[list[tuple[str, float]], float]]:
    """By webhook: how many took at most each bound (cumulative, as Prometheus wants it), and seconds in all."""
    with _lock:
        return {name: (_cumulative(counts), _sums[name] / 1_000_000) for name, counts in _times.items()}


def _cumulative(counts: list[int]) -> list[tuple[str, float]]:
    names = [*(str(bound) for bound in BOUNDS), "+Inf"]
    return [(name, float(sum(counts[: at + 1]))) for at, name in enumerate(names)]
