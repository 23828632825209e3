"""What is noted, in plain words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    # What somebody saw of a conversation.
    PAGE = "page", _("Opened messages")
    SYNC = "sync", _("Received messages in an app")
    SINCE = "since", _("Received new messages")
    READ = "read", _("Read new messages")
    SEARCH = "search", _("Found messages by a search")
    FILE = "file", _("Opened a file")
    PRINT = "print", _("Opened the messages to print them")
    LIST = "list", _("Opened the list of conversations")
    ACCESS = "access", _("Looked at who saw the conversation")
    # What left the server, without its content.
    MAIL = "mail", _("Mail sent")
    PUSH = "push", _("Notification sent")
    SMS = "sms", _("Text message sent")
    # Who came in, and who was refused.
    SIGN_IN = "sign_in", _("Signed in")
    SIGN_OUT = "sign_out", _("Signed out")
    SIGN_IN_REFUSED = "sign_in_refused", _("Sign-in refused")
    REFUSED = "refused", _("Access refused")
    # What was changed, and by whom.
    PASSWORD = "password", _("Password changed")
    ACCOUNT = "account", _("Address or second factor changed, or asked to")
    ROLE = "role", _("Account opened or closed, role or right changed")
    SETTINGS = "settings", _("Settings changed")
    ADMIN_VIEW = "admin_view", _("Looked at in the administration")
    ADMIN_CHANGE = "admin_change", _("Change in the administration")
    AUDIT_EXPORT = "audit_export", _("Audit exported")
    # Of the trail itself.
    RESTORED = "restored", _("Restored from a backup")
    GAP = "gap", _("Entries lost")
