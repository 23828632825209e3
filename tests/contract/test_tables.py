"""Every documented column exists, and rows of programs that write only those are valid."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from chat.models import Message
from chatsite.testing import api_client
from tests.contract.documented import ADDED_COLUMNS, DOCUMENTED

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("table", DOCUMENTED)
def test_every_column_is_there_on_any_database(table):
    with connection.cursor() as cursor:
        found = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    assert found == set(DOCUMENTED[table]["columns"]) | ADDED_COLUMNS[table]


@pytest.fixture
def foreign_rows(cast):
    """A row as written by a program that uses only the documented columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO chats (doctor_id, patient_id) VALUES (%s, %s)",
            [cast.dan.pk, cast.cora.pk],
        )
        cursor.execute("SELECT chat_id FROM chats WHERE doctor_id = %s", [cast.dan.pk])
        [chat_id] = cursor.fetchone()
        for sender, role, text in ((cast.dan, "doctor", "Bonjour"), (cast.cora, "patient", "Merci")):
            cursor.execute(
                "INSERT INTO messages (chat_id, sender_id, sender_role, message_text) VALUES (%s, %s, %s, %s)",
                [chat_id, sender.pk, role, text],
            )
        cursor.execute(
            "INSERT INTO messages (chat_id, sender_id, sender_role, message_type, file_url, file_name, file_type,"
            " file_size) VALUES (%s, %s, 'doctor', 'file', '/assets/chat_files/chat-file-0a.pdf', 'a.pdf',"
            " 'application/pdf', 12)",
            [chat_id, cast.dan.pk],
        )
    return chat_id


def test_rows_of_other_programs_are_read_at_once_and_counted_after_repair(cast, foreign_rows):
    client, url = api_client(cast.cora), f"/api/chat/messages/{foreign_rows}"
    before = client.get(url).json()
    assert [message["message_text"] for message in before["messages"]] == ["Bonjour", "Merci", None]
    assert before["messages"][0]["is_read"] is False
    assert before["messages"][0]["created_at"].endswith("Z")
    assert before["total"] == 0
    with pytest.raises(CommandError):
        call_command("check_chats", verbosity=0)
    call_command("check_chats", "--repair", verbosity=0)
    after = client.get(url).json()
    assert after["total"] == 3
    assert after["messages"][2]["attachments"][0]["file_name"] == "a.pdf"
    changed = client.get(f"{url}?since=0").json()
    assert [message["seq"] for message in changed["messages"]] == [1, 2, 3]
    [row] = client.get("/api/chat/chats").json()["chats"]
    assert (row["unread_count"], row["last_message_file_name"]) == (2, "a.pdf")
    assert row["last_message_at"] == after["messages"][2]["created_at"]
    call_command("check_chats", verbosity=0)


def test_rows_without_a_time_are_read_and_repaired(cast, foreign_rows):
    """The documented columns of time may be NULL."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE messages SET created_at = NULL, is_read = NULL")
        cursor.execute("UPDATE chats SET created_at = NULL, updated_at = NULL")
    call_command("check_chats", "--repair", verbosity=0)
    client = api_client(cast.cora)
    answer = client.get(f"/api/chat/messages/{foreign_rows}").json()
    assert [message["created_at"] for message in answer["messages"]] == [None, None, None]
    [row] = client.get("/api/chat/chats").json()["chats"]
    assert (row["unread_count"], row["created_at"]) == (2, None)
    assert row["last_message_at"].endswith("Z")
    call_command("check_chats", verbosity=0)


def test_reading_covers_rows_of_other_programs_before_any_repair(cast, foreign_rows):
    answer = api_client(cast.cora).put(f"/api/chat/messages/{foreign_rows}/read")
    assert answer.json()["updated_count"] == 2
    assert not Message.objects.filter(chat=foreign_rows, sender_role="doctor", is_read=False).exists()
    call_command("check_chats", "--repair", verbosity=0)
    [row] = api_client(cast.cora).get("/api/chat/chats").json()["chats"]
    assert row["unread_count"] == 0
