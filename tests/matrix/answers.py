"""Asking one address as one actor, and the word of a table for the answer.

- `200`, `404`: the status. Of the API with the letter of its code: see `LETTERS`.
- `>in`, `>home`, `>twin`, `>factor`, `>again`, `>on`: redirected to the sign-in, to one's own first page, to the same
  page of one's own side, to the second factor, to the question who it is, elsewhere on the site.
"""

import json
import re
from http.cookies import SimpleCookie
from typing import Any

from django.db import transaction
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from audit.writer import writer
from chatsite.budgets import buckets
from tests.matrix.requests import BODIES, OWN_WORDS, QUERIES, WORDS
from tests.matrix.scene import Scene

LETTERS = {
    "not_authenticated": "n", "invalid_token": "t", "wrong_credentials": "w", "second_step_expired": "e",
    "second_factor_required": "s", "not_a_participant": "p", "may_not_talk": "m", "not_the_author": "a",
    "forbidden": "f", "not_found": "f", "chat_not_found": "c", "message_not_found": "m", "device_not_found": "d",
    "method_not_allowed": "", "sign_in_locked": "", "no_passkey": "k",
}  # fmt: skip
Route = tuple[str, str]


def routes(patterns: Any = None, prefix: str = "", namespace: str = "") -> Any:
    """Every (name, route) of the site. What has no name is called by its address."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else route.split("<")[0].strip("^/") + "/…", route
        else:
            yield from routes(pattern.url_patterns, route, f"{pattern.namespace}:" if pattern.namespace else namespace)


def address(name: str, route: str, things: dict[str, Any]) -> str:
    """An address of this route, with the ids of these things."""
    words = {f"{one}_id": str(getattr(thing, "pk", thing)) for one, thing in things.items()}
    words |= {one: make(things) for one, make in WORDS.items()}
    if found := re.match(r"admin/\w+/(\w+)/<", route):
        words["object_id"] = str(things[found[1]].pk)
    words |= {one: make(things) for one, make in OWN_WORDS.get(name, {}).items()}
    for place in (r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<(?:\w+:)?(\w+)>"):
        route = re.sub(place, lambda found: words[found[1]], route)
    path = "/" + route.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\", "")
    return path + QUERIES.get(name, "")


def ask(
    scene: Scene, name: str, route: str, method: str, actor: str, *, by_token: bool = False, csrf: bool = False
) -> str:
    """The word for what this actor gets there."""
    return _word(answer_to(scene, name, route, method, actor, by_token=by_token, csrf=csrf)[0], method, name)


def answer_to(
    scene: Scene, name: str, route: str, method: str, actor: str, *, by_token: bool = False, csrf: bool = False
) -> tuple[Any, bytes]:
    """What this actor gets there, with its content. What it changes is undone, but for what waits for the audit."""
    who, things = scene.actors[actor], scene.things_of(actor)
    client = scene.strict if csrf else scene.client
    client.cookies = SimpleCookie({} if by_token else who.cookies)
    headers = {"authorization": who.token} if by_token and who.token else {}
    body, kind = _body(name, method, things)
    buckets.clear()
    # Where the process stands still for a minute, nothing is noted, and nothing opened.
    writer._queue.clear()
    before = transaction.savepoint()
    answer = client.generic(method, address(name, route, things), body, kind, headers=headers)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    transaction.savepoint_rollback(before)
    return answer, content


def _body(name: str, method: str, things: dict[str, Any]) -> tuple[Any, str]:
    made = BODIES.get((name, method))
    content = made(things) if made else {}
    if method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        return b"", "application/octet-stream"
    if name.startswith("api_") and not any(hasattr(value, "read") for value in content.values()):
        return json.dumps(content).encode(), "application/json"
    return encode_multipart(BOUNDARY, content), MULTIPART_CONTENT


def _word(answer: Any, method: str, name: str) -> str:
    status = answer.status_code
    if status in (301, 302):
        return _place(answer["Location"], name)
    if status >= 400 and method != "HEAD" and answer.get("Content-Type", "").startswith("application/json"):
        code = json.loads(answer.content)["error"]
        return f"{status}{LETTERS.get(code, ':' + code)}"
    return str(status)


def _place(place: str, name: str) -> str:
    path = re.sub(r"^https?://[^/]+", "", place).partition("?")[0]
    if path.startswith(("/accounts/login/", "/admin/login/")):
        return ">in"
    if path.startswith(
        ("/accounts/reauthenticate/", "/accounts/second-factor/confirm", "/accounts/second-factor/passkeys/confirm")
    ):
        return ">again"
    if path == "/accounts/second-factor/":
        return ">factor"
    if path in ("/", "/admin/", "/patient/chat", "/professional/chat"):
        return ">home"
    side = {"patient": "/professional/", "professional": "/patient/"}.get(name.partition("_")[0])
    return ">twin" if side and path.startswith(side) else ">on"
