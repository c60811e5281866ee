"""Every environment variable, typed, explained and read once."""

import functools
import ipaddress
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from environs import Env, EnvValidationError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
EPHEMERAL = ("DYNO", "RENDER", "RAILWAY_ENVIRONMENT", "FLY_APP_NAME", "CONTAINER", "CC_DEPLOYMENT_ID")
TELEGRAM_TOKEN = re.compile(r"^\d{3,}:[\w-]{10,}$")
HOOK_PORTS = {None, 443, 80, 88, 8443}  # Bot API: setWebhook
PRIVATE = (".internal", ".local", ".flycast", ".cluster.local")
TWILIO_ACCOUNT = re.compile(r"^AC[0-9a-fA-F]{32}$")
TWILIO_TOKEN = re.compile(r"^[0-9a-fA-F]{32}$")
HERE = Path(__file__).resolve().parent.parent


def _(sentence: str) -> str:
    """Marks a sentence for the French catalogue; whoever shows it translates it."""
    return sentence


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
        telegram_secret=_tellable(env.str("TELEGRAM_WEBHOOK_SECRET", "")),
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


def _tellable(secret: str) -> str:
    """Render invents secrets in base64; Telegram takes letters, digits, _ and - alone (Bot API: setWebhook)."""
    return secret.translate(str.maketrans("+/", "-_")).rstrip("=")


def check(settings: Settings, environment: dict[str, str]) -> list[str]:
    """Each reason not to start, as one sentence that says what to do (decisions: start rules; F50, S6)."""
    faults = []
    if not settings.secret_key:
        faults.append(_("SECRET_KEY is missing: set it to a long random text; it signs links and buttons."))
    elif len(settings.secret_key) < 16:
        faults.append(_("SECRET_KEY is too short to be safe: take 32 random characters or more."))
    if not settings.telegram and not settings.whatsapp:
        faults.append(_("No messenger is set: give TELEGRAM_BOT_TOKEN, or the three TWILIO_ variables, or both."))
    faults += _address_faults(settings) + _telegram_faults(settings) + _twilio_faults(settings)
    faults += database_faults(settings, environment) + _redis_faults(settings, environment)
    return faults + _taste_faults(settings)


def _address_faults(settings: Settings) -> list[str]:
    url, faults = urlsplit(settings.public_url), []
    far = url.hostname not in LOOPBACK
    if url.scheme != "https" and far:
        faults.append(_("PUBLIC_URL must begin with https://: Telegram and Twilio refuse anything else."))
    elif url.path or url.query or url.fragment:
        faults.append(_("PUBLIC_URL must end after the host's name: the service adds the rest by itself."))
    elif far and _port(url) not in HOOK_PORTS and settings.telegram:
        faults.append(_("PUBLIC_URL has a port that Telegram does not call: only 443, 80, 88 and 8443."))
    if settings.playground and (far or _meets_real_people(settings)):
        faults.append(_("NOYAU_PLAYGROUND is for `make run` alone: remove it here."))
    return faults


def _meets_real_people(settings: Settings) -> bool:
    """Would the playground speak at the real messengers (S32)?"""
    asked = [settings.telegram_api_base] * settings.telegram + [settings.twilio_api_base] * settings.whatsapp
    return any(urlsplit(base).hostname not in LOOPBACK for base in asked)


def _port(url: SplitResult) -> int | None:
    try:
        return url.port
    except ValueError:
        return 0


def _telegram_faults(settings: Settings) -> list[str]:
    faults = []
    if not settings.telegram:
        return []
    if not TELEGRAM_TOKEN.match(settings.telegram_token):
        faults.append(_("TELEGRAM_BOT_TOKEN has the wrong shape: BotFather gives digits, a colon, letters."))
    if not re.match(r"^[\w-]{1,256}$", settings.telegram_secret, re.ASCII):
        faults.append(_("TELEGRAM_WEBHOOK_SECRET is missing, or has more than letters, digits, _ and -."))
    if urlsplit(settings.telegram_api_base).scheme not in ("http", "https"):
        faults.append(_("TELEGRAM_API_BASE must begin with http:// or https://, or be left empty."))
    return faults


