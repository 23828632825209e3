"""The id of the installation: a single row, and a file in its store."""

import pytest
from django.db import IntegrityError, transaction

from chatsite.files import installation
from chatsite.files.storage import names_in
from chatsite.installation import installation_name
from chatsite.models import Installation

pytestmark = pytest.mark.django_db


def test_a_new_database_and_a_new_store_have_none():
    assert (installation.recorded_id(), installation.stored_id()) == (None, None)


def test_marking_again_changes_nothing():
    installation.mark_store()
    first = installation.recorded_id()
    installation.mark_store()
    assert installation.recorded_id() == installation.stored_id() == first
    assert names_in("") == {installation.FILE}


def test_each_database_makes_an_id_of_its_own():
    installation.mark_store()
    first = installation.recorded_id()
    Installation.objects.all().delete()
    installation.mark_store()
    assert installation.recorded_id() == installation.stored_id() != first


def test_it_has_an_id_before_its_store_has(monkeypatch, django_assert_num_queries):
    """The processes name their bus by it."""
    monkeypatch.setattr("chatsite.installation._ids", {})
    name = installation_name()
    with django_assert_num_queries(0):
        assert installation_name() == name
    uid = installation.recorded_id()
    assert (installation.stored_id(), installation.has_marked_store()) == (None, False)
    installation.mark_store()
    assert (installation.stored_id(), installation.has_marked_store()) == (uid, True)


def test_there_is_one_row():
    installation.mark_store()
    for pk in (1, 2):
        with transaction.atomic(), pytest.raises(IntegrityError):
            Installation.objects.create(pk=pk)
