"""Asks Twilio for what its library has no word for: JSON in, JSON out, and the status of a refusal."""

import json
from typing import Any

from twilio.base.exceptions import TwilioException

FAULTS = (TwilioException, OSError, ValueError, KeyError)


class Refusal(ValueError):
    """Twilio refused: the HTTP status, and its own code (0 when it gave none)."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(f"Twilio answered {status}" + (f" (error {code})" if code else ""))
        self.status, self.code = status, code


def ask(twilio: Any, method: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """One call; the answer's object. Raises Refusal on 4xx and 5xx, OSError when Twilio is not reached."""
    answer = twilio.request(method, url, data=body, headers={"Content-Type": "application/json"} if body else None)
    if answer.status_code >= 400:
        raise Refusal(answer.status_code, _code(answer.text))
    found = _read(answer.text)
    return found if isinstance(found, dict) else {}


def _read(text: str | None) -> Any:
    return json.loads(text or "{}")


def _code(text: str | None) -> int:
    try:
        found = _read(text)
        return int(found.get("code") or 0) if isinstance(found, dict) else 0
    except (ValueError, TypeError):
        return 0
