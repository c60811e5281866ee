"""Every environment variable, typed, explained and read once."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, EnvValidationError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
EPHEMERAL = ("DYNO", "RENDER", "RAILWAY_ENVIRONMENT", "FLY_APP_NAME", "CONTAINER", "CC_DEPLOYMENT_ID")
TELEGRAM_TOKEN = re.compile(r"^\d{3,}:[\w-]{10,}$")
TWILIO_ACCOUNT = re.compile(r"^AC[0-9a-fA-F]{32}$")
HERE = Path(__file__).resolve().parent.parent


class WrongSettings(SystemExit):
    """The service can't start; the message names each missing or wrong variable and what to do."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("Noyau cannot start:\n" + "\n".join(f"- {fault}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Settings:
    """What the environment says; contract.md of the project lists the variables."""

    port: int
    database_url: str
    redis_url: str
    redis_tls_verify: bool
    public_url: str
    secret_key: str
    telegram_token: str
    telegram_secret: str
    telegram_api_base: str
    twilio_account: str
    twilio_token: str
    twilio_from: str
    twilio_api_base: str
    language: str
    timezone: str
    metrics_token: str
    playground: bool
    crash_at: str

    @property
    def telegram(self) -> bool:
        """Is Telegram connected?"""
        return bool(self.telegram_token)

    @property
    def whatsapp(self) -> bool:
        """Is WhatsApp connected?"""
        return bool(self.twilio_account)

    @property
    def telegram_bot(self) -> str:
        """The bot's numeric id, which is the first part of its token."""
        return self.telegram_token.partition(":")[0]


def read() -> Settings:
    """Read the environment (and a .env file); raise WrongSettings with every fault at once."""
    env = Env(eager=False)
    env.read_env(str(HERE / ".env"), recurse=False)
    port = env.int("PORT", 8000)
    settings = Settings(
        port=port,
        database_url=env.str("DATABASE_URL", "") or f"sqlite:///{HERE / 'noyau.db'}",
        redis_url=env.str("REDIS_URL", ""),
        redis_tls_verify=env.str("REDIS_TLS_VERIFY", "1") != "0",
        public_url=(env.str("PUBLIC_URL", "") or f"http://127.0.0.1:{port}").rstrip("/"),
        secret_key=env.str("SECRET_KEY", ""),
        telegram_token=env.str("TELEGRAM_BOT_TOKEN", ""),
        telegram_secret=env.str("TELEGRAM_WEBHOOK_SECRET", ""),
        telegram_api_base=env.str("TELEGRAM_API_BASE", "") or "https://api.telegram.org/bot",
        twilio_account=env.str("TWILIO_ACCOUNT_SID", ""),
        twilio_token=env.str("TWILIO_AUTH_TOKEN", ""),
        twilio_from=env.str("TWILIO_WHATSAPP_FROM", ""),
        twilio_api_base=env.str("TWILIO_API_BASE", "").rstrip("/"),
        language=env.str("DEFAULT_LANGUAGE", "") or "fr",
        timezone=env.str("DEFAULT_TIMEZONE", "") or "Europe/Paris",
        metrics_token=env.str("METRICS_TOKEN", ""),
        playground=env.str("NOYAU_PLAYGROUND", "") == "1",
        crash_at=env.str("NOYAU_CRASH_AT", ""),
    )
    faults = []
    try:
        env.seal()
    except EnvValidationError as error:
        told = error.error_messages
        named = told.items() if isinstance(told, dict) else [("the environment", told)]
        faults = [f"{name}: {' '.join(why)}" for name, why in named]
        raise WrongSettings(faults) from None
    return settings


def check(settings: Settings, environment: dict[str, str]) -> list[str]:
    """Each reason not to start, as one sentence that says what to do (decisions: start rules; F50, S6)."""
    far = urlsplit(settings.public_url).hostname not in LOOPBACK
    faults = []
    if not settings.secret_key:
        faults.append("SECRET_KEY is missing: set it to a long random text; it signs links and buttons.")
    if not settings.redis_url:
        faults.append("REDIS_URL is missing: add a Redis or Valkey and set its redis:// or rediss:// address.")
    if urlsplit(settings.public_url).scheme != "https" and far:
        faults.append("PUBLIC_URL must begin with https://: Telegram and Twilio refuse anything else.")
    if not settings.telegram and not settings.whatsapp:
        faults.append("No messenger is set: give TELEGRAM_BOT_TOKEN, or the three TWILIO_ variables, or both.")
    faults += _telegram_faults(settings) + _twilio_faults(settings) + _redis_faults(settings)
    if settings.database_url.startswith("sqlite") and any(environment.get(name) for name in EPHEMERAL):
        faults.append("DATABASE_URL is SQLite, but this host forgets its disk: add PostgreSQL.")
    if settings.playground and (far or "api.telegram.org" in settings.telegram_api_base):
        faults.append("NOYAU_PLAYGROUND is for `make run` alone: remove it here.")
    return faults


def _telegram_faults(settings: Settings) -> list[str]:
    if not settings.telegram:
        return []
    faults = []
    if not TELEGRAM_TOKEN.match(settings.telegram_token):
        faults.append("TELEGRAM_BOT_TOKEN has the wrong shape: BotFather gives digits, a colon, letters.")
    if not re.match(r"^[\w-]{1,256}$", settings.telegram_secret):
        faults.append("TELEGRAM_WEBHOOK_SECRET is missing or has other signs than letters, digits, _ and -.")
    return faults


def _twilio_faults(settings: Settings) -> list[str]:
    if not settings.whatsapp:
        return []
    faults = []
    if not TWILIO_ACCOUNT.match(settings.twilio_account):
        faults.append("TWILIO_ACCOUNT_SID has the wrong shape: AC and 32 hexadecimal signs.")
    if not settings.twilio_token:
        faults.append("TWILIO_AUTH_TOKEN is missing: without it nobody's message can be believed.")
    if not re.match(r"^(whatsapp:\+\d{6,15}|MG[0-9a-fA-F]{32})$", settings.twilio_from):
        faults.append("TWILIO_WHATSAPP_FROM must be whatsapp:+ and the number, or a Messaging Service SID.")
    return faults


def _redis_faults(settings: Settings) -> list[str]:
    url = urlsplit(settings.redis_url)
    if not settings.redis_url or url.scheme == "rediss" or url.hostname in LOOPBACK or url.password:
        return []
    return ["REDIS_URL points far away without TLS nor password: use rediss:// or a password."]


@functools.cache
def current() -> Settings:
    """The settings of this process, read once."""
    return read()


def use(settings: Settings) -> None:
    """Take these settings from now on (tests and `make run`)."""
    global current
    current = functools.cache(lambda: settings)
