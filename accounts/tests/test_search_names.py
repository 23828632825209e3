"""People are found by a name that another program or the previous release stored."""

import pytest

from accounts.models import User
from accounts.services import search_names

pytestmark = pytest.mark.django_db


def test_names_stored_without_their_folded_form_are_found_afterwards(cast, monkeypatch):
    monkeypatch.setattr(search_names, "BATCH", 2)
    before = User.objects.exclude(pk=cast.cora.pk).values_list("pk", "search_name")
    kept = dict(before)
    User.objects.filter(pk=cast.cora.pk).update(first_name="Zoë", last_name="Ångström-Née")
    assert search_names.correct_search_names() == 1
    assert User.objects.get(search_name__contains="angstromnee") == cast.cora
    assert dict(before) == kept
    assert search_names.correct_search_names() == 0
