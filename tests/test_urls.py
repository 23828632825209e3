"""Two sweeps over every address: strangers are refused everywhere, outsiders see nothing of another pair."""

import re

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from appointments.tests import book
from chat.tests.talk import post_message
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db

# Open to everybody; a new route is on this list or refuses strangers.
PUBLIC = {
    "account_login", "account_logout", "account_signup", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "set_language",
    "choose_look", "manifest", "service_worker", "offline", "accessibility",
    "api_login", "api_second_step", "api_refresh", "api_schema", "api_async_schema", "api_docs", "security_txt",
    # 404 for whoever has no token of the installation.
    "doctor_echo",
    "admin:login", "admin:logout", "unsubscribe", "address_change", "mfa_login_webauthn",
}  # fmt: skip
_WORDS = {"uidb36": "1", "key": "a-b", "app_label": "chat", "content_type_id": "1", "url": "x"}


def routes(patterns=None, prefix="", namespace=""):
    """Every (name, route) of the site."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", route
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, route, inner)


ROUTES = sorted(set(routes()))


def fill(route, things):
    """Its address with the ids of these objects, and 1 for every other argument."""
    words = _WORDS | {f"{name}_id": str(thing.pk) for name, thing in things.items()}
    for place in (r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<(?:\w+:)?(\w+)>"):
        route = re.sub(place, lambda found: words.get(found[1], "1"), route)
    return "/" + route.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\", "")


def is_kept_nowhere(answer):
    """All JSON and every page; where an address answers otherwise, it has a rule of its own or no content."""
    about_people = answer.get("Content-Type", "").startswith(("application/json", "text/html"))
    return "no-store" in answer.get("Cache-Control", "") or not (about_people and answer.content)


@pytest.fixture
def theirs(cast):
    """The objects of Ada and Ben that nobody else may see."""
    message = post_message(cast.ben, cast.chat, "zebra-secret")
    # Not the id of anything else: a view that takes one for another would find nothing.
    appointment = book(cast.ada, cast.ben, pk=4711)
    return {"chat": cast.chat, "message": message, "appointment": appointment, "object": cast.chat}


@pytest.mark.parametrize(("name", "route"), [(name, route) for name, route in ROUTES if name not in PUBLIC], ids=str)
def test_a_stranger_is_turned_away(client, theirs, name, route):
    path = fill(route, theirs)
    for method in ("get", "post"):
        answer = getattr(client, method)(path)
        to_sign_in = answer.status_code == 302 and "login" in answer["Location"]
        refused = answer.status_code in {401, 403, 404, 405}
        assert to_sign_in or refused, f"{method} {path}: {answer.status_code}"
        assert is_kept_nowhere(answer), f"{method} {path}"


@pytest.mark.parametrize(("name", "route"), ROUTES, ids=str)
def test_an_outsider_sees_nothing_of_others(cast, theirs, name, route):
    path = fill(route, theirs)
    for outsider in (cast.cora, cast.dan, cast.admin):
        for client in (page_client(outsider), api_client(outsider)):
            for method in ("get", "post"):
                answer = getattr(client, method)(path)
                assert answer.status_code < 500, f"{method} {path}"
                assert is_kept_nowhere(answer), f"{method} {path}"
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert b"zebra-secret" not in content, f"{method} {path}"
                assert b"Ben Durand" not in content or outsider == cast.admin
