"""Which other origins may use the API from a browser, and that they never use our cookie."""

import json

import pytest
from django.conf import settings as django_settings

from chatsite import asgi, checks
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db
APP = "capacitor://localhost"


@pytest.fixture
def allowed(settings):
    settings.CORS_ALLOWED_ORIGINS, settings.CORS_URLS_REGEX = [APP, "https://app.example.org"], r"^/(api|assets)/"


def preflight(client, path="/api/chat/chats", origin=APP):
    wish = {"Origin": origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    return client.options(path, headers=wish)


@pytest.mark.usefixtures("allowed")
def test_a_preflight_is_answered_before_signing_in(client):
    for path in ("/api/chat/chats", "/assets/chat_files/a.pdf"):
        answer = preflight(client, path)
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, APP)
        assert {"authorization", "idempotency-key", "x-request-id"} <= set(
            answer["Access-Control-Allow-Headers"].split(", ")
        )
        assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.usefixtures("allowed")
def test_it_may_read_answers_refusals_and_their_headers(cast, client):
    for answer, status in (
        (api_client(cast.ben).get("/api/chat/chats", headers={"Origin": APP}), 200),
        (client.get("/api/chat/chats", headers={"Origin": APP}), 401),
        (client.get("/api/nothing", headers={"Origin": APP}), 404),
        (client.get("/assets/chat_files/a.pdf", headers={"Origin": APP}), 401),
    ):
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (status, APP)
        assert answer["Access-Control-Expose-Headers"] == "Retry-After, X-Request-ID"


@pytest.mark.usefixtures("allowed")
def test_it_reads_the_answer_of_a_stop(rf):
    headers = {"Origin": APP, "X-Request-ID": "of-the-client", "Accept-Language": "fr"}
    answer = asgi._answer_unavailable(rf.get("/api/chat/chats", headers=headers))
    assert (answer.status_code, answer["Retry-After"], answer["Content-Language"]) == (503, "5", "fr")
    assert (answer["Access-Control-Allow-Origin"], answer["X-Request-ID"]) == (APP, "of-the-client")
    assert json.loads(answer.content)["error"] == "unavailable"


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "capacitor://localhost.evil", "http://app.example.org"]
)
def test_another_origin_may_not(cast, origin):
    for answer in (
        preflight(api_client(cast.ben), origin=origin),
        api_client(cast.ben).get("/api/chat/chats", headers={"Origin": origin}),
    ):
        assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.usefixtures("allowed")
def test_pages_and_our_cookie_are_not_for_it(cast):
    client = page_client(cast.ben, enforce_csrf_checks=False)
    assert "Access-Control-Allow-Origin" not in client.get("/patient/chat", headers={"Origin": APP})
    assert "Access-Control-Allow-Credentials" not in client.get("/api/chat/chats", headers={"Origin": APP})
    client.handler.enforce_csrf_checks = True
    token = client.get("/accounts/profile").context["csrf_token"]
    headers = {"Origin": "https://app.example.org", "X-CSRFToken": str(token)}
    assert client.post("/api/auth/logout", headers=headers).status_code == 403
    assert not set(django_settings.CORS_ALLOWED_ORIGINS) & set(django_settings.CSRF_TRUSTED_ORIGINS)


def test_without_the_setting_there_is_no_preflight(client):
    answer = preflight(client)
    assert (answer.status_code, answer.json()["error"]) == (401, "not_authenticated")
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize(
    "origin",
    [
        "*", "null", "https://*", "https://*.example.org", "https://app.example.org/", "https://app.example.org/app",
        "app.example.org", "https://", "file://", "https://App.example.org", "https://app.example.org:443",
        "http://app.example.org:80", "https://me@app.example.org", "https://app.example.org?x", " https://a.example",
        "capacitor://localhost/", "https://app.example.org:99999", "https://app.example.org\n",
        "https://[::::]",
    ],
)  # fmt: skip
def test_what_is_no_exact_origin_is_refused(settings, origin):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.org", origin]
    assert [problem.id for problem in checks.check_cors_origins()] == ["chatsite.E020"]


def test_exact_origins_are_accepted(settings):
    settings.CORS_ALLOWED_ORIGINS = [APP, "https://app.example.org:8443", "http://localhost", "https://[2001:db8::1]"]
    assert checks.check_cors_origins() == []
