"""System checks: faults that would make the chat lose, leak or refuse data, reported before it serves."""

import re
from contextlib import suppress
from importlib import import_module
from ipaddress import ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.checks.security import base as django_rule
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.http.request import validate_host

from chatsite.environment import HOW_TO_MAKE_ONE
from chatsite.redis_address import HOW, UnusableAddress, parse

# As Django compares it: a name or an address, or a domain with all below it.
_HOST = re.compile(r"\.?[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:.]+\]")
# In lower case, without a path, and without the port that belongs to the scheme.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?")
# What `secrets.token_urlsafe(12)` makes.
SHORTEST_TOKEN = 16
_USUAL_PORT = re.compile(r"http://.*:80|https://.*:443")
# A name of at least two parts, which no address is; with a dot before it, all below it.
_PUSH_HOST = re.compile(r"\.?([a-z0-9-]+\.)+[a-z][a-z0-9-]*")
# A push service of the tests, where the site itself is on this machine alone.
_STAND_IN = re.compile(r"(127\.0\.0\.1|localhost):[0-9]{1,5}")
HOW_TO_SWITCH_IT_OFF = "Write DEBUG=0, spelt so. To try the chat on this machine, leave PUBLIC_URL out."
HOW_TO_NAME_IT = 'Write it as people know it: CLINIC_NAME="Cabinet du Dr Martin"'


def secret_problem() -> str | None:
    """Return what is wrong with a key that is accepted, by Django's own rule; None if nothing, or with DEBUG on."""
    if settings.DEBUG or settings.TESTING:
        return None
    try:
        present = settings.SECRET_KEY
    except ImproperlyConfigured:
        return "SECRET_KEY is empty, and DEBUG is off."
    earlier = (_key_problem("A key of SECRET_KEY_FALLBACKS", key) for key in settings.SECRET_KEY_FALLBACKS)
    return _key_problem("SECRET_KEY", present) or next(filter(None, earlier), None)


def _key_problem(name: str, key: str) -> str | None:
    if key.startswith(django_rule.SECRET_KEY_INSECURE_PREFIX):
        return f"{name} is not set, or is the one for development, and DEBUG is off."
    if len(key) < django_rule.SECRET_KEY_MIN_LENGTH:
        return f"{name} has fewer than {django_rule.SECRET_KEY_MIN_LENGTH} characters, and DEBUG is off."
    if len(set(key)) < django_rule.SECRET_KEY_MIN_UNIQUE_CHARACTERS:
        return f"{name} has fewer than {django_rule.SECRET_KEY_MIN_UNIQUE_CHARACTERS} different characters."
    return None


def name_problem() -> str | None:
    """Return what is wrong with the name of the clinic; None if nothing, or with DEBUG on."""
    if settings.DEBUG or settings.TESTING or settings.CLINIC_NAME.strip():
        return None
    return "CLINIC_NAME is not set, and DEBUG is off: pages and mails would name nobody."


def debug_problem() -> str | None:
    """Return what is wrong with DEBUG, which a line that is missing or misspelt leaves on; None if nothing."""
    if not settings.DEBUG or settings.TESTING or settings.IS_LOCAL_SITE:
        return None
    return f"DEBUG is on, but people reach {settings.PUBLIC_URL}: everybody knows the passwords of the demo."


def demand_production_settings() -> None:
    """Exit with a sentence rather than serve the demo to people, with a guessable secret, or without a name."""
    if settings.HTTPS and (problem := debug_problem()):
        raise SystemExit(f"{problem} {HOW_TO_SWITCH_IT_OFF}")
    if problem := secret_problem():
        raise SystemExit(f"{problem} {HOW_TO_MAKE_ONE}")
    if problem := name_problem():
        raise SystemExit(f"{problem} {HOW_TO_NAME_IT}")


@register(Tags.security)
def check_secret(**kwargs: object) -> list[CheckMessage]:
    problem = secret_problem()
    return [Error(problem, hint=HOW_TO_MAKE_ONE, id="chatsite.E001")] if problem else []


