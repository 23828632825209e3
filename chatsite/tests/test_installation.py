"""The id of the installation: a single row, and a file in its store."""

import pytest
from django.db import IntegrityError, transaction

from chatsite.files import installation
from chatsite.files.storage import names_in
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


def test_there_is_one_row():
    installation.mark_store()
    for pk in (1, 2):
        with transaction.atomic(), pytest.raises(IntegrityError):
            Installation.objects.create(pk=pk)
