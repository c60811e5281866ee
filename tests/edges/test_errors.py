"""The table of errors covers every refusal that was recorded (platforms' answers)."""

import json
from pathlib import Path
from typing import Any

import pytest

from jobs import errors

FIXTURES = Path(__file__).parent / "fixtures"
TELEGRAM: list[dict[str, Any]] = json.loads((FIXTURES / "telegram" / "api_errors.json").read_text())
TWILIO: list[dict[str, Any]] = json.loads((FIXTURES / "twilio" / "api_responses.json").read_text())
REACTIONS = {
    "permanent_recipient": {"dead", "wait_start"},
    "permanent_until_user_starts": {"wait_start"},
    "permanent_chat": {"dead"},
    "success": {"done"},
    "ignore": {"done"},
    "already_handled": {"done"},
    "give_up_quietly": {"done"},
    "send_new_message": {"fresh"},
    "resend_without_reply": {"bare"},
    "resend_without_thread": {"bare"},
    "resend_as_plain_text": {"plain"},
    "bug": {"dead"},
    "split": {"dead"},
    "tell_organizer": {"dead", "again"},
}


@pytest.mark.parametrize("row", [r for r in TELEGRAM if r["kind"] in REACTIONS], ids=lambda r: str(r["name"]))
def test_what_a_refusal_of_telegram_leads_to(row: dict[str, Any]) -> None:
    verdict = errors.of_telegram(row["body"]["description"])
    assert verdict.what in REACTIONS[row["kind"]], verdict
    if row["kind"] == "tell_organizer":
        assert verdict.tell


@pytest.mark.parametrize("row", [r for r in TWILIO if r["http_status"] >= 400], ids=lambda r: str(r["name"]))
def test_what_a_refusal_of_twilio_leads_to(row: dict[str, Any]) -> None:
    verdict = errors.of_twilio(int(row["body"]["code"]), row["http_status"])
    expected = {
        "auth": "stop",
        "invalid_to": "dead",
        "opted_out": "dead",
        "no_channel": "stop",
        "body_too_long": "dead",
        "content_variables_invalid": "plain",
        "from_to_same": "dead",
        "daily_limit": "hold",
        "too_many_requests": "hold",
        "queue_full": "hold",
        "server": "uncertain",
    }
    assert verdict.what == expected[row["name"]]


@pytest.mark.parametrize(("status", "what"), [(400, "dead"), (404, "dead"), (429, "hold"), (503, "uncertain")])
def test_a_code_of_twilio_that_nobody_knows_is_judged_by_its_status(status: int, what: str) -> None:
    """F12, F16: too many is waited for, and of a failure on their side nobody knows what was done."""
    assert errors.of_twilio(99_999, status).what == what


@pytest.mark.parametrize("code", [63016, 63024, 63003, 63018, 63013, 63021, 63032, 63049, 30008])
def test_every_recorded_receipt_has_a_reaction(code: int) -> None:
    assert code in errors.TWILIO