@register(Tags.security)
def check_debug(**kwargs: object) -> list[CheckMessage]:
    # Without https, somebody may develop it, and try it from a phone.
    kind, name = (Error, "chatsite.E043") if settings.HTTPS else (Warning, "chatsite.W002")
    return [kind(problem, hint=HOW_TO_SWITCH_IT_OFF, id=name)] if (problem := debug_problem()) else []


@register()
def check_clinic_name(**kwargs: object) -> list[CheckMessage]:
    problem = name_problem()
    return [Error(problem, hint=HOW_TO_NAME_IT, id="chatsite.E030")] if problem else []


@register(Tags.security)
def check_public_url(**kwargs: object) -> list[CheckMessage]:
    if settings.DEBUG or settings.HTTPS:
        return []
    message = f"PUBLIC_URL is {settings.PUBLIC_URL}: passwords and conversations travel unencrypted."
    hint = "Put a proxy with a certificate in front and set PUBLIC_URL to its https:// address."
    return [Warning(message, hint=hint, id="chatsite.W001")]


@register(Tags.security)
def check_proxies(**kwargs: object) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    for entry in settings.TRUSTED_PROXIES:
        try:
            ip_network(entry.strip(), strict=False)
        except ValueError:
            message = f"TRUSTED_PROXIES names {entry!r}, which is no address: every request would fail."
            problems.append(
                Error(message, hint="Write addresses or networks: 10.0.0.5,10.1.0.0/16", id="chatsite.E007")
            )
    return problems


@register(Tags.security, deploy=True)
def check_proxy_of_https(**kwargs: object) -> list[CheckMessage]:
    if not settings.HTTPS or settings.TRUSTED_PROXIES:
        return []
    message = "PUBLIC_URL is https, so a proxy is in front, but TRUSTED_PROXIES is empty: to the chat, all people have "
    message += "the address of the proxy, and the limits of one stop all."
    return [Error(message, hint="Write the addresses of your proxies: TRUSTED_PROXIES=127.0.0.1", id="chatsite.E021")]


@register(Tags.security)
def check_security_contact(**kwargs: object) -> list[CheckMessage]:
    if not settings.SECURITY_CONTACT or re.fullmatch(r"(mailto:|https://|tel:)[!-~]+", settings.SECURITY_CONTACT):
        return []
    message = f"SECURITY_CONTACT is {settings.SECURITY_CONTACT!r}, which is no address to write to."
    return [Error(message, hint="Write mailto:security@example.org or https://…", id="chatsite.E022")]


@register(Tags.security)
def check_metrics_token(**kwargs: object) -> list[CheckMessage]:
    if re.fullmatch(r"[!-~]*", settings.METRICS_TOKEN):
        return []
    message = "METRICS_TOKEN has a space, or a sign that is no ASCII: nobody could read /metrics."
    return [Error(message, hint=HOW_TO_MAKE_ONE, id="chatsite.E042")]


@register(Tags.security, deploy=True)
def check_length_of_metrics_token(**kwargs: object) -> list[CheckMessage]:
    if not 0 < len(settings.METRICS_TOKEN) < SHORTEST_TOKEN:
        return []
    message = f"METRICS_TOKEN has fewer than {SHORTEST_TOKEN} characters: whoever guesses it reads /metrics."
    return [Warning(message, hint=HOW_TO_MAKE_ONE, id="chatsite.W003")]


@register(Tags.security)
def check_cors_origins(**kwargs: object) -> list[CheckMessage]:
    for origin in settings.CORS_ALLOWED_ORIGINS:
        if not _is_exact_origin(origin):
            message = f"CORS_ORIGINS names {origin!r}, which no browser sends as an exact origin."
            hint = "Write each as browsers do: https://app.example.org,capacitor://localhost. No *, no null, no path, "
            hint += "no slash at the end."
            return [Error(message, hint=hint, id="chatsite.E020")]
    return []


def _is_exact_origin(text: str) -> bool:
    with suppress(ValueError):
        # urlsplit checks the port only when it is read, and an address in brackets by itself.
        return bool(_ORIGIN.fullmatch(text) and not _USUAL_PORT.fullmatch(text) and urlsplit(text).port != 0)
    return False


