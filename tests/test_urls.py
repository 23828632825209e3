"""Two sweeps over every address: no stranger gets past the door, no outsider meets another pair's things."""

import re

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from chat.services.drafts import Draft
from chat.services.messages import post_messages
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db

# Open to everybody; a new route is on this list or refuses strangers.
PUBLIC = {
    "account_login", "account_logout", "account_signup", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "set_language",
    "api_login", "api_refresh", "api_schema", "api_docs", "admin:login", "admin:logout",
}  # fmt: skip
_WORDS = {"uidb36": "1", "key": "a-b", "app_label": "chat", "content_type_id": "1", "url": "x"}


def routes(patterns=None, prefix="", namespace=""):
    """Every (name, path) of the site, with 1 for each number."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", fill(route)
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, route, inner)


def fill(route):
    route = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda found: _WORDS.get(found[1], "1"), route)
    route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: _WORDS.get(found[1], "1"), route)
    return "/" + route.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\", "")


@pytest.mark.parametrize(("name", "path"), sorted(set(routes())), ids=lambda value: str(value))
def test_a_stranger_is_turned_away(client, db, name, path):
    if name in PUBLIC:
        return
    for method in ("get", "post"):
        answer = getattr(client, method)(path)
        to_sign_in = answer.status_code == 302 and "login" in answer["Location"]
        refused = answer.status_code in {401, 403, 404, 405}
        assert to_sign_in or refused, f"{method} {path}: {answer.status_code}"


@pytest.fixture
def secret(cast):
    """A message of Ada and Ben that nobody else may ever see."""
    post_messages([Draft.checked(cast.ben, chat_id=cast.chat.pk, text="zebra-secret")])
    return b"zebra-secret"


@pytest.mark.parametrize(("name", "path"), sorted(set(routes())), ids=lambda value: str(value))
def test_an_outsider_sees_nothing_of_others(cast, secret, name, path):
    path = path.replace("/1", f"/{cast.chat.pk}")
    for outsider in (cast.cora, cast.dan, cast.admin):
        for client in (page_client(outsider), api_client(outsider)):
            for method in ("get", "post"):
                answer = getattr(client, method)(path)
                assert answer.status_code < 500, f"{method} {path}"
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert secret not in content, f"{method} {path}"
                assert b"Ben Durand" not in content or outsider == cast.admin
