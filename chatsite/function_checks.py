"""Refuses settings that name a function by its dotted path, where there is no such function."""

from contextlib import suppress
from inspect import iscoroutinefunction, signature

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string


@register()
def check_may_talk(**kwargs: object) -> list[CheckMessage]:
    if _is_function(settings.CHAT_MAY_TALK):
        return []
    message = f"CHAT_MAY_TALK names {settings.CHAT_MAY_TALK!r}, which is no function: no conversation could be opened."
    return [Error(message, hint="Write its dotted path: practice.rules.may_talk", id="chatsite.E010")]


@register()
def check_told(**kwargs: object) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    for name in ("CHAT_MESSAGE_DETAILS", "CHAT_TOLD"):
        path = getattr(settings, name)
        if path and not _is_function(path):
            message = f"{name} names {path!r}, which is no function: details of messages, or lists, would fail."
            problems.append(Error(message, hint="Write its dotted path, or nothing.", id="chatsite.E025"))
    return problems


@register()
def check_sms_sender(**kwargs: object) -> list[CheckMessage]:
    if not settings.SMS_SENDER or _sends_texts(settings.SMS_SENDER):
        return []
    message = f"SMS_SENDER names {settings.SMS_SENDER!r}, which is no function of a number and a text: no text message "
    message += "would leave."
    return [Error(message, hint="Write its dotted path, or nothing: clinic.sms.send", id="chatsite.E026")]


def _sends_texts(path: str) -> bool:
    # It is the practice's own module, which may break in any way.
    with suppress(Exception):
        function = import_string(path)
        signature(function).bind("+33612345678", "")
        return callable(function) and not iscoroutinefunction(function)
    return False


def _is_function(path: str) -> bool:
    # A name that begins with a dot is a ValueError or a TypeError.
    with suppress(ImportError, ValueError, TypeError):
        return callable(import_string(path))
    return False
