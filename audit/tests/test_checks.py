"""Operators hear of it where the head of the audit is published nowhere."""

import pytest

from audit.checks import check_mail_of_head, check_published_head


def ids(settings, *, file="", mail=""):
    settings.AUDIT_HEAD_FILE, settings.AUDIT_HEAD_MAIL = str(file), mail
    return [warning.id for warning in check_published_head()]


def test_one_place_is_enough(settings, tmp_path):
    assert ids(settings) == ["audit.W001"]
    assert ids(settings, mail="dpo@example.org") == []
    assert ids(settings, file=tmp_path / "heads") == []
    assert ids(settings, file=tmp_path / "heads", mail="dpo@example.org") == []


@pytest.mark.parametrize(
    ("mail", "problems"),
    [
        ("", []),
        ("dpo@example.org", []),
        ("dpo", ["audit.E001"]),
        ("a@b.org,c@d.org", ["audit.E001"]),
        (" ", ["audit.E001"]),
    ],
)
def test_what_is_no_address_gets_no_mail(settings, mail, problems):
    settings.AUDIT_HEAD_MAIL = mail
    assert [problem.id for problem in check_mail_of_head()] == problems


@pytest.mark.parametrize("mail", ["", "dpo@example.org"])
def test_a_file_that_cannot_be_written_is_named(settings, tmp_path, monkeypatch, mail):
    assert ids(settings, file=tmp_path / "missing" / "heads", mail=mail) == ["audit.W002"]
    assert "missing" in check_published_head()[0].msg
    assert ids(settings, file=tmp_path, mail=mail) == ["audit.W002"]
    # Whoever runs the tests may be allowed everything.
    monkeypatch.setattr("os.access", lambda place, mode: place != tmp_path / "heads")
    (tmp_path / "heads").touch()
    assert ids(settings, file=tmp_path / "heads", mail=mail) == ["audit.W002"]
