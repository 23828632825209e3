"""A database from before there were deliveries comes along with what was read."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, AFTER = [("chat", "0001_initial")], [("chat", "0002_changes")]


def test_what_was_read_counts_as_delivered():
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes("chat")
    try:
        old = executor.migrate(BEFORE, state=None).apps
        users, chats = old.get_model("accounts", "User").objects, old.get_model("chat", "Chat").objects
        doctor, patient = (users.create(email=f"{role}@example.org", role=role) for role in ("doctor", "patient"))
        moment = "2024-01-15T10:30:00Z"
        pk = chats.create(doctor=doctor, patient=patient, doctor_read_up_to=7, doctor_read_at=moment).pk
        chats.update(updated_at=moment)
        executor = MigrationExecutor(connection)
        chat = executor.migrate(AFTER).apps.get_model("chat", "Chat").objects.get(pk=pk)
        assert (chat.doctor_delivered_up_to, chat.doctor_delivered_at) == (7, chat.doctor_read_at)
        assert (chat.patient_delivered_up_to, chat.patient_delivered_at) == (0, None)
        assert chat.updated_at.year == 2024
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(newest)
