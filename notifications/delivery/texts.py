"""Text messages: that something has been unread for an hour, or that an appointment comes, to those who want them."""

import logging
from datetime import datetime

from django.utils import translation

from accounts.models import User
from audit.actions import Action
from notifications import content, metrics
from notifications.channels.sms import Gateway, Result
from notifications.delivery import appointment_news, messages
from notifications.delivery.letters import name_in_mails
from notifications.delivery.noted import note_sent
from notifications.models import Notice
from notifications.plan.messages import TEXT_STEP
from notifications.services import claims
from notifications.services.claims import Claim
from notifications.services.preferences import wants_texts

logger = logging.getLogger("notifications.sms")


def about_messages(claim: Claim, now: datetime, gateway: Gateway) -> Result | None:
    """Send what is still unread and wanted, now or when it may leave; None where nothing is sent now."""
    due = messages.due_now(claim, now, wants=wants_texts)
    if due is None:
        return None
    with translation.override(due.person.language):
        unread = sum(episode.unread for episode in due.unread)
        text = content.text_about_messages(unread=unread, name=name_in_mails())
    result = _send(claim, due.notices, now, person=due.person, text=text, gateway=gateway)
    if not result.error:
        messages.note_told(claim, due, now, steps=[int(TEXT_STEP.total_seconds()) // 60])
    return result


def about_appointments(claim: Claim, now: datetime, gateway: Gateway) -> Result | None:
    """Remind of what is still so and wanted, now or after quiet hours; None where nothing is sent now."""
    due = appointment_news.due_now(claim, now, wants=wants_texts)
    if due is None:
        return None
    with translation.override(due.person.language):
        text = content.text_about_appointments(name=name_in_mails())
    return _send(claim, due.notices, now, person=due.person, text=text, gateway=gateway)


def _send(claim: Claim, notices: list[Notice], now: datetime, *, person: User, text: str, gateway: Gateway) -> Result:
    result = gateway.send(person.phone, text)
    if not result.error:
        metrics.SMS_SENT.inc()
        note_sent(Action.SMS, claim, notices)
        claims.done(claim, notices, now, state=Notice.State.SENT)
        return result
    metrics.SMS_TRIES_FAILED.inc()
    logger.warning("a text message was not sent: %s", result.error)
    if claims.failed(claim, notices, now, error=result.error, for_good=result.for_good):
        metrics.SMS_FAILED.inc()
        logger.error("a text message is given up: %s", result.error)
    return result
