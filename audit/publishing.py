"""The head of the chain, where no account of the database can change it: in a mail, a file, the log."""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import send_mail

from audit.chain import End, present_end
from audit.models import Head
from chatsite import lately

logger = logging.getLogger("audit")


def publish_head(now: datetime) -> End:
    """Publish it wherever the settings say, and in the log; return it. Raises OSError where that fails."""
    end = present_end()
    line = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {end.row} {end.digest}"
    logger.info("the head of the audit: %s", line)
    Head.objects.update_or_create(pk=Head.PUBLISHED, defaults={"row": end.row, "digest": end.digest})
    if settings.AUDIT_HEAD_FILE:
        with Path(settings.AUDIT_HEAD_FILE).open("a", encoding="ascii") as file:
            file.write(f"{line}\n")
    if settings.AUDIT_HEAD_MAIL:
        text = (
            f"{line}\n\nKeep this mail. It shows later that no row of the audit was changed or removed since:\n\n"
            f"manage.py verify_audit --head {end.row}:{end.digest}@{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n"
        )
        try:
            send_mail(f"Audit {end.row}", text, None, [settings.AUDIT_HEAD_MAIL])
        except OSError as error:
            lately.failed("mail", type(error).__name__)
            raise
        lately.worked("mail")
    return end


def last_published() -> End | None:
    """The head that was published last: as the file says, where it can be read, else as far as this database knows."""
    return _last_in_file() or _last_known()


def _last_known() -> End | None:
    head = Head.objects.filter(pk=Head.PUBLISHED).first()
    return End(head.row, head.digest) if head else None


def _last_in_file() -> End | None:
    try:
        *_, line = Path(settings.AUDIT_HEAD_FILE or os.devnull).read_text("ascii").splitlines()
        _, row, digest = line.split()
        # Neither is a word of the file's: a row of the audit has names from our code alone.
        return End(int(row), bytes.fromhex(digest).hex())
    except (OSError, ValueError):
        return None
