"""The navigation between the pages of a person, with the number of unread messages."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import PersonRequest
from chat.models.side import role_of
from chat.pages import links
from chat.pages.thread import shared_facts
from chat.services.chats import total_unread

register = template.Library()

_SECTIONS = {"patient_chat": "messages", "professional_chat": "messages", "profile": "profile"}


@register.inclusion_tag("_nav.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    """The links of the navigation for this person."""
    request: PersonRequest = context["request"]
    user = request.user
    shared = {"request": request, "csrf_token": context["csrf_token"], "clinic_name": context["clinic_name"]}
    shared["section"] = _section(getattr(request.resolver_match, "url_name", None) or "")
    if user.is_doctor:
        places = {"chat_url": links.list_url(user), "visits_url": reverse("professional_consultations")}
        return shared | places | {"visits_word": _("Consultations"), "unread": total_unread(user)}
    if user.is_patient:
        places = {"chat_url": links.list_url(user), "visits_url": reverse("patient_visits")}
        return shared | places | {"visits_word": _("Appointments"), "unread": total_unread(user)}
    return shared


@register.inclusion_tag("_unread.html", takes_context=True)
def live_badge(context: Context) -> dict[str, Any]:
    """The facts that keep the number of the navigation up to date on a page without conversations."""
    request: PersonRequest = context["request"]
    user = request.user
    if role_of(user) is None:
        return {"facts": None}
    return {"facts": shared_facts(user) | (context.get("more_facts") or {})}


def _section(url_name: str) -> str:
    if url_name.startswith(("patient_visit", "professional_consultation")):
        return "visits"
    page = url_name.removesuffix("_open").removesuffix("_files").removesuffix("_print").removesuffix("_search")
    return _SECTIONS.get(page, "")
