"""What goes wrong in a command ends in a sentence."""

import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

import manage


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError(1045, "s3cret"), "The database server refuses the user or the password of DATABASE_URL. "),
        (
            OperationalError("no such table: x"),
            "The database of DATABASE_URL lacks tables or columns of this release. ",
        ),
        (
            PermissionError(13, "Permission denied", "/srv/var/push.key"),
            "/srv/var/push.key cannot be used: Permission den",
        ),
        (OSError(28, "No space left on device"), "A file or an address cannot be used: No space left on device."),
        (ImproperlyConfigured("It is wrong."), "It is wrong."),
    ],
)
def test_it_is_one_without_a_traceback(monkeypatch, error, sentence):
    def fail(arguments):
        raise error

    monkeypatch.setattr("django.core.management.execute_from_command_line", fail)
    monkeypatch.setattr(sys, "argv", ["manage.py", "prune"])
    with pytest.raises(SystemExit) as stop:
        manage.main()
    assert str(stop.value).startswith(sentence)
    assert "s3cret" not in str(stop.value)
    monkeypatch.setattr(sys, "argv", ["manage.py", "prune", "--traceback"])
    with pytest.raises(type(error)):
        manage.main()
