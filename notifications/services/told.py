"""How far a message came without anybody looking: what `chat` asks of notifications (CHAT_MESSAGE_DETAILS, CHAT_TOLD).

It says that somebody was told and by what, and never why not: a refusal, quiet hours and what a person wants are their
own.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from chat.models import Chat, Message
from chat.models.side import column, opposite
from chat.services.receipts import Notified
from notifications.models import Notice

_BY: dict[str, str] = {Notice.Channel.MAIL: "email", Notice.Channel.SMS: "sms"}


def notified(message: Message) -> Notified:
    """When the recipient was first told of this message before reading it, and by what."""
    if message.created_at is None:
        return Notified()
    recipient = Chat.objects.filter(pk=message.chat_id).values(column(opposite(message.sender_role), "id"))
    sent = _sent(Value(message.chat_id)).filter(user=Subquery(recipient), done_at__gte=message.created_at)
    if message.read_at:
        # That time has whole seconds.
        sent = sent.filter(done_at__lt=message.read_at + timedelta(seconds=1))
    found = sent.order_by("done_at", "pk").values_list("done_at", "channel").first()
    return Notified(found[0], _BY.get(found[1], "device")) if found else Notified()


def patient_was_told() -> Exists:
    """Whether the patient of the chat was told since the message came, in a query of messages."""
    sent = _sent(OuterRef("chat_id"))
    return Exists(sent.filter(user=OuterRef("chat__patient"), done_at__gte=OuterRef("created_at")))


def _sent(chat_id: Value | OuterRef) -> QuerySet[Notice]:
    """What told somebody of this chat. Mails and text messages tell of everything unread, whichever it is about."""
    of_all = [Notice.Channel.MAIL, Notice.Channel.SMS]
    about = Q(channel__in=of_all, subject__startswith="chat:") | Q(subject=Concat(Value("chat:"), chat_id))
    return Notice.objects.filter(about, state=Notice.State.SENT)
