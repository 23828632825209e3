"""The page "who saw this conversation", for its two people."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Role, User
from accounts.requests import PersonRequest
from audit import trail
from audit.actions import Action
from chat.models import Chat
from chat.pages import links
from chat.search.asked import parse_day
from chat.services.access import Access, Accessor, AccessPage, Kind, Who, who_saw
from chatsite import dates
from chatsite.http.error_pages import shows_refusals

# Each is what one person did, with the name before it.
_WORDS = {
    Kind.MESSAGES: gettext_lazy("Opened the messages"),
    Kind.APP: gettext_lazy("Received messages in an app"),
    Kind.SEARCH: gettext_lazy("Found messages by a search"),
    Kind.FILE: gettext_lazy("Opened a photo or a document"),
    Kind.PRINT: gettext_lazy("Opened the messages to print them"),
    Kind.ADMINISTRATION: gettext_lazy("Looked at who writes here and when, not at the messages"),
}


@dataclass(frozen=True)
class ShownAccess:
    words: str
    # "10:02", "10:02 – 10:47"; empty where only the day is known.
    times: str
    device: str


@dataclass(frozen=True)
class ShownPerson:
    name: str
    role: str
    is_you: bool
    accesses: list[ShownAccess]


@dataclass(frozen=True)
class ShownDay:
    words: str
    date: date
    people: list[ShownPerson]


@dataclass(frozen=True)
class AccessPart:
    """The page, and the address of its next part."""

    chat: Chat
    other: User
    days: list[ShownDay]
    url: str
    thread_url: str
    older_url: str
    is_continued: bool


@require_safe
@shows_refusals
def access(request: PersonRequest, chat_id: int) -> HttpResponse:
    user, chat = request.user, Chat.objects.open_for(request.user, chat_id)
    before = parse_day(request.GET, "before")
    page = who_saw(user, chat=chat, before=before)
    trail.record(Action.ACCESS, chat=chat.pk)
    return render(request, "chat/access.html", {"part": _part(user, chat, page, is_continued=before is not None)})


def _part(user: User, chat: Chat, page: AccessPage, *, is_continued: bool) -> AccessPart:
    url, today = links.access_url(user, chat), datetime.now(user.zone).date()
    days = [
        ShownDay(dates.weekday_and_day(day.date, today), day.date, [_person(one) for one in day.people])
        for day in page.days
    ]
    return AccessPart(
        chat=chat,
        other=chat.other_than(user),
        days=days,
        url=url,
        thread_url=links.list_url(user, chat),
        older_url=f"{url}?{urlencode({'before': page.before})}" if page.before else "",
        is_continued=is_continued,
    )


def _person(one: Accessor) -> ShownPerson:
    is_you = one.who == Who.YOU
    role = str(Role(one.role).label) if one.role in Role.values else ""
    name = _("You") if is_you else one.person.display_name
    return ShownPerson(name, "" if is_you else role, is_you, [_access(access) for access in one.accesses])


def _access(access: Access) -> ShownAccess:
    return ShownAccess(str(_WORDS[access.kind]), _times(access.at, access.until), access.device)


def _times(at: datetime | None, until: datetime | None) -> str:
    if at is None or until is None:
        return ""
    first, last = dates.hour(at), dates.hour(until)
    return first if first == last else f"{first} – {last}"
