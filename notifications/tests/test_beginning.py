from io import StringIO

import pytest
from django.core.management import call_command

from chatsite.management.commands import prepare
from notifications.models import Beginning

pytestmark = pytest.mark.django_db


def test_the_first_prepare_says_from_when_people_are_told_and_a_later_one_does_not(monkeypatch):
    """All of its other steps are left out."""
    Beginning.objects.all().delete()
    monkeypatch.setattr(
        prepare, "call_command", lambda name, **options: call_command(name) if name == "begin_notifying" else None
    )
    monkeypatch.setattr(prepare.Command, "_collect_static_files", lambda self: None)
    call_command("prepare", stdout=StringIO())
    first = Beginning.objects.values().get()
    call_command("prepare", stdout=StringIO())
    assert Beginning.objects.values().get() == first