def _twilio_faults(settings: Settings) -> list[str]:
    faults = []
    if not settings.whatsapp:
        half = settings.twilio_token or settings.twilio_from
        return [_("TWILIO_ACCOUNT_SID is missing, though another TWILIO_ variable is set.")] if half else []
    if not TWILIO_ACCOUNT.match(settings.twilio_account):
        faults.append(_("TWILIO_ACCOUNT_SID has the wrong shape: AC and 32 hexadecimal characters."))
    if not settings.twilio_token:
        faults.append(_("TWILIO_AUTH_TOKEN is missing: without it nobody's message can be believed."))
    elif not TWILIO_TOKEN.match(settings.twilio_token):
        faults.append(_("TWILIO_AUTH_TOKEN has the wrong shape: 32 hexadecimal characters, not an API key."))
    if not re.match(r"^(whatsapp:\+\d{6,15}|MG[0-9a-fA-F]{32})$", settings.twilio_from):
        faults.append(_("TWILIO_WHATSAPP_FROM must be whatsapp:+ and the number, or a Messaging Service SID."))
    if settings.twilio_api_base and urlsplit(settings.twilio_api_base).scheme not in ("http", "https"):
        faults.append(_("TWILIO_API_BASE must begin with http:// or https://, or be left empty."))
    return faults


def database_faults(settings: Settings, environment: dict[str, str]) -> list[str]:
    """Why nothing may be remembered there; what a migration asks too, before anything else is set."""
    scheme = urlsplit(settings.database_url).scheme
    if scheme not in ("sqlite", "postgres", "postgresql"):
        return [_("DATABASE_URL must begin with postgres://, postgresql:// or sqlite:///.")]
    if scheme == "sqlite" and any(environment.get(name) for name in EPHEMERAL):
        return [_("DATABASE_URL is missing or SQLite, but this host forgets its disk: add PostgreSQL.")]
    return []


def _redis_faults(settings: Settings, environment: dict[str, str]) -> list[str]:
    faults = []
    if environment.get("REDIS_TLS_VERIFY", "") not in ("", "0", "1"):
        faults.append(_("REDIS_TLS_VERIFY must be 1, or 0 where the certificate is self-signed."))
    url = urlsplit(settings.redis_url)
    if not settings.redis_url:
        faults.append(_("REDIS_URL is missing: add a Redis or Valkey and set its redis:// or rediss:// address."))
    elif url.scheme not in ("redis", "rediss"):
        faults.append(_("REDIS_URL must begin with redis:// or rediss://."))
    elif url.scheme == "redis" and not url.password and not near(url.hostname or ""):
        faults.append(_("REDIS_URL points far away without TLS nor password: use rediss:// or a password."))
    return faults


def near(host: str) -> bool:
    """Is that host of a private network: a bare name, a private address, a name that only hosts inside know?"""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(PRIVATE)


def _taste_faults(settings: Settings) -> list[str]:
    faults = []
    if settings.language not in ("fr", "en"):
        faults.append(_("DEFAULT_LANGUAGE must be fr or en."))
    try:
        ZoneInfo(settings.timezone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        faults.append(_("DEFAULT_TIMEZONE must be a place of the time zone database, such as Europe/Paris."))
    return faults


def checked() -> Settings:
    """The settings of a process that is about to work; raises WrongSettings with a sentence a fault."""
    known = current()
    if faults := check(known, dict(os.environ)):
        raise WrongSettings(faults)
    return known


@functools.cache
def current() -> Settings:
    """The settings of this process, read once."""
    return read()


def use(settings: Settings) -> None:
    """Take these settings from now on (tests and `make run`)."""
    global current
    current = functools.cache(lambda: settings)
