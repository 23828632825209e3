"""Claims and tries: of several workers one sends, a killed one delays, and every try has an end."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from chatsite.testing import Cast
from notifications.models import Notice
from notifications.services import claims

NOW = timezone.now().replace(microsecond=0)
CHATS, RESETS = {"chat": True}, {"reset": False}
State = Notice.State


def notice(user, subject="reset", **more):
    values = {"channel": "mail", "up_to": 1, "next_try_at": NOW, "created_at": NOW}
    return Notice.objects.create(user=user, subject=subject, **(values | more))


@pytest.mark.django_db
class TestOneWorker:
    def test_it_gets_the_oldest_that_is_due_and_of_the_kinds_it_looks_for(self, cast):
        notice(cast.ben, up_to=1, next_try_at=NOW + timedelta(seconds=1))
        notice(cast.ben, "chat:1", next_try_at=NOW - timedelta(hours=1))
        first = notice(cast.ada, up_to=2, next_try_at=NOW - timedelta(seconds=2))
        notice(cast.ben, up_to=3, next_try_at=NOW - timedelta(seconds=1))
        claim = claims.claim_next(NOW, kinds=RESETS)
        assert (claim.notices, claim.user_id, claim.kind) == ([first], cast.ada.pk, "reset")

    def test_messages_of_one_person_leave_together(self, cast):
        mine = [notice(cast.ben, f"chat:{number}", up_to=number) for number in (1, 2)]
        notice(cast.ben, "chat:1", step=60, next_try_at=NOW + timedelta(minutes=1))
        notice(cast.cora, "chat:3")
        assert claims.claim_next(NOW, kinds=CHATS).notices == mine

    def test_what_is_due_shortly_after_leaves_with_it_unless_another_has_it(self, cast):
        soon, later = NOW + claims.SOON, NOW + claims.SOON + timedelta(seconds=1)
        first = notice(cast.ben, "appointment:1")
        second = notice(cast.ben, "appointment:2", next_try_at=soon)
        notice(cast.ben, "appointment:3", next_try_at=later)
        notice(cast.ben, "appointment:4", next_try_at=soon, claimed_by="another")
        assert claims.claim_next(NOW, kinds={"appointment": True}).notices == [first, second]

    def test_a_claim_is_nobody_elses_until_it_is_forgotten(self, cast):
        """Its worker was killed: nothing has to be cleaned up."""
        notice(cast.ben)
        first = claims.claim_next(NOW, kinds=RESETS)
        assert claims.claim_next(NOW + claims.CLAIMED - timedelta(seconds=1), kinds=RESETS) is None
        second = claims.claim_next(NOW + claims.CLAIMED, kinds=RESETS)
        assert second.notices == first.notices
        # What the first one notes, were it alive after all, changes nothing any more.
        claims.done(first, first.notices, NOW, state=State.SENT)
        assert Notice.objects.get().state == State.WAITING

    def test_what_becomes_due_while_another_sends_to_the_same_person_waits(self, cast):
        notice(cast.ben, "chat:1")
        assert claims.claim_next(NOW, kinds=CHATS)
        later = notice(cast.ben, "chat:2", up_to=2)
        assert claims.claim_next(NOW, kinds=CHATS) is None
        later.refresh_from_db()
        assert (later.next_try_at, later.claimed_by, later.attempts) == (NOW + claims.BUSY, "", 0)

    def test_tries_have_pauses_and_an_end(self, cast):
        notice(cast.ben)
        now, moments = NOW, []
        while claim := claims.claim_next(now, kinds=RESETS):
            moments.append(now - NOW)
            over = claims.failed(claim, claim.notices, now, error="SMTPDataError")
            row = Notice.objects.get()
            assert over == (row.state == State.FAILED)
            now = row.next_try_at if not over else now + timedelta(days=30)
        assert [moment.total_seconds() / 60 for moment in moments] == [0, 1, 6, 21, 81, 201, 441, 921, 1401]
        assert (row.attempts, row.error, row.claimed_by) == (9, "SMTPDataError", "")

    def test_one_that_was_given_up_is_tried_anew_when_an_admin_says_so(self, cast):
        given_up = notice(cast.ben, state=State.FAILED, attempts=9, error="x", done_at=NOW)
        sent = notice(cast.ada, state=State.SENT, done_at=NOW)
        assert len(claims.send_again(Notice.objects.all(), NOW)) == 1
        assert claims.claim_next(NOW, kinds=RESETS).notices == [given_up]
        sent.refresh_from_db()
        assert sent.state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_once():
    cast = Cast.build()
    people = [cast.ada, cast.ben, cast.cora, cast.dan]
    for number in range(10):
        for person in people:
            notice(person, up_to=number)
    got, errors = [], []

    def work():
        try:
            while claim := claims.claim_next(NOW, kinds=RESETS):
                got.extend(one.pk for one in claim.notices)
                claims.done(claim, claim.notices, NOW, state=State.SENT)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(got) == sorted(Notice.objects.values_list("pk", flat=True))
    assert set(Notice.objects.values_list("state", flat=True)) == {State.SENT}


@pytest.mark.django_db
@pytest.mark.mysql
def test_what_is_due_is_found_by_an_index(cast):
    for number in range(200):
        notice(cast.ben, up_to=number, state=State.SENT)
    found = Notice.objects.due(NOW).order_by("next_try_at", "pk")[:1].explain()
    assert "notices_due" in found
