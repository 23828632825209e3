"""Where the head of the chain is published, as far as an operator should hear of it."""

import os
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email


@register(Tags.security)
def check_mail_of_head(**kwargs: object) -> list[CheckMessage]:
    """A head that reaches nobody proves nothing."""
    try:
        if settings.AUDIT_HEAD_MAIL:
            validate_email(settings.AUDIT_HEAD_MAIL)
    except ValidationError:
        message = "AUDIT_HEAD_MAIL is no mail address: nobody would get the head of the audit."
        return [Error(message, hint="Write one address: dpo@example.org", id="audit.E001")]
    return []


@register(Tags.security, deploy=True)
def check_published_head(**kwargs: object) -> list[CheckMessage]:
    """Without a head outside of the database, whoever can write there can compute the whole chain anew."""
    if not settings.AUDIT_HEAD_MAIL and not settings.AUDIT_HEAD_FILE:
        message = "Neither AUDIT_HEAD_MAIL nor AUDIT_HEAD_FILE is set: nothing shows that the audit was written anew."
        hint = "Set a mail address, or a file where the account of the database cannot write: docs/audit.md."
        return [Warning(message, hint=hint, id="audit.W001")]
    if problem := file_problem():
        hint = "Make the folder, and let the account that runs bin/run worker write there."
        return [Warning(f"{problem}: the head of the audit is not published there.", hint=hint, id="audit.W002")]
    return []


def file_problem() -> str | None:
    """Why the head cannot be appended to AUDIT_HEAD_FILE; None where it can, or where there is none."""
    if not settings.AUDIT_HEAD_FILE:
        return None
    file = Path(settings.AUDIT_HEAD_FILE)
    if not file.parent.is_dir():
        return f"The folder of AUDIT_HEAD_FILE, {file.parent}, does not exist"
    if file.is_dir():
        return f"AUDIT_HEAD_FILE, {file}, is a folder"
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        return f"AUDIT_HEAD_FILE, {file}, cannot be written"
    return None
