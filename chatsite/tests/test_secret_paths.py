"""The link of a mail opens an account: its path is in no line of the log."""

import logging

import pytest

from chatsite.http.secret_paths import SecretPathsFilter


@pytest.mark.parametrize(
    ("message", "arguments", "logged"),
    [
        (
            "%s: %s",
            ("Not Found", "/accounts/password/reset/key/1-abc-def/"),
            "Not Found: /accounts/password/reset/key/-",
        ),
        ("GET /accounts/password/reset/key/1-abc-def/?x=1", (), "GET /accounts/password/reset/key/-?x=1"),
        ("%s: %s", ("Not Found", "/chat/7"), "Not Found: /chat/7"),
    ],
)
def test_it_is_shortened(message, arguments, logged):
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, arguments, None)
    assert SecretPathsFilter().filter(record)
    assert record.getMessage() == logged
