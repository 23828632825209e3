"""The two roles behind Debian's nginx with our deploy/nginx.conf, and what must be the same through it."""

import io
import json
import resource
import socket
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from PIL import Image
from websockets.sync.client import connect

from bench.stack import family, stack

pytestmark = pytest.mark.scripts
FEW_FILES = 64


@pytest.fixture(scope="module")
def served():
    """Roles on SQLite, without their bus: nothing here crosses from one to the other."""
    with stack(sqlite=True, REDIS_URL="redis://127.0.0.1:1/0") as running:
        with few_files():
            running.web, running.live = running.role("web"), running.role("live")
        running.url = running.proxy([running.web], [running.live]).url
        yield running


@contextmanager
def few_files():
    """For processes started meanwhile, unless they raise their limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW_FILES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def pair(served):
    [pair, stranger] = served.people(2)
    return pair | {"stranger": stranger["patient"]}


def ask(url, *, token=None, body=None, **headers):
    request = urllib.request.Request(url, data=body, headers=headers)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


@pytest.fixture(scope="module")
def picture(served, pair):
    """An attachment sent through the proxy."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n%d\r\n' % pair["chat_id"],
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="p.png"\r\nContent-Type: image/png\r\n\r\n',
        file.getvalue(),
        b"\r\n--b--\r\n",
    ]
    status, _, body = ask(
        f"{served.url}/api/chat/message",
        token=pair["patient"],
        body=b"".join(parts),
        **{"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert status == 201, body
    return served.url + json.loads(body)["message_data"]["file_url"]


def test_pages_come_with_their_styles(served):
    status, _, page = ask(f"{served.url}/accounts/login/")
    assert status == 200
    style = page.decode().partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    status, headers, _ = ask(served.url + style)
    assert (status, headers["Content-Type"].partition(";")[0]) == (200, "text/css")
    assert "immutable" in headers["Cache-Control"]


def test_a_socket_passes(served, pair):
    with connect(
        served.url.replace("http", "ws") + "/ws/chat", additional_headers={"Authorization": f"Bearer {pair['doctor']}"}
    ) as line:
        assert json.loads(line.recv(timeout=10))["type"] == "welcome"


def test_live_has_as_many_sockets_as_files_may_be_opened(served):
    address = urlsplit(served.live.url)
    with ExitStack() as lines:
        for _ in range(2 * FEW_FILES):
            lines.enter_context(socket.create_connection((address.hostname, address.port)))
        served.live.wait_for("/healthz", seconds=1)


def test_web_may_open_as_many_files_too(served):
    worker = family(served.web.pid)[-1]
    soft, hard = resource.prlimit(worker, resource.RLIMIT_NOFILE)
    assert soft == hard > FEW_FILES


def test_nginx_sends_the_bytes_of_a_file_to_its_people_alone(pair, picture):
    status, headers, body = ask(picture, token=pair["doctor"])
    assert (status, headers["Content-Type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(body)).size == (40, 30)
    # nginx answers ranges itself, which the application would not have done for it.
    assert ask(picture, token=pair["doctor"], Range="bytes=0-7")[::2] == (206, body[:8])
    assert ask(picture, token=pair["stranger"])[0] == 404
    assert ask(picture)[0] == 401


@pytest.mark.parametrize(
    ("name", "value"),
    {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
        "Content-Disposition": 'inline; filename="p.png"',
    }.items(),
)
def test_its_headers_are_those_of_the_application(pair, picture, name, value):
    assert ask(picture, token=pair["doctor"])[1].get_all(name) == [value]


def test_the_folder_of_the_files_is_not_an_address(served, picture, pair):
    assert ask(picture.replace("/assets/", "/_assets/"), token=pair["doctor"])[0] == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_is_for_operators_stays_inside(served, path):
    assert ask(served.url + path)[0] == 404


def test_an_address_that_a_client_claims_is_not_believed(served):
    """Else the lock-out, which counts by account and address, would never come."""
    body = json.dumps({"email": "nobody@example.org", "password": "wrong"}).encode()
    statuses = [
        ask(
            f"{served.url}/api/auth/login",
            body=body,
            **{"Content-Type": "application/json", "X-Forwarded-For": f"10.0.0.{number}"},
        )[0]
        for number in range(11)
    ]
    assert statuses == [401] * 10 + [429]


def test_the_access_log_keeps_no_secret(served):
    ask(f"{served.url}/accounts/login/?next=/a-secret")
    ask(f"{served.url}/accounts/password/reset/key/1-a-secret-key/")
    # nginx writes the line after its answer.
    deadline = time.monotonic() + 20
    while "/accounts/password/reset/key/-" not in (log := (served.folder / "chat.access.log").read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "secret" not in log


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/chat/messages/%00", 400, "bad_request"),
        ("/assets/chat_files/%00", 400, "bad_request"),
        ("/api/chat/chats?limit=" + "1" * 9_000, 414, "address_too_long"),
        # The application answers what nginx passes on.
        ("/api/chat/chats?limit=" + "1" * 8_100, 401, "not_authenticated"),
    ],
    ids=["unreadable", "unreadable file", "too long", "long"],
)
def test_apps_are_answered_in_the_envelope_whatever_they_request(served, path, status, code):
    answered, headers, body = ask(f"{served.url}{path}")
    assert (answered, headers["Content-Type"]) == (status, "application/json")
    content = json.loads(body)
    assert content.pop("message")
    assert content == {"success": False, "error": code}


@pytest.mark.parametrize("head", ["PUT /api/chat/message/1/reactions/👍 HTTP/1.1", "GET /api/x HTTP/1.1\r\nA: \x01"])
def test_what_nginx_passes_on_and_no_process_can_read_is_in_the_envelope(served, head):
    status, body = begin(served, head.encode(), end=b"}")
    assert (status, json.loads(body)["error"]) == (400, "bad_request")


def test_a_coding_that_nginx_does_not_know_is_in_the_envelope(served):
    status, body = begin(served, b"POST /api/auth/login HTTP/1.1\r\nTransfer-Encoding: gzip", end=b"}")
    assert (status, json.loads(body)["error"]) == (400, "bad_request")


def test_apps_may_send_many_headers(served):
    status, _, body = ask(f"{served.url}/api/chat/chats", **{f"X-{number}": "a" for number in range(130)})
    assert (status, json.loads(body)["error"]) == (401, "not_authenticated")


def test_apps_get_an_error_for_a_head_that_is_too_long(served):
    status, headers, body = ask(f"{served.url}/api/chat/chats", Cookie="a" * 9_000)
    assert (status, headers["Content-Type"]) == (400, "application/json")
    assert json.loads(body)["error"] == "bad_request"


def test_a_page_that_cannot_be_read_is_no_json(served):
    status, headers, _ = ask(f"{served.url}/patient/%00")
    assert (status, headers["Content-Type"].partition(";")[0]) == (400, "text/html")


@pytest.fixture
def away(served):
    served.web.stop()
    yield
    served.web.start().wait_for("/healthz")


@pytest.mark.parametrize(
    ("headers", "title"),
    [
        ({}, "De retour dans un instant"),
        ({"Accept-Language": "en-GB,en"}, "Back in a moment"),
        ({"Accept-Language": "de-DE,de;q=0.9, EN;q=0.8,fr;q=0.1"}, "Back in a moment"),
        ({"Accept-Language": "de, fr;q=0.8,en;q=0.1"}, "De retour dans un instant"),
        ({"Accept-Language": "es,enm"}, "De retour dans un instant"),
        ({"Accept-Language": "en-GB,en", "Cookie": "django_language=fr"}, "De retour dans un instant"),
        ({"Accept-Language": "fr", "Cookie": "django_language=en"}, "Back in a moment"),
        ({"Accept-Language": "ar-MA,ar;q=0.9,fr;q=0.8"}, "نعود بعد لحظة"),
        ({"Accept-Language": "de,AR,en"}, "نعود بعد لحظة"),
        ({"Accept-Language": "en", "Cookie": "django_language=ar"}, "نعود بعد لحظة"),
        ({"Accept-Language": "ar", "Cookie": "django_language=fr"}, "De retour dans un instant"),
        ({"Accept-Language": "arn,*,ar"}, "De retour dans un instant"),
    ],
)
def test_people_get_a_page_when_no_process_answers(served, away, headers, title):
    status, answered, page = ask(f"{served.url}/patient/chat", **headers)
    assert (status, answered["Retry-After"], answered["Content-Type"]) == (503, "5", "text/html")
    assert f"<h1>{title}</h1>" in page.decode()
    assert "tel:112" in page.decode()
    # By which the line of this request is found.
    assert f" {answered['X-Request-ID'][:8]}</small>" in page.decode().replace("&nbsp;", " ")


@pytest.mark.parametrize("path", ["/api/chat/chats", "/assets/chat_files/a.jpg"])
def test_apps_get_the_envelope_when_no_process_answers(served, away, path):
    status, headers, body = ask(f"{served.url}{path}")
    assert (status, headers["Retry-After"], headers["Content-Type"]) == (503, "5", "application/json")
    message = "The service cannot be reached. Send it again in a moment."
    assert json.loads(body) == {"success": False, "message": message, "error": "unavailable"}


def test_no_log_keeps_a_secret_of_a_request_that_fails(served, away):
    for path in ("/accounts/password/reset/key/1-a-secret/", "/api/chat/chats?q=a-secret", "/?ticket=a-secret"):
        assert ask(served.url + path)[0] == 503
    deadline = time.monotonic() + 20
    while not (log := (served.folder / "chat.access.log").read_text()).rpartition("GET / 503")[1]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "a-secret" not in log + (served.folder / "chat.error.log").read_text()
    # Which process failed.
    assert f"127.0.0.1:{urlsplit(served.web.url).port} 502" in log


def begin(served, head, *, end):
    """Send the head of a request alone; return the answer, which ends so."""
    with socket.create_connection(("127.0.0.1", urlsplit(served.url).port), timeout=10) as line:
        line.sendall(head + b"\r\nHost: 127.0.0.1\r\n\r\n")
        answer = line.recv(4096)
        while end not in answer:
            answer += line.recv(4096)
    status, _, body = answer.partition(b"\r\n\r\n")
    return int(status.split()[1]), body.decode()


@pytest.mark.parametrize(
    ("language", "message"),
    [("", "The request is too large."), ("fr", "La demande est trop volumineuse."), ("ar", "الطلب كبير جدًا.")],
)
def test_apps_get_an_error_for_a_request_that_is_too_large(served, language, message):
    head = f"POST /api/chat/message HTTP/1.1\r\nContent-Length: 125829120\r\nAccept-Language: {language}"
    status, body = begin(served, head.encode(), end=b"}")
    assert status == 413
    assert json.loads(body) == {"success": False, "message": message, "error": "body_too_large"}


def test_people_get_a_page_for_files_that_are_too_large(served):
    for language, title in (("", "Ces fichiers sont trop volumineux"), ("ar", "الملفات كبيرة جدًا")):
        head = f"POST /patient/chat/1/send HTTP/1.1\r\nContent-Length: 125829120\r\nAccept-Language: {language}"
        status, page = begin(served, head.encode(), end=b"</main>")
        assert (status, f"<h1>{title}</h1>" in page) == (413, True)


@pytest.mark.parametrize("method", ["FOO", "TRACE"])
def test_a_method_that_nothing_here_has_is_refused_in_the_envelope(served, method):
    """TRACE by nginx itself."""
    status, body = begin(served, f"{method} /api/chat/chats HTTP/1.0\r\nAccept-Language: ar".encode(), end=b"}")
    assert status == 405
    message = "هذه الطريقة غير مسموحة هنا."
    assert json.loads(body) == {"success": False, "message": message, "error": "method_not_allowed"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"), ("fr-FR,fr;q=0.9", "fr"), ("de, fr;q=0.8,en;q=0.1", "fr"), ("en,fr", "en"), ("*,fr", "en"),
        ("ar-MA,fr", "ar"), ("de, AR", "ar"), ("fr,ar", "fr"),
    ],
)  # fmt: skip
def test_what_nginx_answers_to_apps_is_in_their_language_and_for_allowed_origins(served, away, header, language):
    own = {"Accept-Language": header, "Origin": "capacitor://localhost", "X-Request-ID": "of-the-client"}
    status, headers, body = ask(f"{served.url}/api/chat/chats", **own)
    says = {
        "ar": "لا يمكن الوصول إلى الخدمة.",
        "en": "The service cannot be reached.",
        "fr": "Le service ne peut pas être joint.",
    }
    assert (status, headers["Content-Language"]) == (503, language)
    assert json.loads(body)["message"].startswith(says[language])
    assert headers["Access-Control-Allow-Origin"] == "capacitor://localhost"
    assert headers["X-Request-ID"] == "of-the-client"
    assert "Access-Control-Allow-Origin" not in ask(f"{served.url}/api/x", Origin="https://evil.example")[1]
