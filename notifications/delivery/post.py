"""Handing one mail over, and noting what became of it."""

import logging
from datetime import datetime

from audit.actions import Action
from chatsite import lately
from notifications import metrics
from notifications.channels.mail import Mail, MailBox, Unsent, may_leave
from notifications.delivery.noted import note_sent
from notifications.models import Notice
from notifications.services import claims
from notifications.services.claims import Claim

logger = logging.getLogger("notifications.mail")


def post(claim: Claim, notices: list[Notice], now: datetime, *, mail: Mail, box: MailBox) -> bool:
    """Send the mail for these notices; True when it left. Raises Unsent when the mail server itself is down."""
    if not may_leave(mail.to):
        logger.warning("a mail was not sent: DEBUG is on, or nobody has its domain")
        claims.done(claim, notices, now, state=Notice.State.SKIPPED)
        return False
    try:
        box.send(mail)
    except Unsent as error:
        metrics.MAIL_TRIES_FAILED.inc()
        # Its kind alone: what a server says has the address.
        logger.warning("a mail was not sent: %s", error.kind)
        if claims.failed(claim, notices, now, error=error.kind, for_good=error.for_good):
            metrics.MAILS_FAILED.inc()
            logger.error("a mail is given up: %s", error.kind)
        if error.is_down:
            lately.failed("mail", error.kind)
            raise
        return False
    lately.worked("mail")
    metrics.MAILS_SENT.inc()
    note_sent(Action.MAIL, claim, notices)
    claims.done(claim, notices, now, state=Notice.State.SENT)
    return True
