"""What an operator can misspell is answered with a sentence, and what a metric says."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backups import measures
from backups.models import Backup
from chatsite.testing import page_client
from notifications.models import Notice
from notifications.services import claims, pausing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["restore", "{tmp}/none"], "no finished backup"),
        (["verify_backup", "{tmp}/none"], "no finished backup"),
        (["verify_backup", "ftp://somewhere"], "A place is a folder"),
        (["backup", "s3://"], "names no bucket"),
        (["backup", "s3:bucket"], "A place is a folder"),
        (["backup", "S3:/bucket/x"], "A place is a folder"),
        (["backup", " "], "A place is a folder"),
        (["verify_backup", " "], "A place is a folder"),
        (["backup", "{tmp}/file/place"], "There is no folder"),
        (["backup", "{tmp}/place", "--encrypt-to", "nobody@example.invalid"], "gpg"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_it_is_a_sentence(tmp_path, arguments, sentence):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=sentence):
        call_command(*[argument.format(tmp=tmp_path) for argument in arguments])


def test_the_metrics_have_the_ages():
    measures.measure()
    assert measures.BACKUP_AGE._value.get() == math.inf
    now = timezone.now()
    for event, days in (("made", 3), ("made", 1), ("proven", 3)):
        Backup.objects.create(event=event, name="x", made_at=now - timedelta(days=days), at=now)
    measures.measure()
    ages = measures.BACKUP_AGE._value.get(), measures.PROVEN_AGE._value.get()
    assert ages == pytest.approx((86_400, 3 * 86_400), abs=60)


def test_while_it_is_paused_nothing_is_sent(client, cast):
    now = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
    Notice.objects.create(user=cast.ben, subject="chat:1", channel="mail", step=1, up_to=1, next_try_at=now)
    pausing.pause(now)
    assert claims.claim_next(now, kinds={"chat": False}) is None
    assert client.get("/readyz").json()["notifications"] == "paused after a restore: manage.py notifications resume"
    admin = page_client(cast.admin)
    assert "manage.py notifications resume" in admin.get("/admin/").content.decode()
    call_command("notifications", "resume", verbosity=0)
    assert claims.claim_next(now, kinds={"chat": False})
    assert client.get("/readyz").json()["notifications"] == "ok"
    assert "manage.py notifications resume" not in admin.get("/admin/").content.decode()
