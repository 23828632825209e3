"""Conversations and messages in the admin: who, when and how many; never texts or files."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import PersonAdmin
from accounts.models import User
from chat.admin_lists import MetadataAdmin, column, link
from chat.models import Attachment, Chat, Message


@admin.display(description=_("Stored files"))
def stored_files(owner: User | Chat) -> str:
    """How many files, their size without the small pictures, and how many of them no message has yet."""
    mine = Q(uploader=owner) if isinstance(owner, User) else Q(chat=owner)
    found = Attachment.objects.filter(mine).aggregate(
        count=Count("pk"), size=Sum("file_size"), waiting=Count("pk", filter=Q(message=None))
    )
    text = ngettext("%(count)d file, %(size)s", "%(count)d files, %(size)s", found["count"])
    shown = text % {"count": found["count"], "size": filesizeformat(found["size"] or 0)}
    if not found["waiting"]:
        return shown
    return f"{shown} ({gettext('not in a message yet: %(count)d') % {'count': found['waiting']}})"


PersonAdmin.facts.append(stored_files)


@admin.register(Chat)
class ChatAdmin(MetadataAdmin):
    list_select_related = ["doctor", "patient"]
    list_display = [
        column(_("Number"), "pk"),
        column(_("Doctor"), "doctor"),
        column(_("Patient"), "patient"),
        column(_("Messages"), "message_count"),
        column(_("Unread by the doctor"), "doctor_unread"),
        column(_("Unread by the patient"), "patient_unread"),
        column(_("Last message"), "last_message_at"),
    ]

    @admin.display(description=_("Messages"))
    def messages(self, chat: Chat) -> SafeString:
        """A link to the messages, with their number."""
        url = reverse("admin:chat_message_changelist")
        return format_html('<a href="{}?chat__id__exact={}">{}</a>', url, chat.pk, chat.message_count)

    # Any: Django also takes functions here, which its stubs do not know.
    fields: ClassVar[list[Any]] = [
        link(_("Doctor"), "doctor", "accounts_user"),
        link(_("Patient"), "patient", "accounts_user"),
        column(_("Opened"), "created_at"),
        column(_("Last message"), "last_message_at"),
        "messages",
        stored_files,
        column(_("Unread by the doctor"), "doctor_unread"),
        column(_("Read by the doctor"), "doctor_read_at"),
        column(_("Unread by the patient"), "patient_unread"),
        column(_("Read by the patient"), "patient_read_at"),
        column(_("Changes"), "seq"),
    ]

    @staticmethod
    def with_number(queryset: QuerySet[Chat], number: int) -> QuerySet[Chat]:
        return queryset.filter(Q(pk=number) | Q(doctor_id=number) | Q(patient_id=number))

    @staticmethod
    def with_people(queryset: QuerySet[Chat], people: list[int]) -> QuerySet[Chat]:
        return queryset.filter(Q(doctor_id__in=people) | Q(patient_id__in=people))


@admin.register(Message)
class MessageAdmin(MetadataAdmin):
    list_select_related = ["sender"]
    list_display = [
        column(_("Number"), "pk"),
        column(_("Conversation"), "chat_id"),
        column(_("Sender"), "sender"),
        column(_("Role"), "get_sender_role_display"),
        column(_("Kind"), "get_message_type_display"),
        column(_("Read"), "is_read", boolean=True),
        column(_("Sent"), "created_at"),
    ]
    fields: ClassVar[list[Any]] = [
        link(_("Conversation"), "chat", "chat_chat"),
        link(_("Sender"), "sender", "accounts_user"),
        column(_("Role"), "get_sender_role_display"),
        column(_("Kind"), "get_message_type_display"),
        column(_("Type of file"), "file_type"),
        column(_("Size in bytes"), "file_size"),
        column(_("Sent"), "created_at"),
        column(_("Read"), "read_at"),
        column(_("Corrected"), "edited_at"),
        column(_("Retracted"), "retracted_at"),
        column(_("Change number"), "seq"),
        column(_("Client's number"), "client_id"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        # What the admin must not show is not even loaded.
        return super().get_queryset(request).defer("message_text", "file_url", "file_name", "digest")

    @staticmethod
    def with_number(queryset: QuerySet[Message], number: int) -> QuerySet[Message]:
        return queryset.filter(Q(pk=number) | Q(chat_id=number))

    @staticmethod
    def with_people(queryset: QuerySet[Message], people: list[int]) -> QuerySet[Message]:
        chats = Chat.objects.filter(Q(doctor_id__in=people) | Q(patient_id__in=people))
        return queryset.filter(chat_id__in=list(chats.order_by("-last_message_id").values_list("pk", flat=True)[:1000]))
