"""The search page. Its form posts, so that no address contains what a person searches for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.requests import PersonRequest
from audit import trail
from audit.actions import Action
from audit.errors import AuditUnavailable
from chat.errors import Invalid, QueryTooLong, QueryTooShort, Unavailable
from chat.input import parse_count, parse_id
from chat.limits import QUERY_LONGEST, QUERY_SHORTEST
from chat.models import Attachment, Chat, Message
from chat.pages import links, listing, thread
from chat.pages.refusal_words import words_for_refusal
from chat.search.asked import Asked
from chat.search.contents import kinds_of
from chat.search.find import Hit, find
from chat.search.passages import Passage
from chat.services.seen import note_each_chat
from chatsite import budgets
from chatsite.budgets import buckets
from chatsite.http.error_pages import as_refused, shows_refusals
from chatsite.http.errors import Refusal, TooManyRequests

RESULTS, MOST_RESULTS = 30, 300
_FIELDS = ("q", "chat_id", "type", "from", "to")


@dataclass(frozen=True)
class Result:
    """A message that was found, as its reader sees it; `url` opens the conversation at it."""

    message: Message
    files: Sequence[Attachment]
    other: User
    is_mine: bool
    passage: Passage
    file_names: list[Passage]
    url: str

    @property
    def icons(self) -> list[str]:
        """The icons of its files, photos first."""
        return [kind for kind in ("image", "file") if kind in kinds_of(self.message, self.files)]


@dataclass(frozen=True)
class Search:
    """The form as it was filled in, and its results; None before a search."""

    user: User
    url: str
    fields: dict[str, str]
    chat: Chat | None = None
    other: User | None = None
    results: list[Result] | None = None
    has_more: bool = False
    is_continued: bool = False
    # The number of results that the page already shows before these.
    shown: int = 0
    # A refusal, and where the form shows it: "q", "dates" or "form".
    error: str = ""
    error_at: str = ""
    shortest: ClassVar[int] = QUERY_SHORTEST
    longest: ClassVar[int] = QUERY_LONGEST

    @property
    def q(self) -> str:
        return " ".join(self.fields["q"].split())

    @property
    def kind(self) -> str:
        return self.fields["type"]

    @property
    def has_dates(self) -> bool:
        return bool(self.fields["from"] or self.fields["to"])

    @property
    def count(self) -> int:
        return self.shown + len(self.results or ())

    @property
    def last_id(self) -> int | None:
        """The message after which the next results begin."""
        return self.results[-1].message.pk if self.results else None

    @property
    def back_url(self) -> str:
        return links.list_url(self.user, self.chat)


@require_http_methods(["GET", "HEAD", "POST"])
@shows_refusals
def search(request: PersonRequest) -> HttpResponse:
    """The whole page: the form and, once it was posted, the results."""
    asked, refusal = _search(request)
    context = {
        "part": listing.list_part(request.user, {}),
        "search": asked,
        "view": "thread",
        "title": _("Search in the messages"),
        "page": thread.page_facts(request.user, None),
        "list_url": links.list_url(request.user),
        "search_url": links.search_url(request.user),
        "practice_zone": settings.TIME_ZONE,
    }
    return as_refused(render(request, "chat/chat.html", context), refusal)


@require_POST
@never_cache
@shows_refusals
def results(request: PersonRequest) -> HttpResponse:
    """The results alone, for scripts."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    asked, refusal = _search(request)
    return as_refused(render(request, "chat/_results.html", {"search": asked}), refusal)


def _search(request: PersonRequest) -> tuple[Search, Refusal | None]:
    """The form, with its results if it was posted, and why there are none."""
    user, chat = request.user, _chat(request)
    blank = Search(
        user=user,
        url=links.search_url(user, chat),
        fields=dict.fromkeys(_FIELDS, "") | {"chat_id": str(chat.pk) if chat else ""},
        chat=chat,
        other=chat.other_than(user) if chat else None,
    )
    if request.method != "POST":
        return blank, None
    asking = replace(blank, fields={name: request.POST.get(name, "") for name in _FIELDS})
    try:
        trail.demand()
        buckets.spend(budgets.searches(user.pk))
        return _answered(asking, request.POST), None
    except (Invalid, QueryTooShort, QueryTooLong, Unavailable, AuditUnavailable, TooManyRequests) as refusal:
        return replace(asking, error=words_for_refusal(refusal), error_at=_place_of(refusal)), refusal


def _place_of(refusal: Refusal) -> str:
    """The field beside which the form shows a refusal; below the form where it concerns no field."""
    if isinstance(refusal, Unavailable | AuditUnavailable):
        return "form"
    return "dates" if isinstance(refusal, Invalid) else "q"


def _answered(search: Search, post: Mapping[str, str]) -> Search:
    """The form with its results."""
    before, shown = post.get("before", ""), _number(post, "shown")
    limit = min(_number(post, "limit") or RESULTS, MOST_RESULTS)
    found = find(search.user, replace(Asked.checked(search.user, search.fields | {"before": before}), limit=limit))
    note_each_chat((hit.full for hit in found.hits), Action.SEARCH)
    return replace(
        search,
        results=[_result(search.user, hit) for hit in found.hits],
        has_more=found.has_more,
        is_continued=bool(before) and not shown,
        shown=shown,
    )


def _number(post: Mapping[str, str], name: str) -> int:
    return parse_count(post.get(name) or 0, name)


def _chat(request: PersonRequest) -> Chat | None:
    """The conversation from which the reader came: `?chat=`."""
    asked = request.GET.get("chat")
    return Chat.objects.open_for(request.user, parse_id(asked, "chat")) if asked else None


def _result(user: User, hit: Hit) -> Result:
    message = hit.full.message
    return Result(
        message=message,
        files=hit.full.files,
        other=hit.chat.other_than(user),
        is_mine=message.sender_id == user.pk,
        passage=hit.passage,
        file_names=hit.file_names,
        url=links.message_url(user, hit.chat, message),
    )
