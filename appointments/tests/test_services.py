from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Thread
from unittest import mock

from django.db import connection
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from appointments import services
from appointments.errors import NotPlanned, NotYours, PersonUnavailable, SlotTaken
from appointments.models import Appointment
from appointments.tests import book
from chatsite.testing import Cast


def draft(doctor, patient, **more):
    starts_at = timezone.now() + timedelta(days=2)
    return Appointment(doctor=doctor, patient=patient, starts_at=starts_at, place="Room 2", **more)


class ShareTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()
        book(cls.cast.ada, cls.cast.ben, days=-400, status="cancelled")

    def test_it_knows_who_shares_an_appointment(self):
        cast = self.cast
        for viewer, owner, expected in (
            (cast.ada, cast.ben, True),
            (cast.ben, cast.ada, True),
            (cast.cora, cast.ada, False),
            (cast.dan, cast.ben, False),
            (cast.ben, cast.cora, False),
            (cast.admin, cast.ben, False),
        ):
            with self.subTest(f"{viewer} {owner}"):
                self.assertEqual(services.share_an_appointment(viewer, owner), expected)


class ScheduleTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def test_the_doctor_and_admins_make_it(self):
        for number, user in enumerate((self.cast.ada, self.cast.admin)):
            new = draft(self.cast.ada, self.cast.ben)
            new.starts_at += timedelta(hours=number)
            self.assertIsNotNone(services.schedule(user, appointment=new).pk)

    def test_nobody_else_does(self):
        for user in (self.cast.dan, self.cast.ben, self.cast.cora):
            with self.subTest(user.email), self.assertRaises(NotYours):
                services.schedule(user, appointment=draft(self.cast.ada, self.cast.ben))
        self.assertEqual(Appointment.objects.count(), 0)

    def test_it_refuses_closed_accounts_and_wrong_roles(self):
        cast = self.cast
        for doctor, patient in ((cast.ada, cast.eve), (cast.ada, cast.dan), (cast.ben, cast.cora)):
            with self.subTest(f"{doctor} {patient}"), self.assertRaises(PersonUnavailable):
                services.schedule(cast.admin, appointment=draft(doctor, patient))

    def test_it_cancels_twice_without_complaint(self):
        appointment = book(self.cast.ada, self.cast.ben)
        for _ in range(2):
            services.cancel(self.cast.ada, appointment=appointment)
        self.assertTrue(Appointment.objects.get().is_cancelled)

    def test_it_trusts_the_database_over_a_stale_copy(self):
        stale = book(self.cast.ada, self.cast.ben)
        Appointment.objects.update(status="cancelled")
        with self.assertRaises(NotPlanned):
            services.reschedule(self.cast.ada, appointment=stale)


class RaceTests(TransactionTestCase):
    def test_two_requests_cannot_take_one_slot(self):
        """Both would find the slot free if the second did not wait for the first: its save comes after both checks."""
        cast, checked, outcomes = Cast.build(), Barrier(2), []
        save = Appointment.save

        def save_late(appointment, **options):
            with suppress(BrokenBarrierError):
                checked.wait(timeout=0.5)
            save(appointment, **options)

        def take(patient):
            try:
                services.schedule(cast.ada, appointment=draft(cast.ada, patient))
                outcomes.append("made")
            except SlotTaken:
                outcomes.append("taken")
            finally:
                connection.close()

        threads = [Thread(target=take, args=[patient]) for patient in (cast.ben, cast.cora)]
        with mock.patch.object(Appointment, "save", save_late):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(sorted(outcomes), ["made", "taken"])
        self.assertEqual(Appointment.objects.count(), 1)
