"""Reads settings from the environment. An unreadable value stops the start with a sentence that names the setting."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.errors import ObsoleteHeaderDefect
from email.policy import EmailPolicy
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

from chatsite import env_file, key_files

if TYPE_CHECKING:
    from chatsite.push_credentials import ApnsKey, ServiceAccount

Number = TypeVar("Number", int, float)
Value = TypeVar("Value")

# What a kind of process has by default, by setting. The environment and the file of settings go before.
process_defaults: dict[str, str] = {}


@contextmanager
def demanded(name: str, how: str) -> Iterator[None]:
    """Exit with a sentence if reading this setting fails. The sentence leaves the value out: it may be a password."""
    try:
        yield
    except (ImproperlyConfigured, LookupError, OSError, TypeError, ValueError):
        raise SystemExit(f"{name} cannot be used. {how}") from None


class Environment(environ.Env):
    def __init__(self) -> None:
        super().__init__()
        # The default of each setting that was asked for; `settings_table` describes them all. And the names that the
        # file has.
        self.asked: dict[str, Any] = {}
        self.written: set[str] = set()

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        """A leading "$" is part of the value: a reference that nothing resolves must not become the default."""
        self.asked.setdefault(var, default)
        if var in process_defaults and var not in self.ENVIRON:
            return self.parse_value(process_defaults[var], cast)
        value = self.ENVIRON.get(var)
        if isinstance(value, str) and (_UNSEEN.search(value) or ("\n" in value and var not in _OF_LINES)):
            raise SystemExit(f"{var} cannot be used. Write it in one line of UTF-8, without signs that cannot be seen.")
        if isinstance(value, str) and value.startswith("$"):
            return self.parse_value(value, cast)
        return super().get_value(var, cast, default, parse_default)

    def file(self, name: str, default: Path) -> None:
        """Read the file of settings. The default file may be missing; any other has to exist."""
        path = self(name, default=default)
        with demanded(name, "Name a file with one NAME=value on each line."):
            try:
                text = Path(path).read_text("utf-8-sig")
            except FileNotFoundError:
                if path == default:
                    return
                raise
            except PermissionError:
                raise SystemExit(f"{name} cannot be used. This account may not read {path}.") from None
        try:
            found = env_file.values(text)
        except env_file.Unreadable as wrong:
            raise SystemExit(f"{name} cannot be used. {wrong}") from None
        self.written = set(found)
        for setting, value in found.items():
            self.ENVIRON.setdefault(setting, value)

    def secret(self, name: str, *, default: str) -> str:
        with demanded(name, HOW_TO_MAKE_ONE):
            return _demand(self(name, default=default), str.strip)

    def folder(self, name: str, *, default: Path) -> Path:
        """Its path; one that does not begin with a slash is within the release."""
        with demanded(name, "Write the path of a folder: /srv/chat/assets"):
            written = _demand(self(name, default=str(default)).strip(), lambda path: path and not path.startswith("~"))
            return default.parent / written

    def numbers(self, name: str, *, default: list[str]) -> list[str]:
        with demanded(name, "Write numbers as one dials them, by commas: 15,112"):
            found = [number.strip() for number in self.list(name, default=default)]
            return _demand(found, lambda numbers: numbers and all(map(_NUMBER.fullmatch, numbers)))

    def origins(self, name: str) -> list[str]:
        """Which of them no browser sends, `chatsite.checks` says."""
        with demanded(name, "Write each as browsers do: https://app.example.org,capacitor://localhost"):
            return _demand(
                self.list(name, default=[]), lambda origins: [urlsplit(origin) for origin in origins] or True
            )

    def switch(self, name: str, *, default: bool) -> bool:
        with demanded(name, "Write 1 or 0."):
            value = self(name, default=str(default)).strip().lower()
            return {**dict.fromkeys(self.BOOLEAN_TRUE_STRINGS, True), **dict.fromkeys(_OFF, False)}[value]

    def whole(self, name: str, *, default: int, least: int = 1, most: int = 2**31 - 1) -> int:
        with demanded(name, f"Write a whole number from {least} to {most}."):
            return _within(self.int(name, default=default), least, most)

    def hours(self, name: str, *, default: float) -> float:
        # 570 years: a moment that long ago is still a valid date.
        with demanded(name, "Write a number of hours."):
            # Not `float` of django-environ, which takes the digits out of any text.
            return _within(float(self(name, default=str(default))), 0, 5_000_000)

    def pairs(self, name: str) -> dict[str, str]:
        with demanded(name, "Write first=one,second=another."):
            return self.dict(name, default={})

    def zone(self, name: str, *, default: str) -> str:
        with demanded(name, "Write a zone such as Europe/Paris."):
            return ZoneInfo(self(name, default=default)).key

    def level(self, name: str, *, default: str) -> str:
        with demanded(name, "Write DEBUG, INFO, WARNING or ERROR."):
            return logging.getLevelName(logging.getLevelNamesMapping()[self(name, default=default)])

    def choice(self, name: str, *values: str) -> str:
        """One of these, in any case; the first is the default."""
        with demanded(name, f"Write {' or '.join(values)}."):
            return {value: value for value in values}[self(name, default=values[0]).strip().lower()]

    def hsts(self, name: str) -> str:
        """How far the promise of https goes: this host alone, its subdomains, or the lists of browsers."""
        with demanded(name, "Write subdomains or preload, or leave it out."):
            return {value: value for value in ("", "subdomains", "preload")}[self(name, default="")]

    def address(self, name: str, *, default: str) -> SplitResult:
        """The address of a site, as browsers write its origin: in lower case, without the usual port."""
        with demanded(name, "Write it as people type it: https://chat.example.org"):
            parts = urlsplit(self(name, default=default).rstrip("/"))
            # urlsplit checks the port only when it is read.
            if parts.scheme not in _PORTS or not parts.hostname or parts.port == 0:
                raise ValueError
            if parts.username is not None or parts.path or parts.query or parts.fragment:
                raise ValueError
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.encode("idna").decode()
            port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
            return parts._replace(netloc=host + port)

    def scanner(self, name: str) -> tuple[str, Any] | None:
        """The address of a clamd: ("tcp", (host, port)) or ("unix", path); None where there is none."""
        with demanded(name, "Write tcp://host:3310 or unix:///run/clamav/clamd.ctl"):
            value = self(name, default="")
            if not value:
                return None
            parts = urlsplit(value)
            if parts.username is not None or parts.query or parts.fragment:
                raise ValueError
            if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/"):
                return "unix", parts.path
            if parts.scheme == "tcp" and parts.hostname and parts.port and parts.path in ("", "/"):
                return "tcp", (parts.hostname, parts.port)
            raise ValueError

    def push_key(self, name: str) -> str:
        with demanded(name, "Copy it whole from the file push.key of another machine."):
            return _demand(self(name, default="").strip(), lambda key: not key or key_files.is_push_key(key))

    def encryption_keys(self, name: str) -> list[str]:
        with demanded(name, "Copy it whole from the file second-factor.key of another machine. Several: by commas."):
            keys = [key.strip() for key in self.list(name, default=[])]
            return _demand(keys, lambda keys: all(map(key_files.is_encryption_key, keys)))

    def service_account(self, name: str) -> "ServiceAccount | None":
        with demanded(name, "Write the path of the service account's JSON from Google's console, or the JSON itself."):
            value = self(name, default="").strip()
            return _push_credentials().service_account(value) if value else None

    def apns(self) -> "ApnsKey | None":
        """The key of an app of Apple, of four settings: all or none."""
        together = f"{', '.join(_APNS[:-1])} and {_APNS[-1]} go together."
        values = {name: self(name, default="").strip() for name in _APNS}
        if not any(values.values()):
            return None
        credentials = _push_credentials()
        with demanded("APNS_KEY", f"Write the path of the .p8 from Apple, or what it has. {together}"):
            key = credentials.signing_key(values["APNS_KEY"])
        for name in ("APNS_KEY_ID", "APNS_TEAM_ID"):
            with demanded(name, f"Write its ten letters and digits, as Apple shows them. {together}"):
                credentials.ten_signs(values[name])
        with demanded("APNS_TOPIC", f"Write the bundle id of the app: org.example.chat. {together}"):
            topic = credentials.topic(values["APNS_TOPIC"])
        return credentials.ApnsKey(values["APNS_KEY_ID"], values["APNS_TEAM_ID"], topic, key)

    def stand_in(self, name: str, *, default: str, is_local: bool) -> str:
        """Where a service is: elsewhere for tests alone, on this machine, where nobody reaches this site either."""
        with demanded(name, "Leave it empty: it is for tests, with PUBLIC_URL and the service on this machine."):
            value = self(name, default="")
            if value and not (is_local and _STAND_IN.fullmatch(value)):
                raise ValueError
            return value or default

    def mail(self, name: str, *, default: str) -> dict[str, Any]:
        with demanded(name, "Write smtp+tls://user:password@host:587"):
            found = self.email_url(name, default=default)
            is_smtp = found["EMAIL_BACKEND"] == self.EMAIL_SCHEMES["smtp"]
            # Elsewhere the name means TLS from the first byte, which the library takes for STARTTLS.
            if self(name, default=default).startswith("smtps:") and found["EMAIL_PORT"] not in (25, 587):
                found |= {"EMAIL_USE_TLS": False, "EMAIL_USE_SSL": True}
            return _demand(found, lambda mail: mail["EMAIL_HOST"] or not is_smtp)

    def sender(self, name: str, *, default: str) -> str:
        with demanded(name, "Write no-reply@example.org or Name <no-reply@example.org>."):
            sender = self(name, default=default)
            header = EmailPolicy().header_factory("From", sender)
            broken = [defect for defect in header.defects if not isinstance(defect, ObsoleteHeaderDefect)]
            if broken or len(header.addresses) != 1 or not header.addresses[0].domain:
                raise ValueError
            return sender


def _push_credentials() -> ModuleType:
    # What opens keys takes a while to load, and few installations have any.
    return import_module("chatsite.push_credentials")


HOW_TO_MAKE_ONE = "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
# What is no UTF-8 comes from the environment as surrogates.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# They may be written with what their files have.
_OF_LINES = ("APNS_KEY", "FCM_CREDENTIALS")
_NUMBER = re.compile(r"\+?[0-9][0-9 ]{0,19}", re.ASCII)
_APNS = ("APNS_KEY", "APNS_KEY_ID", "APNS_TEAM_ID", "APNS_TOPIC")
_STAND_IN = re.compile(r"https?://(127\.0\.0\.1|localhost):[0-9]{1,5}")
_PORTS = {"http": 80, "https": 443}
_OFF = ("false", "off", "no", "n", "0", "")


def _demand(value: Value, is_right: Callable[[Value], object]) -> Value:
    if not is_right(value):
        raise ValueError
    return value


def _within(value: Number, least: float, most: float) -> Number:
    return _demand(value, lambda number: least <= number <= most)