@register(Tags.security)
def check_push_hosts(**kwargs: object) -> list[CheckMessage]:
    for host in settings.CHAT_PUSH_HOSTS:
        if not _PUSH_HOST.fullmatch(host) and not (settings.IS_LOCAL_SITE and _STAND_IN.fullmatch(host)):
            message = f"CHAT_PUSH_HOSTS names {host!r}, which is no name of a push service."
            hint = "Write names alone: push.example.org,.example.org. Pushes leave by https and port 443."
            return [Error(message, hint=hint, id="chatsite.E024")]
    return []


@register("processes")
def check_processes(**kwargs: object) -> list[CheckMessage]:
    if settings.PROCESSES <= 1 or settings.REDIS_URL:
        return []
    message = f"PROCESSES is {settings.PROCESSES}, but REDIS_URL is not set: sockets of one miss the events of another."
    return [Error(message, hint="Set REDIS_URL, or serve with one process.", id="chatsite.E002")]


@register()
def check_redis_url(**kwargs: object) -> list[CheckMessage]:
    try:
        if settings.REDIS_URL:
            parse(settings.REDIS_URL)
    except UnusableAddress as error:
        # The value is not quoted: it may contain a password.
        message = f"REDIS_URL is no address of a Redis: processes could not reach each other. {error}"
        return [Error(message, hint=HOW, id="chatsite.E009")]
    return []


@register()
def check_hosts(**kwargs: object) -> list[CheckMessage]:
    for host in settings.ALLOWED_HOSTS:
        if host != "*" and not _HOST.fullmatch(host):
            message = f"ALLOWED_HOSTS names {host!r}, which is no name of a host: no request would be allowed."
            hint = "Write names alone, without a port: chat.example.org,.clinic.example.org,10.0.0.5"
            return [Error(message, hint=hint, id="chatsite.E011")]
    public = urlsplit(settings.PUBLIC_URL).hostname or ""
    # As requests name it, an address of IPv6 in brackets.
    if validate_host(f"[{public}]" if ":" in public else public, settings.ALLOWED_HOSTS):
        return []
    message = f"ALLOWED_HOSTS leaves out {public}, the host of PUBLIC_URL: no request of people would be allowed."
    return [Error(message, hint=f"Add {public}, or leave ALLOWED_HOSTS out.", id="chatsite.E011")]


@register()
def check_mail(**kwargs: object) -> list[CheckMessage]:
    try:
        # Reads the settings, and opens no connection.
        get_connection()
    except (ImportError, ImproperlyConfigured, ValueError) as error:
        # The error is not quoted: EMAIL_URL may contain a password.
        hint = f"Write smtp+tls://user:password@host:587 ({type(error).__name__})"
        return [Error("EMAIL_URL cannot be used: no mail could be sent.", hint=hint, id="chatsite.E014")]
    return []


@register()
def check_reactions(**kwargs: object) -> list[CheckMessage]:
    for sign, word in settings.CHAT_REACTIONS.items():
        if not 1 <= len(sign) <= 16 or "/" in sign or not word.strip():
            message = f"CHAT_REACTIONS names {sign!r}: a sign has 1 to 16 characters, no slash, and a word."
            return [Error(message, hint='Write CHAT_REACTIONS="👍=Bien compris,🙏=Merci".', id="chatsite.E008")]
    return []


@register(Tags.translation)
def check_formats(**kwargs: object) -> list[CheckMessage]:
    """Without its forms, a language would write dates in those of Django, or fail on a name that Django lacks."""
    problems: list[CheckMessage] = []
    needed = _forms_of(settings.LANGUAGE_CODE)
    for language, _ in settings.LANGUAGES:
        if missing := sorted(needed - _forms_of(language)):
            hint = f"Write chatsite/formats/{language}/formats.py as that of {settings.LANGUAGE_CODE}."
            problems.append(Error(f"The language {language} lacks {missing[0]}.", hint=hint, id="chatsite.E023"))
    return problems


def _forms_of(language: str) -> set[str]:
    try:
        return {name for name in dir(import_module(f"chatsite.formats.{language}.formats")) if name.isupper()}
    except ModuleNotFoundError:
        return set()
