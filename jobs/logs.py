"""Structured logs: one line an event, with ids; never a token, a number or somebody's words (S7, S8)."""

import contextlib
import io
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog

from storage.traces import wordless

SECRETS = re.compile(
    r"bot\d+:[\w-]+|\b\d{6,}:[\w-]{20,}|\+\d{8,15}"
    r"|(?<=/calendar/)[\w-]+|(?<=/s/)[\w-]+|(?<=/in/)[\w-]+|(?<=/media/)[\w.-]+"
    r"|(?<=t\.me/\+)[\w-]+|(?<=chat\.whatsapp\.com/)[\w-]+"
)


def configure() -> None:
    """Set up logging for this process, once."""
    stamp: list[Any] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    structlog.configure(
        processors=[*stamp, _redact, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Sink(sys.stdout))),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s %(message)s", force=True)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_Redacted())
    for noisy in ("httpx", "twilio.http_client", "rq.worker"):
        logging.getLogger(noisy).setLevel("WARNING")


class _Sink(io.TextIOBase):
    """Where lines go; when it is closed or full, they are lost and nothing else is (F45)."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        """Write, if that can be."""
        with contextlib.suppress(OSError, ValueError):
            self._out.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand over what was written, if that can be."""
        with contextlib.suppress(OSError, ValueError):
            self._out.flush()


def _redact(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = SECRETS.sub("…", value)
    return event


class _Redacted(logging.Filter):
    """The same for what libraries log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the line without secrets."""
        record.msg = SECRETS.sub("…", record.getMessage())
        record.args = ()
        if record.exc_info:
            record.exc_text = wordless("".join(traceback.format_exception(*record.exc_info)))
            record.exc_info = None
        return True
