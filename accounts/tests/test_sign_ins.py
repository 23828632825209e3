from datetime import timedelta

from django.db import transaction
from django.test import TestCase
from django.utils import timezone

from accounts.models import RefreshToken, SignIn, User
from accounts.services import sign_ins, tokens
from accounts.signals import sign_ins_ended
from chatsite.testing import Cast


class SignInsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.published = []
        sign_ins_ended.connect(self._receive)
        self.addCleanup(sign_ins_ended.disconnect, self._receive)
        self.phone = sign_ins.start(self.cast.ben, kind="api", device_name="Phone")
        self.laptop = sign_ins.start(self.cast.ben, kind="browser", device_name="Laptop")
        self.stranger = sign_ins.start(self.cast.cora, kind="api")

    def _receive(self, sender, sign_in_ids, **kwargs):
        self.published.append(sorted(sign_in_ids))

    def of(self, *rows):
        return SignIn.objects.filter(pk__in=[row.pk for row in rows])

    def test_it_finds_a_valid_one_with_its_person_in_one_query(self):
        with self.assertNumQueries(1):
            found = sign_ins.find(self.phone.pk)
            self.assertEqual(found.user.email, "ben@example.org")

    def test_it_finds_nothing_for_no_id(self):
        self.assertIsNone(sign_ins.find(None))
        self.assertIsNone(sign_ins.find(0))

    def test_one_whose_password_was_checked_while_the_address_changed_has_ended(self):
        changed = User.objects.get(pk=self.cast.ben.pk)
        changed.email = "other@example.org"
        changed.save()
        sign_ins.end_all(changed)
        late = sign_ins.start(self.cast.ben, kind="api")
        self.assertIsNone(sign_ins.find(late.pk))
        self.assertIsNotNone(sign_ins.find(sign_ins.start(changed, kind="api").pk))

    def test_it_ends_one_and_publishes_after_commit(self):
        with self.captureOnCommitCallbacks() as callbacks:
            self.assertEqual(sign_ins.end(self.of(self.phone)), 1)
        self.assertEqual(self.published, [])
        for callback in callbacks:
            callback()
        self.assertEqual(self.published, [[self.phone.pk]])
        self.assertEqual(set(sign_ins.still_valid([self.phone.pk, self.laptop.pk])), {self.laptop.pk})

    def test_it_publishes_nothing_when_the_transaction_is_rolled_back(self):
        with self.captureOnCommitCallbacks(execute=True), self.assertRaises(RuntimeError), transaction.atomic():
            sign_ins.end(self.of(self.phone))
            raise RuntimeError
        self.assertEqual(self.published, [])
        self.assertIsNotNone(sign_ins.find(self.phone.pk))

    def test_it_ends_nothing_twice(self):
        sign_ins.end(self.of(self.phone))
        first = SignIn.objects.get(pk=self.phone.pk).ended_at
        with self.captureOnCommitCallbacks(execute=True):
            self.assertEqual(sign_ins.end(self.of(self.phone)), 0)
        self.assertEqual(self.published, [])
        self.assertEqual(SignIn.objects.get(pk=self.phone.pk).ended_at, first)

    def test_it_publishes_several_at_once(self):
        with self.captureOnCommitCallbacks(execute=True):
            sign_ins.end(self.of(self.phone, self.stranger))
        self.assertEqual(self.published, [[self.phone.pk, self.stranger.pk]])

    def test_it_ends_all_but_one(self):
        self.assertEqual(sign_ins.end_all(self.cast.ben, but=self.laptop), 1)
        self.assertEqual(
            set(sign_ins.still_valid([self.phone.pk, self.laptop.pk, self.stranger.pk])),
            {self.laptop.pk, self.stranger.pk},
        )

    def test_it_keeps_no_refresh_tokens_of_ended_ones(self):
        tokens.issue(self.phone)
        tokens.issue(self.stranger)
        sign_ins.end(self.of(self.phone))
        self.assertEqual([row.sign_in_id for row in RefreshToken.objects.all()], [self.stranger.pk])

    def test_it_remembers_when_a_device_was_seen_every_few_minutes(self):
        with self.assertNumQueries(0):
            sign_ins.mark_seen(self.phone)
        self.phone.last_seen_at -= timedelta(minutes=6)
        with self.assertNumQueries(1):
            sign_ins.mark_seen(self.phone)
        self.assertEqual(SignIn.objects.get(pk=self.phone.pk).last_seen_at, self.phone.last_seen_at)
        self.assertLess(timezone.now() - self.phone.last_seen_at, timedelta(minutes=1))

    def test_it_counts_an_open_socket_as_seen(self):
        hour_ago = timezone.now() - timedelta(hours=1)
        self.of(self.phone, self.stranger).update(last_seen_at=hour_ago)
        with self.assertNumQueries(1):
            sign_ins.mark_all_seen([self.phone.pk, self.laptop.pk])
        self.assertLess(timezone.now() - SignIn.objects.get(pk=self.phone.pk).last_seen_at, timedelta(minutes=1))
        self.assertEqual(SignIn.objects.get(pk=self.stranger.pk).last_seen_at, hour_ago)

    def test_it_ends_devices_unseen_for_a_month_at_the_next_sign_in(self):
        self.of(self.phone, self.stranger).update(last_seen_at=timezone.now() - timedelta(days=31))
        sign_ins.start(self.cast.ben, kind="api")
        self.assertIsNotNone(SignIn.objects.get(pk=self.phone.pk).ended_at)
        self.assertIsNone(SignIn.objects.get(pk=self.stranger.pk).ended_at)

    def test_it_lists_devices_with_this_one_first(self):
        self.of(self.laptop).update(last_seen_at=timezone.now() - timedelta(hours=1))
        old = sign_ins.start(self.cast.ben, kind="browser")
        self.of(old).update(last_seen_at=timezone.now() - timedelta(days=31))
        ended = sign_ins.start(self.cast.ben, kind="browser")
        sign_ins.end(self.of(ended))
        with self.assertNumQueries(1):
            devices = sign_ins.devices_of(self.cast.ben, current=self.laptop)
        self.assertEqual(devices, [self.laptop, self.phone])

    def test_it_refuses_a_session_of_somebody_else(self):
        session = {"_auth_user_id": str(self.cast.ben.pk), "sign_in": self.stranger.pk}
        self.assertIsNone(sign_ins.of_session(session))
        self.assertEqual(sign_ins.of_session({**session, "sign_in": self.laptop.pk}), self.laptop)
        self.assertIsNone(sign_ins.of_session({"sign_in": self.laptop.pk}))
