"""What is deleted by itself, in the tables of every app."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import LinkRequest, RefreshToken, SignIn
from accounts.services import sign_ins, tokens
from chat.models import ChatCheck, Ticket
from chat.services import tickets
from chatsite import pruning
from chatsite.models import LimiterFailure, LimiterWindow
from chatsite.testing import page_client

DAYS = timedelta(days=1)


def ended(user, ago):
    return SignIn.objects.create(
        user=user, kind="api", credentials_digest="x", created_at=timezone.now() - 9 * 365 * DAYS, ended_at=ago
    )


@pytest.mark.django_db
def test_what_can_no_longer_matter_goes_and_all_else_stays(cast):
    now = timezone.now()
    page_client(cast.ben)
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    long_ago = ended(cast.ben, now - 366 * DAYS)
    ended(cast.ben, now - 364 * DAYS)
    left = ended(cast.cora, None)
    SignIn.objects.filter(pk=left.pk).update(last_seen_at=now - 31 * DAYS)
    RefreshToken.objects.create(jti="of the one that was left", sign_in=left)
    device = sign_ins.start(cast.ben, kind="api")
    RefreshToken.objects.create(jti="old", sign_in=device, created_at=now - 31 * DAYS)
    tokens.issue(device)
    # Of a device that never comes back: its next ticket would delete this one.
    other = sign_ins.start(cast.ada, kind="api")
    Ticket.objects.create(digest="old", sign_in=other, expires_at=now - timedelta(seconds=1))
    tickets.issue(device)
    for model, column in ((LimiterFailure, "attempt_time"), (LimiterWindow, "counted_at")):
        for age in (3, 1):
            model.objects.create(digest=age, **{column: now - timedelta(hours=age)}, **_number(model))
    for days in (7 * 366, 5 * 366):
        LogEntry.objects.create(user=cast.admin, action_flag=2, action_time=now - days * DAYS)
    for days in (91, 89):
        ChatCheck.objects.create(began_at=now - days * DAYS, message_id=1)
    for days in (31, 29):
        LinkRequest.objects.create(kind="reset", asked_at=now - days * DAYS)
    out = StringIO()
    call_command("prune", stdout=out)
    assert dict(line.split(": ") for line in out.getvalue().splitlines()) == {
        "chat_checks": "1",
        "django_admin_log": "1",
        "django_session": "1",
        "link_requests": "1",
        "limiter_failures": "1",
        "limiter_windows": "1",
        "refresh_tokens": "1",
        "sign_ins": "1",
        "sign_ins ended": "1",
        "tickets": "1",
    }
    assert not SignIn.objects.filter(pk=long_ago.pk).exists()
    assert sign_ins.find(device.pk) == device
    # It goes with the others in a year.
    assert SignIn.objects.get(pk=left.pk).ended_at >= now
    assert [Session.objects.count(), RefreshToken.objects.count(), Ticket.objects.count()] == [1, 1, 1]
    assert {row.digest for row in LimiterFailure.objects.all()} == {"1"}


def _number(model):
    return {"number": 1} if model is LimiterWindow else {}


def test_the_documentation_has_every_table_that_shrinks():
    page = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    [rows] = re.findall(r"^\| table \| deleted \|\n((?:\|.*\n)+)", page, re.MULTILINE)
    tables = {rule.model._meta.db_table for rule in pruning._rules}
    assert {table for table in tables if f"`{table}`" not in rows} == set()


@pytest.mark.django_db
def test_it_deletes_in_batches(cast, monkeypatch):
    monkeypatch.setattr(pruning, "BATCH", 2)
    past = timezone.now() - timedelta(hours=3)
    LimiterFailure.objects.bulk_create(LimiterFailure(digest=n, attempt_time=past) for n in range(5))
    batches, due = [], pruning.Rule.due
    monkeypatch.setattr(pruning.Rule, "due", lambda rule: batches.append(due(rule)) or batches[-1])
    assert pruning.prune()["limiter_failures"] == 5
    assert [len(batch) for batch in batches if batch] == [2, 2, 1]


@pytest.mark.django_db
def test_each_question_reads_a_range_of_an_index(cast):
    """None reads a whole table, however many rows it has."""
    with CaptureQueriesContext(connection) as queries:
        pruning.prune()
    questions = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert len(questions) == len(pruning._rules)
    assert [sql for sql in questions if reads_all(sql)] == []


def reads_all(sql):
    """Whether a query looks at every row, or sorts what it finds; not where it ends at its limit."""
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute(f"EXPLAIN {sql}")
            names = [column[0] for column in cursor.description]
            steps = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            return any(step["type"] == "ALL" or "filesort" in (step["Extra"] or "") for step in steps)
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = [row[-1] for row in cursor.fetchall()]
    # Without a condition, a scan is in the order of the ids.
    return any("TEMP B-TREE" in step or ("SCAN" in step and "WHERE" in sql) for step in steps)
