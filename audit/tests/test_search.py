"""The search of those who protect the data, in the admin, and its export."""

import csv
from datetime import UTC, datetime

import pytest

from accounts.models import Right, StaffRight, User
from audit.actions import Action
from audit.chain import store
from audit.entry import Entry
from chatsite.testing import audited, page_client

pytestmark = pytest.mark.django_db
PAGE = "/admin/audit/auditrow/"
DAYS = {"first": "2026-11-01", "last": "2026-11-30"}


@pytest.fixture
def rows(cast):
    def at(day, hour=12):
        return int(datetime(2026, 11, day, hour, tzinfo=UTC).timestamp() * 1000)

    store(
        [
            Entry(Action.PAGE, at=at(3), actor=cast.ada.pk, role="doctor", chat=7, first=1, last=9),
            Entry(Action.REFUSED, at=at(4), actor=cast.cora.pk, role="patient", chat=7),
            # What a client calls its request may begin with a hyphen.
            Entry(Action.SIGN_IN_REFUSED, at=at(5), subject=cast.ada.pk, request_id="-1-1-1-1"),
            Entry(Action.FILE, at=at(5), actor=cast.ben.pk, role="patient", subject=cast.ada.pk, chat=8),
            # The first of December in Paris.
            Entry(Action.LIST, at=at(30, 23), actor=cast.ada.pk, role="doctor"),
        ]
    )


@pytest.fixture
def admin(cast):
    StaffRight.objects.give(cast.admin, Right.DATA_PROTECTION)
    return page_client(cast.admin)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [4, 3, 2, 1]),
        ({"person": "ada"}, [3, 1]),
        ({"person": "martin ada@example"}, [3, 1]),
        ({"person": "nobody"}, []),
        ({"chat": "7"}, [2, 1]),
        ({"action": "refused"}, [2]),
        ({"first": "2026-11-04", "last": "2026-11-04"}, [2]),
        ({"last": "2026-12-01", "person": "ada"}, [5, 3, 1]),
    ],
)
def test_it_finds_by_person_conversation_action_and_days(admin, rows, query, found):
    answer = admin.get(PAGE, DAYS | query)
    assert answer.status_code == 200
    assert [line.row.pk for line in answer.context["lines"]] == found


def test_the_number_of_a_person_finds_them(cast, admin, rows):
    answer = admin.get(PAGE, DAYS | {"person": str(cast.cora.pk)})
    assert [line.row.action for line in answer.context["lines"]] == [Action.REFUSED]
    assert "Cora Petit" in answer.content.decode()


@pytest.mark.parametrize(
    ("action", "detail"),
    [
        (Action.SMS, "chat"),
        (Action.ACCOUNT, "factor"),
        (Action.ROLE, "doctor open"),
        (Action.SETTINGS, "unsubscribe message_mails"),
        (Action.REFUSED, "accounts_user_change"),
        (Action.ADMIN_CHANGE, "accounts_user_change"),
    ],
)
def test_what_others_did_with_a_person_is_found_by_them(cast, admin, action, detail):
    at = int(datetime(2026, 11, 3, 12, tzinfo=UTC).timestamp() * 1000)
    store([Entry(action, at=at, actor=cast.admin.pk, subject=cast.cora.pk, detail=detail)])
    store([Entry(action, at=at, actor=cast.admin.pk, subject=cast.ben.pk, detail=detail)])
    lines = admin.get(PAGE, DAYS | {"person": "cora"}).context["lines"]
    assert [line.row.subject for line in lines] == [cast.cora.pk]


def test_what_cannot_be_read_is_said(admin, rows):
    answer = admin.get(PAGE, {"first": "yesterday", "chat": "0"})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"first", "chat"}


def test_the_export_has_the_same_rows_and_is_one_itself(cast, admin, rows):
    User.objects.filter(pk=cast.ada.pk).update(title="", first_name="=HYPERLINK()")
    audited.queued("action")
    answer = admin.get(PAGE, DAYS | {"person": "ada", "export": "1"})
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"] == 'attachment; filename="audit.csv"'
    head, refused, page = csv.reader(answer.content.decode("utf-8-sig").splitlines())
    assert head[0] == "id"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert refused[:3] == ["3", "2026-11-05T12:00:00.000Z", ""]
    assert "'-1-1-1-1" in refused
    assert page[:5] == ["1", "2026-11-03T12:00:00.000Z", "'=HYPERLINK() Martin", str(cast.ada.pk), "doctor"]
    assert audited.queued("action", "count") == [(Action.ADMIN_VIEW, 0), (Action.AUDIT_EXPORT, 2)]


def test_the_name_of_an_export_says_that_there_is_more(admin, rows, monkeypatch):
    for most, name in ((4, "audit.csv"), (2, "audit-newest-2-rows.csv")):
        monkeypatch.setattr("audit.admin.EXPORTED", most)
        answer = admin.get(PAGE, DAYS | {"export": "1"})
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert len(answer.content.splitlines()) == most + 1


def test_it_needs_the_right(cast, admin, rows):
    StaffRight.objects.filter(user=cast.admin, right=Right.DATA_PROTECTION).delete()
    assert admin.get(PAGE, DAYS).status_code == 403
    assert PAGE not in admin.get("/admin/").content.decode()


@pytest.mark.parametrize("path", ["add/", "1/delete/"])
def test_nobody_writes_here(admin, rows, path):
    assert admin.get(PAGE + path).status_code == 403
