"""Bodies that are refused before they are read, through the whole ASGI application."""

import pytest

from chatsite.asgi import application

pytestmark = pytest.mark.django_db(transaction=True)


async def ask(path, *headers):
    """Return status, headers and body of the answer to a POST whose body must not be read."""
    sent = []

    async def receive():
        raise AssertionError("the body was read")

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "scheme": "http",
        "http_version": "1.1",
    }
    await application(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], dict(sent[0]["headers"]), body


@pytest.mark.parametrize(
    ("path", "megabytes"),
    [
        ("/api/chat/attachments", 12),
        ("/api/chat/attachments", 10**9),
        ("/api/chat/get-or-create", 12),
        ("/api/chat/message", 102),
    ],
)
async def test_the_api_refuses_more_than_its_files(path, megabytes):
    length = str(megabytes * 1024 * 1024).encode()
    status, headers, body = await ask(path, (b"content-length", length))
    assert status == 400
    assert headers[b"connection"] == b"close"
    assert headers[b"Content-Type"] == b"application/json"
    assert b'"error": "file_too_large"' in body


async def test_the_api_refuses_a_body_of_unknown_length():
    status, _, body = await ask("/api/chat/message", (b"transfer-encoding", b"chunked"))
    assert status == 411
    assert b'"error": "length_required"' in body


async def test_a_page_refuses_in_words():
    length = str(102 * 1024 * 1024).encode()
    status, headers, body = await ask("/patient/chat/1", (b"content-length", length))
    assert status == 400
    assert headers[b"Content-Type"].startswith(b"text/html")
    assert b'class="notice__title' in body
